"""What a piece is worth where it lies: the dual prices of expected demand against stock.

The deterministic linear programme serves the demand that is expected, at the least cost, from
the stock that is there; what goes unserved costs a lost sale. The dual price of a shelf is what
one piece more on it would save later orders (Acimovic & Graves 2015; Jasin & Sinha 2015). Added
to the cost of taking a piece, it makes today's order leave the last piece to the customer who
will need it. Prices are refreshed on schedule and after a large change of stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import highspy
import numpy as np

from sync.domain.errors import Unavailable
from sync.domain.money import Money
from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.network import Network, Stock
from sync.sourcing.options.costs import Prices, Site, build_options
from sync.sourcing.policy.policy import Policy
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Destination, Request, RequestLine
from sync.sourcing.solver.problem import MICRO


@dataclass(frozen=True, slots=True)
class Expected:
    """Demand to come for an article: `pieces` from each destination, and what one is worth.

    `weight_g` of a piece; `lost_sale` is the margin that goes when nobody can serve it.
    """

    sku: str
    weight_g: int
    lost_sale: Money
    pieces: Sequence[tuple[Destination, float]]


def scarcity_prices(
    expected: Sequence[Expected],
    network: Network,
    stock: Stock,
    policy: Policy,
    tables: Tables,
    now: datetime,
    calendar: Calendar | None = None,
) -> Prices:
    """Euros that a piece is worth at each location: sku -> location -> price, above 0 only.

    One transport problem for each article: destinations against locations, at the policy's cost
    of a parcel with one piece. Raises Unavailable when the solver fails.
    """
    prices: dict[str, dict[str, float]] = {}
    for article in expected:
        pieces = stock.pieces(article.sku, network)
        places = np.flatnonzero(pieces > 0)
        if len(places) == 0 or not article.pieces:
            continue
        demand = np.array([count for _, count in article.pieces])
        cost = np.stack(
            [
                _costs(article, to, places, network, stock, policy, tables, now, calendar)
                for to, _ in article.pieces
            ]
        )
        lost = np.full(len(demand), article.lost_sale.minor / 100) + cost.min(axis=1)
        duals = transport_duals(cost, demand, pieces[places], lost)
        prices[article.sku] = {
            network.codes[place]: float(price)
            for place, price in zip(places.tolist(), duals, strict=True)
            if price > 0
        }
    return prices


def _costs(
    article: Expected,
    to: Destination,
    places: Ints,
    network: Network,
    stock: Stock,
    policy: Policy,
    tables: Tables,
    now: datetime,
    calendar: Calendar | None,
) -> Floats:
    """Euros for one piece from each of `places`; as dear as a lost sale where nobody drives."""
    line = RequestLine(1, article.sku, 1, article.weight_g, article.lost_sale)
    request = Request("", "web", (line,), to, now)
    site = Site.of(request, network, stock, policy, tables, calendar or Calendar(), {}, now)
    options = build_options(site, places)
    rows = np.arange(len(options.place))
    cost = options.breakdowns(rows, np.ones((len(rows), 1), np.int64)).sum(axis=0) / MICRO
    cheapest = np.full(len(places), np.inf)
    np.minimum.at(cheapest, np.searchsorted(places, options.place), cost)
    dearest = article.lost_sale.minor / 100 + np.min(cheapest, initial=0.0)
    return np.where(np.isinf(cheapest), dearest, cheapest)


def transport_duals(cost: Floats, demand: Floats, stock: Ints, lost: Floats) -> Floats:
    """Dual prices [N] >= 0 of `stock` in min sum c x + lost u, sum x + u = demand, x <= stock.

    `cost` [D, N] and `lost` [D] in euros a piece; `demand` [D] pieces, may be fractions.
    """
    destinations, places = cost.shape
    cells = destinations * places
    d, n = np.divmod(np.arange(cells), places)
    rows = np.concatenate([d, destinations + n, np.arange(destinations)])
    columns = np.concatenate([np.arange(cells), np.arange(cells), cells + np.arange(destinations)])
    lower = np.concatenate([demand, np.full(places, -np.inf)])
    upper = np.concatenate([demand, stock.astype(np.float64)])
    duals = lp_duals(np.concatenate([cost.ravel(), lost]), rows, columns, None, lower, upper)
    return np.maximum(0.0, -duals[destinations:])


def lp_duals(
    cost: Floats,
    rows: Ints,
    columns: Ints,
    values: Floats | None,
    lower: Floats,
    upper: Floats,
) -> Floats:
    """Row duals of min cost x, lower <= A x <= upper, x >= 0, A given by its non-zeros."""
    order = np.lexsort((columns, rows))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(lower)
    model.col_cost_, model.col_lower_ = cost, np.zeros(len(cost))
    model.col_upper_ = np.full(len(cost), np.inf)
    model.row_lower_, model.row_upper_ = lower, upper
    counts = np.bincount(rows, minlength=len(lower))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    model.a_matrix_.index_ = columns[order].astype(np.int32)
    model.a_matrix_.value_ = np.ones(len(rows)) if values is None else values[order]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise Unavailable(
            "The prices of scarce stock could not be computed. The old ones stay in use.",
            code="sourcing.prices",
        )
    return np.array(solver.getSolution().row_dual)
