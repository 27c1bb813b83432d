"""Every line of the dirty source is kept, or left out for a reason that is named."""

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.build_demo_data import cancelled_in_full, demand_rows, merge_lines
from tools.demo_data.source import (
    ORDERS_FILE,
    RARE_LINES_MIN,
    REASONS,
    CleanOrders,
    SourceLine,
    clean_orders,
    reason_to_leave_out,
)

HEADER = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID",
    "Country",
)  # fmt: skip


def line(
    invoice: str = "536365",
    code: str = "85123A",
    description: str = "WHITE METAL LANTERN",
    quantity: int = 6,
    price: float = 2.55,
    at: str = "2010-12-01 08:26:00",
    customer: str = "17850",
) -> tuple[object, ...]:
    return (invoice, code, description, quantity, at, price, customer, "United Kingdom")


def clean(folder: Path, *rows: tuple[object, ...]) -> CleanOrders:
    path = folder / ORDERS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return clean_orders(folder)


def often(count: int = RARE_LINES_MIN) -> list[tuple[object, ...]]:
    return [line(invoice=str(600_000 + number)) for number in range(count)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (line(code="POST", description="POSTAGE"), "charge_not_goods"),
        (line(code="m", description="Manual"), "charge_not_goods"),
        (line(code="BANK CHARGES", description="Bank Charges"), "charge_not_goods"),
        (line(code="gift_0001_40", description="Gift Voucher £40.00"), "gift_voucher"),
        (line(code="TEST001", description="This is a test product."), "test_code"),
        (line(code="DCGS0076", description="SUNJAR"), "unknown_code"),
        (line(code="٨٥١٢٣A"), "unknown_code"),
        (line(description="  "), "no_description"),
        (line(quantity=-3), "negative_quantity"),
        (line(quantity=0), "negative_quantity"),
        (line(price=0), "zero_price"),
        (line(price=-11062.06), "zero_price"),
        (line(description="damages"), "stock_note"),
        (line(description="?sold as sets?"), "stock_note"),
        (line(description="CANNABIS LEAF BEAD CURTAIN"), "unsuitable_article"),
        (line(code="99999", description="SOLD ONCE"), "rare_article"),
        (line(invoice="C1", code="D", quantity=-1), "cancellation_not_goods"),
        (line(invoice="C1", code="99999", quantity=-1), "cancellation_not_goods"),
    ],
)
def test_a_line_is_left_out_for_its_reason(
    tmp_path: Path, row: tuple[object, ...], reason: str
) -> None:
    orders = clean(tmp_path, *often(), row)
    assert orders.left_out.rows == {reason: 1}
    assert set(orders.left_out.examples) == {reason}
    assert (len(orders.sales), orders.cancellations) == (RARE_LINES_MIN, [])


def test_what_is_kept_and_left_out_is_what_was_read(tmp_path: Path) -> None:
    orders = clean(
        tmp_path, *often(), line(price=0), line(invoice="C1", quantity=-6), line(code="POST")
    )
    kept = len(orders.sales) + len(orders.cancellations)
    assert (orders.rows_read, kept, orders.left_out.rows.total()) == (6, 4, 2)


def test_small_and_capital_letters_are_one_article(tmp_path: Path) -> None:
    orders = clean(tmp_path, line(code="85123a"), line(code="85123A"), line(code=" 85123a "))
    assert {sale.code for sale in orders.sales} == {"85123A"}


@given(
    st.builds(
        SourceLine,
        invoice=st.sampled_from(["1", "C1"]),
        code=st.text(max_size=8),
        description=st.text(max_size=20),
        quantity=st.integers(),
        ordered_at=st.datetimes(),
        price_gbp=st.floats(allow_nan=False),
        customer=st.just(""),
    )
)
def test_any_line_is_goods_or_has_a_reason_that_is_explained(sale: SourceLine) -> None:
    reason = reason_to_leave_out(sale)
    assert reason is None or reason in REASONS


def test_an_order_that_names_an_article_twice_keeps_every_piece(tmp_path: Path) -> None:
    orders = clean(tmp_path, line(quantity=2), line(quantity=3), line(quantity=2))
    assert merge_lines(orders.sales) == {"536365": {"85123A": 7}}


def test_a_sale_taken_back_whole_is_not_demand_but_one_taken_back_in_part_is(
    tmp_path: Path,
) -> None:
    orders = clean(
        tmp_path,
        line("1", quantity=74_215, at="2011-01-18 10:01:00", customer="12346"),
        line("C2", quantity=-74_215, at="2011-01-18 10:17:00", customer="12346"),
        line("3", quantity=10, at="2011-01-19 10:00:00", customer="5"),
        line("C4", quantity=-4, at="2011-01-20 10:00:00", customer="5"),
        line("5", quantity=2, at="2011-01-19 10:00:00", customer=""),
    )
    assert cancelled_in_full(orders) == {("12346", "85123A", 74_215, "2011-01-18T10:01:00")}
    assert [(sku, channel, lines) for sku, channel, lines, _ in demand_rows(orders)] == [
        ("85123A", "store", 1),
        ("85123A", "web", 1),
    ]
    web = demand_rows(orders)[1][3].split()
    assert (len(web), web[7], sum(map(int, web))) == (26, "10", 10)


def test_a_cancellation_does_not_undo_a_sale_that_came_later(tmp_path: Path) -> None:
    orders = clean(
        tmp_path,
        *often(),
        line("C1", quantity=-6, at="2010-11-30 08:00:00"),
    )
    assert cancelled_in_full(orders) == set()
