"""The fulfilment of the store: picked, packed, handed over, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.device import Device
from app.usecases.store.sign_in import Person
from sync.domain.errors import Conflict, InvalidInput, NotFound
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.identifiers import gs1_check_digit
from sync.protocol.codec import parse_json
from sync.protocol.commands import (
    Answer,
    Command,
    HandOver,
    Outcome,
    PackFulfilment,
    RejectFulfilment,
    StartPicking,
)
from tests.app.device_fixtures import ARTICLES, make_device

ELEPHANT, CLOTH = str(ARTICLES[4].gtin), str(ARTICLES[6].gtin)


def commands(device: Device) -> list[Command]:
    rows = device._store.all("SELECT body FROM outbox ORDER BY seq")
    return [parse_json(Command, body) for (body,) in rows]


def test_the_most_urgent_comes_first(device: Device) -> None:
    assert [fulfilment.fulfilment_id for fulfilment in device.fulfilments.todo()] == [
        "W-BAG",
        "W-SHIP",
    ]
    assert device.fulfilments.counts() == 2
    assert device.fulfilments.done() == []


def test_the_list_is_read_page_by_page_and_misses_nothing(device: Device) -> None:
    whole = device.fulfilments.todo()
    pages = [device.fulfilments.todo(1, place) for place in range(len(whole) + 1)]
    assert len(whole) > 1
    assert [found for page in pages for found in page] == whole
    assert pages[-1] == []


def test_a_parcel_goes_the_whole_way(device: Device, leo: Person) -> None:
    assert device.fulfilments.start("W-SHIP", leo).state is FulfilmentState.PICKING
    fulfilment, job = device.fulfilments.pack("W-SHIP", leo)
    assert (fulfilment.state, job.document_type) == (FulfilmentState.PACKED, "parcel_label")
    assert device.fulfilments.hand_over("W-SHIP", leo).state is FulfilmentState.HANDED_OVER
    assert [fulfilment.fulfilment_id for fulfilment in device.fulfilments.done()] == ["W-SHIP"]
    assert device.fulfilments.counts() == 1
    start, pack, hand_over = commands(device)
    assert start.body() == StartPicking("W-SHIP", "A02")
    assert pack.body() == PackFulfilment("W-SHIP", "A02", fulfilment.parcels)
    assert hand_over.body() == HandOver("W-SHIP", "A02")
    # each builds on the one before, and on nothing else
    assert [command.depends_on for command in (start, pack, hand_over)] == [
        (),
        (start.command_id,),
        (pack.command_id,),
    ]


def test_every_parcel_number_is_new_also_over_a_restart(tmp_path: Path, leo: Person) -> None:
    device = make_device(tmp_path)
    first = device.fulfilments.pack("W-SHIP", leo)[0].parcels[0].sscc
    device.stop()
    again = make_device(tmp_path)
    with again._store.transaction() as tx:
        second = again.fulfilments._parcel(tx, again.fulfilments.get("W-SHIP")).sscc
    assert first != second
    assert (first.value[:12], second.value[:12]) == ("095212340012", "095212340012")
    again.stop()


def test_a_bag_for_the_counter_gets_a_bag_label_and_no_parcel(device: Device, leo: Person) -> None:
    fulfilment, job = device.fulfilments.pack("W-BAG", leo)
    assert (fulfilment.parcels, job.document_type) == ((), "collect_label")


def test_a_label_that_did_not_come_out_is_made_once_more(device: Device, leo: Person) -> None:
    with pytest.raises(Conflict):
        device.fulfilments.label("W-SHIP")
    _, job = device.fulfilments.pack("W-SHIP", leo)
    assert device.fulfilments.label("W-SHIP").number == job.number


def test_scans_are_counted_and_kept(tmp_path: Path, leo: Person) -> None:
    device = make_device(tmp_path)
    device.fulfilments.start("W-SHIP", leo)
    progress = device.fulfilments.picked("W-SHIP", f" {ELEPHANT}\n")
    assert [(line.picked, line.quantity) for line in progress.lines] == [(1, 2)]
    assert (progress.complete, progress.last_line_id) == (False, 1)
    device.stop()
    again = make_device(tmp_path)
    assert again.fulfilments.picked("W-SHIP", "A0005").complete  # by SKU, where a label is torn off
    again.stop()


def test_the_wrong_article_is_said_with_what_was_expected(device: Device) -> None:
    with pytest.raises(InvalidInput) as caught:
        device.fulfilments.picked("W-SHIP", CLOTH)
    assert str(caught.value) == (
        "That is not what is asked for here. Expected: Boîte à goûter éléphant."
    )
    assert device.fulfilments.progress("W-SHIP").lines[0].picked == 0


def test_one_too_many_is_said(device: Device) -> None:
    for _ in range(2):
        device.fulfilments.picked("W-SHIP", ELEPHANT)
    with pytest.raises(InvalidInput) as caught:
        device.fulfilments.picked("W-SHIP", ELEPHANT)
    assert caught.value.code == "fulfil.too_many"
    assert device.fulfilments.progress("W-SHIP").lines[0].picked == 2


@pytest.mark.parametrize("text", ["", "hello", "12", ELEPHANT[:-1] + "x"])
def test_what_is_no_barcode_is_said(device: Device, text: str) -> None:
    with pytest.raises(InvalidInput):
        device.fulfilments.picked("W-SHIP", text)


def test_a_wrong_check_digit_while_picking_is_said(device: Device) -> None:
    wrong = ELEPHANT[:-1] + str((gs1_check_digit(ELEPHANT[:-1]) + 1) % 10)
    with pytest.raises(InvalidInput) as caught:
        device.fulfilments.picked("W-SHIP", wrong)
    assert caught.value.code == "identifier.check_digit"


def test_what_cannot_be_done_any_more_is_a_conflict_and_queues_nothing(
    device: Device, leo: Person
) -> None:
    device.fulfilments.pack("W-SHIP", leo)
    device.fulfilments.hand_over("W-SHIP", leo)
    before = len(commands(device))
    for attempt in (
        lambda: device.fulfilments.start("W-SHIP", leo),
        lambda: device.fulfilments.pack("W-SHIP", leo),
        lambda: device.fulfilments.hand_over("W-SHIP", leo),
        lambda: device.fulfilments.reject("W-SHIP", RejectionReason.NO_TIME, leo),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert len(commands(device)) == before
    with pytest.raises(Conflict):
        device.fulfilments.hand_over("W-BAG", leo)  # not packed yet


def test_a_fulfilment_that_is_not_here_is_said(device: Device, leo: Person) -> None:
    with pytest.raises(NotFound):
        device.fulfilments.start("NOPE", leo)


@pytest.mark.parametrize(
    ("reason", "back"),
    [
        (RejectionReason.NO_TIME, 2),
        (RejectionReason.SOLD, 2),
        (RejectionReason.NOT_FOUND, 0),
        (RejectionReason.DAMAGED, 0),
    ],
)
def test_a_rejection_gives_back_what_is_still_there(
    device: Device, leo: Person, reason: RejectionReason, back: int
) -> None:
    before = device.catalogue.article("A0005").here.available
    fulfilment = device.fulfilments.reject("W-SHIP", reason, leo)
    assert (fulfilment.state, fulfilment.rejection) == (FulfilmentState.REJECTED, reason.value)
    assert device.catalogue.article("A0005").here.available == before + back
    (command,) = commands(device)
    assert command.body() == RejectFulfilment("W-SHIP", "A02", reason)


def test_what_the_server_refused_is_undone_here_and_stands_on_the_list(
    device: Device, leo: Person
) -> None:
    device.fulfilments.start("W-SHIP", leo)
    device.fulfilments.pack("W-SHIP", leo)
    first = commands(device)[0]
    device._sync._outbox.record(
        [
            Answer(
                first.command_id,
                Outcome.REFUSED,
                "fulfilment.state",
                "Too late, {name}.",
                {"name": "Léo"},
            )
        ]
    )
    assert device.fulfilments.get("W-SHIP").state is FulfilmentState.ALLOCATED
    assert [(a.kind, a.about, a.sentence) for a in device.status.now().attention] == [
        ("start_picking", "W-SHIP", "Too late, Léo."),
        (
            "pack_fulfilment",
            "W-SHIP",
            "What this builds on was refused by the server, so it was not done either.",
        ),
    ]
