"""The keystore of the machine, where it has one: Keychain, Credential Locker, Secret Service.

What lies there is read by this user's session alone; a copy of the device's folder opens nothing.
"""

from __future__ import annotations

from typing import Protocol

import keyring
import structlog
from keyring.errors import KeyringError, PasswordDeleteError

SERVICE = "comptoir"
log = structlog.get_logger(__name__)


class Keystore(Protocol):
    """Keeps short secrets by name."""

    def keep(self, name: str, secret: str) -> bool:
        """Keep `secret`; gives whether it can be read again."""
        ...

    def find(self, name: str) -> str | None:
        """The secret, or None when it is not there or is not given."""
        ...

    def forget(self, name: str) -> None:
        """Remove the secret; one that is not there is no error."""
        ...


class SystemKeystore:
    """The keystore of the operating system."""

    def keep(self, name: str, secret: str) -> bool:
        """Keep `secret`; gives whether it can be read again."""
        try:
            keyring.set_password(SERVICE, name, secret)
        except KeyringError as error:
            log.warning("keystore_refused", reason=str(error))
            return False
        return self.find(name) == secret

    def find(self, name: str) -> str | None:
        """The secret, or None when it is not there or is not given."""
        try:
            return keyring.get_password(SERVICE, name)
        except KeyringError as error:
            log.warning("keystore_refused", reason=str(error))
            return None

    def forget(self, name: str) -> None:
        """Remove the secret; one that is not there is no error."""
        try:
            keyring.delete_password(SERVICE, name)
        except PasswordDeleteError:
            return
        except KeyringError as error:
            log.warning("keystore_refused", reason=str(error))


def system_keystore() -> Keystore | None:
    """The keystore of this machine; None where there is none that keeps a secret safe."""
    backend = keyring.get_keyring()
    # A chain of several takes the best; below 1 it is a plain file, or nothing.
    return SystemKeystore() if backend.priority >= 1 else None
