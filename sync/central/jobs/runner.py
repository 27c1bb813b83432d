"""What the server does by itself: e-mails, carriers, lines that wait for stock.

Each job does a bounded piece of work and can be killed at any point: what it did is committed,
what it did not do is still in its queue. `Workers` runs them one after the other in one thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from sync.central.allocation import allocate as orchestration
from sync.central.context import Context
from sync.central.fulfilment import fulfilments
from sync.central.fulfilment.carriers import Booking, Carrier
from sync.central.notifications import mail_queue as mails
from sync.central.orders import place_order as orders
from sync.central.records import history
from sync.central.records import order_records as projection
from sync.central.storage import tables
from sync.central.storage.database import Transaction, unstamp
from sync.domain.errors import ComptoirError
from sync.domain.fulfilment import FulfilmentState
from sync.domain.order import FulfilmentMode

log = structlog.get_logger(__name__)
BATCH = 200
BACKORDERS_MAX = 500
PAUSE_SECONDS = 0.1  # several commits in a row are one reason to look
SENDER = "Maison Comptoir <bonjour@example.com>"

Job = Callable[[], int]


def send_mails(ctx: Context, folder: Path) -> int:
    """Put queued e-mails into `folder`, one `.eml` file each; gives how many.

    The file's name is the queue's number: killed between the file and the mark, the same file is
    written again. A mail that cannot be built is set aside for good; one whose document cannot be
    read or whose file cannot be written stays queued, since the fault is ours. Neither holds up
    the others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    queue, attachments = tables.mail, tables.mail_attachment
    unsent = sa.select(queue).where(queue.c.sent_at == "").order_by(queue.c.id).limit(BATCH)
    with ctx.database.read() as connection:
        waiting = list(connection.execute(unsent))
    sent: list[int] = []
    refused: list[int] = []
    for row in waiting:
        try:
            attachment = _attachment(ctx, row.key)
        except sa.exc.SQLAlchemyError as error:
            log.warning("mail_waits", mail=row.id, reason=str(error))
            continue
        try:
            content = _eml(row, attachment)
        except Exception:  # the parser of headers raises whatever it stumbles over
            log.exception("mail_refused", mail=row.id, order=row.order_number)
            refused.append(row.id)
            continue
        try:
            _write_whole(folder / f"{row.id:08d}.eml", content)
        except OSError as error:
            log.warning("mail_waits", mail=row.id, reason=str(error))
            continue
        sent.append(row.id)
    if sent or refused:
        with ctx.database.write("worker:mail") as tx:
            for ids, mark in ((sent, tx.at), (refused, mails.REFUSED_MARK)):
                marked = sa.update(queue).where(queue.c.id.in_(ids)).values(sent_at=mark)
                tx.connection.execute(marked)
            # The document has gone, or never will: a customer's receipt is not kept twice.
            done = sa.select(queue.c.key).where(queue.c.id.in_(sent + refused))
            tx.connection.execute(sa.delete(attachments).where(attachments.c.mail_key.in_(done)))
    return len(sent)


def _attachment(ctx: Context, mail_key: str) -> sa.Row[Any] | None:
    """What the mail carries; read one by one, since documents are large."""
    query = sa.select(tables.mail_attachment).where(tables.mail_attachment.c.mail_key == mail_key)
    with ctx.database.read() as connection:
        return connection.execute(query).one_or_none()


def _eml(row: sa.Row[Any], attachment: sa.Row[Any] | None) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Date"] = format_datetime(unstamp(row.created_at))
    message["Message-ID"] = f"<comptoir-{row.id}@example.com>"
    message.set_content(row.body)
    if attachment is not None:
        message.add_attachment(
            attachment.content, maintype="application", subtype="pdf", filename=attachment.file_name
        )
    return bytes(message)


def _write_whole(path: Path, content: bytes) -> None:
    """All of the file or nothing, on disk when this returns."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


@dataclass
class Turn:
    """Where the last batch of parcels ended: with more than a batch of them, each is asked about
    in turn, and those without an answer do not keep the others waiting."""

    last: int = 0

    def next_batch(self, ctx: Context, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
        """The parcels of `query` that come after the last one, then from the beginning again."""
        number = tables.parcel.c.parcel_id
        query = query.order_by(number)
        with ctx.database.read() as connection:
            rows = list(connection.execute(query.where(number > self.last).limit(BATCH)))
            wrapped = query.where(number <= self.last).limit(BATCH - len(rows))
            rows += connection.execute(wrapped)
        for row in rows:
            self.last = row.parcel_id  # before the work: what fails is not first the next time
            yield row


def book_parcels(ctx: Context, carrier: Carrier, turn: Turn | None = None) -> int:
    """Tell the carrier of parcels that were handed over; then tell the customer.

    `turn` is kept by the caller from one round to the next.
    """
    box, fulfilment = tables.parcel, tables.fulfilment
    query = (
        sa.select(box, fulfilment.c.order_number, fulfilment.c.service, fulfilment.c.location)
        .join(fulfilment, fulfilment.c.fulfilment_id == box.c.fulfilment_id)
        .where(
            box.c.status == fulfilments.NEW_PARCEL,
            fulfilment.c.state == FulfilmentState.HANDED_OVER.value,
            sa.or_(
                fulfilment.c.mode != FulfilmentMode.COLLECT.value,
                fulfilment.c.collect_at != fulfilment.c.location,
            ),
        )
    )
    booked = 0
    for row in (turn or Turn()).next_batch(ctx, query):
        try:
            number = carrier.book(Booking(row.sscc, row.parcel_id, row.weight_g, row.service))
        except ComptoirError as error:
            log.warning("booking_waits", sscc=row.sscc, code=error.code, reason=str(error))
            continue
        with ctx.database.write("worker:carrier") as tx:
            _booked(ctx, tx, row, number)
        booked += 1
    return booked


def _booked(ctx: Context, tx: Transaction, row: sa.Row[Any], number: str) -> None:
    box = tables.parcel
    tx.connection.execute(
        sa.update(box)
        .where(box.c.parcel_id == row.parcel_id)
        .values(tracking_number=number, status=fulfilments.BOOKED, status_at=tx.at)
    )
    history.record(tx, row.order_number, history.Kind.BOOKED, tracking_number=number)
    tx.changes.fulfilments.add(row.fulfilment_id)
    order = projection.find_order(tx.connection, row.order_number)
    place = ctx.reference.locations.get(row.location)
    mails.queue(
        tx,
        order,
        mails.SHIPPED,
        f"shipped:{row.parcel_id}",
        location=place.name if place else row.location,
        tracking_number=number,
    )


def follow_parcels(ctx: Context, carrier: Carrier, turn: Turn | None = None) -> int:
    """Ask the carrier for news of parcels under way; gives how many had some.

    `turn` is kept by the caller from one round to the next.
    """
    box, fulfilment = tables.parcel, tables.fulfilment
    query = (
        sa.select(box, fulfilment.c.order_number)
        .join(fulfilment, fulfilment.c.fulfilment_id == box.c.fulfilment_id)
        .where(box.c.status.in_([fulfilments.BOOKED, history.Kind.IN_TRANSIT.value]))
    )
    news = 0
    for row in (turn or Turn()).next_batch(ctx, query):
        since, now = unstamp(row.status_at), ctx.database.clock()
        try:
            status = carrier.status(row.tracking_number, since, now)
        except ComptoirError as error:
            log.warning("tracking_waits", sscc=row.sscc, code=error.code, reason=str(error))
            continue
        if status in (row.status, fulfilments.BOOKED):
            continue
        with ctx.database.write("worker:tracking") as tx:
            _moved(ctx, tx, row, history.Kind(status))
        news += 1
    return news


def _moved(ctx: Context, tx: Transaction, row: sa.Row[Any], kind: history.Kind) -> None:
    box = tables.parcel
    # The time of the booking stays in `status_at` until the parcel has arrived.
    values = {"status": kind.value}
    if kind is history.Kind.DELIVERED:
        values["status_at"] = tx.at
    tx.connection.execute(sa.update(box).where(box.c.parcel_id == row.parcel_id).values(**values))
    history.record(tx, row.order_number, kind, tracking_number=row.tracking_number)
    if kind is history.Kind.DELIVERED:
        _, fulfilment = projection.fulfilment(tx.connection, row.fulfilment_id)
        if fulfilment.mode in (FulfilmentMode.COLLECT, FulfilmentMode.PICKUP_POINT):
            fulfilments.tell_ready(ctx, tx, fulfilment)


def fill_backorders(ctx: Context, tried: set[str] | None = None) -> int:
    """Source again what waits for stock and can be had now; gives the orders that got some.

    At most `WAITING_ORDERS_MAX`, the oldest first, without those of `tried`; they are added to it.
    Each order is a transaction of its own: one that fails is logged and the next one tried.
    """
    lines = tables.order_line.c
    query = (
        sa.select(lines.order_number, lines.sku)
        .join(tables.order_document, tables.order_document.c.number == lines.order_number)
        .where(lines.unfilled > 0)
        .order_by(tables.order_document.c.received_at, lines.order_number)
    )
    with ctx.database.read() as connection:
        waiting = connection.execute(query).all()
    somewhere = _had_somewhere(ctx, {row.sku for row in waiting})
    tried = set() if tried is None else tried
    numbers = dict.fromkeys(row.order_number for row in waiting if row.sku in somewhere)
    promising = [number for number in numbers if number not in tried][:BACKORDERS_MAX]
    filled = 0
    for number in promising:
        tried.add(number)
        try:
            with ctx.database.write("worker:waiting") as tx:
                found = orders.retry_backorder(ctx, tx, number)
        except ComptoirError as error:
            log.warning("order_waits", order=number, code=error.code, reason=str(error))
        except Exception:
            log.exception("order_not_filled", order=number)
        else:
            filled += found
    return filled


def _had_somewhere(ctx: Context, skus: set[str]) -> set[str]:
    """Those of `skus` that an order might get, from safety stock too where a step gives it up."""
    stocks = [ctx.view.available(skus)]
    if skus and any(p.releases_safety_stock for p in orchestration.inputs_of(ctx).policies):
        stocks.append(ctx.view.withheld(skus))
    return {sku for stock in stocks for sku, where in stock.items() if any(where.values())}


class Backorders:
    """`fill_waiting`, when stock has moved since it last looked: in rounds, so that orders which
    nobody can fill, however many, do not keep those behind them waiting."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._seen = -1
        self._tried: set[str] = set()
        self._round_began_at: int | None = None

    def fill(self) -> int:
        """Gives how many orders got something."""
        if self._round_began_at is None:
            position = self._ctx.view.position
            if position == self._seen:
                return 0
            self._round_began_at = position
        before = len(self._tried)
        filled = fill_backorders(self._ctx, self._tried)
        if len(self._tried) - before < BACKORDERS_MAX:
            # As it was when the round began: what moved meanwhile is a reason to look again.
            self._seen, self._round_began_at = self._round_began_at, None
            self._tried.clear()
        return filled


@dataclass(frozen=True)
class Named:
    """A job and the name under which its faults are logged."""

    name: str
    run: Job


class Workers:
    """Runs jobs in turn, every `every_seconds` or as soon as it is woken, until stopped."""

    def __init__(
        self, jobs: Sequence[Named], wake: threading.Event, every_seconds: float = 1.0
    ) -> None:
        self._jobs = jobs
        self._wake = wake
        self._every_seconds = every_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="workers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let the running job finish, then end."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def run_once(self) -> int:
        """Every job once; gives how much was done. One that fails does not stop the others."""
        done = 0
        for job in self._jobs:
            if self._stopping.is_set():
                break
            try:
                done += job.run()
            except ComptoirError as error:
                log.warning("job_waits", job=job.name, code=error.code, reason=str(error))
            except Exception:
                log.exception("job_failed", job=job.name)
        return done

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self.run_once()
            self._wake.wait(self._every_seconds)
            self._stopping.wait(PAUSE_SECONDS)
