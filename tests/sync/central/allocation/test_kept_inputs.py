"""What is kept with a decision gives the same decision again, with its reasons, and is small."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.central.allocation.kept_inputs import pack, unpack
from sync.central.catalogue import reference
from sync.central.storage import tables
from sync.domain.location import Location, LocationKind
from sync.sourcing import Network, Policy, Snapshot, source
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.reasons import with_reasons
from tests.sync.central.network import LOCATIONS
from tests.sync.central.world import SHIP, World
from tests.sync.sourcing import world as france
from tests.sync.sourcing.world import line, policy, request

PLACES = ("lyon", "nantes", "paris", "wh-north", "wh-south")
COUNTS = st.dictionaries(st.sampled_from(PLACES), st.integers(0, 40))
POLICIES = (
    "",
    "[filters]\nminimum_stock_pieces = 3",
    "[retail]\noverstock_from_pieces = 20\noverstock_relief_eur_per_piece = 0.8",
    '[limits]\nmax_parcels = 1\nsplit_lines = "always"',
    '[[steps]]\nname = "near"\nradius_km = 150\n'
    '[[steps]]\nname = "all"\nrelease_safety_stock = true',
)


@settings(max_examples=150, deadline=None)
@given(
    text=st.sampled_from(POLICIES),
    pieces=st.lists(st.tuples(st.sampled_from(["cup", "tea"]), st.integers(1, 9)), min_size=1),
    available=st.fixed_dictionaries({"cup": COUNTS, "tea": COUNTS}),
    withheld=st.fixed_dictionaries({"cup": COUNTS, "tea": COUNTS}),
    load=COUNTS,
    next_day=COUNTS,
    excluded=st.dictionaries(st.sampled_from(PLACES), st.sampled_from(["not_found", "damaged"])),
)
def test_a_decision_and_its_reasons_are_found_again_from_what_is_kept(
    text: str,
    pieces: list[tuple[str, int]],
    available: dict[str, dict[str, int]],
    withheld: dict[str, dict[str, int]],
    load: dict[str, int],
    next_day: dict[str, int],
    excluded: dict[str, str],
) -> None:
    rules, network, rates = policy(text), france.network(), france.tables()
    lines = [line(number, sku, count) for number, (sku, count) in enumerate(pieces[:4], start=1)]
    asked = request(*lines, excluded=excluded, promised_by=france.TUESDAY_10H + timedelta(days=2))
    stock = Snapshot(7, available, france.work(load, next_day), withheld)
    whole = source(asked, network, stock, rules, rates)
    kept = source(asked, network, stock, rules, rates, explain=False)
    again, shown = unpack(pack(asked, stock, network, rules, Calendar()), network)
    assert again == asked
    assert with_reasons(kept, again, network, shown, rules, rates) == whole
    assert whole.without_reasons() == kept


def test_an_engine_that_decides_otherwise_by_now_does_not_make_up_reasons() -> None:
    rules, network, rates = policy(), france.network(), france.tables()
    asked = request(line(1, "tea"))
    stock = Snapshot(7, {"tea": {"paris": 2, "lyon": 1}})
    kept = source(asked, network, stock, rules, rates, explain=False)
    moved = replace(kept, shipments=(replace(kept.shipments[0], location="nantes"),))
    assert with_reasons(moved, asked, network, stock, rules, rates) is None


@pytest.mark.parametrize("lines", [1, 3])
def test_a_decision_over_five_thousand_locations_is_kept_in_four_kilobytes(lines: int) -> None:
    rng = np.random.default_rng(5)
    network = Network.of(
        Location(f"L{n:04}", LocationKind.STORE, "", "", "", "", *at)
        for n, at in enumerate(zip(43 + 7 * rng.random(5000), 6 * rng.random(5000), strict=True))
    )
    stock = Snapshot(
        123_456,
        {
            f"sku{n}": {
                code: int(rng.integers(1, 30)) for code in network.codes if rng.random() < 0.3
            }
            for n in range(lines)
        },
        france.work(
            *(
                {code: int(rng.integers(1, 4)) for code in network.codes if rng.random() < 0.1}
                for _ in range(2)
            )
        ),
    )
    asked = request(*(line(n + 1, f"sku{n}", 1) for n in range(lines)))
    rules = Policy()
    body = source(asked, network, stock, rules, france.tables(), explain=False).canonical_bytes()
    inputs = pack(asked, stock, network, rules, Calendar())
    assert len(zstandard.compress(body)) + len(inputs) + 300 <= 4096


def test_locations_and_tariffs_are_kept_once_for_all_decisions_taken_from_them(
    world: World,
) -> None:
    first, second = world.placed(("BAG", 1, SHIP)), world.placed(("MUG", 1, SHIP))
    before = [one.decision for order in (first, second) for one in world.explained(order)]
    assert all(len(decision.evaluations) for decision in before)
    assert references(world) == 1
    slower = [replace(place, lead_time_hours=place.lead_time_hours + 9) for place in LOCATIONS]
    with world.central.database.write("test") as tx:
        reference.load_locations(tx, slower)
    world.central.refresh()
    third = world.placed(("BAG", 1, SHIP))
    assert references(world) == 2
    after = [one.decision for order in (first, second) for one in world.explained(order)]
    assert after == before
    assert world.explained(third)[0].decision.shipments[0].ready_at > world.now


def test_reasons_whose_rules_are_gone_are_not_told(world: World) -> None:
    order = world.placed(("BAG", 1, SHIP))
    with world.central.database.write("test") as tx:
        tx.connection.execute(sa.delete(tables.policy))
    (explained,) = world.explained(order)
    assert not explained.has_reasons and not len(explained.decision.evaluations)
    told = explained.told(world.central.reference, "fr")
    assert told[-1].startswith("Les raisons ne peuvent plus être dites")


def references(world: World) -> int:
    with world.central.database.read() as connection:
        kept = tables.sourcing_reference
        return int(connection.execute(sa.select(sa.func.count()).select_from(kept)).scalar_one())
