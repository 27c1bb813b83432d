"""The spool on screen."""

from __future__ import annotations

import pytest

from app.screens.documents.list import DocumentsScreen
from printing.spool.spool import JobState
from sync.domain.errors import NotFound, Unavailable
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.shop import Shop, on_loop, open_screen


def with_documents() -> FakeDevice:
    device = FakeDevice()
    device.documents.add("sales_receipt", "T0012-000001-2")
    device.documents.add("parcel_label", "F0001", JobState.FAILED)
    return device


async def at_documents(
    route: str = "/documents", device: FakeDevice | None = None, **size: int
) -> Shop:
    return await open_screen(DocumentsScreen, route, device or with_documents(), **size)


@on_loop
async def test_the_latest_paper_is_first_and_its_picture_is_seen():
    shop = await at_documents()
    rows = [key for key in shop.screen.shown() if key.startswith("document-") and key[-1].isdigit()]
    assert rows == ["document-2", "document-1"]
    assert shop.done(shop.device.documents, "pages") == [[2]]
    assert "document-picture" in shop.screen.shown()


@on_loop
async def test_each_paper_says_what_became_of_it():
    shop = await at_documents()
    assert shop.screen.says("Not printed")
    assert shop.screen.says("Printed")


@on_loop
async def test_another_paper_is_chosen_and_printed_again_as_a_duplicate():
    shop = await at_documents()
    await shop.screen.press("document-1")
    assert shop.ctx.route == "/documents/1"
    await shop.screen.press("document-again")
    assert shop.done(shop.device.documents, "again") == [[1]]
    assert shop.told == "It is printed again, marked as a duplicate."
    assert "document-3" in shop.screen.shown()


@on_loop
async def test_upright_the_list_and_the_paper_are_two_screens():
    shop = await at_documents(width=800, height=1280)
    assert "document-picture" not in shop.screen.shown()
    await shop.screen.press("document-1")
    assert "document-picture" in shop.screen.shown()
    await shop.screen.press("back")
    assert shop.ctx.route == "/documents"


@on_loop
async def test_an_empty_spool_says_what_will_be_there():
    shop = await at_documents(device=FakeDevice())
    assert shop.screen.says("Nothing was printed yet")


@on_loop
async def test_a_paper_whose_content_was_deleted_says_so_in_place_of_its_picture():
    device = with_documents()
    device.documents.fail_with("pages", NotFound("The content is no longer kept."))
    shop = await at_documents(device=device)
    assert shop.screen.says("The content is no longer kept.")


@on_loop
async def test_a_printer_that_does_not_answer_is_said():
    shop = await at_documents("/documents/1")
    shop.device.documents.fail_with("again", Unavailable("The printer does not answer."))
    await shop.screen.press("document-again")
    assert shop.told == "The printer does not answer."


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768)])
@on_loop
async def test_lying_the_list_and_the_paper_stand_side_by_side(size: tuple[int, int]):
    shop = await at_documents(width=size[0], height=size[1])
    assert {"document-1", "document-2", "document-retry", "document-picture"} <= set(
        shop.screen.shown()
    )
