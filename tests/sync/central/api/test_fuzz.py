"""Whatever a payload holds, it is applied or refused with a sentence; never a fault of ours."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.domain.fulfilment import RejectionReason
from sync.protocol.codec import parse_json, to_json
from sync.protocol.commands import (
    Command,
    HandOver,
    InspectReturn,
    PackFulfilment,
    Payload,
    PlaceOrder,
    Push,
    RegisterReturn,
    RejectFulfilment,
    StartPicking,
)
from tests.sync.central.notifications.test_document_email import wanted as emailed_document
from tests.sync.central.world import CARRY, COLLECT, PEOPLE, SHIP, World, copy_of

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**18, 2**63, -(2**63), 10**40, 0, -1]),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "2026-11-23T09:00:00",
            "1e400",
            "C0001-000001-4",
            "R0001-000001-4",
            "S1",
            "P1",
            "collect",
            "EUR",
            "XXX",
            "\x00",
        ]
    ),
    st.just([]),
    st.just({}),
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, (dict, list)):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, below in pairs:
            yield from paths(below, (*path, key))


def changed(payload: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = copy.deepcopy(payload)
    place: Any = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return made


@pytest.fixture(scope="module")
def started(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, list[Command]]]:
    world = copy_of(template, tmp_path_factory.mktemp("fuzz") / "central")
    sold = world.placed(("MUG", 2, CARRY), ("CARD", 2, COLLECT, "S1"))
    fulfilment = next(
        fulfilment for fulfilment in world.fulfilments(sold) if fulfilment.location == "S1"
    )
    goods = world.goods_back(sold, {1: 1})
    world.deposit(goods)
    order = world.order(("MUG", 1, CARRY), ("BAG", 1, SHIP), ("CARD", 1, COLLECT, "S1"))
    payloads: list[Payload] = [
        PlaceOrder(order),
        StartPicking(fulfilment.fulfilment_id, PEOPLE),
        PackFulfilment(fulfilment.fulfilment_id, PEOPLE, (world.parcel(),)),
        HandOver(fulfilment.fulfilment_id, PEOPLE),
        RejectFulfilment(fulfilment.fulfilment_id, PEOPLE, RejectionReason.SOLD),
        RegisterReturn(world.goods_back(sold, {1: 1}), world.receipt(sold)),
        emailed_document(sold),
        world.inspected(goods),
    ]
    assert isinstance(payloads[-1], InspectReturn)
    yield world, [world.command(payload) for payload in payloads]
    world.close()


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_payload_with_anything_in_it_is_never_a_fault_of_ours(
    started: tuple[World, list[Command]], data: st.DataObject
) -> None:
    world, commands = started
    command = data.draw(st.sampled_from(commands))
    payload = command.payload
    for _ in range(data.draw(st.integers(1, 2))):
        places = list(paths(payload))
        payload = changed(payload, data.draw(st.sampled_from(places)), data.draw(VALUES))
    spoilt = Command(uuid.uuid4(), command.kind, world.now, payload)
    try:
        # As it comes over the wire: what JSON cannot hold never gets here.
        (received,) = parse_json(Push, to_json(Push((spoilt,)))).commands
    except Exception:
        return
    answer = world.send(world.till(), received)
    assert answer.code != "server.fault"
    assert world.check() == []
