"""Promises: how, when, for how much and with how much CO2e a customer can have an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.domain.money import Money
from sync.domain.order import FulfilmentMode


@dataclass(frozen=True, slots=True)
class Promise:
    """One way to have a line.

    `at`: when the customer has it, or can come for it. `fee`: what the customer pays for it.
    `cost_eur`: what it costs the company by the sourcing policy's four criteria. `co2e_g`: grams,
    from the factors cited with the policy; `trip_co2e_g`, the customer's own trip to collect,
    apart. `asked_service`: the service that an order must ask for to have this promise; empty for
    what the sourcing chooses by itself. `source`: code of the location that would fill it.
    `sure`: False when the answer rests on a copy of the network's stock that may be out of date.
    """

    mode: FulfilmentMode
    source: str
    service: str
    at: datetime
    fee: Money
    cost_eur: float
    co2e_g: int
    collect_at: str = ""
    distance_km: float = 0.0
    sure: bool = True
    trip_co2e_g: int = 0
    asked_service: str = ""
