"""A bag in a customer's hand stays handed over, whatever the server answers."""

from __future__ import annotations

import pytest

from app.device import Device
from app.usecases.store.sign_in import Person
from sync.domain.errors import ComptoirError
from sync.domain.fulfilment import FulfilmentState
from sync.protocol.commands import Answer, Outcome
from sync.terminal.link.outbox import Outbox


def refuse_the_last(device: Device) -> None:
    """The server refuses the command made last."""
    outbox: Outbox = device.fulfilments._context.outbox
    _, commands = outbox.next_batch(0)
    answers = [Answer(c.command_id, Outcome.APPLIED) for c in commands[:-1]]
    refused = Answer(commands[-1].command_id, Outcome.REFUSED, "fulfil.state", "Too late.")
    outbox.record([*answers, refused])


def test_a_refused_hand_over_still_shows_the_bag_as_handed_over(
    device: Device, leo: Person
) -> None:
    device.fulfilments.pack("W-BAG", leo)
    device.fulfilments.hand_over("W-BAG", leo)
    refuse_the_last(device)
    assert device.fulfilments.get("W-BAG").state is FulfilmentState.HANDED_OVER
    assert [entry.fulfilment_id for entry in device.fulfilments.todo()] == ["W-SHIP"]
    assert [entry.kind for entry in device.status.now().attention] == ["hand_over"]
    with pytest.raises(ComptoirError):
        device.fulfilments.hand_over("W-BAG", leo)


def test_a_refused_packing_is_taken_back(device: Device, leo: Person) -> None:
    device.fulfilments.pack("W-BAG", leo)
    refuse_the_last(device)
    assert device.fulfilments.get("W-BAG").state is FulfilmentState.ALLOCATED


def test_a_refused_packing_does_not_take_the_hand_over_back(device: Device, leo: Person) -> None:
    device.fulfilments.pack("W-BAG", leo)
    packed = device.fulfilments._context.outbox.next_batch(0)[1][-1]
    device.fulfilments.hand_over("W-BAG", leo)
    outbox = device.fulfilments._context.outbox
    outbox.record([Answer(packed.command_id, Outcome.REFUSED, "fulfil.state", "Too late.")])
    assert device.fulfilments.get("W-BAG").state is FulfilmentState.HANDED_OVER
