"""The loop that keeps a device and the server in step: push, then pull, then wait.

Push comes first, so that what the pull brings already knows what we did. A failure waits longer
each time, up to a cap, with jitter, and never shorter than the server asked.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sync.domain.errors import ComptoirError
from sync.protocol.commands import (
    Answer,
    Command,
    Outcome,
)
from sync.terminal.link.central_client import CentralClient, CentralUnavailable, CommandsRejected
from sync.terminal.link.journal_link import JournalLink
from sync.terminal.link.outbox import Outbox
from sync.terminal.link.pull import NewEpoch, Puller
from sync.terminal.store.erasing import erase_old_baskets
from sync.terminal.store.local_store import LocalStore

NEW_EPOCHS_PER_CYCLE_MAX = 3
BASKET_CLIENT_KEPT = timedelta(days=30)  # who a basket is for, once it was put aside
WIPED, REVOKED = "device.wiped", "device.revoked"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between cycles: `idle_s` when all is well; `first_s` doubling to `cap_s` if not."""

    idle_s: float = 1.0
    first_s: float = 1.0
    cap_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Link:
    """What is known of the link; `trouble` is why the last cycle failed, if it did."""

    online: bool = False
    last_contact: datetime | None = None
    stock_as_of: datetime | None = None
    trouble: ComptoirError | None = None


class SyncLoop:
    """Runs cycles in a thread of its own; `cycle()` may also be called directly."""

    def __init__(
        self,
        store: LocalStore,
        client: CentralClient,
        outbox: Outbox,
        puller: Puller,
        clock: Callable[[], datetime],
        chance: random.Random,
        pace: Pace | None = None,
    ) -> None:
        self._store, self._client, self._outbox, self._puller = store, client, outbox, puller
        self._clock, self._chance, self._pace = clock, chance, pace or Pace()
        self._journal = JournalLink(store, client, clock)
        self._one_at_a_time = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._failures = 0
        self._forgot_at = clock()
        as_of = store.meta("stock_as_of")
        self.link = Link(stock_as_of=datetime.fromisoformat(as_of) if as_of else None)

    def start(self) -> None:
        """Start the thread; does nothing when it runs already."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float = 15.0) -> None:
        """Stop after the request under way."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            self._thread = None

    def kick(self) -> None:
        """Begin the next cycle now, unless the server asked for patience."""
        if self.link.online or self._failures == 0:
            self._wake.set()

    def cycle(self) -> float:
        """Push and pull once; gives the seconds to wait before the next cycle."""
        with self._one_at_a_time:
            try:
                changes = self._push_and_pull()
            except ComptoirError as error:
                self._erase_if_told(error)
                return self._failed(error)
            self._succeeded(changes)
            return self._pace.idle_s

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                wait_s = self.cycle()
            except Exception:
                # A fault of ours must not end the link for the day; it is logged and tried again.
                log.exception("sync_cycle_failed")
                wait_s = self._pace.cap_s
            self._wake.wait(wait_s)

    def _push_and_pull(self) -> int:
        for _ in range(NEW_EPOCHS_PER_CYCLE_MAX):
            try:
                self._journal.push()
                self._push()
                return self._puller.pull()
            except NewEpoch:
                log.warning("sync_new_epoch")
                self._journal.tell_again()
        raise CentralUnavailable

    def _push(self) -> None:
        """Go once over the outbox, in order; what must wait is tried in the next cycle."""
        position = 0
        while not self._stopping.is_set():
            position, commands = self._outbox.next_batch(position)
            if not commands:
                return
            self._send(commands)

    def _send(self, commands: list[Command]) -> None:
        """Send a batch; when the server cannot read it, halve it to find the one that it cannot."""
        try:
            answer = self._client.push(commands)
        except CommandsRejected as error:
            if len(commands) == 1:
                self._outbox.record([_unreadable(commands[0], error)])
                return
            middle = len(commands) // 2
            self._send(commands[:middle])
            self._send(commands[middle:])
            return
        # The answers first: they are final whatever incarnation gave them.
        self._outbox.record(answer.answers)
        if self._puller.meet_epoch(answer.epoch):
            raise NewEpoch

    def _erase_if_told(self, error: ComptoirError) -> None:
        """A lost device erases itself; one out of service when it has handed in what it held.

        Only a server that nobody can pose as may ask for it.
        """
        gone = error.code == WIPED or (error.code == REVOKED and self._outbox.count() == 0)
        if not gone or not self._client.is_private:
            return
        log.warning("store_erased", code=error.code)
        self._store.erase()
        self._stopping.set()

    def _succeeded(self, changes: int) -> None:
        now = self._clock()
        was_online, self._failures = self.link.online, 0
        self.link = Link(True, now, now)
        # On disk once a minute is enough: it only says how old the copy is after a restart.
        saved = self._store.meta("stock_as_of")
        if changes or not saved or (now - datetime.fromisoformat(saved)).total_seconds() > 60:
            self._store.set_meta("stock_as_of", now.isoformat())
        if not was_online or now - self._forgot_at > timedelta(days=1):
            self._outbox.forget_old()
            with self._store.transaction() as tx:
                erase_old_baskets(tx, now - BASKET_CLIENT_KEPT)
            self._forgot_at = now
        if not was_online:
            self._store.tell("status")

    def _failed(self, error: ComptoirError) -> float:
        was_online, self._failures = self.link.online, self._failures + 1
        self.link = Link(False, self.link.last_contact, self.link.stock_as_of, error)
        if was_online or self._failures == 1:
            log.info("link_down", code=error.code)
            self._store.tell("status")
        delay = min(self._pace.cap_s, self._pace.first_s * 2.0 ** min(self._failures - 1, 16))
        asked = error.retry_after_s if isinstance(error, CentralUnavailable) else None
        # Jitter after the cap, or all tablets of a country come back in the same second.
        return max(asked or 0.0, delay) * (1 + self._chance.random() / 2)


def _unreadable(command: Command, error: CommandsRejected) -> Answer:
    """Not final: a newer server may read it. It waits, and stands on the attention list."""
    return Answer(
        command.command_id,
        Outcome.WAITING,
        code=error.code,
        template=error.template,
        params={name: str(value) for name, value in error.params.items()},
    )
