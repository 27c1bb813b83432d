"""What a customer is told of a basket: how it can be had, when, for how much, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sync.central.allocation.allocate import Sourcing, calendar, inputs_of
from sync.central.catalogue.reference import Reference
from sync.central.context import Context
from sync.central.inventory import reservations
from sync.central.promises.arrivals import StockByDay
from sync.central.storage.database import Transaction
from sync.domain.consignment import check_key
from sync.domain.errors import InvalidInput, NotFound
from sync.domain.location import Location, LocationKind, distance_km
from sync.domain.money import Money
from sync.domain.order import LINES_MAX, Channel, FulfilmentMode, check_quantity
from sync.domain.reservation import Reservation
from sync.sourcing import Destination, Place, RequestLine, collect_points
from sync.sourcing.baskets import (
    BasketOption,
    Ground,
    Mark,
    Missing,
    WhyNot,
    basket_options,
    missing,
)
from sync.sourcing.network import Stock
from sync.sourcing.policy.policy import Promising
from sync.sourcing.rates.lateness import after_working_days, zone_of

STORES_MAX, POINTS_MAX = 5, 3
HOLD_MINUTES_MAX = 60


@dataclass(frozen=True, slots=True)
class AskedLine:
    """`quantity` pieces of `sku`."""

    __pydantic_config__ = {"extra": "forbid"}

    line_id: int
    sku: str
    quantity: int

    def __post_init__(self) -> None:
        check_quantity(self.quantity)


@dataclass(frozen=True, slots=True)
class Where:
    """Where the customer lives; degrees. `country` as in ISO 3166."""

    __pydantic_config__ = {"extra": "forbid"}

    lat: float
    lon: float
    country: str = "FR"
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Hold the first option (or that of `service`, to `collect_at`) under `number`."""

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    minutes: int = 15
    collect_at: str = ""
    service: str = ""

    def __post_init__(self) -> None:
        check_key(self.number)
        if not 1 <= self.minutes <= HOLD_MINUTES_MAX:
            raise InvalidInput(
                "A promise is held for 1 to {most} minutes. Nothing was held.",
                code="promise.minutes",
                most=HOLD_MINUTES_MAX,
            )


@dataclass(frozen=True, slots=True)
class PromiseRequest:
    """How `lines` can be had: at home, in the stores near it and at pickup points, or only
    in the store `collect_at`. `hold`: and keep the pieces for a while."""

    __pydantic_config__ = {"extra": "forbid"}

    lines: tuple[AskedLine, ...]
    home: Where | None = None
    collect_at: str = ""
    channel: Channel = Channel.WEB
    hold: Hold | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= LINES_MAX:
            raise InvalidInput(
                "The basket is empty: scan an article first.", code="order.empty_basket"
            )
        if len({line.line_id for line in self.lines}) != len(self.lines):
            raise InvalidInput("Two lines have the same number.", code="order.line_ids")
        if self.home is None and not self.collect_at:
            raise _nowhere()


def _nowhere() -> InvalidInput:
    return InvalidInput(
        "Say where the customer lives, or in which store they collect.", code="promise.where"
    )


@dataclass(frozen=True, slots=True)
class PromisedParcel:
    """Pieces (line, quantity) that leave `location` together by `service`."""

    location: str
    service: str
    lines: tuple[tuple[int, int], ...]
    ready_at: datetime
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class PromisedOption:
    """One way to have all of it.

    `at` holds with the probability of the answer, `likely_from` is the earliest that is worth a
    word, `planned_at` what the tariff says. `fee` is what the customer pays. `best`: what it is
    best at. `from_day`: the day on which goods come that it waits for; None for what is there.
    """

    mode: FulfilmentMode
    at: datetime
    likely_from: datetime
    planned_at: datetime
    fee: Money
    co2e_g: int
    trip_co2e_g: int
    cost_eur: float
    parcels: tuple[PromisedParcel, ...]
    collect_at: str = ""
    service: str = ""
    best: tuple[Mark, ...] = ()
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class MissingLine:
    """`pieces` of a line cannot be had now, and why; `left` can. `from_day`: all of the line can
    once goods of that day are in; None when nothing is known to come."""

    line_id: int
    pieces: int
    left: int
    why: WhyNot
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """The answer at one moment. Without an option for all of it, `missing` says what and why, and
    `later` how all of it can be had once what is to come is in."""

    asked_at: datetime
    probability: float
    options: tuple[PromisedOption, ...]
    missing: tuple[MissingLine, ...] = ()
    later: tuple[PromisedOption, ...] = ()
    held: tuple[str, ...] = ()


def promise(ctx: Context, asked: PromiseRequest) -> Promised:
    """How the basket can be had, as it would be decided now.

    Raises InvalidInput for an article or a place that nobody knows, Unavailable without a policy.
    """
    desk = _Desk.open(ctx, asked)
    options = desk.options(ctx.view.copy(desk.skus, channel=asked.channel.value))
    if options:
        return desk.answer(tuple(options))
    with ctx.database.read() as connection:
        known = StockByDay.read(ctx, connection, desk.skus, asked.channel.value, desk.now)
    return desk.later(known)


@dataclass(frozen=True)
class _Desk:
    """One question, with what the answer rests on."""

    ctx: Context
    asked: PromiseRequest
    now: datetime
    inputs: Sourcing
    lines: tuple[RequestLine, ...]
    places: tuple[Place, ...]
    told: Promising
    skus: tuple[str, ...]

    @classmethod
    def open(cls, ctx: Context, asked: PromiseRequest) -> _Desk:
        inputs, now = inputs_of(ctx), ctx.database.clock()
        lines = tuple(_line(ctx.reference, line) for line in asked.lines)
        places = tuple(_places(ctx.reference, inputs, asked))
        skus = tuple(sorted({line.sku for line in lines}))
        return cls(ctx, asked, now, inputs, lines, places, inputs.policy.promise, skus)

    def ground(self, stock: Stock, now: datetime) -> Ground:
        inputs = self.inputs
        days = calendar(self.ctx.reference, now.year)
        return Ground(inputs.network, stock, inputs.policies, inputs.tables, days)

    def options(
        self, stock: Stock, moment: datetime | None = None, from_day: date | None = None
    ) -> list[PromisedOption]:
        now = moment or self.now
        ground = self.ground(stock, now)
        found = basket_options(
            self.lines, self.places, ground, now=now, channel=self.asked.channel.value
        )
        return [self._told(one, ground, from_day) for one in found]

    def answer(self, options: tuple[PromisedOption, ...]) -> Promised:
        return Promised(self.now, self.told.probability, options)

    def later(self, known: StockByDay) -> Promised:
        """Why not now, and the first day on which all of it can be had."""
        channel = self.asked.channel.value
        now_there = self.ctx.view.copy(self.skus, known.balances, channel=channel)
        short = missing(
            self.lines,
            self.places[0],
            self.ground(now_there, self.now),
            now=self.now,
            channel=channel,
        )
        days: dict[int, date] = {}
        for day in known.days():
            stock = known.once_in(day)
            morning = self._morning_after(day)
            left = missing(
                self.lines,
                self.places[0],
                self.ground(stock, morning),
                now=morning,
                channel=channel,
            )
            still = {one.line_id for one in left}
            for one in short:
                if one.line_id not in still:
                    days.setdefault(one.line_id, day)
            if not still and (options := self.options(stock, morning, day)):
                return replace(self.answer(()), missing=_with_days(short, days),
                               later=tuple(options))  # fmt: skip
        return replace(self.answer(()), missing=_with_days(short, days))

    def _morning_after(self, day: date) -> datetime:
        zone = self.ctx.reference.company.zone
        return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)

    def _told(self, one: BasketOption, ground: Ground, from_day: date | None) -> PromisedOption:
        place = next(
            p.destination for p in self.places if p.destination.location == one.collect_at
            and (one.collect_at or p.destination.kind == "home")
        )  # fmt: skip
        zone, late = zone_of(place.country, place.postcode), self.ctx.lateness.newest

        def by(probability: float) -> datetime:
            return max(
                after_working_days(
                    ground.calendar,
                    shipment.arrives_at,
                    late.quantile(shipment.location, shipment.service, zone, probability),
                )
                for shipment in one.shipments
            )

        # Several parcels are all there with the probability when each is with its root.
        each = self.told.probability ** (1 / len(one.shipments))
        currency = self.ctx.reference.company.region.currency
        return PromisedOption(
            one.mode,
            by(each),
            min(by(self.told.likely_from), by(each)),
            one.at,
            Money(one.fee_minor, currency),
            one.co2e_g,
            one.trip_co2e_g,
            one.cost_eur,
            tuple(
                PromisedParcel(s.location, s.service, s.lines, s.ready_at, s.arrives_at)
                for s in one.shipments
            ),
            one.collect_at,
            one.asked_service,
            tuple(sorted(one.marks)),
            from_day,
        )


def hold(
    ctx: Context, tx: Transaction, asked: PromiseRequest, told: Promised, who: str
) -> Promised:
    """Keep the pieces of an option for a while; said again, the same pieces are kept.

    Raises NotFound when there is no such option now, Refused when somebody else took a piece
    meanwhile: nothing is held then.
    """
    wanted = asked.hold
    if wanted is None:
        return told
    kept = reservations.of_promise(tx.connection, wanted.number)
    if kept:
        return replace(told, held=tuple(one.number for one in kept))
    chosen = next(
        (
            one
            for one in told.options
            if one.collect_at == wanted.collect_at and one.service == wanted.service
        ),
        told.options[0] if told.options and not (wanted.collect_at or wanted.service) else None,
    )
    if chosen is None:
        raise NotFound(
            "There is no such option for this basket now. Nothing was held.",
            code="promise.no_option",
        )
    skus = {line.line_id: line.sku for line in asked.lines}
    pieces: dict[tuple[str, str], int] = {}
    for parcel in chosen.parcels:
        for line_id, quantity in parcel.lines:
            key = skus[line_id], parcel.location
            pieces[key] = pieces.get(key, 0) + quantity
    numbers = []
    until = tx.now + timedelta(minutes=wanted.minutes)
    for place, ((sku, location), quantity) in enumerate(sorted(pieces.items()), start=1):
        number = f"{wanted.number}/{place}"
        one = Reservation(number, location, sku, quantity, until, asked.channel)
        reservations.reserve(ctx.reference, tx, one, who)
        numbers.append(number)
    return replace(told, held=tuple(numbers))


def _with_days(short: Sequence[Missing], days: dict[int, date]) -> tuple[MissingLine, ...]:
    return tuple(
        MissingLine(one.line_id, one.pieces, one.left, one.why, days.get(one.line_id))
        for one in short
    )


def _line(reference: Reference, asked: AskedLine) -> RequestLine:
    article = reference.articles.get(asked.sku)
    if article is None:
        raise InvalidInput(
            "There is no article {sku}. Nothing was changed.",
            code="stock.article",
            sku=asked.sku[:60],
        )
    return RequestLine(
        asked.line_id,
        article.sku,
        asked.quantity,
        article.weight_g,
        article.price * asked.quantity,
        article.category,
        article.volume_cm3,
        article.tags,
        article.vat_rate_bp,
    )


def _places(reference: Reference, inputs: Sourcing, asked: PromiseRequest) -> list[Place]:
    home = asked.home
    if asked.collect_at:
        store = reference.locations.get(asked.collect_at)
        if store is None or store.kind not in (LocationKind.STORE, LocationKind.PICKUP_POINT):
            raise InvalidInput(
                "Goods cannot be collected at {location}. Choose another place for this line.",
                code="order.collect_at",
                location=asked.collect_at[:40],
            )
        km = None if home is None else distance_km(home.lat, home.lon, store.lat, store.lon)
        return [Place(_of(store), km)]
    if home is None:
        raise _nowhere()
    to_home = Destination(home.lat, home.lon, "home", "", home.country, home.postcode)
    radius_km = reference.company.collecting.radius_km
    stores = collect_points(
        inputs.network, home.lat, home.lon, nearest=STORES_MAX, radius_km=radius_km
    )
    points = sorted(
        (distance_km(home.lat, home.lon, place.lat, place.lon), place.code, place)
        for place in reference.locations.values()
        if place.kind is LocationKind.PICKUP_POINT
    )
    near = [Place(_of(place), km) for km, _, place in points[:POINTS_MAX] if km <= radius_km]
    trips = [Place(to, distance_km(home.lat, home.lon, to.lat, to.lon)) for to in stores]
    return [Place(to_home), *trips, *near]


def _of(place: Location) -> Destination:
    return Destination(
        place.lat, place.lon, place.kind.value, place.code, place.country, place.postcode
    )
