"""One order: its lines, why they come from where they come, its money and its history."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from sync.central.allocation import explanation
from sync.central.context import Context
from sync.central.control_room.html import (
    Html,
    Piece,
    badge,
    joined,
    link,
    page,
    section,
    table,
    tag,
)
from sync.central.control_room.overview import STATE_WORDS, order_badge
from sync.central.records import order_records as projection
from sync.central.records.order_record import OrderRecord
from sync.central.storage.database import unstamp
from sync.domain.fulfilment import RejectionReason
from sync.domain.money import Money, total
from sync.i18n import I18n
from sync.protocol.feed import LineState, OrderState

REASONS_SHOWN = 5
MODE_WORDS = {
    "carry_out": "carried out",
    "ship_home": "shipped home",
    "collect": "collected in store",
    "pickup_point": "pickup point",
}
REJECTION_WORDS = {
    RejectionReason.NOT_FOUND.value: "not found",
    RejectionReason.DAMAGED.value: "damaged",
    RejectionReason.SOLD.value: "sold",
    RejectionReason.NO_TIME.value: "no time",
}


def order_page(ctx: Context, connection: Connection, words: I18n, number: str) -> str:
    """The page as text; raises NotFound."""
    record = projection.read(connection, number)
    state = record.state()
    other = "en" if words.language == "fr" else "fr"
    navigation = joined(
        [
            link(f"/?lang={words.language}", words.t("Overview")),
            link(f"/orders/{number}?lang={other}", "English" if other == "en" else "Français"),
        ]
    )
    return page(
        words.language,
        words.t("Order {number}", number=number),
        navigation,
        section(
            words.t("Lines"),
            tag("p", order_badge(words, state.status), class_="muted"),
            _lines(ctx, words, state),
        ),
        _decisions(ctx, connection, words, number),
        tag("div", _money(words, record, state), _history(words, state), class_="two"),
    )


def _lines(ctx: Context, words: I18n, state: OrderState) -> Html:
    by_line = {line.line_id: line for line in state.lines}
    rows: list[tuple[Piece, ...]] = []
    for line in state.order.lines:
        known = by_line[line.line_id]
        mode = words.t(MODE_WORDS[line.mode.value])
        place = _name(ctx, line.collect_at) if line.collect_at else ""
        rows.append(
            (
                line.name,
                f"{mode}, {place}" if place else mode,
                words.number(line.quantity),
                words.money(line.amount),
                _sources(ctx, words, known),
            )
        )
    head = [
        words.t("Article"),
        words.t("Delivery option"),
        ">" + words.t("Pieces"),
        ">" + words.t("Amount"),
        words.t("State"),
    ]
    return table(head, rows, "")


def _sources(ctx: Context, words: I18n, known: LineState) -> Html:
    told: list[Piece] = []
    for source in known.sources:
        where = f"{_name(ctx, source.location)} × {source.quantity}: "
        told.append(joined([where, badge(words.t(STATE_WORDS[source.state.value])), " "]))
        if source.tracking_number:
            told.append(tag("span", source.tracking_number, class_="muted"))
    counts = (
        (words.t("with the customer"), known.handed_over, "quiet"),
        (words.t("coming back"), known.returning, "attention"),
        (words.t("returned"), known.returned, "quiet"),
        (words.t("backordered"), known.unfilled, "attention"),
    )
    told += [badge(f"{name}: {count}", tone) for name, count, tone in counts if count]
    return joined(tag("div", piece) for piece in told)


def _decisions(ctx: Context, connection: Connection, words: I18n, number: str) -> Html:
    parts: list[Piece] = []
    for row in explanation.rows(connection, number):
        few = explanation.told(ctx.reference, row.body, words.language, REASONS_SHOWN)
        every = explanation.told(ctx.reference, row.body, words.language, 10_000)
        about = words.t(
            "{at}, policy {policy}, stock as of movement {position}",
            at=words.stamp(unstamp(row.at)),
            policy=row.policy,
            position=words.number(row.snapshot_position),
        )
        parts.append(tag("p", about, class_="muted"))
        shown = few if len(few) == len(every) else few[:-1]  # without "and n more"
        parts.append(tag("ul", *(tag("li", sentence) for sentence in shown)))
        parts.append(
            tag(
                "details",
                tag("summary", words.t("Every location and its reason")),
                tag("ul", *(tag("li", sentence) for sentence in every)),
            )
        )
    if not parts:
        parts = [tag("p", words.t("Everything was carried out; nothing was to be decided."))]
    return section(words.t("Where it comes from, and why"), *parts)


def _money(words: I18n, record: OrderRecord, state: OrderState) -> Html:
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
    head = [
        words.t("Means of payment"),
        ">" + words.t("Authorised"),
        ">" + words.t("Captured"),
        ">" + words.t("Refunded"),
    ]
    refunded = total(state.refunded.values(), order.total.currency)
    summary = words.t(
        "{total} sold, {captured} captured, {refunded} refunded.",
        total=order.total,
        captured=state.captured,
        refunded=refunded,
    )
    return section(words.t("Money"), tag("p", summary), table(head, rows, words.t("No payment.")))


def _history(words: I18n, state: OrderState) -> Html:
    rows = [
        (
            tag("span", words.stamp(unstamp(event.at)), class_="when"),
            words.t(event.text, **_shown(words, event.params)),
        )
        for event in state.events
    ]
    return section(words.t("History"), table([words.t("At"), words.t("Event")], rows, ""))


def _shown(words: I18n, params: dict[str, Any]) -> dict[str, Any]:
    """An event's gaps as a person reads them: reasons in words, amounts as money."""
    shown = dict(params)
    if "reason" in shown:
        shown["reason"] = words.t(REJECTION_WORDS.get(shown["reason"], shown["reason"]))
    if "amount_minor" in shown:
        shown["amount"] = Money(shown["amount_minor"], shown["currency"])
    return shown


def _name(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return place.name if place else code
