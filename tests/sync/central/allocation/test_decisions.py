"""An order is decided while no transaction is open, and nothing is lost or promised twice by it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pytest import MonkeyPatch

from sync.central.allocation import allocate as orchestration
from sync.central.allocation.decisions import ATTEMPTS_MAX, Decided, Decisions
from sync.central.allocation.fill import BACKORDER
from sync.central.inventory import ledger as stock
from sync.domain.errors import InvalidInput, Unavailable
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.order import Order
from sync.domain.stock import Balance
from sync.protocol.commands import Outcome, PlaceOrder
from sync.sourcing.decision import Decision
from sync.sourcing.engine import source
from sync.sourcing.request import Request
from tests.sync.central.inline import Inline
from tests.sync.central.test_races import together
from tests.sync.central.world import CARRY, COLLECT, SHIP, World, copy_of, receive

Found = list[str]


@pytest.fixture
def decided(monkeypatch: MonkeyPatch) -> Found:
    """The orders that the engine was asked about, once for each time."""
    asked: Found = []

    def note(request: Request, *args: Any, **more: Any) -> Decision:
        asked.append(request.order_number)
        return source(request, *args, **more)

    monkeypatch.setattr(orchestration, "source", note)
    return asked


def test_while_one_order_is_decided_others_are_placed_handed_over_and_read(
    world: World, monkeypatch: MonkeyPatch
) -> None:
    ready = world.placed(("CARD", 1, COLLECT, "S1"))
    fulfilment = world.fulfilment(ready)
    assert world.pack(fulfilment).outcome is Outcome.APPLIED
    slow, quick = world.order(("MUG", 2, SHIP)), world.order(("MUG", 1, SHIP))
    at_gate, gate = threading.Event(), threading.Event()

    def gated(request: Request, *args: Any, **more: Any) -> Decision:
        if request.order_number == slow.number.value:
            at_gate.set()
            assert gate.wait(60)
        return source(request, *args, **more)

    monkeypatch.setattr(orchestration, "source", gated)
    command = world.command(PlaceOrder(slow))
    deciding = threading.Thread(target=world.send, args=(world.till(), command))
    deciding.start()
    assert at_gate.wait(60)
    world.applied(PlaceOrder(quick))
    assert world.hand_over(fulfilment).outcome is Outcome.APPLIED
    assert world.state(quick).lines[0].unfilled == 0
    assert world.fulfilment(ready).state is FulfilmentState.HANDED_OVER
    gate.set()
    deciding.join()
    assert world.state(slow).lines[0].unfilled == 0
    assert world.check() == []


def test_forty_equal_orders_for_the_last_pieces_sell_exactly_these(
    world: World, decided: Found
) -> None:
    everywhere = world.everywhere("LAMP")
    till = world.till()
    orders = [world.order(("LAMP", 1, SHIP)) for _ in range(40)]
    answers = together(world, [(till, world.command(PlaceOrder(order))) for order in orders])
    assert {answer.outcome for answer in answers} == {Outcome.APPLIED}
    assert max(Counter(decided).values()) <= ATTEMPTS_MAX
    world.run(BACKORDER)  # who was beaten each time is sourced again by a job
    unfilled = [world.state(order).lines[0].unfilled for order in orders]
    assert Counter(unfilled) == {0: everywhere, 1: 40 - everywhere}
    assert world.check() == []


@pytest.mark.parametrize("losses", [0, 1, ATTEMPTS_MAX - 1, ATTEMPTS_MAX, ATTEMPTS_MAX + 3])
def test_a_piece_that_is_taken_between_decision_and_commit_is_looked_for_elsewhere(
    world: World, monkeypatch: MonkeyPatch, losses: int
) -> None:
    """Somebody buys what was just decided on, again and again; the order goes on or waits."""
    order = world.order(("MUG", 1, SHIP))
    real = Decisions.decide
    made: list[str] = []

    def beaten(self: Decisions, groups: Any, taken: Any, *, fresh: bool) -> None:
        real(self, groups, taken, fresh=fresh)
        found = [one.decision.locations for one in self._made if isinstance(one, Decided)]
        if len(made) == losses or found in ([], [()]):
            return
        ((location,),) = found
        made.append(location)
        with world.central.database.write("a rival") as tx:
            rest = world.available(location, "MUG") + world.withheld(location, "MUG")
            limits = world.limits("MUG", location)
            wanted = [stock.Wanted(location, "MUG", rest, limits)]
            stock.allocate(tx, wanted, "a rival", release_safety_stock=True)

    monkeypatch.setattr(Decisions, "decide", beaten)
    answer = world.applied(PlaceOrder(order))
    tries, everywhere = min(losses, ATTEMPTS_MAX), ["W1", "S1", "W2", "S2", "S3"]
    assert sorted(made) == sorted(set(made))
    assert set(made) <= set(everywhere)
    assert answer.result["unfilled"] == int(tries == len(everywhere))
    assert len(world.state(order).decisions) == int(answer.result["unfilled"] == 0)
    assert world.run(BACKORDER) == answer.result["unfilled"]


def test_pieces_carried_out_and_two_ways_of_delivery_of_one_article_are_decided_once(
    world: World, decided: Found
) -> None:
    order = world.placed(
        ("LAMP", 2, CARRY),
        ("LAMP", 6, SHIP),
        ("LAMP", 3, COLLECT, "S1"),
        ("LAMP", 2, COLLECT, "S3"),
    )
    assert decided == [order.number.value] * 3
    assert [line.unfilled for line in world.state(order).lines] == [0, 1, 0, 0]
    assert world.check() == []


def test_a_command_that_comes_again_is_not_decided_again(world: World, decided: Found) -> None:
    command = world.command(PlaceOrder(world.order(("MUG", 1, SHIP))))
    answers = [world.send(world.till(), command) for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert len(decided) == 1


def test_what_is_refused_or_has_to_wait_is_not_decided(world: World, decided: Found) -> None:
    late = world.command(PlaceOrder(world.order(("MUG", 1, SHIP))), (world.next_id(),))
    assert world.send(world.till(), late).outcome is Outcome.WAITING
    unpaid = world.order(("MUG", 1, SHIP), tenders=())
    assert world.do(PlaceOrder(unpaid)).outcome is Outcome.REFUSED
    assert decided == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (InvalidInput("No.", code="sourcing.no"), Outcome.REFUSED),
        (Unavailable("Not now.", code="sourcing.away"), Outcome.WAITING),
        (ZeroDivisionError(), Outcome.WAITING),
    ],
)
def test_an_error_of_the_engine_is_the_answer_of_the_command(
    world: World, monkeypatch: MonkeyPatch, error: Exception, outcome: Outcome
) -> None:
    def refuse(*_: Any, **__: Any) -> Decision:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(orchestration, "source", refuse)
        command = world.command(PlaceOrder(world.order(("MUG", 1, CARRY), ("MUG", 1, SHIP))))
        answer = world.send(world.till(), command)
    assert answer.outcome is outcome
    assert answer.code == getattr(error, "code", "server.fault")
    assert world.balance("S1", "MUG") == Balance(on_hand=6)
    again = world.send(world.till(), command)
    assert again.outcome is (Outcome.REFUSED if outcome is Outcome.REFUSED else Outcome.APPLIED)


def test_a_rejection_is_decided_on_the_order_as_it_will_be(world: World, decided: Found) -> None:
    order = world.placed(("MUG", 3, SHIP))
    first = world.fulfilment(order)
    assert world.reject(first, RejectionReason.DAMAGED).outcome is Outcome.APPLIED
    second = world.fulfilment(order)
    assert second.location != first.location
    assert second.quantity == 3
    assert len(decided) == 2
    assert world.check() == []


def test_the_second_command_of_a_batch_sees_what_the_first_has_taken(world: World) -> None:
    everything = world.everywhere("LAMP")
    first, second = world.order(("LAMP", everything, SHIP)), world.order(("LAMP", 1, SHIP))
    unfilled = [world.applied(PlaceOrder(order)).result["unfilled"] for order in (first, second)]
    assert unfilled == [0, 1]


def test_only_large_orders_go_to_the_executor(template: Path, tmp_path: Path) -> None:
    executor = Inline()
    world = copy_of(template, tmp_path / "central", executor)
    world.placed(*[(sku, 3, SHIP) for sku in ("MUG", "BAG", "LAMP", "CARD")])
    assert executor.calls == 0
    large = world.placed(*[(sku, 9, SHIP) for sku in ("MUG", "BAG", "LAMP", "CARD")])
    assert executor.calls == 1
    assert [line.unfilled for line in world.state(large).lines] == [0, 0, 0, 0]
    assert world.check() == []
    world.close()


_DIES = """
import os, sys
from pathlib import Path
from sync.central.allocation.decisions import Decisions
from sync.protocol.commands import PlaceOrder
from tests.sync.central.world import CARRY, SHIP, World

world = World(Path(sys.argv[1]))
command = world.command(PlaceOrder(world.order(("MUG", 1, CARRY), ("BAG", 1, SHIP))))
real = Decisions.decide
def decide(self, *args, **more):
    real(self, *args, **more)
    os._exit(9)
Decisions.decide = decide
world.send(world.till(), command)
"""


def test_killed_between_decision_and_commit_nothing_happened_and_the_command_comes_again(
    template: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "dies"
    copy_of(template, folder).close()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    died = subprocess.run([sys.executable, "-c", _DIES, str(folder)], env=environment, check=False)
    assert died.returncode == 9
    world = World(folder)
    assert world.balance("S1", "MUG") == Balance(on_hand=6)
    assert world.check() == []
    world.close()


def test_a_job_that_sources_ends_in_the_transaction_that_promises(
    world: World, monkeypatch: MonkeyPatch
) -> None:
    """One that is beaten between decision and commit is decided again, and is not run again."""
    order = waiting(world)
    real, made = Decisions.decide, []

    def beaten(self: Decisions, groups: Any, taken: Any, *, fresh: bool) -> None:
        real(self, groups, taken, fresh=fresh)
        made.append(fresh)
        if len(made) == 1:
            with world.central.database.write("a rival") as tx:
                place = world.central.reference.locations["W1"]
                stock.allocate(
                    tx, [stock.Wanted(place.code, "MUG", 1, world.limits("MUG", place.code))], "x"
                )

    monkeypatch.setattr(Decisions, "decide", beaten)
    assert world.run(BACKORDER) == 1
    assert made == [False, True]
    assert world.state(order).lines[0].unfilled == 1
    assert world.run(BACKORDER) == 0


def waiting(world: World) -> Order:
    """An order of three mugs that waits for them; two and two more have come in."""
    with world.central.database.write("count") as tx:
        for location in ("W1", "W2", "S1", "S2", "S3"):
            stock.count(tx, location, "MUG", 0, "count")
    order = world.placed(("MUG", 3, SHIP))
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "MUG", 3)
    return order
