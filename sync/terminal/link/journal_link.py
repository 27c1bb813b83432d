"""Sends the journal of this till to the server, and learns how far it is held there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from sync.protocol.journal import (
    DIGEST_ENTRIES,
    ENTRIES_PER_PUSH_MAX,
    GENESIS,
    JournalPush,
    digest,
)
from sync.terminal import journal
from sync.terminal.link.central_client import CentralClient
from sync.terminal.store.local_store import LocalStore

HELD, BROKEN = "journal_held", "journal_broken"
SAID_EVERY = timedelta(hours=1)  # where this till's journal ends, without anything new
log = structlog.get_logger(__name__)


class JournalLink:
    """Pushes what is new, and now and then says where the journal ends."""

    def __init__(
        self, store: LocalStore, client: CentralClient, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._client, self._clock = store, client, clock
        self._said_at: datetime | None = None

    def tell_again(self) -> None:
        """The server is another incarnation: it may hold less than before."""
        self._said_at = None

    def push(self) -> None:
        """Send entries until the server holds all, or says that the journals do not agree."""
        last, now = journal.last_entry(self._store), self._clock()
        seq, found = (last.seq, last.hash) if last else (0, GENESIS)
        held = int(self._store.meta(HELD) or 0)
        if not seq and not held:
            return
        said = self._said_at
        if said is not None and not timedelta() <= now - said < SAID_EVERY:
            said = None
        if held == seq and said is not None:
            return
        while True:
            entries = tuple(journal.entries_after(self._store, held, ENTRIES_PER_PUSH_MAX))
            whole = held + len(entries) >= seq and said is None
            said_of = self._digest(seq) if whole else ""
            answer = self._client.push_journal(JournalPush(held, entries, seq, found, said_of))
            self._said_at = now
            if answer.broken:
                if not self._store.meta(BROKEN):
                    log.error("journal_broken", held=answer.seq, own=seq)
                    self._store.set_meta(BROKEN, now.isoformat())
                return
            if answer.seq != held:
                self._store.set_meta(HELD, str(answer.seq))
            if answer.seq >= seq or answer.seq == held:
                return
            held = answer.seq

    def _digest(self, last: int) -> str:
        """Of the newest entries as they lie in this till's file."""
        first = max(0, last - DIGEST_ENTRIES)
        return digest(journal.entries_after(self._store, first, DIGEST_ENTRIES))
