"""The list of fulfilments, and one fulfilment from the shelf to the carrier."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from app.background import UNEXPECTED
from app.screens.fulfilment import PrepareScreen
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.order import FulfilmentMode
from sync.protocol.commands import RejectFulfilment, StartPicking
from tests.app.device_fixtures import ARTICLES
from tests.app.screens.sample_orders import fulfilment
from tests.app.screens.shop import Shop, on_loop
from tests.app.screens.till import Till, break_next_read

FIRST, SECOND, WRONG = (str(ARTICLES[place].gtin) for place in (4, 5, 0))
SHIP, COLLECT = FulfilmentMode.SHIP_HOME, FulfilmentMode.COLLECT
F1 = fulfilment(1, FulfilmentState.ALLOCATED, SHIP, 3.5, 2, 1)
F2 = fulfilment(2, FulfilmentState.PACKED, COLLECT, -1, 1)
F3 = fulfilment(3, FulfilmentState.PICKING, SHIP, 26, 1, 1, 4)


def empty(till: Till) -> Till:
    """The same till with nothing to prepare."""
    for fulfilment_id in ("W-SHIP", "W-BAG"):
        till.arrives("fulfilment", fulfilment_id, None)
    return till


@pytest.fixture
def busy(till: Till) -> Till:
    """The till with three fulfilments."""
    empty(till)
    for one in (F1, F2, F3):
        till.arrives("fulfilment", one.fulfilment_id, one)
    return till


async def at_list(till: Till) -> Shop:
    return await till.show(PrepareScreen, "/fulfilments")


async def at_fulfilment(till: Till, fulfilment_id: str = "F0001") -> Shop:
    return await till.show(PrepareScreen, f"/fulfilments/{fulfilment_id}")


async def packed(till: Till) -> Shop:
    shop = await at_fulfilment(till)
    for barcode in (FIRST, FIRST, SECOND):
        await shop.scan(barcode)
    await shop.screen.press("fulfilment-pack")
    return shop


@on_loop
async def test_the_most_urgent_comes_first_and_what_is_late_says_so(busy: Till) -> None:
    shop = await at_list(busy)
    assert shop.rows("fulfilment-F") == ["fulfilment-F0002", "fulfilment-F0001", "fulfilment-F0003"]
    assert shop.screen.says("Late: was due 14:30")
    assert shop.screen.says("Due 19:00")


@on_loop
async def test_a_row_says_for_whom_how_much_from_where_and_how_it_leaves(busy: Till) -> None:
    shop = await at_list(busy)
    assert shop.screen.says("Paul Marchand")
    assert shop.screen.says("W0000-000001-7 · Web shop · 3 pieces · Parcel to Villeurbanne")
    assert shop.screen.says("1 piece · Customer collects here")
    assert shop.screen.says("Ready to collect")


@on_loop
async def test_a_parcel_from_elsewhere_is_here_for_its_customer(busy: Till) -> None:
    busy.arrives("fulfilment", "F0002", replace(F2, location="SQF"))
    shop = await at_list(busy)
    assert shop.screen.says("1 piece · Customer collects here")
    shop = await at_fulfilment(busy, "F0002")
    assert "document-picture" not in shop.screen.shown()
    await shop.screen.press("fulfilment-hand-over")
    assert busy.device.fulfilments.get("F0002").state is FulfilmentState.HANDED_OVER


@on_loop
async def test_an_empty_list_says_that_there_is_nothing_to_do(till: Till) -> None:
    shop = await at_list(empty(till))
    assert shop.screen.says("Nothing to prepare")


@on_loop
async def test_a_list_that_cannot_be_read_says_why_and_can_be_asked_for_again(
    busy: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_next_read(monkeypatch, "FROM fulfilments")
    shop = await at_list(busy)
    assert shop.screen.says(UNEXPECTED)
    await shop.screen.press("error-action")
    assert shop.screen.says("Paul Marchand")


@on_loop
async def test_a_new_fulfilment_appears_by_itself(busy: Till) -> None:
    shop = await at_list(busy)
    busy.arrives("fulfilment", "F0009", replace(F1, fulfilment_id="F0009"))
    await shop.screen.settle()
    assert "fulfilment-F0009" in shop.screen.shown()


@on_loop
async def test_what_is_done_is_on_a_list_of_its_own(busy: Till) -> None:
    shop = await at_list(busy)
    await shop.screen.press("fulfilment-done")
    assert shop.screen.says("Nothing was handed over yet")
    await shop.screen.press("fulfilment-todo")
    assert "fulfilment-F0001" in shop.screen.shown()


@on_loop
async def test_the_first_scan_takes_the_fulfilment_and_counts_the_piece(busy: Till) -> None:
    shop = await at_fulfilment(busy)
    assert await shop.scan(FIRST)
    assert busy.sent() == [StartPicking("F0001", "A01")]
    assert shop.screen.says("1 of 3 picked")
    assert shop.screen.says("1 / 2")
    assert shop.screen.says("Being picked")


@on_loop
async def test_a_line_can_be_touched_instead_of_scanned(busy: Till) -> None:
    shop = await at_fulfilment(busy)
    await shop.screen.press("pick-2")
    assert shop.screen.says("1 / 1")
    assert shop.greyed("pick-2")


@on_loop
async def test_pieces_that_are_picked_faster_than_they_are_counted_all_count(busy: Till) -> None:
    shop = await at_fulfilment(busy)
    pick = shop.ctx.on_scan
    assert pick is not None
    assert all(await asyncio.gather(pick(FIRST), pick(SECOND), pick(FIRST)))
    await shop.screen.settle()
    assert busy.sent() == [StartPicking("F0001", "A01")]
    assert "fulfilment-problem" not in shop.screen.shown()
    assert not shop.greyed("fulfilment-pack")


@on_loop
async def test_a_wrong_article_says_what_was_expected_and_counts_nothing(busy: Till) -> None:
    shop = await at_fulfilment(busy)
    await shop.scan(FIRST)
    assert await shop.scan(WRONG)
    assert shop.screen.says(f"Expected: {ARTICLES[4].name}, {ARTICLES[5].name}.")
    assert shop.screen.says("1 of 3 picked")
    await shop.scan(SECOND)
    assert not shop.screen.says("Expected:")


@on_loop
async def test_nothing_can_be_packed_before_everything_is_picked(busy: Till) -> None:
    shop = await at_fulfilment(busy)
    assert shop.greyed("fulfilment-pack")
    assert shop.screen.says("3 pieces still to pick")
    await shop.scan(FIRST)
    await shop.scan(FIRST)
    assert shop.screen.says("1 piece still to pick")
    await shop.scan(SECOND)
    assert not shop.greyed("fulfilment-pack")


@on_loop
async def test_packing_shows_the_label_and_then_it_is_handed_over_with_its_number(
    busy: Till,
) -> None:
    shop = await packed(busy)
    (parcel,) = busy.device.fulfilments.get("F0001").parcels
    assert busy.printed() == [("parcel_label", str(parcel.sscc))]
    assert "document-picture" in shop.screen.shown()
    assert shop.screen.says("Ready to leave")
    await shop.screen.press("fulfilment-hand-over")
    assert shop.screen.one("fulfilment-finished").value == "With the carrier"
    assert shop.screen.says(f"Parcel {parcel.sscc}")
    await shop.screen.press("fulfilment-finish")
    assert shop.ctx.route == "/fulfilments"


@on_loop
async def test_a_bag_is_handed_to_its_customer(till: Till) -> None:
    shop = await at_fulfilment(till, "W-BAG")
    await shop.screen.press("pick-1")
    await shop.screen.press("fulfilment-pack")
    assert shop.screen.says("Ready to collect")
    assert till.printed() == [("collect_label", "W-BAG")]
    await shop.screen.press("fulfilment-hand-over")
    assert shop.screen.one("fulfilment-finished").value == "With the customer"


@on_loop
async def test_the_label_can_be_printed_again(busy: Till) -> None:
    shop = await packed(busy)
    await shop.screen.press("fulfilment-print-again")
    assert [job.key.rpartition("/")[2] for job in busy.jobs()] == ["1", "0"]
    assert shop.told == "The label is printed again, marked as a duplicate."


@on_loop
async def test_a_scan_on_a_packed_fulfilment_is_left_to_the_scan_field(busy: Till) -> None:
    shop = await packed(busy)
    assert not await shop.scan(FIRST)


@pytest.mark.parametrize("reason", list(RejectionReason))
@on_loop
async def test_what_cannot_be_prepared_is_given_back_with_its_reason(
    busy: Till, reason: RejectionReason
) -> None:
    shop = await at_fulfilment(busy)
    await shop.screen.press("fulfilment-reject")
    await shop.screen.press(f"reject-{reason.value}")
    assert busy.sent() == [RejectFulfilment("F0001", "A01", reason)]
    assert shop.ctx.route == "/fulfilments"
    assert shop.told == "Thank you. Another location is being found for this order."


@on_loop
async def test_whoever_changes_their_mind_keeps_preparing(busy: Till) -> None:
    shop = await at_fulfilment(busy)
    await shop.screen.press("fulfilment-reject")
    await shop.screen.press("reject-close")
    assert "reject-not_found" not in shop.screen.shown()
    assert busy.device.fulfilments.get("F0001").state is FulfilmentState.ALLOCATED


@on_loop
async def test_what_was_given_to_another_location_meanwhile_says_so_and_shows_how_it_stands(
    busy: Till,
) -> None:
    shop = await at_fulfilment(busy)
    pick = shop.ctx.on_scan
    assert pick is not None
    busy.arrives(
        "fulfilment",
        "F0001",
        replace(F1, state=FulfilmentState.REJECTED, rejection=RejectionReason.SOLD),
    )
    assert await pick(FIRST)  # the screen of before: it has not been drawn anew
    await shop.screen.settle()
    assert "fulfilment-problem" in shop.screen.shown()
    assert shop.screen.says("Cannot be filled here")
    assert busy.device.fulfilments.progress("F0001").lines[0].picked == 0


@on_loop
async def test_what_is_not_on_the_list_leads_back_to_it(busy: Till) -> None:
    shop = await at_fulfilment(busy, "F0404")
    assert shop.screen.says("This fulfilment is no longer on the list of this store.")
    await shop.screen.press("fulfilment-back")
    assert shop.ctx.route == "/fulfilments"


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 768)])
@on_loop
async def test_a_fulfilment_has_the_same_things_to_press_at_every_size(
    busy: Till, size: tuple[int, int]
) -> None:
    shop = await busy.show(PrepareScreen, "/fulfilments/F0001", width=size[0], height=size[1])
    assert {"back", "pick-1", "pick-2", "fulfilment-pack", "fulfilment-reject"} <= set(
        shop.screen.shown()
    )


@on_loop
async def test_what_is_missing_is_looked_for_elsewhere_and_the_rest_is_packed(busy: Till) -> None:
    shop = await at_fulfilment(busy)
    await shop.scan(FIRST)
    busy.unplug()
    await shop.screen.press("fulfilment-reject")
    assert shop.screen.says("Only what is missing")
    await shop.screen.press("reject-not_found")
    assert shop.screen.says("Pack what you have")
    assert busy.device.fulfilments.get("F0001").quantity == 1
    await shop.screen.press("fulfilment-pack")
    assert busy.device.fulfilments.get("F0001").state is FulfilmentState.PACKED
    busy.plug_in()
    (said,) = [one for one in busy.sent() if isinstance(one, RejectFulfilment)]
    assert [(line.line_id, line.quantity) for line in said.lines] == [(1, 1), (2, 1)]
