"""Threads that want the same thing at the same time, and a process that dies half-way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pytest import MonkeyPatch

from sync.central.allocation.fill import BACKORDER
from sync.central.inventory import ledger as stock
from sync.central.inventory.availability import StockView
from sync.central.inventory.stock_copy import StockCopy
from sync.domain.fulfilment import RejectionReason
from sync.domain.stock import Balance
from sync.protocol.commands import (
    Answer,
    Command,
    HandOver,
    Outcome,
    PlaceOrder,
    RejectFulfilment,
)
from tests.sync.central.world import CARRY, SHIP, Till, World


def together(world: World, sent: list[tuple[Till, Command]]) -> list[Answer]:
    """Send all commands at the same moment, each from its own thread."""
    barrier = threading.Barrier(len(sent))
    answers: list[Answer] = []

    def go(till: Till, command: Command) -> None:
        barrier.wait()
        answers.append(world.send(till, command))

    threads = [threading.Thread(target=go, args=pair) for pair in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_last_pieces_are_promised_once(world: World) -> None:
    everywhere = world.everywhere("LAMP")
    till = world.till()
    orders = [world.order(("LAMP", 1, SHIP)) for _ in range(everywhere + 4)]
    together(world, [(till, world.command(PlaceOrder(order))) for order in orders])
    unfilled = [world.state(order).lines[0].unfilled for order in orders]
    assert Counter(unfilled) == {0: everywhere, 1: 4}
    assert world.check() == []


def test_one_command_sent_by_eight_threads_has_one_effect(world: World) -> None:
    command = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))))
    answers = together(world, [(world.till(), command)] * 8)
    assert {(a.outcome, a.result["order_number"]) for a in answers} == {
        (Outcome.APPLIED, "C0001-000001-4")
    }
    assert world.balance("S1", "MUG") == Balance(on_hand=5)


def test_hand_over_against_rejection_the_goods_leave_once(world: World) -> None:
    order = world.placed(("CARD", 1, SHIP))
    for _ in range(2):
        world.reject(world.fulfilment(order), RejectionReason.NO_TIME)
    fulfilment = world.fulfilment(order)
    world.pack(fulfilment)
    till = world.till(fulfilment.location)
    answers = together(
        world,
        [
            (till, world.command(HandOver(fulfilment.fulfilment_id, "A01"))),
            (
                till,
                world.command(
                    RejectFulfilment(fulfilment.fulfilment_id, "A01", RejectionReason.SOLD)
                ),
            ),
        ],
    )
    # Refused when it came second; when it came first, the hand-over is booked all the same.
    outcomes = sorted((answer.outcome.value, answer.code) for answer in answers)
    assert outcomes in (
        [("applied", ""), ("applied", "")],
        [("applied", ""), ("refused", "fulfilment.state")],
    )
    assert [source.state for source in world.state(order).lines[0].sources] == ["handed_over"]
    assert world.state(order).captured == order.total
    assert world.check() == []


def test_a_race_that_is_lost_is_sourced_again(world: World, monkeypatch: MonkeyPatch) -> None:
    """The stock in memory says that W1 has the lamps; the tables know better."""
    real, copies = StockView.copy, []

    def stale(
        self: StockView, skus: Iterable[str], fresh: Any = None, *, channel: str
    ) -> StockCopy:
        found = real(self, skus, fresh, channel=channel)
        copies.append(fresh is not None)
        if fresh is None:
            found.shelves["LAMP"].put(found.index["W1"], 50, 0)
        return found

    monkeypatch.setattr(StockView, "copy", stale)
    order = world.placed(("LAMP", 7, SHIP))
    assert copies == [False, True]
    assert sum(fulfilment.quantity for fulfilment in world.fulfilments(order)) == 7
    assert len(world.state(order).decisions) == 1
    assert world.check() == []


def test_after_too_many_lost_races_the_pieces_wait(world: World, monkeypatch: MonkeyPatch) -> None:
    def taken(*_: Any, **__: Any) -> None:
        raise stock.Taken

    monkeypatch.setattr(stock, "allocate", taken)
    order = world.placed(("MUG", 2, CARRY), ("MUG", 2, SHIP))
    assert world.state(order).lines[1].unfilled == 2
    assert world.fulfilments(order) == []
    monkeypatch.undo()
    assert world.balance("S1", "MUG") == Balance(on_hand=4)

    assert world.run(BACKORDER) == 1
    assert world.state(order).lines[1].unfilled == 0
    assert world.check() == []


_DIES = """
import os, sys
from pathlib import Path
from tests.sync.central.world import CARRY, SHIP, World
from sync.protocol.commands import PlaceOrder

world = World(Path(sys.argv[1]))
command = world.command(PlaceOrder(world.order(("MUG", 1, CARRY), ("BAG", 1, SHIP))))
hooks = getattr(world.central.database, sys.argv[2])
hooks.append(lambda _: os._exit(9))
world.send(world.till(), command)
"""


def died(folder: Path, moment: str) -> World:
    """The world after a process was killed at `moment` of its first order."""
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    # The till is paired first, without the hook: commits before the order must go through.
    script = _DIES.replace("hooks.append", "world.till(); hooks.append")
    result = subprocess.run(
        [sys.executable, "-c", script, str(folder), moment], env=environment, check=False
    )
    assert result.returncode == 9
    return World(folder)


def test_killed_before_the_commit_nothing_happened(template: Path, tmp_path: Path) -> None:
    world = died(_copy(template, tmp_path), "before_commit")
    assert world.balance("S1", "MUG") == Balance(on_hand=6)
    assert world.check() == []
    world.close()


def test_killed_after_the_commit_everything_happened(template: Path, tmp_path: Path) -> None:
    world = died(_copy(template, tmp_path), "after_commit")
    assert world.balance("S1", "MUG") == Balance(on_hand=5)
    assert sum(world.balance(code, "BAG").allocated for code in ("W1", "W2", "S1")) == 1
    assert world.check() == []
    world.close()


def _copy(template: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(template, tmp_path / "dies"))
