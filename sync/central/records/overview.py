"""What is going on, over all orders: counts and lists for the people who run the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.records import discrepancies, order_records
from sync.central.storage import tables
from sync.central.storage.database import unstamp
from sync.domain.fulfilment import FulfilmentState
from sync.domain.order_status import OPEN
from sync.protocol.codec import parse_json
from sync.protocol.commands import Answer, Outcome
from sync.protocol.feed import OrderState


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each there are."""

    orders: int
    open_fulfilments: int
    backordered_lines: int
    discrepancies: int
    refused_commands: int
    sent_mails: int


@dataclass(frozen=True, slots=True)
class BackorderedLine:
    """`unfilled` pieces of a SKU that an order waits for."""

    order_number: str
    sku: str
    unfilled: int


@dataclass(frozen=True, slots=True)
class RefusedCommand:
    """A command of a device that was refused, and why."""

    at: datetime
    device: str
    kind: str
    answer: Answer


def counts(connection: Connection) -> Counts:
    """The counts of this moment."""
    fulfilments, lines = tables.fulfilment.c, tables.order_line.c
    refused = tables.command.c.outcome == Outcome.REFUSED.value
    return Counts(
        _count(connection, tables.order_document),
        _count(connection, tables.fulfilment, fulfilments.state.in_(sorted(OPEN))),
        _count(connection, tables.order_line, lines.unfilled > 0),
        discrepancies.count_open(connection),
        _count(connection, tables.command, refused),
        _count(connection, tables.mail, tables.mail.c.sent_at.is_not(None)),
    )


def newest_orders(connection: Connection, page: int, rows: int) -> tuple[list[OrderState], bool]:
    """The orders of a page (from 1), the latest first; and whether there are older ones."""
    documents = tables.order_document.c
    query = (
        sa.select(documents.number)
        .order_by(documents.received_at.desc(), documents.number.desc())
        .limit(rows + 1)
        .offset((page - 1) * rows)
    )
    numbers = list(connection.execute(query).scalars())
    found = [order_records.order_state(connection, number) for number in numbers[:rows]]
    return found, len(numbers) > rows


def fulfilments_by_location(
    connection: Connection, page: int, rows: int
) -> tuple[list[tuple[str, Mapping[FulfilmentState, int]]], bool]:
    """How many fulfilments a location has in each state, the busiest first; and whether there are
    more locations."""
    fulfilments = tables.fulfilment.c
    counted = [
        sa.func.sum(sa.case((fulfilments.state == state.value, 1), else_=0))
        for state in FulfilmentState
    ]
    query = (
        sa.select(fulfilments.location, *counted)
        .group_by(fulfilments.location)
        .order_by(sa.func.count().desc(), fulfilments.location)
        .limit(rows + 1)
        .offset((page - 1) * rows)
    )
    found: list[tuple[str, Mapping[FulfilmentState, int]]] = [
        (str(row[0]), {s: int(n) for s, n in zip(FulfilmentState, row[1:], strict=True)})
        for row in connection.execute(query)
    ]
    return found[:rows], len(found) > rows


def backordered_lines(connection: Connection, most: int) -> list[BackorderedLine]:
    """Lines that wait for stock, in order of their orders' numbers."""
    lines = tables.order_line.c
    query = (
        sa.select(lines.order_number, lines.sku, lines.unfilled)
        .where(lines.unfilled > 0)
        .order_by(lines.order_number, lines.line_id)
        .limit(most)
    )
    return [BackorderedLine(row[0], row[1], row[2]) for row in connection.execute(query)]


def refused_commands(connection: Connection, most: int) -> list[RefusedCommand]:
    """Commands that were refused, the latest first."""
    commands = tables.command.c
    query = (
        sa.select(commands.received_at, commands.device, commands.kind, commands.answer)
        .where(commands.outcome == Outcome.REFUSED.value)
        .order_by(commands.received_at.desc(), commands.command_id)
        .limit(most)
    )
    return [
        RefusedCommand(
            unstamp(row.received_at), row.device, row.kind, parse_json(Answer, row.answer)
        )
        for row in connection.execute(query)
    ]


def _count(connection: Connection, source: sa.FromClause, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(source).where(*where)
    return int(connection.execute(query).scalar_one())
