"""The overview: what comes in, what is being done, and what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

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
from sync.central.devices import last_seen
from sync.central.devices.last_seen import Seen
from sync.central.jobs import queue
from sync.central.records import discrepancies
from sync.central.records import order_records as projection
from sync.central.storage import tables
from sync.central.storage.database import unstamp
from sync.domain.fulfilment import FulfilmentState
from sync.domain.order_status import OPEN, OrderStatus
from sync.domain.stock import DiscrepancyKind
from sync.i18n import I18n
from sync.protocol.commands import Outcome
from sync.protocol.feed import CATALOGUE, NETWORK, store_bucket

ROWS = 20
ATTENTION_ROWS = 20
MAIL_ROWS = 10
STATE_WORDS = {
    "allocated": "to pick",
    "picking": "being picked",
    "packed": "packed",
    "handed_over": "handed over",
    "rejected": "refused",
    "reassigned": "reassigned",
}
ORDER_STATUS_WORDS = {
    OrderStatus.BACKORDERED: "backordered",
    OrderStatus.RETURN_TO_INSPECT: "return to inspect",
    OrderStatus.IN_PREPARATION: "in preparation",
    OrderStatus.RETURNED: "returned",
    OrderStatus.COMPLETED: "completed",
}
ORDER_STATUS_TONES = {
    OrderStatus.BACKORDERED: "attention",
    OrderStatus.RETURN_TO_INSPECT: "attention",
    OrderStatus.RETURNED: "quiet",
    OrderStatus.COMPLETED: "quiet",
}
DISCREPANCY_WORDS = {
    DiscrepancyKind.STOCK: "stock to be counted",
    DiscrepancyKind.SENT_TWICE: "goods may go out twice",
    DiscrepancyKind.LEFT_UNPACKED: "given to a carrier in no known parcel",
    DiscrepancyKind.PAYOUT_NOT_INSPECTED: "cash paid out without an inspection at that till",
    DiscrepancyKind.PAYOUT_TWICE: "cash paid out twice",
    DiscrepancyKind.PAYOUT_ABOVE_REFUND: "more cash paid out than refunded",
}


def overview_page(
    ctx: Context,
    connection: Connection,
    words: I18n,
    *,
    orders_page: int,
    fulfilments_page: int,
) -> str:
    """The page as text."""
    other = "en" if words.language == "fr" else "fr"
    return page(
        words.language,
        words.t("Overview of the network"),
        link(f"/?lang={other}", "English" if other == "en" else "Français"),
        _tiles(connection, words),
        _orders(connection, words, orders_page, fulfilments_page),
        _fulfilments(ctx, connection, words, orders_page, fulfilments_page),
        tag(
            "div",
            _waiting(connection, words),
            _discrepancies(ctx, connection, words),
            class_="two",
        ),
        _refused(connection, words),
        _set_aside(connection, words),
        tag("div", _devices(connection, words), _mails(connection, words), class_="two"),
    )


def _count(connection: Connection, source: sa.FromClause, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(source).where(*where)
    return int(connection.execute(query).scalar_one())


def _tiles(connection: Connection, words: I18n) -> Html:
    fulfilments, lines = tables.fulfilment.c, tables.order_line.c
    refused = tables.command.c.outcome == Outcome.REFUSED.value
    counted = (
        (words.t("orders"), _count(connection, tables.order_document)),
        (
            words.t("fulfilments under way"),
            _count(connection, tables.fulfilment, fulfilments.state.in_(sorted(OPEN))),
        ),
        (words.t("lines backordered"), _count(connection, tables.order_line, lines.unfilled > 0)),
        (
            words.t("discrepancies"),
            discrepancies.count_open(connection),
        ),
        (words.t("refused commands"), _count(connection, tables.command, refused)),
        (
            words.t("e-mails sent"),
            _count(connection, tables.mail, tables.mail.c.sent_at.is_not(None)),
        ),
    )
    return tag(
        "div",
        *(
            tag("div", tag("b", words.number(count)), tag("span", name), class_="tile")
            for name, count in counted
        ),
        class_="tiles",
    )


def _orders(connection: Connection, words: I18n, orders_page: int, fulfilments_page: int) -> Html:
    documents = tables.order_document
    query = (
        sa.select(documents.c.number)
        .order_by(documents.c.received_at.desc(), documents.c.number.desc())
        .limit(ROWS + 1)
        .offset((orders_page - 1) * ROWS)
    )
    numbers = list(connection.execute(query).scalars())
    rows = [_order_row(connection, words, number) for number in numbers[:ROWS]]
    head = [
        words.t("Order"),
        words.t("Received"),
        words.t("Channel"),
        words.t("Taken at"),
        words.t("State"),
        ">" + words.t("Total"),
    ]
    pages = _pages(
        words, "orders", orders_page, len(numbers) > ROWS, f"fulfilments={fulfilments_page}"
    )
    return section(
        words.t("Orders"), table(head, rows, words.t("No order yet.")), pages, anchor="orders"
    )


def _order_row(connection: Connection, words: I18n, number: str) -> Sequence[Piece]:
    state = projection.order_state(connection, number)
    order = state.order
    return (
        link(f"/orders/{number}?lang={words.language}", number),
        words.stamp(order.placed_at),
        words.t(order.channel.value),
        order.location,
        order_badge(words, state.status),
        words.money(order.total),
    )


def order_badge(words: I18n, status: OrderStatus) -> Html:
    """How far an order is, in a word."""
    return badge(words.t(ORDER_STATUS_WORDS[status]), ORDER_STATUS_TONES.get(status, ""))


def _fulfilments(
    ctx: Context, connection: Connection, words: I18n, orders_page: int, fulfilments_page: int
) -> Html:
    fulfilments = tables.fulfilment.c
    counted = [
        sa.func.sum(sa.case((fulfilments.state == state.value, 1), else_=0))
        for state in FulfilmentState
    ]
    query = (
        sa.select(fulfilments.location, *counted, sa.func.min(fulfilments.due_at))
        .group_by(fulfilments.location)
        .order_by(sa.func.count().desc(), fulfilments.location)
        .limit(ROWS + 1)
        .offset((fulfilments_page - 1) * ROWS)
    )
    found = connection.execute(query).all()
    rows = [
        (_place(ctx, row[0]), *(words.number(int(count)) for count in row[1:-1]))
        for row in found[:ROWS]
    ]
    head = [words.t("Location"), *(">" + words.t(STATE_WORDS[s.value]) for s in FulfilmentState)]
    pages = _pages(
        words, "fulfilments", fulfilments_page, len(found) > ROWS, f"orders={orders_page}"
    )
    return section(
        words.t("Fulfilments by location"),
        table(head, rows, words.t("No fulfilment yet.")),
        pages,
        anchor="fulfilments",
    )


def _waiting(connection: Connection, words: I18n) -> Html:
    lines = tables.order_line
    query = (
        sa.select(lines)
        .where(lines.c.unfilled > 0)
        .order_by(lines.c.order_number, lines.c.line_id)
        .limit(ATTENTION_ROWS)
    )
    rows = [
        (
            link(f"/orders/{row.order_number}?lang={words.language}", row.order_number),
            row.sku,
            words.number(row.unfilled),
        )
        for row in connection.execute(query)
    ]
    head = [words.t("Order"), words.t("Article"), ">" + words.t("Pieces")]
    return section(words.t("Backordered"), table(head, rows, words.t("Nothing waits.")))


def _discrepancies(ctx: Context, connection: Connection, words: I18n) -> Html:
    rows = [
        (
            _place(ctx, found.location),
            words.t(DISCREPANCY_WORDS[found.kind]),
            found.document or found.sku or "",
            words.money(found.amount) if found.amount else words.number(found.missing or 0),
            found.cause,
        )
        for found in discrepancies.open_ones(connection, ATTENTION_ROWS)
    ]
    head = [
        words.t("Location"),
        words.t("What"),
        words.t("Article or document"),
        ">" + words.t("Amount"),
        words.t("Seen with"),
    ]
    return section(words.t("To be looked into"), table(head, rows, words.t("No discrepancy.")))


def _refused(connection: Connection, words: I18n) -> Html:
    commands = tables.command
    query = (
        sa.select(commands)
        .where(commands.c.outcome == Outcome.REFUSED.value)
        .order_by(commands.c.received_at.desc(), commands.c.command_id)
        .limit(ATTENTION_ROWS)
    )
    rows = [
        (words.stamp(unstamp(row.received_at)), row.device, row.kind, _reason(words, row.answer))
        for row in connection.execute(query)
    ]
    head = [words.t("At"), words.t("Device"), words.t("Command"), words.t("Reason")]
    return section(words.t("Refused commands"), table(head, rows, words.t("None was refused.")))


def _reason(words: I18n, answer: str) -> str:
    from sync.protocol.codec import parse_json
    from sync.protocol.commands import Answer

    said: Answer = parse_json(Answer, answer)
    return words.t(said.template, **said.params)


def _devices(connection: Connection, words: I18n) -> Html:
    positions = {
        row.bucket: row.position for row in connection.execute(sa.select(tables.bucket_position))
    }
    seen = last_seen.of_devices(connection)
    query = sa.select(tables.device).order_by(tables.device.c.number)
    rows = [
        (
            row.code,
            row.name or row.kind,
            row.location,
            _behind(words, row, seen.get(row.code), positions),
        )
        for row in connection.execute(query)
    ]
    head = [words.t("Device"), words.t("Name"), words.t("Store"), words.t("Behind")]
    return section(words.t("Devices"), table(head, rows, words.t("No device is paired.")))


def _behind(words: I18n, row: Any, seen: Seen | None, positions: dict[str, int]) -> Html:
    if row.revoked:
        return badge(words.t("revoked"), "quiet")
    if seen is None:
        return badge(words.t("never seen"), "quiet")
    buckets = (CATALOGUE, NETWORK, store_bucket(row.location))
    behind = sum(positions.get(b, 0) - seen.cursors.get(b, 0) for b in buckets)
    if behind <= 0:
        return joined([badge(words.t("up to date")), " ", words.time(seen.at)])
    text = words.n("{count} change behind", "{count} changes behind", behind)
    return joined([badge(text, "attention"), " ", words.time(seen.at)])


def _set_aside(connection: Connection, words: I18n) -> Html:
    rows = [
        (words.stamp(job.at), job.kind, job.key, words.number(job.attempts), job.last_error)
        for job in queue.set_aside(connection, ATTENTION_ROWS)
    ]
    head = [
        words.t("At"),
        words.t("Job"),
        words.t("About"),
        ">" + words.t("Tries"),
        words.t("Reason"),
    ]
    return section(words.t("Jobs set aside"), table(head, rows, words.t("None was set aside.")))


def _mail_state(words: I18n, row: Any) -> Html:
    if row.refused_at:
        return badge(words.t("refused"), "attention")
    return badge(words.t("sent")) if row.sent_at else badge(words.t("queued"), "quiet")


def _mails(connection: Connection, words: I18n) -> Html:
    query = sa.select(tables.mail).order_by(tables.mail.c.id.desc()).limit(MAIL_ROWS)
    rows = [
        (
            tag("span", words.stamp(unstamp(row.created_at)), class_="when"),
            row.subject,
            _mail_state(words, row),
        )
        for row in connection.execute(query)
    ]
    head = [words.t("At"), words.t("Subject"), words.t("State")]
    return section(words.t("E-mails"), table(head, rows, words.t("No e-mail yet.")))


def _place(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return f"{place.name} ({code})" if place else code


def _pages(words: I18n, name: str, number: int, more: bool, kept: str) -> Html:
    links = []
    address = f"/?lang={words.language}&{kept}&{name}="
    if number > 1:
        links.append(link(f"{address}{number - 1}#{name}", words.t("Newer")))
    if more:
        links.append(link(f"{address}{number + 1}#{name}", words.t("Older")))
    return tag("div", *links, class_="pages") if links else Html("")
