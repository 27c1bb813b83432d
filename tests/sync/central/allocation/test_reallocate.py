"""What nobody has begun moves to where it costs less, and no other fulfilment ever does."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.central.allocation import allocate as orchestration
from sync.central.allocation import reallocate as reallocation
from sync.central.allocation.reallocate import (
    REALLOCATION,
    Reallocation,
    apply,
    inputs_for,
    on_demand,
)
from sync.central.inventory import ledger as stock
from sync.central.jobs.queue import Job
from sync.central.storage import tables
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.order_status import GIVEN_UP
from sync.i18n import I18n
from sync.protocol.commands import Outcome, PlaceOrder
from sync.sourcing import Decision
from sync.sourcing.explain.sentences import explain_decision
from tests.sync.central.allocation.batch import RULES, delivered, heard_of, moves, proposal, where
from tests.sync.central.client import Client
from tests.sync.central.inline import Inline
from tests.sync.central.world import COLLECT, SHIP, World


@pytest.fixture
def shops(world: World) -> World:
    """Mugs are in the third shop only, three of them; the warehouse gets some when it pleases."""
    with world.central.database.write("count") as tx:
        for location in ("W1", "W2", "S1", "S2"):
            stock.count(tx, location, "MUG", 0, "count")
    world.use_policy(RULES)
    return world


def test_a_fulfilment_moves_to_the_warehouse_that_was_filled_meanwhile(shops: World) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    assert where(shops, order) == [("S3", "allocated")]
    delivered(shops, "W1", "MUG", 10)
    shops.pass_time(minutes=5)
    found = proposal(shops)
    assert moves(found) == [[(["S3"], ["W1"])]]
    assert len(apply(shops.central.context, found)) == 1
    assert where(shops, order) == [("S3", "reassigned"), ("W1", "allocated")]
    assert shops.fulfilments(order)[0].rejection is None
    assert (shops.balance("S3", "MUG").allocated, shops.balance("W1", "MUG").allocated) == (0, 2)
    assert shops.check() == []


def test_the_move_is_told_in_the_decision_and_in_the_history(shops: World) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    found = proposal(shops)
    apply(shops.central.context, found)
    state = shops.state(order)
    decision = Decision.from_wire(state.decisions[-1])
    assert decision.moved is not None and decision.moved.locations == ("S3",)
    assert decision.moved.saving_micro == found.saving_micro > 500_000
    saves = f"{decision.moved.saving_micro / 1e6:.2f} EUR"
    assert f"Moved from S3 to W1: saves {saves}, certified gap 0%." in explain_decision(decision)
    (event,) = [e for e in state.events if e.kind == "reallocated"]
    assert I18n("fr").t(event.text, **event.params) == (
        f"Déplacée de Place S3 à Place W1 : {saves} d’économie, écart certifié 0.0 %."
    )
    explained = shops.explained(order)[-1]
    told = {v.location for v in explained.decision.evaluations} | set(decision.locations)
    assert told == {"W1", "W2", "S1", "S2", "S3"}


def test_a_gain_below_the_cost_of_switching_moves_nothing(shops: World) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    saving = proposal(shops).saving_micro / 1e6
    shops.use_policy(RULES.replace("0.5", f"{saving + 0.01:.2f}"))
    assert moves(proposal(shops)) == []
    shops.use_policy(RULES.replace("0.5", f"{saving - 0.01:.2f}"))
    assert moves(proposal(shops)) == [[(["S3"], ["W1"])]]
    assert where(shops, order) == [("S3", "allocated")]


@pytest.mark.parametrize("begun", ["pick", "pack", "hand_over", "reject"])
def test_a_fulfilment_that_was_begun_is_never_proposed(shops: World, begun: str) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    fulfilment = shops.fulfilment(order)
    if begun == "pick":
        shops.pick(fulfilment)
    elif begun == "reject":
        shops.reject(fulfilment, RejectionReason.NO_TIME)
    else:
        shops.pack(fulfilment)
        if begun == "hand_over":
            shops.hand_over(fulfilment)
    delivered(shops, "W1", "MUG", 10)
    assert proposal(shops).looked_at == 0
    assert shops.check() == []


def test_a_store_that_begins_while_the_batch_thinks_keeps_its_fulfilment(shops: World) -> None:
    first, second = shops.placed(("MUG", 2, SHIP)), shops.placed(("MUG", 1, SHIP))
    delivered(shops, "W1", "MUG", 10)
    found = proposal(shops)
    assert len(found.groups) == 2
    assert shops.pick(shops.fulfilment(first)).outcome is Outcome.APPLIED
    heard_of(shops, shops.till("S3"))
    made = apply(shops.central.context, found)
    assert [move.order.request.order_number for move in made] == [second.number.value]
    assert where(shops, first) == [("S3", "picking")]
    assert where(shops, second) == [("S3", "reassigned"), ("W1", "allocated")]
    assert shops.check() == []


def test_picking_against_the_batch_at_the_same_moment_one_wins(shops: World) -> None:
    orders = [shops.placed(("MUG", 1, SHIP)) for _ in range(3)]
    delivered(shops, "W1", "MUG", 10)
    found = proposal(shops)
    heard_of(shops, shops.till("S3"))
    fulfilments = [shops.fulfilment(order) for order in orders]
    barrier = threading.Barrier(4)
    picked: list[Outcome] = []

    def pick(number: int) -> None:
        barrier.wait()
        picked.append(shops.pick(fulfilments[number]).outcome)

    threads = [threading.Thread(target=pick, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    barrier.wait()
    made = apply(shops.central.context, found)
    for thread in threads:
        thread.join()
    assert len(made) + picked.count(Outcome.APPLIED) == 3
    assert shops.check() == []


def test_a_piece_that_is_taken_meanwhile_leaves_the_fulfilment_where_it_is(shops: World) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 2)
    found = proposal(shops)
    with shops.central.database.write("count") as tx:
        stock.count(tx, "W1", "MUG", 1, "count")
    assert apply(shops.central.context, found) == []
    assert where(shops, order) == [("S3", "allocated")]
    assert shops.check() == []


def test_two_orders_that_need_each_others_place_change_it_together(shops: World) -> None:
    """The first order took the warehouse's only lamp; the second one would need it more."""
    with shops.central.database.write("count") as tx:
        for location, pieces in (("W1", 1), ("W2", 0), ("S1", 0), ("S2", 0), ("S3", 1)):
            stock.count(tx, location, "LAMP", pieces, "count")
            stock.count(tx, location, "BAG", int(location == "W1"), "count")
    alone = shops.placed(("LAMP", 1, SHIP))
    both = shops.placed(("LAMP", 1, SHIP), ("BAG", 1, SHIP))
    assert where(shops, alone) == [("W1", "allocated")]
    assert {code for code, _ in where(shops, both)} == {"S3", "W1"}
    found = proposal(shops)
    assert sorted(moves(found)[0]) == [(["S3", "W1"], ["W1"]), (["W1"], ["S3"])]
    savings = {m.order.request.order_number: m.saving_micro for m in found.groups[0]}
    assert savings[alone.number.value] < 0 < sum(savings.values())
    assert len(apply(shops.central.context, found)) == 2
    assert [w.location for w in shops.fulfilments(alone) if w.state not in GIVEN_UP] == ["S3"]
    assert [w.location for w in shops.fulfilments(both) if w.state not in GIVEN_UP] == ["W1"]
    assert shops.check() == []


def test_if_one_of_them_was_begun_neither_moves(shops: World) -> None:
    with shops.central.database.write("count") as tx:
        for location, pieces in (("W1", 1), ("W2", 0), ("S1", 0), ("S2", 0), ("S3", 1)):
            stock.count(tx, location, "LAMP", pieces, "count")
            stock.count(tx, location, "BAG", int(location == "W1"), "count")
    alone = shops.placed(("LAMP", 1, SHIP))
    both = shops.placed(("LAMP", 1, SHIP), ("BAG", 1, SHIP))
    found = proposal(shops)
    shops.pick(shops.fulfilment(alone))
    assert apply(shops.central.context, found) == []
    assert [state for _, state in where(shops, both)] == ["allocated", "allocated"]
    assert shops.check() == []


def test_what_is_collected_is_never_later_than_it_was_promised(shops: World) -> None:
    """The bag lies in the shop where it is collected; a parcel would be cheaper, and late."""
    rules = RULES + "[handling.warehouse]\nparcel_eur = 0.0\n"
    shops.use_policy(rules.replace("3.0", "20.0"))
    order = shops.placed(("MUG", 1, COLLECT, "S3"))
    assert where(shops, order) == [("S3", "allocated")]
    delivered(shops, "W1", "MUG", 10)
    assert moves(proposal(shops)) == []
    late = shops.order(("MUG", 1, COLLECT, "S3"))
    week = shops.now + timedelta(days=7)
    late = replace(late, lines=(replace(late.lines[0], promised_at=week),))
    with shops.central.database.write("count") as tx:
        stock.count(tx, "W1", "MUG", 0, "count")
    shops.applied(PlaceOrder(late))
    delivered(shops, "W1", "MUG", 10)
    found = proposal(shops)
    assert [m.order.request.order_number for g in found.groups for m in g] == [late.number.value]


def test_a_moved_order_may_come_back_and_is_not_a_refusal(shops: World) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    apply(shops.central.context, proposal(shops))
    shops.reject(shops.fulfilment(order), RejectionReason.NOT_FOUND)
    decision = shops.explained(order)[-1].decision
    assert decision.locations == ("S3",)
    assert {v.location: v.note for v in decision.evaluations if v.reason == "excluded"} == {
        "W1": "not_found"
    }
    assert shops.check() == []


def test_a_day_at_a_location_is_given_back(shops: World) -> None:
    shops.placed(("MUG", 2, SHIP))
    view = shops.central.view
    (due,) = view.load().values()
    assert due == {"S3": (1, 2)}
    delivered(shops, "W1", "MUG", 10)
    apply(shops.central.context, proposal(shops))
    given = [moved for moved in view.load().values() if moved]
    assert given == [{"W1": (1, 2)}]
    view.rebuild()
    assert list(view.load().values()) == given


def test_the_shops_list_follows(shops: World) -> None:
    client, till = Client(shops), shops.till("S3")
    heard_of(shops, till)
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    apply(shops.central.context, proposal(shops))
    rows = client.page(till, "store:S3").changes
    (fulfilment,) = [row for row in rows if row.kind == "fulfilment"]
    body = fulfilment.body
    assert (body["order_number"]["value"], body["state"], body["rejection"]) == (
        order.number.value, "reassigned", None
    )  # fmt: skip


def test_the_job_moves_a_turn_after_the_last_one(shops: World) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    workers = shops.workers()
    workers.ensure_schedules()
    assert workers.run_due(REALLOCATION) == 0
    assert shops.fulfilment(order).location == "S3"
    shops.pass_time(minutes=10)
    heard_of(shops, shops.till("S3"))
    assert workers.run_due(REALLOCATION) == 1
    assert shops.fulfilment(order).location == "W1"
    shops.pass_time(minutes=29)
    assert workers.run_due(REALLOCATION) == 0
    shops.pass_time(minutes=1)
    assert workers.run_due(REALLOCATION) == 1


def test_a_policy_without_a_schedule_moves_only_when_asked(shops: World) -> None:
    shops.use_policy(RULES.replace("every_minutes = 30", "every_minutes = 0"))
    shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    executor = Inline()
    ctx = replace(shops.central.context, executor=executor)
    job = Job(1, REALLOCATION, "schedule", 1, 1, shops.now)
    done = Reallocation(ctx).run(job)
    assert (done.again_at, executor.calls) == (shops.now + timedelta(minutes=1), 0)
    heard_of(shops, shops.till("S3"))
    assert len(on_demand(ctx, dry_run=False).moves) == 1


def test_a_proposal_that_fails_moves_nothing_and_the_next_turn_tries_again(
    shops: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    heard_of(shops, shops.till("S3"))
    job = Job(1, REALLOCATION, "schedule", 1, 1, shops.now)
    monkeypatch.setattr(reallocation, "propose", lambda _: 1 // 0)
    done = Reallocation(shops.central.context).run(job)
    assert done.again_at == shops.now + timedelta(minutes=30)
    assert shops.fulfilment(order).location == "S3"
    monkeypatch.undo()
    Reallocation(shops.central.context).run(job)
    assert shops.fulfilment(order).location == "W1"


def test_over_http_a_dry_run_says_what_would_move_and_moves_nothing(shops: World) -> None:
    client = Client(shops)
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 10)
    headers = {"Authorization": f"Bearer {shops.central.keys.operations}"}
    assert client.ask("POST", "/v1/batch").status_code == 401
    said = client.ask("POST", "/v1/batch", headers=headers).json()
    assert (said["dry_run"], said["orders_looked_at"], said["stayed"]) == (True, 1, 0)
    (move,) = said["moves"]
    assert (move["order_number"], move["locations_before"], move["locations_after"]) == (
        order.number.value,
        ["S3"],
        ["W1"],
    )
    assert said["saving_cents"] == move["saving_cents"] > 50
    assert where(shops, order) == [("S3", "allocated")]
    done = client.ask("POST", "/v1/batch?dry_run=false", headers=headers).json()
    assert done["moves"] == said["moves"]
    assert shops.fulfilment(order).location == "W1"
    assert shops.check() == []


def test_safety_stock_that_was_given_is_no_reason_to_move(world: World) -> None:
    released = RULES + '[[steps]]\nname = "a"\n[[steps]]\nname = "b"\nrelease_safety_stock = true\n'
    world.use_policy(released)
    with world.central.database.write("count") as tx:
        for location in ("W1", "W2", "S2", "S3"):
            stock.count(tx, location, "MUG", 0, "count")
        stock.count(tx, "S1", "MUG", 1, "count")
    order = world.placed(("MUG", 1, SHIP))
    assert world.fulfilment(order).location == "S1"
    delivered(world, "W1", "MUG", 10)
    assert proposal(world).looked_at == 0


def test_the_engine_is_asked_for_what_is_not_begun_only(shops: World) -> None:
    order = shops.placed(("MUG", 5, SHIP), ("CARD", 2, SHIP))
    (asked,) = inputs_for(shops.central.context).orders
    assert {line.sku: line.quantity for line in asked.request.lines} == {"MUG": 3, "CARD": 2}
    assert asked.request.order_number == order.number.value
    assert orchestration.has_policy(shops.central.context)
    assert all(w.state is FulfilmentState.ALLOCATED for w in shops.fulfilments(order))


def test_a_store_that_lost_touch_keeps_what_it_may_be_preparing(shops: World) -> None:
    till = shops.till("S3")
    heard_of(shops, till)
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 5)
    assert moves(proposal(shops)) == [[(["S3"], ["W1"])]]
    shops.now += timedelta(seconds=31)
    assert moves(proposal(shops)) == []
    heard_of(shops, till)
    assert moves(proposal(shops)) == [[(["S3"], ["W1"])]]
    assert where(shops, order) == [("S3", "allocated")]


def test_a_store_that_loses_touch_while_the_batch_is_solved_keeps_its_fulfilment(
    shops: World,
) -> None:
    till = shops.till("S3")
    heard_of(shops, till)
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 5)
    found = proposal(shops)
    shops.now += timedelta(seconds=31)
    assert apply(shops.central.context, found) == []
    assert where(shops, order) == [("S3", "allocated")]
    assert shops.check() == []


def test_one_silent_terminal_is_enough_and_a_kiosk_or_a_revoked_one_is_none(shops: World) -> None:
    heard_of(shops, shops.till("S3"))
    shops.till("S3", "kiosk")
    shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 5)
    assert moves(proposal(shops)) == [[(["S3"], ["W1"])]]
    shops.tills.pop("S3/terminal")
    second = shops.till("S3")
    assert moves(proposal(shops)) == []
    with shops.central.database.write("revoke") as tx:
        devices = tables.device
        silent = devices.update().where(devices.c.code == second.device.code)
        tx.connection.execute(silent.values(state="revoked"))
    assert moves(proposal(shops)) == [[(["S3"], ["W1"])]]
