"""The demo company, loaded: articles, network, stock through the ledger, people, web orders.

Fast because rows go in bulk; honest because every piece is a movement of the ledger and every
order goes the way of any other order.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta
from importlib.resources import files

import argon2

from sync.central.allocation.decisions import Decisions
from sync.central.catalogue import people, reference
from sync.central.catalogue.imports.records import WebOrder
from sync.central.composition import Central
from sync.central.fulfilment import e_reservations
from sync.central.inventory import consignments, demand
from sync.central.inventory import ledger as stock
from sync.central.orders import place_order as orders
from sync.central.storage.database import Transaction
from sync.central.storage.schema import NEXT_WEB_NUMBER, ensure_meta, read_meta, write_meta
from sync.demo import company as demo_company
from sync.demo import order_life
from sync.demo import store_scenario as store_scenario
from sync.demo.carriage import carriers_body
from sync.domain.associate import ASSOCIATE, MANAGER
from sync.domain.catalogue import Article
from sync.domain.consignment import AdvanceNotice, GoodsLine, Transfer
from sync.domain.customer import Address, Customer
from sync.domain.identifiers import WEB_ORDER, DocumentNumber
from sync.domain.location import Location
from sync.domain.money import total
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.domain.reservation import Reservation
from sync.protocol.feed import Associate

Progress = Callable[[int, int, str], None]

SEED = 20261122
WEB_ORDERS = 120
HISTORY_ORDERS, HISTORY_WEEKS = 1_500, 4
WEB_LOCATION, WEB_DEVICE = "WEB", "WEB"
PROMISE_DAYS = 4
LOADED = "demo_loaded"
PLENTY, PIECES_SENT, PIECES_HELD = 200, 6, 1
# The PINs are known to everybody who has read this file: for the demo only.
DEMO_PEOPLE = (
    ("A01", "Claire Dubois", "246810", MANAGER),
    ("A02", "Léo Martin", "135790", ASSOCIATE),
    ("A03", "Inès Bernard", "112358", ASSOCIATE),
)
_CUSTOMERS = (
    "Camille Robert",
    "Hugo Petit",
    "Manon Leroy",
    "Nathan Moreau",
    "Chloé Girard",
    "Jules Fontaine",
    "Sarah Benali",
    "Théo Lambert",
    "Lina Rousseau",
    "Adam Mercier",
)
STEPS = 7


def is_loaded(central: Central) -> bool:
    """Whether the demo company is there."""
    with central.database.read() as connection:
        return read_meta(connection, LOADED) != ""


def load_demo(central: Central, progress: Progress | None = None) -> None:
    """Fill an empty server with the demo company; nothing happens when it is there already.

    `progress(done, total, what)` is called as it goes. Interrupted, it begins again: articles and
    places are replaced, and stock and orders come in one transaction each.
    """
    if is_loaded(central):
        return
    tell = progress or (lambda done, total, what: None)
    tell(0, STEPS, "articles")
    articles = demo_company.load_articles()
    locations = demo_company.load_locations()
    _load_reference(central, articles, locations)
    tell(2, STEPS, "stock")
    recent = demo_company.web_orders(WEB_ORDERS, central.clock())
    local = store_scenario.local_orders(central.clock(), recent)
    _load_stock(central, articles, locations, local)
    _load_demand(central)
    tell(4, STEPS, "orders")
    by_sku = {article.sku: article for article in articles}
    _place_web_orders(central, by_sku, recent, local, tell)

    def like_the_last(article: Article, quantity: int, number: DocumentNumber) -> Order:
        wanted = replace(local[-1], lines=((article.sku, quantity),), placed_at=central.clock())
        return as_order(wanted, by_sku, number)

    order_life.show(central, by_sku, like_the_last, next_web_number)
    with central.database.write("demo") as tx:
        write_meta(tx.connection, LOADED, tx.at)
    tell(STEPS, STEPS, "done")


def _load_reference(central: Central, articles: list[Article], locations: list[Location]) -> None:
    with central.database.write("demo:reference") as tx:
        if reference.current_company(tx.connection) is None:
            reference.load_company(tx, demo_company.load_company(), "demo")
        reference.load_locations(tx, locations)
        reference.load_articles(tx, articles)
        text = (files("assets") / "policies" / "default.toml").read_text("utf-8")
        reference.load_policy(tx, "default", text)
        reference.load_setting(tx, reference.TARIFFS, reference.TARIFFS, carriers_body())
        people.load(tx, demo_company.DEMO_STORE, demo_people())
    central.refresh()


def demo_people() -> list[Associate]:
    """The people of the demo store, their PINs hashed with argon2id."""
    hasher = argon2.PasswordHasher()
    return [Associate(code, name, hasher.hash(pin), role) for code, name, pin, role in DEMO_PEOPLE]


def _load_stock(
    central: Central,
    articles: list[Article],
    locations: list[Location],
    local: Sequence[WebOrder],
) -> None:
    sold = demo_company.load_demand()
    generated = demo_company.generate_stock(SEED, articles, locations, sold)
    rows = list(store_scenario.end_of_range(generated, locations, local))
    with central.database.write("demo:stock") as tx:
        if read_meta(tx.connection, "demo_stock"):
            return
        stock.load_opening(tx, rows, "demo:stock")
        _announce(central, tx)
        _send_and_hold(central, tx, {(sku, location): pieces for location, sku, pieces in rows})
        ensure_meta(tx.connection, "demo_stock", tx.at)
    central.view.rebuild()


def _announce(central: Central, tx: Transaction) -> None:
    """Suppliers' goods to come: one advance notice for a place and a day."""
    notices: dict[tuple[str, int], dict[str, int]] = {}
    for goods in demo_company.load_inbound():
        pieces = notices.setdefault((goods.location, goods.expected_in_days), {})
        pieces[goods.sku] = pieces.get(goods.sku, 0) + goods.quantity
    for (location, days), pieces in notices.items():
        lines = tuple(GoodsLine(sku, quantity) for sku, quantity in pieces.items())
        day = (tx.now + timedelta(days=days)).date()
        notice = AdvanceNotice(f"PO-{location}-{days:02d}", location, day, lines)
        consignments.announce(central.reference, tx, notice, "demo")


def _send_and_hold(
    central: Central, tx: Transaction, on_hand: Mapping[tuple[str, str], int]
) -> None:
    """A transfer on its way to the demo store, and pieces that are held there for a customer."""
    here = demo_company.DEMO_STORE
    plenty = sorted(
        (key for key, pieces in on_hand.items() if pieces >= PLENTY and key[1] != here),
        reverse=True,
    )
    known = [key for key in plenty if on_hand.get((key[0], here), 0) >= PIECES_HELD + 3]
    for sku, source in known[:1]:
        day = (tx.now + timedelta(days=2)).date()
        lines = (GoodsLine(sku, PIECES_SENT),)
        transfer = Transfer(f"T-{here}-01", source, here, day, lines)
        consignments.send(central.reference, tx, transfer, "demo")
        until = tx.now + timedelta(days=1)
        held = Reservation(
            f"R-{here}-01", here, sku, PIECES_HELD, until, Channel.WEB, _CUSTOMERS[0]
        )
        e_reservations.reserve(central.context, tx, held, "demo")


def _load_demand(central: Central) -> None:
    """What was asked for in the weeks before: web orders day by day, shops week by week.

    The web orders that are placed as live ones are left out: the server counts them itself. The
    source does not say which shop sold what, so its shops' sales are those of all stores alike.
    """
    now = central.clock().astimezone(UTC)
    today = now.date()
    by_day: dict[date, demand.Asked] = {}
    for order in demo_company.web_orders(HISTORY_ORDERS, now)[:-WEB_ORDERS]:
        asked = by_day.setdefault(order.placed_at.astimezone(UTC).date(), {})
        to = order.destination
        for sku, pieces in order.lines:
            demand.add_home(asked, sku, pieces, to.postcode, to.lat, to.lon)
    for row in demo_company.load_demand():
        for weeks_ago, pieces in enumerate(reversed(row.units_by_week[-HISTORY_WEEKS:])):
            if row.channel is Channel.STORE and pieces:
                asked = by_day.setdefault(today - timedelta(1 + 7 * weeks_ago), {})
                tally = asked.setdefault((row.sku, demand.STORE, demand.ANY_STORE), demand.Tally())
                tally.add(pieces, 0.0, 0.0)
    since = today - timedelta(7 * HISTORY_WEEKS)
    with central.database.write("demo:demand") as tx:
        for day in sorted(day for day in by_day if since <= day < today):
            demand.write_demand(tx, day, by_day[day])
        write_meta(tx.connection, demand.COUNTED_UNTIL, (today - timedelta(1)).isoformat())


def _place_web_orders(
    central: Central,
    articles: dict[str, Article],
    recent: Sequence[WebOrder],
    local: Sequence[WebOrder],
    tell: Progress,
) -> None:
    """Each in a transaction of its own; what was placed before an interruption stays placed."""
    found = sorted([*recent, *local], key=lambda order: (order.placed_at, order.invoice))
    collected = store_scenario.collected(local)
    with central.database.read() as connection:
        placed = int(read_meta(connection, NEXT_WEB_NUMBER) or "1") - 1
    for done, web_order in enumerate(found[placed:], start=placed + 1):
        in_store = web_order.invoice in collected
        central.database.settle("demo:orders", _placing(central, articles, web_order, in_store))
        if done % 20 == 0:
            tell(4 + 2 * done // len(found), STEPS, "orders")


def _placing(
    central: Central, articles: dict[str, Article], web_order: WebOrder, in_store: bool
) -> Callable[[Transaction], object]:
    decisions = Decisions(central.context)

    def place(tx: Transaction) -> object:
        order = as_order(web_order, articles, next_web_number(tx))
        if in_store:
            order = store_scenario.collect_in_store(order)
        return orders.place_order(central.context, tx, order, decisions)

    return place


def next_web_number(tx: Transaction) -> DocumentNumber:
    """The web shop's numbers in the demo: device 0."""
    serial = int(ensure_meta(tx.connection, NEXT_WEB_NUMBER, "1"))
    write_meta(tx.connection, NEXT_WEB_NUMBER, str(serial + 1))
    return DocumentNumber.build(WEB_ORDER, 0, serial)


def as_order(web_order: WebOrder, articles: dict[str, Article], number: DocumentNumber) -> Order:
    """A real order of the source as ours: shipped home, paid online, its customer invented."""
    name = _CUSTOMERS[uuid.uuid5(uuid.NAMESPACE_OID, web_order.invoice).int % len(_CUSTOMERS)]
    place = web_order.destination
    lines = tuple(
        OrderLine(
            line_id,
            sku,
            articles[sku].gtin,
            articles[sku].name,
            quantity,
            articles[sku].price,
            articles[sku].vat_rate_bp,
            FulfilmentMode.SHIP_HOME,
            promised_at=web_order.placed_at + timedelta(days=PROMISE_DAYS),
        )
        for line_id, (sku, quantity) in enumerate(web_order.lines, start=1)
    )
    paid = total(line.amount for line in lines)
    return Order(
        number=number,
        channel=Channel.WEB,
        location=WEB_LOCATION,
        device=WEB_DEVICE,
        associate="",
        placed_at=web_order.placed_at,
        lines=lines,
        tenders=(Tender(TenderKind.ONLINE, paid, reference=f"demo-{web_order.invoice}"),),
        customer=Customer(name, f"client{number.value[6:12]}@example.com"),
        ship_to=Address(
            name,
            f"{1 + int(number.value[6:12]) % 80} rue de la République",
            place.postcode,
            place.commune,
            place.lat,
            place.lon,
        ),
    )
