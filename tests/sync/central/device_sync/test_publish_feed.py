"""The feed: whatever committed is seen once, in order, by those whom it concerns."""

from __future__ import annotations

import threading

import pytest

from sync.central.device_sync import publish_feed as publishing
from sync.central.device_sync.publish_feed import read_page
from sync.central.inventory import consignments
from sync.central.inventory import ledger as stock
from sync.domain.consignment import AdvanceNotice, GoodsLine
from sync.domain.errors import Conflict
from sync.domain.fulfilment import RejectionReason
from sync.protocol.feed import CATALOGUE, NETWORK, Change, Page, decode_page, encode_page
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, COLLECT, SHIP, World

pytestmark = BOTH_DATABASES


def pull(world: World, bucket: str, cursor: int = 0, high_water: int = 0) -> Page:
    with world.central.database.read() as connection:
        page = read_page(connection, world.central.epoch, bucket, cursor, high_water)
    return decode_page(encode_page(page))


def latest(world: World, bucket: str, kind: str) -> dict[str, Change]:
    return {c.key: c for c in pull(world, bucket).changes if c.kind == kind}


def test_the_first_load_brings_everything_in_order_of_position(world: World) -> None:
    catalogue = pull(world, CATALOGUE)
    kinds = {change.kind for change in catalogue.changes}
    assert kinds == {"article", "location", "policy", "tables", "company"}
    positions = [change.position for change in catalogue.changes]
    assert positions == sorted(set(positions))
    assert (catalogue.cursor, catalogue.more) == (catalogue.high_water, False)


def test_stock_says_what_may_be_promised_and_what_is_there(world: World) -> None:
    rows = latest(world, NETWORK, "stock")
    assert rows["S1|MUG"].body == [5, 6, 0, 0, None]
    assert rows["S2|MUG"].body == [3, 5, 0, 0, None]
    assert rows["W1|LAMP"].body == [5, 5, 0, 0, None]


def test_goods_to_come_are_told_with_their_day(world: World) -> None:
    with world.central.database.write("test") as tx:
        for number, pieces, day in (("PO1", 12, 23), ("PO2", 3, 30)):
            soon = world.now.date().replace(day=day)
            notice = AdvanceNotice(number, "W1", soon, (GoodsLine("LAMP", pieces),))
            consignments.announce(world.central.reference, tx, notice, "test")
    assert latest(world, NETWORK, "stock")["W1|LAMP"].body == [5, 5, 0, 15, "2026-11-23"]


def test_later_pulls_bring_what_changed_since(world: World) -> None:
    cursor = pull(world, NETWORK).cursor
    assert pull(world, NETWORK, cursor).changes == []
    world.placed(("MUG", 1, CARRY))
    world.placed(("MUG", 1, CARRY))
    page = pull(world, NETWORK, cursor)
    assert [(c.key, c.body[1]) for c in page.changes] == [("S1|MUG", 4)]
    assert page.cursor == cursor + 2


def test_a_pull_ends_under_steady_writes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "PAGE_ROWS_MAX", 3)
    page = pull(world, NETWORK)
    high_water, seen, turns = page.high_water, len(page.changes), 1
    while page.more:
        world.placed(("CARD", 1, CARRY))
        page = pull(world, NETWORK, page.cursor, high_water)
        seen, turns = seen + len(page.changes), turns + 1
        assert page.high_water == high_water
        assert turns < 20
    assert page.cursor == high_water
    after = pull(world, NETWORK, page.cursor)
    assert "S1|CARD" in {change.key for change in after.changes}


def test_a_cursor_ahead_of_the_server_is_a_conflict(world: World) -> None:
    with pytest.raises(Conflict) as caught:
        pull(world, NETWORK, cursor=10_000)
    assert caught.value.code == "feed.cursor_ahead"


def test_an_order_is_told_to_the_stores_that_have_to_do_with_it(world: World) -> None:
    order = world.placed(("LAMP", 1, COLLECT, "S3"), ("MUG", 1, CARRY))
    number = order.number.value
    assert number in latest(world, "store:S1", "order")
    assert number in latest(world, "store:S3", "order")
    assert latest(world, "store:S2", "order") == {}


def test_a_store_sees_its_own_fulfilments_and_no_others(world: World) -> None:
    order = world.placed(("CARD", 2, COLLECT, "S1"))
    fulfilment = world.fulfilment(order)
    rows = latest(world, "store:S1", "fulfilment")
    assert rows[fulfilment.fulfilment_id].body["state"] == "allocated"
    assert latest(world, "store:S2", "fulfilment") == {}
    world.reject(fulfilment, RejectionReason.NOT_FOUND)
    rows = latest(world, "store:S1", "fulfilment")
    assert rows[fulfilment.fulfilment_id].body["state"] == "rejected"


def test_the_store_of_collection_sees_the_parcel_once_it_has_left(world: World) -> None:
    order = world.placed(("LAMP", 1, COLLECT, "S3"))
    fulfilment = world.fulfilment(order)
    assert latest(world, "store:S3", "fulfilment") == {}
    world.pack(fulfilment)
    world.hand_over(fulfilment)
    (row,) = latest(world, "store:S3", "fulfilment").values()
    assert (row.body["state"], row.body["collect_at"]) == ("packed", "S3")


def test_a_rolled_back_transaction_takes_no_position_and_tells_nothing(world: World) -> None:
    before = pull(world, NETWORK)
    with pytest.raises(ZeroDivisionError), world.central.database.write("test") as tx:
        stock.count(tx, "W1", "MUG", 1, "test")
        raise ZeroDivisionError
    assert pull(world, NETWORK) == before
    assert world.available("W1", "MUG") == 40


def test_readers_beside_two_writers_skip_nothing(world: World) -> None:
    """Each writer counts its own article up; a reader that follows its cursor misses no step."""
    steps, faults = 25, []
    stop = threading.Event()

    def write(sku: str) -> None:
        try:
            for counted in range(1, steps + 1):
                with world.central.database.write("test") as tx:
                    stock.count(tx, "W2", sku, 1000 + counted, "test")
        except Exception as error:
            faults.append(error)

    def read() -> None:
        cursor, seen = pull(world, NETWORK).cursor, {"MUG": 0, "BAG": 0}
        try:
            while True:
                last_turn = stop.is_set()
                page = pull(world, NETWORK, cursor)
                for change in page.changes:
                    assert change.position > cursor
                    sku = change.key.split("|")[1]
                    assert change.body[1] > seen[sku]
                    seen[sku] = change.body[1]
                cursor = page.cursor
                if last_turn:
                    break
            assert seen == {"MUG": 1000 + steps, "BAG": 1000 + steps}
        except AssertionError as error:
            faults.append(error)

    writers = [threading.Thread(target=write, args=(sku,)) for sku in ("MUG", "BAG")]
    reader = threading.Thread(target=read)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert faults == []
    assert world.check() == []


def test_an_order_whose_line_is_shipped_from_a_store_is_told_there(world: World) -> None:
    order = world.placed(("CARD", 1, SHIP))
    for _ in range(2):
        world.reject(world.fulfilment(order), RejectionReason.NO_TIME)
    store = world.fulfilment(order).location
    assert store.startswith("S")
    assert order.number.value in latest(world, f"store:{store}", "order")
