"""Read the UCI “Online Retail” lines and say of each one that is left out why.

Nothing is dropped silently: a line is kept, or counted under a reason with an example.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

ORDERS_FILE = Path("orders/uci_online_retail_2010-12_to_2011-05.csv.gz")

# Goods of this retailer have five digits and at most two letters (a colour, a letter, a size).
GOODS_CODE = re.compile(r"[0-9]{5}[A-Z]{0,2}", re.ASCII)
CHARGE_CODES = frozenset(
    {"POST", "D", "C2", "DOT", "M", "BANK CHARGES", "S", "AMAZONFEE", "B", "CRUK", "PADS"}
)
TEST_CODE = re.compile(r"TEST", re.ASCII)
GIFT_VOUCHER_CODE = re.compile(r"GIFT_0001_[0-9]+", re.ASCII)
# A note of the stock keepers ("damaged", "thrown away") is written in small letters.
STOCK_NOTE = re.compile(r"^[?a-z]|^(Damag|Found|Adjust|Display|Missing|Given|Thrown|Not rcvd)")
NOT_FOR_A_SHOP_WINDOW = re.compile(r"CANNABIS|SPLIFF", re.ASCII)

RARE_LINES_MIN = 3  # fewer order lines in half a year: not listed by the demo company

REASONS = {
    "charge_not_goods": "postage, carriage, discounts, fees, samples, manual entries: not goods",
    "gift_voucher": "a voucher is a means of payment, not goods",
    "test_code": "a test entry",
    "unknown_code": "the code is not one of the retailer's stock codes",
    "no_description": "no description: a correction of stock, not a sale",
    "stock_note": "the description is a stock keeper's note",
    "negative_quantity": "a negative quantity without a cancellation: a correction of stock",
    "zero_price": "a price of 0 or less: a gift, or a correction",
    "unsuitable_article": "an article that a demonstration had better not show",
    "rare_article": f"fewer than {RARE_LINES_MIN} order lines in half a year: not listed",
    "cancellation_not_goods": "a cancelled charge, voucher or unlisted article",
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the file; `quantity` in pieces, `price_gbp` per piece, times without a zone."""

    invoice: str
    code: str
    description: str
    quantity: int
    ordered_at: datetime
    price_gbp: float
    customer: str

    @property
    def is_cancellation(self) -> bool:
        """Invoices that begin with C take back an earlier sale."""
        return self.invoice.startswith("C")


@dataclass(slots=True)
class LeftOut:
    """Counts and one example for each reason; `merged_lines` were added to another line."""

    rows: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, line: SourceLine) -> None:
        """Count `line` under `reason`, which must be one of REASONS."""
        if reason not in REASONS:
            raise KeyError(reason)
        self.rows[reason] += 1
        self.examples.setdefault(
            reason,
            f"{line.invoice} {line.code} {line.description or '(no description)'} "
            f"x{line.quantity} at {line.price_gbp:.2f} GBP",
        )


@dataclass(frozen=True, slots=True)
class CleanOrders:
    """What is kept: sales and cancellations of listed goods, in the order of the file."""

    rows_read: int
    sales: list[SourceLine]
    cancellations: list[SourceLine]
    left_out: LeftOut


def read_lines(folder: Path) -> Iterator[SourceLine]:
    """Every line of the source file. Codes are upper-cased: 85123a and 85123A are one article."""
    with gzip.open(folder / ORDERS_FILE, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield SourceLine(
                invoice=row["InvoiceNo"].strip(),
                code=row["StockCode"].strip().upper(),
                description=" ".join(row["Description"].split()),
                quantity=int(row["Quantity"]),
                ordered_at=datetime.fromisoformat(row["InvoiceDate"]),
                price_gbp=float(row["UnitPrice"]),
                customer=row["CustomerID"].strip(),
            )


def reason_to_leave_out(line: SourceLine) -> str | None:
    """The reason of REASONS for which one line is no sale of goods, or None."""
    if line.code in CHARGE_CODES:
        return "charge_not_goods"
    if GIFT_VOUCHER_CODE.fullmatch(line.code):
        return "gift_voucher"
    if TEST_CODE.search(line.code):
        return "test_code"
    if not GOODS_CODE.fullmatch(line.code):
        return "unknown_code"
    if not line.description:
        return "no_description"
    if line.quantity <= 0 and not line.is_cancellation:
        return "negative_quantity"
    if line.price_gbp <= 0:
        return "zero_price"
    if STOCK_NOTE.match(line.description):
        return "stock_note"
    if NOT_FOR_A_SHOP_WINDOW.search(line.description.upper()):
        return "unsuitable_article"
    return None


def clean_orders(folder: Path) -> CleanOrders:
    """Sort the lines of the file into sales, cancellations and what is left out, and why."""
    left_out = LeftOut()
    sales: list[SourceLine] = []
    cancellations: list[SourceLine] = []
    rows_read = 0
    for line in read_lines(folder):
        rows_read += 1
        reason = reason_to_leave_out(line)
        if line.is_cancellation:
            if reason is None:
                cancellations.append(line)
            else:
                left_out.add("cancellation_not_goods", line)
        elif reason is None:
            sales.append(line)
        else:
            left_out.add(reason, line)
    lines_of = Counter(line.code for line in sales)
    listed = {code for code, count in lines_of.items() if count >= RARE_LINES_MIN}
    for line in sales:
        if line.code not in listed:
            left_out.add("rare_article", line)
    for line in cancellations:
        if line.code not in listed:
            left_out.add("cancellation_not_goods", line)
    return CleanOrders(
        rows_read,
        [line for line in sales if line.code in listed],
        [line for line in cancellations if line.code in listed],
        left_out,
    )
