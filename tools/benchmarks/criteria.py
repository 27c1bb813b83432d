"""What each criterion moves: the demo's orders with one weight alone, and with it times twenty."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files

from sync.replay.run import Scenario, replay
from sync.replay.scenario import demo_scenario
from sync.sourcing import Policy
from sync.sourcing.evaluations import CRITERIA
from sync.sourcing.policy.policy import Weights
from sync.sourcing.policy.policy_file import parse_policy
from sync.sourcing.solver.problem import MICRO
from tools.benchmarks.figure import Figure

TIMES = 20.0
GOAL_PERCENT = 10.0
MEASURED = {
    "economic": "cash paid",
    "ecological": "CO2e",
    "logistic": "hours to the customer",
    "retail": "worth of the stock that was taken",
}


@dataclass(frozen=True, slots=True)
class Measures:
    """Of all orders: euros paid, kilograms of CO2e, mean hours, euros of the retail criterion."""

    economic: float
    ecological: float
    logistic: float
    retail: float


def criteria_figures(
    orders: int, pool: Executor | None, tell: Callable[[float], None] = lambda _: None
) -> list[Figure]:
    """How far each criterion moves its own measure from that of the default policy's mix."""
    mix = parse_policy(
        (files("assets") / "policies" / "default.toml").read_text("utf-8"), "default"
    )
    tried = [("the mix", mix)]
    for name in CRITERIA:
        alone = Weights(**{other: float(other == name) for other in CRITERIA})
        more = replace(mix.weights, **{name: TIMES * getattr(mix.weights, name)})
        tried += [(f"{name}, alone", replace(mix, weights=alone))]
        tried += [(f"{name}, x {TIMES:g} in the mix", replace(mix, weights=more))]
    run = map if pool is None else pool.map
    found = {}
    measure_one = partial(measured, orders)
    policies = [policy for _, policy in tried]
    for (name, _), measures in zip(tried, run(measure_one, policies), strict=True):
        found[name] = measures
        tell(len(found) / len(tried))
    before = found.pop("the mix")
    return [_figure(name, before, after, orders) for name, after in found.items()]


def measured(orders: int, policy: Policy) -> Measures:
    """The measures of the demo's first `orders` orders under `policy`.

    The worth of the stock is told without the weight of its criterion.
    """
    return measures_of(demo_scenario().first(orders), policy)


def measures_of(scenario: Scenario, policy: Policy) -> Measures:
    """The same of any scenario."""
    cash = grams = hours = worth = 0.0
    served = 0
    weight = policy.weights.retail or 1.0
    for request, decision in replay(scenario, policy):
        cash += decision.cost.cash_micro / MICRO
        grams += decision.co2e_g
        worth += decision.cost.retail_micro / MICRO / weight
        if decision.shipments:
            served += 1
            arrives = max(shipment.arrives_at for shipment in decision.shipments)
            hours += (arrives - request.placed_at).total_seconds() / 3600
    return Measures(cash, grams / 1000, hours / max(1, served), worth)


def _figure(name: str, before: Measures, after: Measures, orders: int) -> Figure:
    criterion = name.split(",")[0]
    was, is_now = getattr(before, criterion), getattr(after, criterion)
    return Figure(
        f"{name}: {MEASURED[criterion]} less",
        100 * (was - is_now) / abs(was),
        GOAL_PERCENT,
        "higher",
        "%",
        f"{was:,.1f} in the default policy's mix, {is_now:,.1f}; the demo's first {orders} orders, "
        "five services to a home",
    )
