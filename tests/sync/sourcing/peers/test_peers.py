"""What the sourcing rules of known order systems do, said as policies and held to.

Each case is a table of stock in the order in which that system would ask its locations, what was
ordered, and what each location sends. The rules are those that the projects document; the tables
are our own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from sync.domain.location import Location
from sync.sourcing import Network, Policy, Request, Snapshot, source
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, location, policy, request

# Distances from Paris grow in this order: near 9 km, mid 110 km, far 330 km, south 590 km.
PLACES: list[Location] = [
    location("near", "store", 48.90, 2.45),
    location("mid", "warehouse", 48.06, 3.29),
    location("far", "store", 46.80, 5.70),
    location("south", "warehouse", 43.84, 4.36),
]
Stock = dict[str, tuple[int, int, int, int]]  # sku -> pieces near, mid, far, south
Sent = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Case:
    name: str
    rules: str
    stock: Stock
    ordered: dict[str, int]
    sent: Sent
    waits: str = ""
    channel: str = "web"
    load: dict[str, int] = field(default_factory=dict)
    value: int = 20


# Solidus' coordinator, simple allocator: locations in their order, each gives all it has on hand;
# what nobody has on hand is backordered. Packages are not joined.
SOLIDUS = (
    '[ranking]\nby = "priority"\npriority = ["mid", "near", "far", "south"]\nwhole_first = false\n'
    '[limits]\nsplit_lines = "always"\n'
)
# Magento's source selection by priority: each item by itself, from the sources in their order.
MAGENTO_PRIORITY = SOLIDUS.replace('"mid", "near", "far", "south"', '"south", "far", "mid", "near"')
MAGENTO_DISTANCE = (
    '[ranking]\nby = "distance"\nwhole_first = false\n[limits]\nsplit_lines = "always"\n'
)
# Vendure: the first location of the list that has stock, the rest from the next ones.
VENDURE = SOLIDUS.replace('"mid", "near", "far", "south"', '"near", "mid", "far", "south"')
# HotWax: a run of inventory rules by group, each with its own safety stock, order limit, distance
# and what to do with what is left; an order leaves whole from one facility unless partial
# allocation is allowed.
GROUPS = '[filters.groups]\nwarehouses = ["mid", "south"]\nshops = ["near", "far"]\n'
HOTWAX_WHOLE = (
    GROUPS + '[ranking]\nby = "distance"\n[limits]\nmax_parcels = 1\n'
    '[[steps]]\nname = "warehouses"\ngroups = ["warehouses"]\n'
    '[[steps]]\nname = "shops"\ngroups = ["shops"]\nminimum_stock_pieces = 2\nwhen_short = "{}"\n'
)
HOTWAX_PARTIAL = (
    GROUPS + '[ranking]\nby = "distance"\nwhole_first = false\n[limits]\nsplit_lines = "always"\n'
    '[[steps]]\nname = "near shops"\ngroups = ["shops"]\nradius_km = 50\nwhen_short = "backorder"\n'
)
HOTWAX_BALANCE = '[ranking]\nby = "balance"\n[limits.orders_per_day]\nstore = 5\n'

CASES = [
    Case(
        "Solidus: one location has all",
        SOLIDUS,
        {"a": (5, 5, 5, 5), "b": (5, 5, 5, 5)},
        {"a": 2, "b": 1},
        {"mid": {"a": 2, "b": 1}},
    ),
    Case(
        "Solidus: the first gives what it has, the next ones the rest",
        SOLIDUS,
        {"a": (2, 1, 9, 9), "b": (0, 3, 0, 0)},
        {"a": 5, "b": 1},
        {"mid": {"a": 1, "b": 1}, "near": {"a": 2}, "far": {"a": 2}},
    ),
    Case(
        "Solidus: what nobody has on hand is backordered",
        SOLIDUS,
        {"a": (1, 1, 0, 0)},
        {"a": 5},
        {"mid": {"a": 1}, "near": {"a": 1}},
    ),
    Case(
        "Solidus: a later location that has all does not go first",
        SOLIDUS,
        {"a": (0, 1, 0, 9), "b": (1, 0, 0, 9)},
        {"a": 1, "b": 1},
        {"mid": {"a": 1}, "near": {"b": 1}},
    ),
    Case(
        "Magento by priority: each item from the first sources that have it",
        MAGENTO_PRIORITY,
        {"a": (9, 9, 9, 1), "b": (9, 0, 2, 0)},
        {"a": 3, "b": 4},
        {"south": {"a": 1}, "far": {"a": 2, "b": 2}, "near": {"b": 2}},
    ),
    Case(
        "Magento by distance: the nearest source first",
        MAGENTO_DISTANCE,
        {"a": (0, 2, 9, 9)},
        {"a": 3},
        {"mid": {"a": 2}, "far": {"a": 1}},
    ),
    Case(
        "Vendure: the first location alone when it has enough",
        VENDURE,
        {"a": (3, 9, 9, 9)},
        {"a": 3},
        {"near": {"a": 3}},
    ),
    Case(
        "Vendure: over several locations when the first has too few",
        VENDURE,
        {"a": (3, 4, 9, 9)},
        {"a": 9},
        {"near": {"a": 3}, "mid": {"a": 4}, "far": {"a": 2}},
    ),
    Case(
        "HotWax: whole from one facility of the first group",
        HOTWAX_WHOLE.format("hold"),
        {"a": (9, 1, 9, 9), "b": (9, 9, 9, 9)},
        {"a": 2, "b": 1},
        {"south": {"a": 2, "b": 1}},
    ),
    Case(
        "HotWax: the next rule when no facility of the first group has all",
        HOTWAX_WHOLE.format("hold"),
        {"a": (9, 1, 9, 1), "b": (9, 9, 9, 9)},
        {"a": 2, "b": 1},
        {"near": {"a": 2, "b": 1}},
    ),
    Case(
        "HotWax: a rule's own safety stock",
        HOTWAX_WHOLE.format("hold"),
        {"a": (3, 0, 9, 0)},
        {"a": 2},
        {"far": {"a": 2}},
    ),
    Case(
        "HotWax: into the queue when no rule can",
        HOTWAX_WHOLE.format("hold"),
        {"a": (3, 1, 3, 1)},
        {"a": 2},
        {},
        waits="hold",
    ),
    Case(
        "HotWax: to a person when no rule can",
        HOTWAX_WHOLE.format("ask"),
        {"a": (3, 1, 3, 1)},
        {"a": 2},
        {},
        waits="ask",
    ),
    Case(
        "HotWax: partial allocation within a distance",
        HOTWAX_PARTIAL,
        {"a": (1, 9, 9, 9)},
        {"a": 2},
        {"near": {"a": 1}},
    ),
    Case(
        "HotWax: the facility with the least of its day taken",
        HOTWAX_BALANCE,
        {"a": (9, 9, 9, 9)},
        {"a": 1},
        {"far": {"a": 1}},
        load={"near": 4, "mid": 90, "far": 3, "south": 80},
    ),
    Case(
        "HotWax: a facility at its order limit is not asked",
        HOTWAX_BALANCE,
        {"a": (9, 9, 9, 9)},
        {"a": 1},
        {"mid": {"a": 1}},
        load={"near": 5, "mid": 99, "far": 5, "south": 100},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_rules_of_a_peer_are_a_policy(case: Case) -> None:
    rules: Policy = policy(case.rules)
    asked: Request = request(
        *(line(n, sku, count) for n, (sku, count) in enumerate(case.ordered.items(), start=1)),
        channel=case.channel,
    )
    codes = [place.code for place in PLACES]
    stock = Snapshot(
        1,
        {sku: dict(zip(codes, pieces, strict=True)) for sku, pieces in case.stock.items()},
        world.work(case.load, case.load),
    )
    decision = source(asked, Network.of(PLACES), stock, rules, world.tables())
    sku_of = {one.line_id: one.sku for one in asked.lines}
    found = {
        shipment.location: {sku_of[line_id]: count for line_id, count in shipment.lines}
        for shipment in decision.shipments
    }
    assert found == case.sent
    assert decision.action == case.waits
    left = sum(count for _, count in decision.unfilled)
    sent = sum(count for shares in case.sent.values() for count in shares.values())
    assert left == sum(case.ordered.values()) - sent
