"""Two policies on the same orders: which rules differ, and what that changes.

Euros are each policy's own, weighted, as in its decisions: where weights differ, compare grams,
parcels and hours, or one criterion at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sync.domain.errors import InvalidInput
from sync.sourcing.decision import CostBreakdown, Decision
from sync.sourcing.evaluations import CRITERIA
from sync.sourcing.policy.policy import Policy, Step

ABSENT = "–"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A key of the policy file whose value differs; `ABSENT` where one policy does not have it."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OrderChange:
    """An order whose plan differs: other locations, another split, or more or fewer pieces."""

    before: Decision
    after: Decision

    @property
    def order_number(self) -> str:
        """Of both decisions."""
        return self.before.order_number

    @property
    def cost(self) -> CostBreakdown:
        """What the second policy's plan costs more, by criterion."""
        return self.after.cost - self.before.cost


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all orders, under one policy."""

    cost: CostBreakdown
    co2e_g: int
    parcels: int
    pieces_sent: int
    pieces_backordered: int


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What becomes of the same orders under two policies; totals are of all of them."""

    labels: tuple[str, str]
    rules: tuple[RuleChange, ...]
    orders: int
    changed: tuple[OrderChange, ...]
    before: Totals
    after: Totals

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON values; money in whole micro-euros."""
        return {
            "policies": list(self.labels),
            "rules": [
                {"key": rule.key, "before": rule.before, "after": rule.after} for rule in self.rules
            ],
            "orders": self.orders,
            "totals": [_totals_to_wire(totals) for totals in (self.before, self.after)],
            "changed": [
                {
                    "order_number": change.order_number,
                    "locations": [list(change.before.locations), list(change.after.locations)],
                    "parcels": [len(change.before.shipments), len(change.after.shipments)],
                    "pieces_waiting": [_waiting(change.before), _waiting(change.after)],
                    "cost_more_micro": _by_criterion(change.cost),
                }
                for change in self.changed
            ],
        }


def compare(
    one: Policy, first: Sequence[Decision], two: Policy, second: Sequence[Decision]
) -> PolicyDiff:
    """The diff of decisions on the same orders in the same sequence.

    Raises InvalidInput when they are not of the same orders.
    """
    if [d.order_number for d in first] != [d.order_number for d in second]:
        raise InvalidInput(
            "The two policies were not tried on the same orders.", code="policy_diff.orders"
        )
    changed = [
        OrderChange(before, after)
        for before, after in zip(first, second, strict=True)
        if _plan(before) != _plan(after)
    ]
    return PolicyDiff(
        (one.label, two.label),
        rule_changes(one, two),
        len(first),
        tuple(changed),
        _totals(first),
        _totals(second),
    )


def rule_changes(one: Policy, two: Policy) -> tuple[RuleChange, ...]:
    """The keys whose values differ, in the order of the policy file; name and version aside.

    Of a step that only one of them has, only what is not as in any new step.
    """
    before, after = dict(_flat(one)), dict(_flat(two))
    both = {step.name for step in one.steps} & {step.name for step in two.steps}
    usual = dict(_flat_value("", Step()))
    return tuple(
        RuleChange(key, before.get(key, ABSENT), after.get(key, ABSENT))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
        and not _says_nothing(key, {before.get(key), after.get(key)}, both, usual)
    )


def _says_nothing(
    key: str, values: set[str | None], both: set[str], usual: Mapping[str, str]
) -> bool:
    section, _, rest = key.partition(".")
    name, _, field = rest.rpartition(".")
    if section != "steps" or not name or name in both:
        return False
    return field == "name" or usual[f".{field}"] in values


def _flat(policy: Policy) -> Iterable[tuple[str, str]]:
    """Keys as they are written in the file, such as `handling.store.piece_eur`."""
    for item in fields(policy):
        if item.name in ("name", "version"):
            continue
        value = getattr(policy, item.name)
        if item.name == "steps":
            yield "steps", ", ".join(step.name for step in value)
            for step in value:
                yield from _flat_value(f"steps.{step.name}", step)
        else:
            yield from _flat_value(item.name, value)


def _flat_value(key: str, value: Any) -> Iterable[tuple[str, str]]:
    if is_dataclass(value):
        for item in fields(value):
            yield from _flat_value(f"{key}.{item.name}", getattr(value, item.name))
    elif isinstance(value, Mapping):
        for name, inner in sorted(value.items()):
            yield from _flat_value(f"{key}.{name}", inner)
    elif isinstance(value, tuple):
        yield key, ", ".join(sorted(map(str, value)))  # lists of a policy are sets
    elif isinstance(value, bool):
        yield key, str(value).lower()
    else:
        yield key, f"{value:g}" if isinstance(value, float) else str(value)


def _plan(decision: Decision) -> tuple[object, ...]:
    return tuple((s.location, s.service, s.lines) for s in decision.shipments), decision.unfilled


def _totals(decisions: Iterable[Decision]) -> Totals:
    cost, counts = CostBreakdown(), Counter[str]()
    for decision in decisions:
        cost = cost + decision.cost
        counts["co2e_g"] += decision.co2e_g
        counts["parcels"] += len(decision.shipments)
        counts["sent"] += sum(shipment.quantity for shipment in decision.shipments)
        counts["waiting"] += _waiting(decision)
    return Totals(cost, counts["co2e_g"], counts["parcels"], counts["sent"], counts["waiting"])


def _waiting(decision: Decision) -> int:
    return sum(quantity for _, quantity in decision.unfilled)


def _by_criterion(cost: CostBreakdown) -> dict[str, int]:
    return {name: getattr(cost, f"{name}_micro") for name in CRITERIA}


def _totals_to_wire(totals: Totals) -> dict[str, Any]:
    return {
        "cost_micro": _by_criterion(totals.cost),
        "co2e_g": totals.co2e_g,
        "parcels": totals.parcels,
        "pieces_sent": totals.pieces_sent,
        "pieces_waiting": totals.pieces_backordered,
    }
