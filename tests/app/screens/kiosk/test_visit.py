"""What a customer may do at the kiosk, step by step, without a screen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.screens.kiosk.visit import Idle, Patience, Pick, Step, Visit, type_order_number
from app.usecases.returns.returns import Choice, Returnable, ReturnableLine
from sync.domain.identifiers import DocumentNumber, Gtin, gs1_check_digit
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.domain.returns import ReturnReason

BOUGHT_AT = datetime(2026, 11, 14, 15, 0, tzinfo=UTC)


def gtin(serial: int) -> Gtin:
    body = f"200000{serial:06d}"
    return Gtin(body + str(gs1_check_digit(body)))


def receipt(*pieces: tuple[int, int, str]) -> Returnable:
    """An order whose lines are (pieces sold, pieces that may come back, why not)."""
    lines = tuple(
        OrderLine(
            line_id=place,
            sku=f"SKU{place}",
            gtin=gtin(place),
            name=f"Article {place}",
            quantity=sold,
            unit_price=Money(375),
            vat_rate_bp=2000,
            mode=FulfilmentMode.CARRY_OUT,
        )
        for place, (sold, _, _) in enumerate(pieces, start=1)
    )
    amount = Money(375 * sum(sold for sold, _, _ in pieces))
    order = Order(
        number=DocumentNumber.build("C", 12, 345),
        channel=Channel.STORE,
        location="S001",
        device="T12",
        associate="A1",
        placed_at=BOUGHT_AT,
        lines=lines,
        tenders=(Tender(TenderKind.CARD, amount, card_last4="4021"),),
    )
    returnable = tuple(
        ReturnableLine(line, most, reason)
        for line, (_, most, reason) in zip(lines, pieces, strict=True)
    )
    return Returnable(order, returnable, date(2026, 12, 14), "CPT1/...")


def test_a_visit_begins_at_the_receipt_with_nothing_of_anybody_else() -> None:
    visit = Visit()
    assert (visit.step, visit.returnable, visit.picks, visit.choices) == (
        Step.RECEIPT,
        None,
        {},
        [],
    )
    assert not visit.ready
    assert not visit.nothing_returnable


def test_a_receipt_of_one_piece_has_it_picked_but_still_asks_why() -> None:
    visit = Visit().found(receipt((1, 1, "")), "CPT1/...")
    assert visit.step is Step.ARTICLES
    assert visit.picks == {1: Pick(1)}
    assert not visit.ready
    assert visit.missing_reason is not None
    assert visit.with_reason(1, ReturnReason.DAMAGED).ready


def test_a_receipt_of_several_lines_has_nothing_picked() -> None:
    assert Visit().found(receipt((1, 1, ""), (1, 1, "")), "").picks == {}


def test_a_single_line_of_several_pieces_is_not_picked_for_the_customer() -> None:
    assert Visit().found(receipt((3, 3, "")), "").picks == {}


def test_a_line_that_cannot_come_back_is_never_picked() -> None:
    visit = Visit().found(receipt((1, 0, "Already returned."), (1, 1, ""), (2, 2, "")), "")
    assert visit.toggled(1).picks == {}


def test_picking_takes_all_pieces_that_may_come_back_and_again_puts_them_back() -> None:
    visit = Visit().found(receipt((3, 2, ""), (1, 1, "")), "").toggled(1)
    assert visit.picks == {1: Pick(2)}
    assert visit.toggled(1).picks == {}


@given(most=st.integers(1, 9), wanted=st.integers(-1000, 1000))
def test_a_quantity_stays_between_one_and_what_may_come_back(most: int, wanted: int) -> None:
    visit = Visit().found(receipt((9, most, ""), (1, 1, "")), "").toggled(1)
    assert 1 <= visit.with_quantity(1, wanted).picks[1].quantity <= most


def test_choices_follow_the_receipt_and_an_unsaid_reason_counts_as_other() -> None:
    visit = Visit().found(receipt((1, 1, ""), (2, 2, "")), "").toggled(2).toggled(1)
    visit = visit.with_reason(2, ReturnReason.NOT_SUITABLE)
    assert visit.choices == [
        Choice(1, 1, ReturnReason.OTHER),
        Choice(2, 2, ReturnReason.NOT_SUITABLE),
    ]
    assert visit.missing_reason is not None
    assert visit.missing_reason.line.line_id == 1


def test_a_change_of_picks_drops_the_amount_that_was_shown_for_the_old_ones() -> None:
    from app.usecases.returns.quote import RefundQuote

    quote = RefundQuote(Money(375), (), ())
    visit = Visit().found(receipt((2, 2, ""), (1, 1, "")), "").toggled(1).quoted(quote)
    assert visit.with_quantity(1, 1).quote is None
    assert visit.with_reason(1, ReturnReason.OTHER).quote is None
    assert visit.toggled(2).quote is None


def test_a_receipt_with_nothing_to_return_says_so() -> None:
    assert Visit().found(receipt((1, 0, "Already returned.")), "").nothing_returnable
    assert (
        not Visit().found(receipt((1, 0, "Already returned."), (1, 1, "")), "").nothing_returnable
    )


@pytest.mark.parametrize(
    ("untouched_s", "expected"),
    [
        (0, Idle.ACTIVE),
        (59.9, Idle.ACTIVE),
        (60, Idle.WARNING),
        (89.9, Idle.WARNING),
        (90, Idle.OVER),
        (3600, Idle.OVER),
    ],
)
def test_the_kiosk_warns_before_it_starts_over(untouched_s: float, expected: Idle) -> None:
    assert Patience().idle(untouched_s) is expected


def test_a_warned_customer_has_at_least_twenty_seconds() -> None:
    patience = Patience()
    assert patience.reset_after_s - patience.warn_after_s >= 20
    assert patience.seconds_left(patience.warn_after_s) == 30
    assert patience.seconds_left(89.5) == 1
    assert patience.seconds_left(90) == 0


def typed(keys: list[str]) -> str:
    text = ""
    for key in keys:
        text = type_order_number(text, key)
    return text


def test_the_pad_puts_the_letter_and_the_dashes_itself() -> None:
    assert typed(list("00120003456")) == "C0012-000345-6"
    assert typed(["W", *"00000000017"]) == "W0000-000001-7"


def test_the_pad_takes_back_one_digit_at_a_time_down_to_nothing() -> None:
    assert typed([*"00120", "back"]) == "C0012"
    assert typed([*"0", "back"]) == ""
    assert typed(["back"]) == ""


@given(st.lists(st.sampled_from([*"0123456789CW", "back", "é", "٣", "", "C0012"])))
def test_the_pad_never_makes_a_text_longer_than_an_order_number(keys: list[str]) -> None:
    text = typed(keys)
    assert len(text) <= len("C0012-000345-6")
    assert text == "" or (text[0] in "CW" and text.isascii())


@given(device=st.integers(0, 9999), serial=st.integers(0, 999_999))
def test_every_order_number_can_be_typed_on_the_pad(device: int, serial: int) -> None:
    number = DocumentNumber.build("C", device, serial)
    assert typed([key for key in str(number)[1:] if key != "-"]) == str(number)
