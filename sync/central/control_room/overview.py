"""The overview: what comes in, what is being done, and what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.control_room.not_set_up import not_set_up
from sync.central.control_room.view import (
    Link,
    Page,
    Piece,
    Styled,
    Table,
    badge,
    columns,
    other_language,
)
from sync.central.devices import devices, last_seen
from sync.central.devices.devices import DeviceState, PairedDevice
from sync.central.devices.last_seen import Seen
from sync.central.jobs import queue
from sync.central.notifications import mail_queue
from sync.central.notifications.mail_queue import QueuedMail
from sync.central.records import discrepancies, overview
from sync.domain.fulfilment import FulfilmentState
from sync.domain.order_status import OrderStatus
from sync.domain.stock import DiscrepancyKind
from sync.i18n import I18n
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
    "cancelled": "cancelled",
}
ORDER_STATUS_WORDS = {
    OrderStatus.BACKORDERED: "backordered",
    OrderStatus.RETURN_TO_INSPECT: "return to inspect",
    OrderStatus.IN_PREPARATION: "in preparation",
    OrderStatus.RETURNED: "returned",
    OrderStatus.CANCELLED: "cancelled",
    OrderStatus.COMPLETED: "completed",
}
ORDER_STATUS_TONES = {
    OrderStatus.BACKORDERED: "attention",
    OrderStatus.RETURN_TO_INSPECT: "attention",
    OrderStatus.RETURNED: "quiet",
    OrderStatus.CANCELLED: "quiet",
    OrderStatus.COMPLETED: "quiet",
}
DEVICE_STATE_WORDS = {DeviceState.REVOKED: "revoked", DeviceState.WIPED: "wiped"}
DISCREPANCY_WORDS = {
    DiscrepancyKind.STOCK: "stock to be counted",
    DiscrepancyKind.SENT_TWICE: "goods may go out twice",
    DiscrepancyKind.LEFT_UNPACKED: "given to a carrier in no known parcel",
    DiscrepancyKind.PAYOUT_NOT_INSPECTED: "cash paid out without an inspection at that till",
    DiscrepancyKind.PAYOUT_TWICE: "cash paid out twice",
    DiscrepancyKind.PAYOUT_ABOVE_REFUND: "more cash paid out than refunded",
    DiscrepancyKind.SALE_PRICE: "sold at a price that the catalogue does not have",
    DiscrepancyKind.SALE_VAT: "sold with a VAT that the catalogue does not have",
    DiscrepancyKind.SALE_PERSON: "sold by somebody who is not on the staff list",
    DiscrepancyKind.SALE_TENDER: "paid by a card that nobody has authorised",
    DiscrepancyKind.SALE_NUMBER: "numbers of this till are missing before it",
    DiscrepancyKind.PERSON: "done by somebody who may not, or by nobody",
    DiscrepancyKind.JOURNAL_BROKEN: "the journal of the till is not the one that is held here",
    DiscrepancyKind.SALE_DATE: "sold on a day that cannot be right",
    DiscrepancyKind.NOT_COLLECTED: "not collected: to be put back",
    DiscrepancyKind.ORDER_TO_DECIDE: "somebody has to say what is to be sent",
}


def overview_values(
    ctx: Context,
    connection: Connection,
    words: I18n,
    *,
    orders_page: int,
    fulfilments_page: int,
) -> dict[str, Any]:
    """What the template `overview.html` shows."""
    return {
        "page": Page(
            words.language, words.t("Overview of the network"), (other_language(words, "/"),)
        ),
        "not_set_up": not_set_up(ctx, connection, words),
        "tiles": _tiles(connection, words),
        "orders": _orders(connection, words, orders_page, fulfilments_page),
        "fulfilments": _fulfilments(ctx, connection, words, orders_page, fulfilments_page),
        "backorders": _backorders(connection, words),
        "discrepancies": _discrepancies(ctx, connection, words),
        "refused": _refused(connection, words),
        "set_aside": _set_aside(connection, words),
        "devices": _devices(connection, words),
        "mails": _mails(connection, words),
    }


def _tiles(connection: Connection, words: I18n) -> Sequence[tuple[str, str]]:
    found = overview.counts(connection)
    counted = (
        (words.t("orders"), found.orders),
        (words.t("fulfilments under way"), found.open_fulfilments),
        (words.t("lines backordered"), found.backordered_lines),
        (words.t("discrepancies"), found.discrepancies),
        (words.t("refused commands"), found.refused_commands),
        (words.t("e-mails sent"), found.sent_mails),
    )
    return [(name, words.number(count)) for name, count in counted]


def _orders(connection: Connection, words: I18n, orders_page: int, fulfilments_page: int) -> Table:
    found, more = overview.newest_orders(connection, orders_page, ROWS)
    rows = [
        (
            _order_link(words, state.order.number.value),
            words.stamp(state.order.placed_at),
            words.t(state.order.channel.value),
            state.order.location,
            order_badge(words, state.status),
            words.money(state.order.total),
        )
        for state in found
    ]
    head = columns(
        words.t("Order"),
        words.t("Received"),
        words.t("Channel"),
        words.t("Taken at"),
        words.t("State"),
        ">" + words.t("Total"),
    )
    pages = _pages(words, "orders", orders_page, more, f"fulfilments={fulfilments_page}")
    return Table(
        words.t("Orders"), head, rows, words.t("No order yet."), anchor="orders", pages=pages
    )


def order_badge(words: I18n, status: OrderStatus) -> Styled:
    """How far an order is, in a word."""
    return badge(words.t(ORDER_STATUS_WORDS[status]), ORDER_STATUS_TONES.get(status, ""))


def _fulfilments(
    ctx: Context, connection: Connection, words: I18n, orders_page: int, fulfilments_page: int
) -> Table:
    found, more = overview.fulfilments_by_location(connection, fulfilments_page, ROWS)
    rows = [
        (_place(ctx, code), *(words.number(by_state[state]) for state in FulfilmentState))
        for code, by_state in found
    ]
    states = (">" + words.t(STATE_WORDS[state.value]) for state in FulfilmentState)
    return Table(
        words.t("Fulfilments by location"),
        columns(words.t("Location"), *states),
        rows,
        words.t("No fulfilment yet."),
        anchor="fulfilments",
        pages=_pages(words, "fulfilments", fulfilments_page, more, f"orders={orders_page}"),
    )


def _backorders(connection: Connection, words: I18n) -> Table:
    rows = [
        (_order_link(words, line.order_number), line.sku, words.number(line.unfilled))
        for line in overview.backordered_lines(connection, ATTENTION_ROWS)
    ]
    head = columns(words.t("Order"), words.t("Article"), ">" + words.t("Pieces"))
    return Table(words.t("Backordered"), head, rows, words.t("Nothing waits."))


def _discrepancies(ctx: Context, connection: Connection, words: I18n) -> Table:
    rows = [
        (
            str(number),
            _place(ctx, found.location),
            words.t(DISCREPANCY_WORDS[found.kind]),
            found.document or found.sku or "",
            words.money(found.amount) if found.amount else words.number(found.missing or 0),
            found.cause,
        )
        for number, found in discrepancies.open_ones(connection, ATTENTION_ROWS)
    ]
    head = columns(
        words.t("Number"),
        words.t("Location"),
        words.t("What"),
        words.t("Article or document"),
        ">" + words.t("Amount"),
        words.t("Seen with"),
    )
    return Table(words.t("To be looked into"), head, rows, words.t("No discrepancy."))


def _refused(connection: Connection, words: I18n) -> Table:
    rows = [
        (
            words.stamp(found.at),
            found.device,
            found.kind,
            words.t(found.answer.template, **found.answer.params),
        )
        for found in overview.refused_commands(connection, ATTENTION_ROWS)
    ]
    head = columns(words.t("At"), words.t("Device"), words.t("Command"), words.t("Reason"))
    return Table(words.t("Refused commands"), head, rows, words.t("None was refused."))


def _set_aside(connection: Connection, words: I18n) -> Table:
    rows = [
        (words.stamp(job.at), job.kind, job.key, words.number(job.attempts), job.last_error)
        for job in queue.set_aside(connection, ATTENTION_ROWS)
    ]
    head = columns(
        words.t("At"),
        words.t("Job"),
        words.t("About"),
        ">" + words.t("Tries"),
        words.t("Reason"),
    )
    return Table(words.t("Jobs set aside"), head, rows, words.t("None was set aside."))


def _devices(connection: Connection, words: I18n) -> Table:
    positions, seen = last_seen.bucket_positions(connection), last_seen.of_devices(connection)
    rows = [
        (
            found.code,
            found.name or found.kind.value,
            found.location,
            _behind(words, found, seen.get(found.code), positions),
        )
        for found in devices.paired(connection)
    ]
    head = columns(words.t("Device"), words.t("Name"), words.t("Store"), words.t("Behind"))
    return Table(words.t("Devices"), head, rows, words.t("No device is paired."))


def _behind(
    words: I18n, found: PairedDevice, seen: Seen | None, positions: dict[str, int]
) -> tuple[Piece, ...]:
    if found.state is DeviceState.STOPPED:
        text = words.t("stopped: its key is used twice; revoke it and pair it again")
        return (badge(text, "attention"), " ", words.stamp(found.state_at))
    if found.state is not DeviceState.ACTIVE:
        return (badge(words.t(DEVICE_STATE_WORDS[found.state]), "quiet"),)
    if seen is None:
        return (badge(words.t("never seen"), "quiet"),)
    buckets = (CATALOGUE, NETWORK, store_bucket(found.location))
    behind = sum(positions.get(b, 0) - seen.cursors.get(b, 0) for b in buckets)
    if behind <= 0:
        return (badge(words.t("up to date")), " ", words.time(seen.at))
    text = words.n("{count} change behind", "{count} changes behind", behind)
    return (badge(text, "attention"), " ", words.time(seen.at))


def _mails(connection: Connection, words: I18n) -> Table:
    rows = [
        (Styled(words.stamp(mail.created_at), "when"), mail.subject, _mail_state(words, mail))
        for mail in mail_queue.newest(connection, MAIL_ROWS)
    ]
    head = columns(words.t("At"), words.t("Subject"), words.t("State"))
    return Table(words.t("E-mails"), head, rows, words.t("No e-mail yet."))


def _mail_state(words: I18n, mail: QueuedMail) -> Styled:
    if mail.refused:
        return badge(words.t("refused"), "attention")
    return badge(words.t("sent")) if mail.sent else badge(words.t("queued"), "quiet")


def _order_link(words: I18n, number: str) -> Link:
    return Link(f"/orders/{number}?lang={words.language}", number)


def _place(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return f"{place.name} ({code})" if place else code


def _pages(words: I18n, name: str, number: int, more: bool, kept: str) -> tuple[Link, ...]:
    address = f"/?lang={words.language}&{kept}&{name}="
    links = []
    if number > 1:
        links.append(Link(f"{address}{number - 1}#{name}", words.t("Newer")))
    if more:
        links.append(Link(f"{address}{number + 1}#{name}", words.t("Older")))
    return tuple(links)
