"""Orders: finding one, and its lines, money, documents and timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.background import UNEXPECTED
from app.screens.orders import OrdersScreen
from app.screens.orders.detail import mentioned_locations
from sync.domain.fulfilment import FulfilmentState
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode, Order
from sync.domain.order_change import CancelReason
from sync.protocol.commands import CancelPieces, ChangeAddress
from sync.protocol.feed import LineSource, LineState, OrderState
from sync.sourcing import source
from tests.app.device_fixtures import ARTICLES, HERE, NOW
from tests.app.screens.sample_orders import (
    ORDER,
    order_carried_out,
    order_in_progress,
    order_line,
    store_order,
)
from tests.app.screens.shop import CLAIRE, Shop, on_loop
from tests.app.screens.till import Till, break_next_read
from tests.sync.sourcing import world


@pytest.fixture
def with_order(till: Till) -> Till:
    """The till with order ORDER in progress."""
    till.arrives("order", ORDER, order_in_progress())
    return till


async def at_list(till: Till) -> Shop:
    return await till.show(OrdersScreen, "/orders")


async def at_order(till: Till, number: str = ORDER) -> Shop:
    return await till.show(OrdersScreen, f"/orders/{number}")


def sell(till: Till) -> Order:
    """An order that is carried out, paid in cash."""
    till.device.basket.add("A0004")
    return till.device.checkout.pay_cash(Money(5000), CLAIRE).order


@on_loop
async def test_the_list_says_who_when_how_much_and_how_it_stands(with_order: Till) -> None:
    till = with_order
    done = replace(order_carried_out(), order=store_order(400, [order_line(1)]))
    done = replace(done, lines=(LineState(1, handed_over=1),))
    short = replace(done, lines=(LineState(1, unfilled=1),), order=_home(401))
    till.arrives("order", done.order.number, done)
    till.arrives("order", short.order.number, short)
    till.unplug()
    sell(till)
    shop = await at_list(till)
    assert shop.screen.says("Nadia Benali")
    assert shop.screen.says(f"{ORDER} · Store · 3 lines · just now")
    assert shop.screen.says("€108.50")
    for state in ("In progress", "To send", "Completed", "Backordered"):
        assert shop.screen.says(state), state


def _home(serial: int) -> Order:
    return store_order(serial, [order_line(1, mode=FulfilmentMode.SHIP_HOME)])


@on_loop
async def test_an_order_that_the_server_refused_needs_a_look(till: Till) -> None:
    till.unplug()
    number = sell(till).number
    (entry,) = till.device._store.all("SELECT command_id FROM outbox WHERE kind = 'place_order'")
    till.server.refuse[entry[0]] = "order.refused"
    till.plug_in()
    shop = await at_list(till)
    assert f"order-{number}" in shop.screen.shown()
    assert shop.screen.says("Needs a look")


@on_loop
async def test_a_search_by_name_finds_the_order_on_enter(with_order: Till) -> None:
    shop = await at_list(with_order)
    assert len(shop.rows("order-")) == 3  # and the two web orders of the store
    await shop.screen.type("orders-search", "nadia", enter=True)
    assert shop.rows("order-") == [f"order-{ORDER}"]
    assert shop.screen.one("orders-search").value == "nadia"


@on_loop
async def test_a_search_that_finds_nothing_says_what_can_be_searched_for(with_order: Till) -> None:
    shop = await at_list(with_order)
    await shop.screen.type("orders-search", "zzz", enter=True)
    assert shop.screen.says("No order with “zzz”")
    assert shop.screen.says("by number, customer or article")


@on_loop
async def test_a_long_list_is_shown_a_page_at_a_time(till: Till) -> None:
    state = order_carried_out()
    for serial in range(58):
        order = replace(
            state.order,
            number=DocumentNumber.build("C", 12, serial),
            placed_at=NOW - timedelta(days=1),
        )
        till.publish("order", order.number, replace(state, order=order))
    till.sync()
    shop = await at_list(till)
    assert len(shop.rows("order-")) == 50
    await shop.screen.press("orders-more")
    assert len(shop.rows("order-")) == 60
    assert "orders-more" not in shop.screen.shown()


@on_loop
async def test_a_list_that_cannot_be_read_says_why_and_can_be_asked_for_again(
    with_order: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_next_read(monkeypatch, "FROM orders")
    shop = await at_list(with_order)
    assert shop.screen.says(UNEXPECTED)
    await shop.screen.press("error-action")
    assert shop.screen.says("Nadia Benali")


@on_loop
async def test_an_order_says_how_each_line_is_had_and_where_it_comes_from(with_order: Till) -> None:
    shop = await at_order(with_order)
    assert shop.screen.says("A0005 · Taken away")
    assert shop.screen.says("A0006 · Delivered home")
    assert shop.screen.says("A0007 · Collect at Comptoir Lyon Bellecour")
    assert shop.screen.says("1 × Entrepôt Saint-Quentin")
    assert shop.screen.says("Parcel 6A1234567890")
    assert shop.screen.says(f"“{ARTICLES[5].name}”: 1 piece left Entrepôt Saint-Quentin.")


@on_loop
async def test_an_order_shows_how_it_was_paid_and_what_happened(with_order: Till) -> None:
    shop = await at_order(with_order)
    assert shop.screen.says("Cash")
    assert shop.screen.says("€5.00")
    assert shop.screen.says("Card •••• 4021")
    assert shop.screen.says("€103.50")
    assert shop.screen.says("Order taken in Lyon Bellecour.")


@on_loop
async def test_the_receipt_is_seen_when_it_is_asked_for(with_order: Till) -> None:
    shop = await at_order(with_order)
    assert "document-picture" not in shop.screen.shown()
    assert with_order.printed() == []
    await shop.screen.press("order-receipt")
    assert with_order.printed() == [("sales_receipt", ORDER)]
    assert "document-picture" in shop.screen.shown()


@on_loop
async def test_a_document_of_another_till_says_why_it_cannot_be_made_here(till: Till) -> None:
    state = order_in_progress()
    till.arrives("order", ORDER, replace(state, order=replace(state.order, device="T2")))
    shop = await at_order(till)
    await shop.screen.press("order-slip")
    assert shop.screen.says("can only be made at till T2, which took it.")
    assert till.printed() == []


@on_loop
async def test_an_order_of_the_web_has_no_document_here(till: Till) -> None:
    shop = await at_order(till, str(till.device.fulfilments.get("W-SHIP").order_number))
    assert "order-receipt" not in shop.screen.shown()
    assert shop.screen.says("An order of another channel")


@on_loop
async def test_an_unknown_order_leads_back_to_the_list(till: Till) -> None:
    shop = await at_order(till, "C0012-000009-1")
    assert shop.screen.says("Order C0012-000009-1 is not known to this device.")
    await shop.screen.press("orders-back")
    assert shop.ctx.route == "/orders"


@on_loop
async def test_a_change_of_the_order_is_shown_by_itself(with_order: Till) -> None:
    shop = await at_order(with_order)
    state = order_in_progress()
    lines = (LineState(1, returned=1, handed_over=3), *state.lines[1:])
    with_order.arrives("order", ORDER, replace(state, lines=lines))
    await shop.screen.settle()
    assert shop.screen.says("1 returned")


def with_lines(*lines: LineState) -> OrderState:
    return replace(order_in_progress(), lines=lines)


FIRST, SECOND, THIRD = order_in_progress().lines


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (with_lines(FIRST, SECOND, THIRD), "In progress"),
        (with_lines(FIRST, SECOND, LineState(3, handed_over=1)), "Completed"),
        (with_lines(FIRST, SECOND, LineState(3, unfilled=1)), "Backordered"),
    ],
    ids=["open", "done", "short"],
)
@on_loop
async def test_the_state_of_an_order_is_that_of_its_last_piece(
    till: Till, state: OrderState, said: str
) -> None:
    till.arrives("order", ORDER, state)
    shop = await at_order(till)
    assert shop.screen.says(said)


def test_every_place_that_is_named_is_looked_up() -> None:
    assert mentioned_locations(order_in_progress()) == {HERE, "SQF"}


@on_loop
async def test_the_server_tells_why_not_from_elsewhere_while_it_answers(till: Till) -> None:
    decision = source(
        world.request(world.line(1, "mug")),
        world.network(),
        world.stock({"mug": {"wh-north": 5, "lyon": 5, "paris": 1}}),
        world.policy(),
        world.tables(),
        explain=False,
    )
    state = replace(order_in_progress(), decisions=(decision.to_wire(),))
    assert mentioned_locations(state) >= set(decision.locations)
    till.arrives("order", ORDER, state)
    till.server.down = True
    shop = await at_order(till)
    await shop.screen.press("order-evaluations")
    assert shop.screen.says("The central server tells why, and it does not answer now.")
    await shop.screen.press("order-evaluations")
    till.server.down = False
    till.server.others[ORDER] = ("Next best: Lyon, €1.20 dearer, mostly time and load.",)
    await shop.screen.press("order-evaluations")
    assert shop.screen.says("Next best: Lyon, €1.20 dearer")
    assert not shop.screen.says("does not answer now")


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 768)])
@on_loop
async def test_an_order_has_the_same_things_to_press_at_every_size(
    with_order: Till, size: tuple[int, int]
) -> None:
    shop = await with_order.show(OrdersScreen, f"/orders/{ORDER}", width=size[0], height=size[1])
    assert {"back", "order-receipt", "order-slip"} <= set(shop.screen.shown())


@on_loop
async def test_what_nobody_has_begun_is_cancelled_on_the_screen(with_order: Till) -> None:
    till = with_order
    shop = await at_order(till)
    await shop.screen.press("order-cancel")
    assert shop.screen.says("1 of 1 can be cancelled")  # the bag; what left is not offered
    assert "cancel-2-less" not in shop.screen.shown()
    assert shop.screen.says("Goes back")
    await shop.screen.press("cancel-3-less")
    assert shop.greyed("cancel-confirm")
    await shop.screen.press("cancel-3-more")
    await shop.screen.press("cancel-no_stock")
    await shop.screen.press("cancel-confirm")
    (said,) = [one for one in till.sent() if isinstance(one, CancelPieces)]
    assert [(line.line_id, line.quantity) for line in said.document.lines] == [(3, 1)]
    assert (said.document.reason, said.associate) == (CancelReason.NO_STOCK, CLAIRE.code)
    assert shop.screen.says("1 cancelled")
    assert shop.screen.says("Nobody can supply it")
    assert "order-cancel" not in shop.screen.shown()  # nothing is left that could be


@on_loop
async def test_a_new_address_is_kept_and_shown(till: Till) -> None:
    home = OrderState(_home(402), (LineState(1, (_waiting(),)),), Money(0), {})
    till.arrives("order", home.order.number, home)
    shop = await at_order(till, str(home.order.number))
    await shop.screen.press("order-address")
    await shop.screen.type("address-street", "1 quai du Port")
    await shop.screen.press("address-save")
    (said,) = [one for one in till.sent() if isinstance(one, ChangeAddress)]
    assert home.order.ship_to is not None
    assert said.change.ship_to == replace(home.order.ship_to, street="1 quai du Port")


def _waiting() -> LineSource:
    return LineSource("SQF", 1, "F9", FulfilmentState.ALLOCATED)
