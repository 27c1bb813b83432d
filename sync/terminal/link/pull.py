"""The pull: pages of changes, each applied with its cursor in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sync.protocol.feed import CATALOGUE, NETWORK, Page, store_bucket
from sync.terminal.link import apply
from sync.terminal.link.central_client import CentralClient
from sync.terminal.link.outbox import Outbox
from sync.terminal.store import overlays as documents
from sync.terminal.store.local_store import LocalStore

PAGES_PER_PULL_MAX = 10_000  # a pull ends by its high-water mark; this bounds a broken server


class NewEpoch(Exception):
    """The server is another incarnation than the one that the cursors belong to.

    Not an error that anybody sees: the pull is begun anew.
    """


class Puller:
    """Keeps the local copy of this device's buckets up to date."""

    def __init__(
        self, store: LocalStore, client: CentralClient, outbox: Outbox, location: str
    ) -> None:
        self._store = store
        self._client = client
        self._outbox = outbox
        self.buckets: Sequence[str] = (CATALOGUE, store_bucket(location), NETWORK)

    def pull(self) -> int:
        """Bring every bucket up to the position it had when its pull began; gives the changes.

        Raises NewEpoch after everything is made ready for another incarnation: push, then pull
        again.
        """
        changes = sum(self._pull_bucket(bucket) for bucket in self.buckets)
        with self._store.transaction() as tx:
            documents.settle(tx)
        return changes

    def meet_epoch(self, epoch: str) -> bool:
        """Take note of the server's incarnation; True when it is another than before.

        Then cursors go back to zero and what is still held is queued again, in one transaction.
        """
        known = self._store.meta("epoch")
        if known == epoch:
            return False
        with self._store.transaction() as tx:
            tx.set_meta("epoch", epoch)
            if not known:
                return False
            tx.execute("UPDATE cursors SET cursor = 0, epoch = ?, reloading = 1", (epoch,))
            tx.execute("DELETE FROM reload_seen")
            self._outbox.queue_again(tx)
            tx.touch("status")
        return True

    def _pull_bucket(self, bucket: str) -> int:
        high_water: int | None = None
        changes = 0
        for _ in range(PAGES_PER_PULL_MAX):
            row = self._store.one("SELECT cursor FROM cursors WHERE bucket = ?", (bucket,))
            cursor = int(row[0]) if row else 0
            page = self._client.feed(bucket, cursor, self._store.meta("epoch"), high_water)
            if self.meet_epoch(page.epoch):
                raise NewEpoch
            high_water = page.high_water
            if page.changes or page.cursor != cursor or row is None:
                self._apply(page, bucket)
            changes += len(page.changes)
            if not page.more:
                break
        return changes

    def _apply(self, page: Page, bucket: str) -> None:
        with self._store.transaction() as tx:
            old = tx.one("SELECT reloading FROM cursors WHERE bucket = ?", (bucket,))
            reloading = bool(old and old[0])
            apply.apply_changes(tx, page.changes)
            if reloading:
                tx.many(
                    "INSERT OR IGNORE INTO reload_seen VALUES (?, ?, ?)",
                    [(bucket, c.kind, c.key) for c in page.changes],
                )
                if not page.more:
                    apply.remove_leftovers(tx, bucket)
                    reloading = False
            tx.execute(
                "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?)",
                (bucket, page.epoch, page.cursor, int(reloading)),
            )
