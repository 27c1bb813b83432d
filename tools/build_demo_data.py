"""Build the data of the demo company “Maison Comptoir” from a folder of public data.

    python -m tools.build_demo_data SOURCE_FOLDER

It writes assets/demo and the tables of docs/demo-data.md, and prints the import report.

SOURCE_FOLDER holds orders/, geo/, carriers/ and co2/ (PROVENANCE.md names their origins). The
same source gives the same bytes: every random choice is seeded by what it is made for.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from pathlib import Path

from tools.demo_data import carriage, network
from tools.demo_data.doc import write_tables
from tools.demo_data.goods import BuiltArticle, build_articles
from tools.demo_data.provenance import PROVENANCE
from tools.demo_data.source import REASONS, CleanOrders, SourceLine, clean_orders

PERIOD_START = datetime(2010, 12, 1)  # noqa: DTZ001 - the source has no zone
WEEKS = 26  # 1 December 2010 to 31 May 2011: exactly 26 weeks
WEB_LINES_MAX = 12
WEB_QUANTITY_MAX = 12
INBOUND_ARTICLES = 160
REPO = Path(__file__).resolve().parent.parent


class Output:
    """Writes files of fixed bytes: \\n line ends, gzip without a time or a name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def bytes(self, name: str, content: bytes) -> None:
        if name.endswith(".gz"):
            content = gzip.compress(content, compresslevel=9, mtime=0)
        (self.folder / name).write_bytes(content)
        self.sizes[name] = len(content)

    def text(self, name: str, content: str) -> None:
        self.bytes(name, content.encode())

    def table(self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        self.text(name, buffer.getvalue())


def merge_lines(lines: Iterable[SourceLine]) -> dict[str, dict[str, int]]:
    """Quantity by invoice and SKU; an invoice that names a SKU twice keeps the sum."""
    merged: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        merged[line.invoice][line.code] += line.quantity
    return {invoice: dict(quantities) for invoice, quantities in merged.items()}


def cancelled_in_full(orders: CleanOrders) -> set[tuple[str, str, int, str]]:
    """(customer, SKU, quantity, ordered_at) of sales taken back as a whole by a later C invoice.

    One of them, 74,215 jars ordered and cancelled within minutes, is several weeks of all sales.
    """
    open_sales: dict[tuple[str, str, int], list[datetime]] = defaultdict(list)
    for line in orders.sales:
        if line.customer:
            open_sales[line.customer, line.code, line.quantity].append(line.ordered_at)
    undone = set()
    for line in sorted(orders.cancellations, key=lambda line: line.ordered_at):
        times = open_sales.get((line.customer, line.code, -line.quantity), [])
        earlier = [time for time in times if time <= line.ordered_at]
        if earlier:
            times.remove(max(earlier))
            undone.add((line.customer, line.code, -line.quantity, max(earlier).isoformat()))
    return undone


def demand_rows(orders: CleanOrders) -> list[tuple[str, str, int, str]]:
    """(sku, channel, order lines, 26 weekly sums); what was cancelled in full is not demand.

    The source has one channel. Orders of a customer with an account stand for the web shop,
    orders without one (small quantities, many lines) for the tills of the stores.
    """
    undone = cancelled_in_full(orders)
    weekly: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * WEEKS)
    lines: Counter[tuple[str, str]] = Counter()
    for line in orders.sales:
        if (line.customer, line.code, line.quantity, line.ordered_at.isoformat()) in undone:
            continue
        key = line.code, "web" if line.customer else "store"
        weekly[key][(line.ordered_at - PERIOD_START).days // 7] += line.quantity
        lines[key] += 1
    return [(*key, lines[key], " ".join(map(str, weekly[key]))) for key in sorted(weekly)]


def write_orders(
    out: Output, orders: CleanOrders, places: list[tuple[str, str, float, float, int]]
) -> dict[str, int]:
    """Write all orders, cancellations and the web orders of the demo; give the counts."""
    of_invoice = {line.invoice: line for line in reversed(orders.sales)}
    customer_key = {i: line.customer or f"guest {i}" for i, line in of_invoice.items()}
    postcode = network.destination_of(customer_key.values(), places)
    merged = merge_lines(orders.sales)
    in_time = sorted(merged, key=lambda i: (of_invoice[i].ordered_at, i))
    out.table(
        "orders_all.csv.gz",
        ("invoice", "ordered_at", "postcode", "sku", "quantity"),
        (
            (i, f"{of_invoice[i].ordered_at:%Y-%m-%dT%H:%M}", postcode[customer_key[i]], *item)
            for i in in_time
            for item in merged[i].items()
        ),
    )
    taken_back = merge_lines(orders.cancellations)
    when = {line.invoice: line for line in orders.cancellations}
    out.table(
        "cancellations.csv.gz",
        ("invoice", "cancelled_at", "customer", "sku", "quantity"),
        (
            (i, f"{when[i].ordered_at:%Y-%m-%dT%H:%M}", when[i].customer, sku, -quantity)
            for i in sorted(taken_back, key=lambda i: (when[i].ordered_at, i))
            for sku, quantity in taken_back[i].items()
        ),
    )
    fitting = [
        i
        for i in in_time
        if len(merged[i]) <= WEB_LINES_MAX and max(merged[i].values()) <= WEB_QUANTITY_MAX
    ]
    documents = [
        {
            "invoice": i,
            "day": (of_invoice[i].ordered_at - PERIOD_START).days,
            "time": f"{of_invoice[i].ordered_at:%H:%M}",
            "customer": of_invoice[i].customer,
            "postcode": postcode[customer_key[i]],
            "lines": list(merged[i].items()),
        }
        for i in fitting
    ]
    out.text(
        "web_orders.jsonl.gz",
        "".join(json.dumps(doc, separators=(",", ":")) + "\n" for doc in documents),
    )
    lines = sum(len(skus) for skus in merged.values())
    return {
        "orders": len(merged),
        "order_lines": lines,
        "lines_merged": len(orders.sales) - lines,
        "cancellations": len(taken_back),
        "web_orders": len(fitting),
    }


def inbound_rows(demand: list[tuple[str, str, int, str]]) -> list[tuple[str, str, int, int]]:
    """(location, sku, quantity, days from today): three weeks of demand of what sells most."""
    units: Counter[str] = Counter()
    for sku, _, _, weekly in demand:
        units[sku] += sum(map(int, weekly.split()))
    popular = sorted(units, key=lambda sku: (-units[sku], sku))[: 3 * INBOUND_ARTICLES]
    chooser = random.Random("inbound")
    rows = []
    for sku in sorted(chooser.sample(popular, INBOUND_ARTICLES)):
        location = chooser.choices(("W01", "W02", "S001"), weights=(60, 36, 4))[0]
        weeks_of_demand = 3 if location.startswith("W") else 0.1
        quantity = max(6, 6 * round(units[sku] / WEEKS * weeks_of_demand / 6))
        rows.append((location, sku, quantity, chooser.choice((2, 3, 5, 7, 10, 14, 21, 28))))
    return sorted(rows)


def import_report(
    orders: CleanOrders, counts: dict[str, int], misplaced: list[network.Commune]
) -> dict[str, object]:
    """What was left out and why; lines kept + lines left out = lines read."""
    kept = len(orders.sales) + len(orders.cancellations)
    left_out = [
        {
            "code": code,
            "meaning": REASONS[code],
            "rows": orders.left_out.rows[code],
            "example": orders.left_out.examples[code],
        }
        for code in sorted(REASONS)
        if orders.left_out.rows[code]
    ]
    if kept + orders.left_out.rows.total() != orders.rows_read:
        raise AssertionError("a line is neither kept nor left out")
    return {
        "source": "UCI Online Retail, December 2010 to May 2011",
        "rows_read": orders.rows_read,
        "rows_kept": kept,
        "left_out": left_out,
        "communes_left_out": {
            "code": "misplaced_commune",
            "meaning": "the point of the geography file is that of another commune of this name",
            "rows": len(misplaced),
            "example": f"{misplaced[0].postcodes[0]} {misplaced[0].name}" if misplaced else "",
        },
        "counts": counts,
    }


def _article_row(article: BuiltArticle) -> tuple[object, ...]:
    told = {True: "yes", False: "no"}
    return tuple(told[value] if isinstance(value, bool) else value for value in astuple(article))


def build(source: Path, folder: Path) -> dict[str, object]:
    """Write every file of the demo company into `folder`; give the import report."""
    out = Output(folder)
    orders = clean_orders(source)
    articles = build_articles(orders.sales)
    communes, misplaced = network.read_communes(source)
    places = network.destinations(communes)
    locations = network.build_stores(communes) + network.build_other_locations(communes)
    points = network.build_pickup_points(communes)
    location_header = [field.name for field in fields(network.BuiltLocation)]
    out.table(
        "articles.csv",
        [field.name for field in fields(BuiltArticle)],
        (_article_row(article) for article in articles),
    )
    out.table("locations.csv", location_header, map(astuple, locations))
    out.table("pickup_points.csv", location_header, map(astuple, points))
    out.table("destinations.csv", ("postcode", "commune", "lat", "lon", "inhabitants"), places)
    demand = demand_rows(orders)
    out.table("demand.csv", ("sku", "channel", "order_lines", "units_by_week"), demand)
    out.table(
        "inbound.csv", ("location", "sku", "quantity", "expected_in_days"), inbound_rows(demand)
    )
    out.table("tariffs.csv", carriage.TARIFF_HEADER, carriage.build_tariffs(source))
    out.table("factors.csv", carriage.FACTOR_HEADER, carriage.build_factors(source))
    out.table("services.csv", carriage.SERVICE_HEADER, carriage.build_services())
    out.table("regions.csv", carriage.REGION_HEADER, carriage.build_regions())
    out.table("transport_parameters.csv", carriage.PARAMETER_HEADER, carriage.build_parameters())
    counts = {"articles": len(articles), "locations": len(locations), "pickup_points": len(points)}
    counts |= write_orders(out, orders, places)
    report = import_report(orders, counts, misplaced)
    out.text("import_report.json", json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    out.text("PROVENANCE.md", PROVENANCE)
    for name, size in sorted(out.sizes.items()):
        print(f"{size / 1024:9.1f} kB  {name}")
    print(f"{sum(out.sizes.values()) / 1024:9.1f} kB  in all")
    return report


def main() -> None:
    """Parse the command line, build, print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder with orders/, geo/, carriers/, co2/")
    parser.add_argument("--out", type=Path, default=REPO / "assets/demo")
    parser.add_argument("--doc", type=Path, default=REPO / "docs/demo-data.md")
    arguments = parser.parse_args()
    report = build(arguments.source, arguments.out)
    write_tables(arguments.doc, report)
    print(json.dumps(report, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
