"""The list of fulfilments, and one fulfilment from the shelf to the carrier."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.screens.fulfilment import PrepareScreen
from sync.domain.errors import Conflict, Unavailable
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.shop import Shop, on_loop, open_screen
from tests.app.screens.shop_data import gtin

FIRST, SECOND, WRONG = str(gtin(1)), str(gtin(2)), str(gtin(9))


async def at_list(device: FakeDevice | None = None, **size: int) -> Shop:
    return await open_screen(PrepareScreen, "/fulfilments", device, **size)


async def at_fulfilment(fulfilment_id: str = "F0001", device: FakeDevice | None = None) -> Shop:
    return await open_screen(PrepareScreen, f"/fulfilments/{fulfilment_id}", device)


async def packed() -> Shop:
    shop = await at_fulfilment()
    for barcode in (FIRST, FIRST, SECOND):
        await shop.scan(barcode)
    await shop.screen.press("fulfilment-pack")
    return shop


@on_loop
async def test_the_most_urgent_work_comes_first_and_late_work_says_so():
    shop = await at_list()
    rows = [key for key in shop.screen.shown() if key.startswith("fulfilment-F")]
    assert rows == ["fulfilment-F0002", "fulfilment-F0001", "fulfilment-F0003"]
    assert shop.screen.says("Late: was due 10:30")
    assert shop.screen.says("Due 15:00")


@on_loop
async def test_a_row_says_for_whom_how_much_from_where_and_how_it_leaves():
    shop = await at_list()
    assert shop.screen.says("Paul Marchand")
    assert shop.screen.says("W0000-000001-7 · Web shop · 3 pieces · Parcel to Villeurbanne")
    assert shop.screen.says("1 piece · Customer collects here")
    assert shop.screen.says("Ready to collect")


@on_loop
async def test_a_parcel_from_elsewhere_that_waits_here_is_for_its_customer():
    device = FakeDevice()
    bag = device.fulfil.fulfilments["F0002"]
    device.fulfil.fulfilments["F0002"] = replace(bag, location="W01")
    shop = await at_list(device)
    assert shop.screen.says("1 piece · Customer collects here")
    shop = await at_fulfilment("F0002", device)
    assert "document-picture" not in shop.screen.shown()
    await shop.screen.press("fulfilment-hand-over")
    assert device.fulfil.fulfilments["F0002"].state is FulfilmentState.HANDED_OVER


@on_loop
async def test_an_empty_list_says_that_there_is_nothing_to_do():
    device = FakeDevice()
    device.fulfil.fulfilments.clear()
    shop = await at_list(device)
    assert shop.screen.says("Nothing to prepare")


@on_loop
async def test_a_list_that_cannot_be_read_says_why_and_can_be_asked_for_again():
    device = FakeDevice()
    device.fulfil.fail_with("todo", Unavailable("The disk does not answer."))
    shop = await at_list(device)
    assert shop.screen.says("The disk does not answer.")
    await shop.screen.press("error-action")
    assert shop.screen.says("Paul Marchand")


@on_loop
async def test_new_work_appears_by_itself():
    shop = await at_list()
    fulfilment = shop.device.fulfil.fulfilments["F0001"]
    shop.device.fulfil.fulfilments["F0009"] = replace(fulfilment, fulfilment_id="F0009")
    shop.device.changed("fulfilments")
    await shop.screen.settle()
    assert "fulfilment-F0009" in shop.screen.shown()


@on_loop
async def test_what_is_done_is_on_a_list_of_its_own():
    shop = await at_list()
    await shop.screen.press("fulfilment-done")
    assert shop.screen.says("Nothing was handed over yet")
    await shop.screen.press("fulfilment-todo")
    assert "fulfilment-F0001" in shop.screen.shown()


@on_loop
async def test_the_first_scan_takes_the_work_and_counts_the_piece():
    shop = await at_fulfilment()
    assert await shop.scan(FIRST)
    assert shop.done(shop.device.fulfil, "start") == [["F0001", "A1"]]
    assert shop.screen.says("1 of 3 picked")
    assert shop.screen.says("1 / 2")
    assert shop.screen.says("Being picked")


@on_loop
async def test_a_line_can_be_touched_instead_of_scanned():
    shop = await at_fulfilment()
    await shop.screen.press("pick-2")
    assert shop.screen.says("1 / 1")
    assert shop.greyed("pick-2")


@on_loop
async def test_a_wrong_article_says_what_was_expected_and_counts_nothing():
    shop = await at_fulfilment()
    await shop.scan(FIRST)
    assert await shop.scan(WRONG)
    assert shop.screen.says("Expected: Suspension cœur blanc, photophore.")
    assert shop.screen.says("1 of 3 picked")
    await shop.scan(SECOND)
    assert not shop.screen.says("Expected:")


@on_loop
async def test_nothing_can_be_packed_before_everything_is_picked():
    shop = await at_fulfilment()
    assert shop.greyed("fulfilment-pack")
    assert shop.screen.says("3 pieces still to pick")
    await shop.scan(FIRST)
    await shop.scan(FIRST)
    assert shop.screen.says("1 piece still to pick")
    await shop.scan(SECOND)
    assert not shop.greyed("fulfilment-pack")


@on_loop
async def test_packing_shows_the_label_and_then_it_is_handed_over_with_its_tracking_number():
    shop = await packed()
    assert "document-picture" in shop.screen.shown()
    assert shop.screen.says("Ready to leave")
    await shop.screen.press("fulfilment-hand-over")
    assert shop.screen.one("fulfilment-finished").value == "With the carrier"
    assert shop.screen.says("Parcel 6A1234567890")
    await shop.screen.press("fulfilment-finish")
    assert shop.ctx.route == "/fulfilments"


@on_loop
async def test_the_label_can_be_printed_again():
    shop = await packed()
    await shop.screen.press("fulfilment-print-again")
    assert shop.done(shop.device.documents, "again") == [[1]]
    assert shop.told == "The label is printed again, marked as a duplicate."


@on_loop
async def test_a_scan_on_packed_work_is_left_to_the_scan_field():
    shop = await packed()
    assert not await shop.scan(FIRST)


@pytest.mark.parametrize("reason", list(RejectionReason))
@on_loop
async def test_work_that_cannot_be_done_is_given_back_with_its_reason(reason: RejectionReason):
    shop = await at_fulfilment()
    await shop.screen.press("fulfilment-reject")
    await shop.screen.press(f"reject-{reason.value}")
    assert shop.done(shop.device.fulfil, "reject") == [["F0001", reason, "A1"]]
    assert shop.ctx.route == "/fulfilments"
    assert shop.told == "Thank you. Another location is being found for this order."


@on_loop
async def test_whoever_changes_their_mind_keeps_preparing():
    shop = await at_fulfilment()
    await shop.screen.press("fulfilment-reject")
    await shop.screen.press("reject-close")
    assert "reject-not_found" not in shop.screen.shown()
    assert shop.done(shop.device.fulfil, "reject") == []


@on_loop
async def test_work_that_somebody_else_took_meanwhile_says_so_and_shows_how_it_stands():
    shop = await at_fulfilment()
    shop.device.fulfil.fail_with("start", Conflict("Somebody else took it."))
    await shop.scan(FIRST)
    assert shop.screen.says("Somebody else took it.")
    assert shop.done(shop.device.fulfil, "picked") == []


@on_loop
async def test_work_that_is_not_on_the_list_leads_back_to_it():
    shop = await at_fulfilment("F0404")
    assert shop.screen.says("There is no fulfilment F0404 here.")
    await shop.screen.press("fulfilment-back")
    assert shop.ctx.route == "/fulfilments"


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 768)])
@on_loop
async def test_the_work_has_the_same_things_to_press_at_every_size(size: tuple[int, int]):
    shop = await open_screen(PrepareScreen, "/fulfilments/F0001", width=size[0], height=size[1])
    assert {"back", "pick-1", "pick-2", "fulfilment-pack", "fulfilment-reject"} <= set(
        shop.screen.shown()
    )
