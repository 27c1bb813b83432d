"""The journal: every change to it is found, except a cut at its end."""

from pathlib import Path

import pytest

from sync.terminal import journal
from sync.terminal.store.local_store import LocalStore
from tests.sync.terminal.world import NOW

TAMPERING = {
    "edit": ("UPDATE journal SET body = replace(body, '300', '3') WHERE seq = 3", 3),
    "delete": ("DELETE FROM journal WHERE seq = 2", 2),
    "reorder": (
        "UPDATE journal SET body = CASE seq WHEN 2 THEN (SELECT body FROM journal WHERE seq = 3) "
        "ELSE (SELECT body FROM journal WHERE seq = 2) END WHERE seq IN (2, 3)",
        2,
    ),
    "backdate": ("UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 1", 1),
}


def filled(tmp_path: Path) -> LocalStore:
    store = LocalStore.open(tmp_path, NOW)
    for amount in (100, 200, 300, 400):
        with store.transaction() as tx:
            journal.append(tx, NOW, "sale", {"total_minor": amount, "name": "Crème brûlée"})
    return store


def test_an_untouched_journal_is_whole(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert journal.first_broken(store) == 0
    store.close()


@pytest.mark.parametrize("kind", sorted(TAMPERING))
def test_tampering_is_found_at_its_place(tmp_path: Path, kind: str) -> None:
    store = filled(tmp_path)
    statement, place = TAMPERING[kind]
    with store.transaction() as tx:
        assert tx.execute(statement) >= 1
    assert journal.first_broken(store) == place
    store.close()
