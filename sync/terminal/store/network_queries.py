"""The company and the locations of its network in the local store."""

from __future__ import annotations

from sync.domain.company import CompanySettings
from sync.domain.location import Location
from sync.protocol.codec import parse_json
from sync.terminal.store.local_store import Reader


def company(reader: Reader) -> CompanySettings | None:
    """The company's settings; None before the first load of them."""
    row = reader.one("SELECT body FROM company ORDER BY name LIMIT 1")
    if row is None:
        return None
    settings: CompanySettings = parse_json(CompanySettings, row[0])
    return settings


def locations(reader: Reader) -> dict[str, Location]:
    """All locations, by code."""
    rows = reader.all("SELECT code, body FROM locations ORDER BY code")
    return {code: parse_json(Location, body) for code, body in rows}


def has_locations(reader: Reader) -> bool:
    """Whether any location was loaded yet."""
    return reader.one("SELECT 1 FROM locations LIMIT 1") is not None
