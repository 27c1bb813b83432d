"""A sourcing policy: filters, limits and weights, versioned, each with its unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sync.domain.errors import NotFound
from sync.sourcing.request import Request
from sync.sourcing.solver.budget import WORK_MAX

SplitLines = Literal["never", "when_needed", "always"]
WhenShort = Literal["next", "backorder", "hold", "ask"]
RankedBy = Literal["cost", "priority", "distance", "balance"]
STOCK_KINDS = ("warehouse", "store", "supplier", "distributor", "returns_centre")


@dataclass(frozen=True, slots=True)
class Weights:
    """What multiplies the euros of each criterion."""

    economic: float = 1.0
    ecological: float = 1.0
    logistic: float = 1.0
    retail: float = 1.0


@dataclass(frozen=True, slots=True)
class Handling:
    """Work and packaging at one kind of location: euros per carton and per piece.

    `collection_km_per_parcel`: what a van drives to fetch one parcel there.
    """

    parcel_eur: float = 0.9
    piece_eur: float = 0.2
    packaging_eur: float = 0.35
    collection_km_per_parcel: float = 0.0


@dataclass(frozen=True, slots=True)
class Carbon:
    """The price of a tonne of CO2e, and how transport is counted (see docs/sourcing.md)."""

    price_eur_per_t: float = 100.0
    detour_factor: float = 1.05
    packaging_weight_g: float = 150.0
    last_km_per_home_parcel: float = 0.8
    last_km_per_point_parcel: float = 0.15
    customer_trip_km: float = 7.0
    customer_trip_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Time:
    """What time is worth, in euros per hour of one shipment; minutes after midnight.

    `full_load_eur`: what an order costs more at a location that is full for the
    day; less by the square of its load."""

    value_eur_per_hour: float = 0.01
    lateness_eur_per_hour: float = 0.25
    carrier_cutoff_minute: int = 16 * 60
    carrier_arrival_minute: int = 13 * 60
    full_load_eur: float = 1.0


@dataclass(frozen=True, slots=True)
class Retail:
    """What a piece is worth where it lies: relief of overstock, and the ordering store."""

    overstock_from_pieces: int = 0
    overstock_relief_eur_per_piece: float = 0.0
    preferred_relief_eur: float = 0.0


@dataclass(frozen=True, slots=True)
class TagRule:
    """What articles of one tag ("hazmat", "bulky") may do; what is empty is not limited.

    They leave only from these `kinds` and `groups` and go only to these `destinations`. An order
    that holds one travels only with these `services`, its other lines too.
    """

    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which locations may serve at all.

    `kinds_by_channel`: a channel served by these kinds only. `minimum_stock_pieces`: what a
    location keeps of each article. `groups`: names for sets of location codes. `services`: the
    carriers' services that may be used, as `carrier:service`; empty for all.
    `opens_within_hours`: those that are open, or will be in so many hours; 0 for any.
    `tags`: rules for articles by their tags.
    """

    kinds: tuple[str, ...] = STOCK_KINDS
    kinds_by_channel: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude_groups: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    minimum_stock_pieces: int = 0
    respect_capacity: bool = True
    opens_within_hours: float = 0.0
    tags: Mapping[str, TagRule] = field(default_factory=dict)

    def of_groups(self, names: Iterable[str]) -> frozenset[str]:
        """The codes in any of these groups."""
        return frozenset(code for name in names for code in self.groups.get(name, ()))


@dataclass(frozen=True, slots=True)
class Step:
    """One widening of the search: the next one is tried only when this one cannot fill all.

    `groups`: only their locations; empty for all. `radius_km` 0 is no limit;
    `release_safety_stock` lets the step sell what was withheld. `minimum_stock_pieces`: what a
    location keeps of each article in this step, if more than the filters say. `when_short`: what
    becomes of an order that the step cannot fill whole:

    next       the next step is tried; after the last one what there is is sent, the rest waits
    backorder  what the steps so far can send is sent, the rest waits for stock
    hold       nothing is sent: the order waits until the steps so far can send it whole
    ask        nothing is sent: a person decides
    """

    name: str = "everywhere"
    kinds: tuple[str, ...] = STOCK_KINDS
    groups: tuple[str, ...] = ()
    radius_km: float = 0.0
    release_safety_stock: bool = False
    minimum_stock_pieces: int = 0
    when_short: WhenShort = "next"


@dataclass(frozen=True, slots=True)
class Ranking:
    """What decides between plans in place of the cost.

    cost      the optimum of the cost
    priority  `priority` lists groups, location codes and kinds: the first named goes first
    distance  the nearest to the destination
    balance   the one with the least of its day's capacity taken

    Of equals, and of those that `priority` does not name, the nearest goes first. Each location in
    turn sends all that it has of what is still missing, by its cheapest service. `whole_first`: a
    location that has everything goes before those that come earlier and do not.
    """

    by: RankedBy = "cost"
    priority: tuple[str, ...] = ()
    whole_first: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an order may be split.

    `max_parcels` 0 is no limit; below `split_min_value_eur`, and on `no_split_channels`, an order
    leaves from one location or not in full. `orders_per_day` caps locations by kind. `work_max`:
    millions of elementary steps that deciding one order may take, about a millisecond each.
    """

    max_parcels: int = 0
    split_min_value_eur: float = 0.0
    no_split_channels: tuple[str, ...] = ()
    no_split_categories: tuple[str, ...] = ()
    split_lines: SplitLines = "when_needed"
    orders_per_day: Mapping[str, int] = field(default_factory=dict)
    work_max: int = WORK_MAX


@dataclass(frozen=True, slots=True)
class Scarcity:
    """When a live service renews the prices of scarce stock, and from which demand.

    They are renewed every `refresh_minutes` (0: never), and as soon as `changed_share` of the
    pieces have moved; older than `too_old_minutes` they are not used. Expected demand is the mean
    of the last `demand_days`, for `horizon_days` to come; a sale that is lost costs the margin:
    `lost_sale_share` of the article's price without VAT. The `articles_max` shortest articles are
    priced, in `seconds_max` or not at all.
    """

    refresh_minutes: int = 0
    changed_share: float = 0.05
    too_old_minutes: int = 240
    demand_days: int = 28
    horizon_days: int = 21
    lost_sale_share: float = 0.35
    articles_max: int = 400
    seconds_max: float = 120.0


@dataclass(frozen=True, slots=True)
class Batch:
    """When a live service re-optimises together what has not been picked.

    Every `every_minutes` (0: only when asked), at most `orders_max` orders, in `seconds_max`.
    Works move when that saves more than `switching_eur` for each order that moves.
    """

    every_minutes: int = 0
    switching_eur: float = 0.5
    orders_max: int = 2000
    seconds_max: float = 20.0


@dataclass(frozen=True, slots=True)
class Promising:
    """What customers are told: the date that holds with `probability`, and beside it the one that
    holds with `likely_from`, the earliest that is worth a word."""

    probability: float = 0.95
    likely_from: float = 0.05


@dataclass(frozen=True, slots=True)
class Applies:
    """Which orders a policy is for, when there are several; empty means any.

    `destinations`: home, store, pickup_point. `services`: the delivery that was asked for.
    `value_from_eur`, `value_below_eur`: what the goods are worth; 0 is no limit. `categories` and
    `tags`: of any of its articles. `placed_from`, `placed_before`: the period, each with its time
    zone. `with_promise_only`: orders with a promised time.
    """

    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    value_from_eur: float = 0.0
    value_below_eur: float = 0.0
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    customer_classes: tuple[str, ...] = ()
    placed_from: datetime | None = None
    placed_before: datetime | None = None
    with_promise_only: bool = False

    @property
    def conditions(self) -> int:
        """How many conditions an order must meet."""
        return sum(bool(getattr(self, name)) for name in self.__slots__)

    def to(self, request: Request) -> bool:
        """Whether the policy is for this order."""
        value, lines = request.value_minor, request.lines
        return (
            (not self.channels or request.channel in self.channels)
            and (not self.countries or request.destination.country in self.countries)
            and (not self.destinations or request.destination.kind in self.destinations)
            and (not self.services or request.service in self.services)
            and (not self.value_from_eur or value >= round(self.value_from_eur * 100))
            and (not self.value_below_eur or value < round(self.value_below_eur * 100))
            and (not self.categories or any(x.category in self.categories for x in lines))
            and (not self.tags or any(not set(self.tags).isdisjoint(x.tags) for x in lines))
            and (not self.customer_classes or request.customer_class in self.customer_classes)
            and (self.placed_from is None or request.placed_at >= self.placed_from)
            and (self.placed_before is None or request.placed_at < self.placed_before)
            and (request.promised_by is not None or not self.with_promise_only)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides between two plans for the same order on the same stock."""

    name: str = "default"
    version: str = "1"
    tariff_share: float = 0.6
    weights: Weights = field(default_factory=Weights)
    handling: Mapping[str, Handling] = field(
        default_factory=lambda: {kind: Handling() for kind in STOCK_KINDS}
    )
    carbon: Carbon = field(default_factory=Carbon)
    time: Time = field(default_factory=Time)
    retail: Retail = field(default_factory=Retail)
    filters: Filters = field(default_factory=Filters)
    ranking: Ranking = field(default_factory=Ranking)
    steps: tuple[Step, ...] = (Step(),)
    limits: Limits = field(default_factory=Limits)
    scarcity: Scarcity = field(default_factory=Scarcity)
    batch: Batch = field(default_factory=Batch)
    promise: Promising = field(default_factory=Promising)
    applies: Applies = field(default_factory=Applies)

    @property
    def label(self) -> str:
        """How a decision names the policy, as in `default@2026-11`."""
        return f"{self.name}@{self.version}"

    def told_apart_up_to(self, quantity: int) -> int:
        """The most pieces of an article at a location that matter when `quantity` is asked for:
        with more there, every rule and every cost is the same."""
        kept = max(step.minimum_stock_pieces for step in self.steps)
        most = quantity + max(self.filters.minimum_stock_pieces, kept)
        if self.retail.overstock_relief_eur_per_piece:
            most = max(most, self.retail.overstock_from_pieces)
        return most

    def without_waiting(self) -> Policy:
        """The same with no step that holds an order or asks a person: what there is is sent."""
        steps = tuple(replace(step, when_short="next") for step in self.steps)
        return replace(self, steps=steps)

    @property
    def releases_safety_stock(self) -> bool:
        """Whether a step gives up safety stock before an order is left waiting."""
        return any(step.release_safety_stock for step in self.steps)

    def kept_in(self, step: Step) -> int:
        """Pieces of each article that a location keeps in that step."""
        return max(self.filters.minimum_stock_pieces, step.minimum_stock_pieces)

    def releases_at(self, step_name: str) -> bool:
        """Whether a plan of that step may take safety stock."""
        return any(step.release_safety_stock for step in self.steps if step.name == step_name)


def in_order(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The narrowest first: a policy with more conditions goes before one with fewer, then by
    name. The order in which they were loaded says nothing."""
    return tuple(sorted(policies, key=lambda policy: (-policy.applies.conditions, policy.name)))


def policy_for(request: Request, policies: Sequence[Policy]) -> Policy:
    """The first of `policies` that is for this order; raises NotFound when none is."""
    for policy in policies:
        if policy.applies.to(request):
            return policy
    raise NotFound(
        "No sourcing policy is for order {order} ({channel}, {country}). It stays in the queue; "
        "add a policy without conditions at the end.",
        code="policy.none_applies",
        order=request.order_number,
        channel=request.channel,
        country=request.destination.country,
    )
