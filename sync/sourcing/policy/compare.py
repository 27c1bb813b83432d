"""Two policies on the same orders: which rules differ, and what that changes.

Euros are each policy's own, weighted, as in its decisions: where weights differ, compare grams,
parcels and hours, or one criterion at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
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
    """Over all orders, under one policy; `lost_margin_micro` of the pieces that wait."""

    cost: CostBreakdown
    co2e_g: int
    parcels: int
    pieces_sent: int
    pieces_backordered: int
    lost_margin_micro: int = 0

    @property
    def at_equal_fill_micro(self) -> int:
        """The cost with what the pieces that wait would have earned: two policies that send
        different amounts can be compared by it."""
        return self.cost.total_micro + self.lost_margin_micro

    @property
    def cash_at_equal_fill_micro(self) -> int:
        """The same of what is paid: it has no weight of either policy in it."""
        return self.cost.cash_micro + self.lost_margin_micro


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What becomes of the same orders under two policies; totals are of all of them.

    `both`: how many orders both send whole, and what those cost under each.
    """

    labels: tuple[str, str]
    rules: tuple[RuleChange, ...]
    orders: int
    changed: tuple[OrderChange, ...]
    before: Totals
    after: Totals
    both: tuple[int, CostBreakdown, CostBreakdown] = (0, CostBreakdown(), CostBreakdown())

    @property
    def cheaper_by_sending_less(self) -> str:
        """The policy that costs less only because it sends less; empty when none does."""
        pairs = ((self.before, self.after, 0), (self.after, self.before, 1))
        for one, other, number in pairs:
            by_cost = one.cost.total_micro < other.cost.total_micro
            not_by_cost = one.at_equal_fill_micro >= other.at_equal_fill_micro
            by_cash = one.cost.cash_micro < other.cost.cash_micro
            not_by_cash = one.cash_at_equal_fill_micro >= other.cash_at_equal_fill_micro
            turns = (by_cost and not_by_cost) or (by_cash and not_by_cash)
            if one.pieces_sent < other.pieces_sent and turns:
                return self.labels[number]
        return ""

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON values; money in whole micro-euros."""
        return {
            "policies": list(self.labels),
            "rules": [
                {"key": rule.key, "before": rule.before, "after": rule.after} for rule in self.rules
            ],
            "orders": self.orders,
            "totals": [_totals_to_wire(totals) for totals in (self.before, self.after)],
            "both_whole": {
                "orders": self.both[0],
                "cost_micro": [cost.total_micro for cost in self.both[1:]],
            },
            "cheaper_by_sending_less": self.cheaper_by_sending_less,
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
    one: Policy,
    first: Sequence[Decision],
    two: Policy,
    second: Sequence[Decision],
    lost_margin_micro: tuple[int, int] = (0, 0),
) -> PolicyDiff:
    """The diff of decisions on the same orders in the same sequence.

    `lost_margin_micro`: what the pieces that wait would have earned under each. Raises
    InvalidInput when they are not of the same orders.
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
        replace(_totals(first), lost_margin_micro=lost_margin_micro[0]),
        replace(_totals(second), lost_margin_micro=lost_margin_micro[1]),
        _both_whole(first, second),
    )


def _both_whole(
    first: Sequence[Decision], second: Sequence[Decision]
) -> tuple[int, CostBreakdown, CostBreakdown]:
    whole = [
        (a, b) for a, b in zip(first, second, strict=True) if not a.unfilled and not b.unfilled
    ]
    return (
        len(whole),
        sum((a.cost for a, _ in whole), CostBreakdown()),
        sum((b.cost for _, b in whole), CostBreakdown()),
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
        "cash_micro": totals.cost.cash_parts(),
        "shadow_micro": totals.cost.shadow_parts(),
        "lost_margin_micro": totals.lost_margin_micro,
        "at_equal_fill_micro": totals.at_equal_fill_micro,
        "cash_at_equal_fill_micro": totals.cash_at_equal_fill_micro,
    }
