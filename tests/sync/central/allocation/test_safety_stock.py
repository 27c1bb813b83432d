"""What a store keeps for its walk-in customers: refused to orders first, given up at the end."""

from __future__ import annotations

import httpx
import pytest

from sync.central.inventory import ledger as stock
from sync.domain.order import Channel
from sync.protocol.codec import to_json
from sync.protocol.commands import PlaceOrder
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.client import Client
from tests.sync.central.test_races import together
from tests.sync.central.world import SHIP, World, receive

pytestmark = BOTH_DATABASES

KEPT = 'version = "1"\n[[steps]]\nname = "open stock"\n'
RELEASED = KEPT + '[[steps]]\nname = "safety stock"\nrelease_safety_stock = true\n'
# S2 has 3 bags: 1 is its safety stock, 1 its threshold, so 1 may be promised openly.
ELSEWHERE = (("W1", "BAG"), ("W2", "BAG"), ("S1", "BAG"))


def only_the_second_store_has_bags(world: World) -> None:
    with world.central.database.write("count") as tx:
        for location, sku in ELSEWHERE:
            stock.count(tx, location, sku, 0, "count")


def place(client: Client, serial: int, quantity: int) -> dict[str, object]:
    """A web order through the API; gives what came of its one line."""
    from dataclasses import replace

    from sync.domain.identifiers import WEB_ORDER, DocumentNumber

    world = client.world
    number = DocumentNumber.build(WEB_ORDER, 0, serial)
    order = replace(
        world.order(("BAG", quantity, SHIP)), number=number, channel=Channel.WEB, location="WEB"
    )
    answer: httpx.Response = client.ask(
        "POST",
        "/v1/orders",
        headers={"Authorization": f"Bearer {world.central.keys.web_shop}"},
        content=to_json(order),
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def steps_and_locations(state: dict[str, object]) -> list[tuple[str, list[str]]]:
    return [
        (decision["step"], [shipment["location"] for shipment in decision["shipments"]])
        for decision in state["decisions"]  # type: ignore[attr-defined]
    ]


def unfilled(state: dict[str, object]) -> int:
    return sum(line["unfilled"] for line in state["lines"])  # type: ignore[attr-defined]


def test_a_policy_without_such_a_step_never_gives_up_safety_stock(world: World) -> None:
    only_the_second_store_has_bags(world)
    world.use_policy(KEPT)
    state = place(Client(world), 1, 2)
    assert (steps_and_locations(state), unfilled(state)) == ([("open stock", ["S2"])], 1)
    assert (world.available("S2", "BAG"), world.withheld("S2", "BAG")) == (0, 1)


def test_the_last_step_takes_from_safety_stock_what_the_first_ones_refuse(world: World) -> None:
    only_the_second_store_has_bags(world)
    world.use_policy(RELEASED)
    client = Client(world)
    first, second, third = (place(client, serial, 1) for serial in (1, 2, 3))
    assert steps_and_locations(first) == [("open stock", ["S2"])]
    assert steps_and_locations(second) == [("safety stock", ["S2"])]
    # The third piece is there only if the count is right, which is what the threshold doubts.
    assert (steps_and_locations(third), unfilled(third)) == ([("open stock", [])], 1)
    balance = world.balance("S2", "BAG")
    assert (balance.on_hand, balance.allocated) == (3, 2)
    assert (world.available("S2", "BAG"), world.withheld("S2", "BAG")) == (0, 0)
    assert world.check() == []


def test_an_order_of_two_takes_the_open_piece_and_the_kept_one(world: World) -> None:
    only_the_second_store_has_bags(world)
    world.use_policy(RELEASED)
    state = place(Client(world), 1, 3)
    assert (steps_and_locations(state), unfilled(state)) == ([("safety stock", ["S2"])], 1)
    assert world.balance("S2", "BAG").allocated == 2


def test_two_orders_at_once_never_share_the_kept_piece(world: World) -> None:
    only_the_second_store_has_bags(world)
    world.use_policy(RELEASED)
    till = world.till()
    orders = [world.order(("BAG", 1, SHIP)) for _ in range(6)]
    together(world, [(till, world.command(PlaceOrder(order))) for order in orders])
    assert sorted(world.state(order).lines[0].unfilled for order in orders) == [0, 0, 1, 1, 1, 1]
    assert world.check() == []


def test_the_conditional_update_refuses_safety_stock_to_any_other_step(world: World) -> None:
    one = [stock.Wanted("S2", "BAG", 1, world.limits("BAG", "S2"))]
    with world.central.database.write("test") as tx:
        stock.allocate(tx, one, "an order")
        with pytest.raises(stock.Taken):
            stock.allocate(tx, one, "an order")
        stock.allocate(tx, one, "an order", release_safety_stock=True)
        with pytest.raises(stock.Taken):
            stock.allocate(tx, one, "an order", release_safety_stock=True)


def test_what_is_wanted_is_promised_whole_or_not_at_all(world: World) -> None:
    wanted = [
        stock.Wanted("W1", "BAG", 30, world.limits("BAG", "W1")),
        stock.Wanted("S2", "BAG", 9, world.limits("BAG", "S2")),
    ]
    with pytest.raises(stock.Taken), world.central.database.write("test") as tx:
        stock.allocate(tx, wanted, "an order")
    assert (world.balance("W1", "BAG").allocated, world.balance("S2", "BAG").allocated) == (0, 0)
    assert world.check() == []


def test_an_order_that_waits_gets_what_comes_in_below_the_safety_stock(world: World) -> None:
    only_the_second_store_has_bags(world)
    with world.central.database.write("count") as tx:
        stock.count(tx, "S2", "BAG", 0, "count")
    world.use_policy(RELEASED)
    order = world.placed(("BAG", 1, SHIP))
    assert world.state(order).lines[0].unfilled == 1
    with world.central.database.write("delivery") as tx:
        receive(tx, "S1", "BAG", 1)  # S1 keeps one for its customers
    assert world.fill_backorders() == 1
    assert world.fulfilment(order).location == "S1"
    assert world.check() == []
