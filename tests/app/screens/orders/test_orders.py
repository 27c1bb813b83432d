"""Orders: finding one, and the story of its lines, money and documents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.screens.orders import OrdersScreen
from app.screens.orders.detail import mentioned_locations, whole_state
from app.usecases.orders.orders import OrderRow
from sync.domain.errors import Refused, Unavailable
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.protocol.feed import LineState
from sync.sourcing import source
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.shop import Shop, on_loop, open_screen
from tests.app.screens.shop_data import NOW
from tests.sync.sourcing import world

NUMBER = "C0012-000345-5"


async def at_list(device: FakeDevice | None = None) -> Shop:
    return await open_screen(OrdersScreen, "/orders", device)


async def at_order(device: FakeDevice | None = None, number: str = NUMBER) -> Shop:
    return await open_screen(OrdersScreen, f"/orders/{number}", device)


@on_loop
async def test_the_list_says_who_when_how_much_and_how_it_stands():
    shop = await at_list()
    assert shop.screen.says("Nadia Benali")
    assert shop.screen.says(f"{NUMBER} · Store · 3 lines · just now")
    assert shop.screen.says("€17.95")
    for state in ("In progress", "To send", "Completed", "Needs a look"):
        assert shop.screen.says(state)


@on_loop
async def test_a_search_by_name_finds_the_order_on_enter():
    shop = await at_list()
    await shop.screen.type("orders-search", "nadia", enter=True)
    rows = [key for key in shop.screen.shown() if key.startswith("order-")]
    assert rows == [f"order-{NUMBER}"]
    assert shop.screen.one("orders-search").value == "nadia"


@on_loop
async def test_a_search_that_finds_nothing_says_what_can_be_searched_for():
    shop = await at_list()
    await shop.screen.type("orders-search", "zzz", enter=True)
    assert shop.screen.says("No order with “zzz”")
    assert shop.screen.says("by number, customer or article")


@on_loop
async def test_a_long_list_is_shown_a_page_at_a_time():
    device = FakeDevice()
    rows = [
        OrderRow(str(DocumentNumber.build("C", 12, n)), NOW, "web", "", Money(100), 1, "done")
        for n in range(120)
    ]
    device.orders.list = lambda text="", limit=50, offset=0: rows[offset : offset + limit]
    shop = await at_list(device)
    shown = [key for key in shop.screen.shown() if key.startswith("order-")]
    assert len(shown) == 50
    await shop.screen.press("orders-more")
    await shop.screen.press("orders-more")
    shown = [key for key in shop.screen.shown() if key.startswith("order-")]
    assert len(shown) == 120
    assert "orders-more" not in shop.screen.shown()


@on_loop
async def test_a_list_that_cannot_be_read_says_why_and_can_be_asked_for_again():
    device = FakeDevice()
    device.orders.fail_with("list", Unavailable("The disk does not answer."))
    shop = await at_list(device)
    assert shop.screen.says("The disk does not answer.")
    await shop.screen.press("error-action")
    assert shop.screen.says("Nadia Benali")


@on_loop
async def test_an_order_says_how_each_line_is_had_and_where_it_comes_from():
    shop = await at_order()
    assert shop.screen.says("85121A · Taken away")
    assert shop.screen.says("85122A · Delivered home")
    assert shop.screen.says("85123A · Collect at Lyon Bellecour")
    assert shop.screen.says("1 × Entrepôt Sud")
    assert shop.screen.says("Parcel 6A1234567890")
    assert shop.screen.says("“Lanterne métal blanche”: 1 piece left Entrepôt Sud.")


@on_loop
async def test_an_order_shows_how_it_was_paid_and_what_happened():
    shop = await at_order()
    assert shop.screen.says("Cash")
    assert shop.screen.says("€5.00")
    assert shop.screen.says("Card •••• 4021")
    assert shop.screen.says("Order taken in Lyon Bellecour.")


@on_loop
async def test_the_receipt_is_seen_when_it_is_asked_for():
    shop = await at_order()
    assert "document-picture" not in shop.screen.shown()
    await shop.screen.press("order-receipt")
    assert shop.done(shop.device.documents, "make_receipt") == [[NUMBER]]
    assert "document-picture" in shop.screen.shown()


@on_loop
async def test_a_paper_of_another_till_says_why_it_cannot_be_made_here():
    shop = await at_order()
    shop.device.documents.fail_with("make_order_slip", Refused("Only the till that made it can."))
    await shop.screen.press("order-slip")
    assert shop.screen.says("Only the till that made it can.")


@on_loop
async def test_an_order_of_the_web_has_no_paper_here():
    device = FakeDevice()
    detail = device.orders.details[NUMBER]
    order = replace(detail.state.order, receipt_number="")
    device.orders.details[NUMBER] = replace(detail, state=replace(detail.state, order=order))
    shop = await at_order(device)
    assert "order-receipt" not in shop.screen.shown()
    assert shop.screen.says("An order of another channel")


@on_loop
async def test_an_unknown_order_leads_back_to_the_list():
    shop = await at_order(number="C0012-000009-1")
    assert shop.screen.says("Order C0012-000009-1 is not known on this device.")
    await shop.screen.press("orders-back")
    assert shop.ctx.route == "/orders"


@on_loop
async def test_a_change_of_the_order_is_shown_by_itself():
    shop = await at_order()
    detail = shop.device.orders.details[NUMBER]
    lines = (LineState(1, returned=1, handed_over=3), *detail.state.lines[1:])
    state = replace(detail.state, lines=lines)
    shop.device.orders.details[NUMBER] = replace(detail, state=state)
    shop.device.changed("orders")
    await shop.screen.settle()
    assert shop.screen.says("1 returned")


def test_the_state_of_an_order_is_that_of_its_last_piece():
    detail = FakeDevice().orders.details[NUMBER]
    assert whole_state(detail) == "open"
    assert whole_state(replace(detail, sent=False)) == "waiting_to_send"
    had = tuple(LineState(line.line_id, handed_over=3) for line in detail.state.lines)
    assert whole_state(replace(detail, state=replace(detail.state, lines=had))) == "done"
    short = (*had[:2], LineState(3, unfilled=1))
    assert whole_state(replace(detail, state=replace(detail.state, lines=short))) == "attention"


def test_every_place_that_is_named_is_looked_up():
    state = FakeDevice().orders.details[NUMBER].state
    assert mentioned_locations(state) == {"S001", "W01"}


@on_loop
async def test_the_reasons_of_a_real_decision_open_and_name_every_location():
    decision = source(
        world.request(world.line(1, "mug")),
        world.network(),
        world.stock({"mug": {"wh-north": 5, "lyon": 5, "paris": 1}}),
        world.policy(),
        world.tables(),
    )
    device = FakeDevice()
    detail = device.orders.details[NUMBER]
    state = replace(detail.state, decisions=(decision.to_wire(),))
    device.orders.details[NUMBER] = replace(detail, state=state)
    everywhere = {"wh-north", "wh-south", "lyon", "nantes", "paris"}
    assert mentioned_locations(state) >= everywhere
    shop = await at_order(device)
    await shop.screen.press("order-evaluations")
    for code in everywhere:
        assert shop.screen.says(code), code


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 768)])
@on_loop
async def test_an_order_has_the_same_things_to_press_at_every_size(size: tuple[int, int]):
    shop = await open_screen(OrdersScreen, f"/orders/{NUMBER}", width=size[0], height=size[1])
    assert {"back", "order-receipt", "order-slip"} <= set(shop.screen.shown())
