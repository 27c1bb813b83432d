"""The store keeps what it acknowledged, tells what changed only then, and survives damage."""

import stat
from pathlib import Path

import pytest

from sync.domain.errors import Unavailable
from sync.terminal.store import salvage
from sync.terminal.store import sqlite as engine
from sync.terminal.store.local_store import FILE_NAME, KEY_NAME, LocalStore
from sync.terminal.store.migrations import migrations
from sync.terminal.store.salvage import COUNTER_JUMP
from tests.sync.terminal.world import NOW, make_world


def test_what_was_committed_is_there_after_opening_again(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    store.set_meta("device_code", "T1")
    store.close()
    again = LocalStore.open(tmp_path, NOW)
    assert again.meta("device_code") == "T1"
    assert again.salvaged is None
    again.close()


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    assert store.one("PRAGMA synchronous") == (2,)  # FULL
    assert store.one("PRAGMA journal_mode") == ("wal",)
    store.close()


@pytest.mark.skipif(not engine.ENCRYPTED, reason="no sqlcipher3 on this platform")
def test_the_files_on_disk_hold_no_word_of_the_data(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    store.set_meta("note", "Camille Robert, 3 rue Mercière")
    for path in tmp_path.iterdir():
        assert b"Camille" not in path.read_bytes(), path.name
    store.close()
    assert b"Camille" not in (tmp_path / FILE_NAME).read_bytes()


def test_only_the_owner_can_read_the_key(tmp_path: Path) -> None:
    LocalStore.open(tmp_path, NOW).close()
    mode = stat.S_IMODE((tmp_path / KEY_NAME).stat().st_mode)
    assert mode == stat.S_IRUSR | stat.S_IWUSR


@pytest.mark.skipif(not engine.ENCRYPTED, reason="no sqlcipher3 on this platform")
def test_another_key_opens_nothing_and_destroys_nothing(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    store.set_meta("device_code", "T1")
    store.close()
    good = (tmp_path / KEY_NAME).read_text()
    (tmp_path / KEY_NAME).write_text("00" * 32)
    other = LocalStore.open(tmp_path, NOW)
    assert other.meta("device_code") == ""
    assert other.salvaged is not None
    other.close()
    aside = other.salvaged.aside.parent
    (aside / KEY_NAME).write_text(good)
    back = LocalStore.open(aside, NOW)
    assert back.meta("device_code") == "T1"
    back.close()


def test_a_damaged_key_file_is_said_and_nothing_is_touched(tmp_path: Path) -> None:
    LocalStore.open(tmp_path, NOW).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / KEY_NAME).write_text("abcd")
    with pytest.raises(Unavailable) as caught:
        LocalStore.open(tmp_path, NOW)
    assert caught.value.code == "store.key_damaged"
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_second_program_is_refused_instead_of_sharing_the_counters(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    store.set_meta("device_code", "T1")
    with pytest.raises(Unavailable) as caught:
        LocalStore.open(tmp_path, NOW)
    assert caught.value.code == "store.in_use"
    assert store.meta("device_code") == "T1"
    store.close()


def test_an_old_sqlite_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SQLITE_MIN", (99, 0, 0))
    with pytest.raises(Unavailable) as caught:
        LocalStore.open(tmp_path, NOW)
    assert caught.value.code == "store.sqlite_too_old"
    assert "sqlcipher3" in str(caught.value)


def test_listeners_hear_of_a_change_once_it_is_committed(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    heard: list[tuple[str, str]] = []
    store.subscribe(lambda topic: heard.append((topic, store.meta("x"))))
    with store.transaction() as tx:
        tx.set_meta("x", "1")
        tx.touch("orders")
        with store.transaction() as inner:
            inner.set_meta("x", "2")
            inner.touch("orders", "basket")
        assert heard == []
    assert heard == [("basket", "2"), ("orders", "2")]
    store.close()


def test_nobody_hears_of_what_was_rolled_back(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    heard: list[str] = []
    store.subscribe(heard.append)
    with pytest.raises(RuntimeError), store.transaction() as tx:
        tx.set_meta("x", "1")
        tx.touch("orders")
        raise RuntimeError
    with store.transaction() as tx:
        tx.touch("basket")
    assert store.meta("x") == ""
    assert heard == ["basket"]
    store.close()


def test_a_listener_that_fails_or_leaves_does_not_keep_others_from_hearing(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    heard: list[str] = []

    def fail(topic: str) -> None:
        raise RuntimeError(topic)

    leave = store.subscribe(fail)
    store.subscribe(heard.append)
    store.tell("stock")
    leave()
    leave()
    store.tell("orders")
    assert heard == ["stock", "orders"]
    store.close()


def test_a_counter_never_gives_a_number_twice(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    with store.transaction() as tx:
        first = tx.count_up("order")
    with pytest.raises(RuntimeError), store.transaction() as tx:
        tx.count_up("order")
        raise RuntimeError
    store.close()
    store = LocalStore.open(tmp_path, NOW)
    with store.transaction() as tx:
        assert (first, tx.count_up("order")) == (1, 2)
    store.close()


def test_migrations_are_recorded_and_run_once(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    names = [row[0] for row in store.all("SELECT name FROM _sqlite_migrations ORDER BY id")]
    assert names == [m.name for m in migrations._migrations]
    store.close()


def flip_bytes(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    for place in range(offset, min(offset + 64, len(data))):
        data[place] ^= 0xFF
    path.write_bytes(bytes(data))


def test_a_damaged_file_is_put_aside_and_the_outbox_is_carried_over(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.store.set_meta("device_code", "T1")
    with world.store.transaction() as tx:
        for _ in range(5):
            tx.count_up("order")
    commands = [world.place(serial) for serial in range(1, 6)]
    with world.store.transaction() as tx:  # pages of nothing but stock, at the end of the file
        tx.many(
            "INSERT INTO stock VALUES (?, 'LYN2', 1, 1, 0, 0, NULL)",
            [(f"S{number:06d}",) for number in range(20_000)],
        )
    world.close()
    path = tmp_path / FILE_NAME
    flip_bytes(path, path.stat().st_size - 3 * 4096 + 100)

    again = make_world(tmp_path)
    salvaged = again.store.salvaged
    assert salvaged is not None
    assert salvaged.aside.exists()
    assert salvaged.rows["outbox"] == 5
    assert again.store.meta("device_code") == "T1"
    assert [again.state_of(command) for command in commands] == ["queued"] * 5
    assert again.store.one("SELECT count(*) FROM stock") == (0,)
    with again.store.transaction() as tx:
        assert tx.count_up("order") in (6, 6 + COUNTER_JUMP)
    again.loop.cycle()
    assert [command.command_id for command in again.central.applied] == [
        command.command_id for command in commands
    ]
    again.close()


def test_damage_anywhere_is_noticed_and_costs_only_the_rows_that_it_hit(tmp_path: Path) -> None:
    world = make_world(tmp_path / "whole")
    commands = [str(world.place(serial).command_id) for serial in range(1, 61)]
    world.close()
    whole = (tmp_path / "whole" / FILE_NAME).read_bytes()
    lost = []
    for page in range(1, len(whole) // 4096, 5):  # page 0 holds the schema: see below
        folder = tmp_path / f"page{page}"
        folder.mkdir()
        (folder / KEY_NAME).write_text((tmp_path / "whole" / KEY_NAME).read_text())
        (folder / FILE_NAME).write_bytes(whole)
        flip_bytes(folder / FILE_NAME, page * 4096 + 200)
        store = LocalStore.open(folder, NOW)
        assert store.salvaged is not None, page
        kept = [row[0] for row in store.all("SELECT command_id FROM outbox ORDER BY seq")]
        assert kept == [command for command in commands if command in kept]
        assert len(kept) == 60 or not store.salvaged.whole
        lost.append(60 - len(kept))
        store.close()
    assert any(0 < count < 20 for count in lost)
    assert sum(count == 60 for count in lost) <= 2  # the root of the outbox's tree


def test_a_file_without_its_first_page_is_put_aside_whole(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.place(1)
    world.close()
    flip_bytes(tmp_path / FILE_NAME, 0)
    before = (tmp_path / FILE_NAME).read_bytes()
    store = LocalStore.open(tmp_path, NOW)
    assert store.salvaged is not None
    assert not store.salvaged.whole
    assert store.salvaged.aside.read_bytes() == before
    store.close()


def test_counters_that_are_lost_go_on_above_every_number_given_out(tmp_path: Path) -> None:
    store = LocalStore.open(tmp_path, NOW)
    for number in range(1, 346):
        with store.transaction() as tx:
            assert tx.count_up("order") == number
            tx.execute(
                "INSERT INTO journal VALUES (?, ?, 'sale', ?, 0, 0, '', '', '')",
                (number, NOW.isoformat(), f'{{"order": {number}}}'),
            )
    with store.transaction() as tx:
        tx.execute("DELETE FROM counters")
    salvage._jump_counters(store._db)
    with store.transaction() as tx:
        assert tx.count_up("order") > 345
        assert tx.count_up("receipt") > 345
    salvage._jump_counters(store._db)
    with store.transaction() as tx:
        assert tx.count_up("order") > 345 + COUNTER_JUMP
    store.close()
