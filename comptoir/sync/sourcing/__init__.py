"""The sourcing engine: request -> filter -> options -> cost -> solve -> decision.

Pure: no files, no clock, no randomness. See docs/sourcing.md for the model.
"""

from comptoir.sync.sourcing.costs import Prices
from comptoir.sync.sourcing.decision import (
    CostBreakdown,
    Decision,
    PlannedShipment,
    RunnerUp,
    Verdict,
)
from comptoir.sync.sourcing.engine import source
from comptoir.sync.sourcing.explain import explain
from comptoir.sync.sourcing.live import LiveStock, source_until_committed
from comptoir.sync.sourcing.network import Network, Snapshot, Stock
from comptoir.sync.sourcing.policy import Policy, in_order, policy_for
from comptoir.sync.sourcing.prices import Expected, scarcity_prices
from comptoir.sync.sourcing.promises import Place, collect_points, options
from comptoir.sync.sourcing.request import Destination, Request, RequestLine
from comptoir.sync.sourcing.tables import FactorRow, Tables, TariffRow
from comptoir.sync.sourcing.timing import Calendar

__all__ = [
    "Calendar",
    "CostBreakdown",
    "Decision",
    "Destination",
    "Expected",
    "FactorRow",
    "LiveStock",
    "Network",
    "Place",
    "PlannedShipment",
    "Policy",
    "Prices",
    "Request",
    "RequestLine",
    "RunnerUp",
    "Snapshot",
    "Stock",
    "Tables",
    "TariffRow",
    "Verdict",
    "collect_points",
    "explain",
    "in_order",
    "options",
    "policy_for",
    "scarcity_prices",
    "source",
    "source_until_committed",
]
