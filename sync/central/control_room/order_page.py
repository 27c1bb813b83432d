"""One order: its lines, why they come from where they come, its money and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from sync.central.allocation import explanation
from sync.central.context import Context
from sync.central.control_room.overview import STATE_WORDS, order_badge
from sync.central.control_room.view import (
    Cell,
    Lines,
    Link,
    Page,
    Styled,
    Table,
    badge,
    columns,
    muted,
    other_language,
)
from sync.central.records import order_records
from sync.central.records.order_record import OrderRecord
from sync.central.storage.database import unstamp
from sync.domain.fulfilment import RejectionReason
from sync.domain.money import Money, total
from sync.domain.order_change import CancelReason
from sync.i18n import I18n
from sync.protocol.feed import LineState, OrderState

EVERY_REASON = 10_000
REASONS_SHOWN = 5
MODE_WORDS = {
    "carry_out": "carried out",
    "ship_home": "shipped home",
    "collect": "collected in store",
    "pickup_point": "pickup point",
}
REASON_WORDS = {
    RejectionReason.NOT_FOUND.value: "not found",
    RejectionReason.DAMAGED.value: "damaged",
    RejectionReason.SOLD.value: "sold",
    RejectionReason.NO_TIME.value: "no time",
    CancelReason.CUSTOMER.value: "the customer",
    CancelReason.NO_STOCK.value: "no stock",
    CancelReason.NOT_COLLECTED.value: "not collected",
    CancelReason.UNPAID.value: "not paid",
    CancelReason.OTHER.value: "another reason",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A sourcing decision: what it was made with, its first reasons, and all of them."""

    about: str
    reasons: list[str]
    every_reason: list[str]


def order_values(ctx: Context, connection: Connection, words: I18n, number: str) -> dict[str, Any]:
    """What the template `order_page.html` shows; raises NotFound."""
    record = order_records.read(connection, number)
    state = record.state()
    navigation = (
        Link(f"/?lang={words.language}", words.t("Overview")),
        other_language(words, f"/orders/{number}"),
    )
    return {
        "page": Page(words.language, words.t("Order {number}", number=number), navigation),
        "lines": _lines(ctx, words, state),
        "decided": {
            "title": words.t("Where it comes from, and why"),
            "every": words.t("Every location and its reason"),
            "empty": words.t("Everything was carried out; nothing was to be decided."),
            "decisions": _decisions(ctx, connection, words, number),
        },
        "money": _money(words, record, state),
        "history": _history(words, state),
    }


def _lines(ctx: Context, words: I18n, state: OrderState) -> Table:
    by_line = {line.line_id: line for line in state.lines}
    rows: list[tuple[Cell, ...]] = []
    for line in state.order.lines:
        mode = words.t(MODE_WORDS[line.mode.value])
        place = _name(ctx, line.collect_at) if line.collect_at else ""
        rows.append(
            (
                line.name,
                f"{mode}, {place}" if place else mode,
                words.number(line.quantity),
                words.money(line.amount),
                _sources(ctx, words, by_line[line.line_id]),
            )
        )
    head = columns(
        words.t("Article"),
        words.t("Delivery option"),
        ">" + words.t("Pieces"),
        ">" + words.t("Amount"),
        words.t("State"),
    )
    return Table(words.t("Lines"), head, rows, summary=order_badge(words, state.status))


def _sources(ctx: Context, words: I18n, known: LineState) -> Lines:
    told: list[Cell] = []
    for source in known.sources:
        where = f"{_name(ctx, source.location)} × {source.quantity}: "
        told.append((where, badge(words.t(STATE_WORDS[source.state.value])), " "))
        if source.tracking_number:
            told.append(muted(source.tracking_number))
    counts = (
        (words.t("with the customer"), known.handed_over, "quiet"),
        (words.t("coming back"), known.returning, "attention"),
        (words.t("returned"), known.returned, "quiet"),
        (words.t("backordered"), known.unfilled, "attention"),
    )
    told += [badge(f"{name}: {count}", tone) for name, count, tone in counts if count]
    return Lines(tuple(told))


def _decisions(ctx: Context, connection: Connection, words: I18n, number: str) -> list[Decided]:
    found = []
    for one in explanation.explained(connection, number):
        few = one.told(ctx.reference, words.language, REASONS_SHOWN)
        every = one.told(ctx.reference, words.language, EVERY_REASON)
        about = words.t(
            "{at}, policy {policy}, stock as of movement {position}",
            at=words.stamp(one.at),
            policy=one.decision.policy,
            position=words.number(one.decision.snapshot_position),
        )
        shown = few if len(few) == len(every) else few[:-1]  # without "and n more"
        found.append(Decided(about, shown, every))
    return found


def _money(words: I18n, record: OrderRecord, state: OrderState) -> Table:
    order = state.order
    rows = [
        (
            words.t(tender.kind.value),
            words.money(known.authorised),
            words.money(known.captured),
            words.money(known.refunded),
        )
        for tender, known in zip(order.tenders, record.tender_sums(), strict=True)
    ]
    head = columns(
        words.t("Means of payment"),
        ">" + words.t("Authorised"),
        ">" + words.t("Captured"),
        ">" + words.t("Refunded"),
    )
    summary = words.t(
        "{total} sold, {captured} captured, {refunded} refunded.",
        total=order.total,
        captured=state.captured,
        refunded=total(state.refunded.values(), order.total.currency),
    )
    return Table(words.t("Money"), head, rows, words.t("No payment."), summary)


def _history(words: I18n, state: OrderState) -> Table:
    rows = [
        (
            Styled(words.stamp(unstamp(event.at)), "when"),
            words.t(event.text, **_shown(words, event.params)),
        )
        for event in state.events
    ]
    return Table(words.t("History"), columns(words.t("At"), words.t("Event")), rows)


def _shown(words: I18n, params: dict[str, Any]) -> dict[str, Any]:
    """An event's gaps as a person reads them: reasons in words, amounts as money."""
    shown = dict(params)
    if "reason" in shown:
        shown["reason"] = words.t(REASON_WORDS.get(shown["reason"], shown["reason"]))
    if "day" in shown:
        shown["day"] = words.day(date.fromisoformat(shown["day"]))
    if "amount_minor" in shown:
        shown["amount"] = Money(shown["amount_minor"], shown["currency"])
    return shown


def _name(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return place.name if place else code
