"""What every use case of a device works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from comptoir.app.usecases.reference import Reference
from comptoir.i18n import I18n
from comptoir.sync.protocol.feed import OrderState
from comptoir.sync.terminal.identity import Identity
from comptoir.sync.terminal.local_store import LocalStore
from comptoir.sync.terminal.outbox import Outbox
from comptoir.sync.terminal.sync_loop import Link


@dataclass(frozen=True, slots=True)
class Context:
    """The device's store and what stands around it.

    `link` and `kick` reach the sync loop; `ask_order(number, receipt_code)` asks the server for
    an order that this device does not hold.
    """

    store: LocalStore
    outbox: Outbox
    identity: Identity
    reference: Reference
    i18n: I18n
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    link: Callable[[], Link]
    kick: Callable[[], None]
    ask_order: Callable[[str, str], OrderState]
