"""The demo company loads whole, passes the reconciliation, and has fulfilments to prepare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest
import sqlalchemy as sa

from sync.central.check import check
from sync.central.composition import Central
from sync.central.storage import tables
from sync.demo import company as demo_company
from sync.demo import load as demo
from sync.demo.company import DEMO_STORE
from tests.sync.central.world import MONDAY

# The whole company is loaded once; tests that only look at it stay with the worker that has it.
on_one_worker = pytest.mark.xdist_group("demo company")


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int, str]]:
    return []


@pytest.fixture(scope="module")
def central(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, int, str]]
) -> Iterator[Central]:
    folder: Path = tmp_path_factory.mktemp("demo")
    found = Central(folder, lambda: MONDAY)
    demo.load_demo(found, lambda *step: told.append(step))
    yield found
    found.close()


@on_one_worker
def test_progress_goes_forward_to_its_end(
    central: Central, told: list[tuple[int, int, str]]
) -> None:
    done = [step[0] for step in told]
    assert done == sorted(done)
    assert told[-1] == (demo.STEPS, demo.STEPS, "done")


@on_one_worker
def test_the_demo_passes_the_reconciliation(central: Central) -> None:
    assert check(central.context) == []


@on_one_worker
def test_the_demo_store_has_parcels_to_ship_and_bags_to_give(central: Central) -> None:
    fulfilments = tables.fulfilment.c
    query = sa.select(fulfilments.mode).where(fulfilments.location == DEMO_STORE)
    with central.database.read() as connection:
        modes = list(connection.execute(query).scalars())
    assert 4 <= len(modes) <= 12
    assert {"ship_home", "collect"} == set(modes)


@on_one_worker
def test_warehouses_do_the_rest(central: Central) -> None:
    fulfilments = tables.fulfilment.c
    query = sa.select(fulfilments.location, sa.func.count()).group_by(fulfilments.location)
    with central.database.read() as connection:
        counted = {row[0]: row[1] for row in connection.execute(query)}
    assert counted["W01"] + counted["W02"] > sum(counted.values()) / 2


@on_one_worker
def test_pins_are_kept_as_argon2id_hashes(central: Central) -> None:
    people = {person.name: person for person in demo.demo_people()}
    claire = people["Claire Dubois"]
    assert claire.role == "manager"
    assert claire.pin_hash.startswith("$argon2id$")
    assert argon2.PasswordHasher().verify(claire.pin_hash, "246810")


@on_one_worker
def test_loading_again_changes_nothing(central: Central) -> None:
    demo.load_demo(central, lambda *_: pytest.fail("nothing is to be done"))
    assert demo.is_loaded(central)


def test_a_load_that_was_killed_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = Central(tmp_path, lambda: MONDAY)
    everything = demo_company.generate_stock
    few = ("S001", "W01")
    monkeypatch.setattr(
        demo_company,
        "generate_stock",
        lambda *given: (row for row in everything(*given) if row[0] in few),
    )
    monkeypatch.setattr(demo, "WEB_ORDERS", 5)
    with monkeypatch.context() as patch:
        patch.setattr("sync.central.orders.place_order.place_order", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            demo.load_demo(central)
    assert not demo.is_loaded(central)
    demo.load_demo(central)
    assert check(central.context) == []
    central.close()
