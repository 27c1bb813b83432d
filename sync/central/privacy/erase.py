"""Erasing a client: what the law keeps stays, without the person (see page 0064)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from sync.central.catalogue.reference import stock_locations
from sync.central.context import Context
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done
from sync.central.notifications.mail_queue import MAIL
from sync.central.privacy.clients import Client, find, hashed
from sync.central.records import order_records
from sync.central.records.order_record import OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.central.storage.dialect import forget_deleted
from sync.domain.customer import Customer
from sync.domain.errors import NotFound, Refused
from sync.domain.order import Order
from sync.domain.order_change import AddressChange
from sync.domain.order_status import OrderStatus
from sync.protocol.codec import to_json
from sync.protocol.feed import store_bucket

RETENTION = "retention"
AT_ONCE = 200
DAY = timedelta(days=1)
LOG_FILE = "erasures.jsonl"
DONE = frozenset({OrderStatus.COMPLETED, OrderStatus.RETURNED, OrderStatus.CANCELLED})
REASON_CHARACTERS_MAX = 500
_ORDERS = tables.order_document.c


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, or would be: `open` are orders that are not done yet."""

    orders: list[str]
    mails: int
    open: list[str]


def preview(ctx: Context, email: str) -> Erased:
    """What an erasure would do; nothing is changed. Raises NotFound for nobody."""
    with ctx.database.read() as connection:
        client = find(connection, email)
    _check_somebody(client)
    return Erased(client.numbers, len(client.mails), _under_way(ctx, client.orders))


def erase(
    ctx: Context, folder: Path, email: str, reason: str, who: str, *, even_open: bool
) -> Erased:
    """Erase the client everywhere; raises NotFound for nobody, Refused while an order is not
    done."""
    with ctx.database.write("privacy:erase") as tx:
        client = find(tx.connection, email)
        _check_somebody(client)
        waits = _under_way(ctx, client.orders)
        if waits and not even_open:
            raise Refused(
                "These orders are not done, or may still come back: {orders}. Nothing was erased. "
                "Ask again when they are, or say that they are to be erased all the same.",
                code="privacy.open",
                orders=", ".join(waits)[:300],
            )
        mails = _blank(tx, client.numbers, email)
        _keep(tx, folder, who, reason, hashed(tx, email), client.numbers, mails)
    forget_deleted(ctx.database.engine)
    return Erased(client.numbers, mails, waits)


def replay(ctx: Context, folder: Path) -> int:
    """Erase again what a database that came from an older copy holds once more; gives how many."""
    file = folder / LOG_FILE
    if not file.exists():
        return 0
    again = 0
    for line in file.read_text("utf-8").splitlines():
        said = json.loads(line)
        with ctx.database.write("privacy:replay") as tx:
            rows = tables.erasure.c
            known = sa.select(rows.id).where(rows.at == said["at"], rows.client == said["client"])
            if tx.connection.execute(known).first() is not None:
                continue
            there = [number for number in said["orders"] if _is_there(tx, number)]
            mails = _blank(tx, there, None)
            _write(
                tx, said["at"], said["who"], said["reason"], said["client"], said["orders"], mails
            )
            again += 1
    if again:
        forget_deleted(ctx.database.engine)
    return again


def due(ctx: Context, most: int, after: str = "") -> list[str]:
    """Orders whose client is to be erased by the company's settings, by number behind `after`."""
    days = ctx.reference.company.privacy.keep_client_days
    if not days:
        return []
    before = stamp(ctx.database.clock() - timedelta(days=days))
    query = sa.select(_ORDERS.number).where(
        _ORDERS.received_at < before, _ORDERS.client_erased.is_(False), _ORDERS.number > after
    )
    with ctx.database.read() as connection:
        found = connection.execute(query.order_by(_ORDERS.number).limit(most))
        return list(found.scalars())


class Retention:
    """The daily job that erases what is older than the company keeps it."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def run(self, _job: Job) -> Done:
        """All that is due, some at a time; what is still under way waits for another day."""
        ctx = self._ctx
        if ctx.reference.has_company:
            self._orders()
            self._mails()
        return Done(again_at=ctx.database.clock() + DAY)

    def _orders(self) -> None:
        after = ""
        while numbers := due(self._ctx, AT_ONCE, after):
            with self._ctx.database.write("privacy:retention") as tx:
                _blank(tx, [number for number in numbers if _is_done(tx, number)], None)
            after = numbers[-1]
        if after:
            forget_deleted(self._ctx.database.engine)

    def _mails(self) -> None:
        days = self._ctx.reference.company.privacy.keep_mail_days
        if days:
            with self._ctx.database.write("privacy:retention") as tx:
                _delete_mails(tx, tables.mail.c.sent_at < stamp(tx.now - timedelta(days=days)))


def blanked(order: Order) -> Order:
    """The order without the person: what was sold, for how much and to which commune stays."""
    nobody = Customer(customer_class=order.customer.customer_class)
    to = order.ship_to
    nowhere = None if to is None else replace(to, name="", street="")
    return replace(order, customer=nobody, ship_to=nowhere)


def _blank(tx: Transaction, numbers: Iterable[str], email: str | None) -> int:
    """Blank these orders and delete their mails, and those to `email`; gives the mails."""
    mails, stores = 0, stock_locations(tx.connection)
    for number in sorted(numbers):
        record = order_records.load(tx, number)
        tx.connection.execute(
            sa.update(tables.order_document)
            .where(_ORDERS.number == number)
            .values(body=to_json(blanked(record.order)).decode(), client_erased=True)
        )
        _blank_changes(tx, record)
        tx.loaded.pop(number, None)  # the feed is written from what stands there now
        tx.changes.orders.add(number)
        tx.changes.fulfilments.update(record.fulfilments)
        tx.changes.returns.update(record.returns)
        _tell_devices(tx, record, stores)
        mails += _delete_mails(tx, tables.mail.c.order_number == number)
    if email is not None:
        wanted = email.strip().lower()
        mails += _delete_mails(tx, sa.func.lower(tables.mail.c.recipient) == wanted)
    return mails


def _blank_changes(tx: Transaction, record: OrderRecord) -> None:
    rows = tables.order_change
    for change in record.changes:
        if isinstance(change, AddressChange):
            nowhere = replace(change, ship_to=replace(change.ship_to, name="", street=""))
            tx.connection.execute(
                sa.update(rows)
                .where(rows.c.number == change.number)
                .values(body=to_json(nowhere).decode())
            )


def _tell_devices(tx: Transaction, record: OrderRecord, stores: set[str]) -> None:
    places = record.audience() | {entry.goods.location for entry in record.returns.values()}
    body = {
        "order": record.number,
        "fulfilments": sorted(record.fulfilments),
        "returns": sorted(record.returns),
    }
    for store in places & stores:
        tx.changes.documents[store_bucket(store), "erasure", record.number] = body


def _delete_mails(tx: Transaction, which: sa.ColumnElement[bool]) -> int:
    keys = sa.select(tables.mail.c.key).where(which)
    jobs, attached = tables.job.c, tables.mail_attachment.c
    tx.connection.execute(sa.delete(tables.job).where(jobs.kind == MAIL, jobs.key.in_(keys)))
    tx.connection.execute(sa.delete(tables.mail_attachment).where(attached.mail_key.in_(keys)))
    return int(tx.connection.execute(sa.delete(tables.mail).where(which)).rowcount)


def _under_way(ctx: Context, orders: Iterable[OrderRecord]) -> list[str]:
    period = timedelta(days=ctx.reference.company.returns.period_days)
    now = ctx.database.clock()
    return [
        record.number
        for record in orders
        if record.state().status not in DONE or record.order.placed_at + period > now
    ]


def _is_done(tx: Transaction, number: str) -> bool:
    return order_records.load(tx, number).state().status in DONE


def _is_there(tx: Transaction, number: str) -> bool:
    query = sa.select(_ORDERS.number).where(_ORDERS.number == number)
    return tx.connection.execute(query).first() is not None


def _keep(
    tx: Transaction,
    folder: Path,
    who: str,
    reason: str,
    client: str,
    orders: list[str],
    mails: int,
) -> None:
    """The row, and the line that outlives the database: before the commit, as one that is there
    without a row is done again."""
    _write(tx, tx.at, who, reason, client, orders, mails)
    said = {"at": tx.at, "who": who, "reason": reason, "client": client, "orders": orders}
    file = folder / LOG_FILE
    file.touch(mode=0o600)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(said) + "\n")
        out.flush()
        os.fsync(out.fileno())


def _write(
    tx: Transaction,
    at: str,
    who: str,
    reason: str,
    client: str,
    orders: list[str],
    mails: int,
) -> None:
    tx.connection.execute(
        sa.insert(tables.erasure).values(
            at=at,
            who=who[:80],
            reason=reason[:REASON_CHARACTERS_MAX],
            client=client,
            orders=json.dumps(orders),
            mails=mails,
        )
    )


def _check_somebody(client: Client) -> None:
    if not client.orders and not client.mails:
        raise NotFound("Nothing is kept of {email}.", code="privacy.nobody", email=client.email)
