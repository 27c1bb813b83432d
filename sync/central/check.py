"""Proof that the books agree: what is derived is what it derives from, and no limit is broken.

`check` reads everything once and gives what it finds; an empty list is the proof. It never
repairs: a finding is a fault of the program, to be understood first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import stock_locations
from sync.central.context import Context
from sync.central.device_sync.publish_feed import Publisher
from sync.central.inventory import consignments
from sync.central.inventory import ledger as stock
from sync.central.inventory import reservations as stock_held
from sync.central.inventory.rules import row as stock_row
from sync.central.journal.reconcile import differences
from sync.central.records import discrepancies, order_records
from sync.central.records.order_record import OrderRecord
from sync.central.returns import payouts
from sync.central.storage import tables
from sync.domain.errors import InvalidInput
from sync.domain.money import total
from sync.domain.order import FulfilmentMode
from sync.domain.order_change import pieces_of
from sync.domain.order_status import OPEN
from sync.domain.stock import PIECES, Balance, DiscrepancyKind
from sync.protocol.codec import parse_json
from sync.protocol.commands import Answer
from sync.protocol.feed import NETWORK, store_bucket

_unpack = msgspec.msgpack.Decoder().decode


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: `rule` names the invariant, `where` the row."""

    rule: str
    where: str
    detail: str


def check(ctx: Context) -> list[Finding]:
    """Every finding of every rule, in the order of the rules."""
    with ctx.database.read() as connection:
        return [finding for rule in RULES for finding in rule(ctx, connection)]


def _ledger(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """Balances are what the movements add up to."""
    rows = tables.movement.c
    query = sa.select(
        rows.sku,
        rows.location,
        *(sa.func.sum(rows[name]) for name in PIECES),
    ).group_by(rows.sku, rows.location)
    ledger = {(row[0], row[1]): Balance(*map(int, row[2:])) for row in connection.execute(query)}
    kept = stock.balances(connection)
    for key in sorted(ledger.keys() | kept.keys()):
        if ledger.get(key) != kept.get(key):
            detail = f"movements say {ledger.get(key)}, the balance {kept.get(key)}"
            yield Finding("balance = ledger", "|".join(key), detail)


def _allocations(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """What is allocated is what open fulfilments hold."""
    held: Counter[tuple[str, str]] = Counter()
    for record in order_records.read_all(connection):
        for found in record.in_order():
            if found.fulfilment.state in OPEN:
                for line in found.fulfilment.lines:
                    held[line.sku, found.fulfilment.location] += line.quantity
    for key, balance in sorted(stock.balances(connection).items()):
        if balance.allocated != held[key]:
            detail = f"{balance.allocated} allocated, {held[key]} in open fulfilments"
            yield Finding("allocated = open fulfilments", "|".join(key), detail)


def _held_and_sent(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """What is reserved is what reservations hold; what is in transit is what was sent here."""
    wanted = stock_held.held_pieces(connection), consignments.sent_pieces(connection)
    for key, balance in sorted(stock.balances(connection).items()):
        for name, found in zip(("reserved", "in_transit"), wanted, strict=True):
            kept = getattr(balance, name)
            if kept != found.get(key, 0):
                detail = f"{kept} in the balance, {found.get(key, 0)} in the documents"
                yield Finding(f"{name} = documents", "|".join(key), detail)


def _promises(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """Whatever is promised beyond what is there is on the list of discrepancies."""
    rows = tables.discrepancy.c
    query = sa.select(rows.sku, rows.location, rows.missing).where(
        rows.resolved_at.is_(None), rows.kind == DiscrepancyKind.STOCK.value
    )
    known = {(row[0], row[1]): row[2] for row in connection.execute(query)}
    for key, balance in sorted(stock.balances(connection).items()):
        if balance.discrepancy and key not in known:
            yield Finding("discrepancies are listed", "|".join(key), f"{balance}")


def _money(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """refunded <= captured <= authorised, for each tender; captured covers what was refunded."""
    for record in order_records.read_all(connection):
        for place, known in enumerate(record.tender_sums()):
            used = known.captured + known.voided
            amounts = [known.refunded.minor, known.captured.minor, used.minor]
            amounts.append(known.authorised.minor)
            settles = record.order.tenders[place].amount
            if amounts != sorted(amounts) or known.authorised != settles:
                where = record.number
                yield Finding("refunded <= captured <= authorised", where, f"{place}: {known}")


def _journals(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """Orders and refunds are what the tills signed."""
    for where, problem in differences(connection):
        yield Finding("orders and refunds = journals", where, problem)


def _lines(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """Each piece of a line is somewhere; none comes back that did not go."""
    for record in order_records.read_all(connection):
        beyond, inspected = record.beyond_sold(), record.returned_pieces()
        cancelled = pieces_of(record.changes)
        there = {state.line_id: state.handed_over for state in record.line_states()}
        twice = _sent_twice(connection, record) if any(beyond.values()) else Counter()
        for row in record.lines.values():
            where = f"{record.number} line {row.line_id}"
            carried = record.order.line(row.line_id).mode is FulfilmentMode.CARRY_OUT
            if row.carried_out != (row.quantity if carried else 0):
                yield Finding("carried out", where, f"{row.carried_out}")
            if not 0 <= beyond[row.line_id] <= twice[row.sku]:
                detail = f"{row.quantity + beyond[row.line_id]} of {row.quantity}"
                yield Finding("every piece is somewhere", where, detail)
            if row.cancelled != cancelled.get(row.line_id, 0):
                detail = f"{row.cancelled}, {cancelled.get(row.line_id, 0)}"
                yield Finding("cancelled = cancellations", where, detail)
            if row.returned != inspected[row.line_id]:
                yield Finding(
                    "returned = inspected", where, f"{row.returned}, {inspected[row.line_id]}"
                )
            if row.returned + row.in_return > there[row.line_id]:
                yield Finding("returned <= handed over", where, f"{row.returned + row.in_return}")


def _sent_twice(connection: Connection, record: OrderRecord) -> Counter[str]:
    """Pieces by SKU that a person was told of: they go out twice."""
    told: Counter[str] = Counter()
    for found in discrepancies.about(connection, record.number):
        if found.kind is DiscrepancyKind.SENT_TWICE and found.sku:
            told[found.sku] += found.missing or 0
    return told


def _refunds(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """What went back is what the accepted and the cancelled pieces were sold for."""
    for record in order_records.read_all(connection):
        worth = total(
            record.order.line(line_id).unit_price * pieces
            for line_id, pieces in record.returned_pieces().items()
        )
        worth = total((one.refund for one in record.cancellations), worth.currency) + worth
        worth = worth + record.returned_fee()
        given = total(known.given_back for known in record.tender_sums())
        if worth != given:
            yield Finding("refunded = returned", record.number, f"{given} for {worth}")


def _payouts(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """Cash that left a drawer is what was refunded in cash, or on the list of discrepancies."""
    numbers = sa.select(tables.cash_payout.c.return_number).distinct()
    for number in connection.execute(numbers).scalars():
        due, paid = payouts.due_in_cash(connection, number), payouts.payouts_of(connection, number)
        wrong = Counter(
            kind
            for place, payout in enumerate(paid)
            if (kind := payouts.deviation(due, paid[:place], payout)) is not None
        )
        listed = Counter(found.kind for found in discrepancies.about(connection, number))
        if missing := wrong - listed:
            yield Finding("payouts = refunds in cash", number, ", ".join(sorted(missing)))


def _feed(ctx: Context, connection: Connection) -> Iterator[Finding]:
    """The latest rows of the feed say what the tables say; no position is beyond its bucket's."""
    rows = tables.feed.c
    query = sa.select(rows.bucket, rows.kind, rows.key, rows.body)
    feed = {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}
    expected = _expected_feed(ctx, connection)
    for key, body in sorted(expected.items()):
        said = feed.get(key)
        if said is None or _unpack(said) != body:
            yield Finding("feed = tables", "/".join(key), "missing" if said is None else "stale")
    live = {"order", "fulfilment", "return", "stock"}
    for key in sorted(feed.keys() - expected.keys()):
        if key[1] in live:
            yield Finding("feed = tables", "/".join(key), "no such thing")
    beyond = (
        sa.select(rows.bucket, rows.position)
        .join(tables.bucket_position, tables.bucket_position.c.bucket == rows.bucket)
        .where(rows.position > tables.bucket_position.c.position)
    )
    for row in connection.execute(beyond):
        yield Finding("feed positions", row[0], f"{row[1]} is beyond the bucket's position")


def _expected_feed(ctx: Context, connection: Connection) -> dict[tuple[str, str, str], object]:
    publisher = Publisher(ctx.reference, ctx.view)
    expected: dict[tuple[str, str, str], object] = {}
    for record in order_records.read_all(connection):
        expected.update(publisher.order(record))
        for found in record.fulfilments.values():
            expected.update(publisher.fulfilment(found))
        for entry in record.returns.values():
            expected.update(publisher.customer_return(entry))
    balances = stock.balances(connection)
    days = stock.inbound_days(connection)
    for (sku, location), balance in balances.items():
        expected[NETWORK, "stock", f"{location}|{sku}"] = stock_row(
            ctx.view.atp(sku, location, balance), balance, days.get((sku, location))
        )
    # Through MessagePack, as a device gets it: 1 and 1.0, lists and tuples look the same there.
    return {key: _unpack(msgspec.msgpack.encode(body)) for key, body in expected.items()}


def _memory(ctx: Context, connection: Connection) -> Iterator[Finding]:
    """The stock in memory is the stock in the tables."""
    balances = stock.balances(connection)
    available = ctx.view.available({sku for sku, _ in balances})
    for (sku, location), balance in sorted(balances.items()):
        wanted = ctx.view.atp(sku, location, balance)
        if available[sku].get(location, 0) != wanted:
            detail = f"{available[sku].get(location)} in memory, {wanted} in the tables"
            yield Finding("memory = tables", f"{sku}|{location}", detail)


def _answers(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """Every stored answer can be given again, and is that of its command."""
    rows = tables.command.c
    for row in connection.execute(sa.select(rows.command_id, rows.outcome, rows.answer)):
        try:
            answer: Answer = parse_json(Answer, row.answer)
        except InvalidInput as error:
            yield Finding("answers", row.command_id, str(error))
            continue
        if str(answer.command_id) != row.command_id or answer.outcome.value != row.outcome:
            yield Finding("answers", row.command_id, "is the answer of another command")


def _buckets(_ctx: Context, connection: Connection) -> Iterator[Finding]:
    """Every store's bucket is a store's."""
    stores = {store_bucket(code) for code in stock_locations(connection)}
    query = sa.select(tables.bucket_position.c.bucket)
    for bucket in connection.execute(query).scalars():
        if bucket.startswith("store:") and bucket not in stores:
            yield Finding("buckets", bucket, "is of no store")


Rule = Callable[[Context, Connection], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    _ledger,
    _allocations,
    _held_and_sent,
    _promises,
    _money,
    _lines,
    _refunds,
    _payouts,
    _feed,
    _memory,
    _answers,
    _buckets,
    _journals,
)
