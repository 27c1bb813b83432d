"""The printers of one terminal, as a file that a person can read and correct.

[printers.till]
address = "tcp://192.0.2.7:9100"
profile = "epson-tm-t20"
asks = true

[routes]
sales_receipt = ["till", "back office"]
"*" = ["back office"]
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from comptoir.printing.errors import Unprintable
from comptoir.printing.media import MEDIA
from comptoir.printing.printers import FolderPrinter, Printer
from comptoir.printing.profiles import Profile
from comptoir.printing.service import Route, Station
from comptoir.printing.transports import DevicePrinter, IppPrinter, TcpPrinter

ASKING = ("escpos", "zpl")
RAW_PORT = 9100


def open_printer(name: str, address: str, profile: Profile, *, asks: bool = False) -> Printer:
    """The printer at `address`: tcp://host:9100, ipp://host/ipp/print, file:///dev/usb/lp0, or a
    folder that exists. With `asks` its status is read before each job. Raises Unprintable.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise _no_address(address) from error
    match parts.scheme:
        case "tcp" if parts.hostname:
            language = profile.language if asks and profile.language in ASKING else ""
            return TcpPrinter(name, parts.hostname, port or RAW_PORT, asks=language)
        case "ipp" | "ipps" if parts.hostname:
            return IppPrinter(name, address, MEDIA[profile.media].ipp_name, wait=time.sleep)
        case "file" if Path(parts.path).exists():
            return DevicePrinter(name, Path(parts.path))
        case _ if Path(address).is_dir():
            return FolderPrinter(name, Path(address))
        case _:
            raise _no_address(address)


def _no_address(address: str) -> Unprintable:
    return Unprintable(
        "“{address}” is not the address of a printer: give tcp://host:9100, "
        "ipp://host/ipp/print, file:///dev/usb/lp0, or a folder that exists.",
        code="printing.address",
        address=address,
    )


def read_setup(
    text: str, profiles: Mapping[str, Profile]
) -> tuple[dict[str, Station], dict[str, Route]]:
    """Stations and routes of a TOML text. Raises Unprintable that names what is wrong."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("printers", str(error)) from error
    unknown = set(tables) - {"printers", "routes"}
    if unknown:
        raise _wrong(min(unknown), "only [printers.NAME] and [routes] are known")
    stations = {
        name: _station(name, table, profiles) for name, table in _table(tables, "printers").items()
    }
    routes = {
        type_: _route(type_, names, stations) for type_, names in _table(tables, "routes").items()
    }
    return stations, routes


def _table(tables: Mapping[str, object], name: str) -> dict[str, object]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(name, "it has to be a table")
    return found


def _station(name: str, table: object, profiles: Mapping[str, Profile]) -> Station:
    if not isinstance(table, dict) or set(table) - {"address", "profile", "asks"}:
        raise _wrong(name, "it takes address, profile and asks")
    address, profile, asks = table.get("address"), table.get("profile"), table.get("asks", False)
    if not isinstance(address, str) or not isinstance(asks, bool):
        raise _wrong(name, "address has to be a text, asks true or false")
    if not isinstance(profile, str) or profile not in profiles:
        raise _wrong(name, f"there is no profile {profile!r}")
    return Station(open_printer(name, address, profiles[profile], asks=asks), profiles[profile])


def _route(type_: str, names: object, stations: Mapping[str, Station]) -> Route:
    if not isinstance(names, list) or not 1 <= len(names) <= 2:
        raise _wrong(type_, "it takes one printer, or two")
    for name in names:
        if name not in stations:
            raise _wrong(type_, f"there is no printer {name!r}")
    return Route(*names)


def _wrong(name: str, reason: str) -> Unprintable:
    return Unprintable(
        "The printers' file is wrong at “{name}”: {reason}. Correct it; the printers stay as they "
        "were.",
        code="printing.setup",
        name=name,
        reason=reason,
    )
