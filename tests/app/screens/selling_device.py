"""A device in memory that can sell: the real articles of the demo, a basket, a till."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

from app.usecases.orders.orders import OrderDetail
from app.usecases.selling.basket import BasketLine, BasketView, Parked, Place
from app.usecases.selling.catalogue import ArticleView, Hit, Recognised, StockAt
from app.usecases.selling.checkout import Sale
from app.usecases.store.sign_in import Person
from app.usecases.store.status import Status
from sync.domain.catalogue import Article
from sync.domain.customer import Address, Customer
from sync.domain.errors import Conflict, InvalidInput, NotFound, Refused
from sync.domain.identifiers import DocumentNumber, Gtin
from sync.domain.location import Location, LocationKind, distance_km
from sync.domain.money import Money, total
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine, check_quantity
from sync.domain.payment import PaymentState, Tender, TenderKind, cash_tender
from sync.domain.payment_terminal import CardAnswer
from sync.domain.promise import Promise
from sync.protocol.feed import OrderState
from sync.terminal.payment_terminal.simulated import SimulatedCardTerminal
from tests.app.screens.fake_device import FakeDevice, Part
from tests.app.screens.shop_data import CLAIRE, NOW

PEOPLE = [
    CLAIRE,
    Person("A2", "Karim Haddad", "associate", "KH"),
    Person("A3", "Léa Martin", "manager", "LM"),
]
PIN = "1234"


def _rows(name: str) -> list[dict[str, str]]:
    text = files("assets").joinpath("demo", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def demo_articles() -> dict[str, Article]:
    return {
        row["sku"]: Article(
            row["sku"],
            Gtin(row["gtin"]),
            row["name"],
            row["category"],
            Money(int(row["price_minor"])),
            int(row["vat_rate_bp"]),
            int(row["weight_g"]),
        )
        for row in _rows("articles.csv")[:400]
    }


def demo_locations() -> dict[str, Location]:
    return {
        row["code"]: Location(
            row["code"],
            LocationKind(row["kind"]),
            row["name"],
            row["address"],
            row["postcode"],
            row["commune"],
            float(row["lat"]),
            float(row["lon"]),
        )
        for row in _rows("locations.csv")
    }


class SellingCatalogue(Part):
    def __init__(self, device: SellingDevice) -> None:
        super().__init__(device)
        self.articles = demo_articles()
        self.places = demo_locations()

    def stock(self, sku: str, code: str) -> int:
        return (sum(map(ord, sku)) * 7 + sum(map(ord, code)) * 3) % 14

    def search(self, text: str, *, limit: int = 50, offset: int = 0) -> list[Hit]:
        self.called("search", text)
        words = text.casefold().split()
        hits = [
            Hit(a.sku, str(a.gtin), a.name, a.category, a.price, self.stock(a.sku, "S001"), 212)
            for a in self.articles.values()
            if all(w in f"{a.name} {a.sku} {a.gtin}".casefold() for w in words)
        ]
        return hits[offset : offset + limit]

    def recognise(self, text: str) -> Recognised:
        self.called("recognise", text)
        if text.startswith(("C0", "CPT1/")):
            return Recognised("order", text)
        if not text.isdigit() or len(text) < 8:
            return Recognised("text", text)
        gtin = Gtin(text)
        for article in self.articles.values():
            if article.gtin == gtin:
                return Recognised("article", article.sku)
        raise NotFound(
            "No article has the barcode {gtin}. Search for it by name, or ask for a price.",
            code="catalogue.unknown_barcode",
            gtin=text,
        )

    def article(self, sku: str) -> ArticleView:
        self.called("article", sku)
        if sku not in self.articles:
            raise NotFound("There is no article {sku}.", code="catalogue.unknown_sku", sku=sku)
        here = self.places["S001"]
        around = [self._at(sku, self.places[c]) for c in ("S002", "S003", "S004", "S005", "W01")
                  if c in self.places]  # fmt: skip
        if len(around) > 2:
            around[2] = replace(around[2], available=0, inbound=60, inbound_on=date(2026, 11, 26))
        return ArticleView(
            self.articles[sku],
            StockAt(here, 0.0, self.stock(sku, "S001"), 0, None),
            tuple(around),
            212,
            60,
            date(2026, 11, 26),
            NOW - timedelta(minutes=4),
            self.device.status.online,
        )

    def _at(self, sku: str, place: Location) -> StockAt:
        here = self.places["S001"]
        far = distance_km(here.lat, here.lon, place.lat, place.lon)
        return StockAt(place, far, self.stock(sku, place.code), 0, None)

    def promises(self, sku: str, quantity: int = 1) -> list[Promise]:
        self.called("promises", sku, quantity)
        sure = self.device.status.online
        options = [
            Promise(FulfilmentMode.CARRY_OUT, "S001", "", NOW, Money(0), 0.0, 0, sure=sure),
            Promise(FulfilmentMode.COLLECT, "S002", "collect", NOW + timedelta(hours=5), Money(0),
                    0.6, 210, "S002", 3.1, sure),
            Promise(FulfilmentMode.SHIP_HOME, "W01", "home", NOW + timedelta(days=1), Money(495),
                    3.2, 412, sure=sure),
            Promise(FulfilmentMode.PICKUP_POINT, "W01", "point", NOW + timedelta(days=2),
                    Money(425), 2.9, 298, "S004", 1.2, sure),
        ]  # fmt: skip
        return options if self.stock(sku, "S001") >= quantity else options[1:]

    def location(self, code: str) -> Location:
        return self.places[code]


class SellingBasket(Part):
    assumed_address = True

    def __init__(self, device: SellingDevice) -> None:
        super().__init__(device)
        self.lines: list[BasketLine] = []
        self.before: list[list[BasketLine]] = []
        self.put_aside: list[tuple[Parked, list[BasketLine]]] = []
        self.customer = Customer()
        self.ship_to: Address | None = None
        self.serial = 0

    def view(self) -> BasketView:
        goods = total(line.amount for line in self.lines)
        fee = max((line.promise.fee for line in self.lines), default=Money(0))
        modes = {line.promise.mode for line in self.lines}
        needs = []
        if modes - {FulfilmentMode.CARRY_OUT}:
            needs += [] if self.customer.name else ["name"]
            needs += [] if self.customer.email else ["email"]
        if FulfilmentMode.SHIP_HOME in modes and self.ship_to is None:
            needs.append("address")
        return BasketView(
            tuple(self.lines),
            goods,
            fee,
            goods + fee,
            sum(line.promise.co2e_g for line in self.lines),
            self.customer,
            self.ship_to,
            tuple(needs),
            len(self.put_aside),
            bool(self.before),
            self.ship_to is None,
        )

    def _change(self, lines: list[BasketLine]) -> None:
        self.before.append(self.lines)
        self.lines = lines
        self.device.changed("basket")

    def add(self, sku: str, quantity: int = 1, promise: Promise | None = None) -> BasketLine:
        self.called("add", sku, quantity)
        article = self.device.catalogue.articles[sku]
        option = promise or self.device.catalogue.promises(sku)[0]
        self.serial += 1
        label = self.device.catalogue.location(option.collect_at or option.source)
        line = BasketLine(self.serial, article, quantity, option, article.price * quantity, label)
        self._change([*self.lines, line])
        return line

    def _replace(self, line_id: int, make: Callable[[BasketLine], BasketLine]) -> BasketLine:
        changed = [make(line) if line.line_id == line_id else line for line in self.lines]
        self._change(changed)
        return next(line for line in changed if line.line_id == line_id)

    def set_quantity(self, line_id: int, quantity: int) -> BasketLine:
        check_quantity(quantity)
        return self._replace(
            line_id,
            lambda line: replace(line, quantity=quantity, amount=line.article.price * quantity),
        )

    def options(self, line_id: int) -> list[Promise]:
        line = next(line for line in self.lines if line.line_id == line_id)
        return self.device.catalogue.promises(line.article.sku, line.quantity)

    def choose(self, line_id: int, promise: Promise) -> BasketLine:
        place = self.device.catalogue.location(promise.collect_at or promise.source)
        return self._replace(
            line_id, lambda line: replace(line, promise=promise, label_location=place)
        )

    def remove(self, line_id: int) -> None:
        self._change([line for line in self.lines if line.line_id != line_id])

    def add_scanned(self, sku: str) -> BasketLine:
        return self.add(sku, 1, self.device.catalogue.promises(sku)[0])

    def undo(self) -> None:
        self.lines = self.before.pop()
        self.device.changed("basket")

    def clear(self) -> None:
        self._change([])

    def park(self, label: str = "") -> int:
        count = sum(line.quantity for line in self.lines)
        parked = Parked(len(self.put_aside) + 1, label, NOW, count, self.view().total)
        self.put_aside.insert(0, (parked, self.lines))
        self.lines, self.before = [], []
        self.device.changed("basket")
        return parked.id

    def parked(self) -> list[Parked]:
        return [parked for parked, _ in self.put_aside]

    def resume(self, parked_id: int) -> None:
        lines = next(lines for parked, lines in self.put_aside if parked.id == parked_id)
        self.put_aside = [p for p in self.put_aside if p[0].id != parked_id]
        self._change(lines)

    def set_customer(
        self, customer: Customer, street: str = "", place: Place | None = None
    ) -> None:
        self.called("set_customer", customer, street, place)
        if customer.email and "@" not in customer.email:
            raise InvalidInput("“{email}” is not an e-mail address.", email=customer.email)
        self.customer = customer
        if place is not None:
            self.ship_to = Address(
                customer.name, street, place.postcode, place.commune, place.lat, place.lon
            )
        self.device.changed("basket")

    def places(self, text: str, limit: int = 8) -> list[Place]:
        known = [
            Place("69003", "Lyon 3e Arrondissement", 45.76, 4.85),
            Place("69100", "Villeurbanne", 45.77, 4.88),
            Place("38000", "Grenoble", 45.18, 5.72),
        ]
        low = text.casefold()
        return [p for p in known if p.postcode.startswith(low) or low in p.commune.casefold()]


class SellingCheckout(Part):
    def __init__(self, device: SellingDevice) -> None:
        super().__init__(device)
        self.answer: CardAnswer | None = None
        self.serial = 900
        self.locale = ""

    def pay_cash(self, given: Money, person: Person, locale: str = "") -> Sale:
        self.called("pay_cash", given)
        self.locale = locale
        return self._place(cash_tender(self.device.basket.view().total, given, 50_000), person)

    def pay_card(self, person: Person) -> CardAnswer:
        self.called("pay_card")
        if self.answer is not None and self.answer.state is PaymentState.UNKNOWN:
            raise Conflict("A card payment is unfinished.", code="payment.unfinished")
        self.serial += 1
        amount = self.device.basket.view().total
        self.answer = self.device.card_terminal.authorise(f"P{self.serial}", amount)
        return self.answer

    def ask_again(self, reference: str) -> CardAnswer:
        self.called("ask_again", reference)
        self.answer = self.device.card_terminal.status(reference)
        return self.answer

    def cancel(self, reference: str) -> None:
        self.called("cancel", reference)
        self.answer = None

    def pending(self) -> CardAnswer | None:
        return self.answer

    def finish_card(self, reference: str, person: Person, locale: str = "") -> Sale:
        self.called("finish_card", reference)
        amount = self.device.basket.view().total
        tender = Tender(TenderKind.CARD, amount, reference=reference, card_last4="4242")
        self.answer = None
        return self._place(tender, person)

    def _place(self, tender: Tender, person: Person) -> Sale:
        basket, self.serial = self.device.basket, self.serial + 1
        view = basket.view()
        order = Order(
            DocumentNumber.build("C", 12, self.serial),
            Channel.STORE,
            "S001",
            "T12",
            person.code,
            NOW,
            tuple(_order_line(number, line) for number, line in enumerate(view.lines, start=1)),
            (tender,),
            view.customer,
            view.ship_to,
            view.shipping_fee,
            f"T0012-000{self.serial}-1",
        )
        state = OrderState(order, (), order.total, {})
        self.device.orders.details[str(order.number)] = OrderDetail(state, False, (), ())
        basket.lines, basket.before, basket.customer, basket.ship_to = [], [], Customer(), None
        self.device.changed("basket")
        self.device.changed("orders")
        return Sale(order, tender.change, "CPT1/…")


def _order_line(number: int, line: BasketLine) -> OrderLine:
    promise = line.promise
    return OrderLine(
        number,
        line.article.sku,
        line.article.gtin,
        line.article.name,
        line.quantity,
        line.article.price,
        line.article.vat_rate_bp,
        promise.mode,
        promise.collect_at,
        promise.at,
        promise.source,
        promise.co2e_g,
    )


class SellingSignIn(Part):
    def people(self) -> list[Person]:
        return PEOPLE

    def sign_in(self, code: str, pin: str) -> Person:
        self.called("sign_in", code, pin)
        person = next(p for p in PEOPLE if p.code == code)
        if pin != PIN:
            raise Refused(
                "That is not the PIN of {name}. Tries left: {left}.",
                code="sign_in.wrong_pin",
                name=person.name,
                left=9,
            )
        return person

    def demo_hint(self, code: str) -> str:
        return PIN


class SellingStatus(Part):
    online = True
    to_send = 0

    def now(self) -> Status:
        return Status(self.online, NOW, self.to_send, NOW - timedelta(minutes=4), ())

    def dismiss(self, command_id: object) -> None:
        self.called("dismiss", command_id)


class SellingDevice(FakeDevice):
    """A till with everything on it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = lambda: NOW
        self.catalogue = SellingCatalogue(self)
        self.basket = SellingBasket(self)
        self.checkout = SellingCheckout(self)
        self.sign_in = SellingSignIn(self)
        self.status = SellingStatus(self)
        self.card_terminal = self.payment_terminal = SimulatedCardTerminal("ask")
        self.card_terminal.watch(lambda: self.changed("card"))
