"""What the engine answers: who sends what, for how much, and why nobody else does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from typing import Any

from sync.sourcing.evaluations import CRITERIA, NONE, Evaluations
from sync.sourcing.solver.problem import MICRO

CASH = ("tariff", "handling", "packaging")
SHADOW = ("carbon", "time", "lateness", "load", "scarcity", "overstock", "preference")

SOURCED, PARTIAL, UNFILLABLE = "sourced", "partial", "unfillable"
HOLD, ASK = "hold", "ask"
WAITING = (HOLD, ASK)  # nothing is sent of an order that a step cannot fill whole
RELEASED = "released"  # a person said: send what there is

MICRO_PER_CENT = MICRO // 100

LineQuantity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CostParts:
    """What a cost is made of, in whole micro-euros.

    Cash, as it is paid, whatever the policy's weights: `tariff`, `handling`, `packaging`. Shadow
    prices, weighted by the policy: `time` until the customer has it, `lateness` after the promise,
    `load` of the location, `scarcity` (the margin that later orders would lose), and two reliefs
    that are negative: of `overstock`, and for the store of the customer's `preference`. The
    shadow price of carbon is the ecological criterion itself.
    """

    tariff: int = 0
    handling: int = 0
    packaging: int = 0
    time: int = 0
    lateness: int = 0
    load: int = 0
    scarcity: int = 0
    overstock: int = 0
    preference: int = 0

    def plus(self, other: CostParts, sign: int = 1) -> CostParts:
        """Part by part: the sum, or with a `sign` of -1 the difference."""
        return CostParts(
            *(
                mine + sign * theirs
                for mine, theirs in zip(astuple(self), astuple(other), strict=True)
            )
        )


NO_PARTS = CostParts()


@dataclass(frozen=True, slots=True)
class CostBreakdown:
    """A cost by criterion, weighted by the policy, in whole micro-euros that add up exactly.

    `parts`: what was paid and what was only reckoned with. Shipments and decisions have them; a
    runner-up, which nobody pays, has its criteria only.
    """

    economic_micro: int = 0
    ecological_micro: int = 0
    logistic_micro: int = 0
    retail_micro: int = 0
    parts: CostParts = field(default=NO_PARTS, kw_only=True)

    @property
    def cash_micro(self) -> int:
        """What is paid: tariff, handling and packaging, not weighted by the policy."""
        return self.parts.tariff + self.parts.handling + self.parts.packaging

    @property
    def shadow_micro(self) -> int:
        """What is reckoned with and not paid: every criterion but the economic one.

        With an economic weight of 1, cash and shadow prices add up to the total.
        """
        return self.ecological_micro + self.logistic_micro + self.retail_micro

    def cash_parts(self) -> dict[str, int]:
        """`CASH` by name in micro-euros; they add up to `cash_micro`."""
        return {name: getattr(self.parts, name) for name in CASH}

    def shadow_parts(self) -> dict[str, int]:
        """`SHADOW` by name in micro-euros; they add up to `shadow_micro`."""
        carbon = {"carbon": self.ecological_micro}
        return carbon | {name: getattr(self.parts, name) for name in SHADOW[1:]}

    @property
    def total_micro(self) -> int:
        """All four, in micro-euros."""
        return self.economic_micro + self.ecological_micro + self.logistic_micro + self.retail_micro

    @property
    def economic(self) -> float:
        """Tariff, handling and packaging, in euros."""
        return self.economic_micro / MICRO

    @property
    def ecological(self) -> float:
        """CO2e times the carbon price, in euros."""
        return self.ecological_micro / MICRO

    @property
    def logistic(self) -> float:
        """Hours to the customer, lateness and load, in euros."""
        return self.logistic_micro / MICRO

    @property
    def retail(self) -> float:
        """Scarcity less overstock relief, in euros."""
        return self.retail_micro / MICRO

    @property
    def total(self) -> float:
        """All four, in euros."""
        return self.total_micro / MICRO

    def cents(self) -> dict[str, int]:
        """The four criteria in cents that add up to the rounded total, to the cent.

        The largest remainders get the odd cents; equal remainders go to the first criterion.
        """
        parts = {name: getattr(self, f"{name}_micro") for name in CRITERIA}
        return named_cents(parts)

    def cash_cents(self) -> dict[str, int]:
        """`CASH` in cents that add up to the rounded sum.

        With an economic weight of 1 that sum is the economic criterion's of `cents`.
        """
        paid = self.cash_parts()
        same = self.cash_micro == self.economic_micro
        return named_cents(paid, self.cents()["economic"] if same else None)

    def shadow_cents(self) -> dict[str, int]:
        """`SHADOW` in cents; each criterion's parts add up to that criterion's `cents`."""
        cents, parts = self.cents(), self.shadow_parts()
        told = {"carbon": cents["ecological"]}
        for criterion, names in (("logistic", SHADOW[1:4]), ("retail", SHADOW[4:])):
            told |= named_cents({name: parts[name] for name in names}, cents[criterion])
        return told

    def __add__(self, other: CostBreakdown) -> CostBreakdown:
        return CostBreakdown(
            self.economic_micro + other.economic_micro,
            self.ecological_micro + other.ecological_micro,
            self.logistic_micro + other.logistic_micro,
            self.retail_micro + other.retail_micro,
            parts=self.parts.plus(other.parts),
        )

    def __sub__(self, other: CostBreakdown) -> CostBreakdown:
        return CostBreakdown(
            self.economic_micro - other.economic_micro,
            self.ecological_micro - other.ecological_micro,
            self.logistic_micro - other.logistic_micro,
            self.retail_micro - other.retail_micro,
            parts=self.parts.plus(other.parts, -1),
        )

    @property
    def largest(self) -> str:
        """The criterion that weighs most in this cost, the first of equals."""
        return max(CRITERIA, key=lambda name: (getattr(self, f"{name}_micro"),))

    @property
    def largest_change(self) -> str:
        """Of a difference: the criterion that changes most, up or down, the first of equals."""
        return max(CRITERIA, key=lambda name: abs(getattr(self, f"{name}_micro")))


@dataclass(frozen=True, slots=True)
class PlannedShipment:
    """What one location sends: `lines` are (line_id, quantity); `cartons` boxes."""

    location: str
    service: str
    lines: tuple[LineQuantity, ...]
    cost: CostBreakdown
    co2e_g: int
    ready_at: datetime
    arrives_at: datetime
    distance_km: float
    cartons: int = 1

    @property
    def quantity(self) -> int:
        """Pieces sent."""
        return sum(quantity for _, quantity in self.lines)


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The cheapest plan that uses another set of locations, and its whole cost."""

    locations: tuple[str, ...]
    cost: CostBreakdown

    @property
    def cost_eur(self) -> float:
        """Its cost in euros."""
        return self.cost.total


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an order was to be prepared before a batch moved it, and what the move saves.

    `gap_bp`: how far above the optimum the whole batch may be, in basis points of its bound.
    """

    locations: tuple[str, ...]
    saving_micro: int
    gap_bp: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an order is filled. `gap_micro`: 0 when proven optimal, else what could be saved.

    `prices_at`: when the prices of scarce stock were computed (ISO 8601), empty when there were
    none; `prices_too_old`: there were, but they were not used any more. `moved`: this decision
    moved fulfilments that were somewhere else. `action`: "hold" or "ask" when nothing is sent
    though something could be, because a step of the policy says so; "released" when a person said
    to send what there is all the same. `runner_up` and `evaluations` are there when reasons were
    asked for.
    """

    order_number: str
    policy: str
    snapshot_position: int
    status: str
    shipments: tuple[PlannedShipment, ...]
    unfilled: tuple[LineQuantity, ...]
    cost: CostBreakdown
    step: str = ""
    runner_up: RunnerUp | None = None
    evaluations: Evaluations = NONE
    gap_micro: int = 0
    prices_at: str = ""
    prices_too_old: bool = False
    moved: Moved | None = None
    action: str = ""

    @property
    def co2e_g(self) -> int:
        """Grams of CO2e of all shipments."""
        return sum(shipment.co2e_g for shipment in self.shipments)

    @property
    def locations(self) -> tuple[str, ...]:
        """Codes of the locations that send something."""
        return tuple(shipment.location for shipment in self.shipments)

    def shipment_cents(self) -> list[int]:
        """What each shipment costs in cents; they add up to the rounded total, to the cent."""
        return _in_cents([shipment.cost.total_micro for shipment in self.shipments])

    def without_reasons(self) -> Decision:
        """The same without the runner-up and the evaluations."""
        return replace(self, runner_up=None, evaluations=NONE)

    def to_wire(self) -> dict[str, Any]:
        """The decision as plain JSON values; money in whole micro-euros.

        The runner-up and the evaluations are named when they are there.
        """
        wire = {
            "order_number": self.order_number,
            "policy": self.policy,
            "snapshot_position": self.snapshot_position,
            "status": self.status,
            "step": self.step,
            "shipments": [
                {
                    "location": shipment.location,
                    "service": shipment.service,
                    "lines": [list(line) for line in shipment.lines],
                    "cost": _cost_to_wire(shipment.cost),
                    "co2e_g": shipment.co2e_g,
                    "ready_at": shipment.ready_at.isoformat(),
                    "arrives_at": shipment.arrives_at.isoformat(),
                    "distance_m": round(shipment.distance_km * 1000),
                    "cartons": shipment.cartons,
                }
                for shipment in self.shipments
            ],
            "unfilled": [list(line) for line in self.unfilled],
            "cost": _cost_to_wire(self.cost),
            "gap_micro": self.gap_micro,
            "prices_at": self.prices_at,
            "prices_too_old": self.prices_too_old,
            "moved": None
            if self.moved is None
            else [list(self.moved.locations), self.moved.saving_micro, self.moved.gap_bp],
        }
        if self.action:
            wire["action"] = self.action
        if self.runner_up is not None:
            wire["runner_up"] = {
                "locations": list(self.runner_up.locations),
                "cost": _cost_to_wire(self.runner_up.cost),
            }
        if len(self.evaluations):
            wire["evaluations"] = self.evaluations.to_wire()
        return wire

    def canonical_bytes(self) -> bytes:
        """The same bytes for the same decision, wherever it was taken."""
        return json.dumps(
            self.to_wire(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Decision:
        """The decision that `to_wire` wrote."""
        second = wire.get("runner_up")
        return cls(
            order_number=wire["order_number"],
            policy=wire["policy"],
            snapshot_position=wire["snapshot_position"],
            status=wire["status"],
            step=wire["step"],
            shipments=tuple(_shipment_from_wire(item) for item in wire["shipments"]),
            unfilled=_lines(wire["unfilled"]),
            cost=_cost_from_wire(wire["cost"]),
            gap_micro=wire["gap_micro"],
            # Decisions of before there were prices and batches do not have them.
            prices_at=wire.get("prices_at", ""),
            prices_too_old=wire.get("prices_too_old", False),
            moved=_moved_from_wire(wire.get("moved")),
            action=wire.get("action", ""),
            runner_up=None
            if second is None
            else RunnerUp(tuple(second["locations"]), _cost_from_wire(second["cost"])),
            evaluations=Evaluations.from_wire(wire.get("evaluations", ())),
        )


def named_cents(micro: Mapping[str, int], total: int | None = None) -> dict[str, int]:
    """Parts in cents that add up to `total`, which is their sum rounded up, down or (None) to the
    nearest cent."""
    return dict(zip(micro, _in_cents(list(micro.values()), total), strict=True))


def _in_cents(micro: Sequence[int], total: int | None = None) -> list[int]:
    """Parts in cents that add up to the rounded sum: the largest remainders get the odd cents."""
    floors = [value // MICRO_PER_CENT for value in micro]
    if total is None:
        total = (sum(micro) + MICRO_PER_CENT // 2) // MICRO_PER_CENT
    missing = total - sum(floors)
    order = sorted(range(len(micro)), key=lambda i: (-(micro[i] - floors[i] * MICRO_PER_CENT), i))
    for i in order[: max(0, missing)]:
        floors[i] += 1
    return floors


def _moved_from_wire(wire: Any) -> Moved | None:
    return None if wire is None else Moved(tuple(wire[0]), wire[1], wire[2])


def _shipment_from_wire(wire: Mapping[str, Any]) -> PlannedShipment:
    return PlannedShipment(
        wire["location"],
        wire["service"],
        _lines(wire["lines"]),
        _cost_from_wire(wire["cost"]),
        wire["co2e_g"],
        datetime.fromisoformat(wire["ready_at"]),
        datetime.fromisoformat(wire["arrives_at"]),
        wire["distance_m"] / 1000,
        wire["cartons"],
    )


def _lines(pairs: Iterable[Iterable[int]]) -> tuple[LineQuantity, ...]:
    return tuple((line_id, quantity) for line_id, quantity in pairs)


def _cost_to_wire(cost: CostBreakdown) -> dict[str, Any]:
    """By criterion, then cash and shadow prices by name; parts of 0 are left out."""
    wire: dict[str, Any] = {name: getattr(cost, f"{name}_micro") for name in CRITERIA}
    if cost.parts != NO_PARTS:
        wire["cash"] = {name: part for name, part in cost.cash_parts().items() if part}
        wire["shadow"] = {name: part for name, part in cost.shadow_parts().items() if part}
    return wire


def _cost_from_wire(wire: Mapping[str, Any]) -> CostBreakdown:
    named = {**wire.get("cash", {}), **wire.get("shadow", {})}
    named.pop("carbon", None)
    return CostBreakdown(*(wire[name] for name in CRITERIA), parts=CostParts(**named))
