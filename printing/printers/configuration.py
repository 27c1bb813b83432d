"""The printers of one terminal, as a file that a person can read and correct.

[printers.till]
address = "tcp://192.0.2.7:9100"
profile = "epson-tm-t20"
asks = true

[routes]
sales_receipt = ["till", "back office"]
"*" = ["back office"]

[takeover_seconds]
sales_receipt = 60
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from printing.errors import Unprintable
from printing.model.printer_profile import bundled_profiles
from printing.printers.address import parse_address

ANY_DOCUMENT = "*"
PRINTERS_MAX = 50
TAKEOVER_SECONDS_MAX = 86_400
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class PrinterEntry:
    """A printer as it was entered: its address, the name of its profile, and whether it is asked
    how it is before each job (`asks`). Raises Unprintable for what is no address."""

    name: str
    address: str
    profile: str
    asks: bool = False

    def __post_init__(self) -> None:
        parse_address(self.address)

    @property
    def kind(self) -> str:
        """`tcp`, `ipp`, `usb` (a device file) or `folder`."""
        return parse_address(self.address).kind


@dataclass(frozen=True, slots=True)
class Route:
    """The names of the printers of a document type: the usual one, and another when it is out.

    After `takeover_seconds` of trouble the other one gets what waits, if no byte of it was sent;
    0 leaves that to a person.
    """

    first: str
    second: str = ""
    takeover_seconds: int = 0


@dataclass(frozen=True, slots=True)
class PrinterSetup:
    """All printers by name, and the route of each document type (`*` for all others).

    Raises Unprintable, which names what is wrong.
    """

    printers: Mapping[str, PrinterEntry] = field(default_factory=dict)
    routes: Mapping[str, Route] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.printers) > PRINTERS_MAX:
            raise _wrong("printers", f"there are more than {PRINTERS_MAX}")
        for name, entry in self.printers.items():
            if not name.strip() or name != entry.name:
                raise _wrong(name, "a printer needs a name")
        for type_, route in self.routes.items():
            for printer in (route.first, *([route.second] if route.second else [])):
                if printer not in self.printers:
                    raise _wrong(type_, f"there is no printer {printer!r}")
            if route.first == route.second:
                raise _wrong(type_, "the second printer is the first one")
            if not 0 <= route.takeover_seconds <= TAKEOVER_SECONDS_MAX:
                raise _wrong(type_, f"takeover_seconds has to be 0 to {TAKEOVER_SECONDS_MAX}")
            if route.takeover_seconds and not route.second:
                raise _wrong(type_, "there is no second printer to take over")

    def route(self, document_type: str) -> Route | None:
        """The route of a document type; None when no printer is set up for it."""
        return self.routes.get(document_type) or self.routes.get(ANY_DOCUMENT)


def read_setup(text: str, profiles: Collection[str] | None = None) -> PrinterSetup:
    """The setup of a TOML text; `profiles` are the names that are known (None: the bundled ones).
    Raises Unprintable that names what is wrong."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("printers", str(error)) from error
    unknown = set(tables) - {"printers", "routes", "takeover_seconds"}
    if unknown:
        known = "only [printers.NAME], [routes] and [takeover_seconds] are known"
        raise _wrong(min(unknown), known)
    known_profiles = bundled_profiles() if profiles is None else profiles
    printers = {
        name: _entry(name, table, known_profiles)
        for name, table in _table(tables, "printers").items()
    }
    seconds = _table(tables, "takeover_seconds")
    routes = {
        type_: _route(type_, names, seconds.pop(type_, 0))
        for type_, names in _table(tables, "routes").items()
    }
    if seconds:
        raise _wrong(min(seconds), "it has takeover_seconds and no route")
    return PrinterSetup(printers, routes)


def write_setup(setup: PrinterSetup) -> str:
    """The text that `read_setup` reads."""
    lines = []
    for entry in setup.printers.values():
        lines += [
            f"[printers.{_key(entry.name)}]",
            f"address = {_string(entry.address)}",
            f"profile = {_string(entry.profile)}",
            f"asks = {'true' if entry.asks else 'false'}",
            "",
        ]
    lines.append("[routes]")
    for type_, route in setup.routes.items():
        names = [route.first, *([route.second] if route.second else [])]
        lines.append(f"{_key(type_)} = [{', '.join(_string(name) for name in names)}]")
    waits = {type_: route.takeover_seconds for type_, route in setup.routes.items()}
    if any(waits.values()):
        lines += ["", "[takeover_seconds]"]
        lines += [f"{_key(type_)} = {seconds}" for type_, seconds in waits.items() if seconds]
    return "\n".join(lines) + "\n"


def load_setup(path: Path) -> PrinterSetup:
    """The setup in a file; without a file, no printers. Raises Unprintable."""
    try:
        return read_setup(path.read_text("utf-8"))
    except FileNotFoundError:
        return PrinterSetup()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path.name, str(error)) from error


def save_setup(path: Path, setup: PrinterSetup) -> None:
    """Write the file whole or not at all. Raises OSError."""
    partial = path.with_name(path.name + ".part")
    with partial.open("w", encoding="utf-8") as file:
        file.write(write_setup(setup))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _table(tables: Mapping[str, object], name: str) -> dict[str, object]:
    found = tables.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(name, "it has to be a table")
    return dict(found)


def _entry(name: str, table: object, profiles: Collection[str]) -> PrinterEntry:
    if not isinstance(table, dict) or set(table) - {"address", "profile", "asks"}:
        raise _wrong(name, "it takes address, profile and asks")
    address, profile, asks = table.get("address"), table.get("profile"), table.get("asks", False)
    if not isinstance(address, str) or not isinstance(asks, bool):
        raise _wrong(name, "address has to be a text, asks true or false")
    if not isinstance(profile, str) or profile not in profiles:
        raise _wrong(name, f"there is no profile {profile!r}")
    return PrinterEntry(name, address, profile, asks)


def _route(type_: str, names: object, seconds: object) -> Route:
    if not isinstance(names, list) or not 1 <= len(names) <= 2:
        raise _wrong(type_, "it takes one printer, or two")
    if not all(isinstance(name, str) for name in names) or type(seconds) is not int:
        raise _wrong(type_, "printers are texts, takeover_seconds a whole number")
    return Route(names[0], names[1] if len(names) == 2 else "", seconds)


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _string(name)


def _string(value: str) -> str:
    """A TOML basic string: JSON's, with DEL escaped too (TOML 1.0, section String)."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _wrong(name: str, reason: str) -> Unprintable:
    return Unprintable(
        "The printers' file is wrong at “{name}”: {reason}. Correct it; the printers stay as they "
        "were.",
        code="printing.setup",
        name=name,
        reason=reason,
    )
