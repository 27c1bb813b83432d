"""From screen to screen on one device whose cable is pulled: a receipt, a fulfilment, a sale."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.device import Device
from app.screens.documents.list import DocumentsScreen
from app.screens.fulfilment import PrepareScreen
from app.screens.orders import OrdersScreen
from app.screens.returns import ReturnsScreen
from app.usecases.selling.checkout import Sale
from sync.domain.fulfilment import FulfilmentState
from sync.domain.money import Money
from sync.domain.returns import ReturnState
from tests.app.device_fixtures import ARTICLES, make_device
from tests.app.screens.kiosk.test_kiosk import open_kiosk
from tests.app.screens.shop import CLAIRE, on_loop, open_screen


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    opened = make_device(tmp_path)
    yield opened
    opened.stop()


def sell(device: Device) -> Sale:
    """Two pieces of an article, paid in cash and carried out."""
    device.basket.add(ARTICLES[3].sku, 2)
    return device.checkout.pay_cash(Money(10_000), CLAIRE)


def test_a_receipt_goes_through_the_kiosk_to_the_refund_at_the_counter(device: Device) -> None:
    async def journey() -> None:
        sale = sell(device)
        kiosk = await open_kiosk(device)
        await kiosk.scan(sale.receipt_code)
        await kiosk.screen.press("kiosk-line-1")
        await kiosk.screen.press("kiosk-quantity-1-less")
        await kiosk.screen.press("kiosk-reason-1-damaged")
        assert kiosk.screen.one("kiosk-amount").value == "€29.90"
        await kiosk.screen.press("kiosk-continue")
        assert kiosk.screen.says(
            "The refund is made once a person of the store has inspected the goods."
        )
        await kiosk.screen.press("kiosk-confirm")
        number = kiosk.screen.one("kiosk-return-number").value
        assert kiosk.screen.one("kiosk-receipt-picture").src.startswith(b"\x89PNG")
        await kiosk.screen.press("kiosk-print")
        assert kiosk.screen.one("kiosk-print-state").value == "It is being printed."

        shop = await open_screen(ReturnsScreen, "/returns", device)
        await shop.screen.press(f"return-{number}")
        assert shop.ctx.route == f"/returns/{number}"
        await shop.screen.press("inspect-1-as_new")
        assert shop.screen.says("€29.90")
        await shop.screen.press("inspect-confirm")
        assert shop.screen.says("Keep €29.90 in the drawer for now")  # no server has agreed
        assert device.returns.get(number).goods.state is ReturnState.REFUNDED

    asyncio.run(journey())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda code: code[:-1], "could not be read whole"),
        (lambda code: code.replace("/EUR/", "/USD/"), "was not made by one of our tills"),
    ],
    ids=["cut off", "forged"],
)
def test_a_spoilt_receipt_is_refused_with_what_to_do(
    device: Device, spoil: Callable[[str], str], sentence: str
) -> None:
    async def journey() -> None:
        sale = sell(device)
        kiosk = await open_kiosk(device)
        await kiosk.scan(spoil(sale.receipt_code))
        assert kiosk.screen.says(sentence)
        await kiosk.scan(sale.receipt_code)
        assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"

    asyncio.run(journey())


def test_what_the_customer_does_not_have_yet_cannot_come_back(device: Device) -> None:
    async def journey() -> None:
        kiosk = await open_kiosk(device)
        web_order = str(device.fulfilments.get("W-SHIP").order_number)
        await kiosk.scan(web_order)
        assert kiosk.screen.says("Not handed over yet.")
        await kiosk.screen.press("kiosk-language")
        assert not kiosk.screen.says("Not handed over yet.")

    asyncio.run(journey())


@on_loop
async def test_a_fulfilment_goes_from_the_list_to_the_carrier_with_its_label(
    device: Device,
) -> None:
    shop = await open_screen(PrepareScreen, "/fulfilments", device)
    await shop.screen.press("fulfilment-W-SHIP")
    gtin = device.fulfilments.get("W-SHIP").lines[0].gtin
    assert await shop.scan(str(ARTICLES[0].gtin))
    assert "fulfilment-problem" in shop.screen.shown()
    await shop.scan(gtin)
    await shop.scan(gtin)
    assert "fulfilment-problem" not in shop.screen.shown()
    await shop.screen.press("fulfilment-pack")
    assert "document-picture" in shop.screen.shown()
    await shop.screen.press("fulfilment-hand-over")
    assert device.fulfilments.get("W-SHIP").state is FulfilmentState.HANDED_OVER
    assert shop.screen.one("fulfilment-finished").value == "With the carrier"


@on_loop
async def test_a_sale_offline_is_on_the_list_of_orders_and_of_documents(device: Device) -> None:
    sale = sell(device)
    number = str(sale.order.number)
    shop = await open_screen(OrdersScreen, "/orders", device)
    assert shop.screen.says("To send")
    await shop.screen.press(f"order-{number}")
    assert shop.screen.says("the customer took it along")
    await shop.screen.press("order-receipt")
    assert "document-picture" in shop.screen.shown()
    documents = await open_screen(DocumentsScreen, "/documents", device)
    assert documents.screen.says("Receipt")
    await documents.screen.press("document-again")
    assert documents.told == "It is printed again, marked as a duplicate."
