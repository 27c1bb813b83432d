"""The words that the store's screens and the kiosk share for the domain's own terms.

One word for one thing: a state, a reason or a means of payment reads the same on every screen.
Each function gives text in the reader's language.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sync.domain.fulfilment import Fulfilment, FulfilmentState, RejectionReason
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode
from sync.domain.order_change import CancelReason
from sync.domain.payment import TenderKind
from sync.domain.returns import Disposition, RefundPart, ReturnReason, ReturnRight, ReturnState
from sync.i18n import I18n
from sync.protocol.feed import Event


def return_reason(i18n: I18n, reason: ReturnReason) -> str:
    """Why the customer brings it back."""
    return {
        ReturnReason.DAMAGED: i18n.t("Damaged on arrival"),
        ReturnReason.FAULTY: i18n.t("Does not work"),
        ReturnReason.NOT_SUITABLE: i18n.t("Does not suit me"),
        ReturnReason.WRONG_ITEM: i18n.t("Not what I ordered"),
        ReturnReason.OTHER: i18n.t("Other reason"),
    }[reason]


def return_right(i18n: I18n, right: ReturnRight) -> str:
    """By which right it comes back."""
    return {
        ReturnRight.WITHDRAWAL: i18n.t("Withdrawal"),
        ReturnRight.COMMERCIAL: i18n.t("Our return policy"),
        ReturnRight.GUARANTEE: i18n.t("Guarantee"),
    }[right]


def disposition(i18n: I18n, what: Disposition) -> str:
    """What becomes of returned goods."""
    return {
        Disposition.RESTOCK: i18n.t("Back on sale here"),
        Disposition.TRANSFER: i18n.t("Send to another store"),
        Disposition.REFURBISH: i18n.t("Refurbish"),
        Disposition.RETURN_TO_SUPPLIER: i18n.t("Return to supplier"),
        Disposition.DESTROY: i18n.t("Destroy"),
    }[what]


def return_state(i18n: I18n, state: ReturnState) -> str:
    """Where a return stands."""
    return {
        ReturnState.DEPOSITED: i18n.t("To check"),
        ReturnState.REFUNDED: i18n.t("Refunded"),
        ReturnState.REFUSED: i18n.t("Given back"),
    }[state]


def customer_collects(fulfilment: Fulfilment, here: str) -> bool:
    """Whether the customer comes for it to `here`, wherever it was prepared."""
    return fulfilment.mode is FulfilmentMode.COLLECT and fulfilment.collect_at == here


def fulfilment_state(i18n: I18n, fulfilment: Fulfilment, here: str) -> str:
    """Where fulfilment on the list of store `here` stands; a packed bag waits for its customer."""
    if fulfilment.state is FulfilmentState.PACKED and customer_collects(fulfilment, here):
        return i18n.t("Ready to collect")
    return line_state(i18n, fulfilment.state)


def line_state(i18n: I18n, state: FulfilmentState) -> str:
    """The same for fulfilment whose way out is not known."""
    return {
        FulfilmentState.ALLOCATED: i18n.t("To pick"),
        FulfilmentState.PICKING: i18n.t("Being picked"),
        FulfilmentState.PACKED: i18n.t("Ready to leave"),
        FulfilmentState.HANDED_OVER: i18n.t("Handed over"),
        FulfilmentState.REJECTED: i18n.t("Cannot be filled here"),
        FulfilmentState.REASSIGNED: i18n.t("Given to another location"),
        FulfilmentState.CANCELLED: i18n.t("Cancelled"),
    }[state]


def rejection_reason(i18n: I18n, reason: RejectionReason) -> str:
    """Why this store cannot fill it."""
    return {
        RejectionReason.NOT_FOUND: i18n.t("Not on the shelf"),
        RejectionReason.DAMAGED: i18n.t("Damaged"),
        RejectionReason.SOLD: i18n.t("Just sold"),
        RejectionReason.NO_TIME: i18n.t("No time before it is due"),
    }[reason]


def cancel_reason(i18n: I18n, reason: CancelReason) -> str:
    """Why pieces are cancelled."""
    return {
        CancelReason.CUSTOMER: i18n.t("The customer changed their mind"),
        CancelReason.NO_STOCK: i18n.t("Nobody can supply it"),
        CancelReason.NOT_COLLECTED: i18n.t("Not collected"),
        CancelReason.UNPAID: i18n.t("Not paid"),
        CancelReason.OTHER: i18n.t("Other reason"),
    }[reason]


def event(i18n: I18n, event: Event) -> str:
    """What happened to an order: amounts as money, reasons in words."""
    shown: dict[str, Any] = dict(event.params)
    if "amount_minor" in shown:
        shown["amount"] = Money(shown["amount_minor"], shown["currency"])
    if "day" in shown:
        shown["day"] = i18n.day(date.fromisoformat(shown["day"]))
    reason = shown.get("reason")
    if reason in list(RejectionReason):
        shown["reason"] = rejection_reason(i18n, RejectionReason(reason))
    elif reason in list(CancelReason):
        shown["reason"] = cancel_reason(i18n, CancelReason(reason))
    return i18n.t(event.text, **shown)


def channel(i18n: I18n, name: str) -> str:
    """Where the order was taken."""
    return {
        Channel.STORE.value: i18n.t("Store"),
        Channel.WEB.value: i18n.t("Web shop"),
        Channel.MARKETPLACE.value: i18n.t("Marketplace"),
    }.get(name, name)


def mode(i18n: I18n, how: FulfilmentMode, place: str = "") -> str:
    """How the customer gets a line; `place` is the name of where they collect it."""
    if how is FulfilmentMode.CARRY_OUT:
        return i18n.t("Taken away")
    if how is FulfilmentMode.SHIP_HOME:
        return i18n.t("Delivered home")
    if how is FulfilmentMode.COLLECT:
        return i18n.t("Collect at {place}", place=place) if place else i18n.t("Collect in store")
    return i18n.t("Pickup point {place}", place=place) if place else i18n.t("Pickup point")


def tender(i18n: I18n, kind: TenderKind, last4: str = "") -> str:
    """A means of payment as a customer knows it."""
    if kind is TenderKind.CASH:
        return i18n.t("Cash")
    if kind is TenderKind.CARD:
        return i18n.t("Card •••• {last4}", last4=last4) if last4 else i18n.t("Card")
    return i18n.t("Online payment")


def how_it_leaves(i18n: I18n, fulfilment: Fulfilment, here: str, place: str = "") -> str:
    """Who takes the goods from store `here`: the customer, or a carrier and to where.

    `place` is the name of the store or pickup point that a parcel goes to.
    """
    if customer_collects(fulfilment, here):
        return i18n.t("Customer collects here")
    if fulfilment.mode is FulfilmentMode.SHIP_HOME and fulfilment.ship_to is not None:
        return i18n.t("Parcel to {place}", place=fulfilment.ship_to.commune)
    return i18n.t("Parcel to {place}", place=place or fulfilment.collect_at)


def due(i18n: I18n, due_at: datetime, now: datetime) -> str:
    """When it has to be ready: the time today, the day and time otherwise, late in words."""
    when = i18n.time(due_at)
    same_day = due_at.astimezone(i18n.zone).date() == now.astimezone(i18n.zone).date()
    if not same_day:
        when = i18n.t("{day} at {time}", day=i18n.day(due_at), time=when)
    if due_at < now:
        return i18n.t("Late: was due {when}", when=when)
    return i18n.t("Due {when}", when=when)


def ago(i18n: I18n, moment: datetime, now: datetime) -> str:
    """How long ago, in minutes for an hour, else the day and the time."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return i18n.t("just now")
    if minutes < 60:
        return i18n.n("{count} minute ago", "{count} minutes ago", minutes)
    return i18n.t("{day} at {time}", day=i18n.day(moment), time=i18n.time(moment))


def refund_to(i18n: I18n, part: RefundPart) -> str:
    """Where and when the money of one part of a refund arrives, after “refunded” and an amount."""
    if part.kind is TenderKind.CASH:
        return i18n.t("in cash, at the counter")
    if part.kind is TenderKind.CARD and part.card_last4:
        return i18n.t(
            "on the card •••• {last4}, within 3 working days of the check", last4=part.card_last4
        )
    if part.kind is TenderKind.CARD:
        return i18n.t("on the card used, within 3 working days of the check")
    return i18n.t("to the payment used online, within 3 working days of the check")
