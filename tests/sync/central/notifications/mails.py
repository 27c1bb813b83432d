"""What lies in the folder of mails."""

from __future__ import annotations

import email
import email.policy

from tests.sync.central.world import World


def mails(world: World) -> list[tuple[str, str, str]]:
    """The name of each file, its recipient and its subject."""
    found = []
    for path in sorted(world.mail_folder.iterdir()):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found.append((path.name, str(message["To"]), str(message["Subject"])))
    return found
