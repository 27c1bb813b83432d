"""The rows that can be chosen, a location with a service each, and what a shipment of one costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.decision import CostBreakdown, CostParts
from sync.sourcing.rates.services import Service
from sync.sourcing.solver.problem import Problem, WeightTariff

COUNTER = "counter"  # the customer collects where the goods lie: no carrier


@dataclass(frozen=True, eq=False)
class PriceList:
    """What a carton costs from one kind of location with one service, in micro-euros.

    `tariff` is the objective's: the carrier, the work and the packaging at the economic weight,
    and the CO2e of a carton, `carbon`, at the ecological one. `paid` is the carrier alone,
    without a weight, as are `handling` and `packaging` of a carton. `carton_g`: grams of CO2e.
    """

    tariff: WeightTariff
    carbon: float
    paid: WeightTariff
    handling: float
    packaging: float
    carton_g: float

    def cartons(self, weight: Ints) -> Ints:
        """How many boxes shipments of `weight` grams need under the carrier's heaviest bracket."""
        result: Ints = 1 + np.maximum(weight - 1, 0) // int(self.tariff.limits[-1])
        return result


@dataclass(frozen=True, eq=False)
class Parts:
    """What the criteria are made of by row, in micro-euros: see `CostParts`.

    `handling_piece` [R] is cash without a weight; `time`, `lateness`, `load`, `preference` [R]
    and `overstock` [R, L] are weighted.
    """

    handling_piece: Floats
    time: Floats
    lateness: Floats
    load: Floats
    preference: Floats
    overstock: Floats


@dataclass(frozen=True, eq=False)
class Options:
    """Rows: a location with a service. Parts of the cost by criterion, in micro-euros.

    `fixed` [4, R] per shipment; `piece` [4, R, L] per piece; CO2e in grams per shipment [R] and
    per piece [R, L], cartons apart; minutes [R]; `service` [R] index into `services`, one beyond
    them for the counter; `price_list` [R] index into `price_lists`.
    """

    place: Ints
    service: Ints
    services: tuple[Service, ...]
    price_list: Ints
    price_lists: tuple[PriceList, ...]
    fixed: Floats
    piece: Floats
    co2e_fixed_g: Floats
    co2e_piece_g: Floats
    ready: Ints
    arrives: Ints
    parts: Parts

    def breakdowns(self, rows: Ints, pieces: Ints) -> Floats:
        """Costs [4, K] of shipments by criterion: option rows[k] sends pieces[k, :].

        Adds up to the problem's cost exactly; a shipment of nothing costs nothing.
        """
        costs = self.fixed[:, rows] + np.einsum("crl,rl->cr", self.piece[:, rows, :], pieces)
        which = self.price_list[rows]
        for number in sorted(set(which.tolist())):
            prices, mine = self.price_lists[number], which == number
            weight = pieces[mine] @ prices.tariff.item_weight
            carbon = prices.carbon * prices.cartons(weight)
            costs[0, mine] += prices.tariff.price(weight) - carbon
            costs[1, mine] += carbon
        costs[:, ~pieces.any(axis=1)] = 0.0
        return np.asarray(costs, np.float64)

    def breakdown(self, row: int, pieces: Ints) -> CostBreakdown:
        """The cost of one shipment by criterion, and what it is made of."""
        criteria = self.breakdowns(np.array([row]), pieces[None])[:, 0]
        if not pieces.any():
            return CostBreakdown()
        parts, prices = self.parts, self.price_lists[int(self.price_list[row])]
        cartons, count = self.cartons(row, pieces), int(pieces.sum())
        weight = np.array([pieces @ prices.paid.item_weight])
        overstock = int(parts.overstock[row] @ pieces)
        preference = int(parts.preference[row])
        made_of = CostParts(
            tariff=int(prices.paid.price(weight)[0]),
            handling=int(prices.handling * cartons + parts.handling_piece[row] * count),
            packaging=int(prices.packaging * cartons),
            time=int(parts.time[row]),
            lateness=int(parts.lateness[row]),
            load=int(parts.load[row]),
            scarcity=int(criteria[3]) - overstock - preference,
            overstock=overstock,
            preference=preference,
        )
        return CostBreakdown(*(int(part) for part in criteria), parts=made_of)

    def cartons(self, row: int, pieces: Ints) -> int:
        """How many boxes a shipment needs under its carrier's heaviest bracket."""
        prices = self.price_lists[int(self.price_list[row])]
        return int(prices.cartons(np.array([pieces @ prices.tariff.item_weight]))[0])

    def co2e_g(self, row: int, pieces: Ints) -> int:
        """Grams of CO2e of one shipment, its cartons included."""
        prices = self.price_lists[int(self.price_list[row])]
        moved = float(self.co2e_fixed_g[row] + self.co2e_piece_g[row] @ pieces)
        return round(moved + prices.carton_g * self.cartons(row, pieces))

    def service_code(self, row: int) -> str:
        """`carrier:service`, or `counter`."""
        number = int(self.service[row])
        return COUNTER if number == len(self.services) else self.services[number].code


def build_problem(
    options: Options, available: Ints, demand: Ints, pieces: Ints, shipments_max: int
) -> Problem:
    """The problem over `options`: `available` [R, L] and `demand` [L] in items of `pieces` [L]."""
    tariffs = tuple(
        WeightTariff(p.tariff.limits, p.tariff.prices, p.tariff.item_weight * pieces)
        for p in options.price_lists
    )
    return Problem(
        options.place,
        options.price_list,
        tariffs,
        options.fixed.sum(axis=0),
        options.piece.sum(axis=0) * pieces,
        available,
        demand,
        pieces,
        shipments_max,
    )
