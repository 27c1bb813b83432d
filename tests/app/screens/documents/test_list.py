"""The documents on screen."""

from __future__ import annotations

import pytest

from app.screens.documents.list import DocumentsScreen
from app.usecases.documents.printers import BUILT_IN
from printing.spool.spool import JobState
from sync.domain.money import Money
from tests.app.screens.shop import CLAIRE, Shop, on_loop
from tests.app.screens.till import Till


def sell(till: Till) -> str:
    """The number of an order that was carried out."""
    till.device.basket.add("A0004")
    return str(till.device.checkout.pay_cash(Money(5000), CLAIRE).order.number)


def with_documents(till: Till) -> str:
    """Document 1 is the receipt of the order whose number is given, 2 a label that failed."""
    number = sell(till)
    till.device.documents.make_receipt(number)
    spool = till.device.printers.spool
    picture = spool.payload(1)
    spool.submit("parcel_label", "Parcel", picture, key="parcel_label/F1/0", printer=BUILT_IN)
    taken = spool.take(BUILT_IN)
    assert taken is not None
    spool.record(taken, JobState.FAILED, "printing.folder")
    return number


async def at_documents(till: Till, route: str = "/documents", **size: int) -> Shop:
    with_documents(till)
    return await till.show(DocumentsScreen, route, **size)


@on_loop
async def test_the_latest_document_is_first_and_the_chosen_one_is_seen(till: Till) -> None:
    shop = await at_documents(till, "/documents/1")
    rows = [key for key in shop.rows("document-") if key[-1].isdigit()]
    assert rows == ["document-2", "document-1"]
    assert shop.screen.one("document-picture").content.src.startswith(b"\x89PNG")


@on_loop
async def test_each_document_says_what_became_of_it(till: Till) -> None:
    shop = await at_documents(till)
    assert shop.screen.says("Not printed")
    assert shop.screen.says("Printed")


@on_loop
async def test_another_document_is_chosen_and_printed_again_as_a_duplicate(till: Till) -> None:
    shop = await at_documents(till)
    await shop.screen.press("document-1")
    assert shop.ctx.route == "/documents/1"
    await shop.screen.press("document-again")
    original, _, duplicate = reversed(till.jobs())
    assert duplicate.key == original.key.removesuffix("/0") + "/1"
    assert duplicate.state is JobState.CONFIRMED
    assert shop.told == "It is printed again, marked as a duplicate."
    assert "document-3" in shop.screen.shown()


@on_loop
async def test_upright_the_list_and_the_document_are_two_screens(till: Till) -> None:
    shop = await at_documents(till, width=800, height=1280)
    assert "document-picture" not in shop.screen.shown()
    await shop.screen.press("document-1")
    assert "document-picture" in shop.screen.shown()
    await shop.screen.press("back")
    assert shop.ctx.route == "/documents"


@on_loop
async def test_an_empty_list_says_what_will_be_there(till: Till) -> None:
    shop = await till.show(DocumentsScreen, "/documents")
    assert shop.screen.says("Nothing was printed yet")


@on_loop
async def test_a_document_whose_content_was_deleted_says_so_in_place_of_its_picture(
    till: Till,
) -> None:
    with_documents(till)
    till.clock.pass_(days=400)
    till.device.printers.spool.purge()
    shop = await till.show(DocumentsScreen, "/documents/1")
    assert "document-picture" not in shop.screen.shown()
    assert shop.screen.says("no longer kept")


@on_loop
async def test_a_label_whose_content_was_deleted_cannot_be_printed_again_and_says_so(
    till: Till,
) -> None:
    till.device.fulfilments.pack("W-SHIP", CLAIRE)
    till.clock.pass_(days=400)
    till.device.printers.spool.purge()
    shop = await till.show(DocumentsScreen, "/documents/1")
    await shop.screen.press("document-again")
    assert "is no longer kept. Print it from where it was made." in shop.told
    assert len(till.jobs()) == 1


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768)])
@on_loop
async def test_lying_the_list_and_the_document_stand_side_by_side(
    till: Till, size: tuple[int, int]
) -> None:
    shop = await at_documents(till, width=size[0], height=size[1])
    assert {"document-1", "document-2", "document-retry"} <= set(shop.screen.shown())
