"""Requests may overtake each other; each is taken once, and two holders of a key are told apart."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sync.central.devices import request_window
from sync.central.devices.request_window import EMPTY, SLOTS, Seen, slide
from tests.sync.central.world import World


def mark(counter: int, holder: int = 1) -> bytes:
    return (counter * 4 + holder).to_bytes(8, "big")


def after(*counters: int) -> tuple[list[Seen], int, bytes]:
    top, recent, seen = 0, EMPTY, []
    for counter in counters:
        found, top, recent = slide(top, recent, counter, mark(counter))
        seen.append(found)
    return seen, top, recent


@given(st.lists(st.integers(1, 400), max_size=200))
def test_a_counter_is_taken_once(counters: list[int]) -> None:
    known: set[int] = set()
    seen, _, _ = after(*counters)
    for place, (counter, found) in enumerate(zip(counters, seen, strict=True)):
        top = max(counters[:place], default=0)
        if found is Seen.NEW:
            assert counter not in known
            known.add(counter)
        elif found is Seen.AGAIN:
            assert counter in known
        else:
            assert found is Seen.TOO_OLD
            assert counter <= top - SLOTS


def test_two_thousand_requests_shuffled_by_eight_are_all_taken() -> None:
    chance = random.Random(1)
    counters = sorted(range(1, 2001), key=lambda n: n + chance.random() * 8)
    seen, _, _ = after(*counters)
    assert set(seen) == {Seen.NEW}


def test_another_request_under_a_used_number_has_another_holder() -> None:
    _, top, recent = after(1, 2, 3)
    assert slide(top, recent, 2, mark(2))[0] is Seen.AGAIN
    assert slide(top, recent, 2, mark(2, holder=2))[0] is Seen.TWO_HOLDERS


def test_a_jump_forgets_what_is_too_old() -> None:
    seen, _, _ = after(1, 5000, 4999, 4936, 4937, 4937)
    assert seen == [Seen.NEW, Seen.NEW, Seen.NEW, Seen.TOO_OLD, Seen.NEW, Seen.AGAIN]


def test_the_window_is_rows_and_survives_the_process(world: World) -> None:
    device = world.till().device.code
    assert request_window.take(world.central.database, device, 7, b"one") is Seen.NEW
    assert request_window.take(world.central.database, device, 7, b"one") is Seen.AGAIN
    assert request_window.take(world.central.database, device, 7, b"two") is Seen.TWO_HOLDERS
    with world.central.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
