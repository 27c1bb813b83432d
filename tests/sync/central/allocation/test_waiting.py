"""Orders that a policy holds, or asks a person about; and names that the company does not have."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sync.central.storage import tables
from sync.domain.order import Order
from sync.sourcing.decision import Decision
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.client import Client
from tests.sync.central.world import SHIP, World, receive

pytestmark = BOTH_DATABASES

WAREHOUSES = """version = "1"
[[steps]]
name = "warehouses"
kinds = ["warehouse"]
when_short = "{}"
"""
MORE_THAN_THEY_HAVE = 80


class Ops(Client):
    def say(self, method: str, path: str, status: int = 200, body: Any = None) -> Any:
        key = {"Authorization": f"Bearer {self.world.central.keys.operations}"}
        answer = self.ask(method, path, headers=key, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()


def waiting(world: World, order: Order) -> int:
    with world.central.database.read() as connection:
        query = sa.select(sa.func.sum(tables.order_line.c.unfilled)).where(
            tables.order_line.c.order_number == order.number.value
        )
        return int(connection.execute(query).scalar_one())


def told(world: World, order: Order) -> list[str]:
    return [event.kind for event in world.state(order).events]


def last_decision(ops: Ops, order: Order) -> dict[str, Any]:
    found: dict[str, Any] = ops.say("GET", f"/v1/orders/{order.number}/explanation")
    decision: dict[str, Any] = found["decisions"][-1]
    return decision


@pytest.fixture
def held(world: World) -> Order:
    world.use_policy(WAREHOUSES.format("hold"))
    return world.placed(("BAG", MORE_THAN_THEY_HAVE, SHIP))


@pytest.fixture
def asked(world: World) -> Order:
    world.use_policy(WAREHOUSES.format("ask"))
    return world.placed(("BAG", MORE_THAN_THEY_HAVE, SHIP))


def test_nothing_of_a_held_order_is_promised_and_its_history_says_so(
    world: World, held: Order
) -> None:
    assert world.fulfilments(held) == []
    assert waiting(world, held) == MORE_THAN_THEY_HAVE
    assert "held" in told(world, held)
    assert "backordered" not in told(world, held)
    assert Ops(world).say("GET", "/v1/discrepancies") == []
    assert world.check() == []


def test_a_held_order_goes_by_itself_when_all_of_it_is_there(world: World, held: Order) -> None:
    assert world.fill_backorders() == 0
    assert told(world, held).count("held") == 1  # trying again leaves no trace
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "BAG", MORE_THAN_THEY_HAVE)
    assert world.fill_backorders() == 1
    assert waiting(world, held) == 0
    assert world.check() == []


def test_an_order_that_asks_is_on_the_list_until_a_person_has_decided(
    world: World, asked: Order
) -> None:
    ops = Ops(world)
    (listed,) = ops.say("GET", "/v1/discrepancies")
    assert (listed["kind"], listed["document"]) == ("order_to_decide", asked.number.value)
    assert listed["missing"] == MORE_THAN_THEY_HAVE
    assert "asked" in told(world, asked)
    found = ops.say("POST", f"/v1/orders/{asked.number}/release")
    assert 0 < found["found"] < MORE_THAN_THEY_HAVE
    assert waiting(world, asked) == MORE_THAN_THEY_HAVE - found["found"]
    assert ops.say("GET", "/v1/discrepancies") == []
    assert told(world, asked)[-1] == "released"
    assert {f.location[0] for f in world.fulfilments(asked)} == {"W"}  # the policy's own step
    decision = last_decision(ops, asked)
    assert "A person decided to send what there is." in decision["sentences"]
    assert decision["others"]  # the reasons can still be told
    assert world.check() == []


def test_an_order_that_asks_leaves_the_list_when_stock_comes(world: World, asked: Order) -> None:
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "BAG", MORE_THAN_THEY_HAVE)
    assert world.fill_backorders() == 1
    assert Ops(world).say("GET", "/v1/discrepancies") == []


def test_what_does_not_wait_is_not_released(world: World) -> None:
    order = world.placed(("BAG", 1, SHIP))
    answer = Ops(world).say("POST", f"/v1/orders/{order.number}/release", 403)
    assert answer["code"] == "order.nothing_waits"


def test_an_order_that_is_not_there_is_not_released(world: World) -> None:
    assert Ops(world).say("POST", "/v1/orders/W0000-000999-9/release", 422)["code"]


NAMES = """version = "1"
[filters]
services = ["colissimo:hom"]
[filters.groups]
near = ["S1", "S9"]
"""


def test_a_policy_with_a_name_that_the_company_does_not_have_is_not_loaded(world: World) -> None:
    ops = Ops(world)
    found = ops.say("POST", "/v1/policies/near/check", body={"text": NAMES})
    assert [(fault["line"], fault["key"]) for fault in found] == [
        (3, "filters.services"),
        (5, "filters.groups.near"),
    ]
    refused = ops.say("PUT", "/v1/policies/near", 422, body={"text": NAMES})
    assert "line 3, filters.services" in refused["message"]
    assert [policy["name"] for policy in ops.say("GET", "/v1/policies")] == ["default"]
    right = NAMES.replace('hom"', 'home"').replace("S9", "S2")
    assert ops.say("POST", "/v1/policies/near/check", body={"text": right}) == []
    assert ops.say("PUT", "/v1/policies/near", body={"text": right})["name"] == "near"


def test_a_decision_keeps_what_a_person_said() -> None:
    wire = {
        "order_number": "W-1",
        "policy": "p@1",
        "snapshot_position": 1,
        "status": "unfillable",
        "step": "",
        "shipments": [],
        "unfilled": [],
        "cost": dict.fromkeys(("economic", "ecological", "logistic", "retail"), 0),
        "gap_micro": 0,
        "action": "released",
    }
    assert Decision.from_wire(wire).to_wire()["action"] == "released"
