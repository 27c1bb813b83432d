"""What the store in memory holds: its place, its people, its orders and its work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO

import qrcode

from app.usecases.store.sign_in import Person
from sync.domain.customer import Address, Customer
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState
from sync.domain.identifiers import DocumentNumber, Gtin, gs1_check_digit
from sync.domain.location import Location, LocationKind
from sync.domain.money import Money, total
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
HERE = Location(
    "S001",
    LocationKind.STORE,
    "Lyon Bellecour",
    "1 place Bellecour",
    "69002",
    "Lyon",
    45.757,
    4.832,
)
WAREHOUSE = Location(
    "W01",
    LocationKind.WAREHOUSE,
    "Entrepôt Sud",
    "2 rue du Rail",
    "26000",
    "Valence",
    44.93,
    4.89,
)
CLAIRE = Person("A1", "Claire Dumas", "associate", "CD")
NAMES = (
    "Suspension cœur blanc, photophore",
    "Lanterne métal blanche",
    "Bouillotte Union Jack",
    "Boîte à biscuits vintage",
)


def gtin(serial: int) -> Gtin:
    body = f"200000{serial:06d}"
    return Gtin(body + str(gs1_check_digit(body)))


def order_line(
    line_id: int,
    quantity: int = 1,
    mode: FulfilmentMode = FulfilmentMode.CARRY_OUT,
    collect_at: str = "",
) -> OrderLine:
    return OrderLine(
        line_id,
        f"8512{line_id}A",
        gtin(line_id),
        NAMES[(line_id - 1) % len(NAMES)],
        quantity,
        Money(295 + 40 * line_id),
        2000,
        mode,
        collect_at=collect_at,
        promised_at=NOW + timedelta(days=1),
    )


HOME = Address("Nadia Benali", "12 rue des Lilas", "69100", "Villeurbanne", 45.77, 4.88)


def shop_order(serial: int, lines: Sequence[OrderLine], *, cash: int = 0, days_ago: int = 9):
    amount = total(line.amount for line in lines)
    tenders = [Tender(TenderKind.CARD, amount - Money(cash), card_last4="4021", reference="p1")]
    if cash:
        tenders.insert(0, Tender(TenderKind.CASH, Money(cash), given=Money(cash)))
    ship = any(line.mode is FulfilmentMode.SHIP_HOME for line in lines)
    return Order(
        DocumentNumber.build("C", 12, serial),
        Channel.STORE,
        HERE.code,
        "T12",
        "A1",
        NOW - timedelta(days=days_ago),
        tuple(lines),
        tuple(tenders),
        Customer("Nadia Benali", "nadia@example.org"),
        HOME if ship else None,
        receipt_number=str(DocumentNumber.build("T", 12, serial)),
    )


def fulfilment(
    serial: int, state: FulfilmentState, mode: FulfilmentMode, due_h: float, *pieces: int
):
    collect = mode is FulfilmentMode.COLLECT
    lines = tuple(
        FulfilmentLine(i, f"8512{i}A", str(gtin(i)), NAMES[i - 1], quantity, 240 * i)
        for i, quantity in enumerate(pieces, start=1)
    )
    return Fulfilment(
        f"F{serial:04d}",
        DocumentNumber.build("W", 0, serial),
        "web",
        HERE.code,
        mode,
        "collect" if collect else "Colissimo",
        lines,
        state,
        NOW - timedelta(hours=2),
        NOW + timedelta(hours=due_h),
        ("Nadia Benali", "Paul Marchand", "Inès Roche")[serial % 3],
        None if collect else HOME,
        HERE.code if collect else "",
    )


def a_picture(text: str) -> bytes:
    """A page as the spool shows it."""
    stream = BytesIO()
    qrcode.make(text, border=4, box_size=6).save(stream)
    return stream.getvalue()
