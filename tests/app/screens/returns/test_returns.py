"""Returns: the list of what has to be inspected, and the inspection of one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.screens.returns import ReturnsScreen
from app.screens.returns.inspection_form import Inspection, LineInspection
from sync.domain.identifiers import RETURN, DocumentNumber
from sync.domain.money import Money, total
from sync.domain.returns import Disposition, InspectedLine, ReturnState
from sync.protocol.commands import InspectReturn
from sync.protocol.feed import ReturnRecord
from tests.app.screens.sample_orders import ORDER, order_carried_out, return_of
from tests.app.screens.shop import Shop, on_loop
from tests.app.screens.till import Till

GOODS = return_of(order_carried_out(), {1: 3, 2: 1})  # of €38.70 and €19.90
NUMBER = str(GOODS.number)
UNKNOWN = str(DocumentNumber.build(RETURN, 13, 9))


@pytest.fixture
def left(till: Till) -> Till:
    """The till, and return NUMBER that was left at the kiosk."""
    till.arrives("order", ORDER, order_carried_out())
    till.arrives("return", NUMBER, ReturnRecord(GOODS))
    return till


async def at_list(till: Till) -> Shop:
    return await till.show(ReturnsScreen, "/returns")


async def at_return(till: Till, number: str = NUMBER) -> Shop:
    return await till.show(ReturnsScreen, f"/returns/{number}")


async def inspected(till: Till, first: str, second: str) -> Shop:
    """Both lines are inspected, and confirmed."""
    shop = await at_return(till)
    await shop.screen.press(f"inspect-1-{first}")
    await shop.screen.press(f"inspect-2-{second}")
    await shop.screen.press("inspect-confirm")
    return shop


@on_loop
async def test_a_return_left_at_the_kiosk_is_on_the_list(left: Till) -> None:
    shop = await at_list(left)
    assert shop.screen.says(NUMBER)
    assert shop.screen.says("4 pieces · Boîte à goûter éléphant · just now")
    assert shop.screen.says("€58.60")


@on_loop
async def test_an_empty_list_says_where_returns_come_from(till: Till) -> None:
    shop = await at_list(till)
    assert shop.screen.says("No return to check")


@on_loop
async def test_a_new_return_appears_by_itself(till: Till) -> None:
    shop = await at_list(till)
    till.arrives("return", NUMBER, ReturnRecord(GOODS))
    await shop.screen.settle()
    assert f"return-{NUMBER}" in shop.screen.shown()


@on_loop
async def test_each_line_is_inspected_before_anything_is_refunded(left: Till) -> None:
    shop = await at_return(left)
    assert shop.greyed("inspect-confirm")
    await shop.screen.press("inspect-1-as_new")
    assert shop.greyed("inspect-confirm")
    assert shop.screen.says("1 of 2 checked")
    await shop.screen.press("inspect-2-destroy")
    assert not shop.greyed("inspect-confirm")


@on_loop
async def test_the_refund_is_shown_by_means_of_payment_before_confirming(left: Till) -> None:
    shop = await at_return(left)
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-as_new")
    assert shop.screen.says("€58.60")
    assert shop.screen.says("Card •••• 4021")
    assert shop.screen.says("€53.60")  # all that the card paid
    assert shop.screen.says("€5.00")  # the rest, in cash
    assert left.sent() == []


@on_loop
async def test_after_confirming_cash_is_handed_out_and_the_card_is_refunded(left: Till) -> None:
    shop = await inspected(left, "as_new", "refurbish")
    assert left.sent() == [
        InspectReturn(
            GOODS.number,
            "A01",
            (InspectedLine(1, Disposition.RESTOCK), InspectedLine(2, Disposition.REFURBISH)),
        )
    ]
    await shop.screen.settle()
    assert shop.screen.says("Hand out €5.00 in cash")
    assert shop.screen.says("€53.60 refunded")
    assert "inspect-confirm" not in shop.screen.shown()


@on_loop
async def test_no_cash_is_handed_out_before_the_server_has_agreed(left: Till) -> None:
    left.unplug()
    shop = await inspected(left, "as_new", "refurbish")
    assert shop.screen.says("Keep €5.00 in the drawer for now")
    assert not shop.screen.says("Hand out €5.00 in cash")
    left.plug_in()
    await shop.screen.settle()
    assert shop.screen.says("Hand out €5.00 in cash")


@on_loop
async def test_a_line_that_was_refused_is_given_back_and_the_others_are_refunded(
    left: Till,
) -> None:
    shop = await inspected(left, "as_new", "refuse")
    assert shop.screen.says("€38.70 refunded")
    assert shop.screen.says("Give the refused articles back")
    assert shop.screen.says("€19.90 of what was announced is not refunded.")


@on_loop
async def test_goods_that_are_refused_altogether_go_back_to_the_customer(left: Till) -> None:
    shop = await at_return(left)
    await shop.screen.press("inspect-1-refuse")
    await shop.screen.press("inspect-2-refuse")
    assert shop.screen.says("Give everything back")
    await shop.screen.press("inspect-confirm")
    assert shop.screen.says("Give the goods back to the customer")
    assert shop.screen.says("Nothing was refunded.")


@on_loop
async def test_a_return_inspected_at_another_till_meanwhile_is_not_refunded_twice(
    left: Till,
) -> None:
    shop = await at_return(left)
    await shop.screen.press("inspect-1-as_new")
    await shop.screen.press("inspect-2-as_new")
    confirm = shop.screen.one("inspect-confirm")
    elsewhere = replace(GOODS, state=ReturnState.REFUNDED)
    left.arrives("return", NUMBER, ReturnRecord(elsewhere, (), "A03"))
    await shop.screen.fire(confirm, "click")  # the screen of before: it has not been drawn anew
    assert shop.screen.says(f"Return {NUMBER} was already inspected. Nothing was changed.")
    assert left.sent() == []


@on_loop
async def test_an_inspected_return_is_in_the_history(left: Till) -> None:
    shop = await at_return(left)
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
async def test_who_inspected_a_return_is_named_where_the_store_knows_them(left: Till) -> None:
    refunded = replace(GOODS, state=ReturnState.REFUNDED)
    left.arrives("return", NUMBER, ReturnRecord(refunded, inspected_by="A02"))
    assert (await at_return(left)).screen.says("Checked by Léo Martin")
    left.arrives("return", NUMBER, ReturnRecord(refunded, inspected_by="Z99"))
    assert (await at_return(left)).screen.says("Checked by Z99")


@on_loop
async def test_a_return_whose_order_is_not_here_can_still_be_inspected(left: Till) -> None:
    left.arrives("order", ORDER, None)
    shop = await at_return(left)
    await shop.screen.press("inspect-1-as_new")
    assert shop.screen.says("To the means of payment of the order.")


@on_loop
async def test_an_unknown_return_leads_back_to_the_list(left: Till) -> None:
    shop = await at_return(left, UNKNOWN)
    assert shop.screen.says(f"Return {UNKNOWN} is not known to this device.")
    await shop.screen.press("returns-back")
    assert shop.ctx.route == "/returns"


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280), (1024, 768)])
@on_loop
async def test_an_inspection_has_the_same_things_to_press_at_every_size(
    left: Till, size: tuple[int, int]
) -> None:
    shop = await left.show(ReturnsScreen, f"/returns/{NUMBER}", width=size[0], height=size[1])
    wanted = {
        f"inspect-{line}-{inspected_line.value}"
        for line in (1, 2)
        for inspected_line in LineInspection
    }
    assert wanted | {"inspect-confirm", "back"} <= set(shop.screen.shown())


@given(st.dictionaries(st.sampled_from([1, 2]), st.sampled_from(LineInspection)))
def test_what_is_refunded_is_what_was_accepted_never_more(
    inspected_lines: dict[int, LineInspection],
) -> None:
    inspection = Inspection(GOODS, inspected_lines)
    accepted = [
        line.refund
        for line in GOODS.lines
        if line.line_id in inspected_lines
        and inspected_lines[line.line_id] is not LineInspection.REFUSE
    ]
    assert inspection.refund == total(accepted)
    assert inspection.refund <= GOODS.refund
    assert inspection.complete == (len(inspected_lines) == 2)
    assert inspection.nothing_accepted == (inspection.complete and inspection.refund == Money(0))
