"""How the demo's carriers work: loaders of services and regions, and all that a server keeps."""

from __future__ import annotations

from typing import Any

from sync.central.catalogue.imports.table import Folder, ImportReport, Row, load_table
from sync.demo.company import ASSETS, MINUTES_A_DAY, load_factors, load_tariffs
from sync.protocol.codec import to_wire
from sync.sourcing.rates.regions import RegionRow
from sync.sourcing.rates.services import ServiceRow

SERVICE_HEADER = (
    "carrier",
    "service",
    "saturday",
    "cutoff_minute",
    "arrival_minute",
    "kinds",
    "locations",
    "trunk",
    "hubs",
    "vehicle",
    "stop_share",
    "stops",
    "source",
)
REGION_HEADER = ("country", "prefix", "detour", "stop_km", "source")


def load_services(folder: Folder = ASSETS, report: ImportReport | None = None) -> list[ServiceRow]:
    """How each carrier's service works; nothing when the folder has no `services.csv`."""

    def build(row: Row) -> ServiceRow:
        return ServiceRow(
            carrier=row.text("carrier"),
            service=row.text("service"),
            saturday=row.yes_no("saturday"),
            cutoff_minute=row.whole("cutoff_minute", maximum=MINUTES_A_DAY - 1),
            arrival_minute=row.whole("arrival_minute", maximum=MINUTES_A_DAY - 1),
            kinds=row.raw("kinds"),
            locations=row.raw("locations"),
            trunk=row.raw("trunk"),
            hubs=row.whole("hubs", maximum=20),
            vehicle=row.text("vehicle"),
            stop_share=row.decimal("stop_share", 0, 99),
            stops=row.whole("stops", minimum=1, maximum=10_000),
            source=row.text("source"),
        )

    if not (folder / "services.csv").is_file():
        return []
    return load_table(folder, "services.csv", SERVICE_HEADER, build, report)


def load_regions(folder: Folder = ASSETS, report: ImportReport | None = None) -> list[RegionRow]:
    """Detours and distances between stops; nothing when the folder has no `regions.csv`."""

    def build(row: Row) -> RegionRow:
        return RegionRow(
            country=row.text("country"),
            prefix=row.raw("prefix"),
            detour=row.decimal("detour", 1, 9.99),
            stop_km=row.decimal("stop_km", 0, 999),
            source=row.text("source"),
        )

    if not (folder / "regions.csv").is_file():
        return []
    return load_table(folder, "regions.csv", REGION_HEADER, build, report)


def carriers_body() -> dict[str, Any]:
    """The carriers' tables of the demo as a server keeps them."""
    return {
        "tariffs": [to_wire(row) for row in load_tariffs()],
        "factors": [to_wire(row) for row in load_factors()],
        "services": [to_wire(row) for row in load_services()],
        "regions": [to_wire(row) for row in load_regions()],
    }
