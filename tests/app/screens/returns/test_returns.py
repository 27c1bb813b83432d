"""Returns: the list of what waits for a person, and inspection one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.screens.returns import ReturnsScreen
from app.screens.returns.inspection_form import Inspection, LineInspection
from app.usecases.returns.returns import Choice
from sync.domain.errors import Conflict
from sync.domain.money import Money, total
from sync.domain.returns import Disposition, InspectedLine, ReturnReason
from sync.i18n import I18n
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.shop import Shop, on_loop, open_screen

ORDER, NUMBER = "C0012-000345-5", "R0012-000001-0"


def with_return() -> FakeDevice:
    device = FakeDevice()
    choices = [Choice(1, 3, ReturnReason.DAMAGED), Choice(2, 1, ReturnReason.OTHER)]
    device.returns.register(ORDER, choices, i18n=I18n("en"))
    return device


async def at_list(device: FakeDevice | None = None) -> Shop:
    return await open_screen(ReturnsScreen, "/returns", device or with_return())


async def at_return(device: FakeDevice | None = None, number: str = NUMBER) -> Shop:
    return await open_screen(ReturnsScreen, f"/returns/{number}", device or with_return())


@on_loop
async def test_a_return_left_at_the_kiosk_waits_on_the_list():
    shop = await at_list()
    assert shop.screen.says(NUMBER)
    assert shop.screen.says("4 pieces · Suspension cœur blanc, photophore · just now")
    assert shop.screen.says("€13.80")


@on_loop
async def test_an_empty_list_says_where_returns_come_from():
    shop = await at_list(FakeDevice())
    assert shop.screen.says("No return to check")


@on_loop
async def test_a_new_return_appears_by_itself():
    device = FakeDevice()
    shop = await at_list(device)
    choices = [Choice(2, 1, ReturnReason.OTHER)]
    device.returns.register(ORDER, choices, i18n=I18n("en"))
    await shop.screen.settle()
    assert f"return-{NUMBER}" in shop.screen.shown()


@on_loop
async def test_each_line_needs_its_verdict_before_anything_is_refunded():
    shop = await at_return()
    assert shop.greyed("inspect-confirm")
    await shop.screen.press("inspect-1-as_new")
    assert shop.greyed("inspect-confirm")
    assert shop.screen.says("1 of 2 checked")
    await shop.screen.press("inspect-2-destroy")
    assert not shop.greyed("inspect-confirm")


@on_loop
async def test_the_refund_is_shown_by_means_of_payment_before_confirming():
    shop = await at_return()
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-as_new")
    assert shop.screen.says("€13.80")
    assert shop.screen.says("Card •••• 4021")
    assert shop.screen.says("€12.95")  # all that the card paid
    assert shop.screen.says("€0.85")  # the rest, in cash
    assert shop.done(shop.device.returns, "inspect") == []


@on_loop
async def test_after_confirming_cash_is_handed_out_and_the_card_is_refunded():
    shop = await at_return()
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-refurbish")
    await shop.screen.press("inspect-confirm")
    assert shop.done(shop.device.returns, "inspect") == [
        [
            NUMBER,
            (InspectedLine(1, Disposition.RESTOCK), InspectedLine(2, Disposition.REFURBISH)),
            "A1",
        ]
    ]
    assert shop.screen.says("Hand out €0.85 in cash")
    assert shop.screen.says("€12.95 refunded")
    assert "inspect-confirm" not in shop.screen.shown()


@on_loop
async def test_no_cash_is_handed_out_before_the_server_has_agreed():
    shop = await at_return()
    shop.device.payouts.unconfirmed.add(NUMBER)
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-refurbish")
    await shop.screen.press("inspect-confirm")
    assert shop.screen.says("Keep €0.85 in the drawer for now")
    assert not shop.screen.says("Hand out €0.85 in cash")
    shop.device.payouts.unconfirmed.clear()
    shop.ctx.changes.tell("returns")
    await shop.screen.settle()
    assert shop.screen.says("Hand out €0.85 in cash")


@on_loop
async def test_a_line_that_was_refused_is_given_back_while_the_others_are_refunded():
    shop = await at_return()
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-refuse")
    await shop.screen.press("inspect-confirm")
    assert shop.screen.says("€10.05 refunded")
    assert shop.screen.says("Give the refused articles back")
    assert shop.screen.says("€3.75 of what was announced is not refunded.")


@on_loop
async def test_goods_that_are_refused_altogether_go_back_to_the_customer():
    shop = await at_return()
    await shop.screen.press("inspect-1-refuse")
    await shop.screen.press("inspect-2-refuse")
    assert shop.screen.says("Give everything back")
    await shop.screen.press("inspect-confirm")
    assert shop.screen.says("Give the goods back to the customer")
    assert shop.screen.says("Nothing was refunded.")


@on_loop
async def test_a_return_graded_at_another_till_meanwhile_is_not_refunded_twice():
    shop = await at_return()
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-as_new")
    shop.device.returns.fail_with("inspect", Conflict("This return was inspected already."))
    await shop.screen.press("inspect-confirm")
    assert shop.screen.says("This return was inspected already.")


@on_loop
async def test_a_graded_return_is_in_the_history():
    shop = await at_return()
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-as_new")
    await shop.screen.press("inspect-confirm")
    await shop.screen.press("inspect-finish")
    assert shop.ctx.route == "/returns"
    assert shop.screen.says("No return to check")
    await shop.screen.press("returns-history")
    assert f"return-{NUMBER}" in shop.screen.shown()
    assert shop.screen.says("Refunded")


@on_loop
async def test_a_return_whose_order_is_not_here_can_still_be_graded():
    device = with_return()
    device.orders.details.clear()
    shop = await at_return(device)
    await shop.screen.press("inspect-1-as_new")
    assert shop.screen.says("To the means of payment of the order.")


@on_loop
async def test_an_unknown_return_leads_back_to_the_list():
    shop = await at_return(number="R0012-000009-6")
    assert shop.screen.says("There is no return R0012-000009-6 here.")
    await shop.screen.press("returns-back")
    assert shop.ctx.route == "/returns"


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 768)])
@on_loop
async def test_grading_has_the_same_things_to_press_at_every_size(size: tuple[int, int]):
    shop = await open_screen(
        ReturnsScreen, f"/returns/{NUMBER}", with_return(), width=size[0], height=size[1]
    )
    wanted = {
        f"inspect-{line}-{inspected_line.value}"
        for line in (1, 2)
        for inspected_line in LineInspection
    }
    assert wanted | {"inspect-confirm", "back"} <= set(shop.screen.shown())


@given(st.dictionaries(st.sampled_from([1, 2]), st.sampled_from(LineInspection)))
def test_what_is_refunded_is_what_was_accepted_never_more(
    inspected_lines: dict[int, LineInspection],
):
    goods = with_return().returns.records[NUMBER].goods
    inspection = Inspection(goods, inspected_lines)
    accepted = [
        line.refund
        for line in goods.lines
        if line.line_id in inspected_lines
        and inspected_lines[line.line_id] is not LineInspection.REFUSE
    ]
    assert inspection.refund == total(accepted)
    assert inspection.refund <= goods.refund
    assert inspection.complete == (len(inspected_lines) == 2)
    assert inspection.nothing_accepted == (inspection.complete and inspection.refund == Money(0))
