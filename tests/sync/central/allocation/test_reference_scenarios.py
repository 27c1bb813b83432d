"""What retailers ask of an order management system, each as they would say it, on the live service.

The customer lives in Lyon. W1 is a warehouse nearby and W2 one far away; S1 is the shop in Lyon,
S2 one in Grenoble, 95 km off, S3 one in Paris.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.central.inventory import ledger as stock
from sync.domain.fulfilment import RejectionReason
from sync.domain.identifiers import WEB_ORDER, DocumentNumber
from sync.domain.order import Channel
from sync.domain.order_status import GIVEN_UP
from sync.protocol.codec import to_json
from tests.sync.central.client import Client
from tests.sync.central.world import SHIP, World, receive

Sent = dict[str, dict[int, int]]


class Shop:
    """The service as a web shop sees it; shelves hold what a test puts there and nothing else."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._client = Client(world)
        self._placed = 0

    def shelves(self, **pieces: dict[str, int]) -> None:
        """`shelves(MUG={"W1": 3})`, of what may be promised: safety and threshold come on top."""
        places = self.world.central.reference.locations
        with self.world.central.database.write("count") as tx:
            for sku in ("MUG", "BAG", "LAMP", "CARD"):
                for code in ("W1", "W2", "S1", "S2", "S3"):
                    count = pieces.get(sku, {}).get(code, 0)
                    kept = places[code].safety_stock + places[code].threshold
                    stock.count(tx, code, sku, count + kept if count else 0, "count")

    def policy(self, rules: str) -> None:
        self.world.use_policy('version = "1"\n' + rules)

    def order(self, *lines: tuple[str, int], channel: Channel = Channel.WEB) -> str:
        """Place an order to be shipped home; gives its number."""
        self._placed += 1
        number = DocumentNumber.build(WEB_ORDER, 0, self._placed)
        made = self.world.order(*((sku, count, SHIP) for sku, count in lines))
        made = replace(made, number=number, channel=channel, location="WEB")
        answer = self._ask("POST", "/v1/orders", content=to_json(made))
        return str(answer["order"]["number"]["value"])

    def sent(self, number: str) -> Sent:
        """location -> line -> pieces, of the fulfilments that are not refused."""
        found: Sent = {}
        for fulfilment in self.world.fulfilments_of(number):
            if fulfilment.state not in GIVEN_UP:
                found.setdefault(fulfilment.location, {}).update(
                    {line.line_id: line.quantity for line in fulfilment.lines}
                )
        return found

    def waiting(self, number: str) -> dict[int, int]:
        lines = self._ask("GET", f"/v1/orders/{number}")["lines"]
        return {line["line_id"]: line["unfilled"] for line in lines if line["unfilled"]}

    def why(self, number: str) -> dict[str, tuple[str, str]]:
        """location -> (reason, note) of the latest decision."""
        latest = self._ask("GET", f"/v1/orders/{number}/explanation")["decisions"][-1]["decision"]
        return {
            evaluation[0]: (evaluation[1], evaluation[4]) for evaluation in latest["evaluations"]
        }

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.world.central.keys.web_shop}"}
        answer = self._client.ask(method, path, headers=headers, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)


def test_warehouse_only_for_a_marketplace(shop: Shop) -> None:
    shop.policy('[filters.kinds_by_channel]\nmarketplace = ["warehouse"]')
    shop.shelves(MUG={"S1": 5, "W2": 5})
    number = shop.order(("MUG", 1), channel=Channel.MARKETPLACE)
    assert shop.sent(number) == {"W2": {1: 1}}
    assert shop.why(number)["S1"] == ("filtered:channel", "")
    assert shop.sent(shop.order(("MUG", 1))) == {"S1": {1: 1}}


def test_warehouse_then_stores(shop: Shop) -> None:
    shop.policy('[[steps]]\nname = "warehouses"\nkinds = ["warehouse"]\n[[steps]]\nname = "all"')
    shop.shelves(MUG={"S1": 5, "W2": 1})
    assert shop.sent(shop.order(("MUG", 1))) == {"W2": {1: 1}}
    assert shop.sent(shop.order(("MUG", 1))) == {"S1": {1: 1}}


def test_re_route_after_a_rejection(shop: Shop) -> None:
    shop.policy("")
    shop.shelves(MUG={"S1": 5, "S3": 5})
    number = shop.order(("MUG", 2))
    assert shop.sent(number) == {"S1": {1: 2}}
    (fulfilment,) = shop.world.fulfilments_of(number)
    shop.world.reject(fulfilment, RejectionReason.DAMAGED)
    assert shop.sent(number) == {"S3": {1: 2}}
    assert shop.why(number)["S1"] == ("excluded", "damaged")
    assert shop.world.check() == []


def test_fifty_kilometres_then_wider(shop: Shop) -> None:
    shop.policy('[[steps]]\nname = "near"\nradius_km = 50\n[[steps]]\nname = "wide"')
    shop.shelves(MUG={"S1": 1, "S2": 5})
    assert shop.sent(shop.order(("MUG", 1))) == {"S1": {1: 1}}
    assert shop.sent(shop.order(("MUG", 1))) == {"S2": {1: 1}}


def test_keep_a_safety_stock_and_relax_it_at_the_end(shop: Shop) -> None:
    steps = '[[steps]]\nname = "keep"\n[[steps]]\nname = "relax"\nrelease_safety_stock = true'
    shop.policy(steps)
    shop.shelves(MUG={"S1": 1, "W2": 1})  # and one that S1 keeps for its own customers
    assert shop.sent(shop.order(("MUG", 2))) == {"S1": {1: 1}, "W2": {1: 1}}
    last = shop.order(("MUG", 1))
    assert shop.sent(last) == {"S1": {1: 1}}
    assert shop.waiting(shop.order(("MUG", 1))) == {1: 1}


def test_partial_fulfilment_with_the_rest_queued(shop: Shop) -> None:
    shop.policy("")
    shop.shelves(MUG={"S1": 2}, BAG={"S1": 1})
    number = shop.order(("MUG", 3), ("BAG", 1))
    assert shop.sent(number) == {"S1": {1: 2, 2: 1}}
    assert shop.waiting(number) == {1: 1}
    with shop.world.central.database.write("delivery") as tx:
        receive(tx, "W2", "MUG", 5)
    assert shop.world.fill_backorders() == 1
    assert shop.sent(number) == {"S1": {1: 2, 2: 1}, "W2": {1: 1}}
    assert shop.waiting(number) == {}
    assert shop.world.check() == []


def test_three_and_three_and_three_leave_in_two_parcels_where_two_suffice(shop: Shop) -> None:
    """Each line has a location that is cheapest for it alone; two locations have everything."""
    shop.policy("")
    shop.shelves(
        MUG={"S1": 3, "W2": 3},
        BAG={"S3": 3, "W2": 3},
        CARD={"W1": 3, "S1": 3},
    )
    number = shop.order(("MUG", 3), ("BAG", 3), ("CARD", 3))
    assert len(shop.sent(number)) == 2
    assert shop.waiting(number) == {}
    assert sum(sum(lines.values()) for lines in shop.sent(number).values()) == 9


def test_nine_pieces_of_one_article_in_two_parcels_where_two_suffice(shop: Shop) -> None:
    shop.policy("")
    shop.shelves(MUG={"S1": 3, "S3": 3, "W2": 6})
    number = shop.order(("MUG", 9))
    assert shop.sent(number) == {"S1": {1: 3}, "W2": {1: 6}}


def test_never_split_under_thirty_euros(shop: Shop) -> None:
    shop.policy("[limits]\nsplit_min_value_eur = 30.0")
    shop.shelves(MUG={"S1": 9}, BAG={"W2": 9})
    small = shop.order(("MUG", 1), ("BAG", 1))  # 19.40
    assert (len(shop.sent(small)), sum(shop.waiting(small).values())) == (1, 1)
    large = shop.order(("MUG", 1), ("BAG", 2))  # 32.30
    assert (len(shop.sent(large)), shop.waiting(large)) == (2, {})


def test_a_stores_cap_is_reached_at_noon(shop: Shop) -> None:
    shop.policy("[time]\nfull_load_eur = 0\n[limits.orders_per_day]\nstore = 3")
    shop.shelves(MUG={"S1": 9, "W2": 9})
    morning = [shop.order(("MUG", 1)) for _ in range(3)]
    assert [shop.sent(number) for number in morning] == [{"S1": {1: 1}}] * 3
    shop.world.now = shop.world.now.replace(hour=12)
    for_tomorrow = [shop.order(("MUG", 1)) for _ in range(3)]
    assert [shop.sent(number) for number in for_tomorrow] == [{"S1": {1: 1}}] * 3
    noon = shop.order(("MUG", 1))
    assert shop.sent(noon) == {"W2": {1: 1}}
    assert shop.why(noon)["S1"] == ("filtered:capacity", "")
    shop.world.now += timedelta(days=1)
    assert shop.sent(shop.order(("MUG", 1))) == {"S1": {1: 1}}
