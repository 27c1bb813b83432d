"""The carriers' tables as a server keeps them, read for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.protocol.codec import parse
from sync.sourcing.rates.regions import RegionRow
from sync.sourcing.rates.services import ServiceRow, TariffRow
from sync.sourcing.rates.tariffs import FactorRow, Tables


def tables_of(body: Mapping[str, Any]) -> Tables:
    """Tariffs and factors, and how services and regions are where that is said."""
    return Tables.of(
        (parse(TariffRow, row) for row in body["tariffs"]),
        (parse(FactorRow, row) for row in body["factors"]),
        (parse(ServiceRow, row) for row in body.get("services", ())),
        (parse(RegionRow, row) for row in body.get("regions", ())),
    )
