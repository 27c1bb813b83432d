"""What a customer is told before a return: the refund, to which means of payment, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.domain.money import Money
from sync.domain.payment import TenderKind
from sync.domain.returns import RefundPart, ReturnLine
from sync.i18n import I18n
from sync.protocol.feed import OrderState

PART_WORDS = {
    TenderKind.CASH: "{amount} in cash at the counter.",
    TenderKind.CARD: "{amount} to the card ending in {last4}.",
    TenderKind.ONLINE: "{amount} to the means of payment used online.",
}


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """What will be refunded, to which tenders, and the sentences that say when and why.

    `notes` are those of the sentences that say more than the lines and the parts themselves.
    """

    total: Money
    parts: tuple[RefundPart, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...] = ()


def sentences(lines: Sequence[ReturnLine], parts: Sequence[RefundPart], i18n: I18n) -> list[str]:
    """The lines and the parts of the refund, a sentence each."""
    told = [
        i18n.n(
            "“{name}”: {count} piece at the price paid, {amount}.",
            "“{name}”: {count} pieces at the price paid, {amount}.",
            line.quantity,
            name=line.name,
            amount=line.refund,
        )
        for line in lines
    ]
    for part in parts:
        told.append(i18n.t(PART_WORDS[part.kind], amount=part.amount, last4=part.card_last4))
    return told


def notes(state: OrderState, back: Money, i18n: I18n) -> tuple[str, ...]:
    """What the lines and the parts do not say: `back` of the delivery fee, and when."""
    shipping = []
    if back:
        shipping.append(
            i18n.t("{amount} of it is the delivery, as you send all of it back.", amount=back)
        )
    elif state.order.shipping_fee:
        shipping.append(i18n.t("The shipping fee is not refunded."))
    checked = i18n.t("The refund is made once a person of the store has inspected the goods.")
    return (*shipping, checked)
