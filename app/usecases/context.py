"""What every use case of a device works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.usecases.reference import Reference
from sync.i18n import I18n
from sync.protocol.feed import OrderState
from sync.terminal.identity import Identity
from sync.terminal.journal import Journal
from sync.terminal.link.outbox import Outbox
from sync.terminal.link.sync_loop import Link
from sync.terminal.store.local_store import LocalStore


@dataclass(frozen=True, slots=True)
class Context:
    """The device's store and what stands around it.

    `link` and `kick` reach the sync loop; `ask_order(number, receipt_code)` asks the server for
    an order that this device does not hold; `ask_others(number, language, evaluations_max)` why
    its latest decision did not choose other locations.
    """

    store: LocalStore
    outbox: Outbox
    identity: Identity
    journal: Journal
    reference: Reference
    i18n: I18n
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    link: Callable[[], Link]
    kick: Callable[[], None]
    ask_order: Callable[[str, str], OrderState]
    ask_others: Callable[[str, str, int], tuple[str, ...]]
