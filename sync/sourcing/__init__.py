"""The sourcing engine: request -> filter -> options -> cost -> solve -> decision.

Pure: no files, no clock, no randomness. See docs/sourcing.md for the model.
"""

from sync.sourcing.decision import CostBreakdown, Decision, PlannedShipment, RunnerUp
from sync.sourcing.engine import source
from sync.sourcing.evaluations import Evaluation, Evaluations
from sync.sourcing.explain.sentences import explain_decision
from sync.sourcing.network import Network, Snapshot, Stock
from sync.sourcing.options.costs import Prices
from sync.sourcing.policy.policy import Policy, in_order, policy_for
from sync.sourcing.policy.policy_file import parse_policy
from sync.sourcing.promises import Place, collect_points, options
from sync.sourcing.rates.regions import RegionRow
from sync.sourcing.rates.services import ServiceRow, TariffRow
from sync.sourcing.rates.tariffs import FactorRow, Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Destination, Request, RequestLine
from sync.sourcing.scarcity.prices import Expected, scarcity_prices

__all__ = [
    "Calendar",
    "CostBreakdown",
    "Decision",
    "Destination",
    "Evaluation",
    "Evaluations",
    "Expected",
    "FactorRow",
    "Network",
    "Place",
    "PlannedShipment",
    "Policy",
    "Prices",
    "RegionRow",
    "Request",
    "RequestLine",
    "RunnerUp",
    "ServiceRow",
    "Snapshot",
    "Stock",
    "Tables",
    "TariffRow",
    "collect_points",
    "explain_decision",
    "in_order",
    "options",
    "parse_policy",
    "policy_for",
    "scarcity_prices",
    "source",
]
