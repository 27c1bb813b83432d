"""The pull: bounded, whole pages, tombstones, and never at the cost of what we did ourselves."""

import json
from pathlib import Path
from typing import Any

import pytest

from sync.domain.catalogue import Article
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import Gtin
from sync.domain.money import Money
from sync.protocol.codec import to_wire
from sync.protocol.commands import Command
from sync.protocol.feed import CATALOGUE, NETWORK, LineState, OrderState
from tests.sync.terminal.fake_central import FakeCentral
from tests.sync.terminal.world import BUCKET, STORE, World, an_order, make_world


def article(sku: str, name: str = "Bougie") -> dict[str, Any]:
    return dict(to_wire(Article(sku, Gtin("2000000000015"), name, "Maison", Money(500), 2000, 100)))


def skus(world: World) -> list[str]:
    return [row[0] for row in world.store.all("SELECT sku FROM articles ORDER BY sku")]


def available(world: World, sku: str = "A1") -> int:
    row = world.store.one("SELECT available FROM current_stock WHERE sku = ?", (sku,))
    assert row is not None
    return int(row[0])


def test_rows_come_in_pages_and_later_only_what_changed(tmp_path: Path) -> None:
    world = make_world(tmp_path, FakeCentral(page_rows=3))
    world.central.publish_all(CATALOGUE, [("article", f"A{n}", article(f"A{n}")) for n in range(8)])
    world.loop.cycle()
    assert skus(world) == [f"A{n}" for n in range(8)]
    assert world.central.requests.count(f"GET /v1/feed/{CATALOGUE}") == 3
    world.central.publish(CATALOGUE, "article", "A3", None)
    world.central.publish(CATALOGUE, "article", "A9", article("A9"))
    assert world.puller.pull() == 2
    assert skus(world) == ["A0", "A1", "A2", "A4", "A5", "A6", "A7", "A9"]
    assert world.puller.pull() == 0
    world.close()


def test_a_pull_ends_while_others_keep_writing(tmp_path: Path) -> None:
    world = make_world(tmp_path, FakeCentral(page_rows=2))
    world.central.publish_all(CATALOGUE, [("article", f"A{n}", article(f"A{n}")) for n in range(5)])
    added = iter(range(100, 100_000))

    def write() -> None:
        sku = f"B{next(added)}"
        world.central.publish(CATALOGUE, "article", sku, article(sku))

    world.central.before_page = write
    assert world.puller.pull() < 10
    assert skus(world)[:5] == ["A0", "A1", "A2", "A3", "A4"]
    world.close()


def test_a_page_cut_off_on_the_way_changes_nothing_and_is_asked_again(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.publish(CATALOGUE, "article", "A1", article("A1"))
    world.central.faults.append("cut_page")
    with pytest.raises(InvalidInput) as caught:
        world.puller.pull()
    assert caught.value.code == "feed.damaged"
    assert skus(world) == []
    world.puller.pull()
    assert skus(world) == ["A1"]
    world.close()


def test_a_page_that_cannot_be_applied_leaves_its_cursor_where_it_was(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.publish(CATALOGUE, "article", "A1", article("A1"))
    world.central.publish(CATALOGUE, "article", "A2", article("A2") | {"colour": "red"})
    with pytest.raises(InvalidInput):
        world.puller.pull()
    assert skus(world) == []
    assert world.store.all("SELECT * FROM cursors") == []
    world.close()


def test_kinds_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.publish(CATALOGUE, "loyalty_programme", "X", {"any": "thing"})
    world.central.publish(CATALOGUE, "article", "A1", article("A1"))
    world.puller.pull()
    assert skus(world) == ["A1"]
    world.close()


def order_row(handed_over: int = 1, serial: int = 1) -> dict[str, Any]:
    state = OrderState(an_order(serial), (LineState(1, handed_over=handed_over),), Money(500), {})
    return dict(to_wire(state))


def shown_handed_over(world: World) -> int:
    row = world.store.one("SELECT body FROM orders WHERE key = 'C0012-000001-0'")
    assert row is not None
    return int(json.loads(row[0])["lines"][0]["handed_over"])


def test_a_pulled_row_does_not_undo_what_is_still_on_its_way(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.place(1)
    world.central.publish(BUCKET, "order", "C0012-000001-0", order_row(handed_over=0))
    world.puller.pull()
    assert shown_handed_over(world) == 1
    world.close()


def test_the_servers_row_takes_over_once_a_later_pull_is_complete(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.place(1)

    def publish(command: Command) -> None:
        world.central.publish(BUCKET, "order", "C0012-000001-0", order_row(handed_over=0))

    world.central.on_applied = publish
    world.loop.cycle()
    assert shown_handed_over(world) == 0
    assert world.store.one("SELECT held FROM orders") == (0,)
    world.close()


def test_between_the_answer_and_the_pull_nothing_flickers(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.publish(BUCKET, "order", "C0012-000001-0", order_row(handed_over=0))
    world.puller.pull()
    world.place(1)
    world.central.faults.extend(["none", "no_connection"])  # pushed, then cut off
    world.loop.cycle()
    assert world.outbox.count() == 0
    assert shown_handed_over(world) == 1
    world.close()


def test_a_sale_lowers_the_stock_at_once_and_is_not_counted_twice(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.publish(NETWORK, "stock", f"{STORE}|A1", [5, 5, 0, 0, None])
    world.loop.cycle()
    assert available(world) == 5
    world.place(1)
    assert available(world) == 4

    def sell(command: Command) -> None:
        world.central.publish(NETWORK, "stock", f"{STORE}|A1", [4, 4, 0, 0, None])

    world.central.on_applied = sell
    world.loop.cycle()
    assert available(world) == 4
    world.close()


def test_a_sale_whose_answer_was_lost_never_raises_the_stock(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.publish(NETWORK, "stock", f"{STORE}|A1", [5, 5, 0, 0, None])
    world.loop.cycle()
    world.central.on_applied = lambda command: world.central.publish(
        NETWORK, "stock", f"{STORE}|A1", [4, 4, 0, 0, None]
    )
    world.place(1)
    world.central.faults.append("answer_lost")
    for _ in range(3):
        assert available(world) <= 4
        world.loop.cycle()
    assert available(world) == 4
    world.close()


def test_a_new_incarnation_is_read_from_zero_and_gets_everything_again(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.central.publish_all(CATALOGUE, [("article", f"A{n}", article(f"A{n}")) for n in range(3)])
    commands = [world.place(serial) for serial in (1, 2)]
    world.loop.cycle()
    assert world.central.applied == commands

    world.central.restored("second", commands_kept=1)
    world.central.rows.clear()
    world.central.positions.clear()
    world.central.publish(CATALOGUE, "article", "A1", article("A1", "Bougie figuier"))
    third = world.place(3)
    world.loop.cycle()
    # The third was on its way when the loss was noticed, so it came before the second.
    assert world.central.applied == [commands[0], third, commands[1]]
    assert skus(world) == ["A1"]
    assert world.store.meta("epoch") == "second"
    assert {world.state_of(command) for command in (*commands, third)} == {"applied"}
    world.close()


def test_what_builds_on_a_lost_command_waits_for_it_and_goes_through(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.loop.cycle()
    first = world.start("F1")
    _, batch = world.outbox.next_batch(0)
    second = world.start("F1")
    assert (batch, second.depends_on) == ([first], (first.command_id,))
    world.loop.cycle()
    third = world.start("F2")
    world.central.restored("second")
    world.loop.cycle()
    assert world.central.applied == [third, first, second]
    assert world.outbox.count() == 0
    world.close()


def test_a_new_incarnation_is_noticed_without_a_command_to_send(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    command = world.place(1)
    world.loop.cycle()
    world.central.restored("second")
    world.loop.cycle()
    assert world.central.applied == [command]
    assert world.outbox.count() == 0
    world.close()


def test_a_reload_cut_off_in_the_middle_goes_on_and_still_finds_leftovers(tmp_path: Path) -> None:
    world = make_world(tmp_path, FakeCentral(page_rows=2))
    world.central.publish_all(CATALOGUE, [("article", f"A{n}", article(f"A{n}")) for n in range(6)])
    world.loop.cycle()
    world.central.restored("second")
    world.central.rows.clear()
    world.central.positions.clear()
    world.central.publish_all(CATALOGUE, [("article", f"A{n}", article(f"A{n}")) for n in range(5)])
    # new epoch noticed, then a page, then the cable is pulled
    world.central.faults.extend(["none", "none", "no_connection"])
    world.loop.cycle()
    world.close()
    again = make_world(tmp_path, world.central, world.clock)
    assert len(skus(again)) == 6  # still served from the old copy
    again.loop.cycle()
    assert skus(again) == ["A0", "A1", "A2", "A3", "A4"]
    again.close()
