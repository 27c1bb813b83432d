"""The delivery options of one line, as the counter shows them."""

from __future__ import annotations

from collections.abc import Sequence

from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise
from sync.sourcing import Destination, Place, RequestLine, Snapshot, collect_points, options
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, stock

PARIS = (48.86, 2.35)
RELAY = Destination(48.85, 2.36, "pickup_point", "relay")


def offered(
    snapshot: Snapshot,
    destinations: Sequence[Destination | Place] | None = None,
    wanted: RequestLine | None = None,
    carry_out_pieces: int | None = None,
) -> list[Promise]:
    places = destinations or [world.PARIS_HOME, RELAY, *collect_points(world.network(), *PARIS)]
    return options(
        wanted or line(1, "tea"),
        "paris",
        places,
        world.network(),
        snapshot,
        [policy()],
        world.tables(),
        now=world.TUESDAY_10H,
        carry_out_pieces=carry_out_pieces,
    )


def test_what_is_on_the_shelf_is_carried_out_now_and_comes_first() -> None:
    best = offered(stock({"tea": {"paris": 3, "wh-north": 9}}))[0]
    assert best.mode is FulfilmentMode.CARRY_OUT
    assert (best.source, best.at, best.fee) == ("paris", world.TUESDAY_10H, Money(0))


def test_what_is_elsewhere_is_shipped_home_sent_to_a_point_or_sent_to_the_store() -> None:
    found = offered(stock({"tea": {"wh-north": 9}}))
    assert {p.mode for p in found} == {
        FulfilmentMode.SHIP_HOME,
        FulfilmentMode.PICKUP_POINT,
        FulfilmentMode.COLLECT,
    }
    assert {p.source for p in found} == {"wh-north"}
    home = next(p for p in found if p.mode is FulfilmentMode.SHIP_HOME)
    assert (home.fee, home.service) == (Money(670), "colissimo:home")
    assert home.at.date().isoformat() == "2026-11-26"
    store = next(p for p in found if p.mode is FulfilmentMode.COLLECT)
    assert (store.collect_at, store.fee) == ("paris", Money(0))


def test_another_store_that_has_it_promises_it_from_its_shelf() -> None:
    lyon = Destination(45.76, 4.85, "store", "lyon")
    found = offered(stock({"tea": {"lyon": 1, "wh-north": 9}}), destinations=[lyon])
    assert [(p.mode, p.source, p.service) for p in found] == [
        (FulfilmentMode.COLLECT, "lyon", "counter")
    ]


def test_the_customers_own_trip_counts_to_collect_and_is_short_when_it_is_near() -> None:
    lyon = Destination(45.76, 4.85, "store", "lyon")
    snapshot = stock({"tea": {"lyon": 1}})
    usual = offered(snapshot, destinations=[lyon])[0]
    near = offered(snapshot, destinations=[Place(lyon, trip_km=1.0)])[0]
    assert (usual.co2e_g, near.co2e_g) == (0, 0)  # nothing is driven but by the customer
    assert usual.trip_co2e_g == 756  # 7 km, half of the trip for this, 216 g/km
    assert near.trip_co2e_g == 108  # 2 km there and back, half of them on foot, half for this


def test_a_trip_grows_with_its_length_and_has_no_step() -> None:
    lyon = Destination(45.76, 4.85, "store", "lyon")
    snapshot = stock({"tea": {"lyon": 1}})
    metres = [0, 500, 1_000, 1_500, 1_900, 1_999, 2_000, 2_001, 2_100, 3_000]
    grams = [
        offered(snapshot, destinations=[Place(lyon, trip_km=m / 1000)])[0].trip_co2e_g
        for m in metres
    ]
    assert grams == sorted(grams)
    assert grams[0] == 0
    assert abs(grams[6] - grams[5]) <= 1
    assert grams[-1] == 648  # 6 km, all of them driven


def test_a_faster_service_is_offered_beside_the_best_to_be_asked_for() -> None:
    best, faster = offered(stock({"tea": {"wh-north": 9}}), destinations=[world.PARIS_HOME])
    assert (best.service, best.asked_service) == ("colissimo:home", "")
    assert (faster.service, faster.asked_service) == ("chronopost:express", "chronopost:express")
    assert faster.at < best.at
    assert faster.fee == Money(1340)


def test_what_nobody_has_is_not_promised() -> None:
    assert offered(stock({})) == []
    assert offered(stock({"tea": {"wh-north": 1}}), wanted=line(1, "tea", 2)) == []


def test_the_till_knows_better_what_lies_on_its_own_shelf() -> None:
    found = offered(stock({"tea": {"paris": 3}}), carry_out_pieces=0)
    assert FulfilmentMode.CARRY_OUT not in {p.mode for p in found}
