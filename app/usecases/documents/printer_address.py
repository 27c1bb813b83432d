"""Where a printer is and what it is, from what a person types or the printer says."""

from __future__ import annotations

import re
from pathlib import Path

from printing.printers.discovery import FoundPrinter
from sync.domain.errors import InvalidInput

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]", re.ASCII)


def address_of(kind: str, where: str) -> str:
    """The address for what a person typed: a host for `tcp` and `ipp`, a path for `usb` and
    `folder`. Raises InvalidInput that says what it should look like."""
    typed = where.strip()
    if kind in ("tcp", "ipp") and "://" in typed:
        scheme, _, rest = typed.partition("://")
        if (kind, scheme) in {("ipp", "ipp"), ("ipp", "ipps"), ("tcp", "tcp")}:
            host, _, path = rest.partition("/")
            return f"{scheme}://{_host_and_port(host)}" + (f"/{path}" if path else "")
        raise _wrong_host(typed)
    if kind == "tcp":
        return f"tcp://{_host_and_port(typed)}"
    if kind == "ipp":
        host, _, path = typed.partition("/")
        return f"ipp://{_host_and_port(host)}/{path or 'ipp/print'}"
    path = typed.removeprefix("file://")
    if not Path(path).is_absolute():
        raise InvalidInput(
            "“{path}” is not the whole path of a file or folder, such as /dev/usb/lp0.",
            code="printers.path",
            path=typed[:80],
        )
    return f"file://{path}" if kind == "usb" else path


def typed_of(kind: str, address: str) -> str:
    """What a person would type for an address: the way back of `address_of`."""
    if kind == "tcp":
        return address.removeprefix("tcp://").removesuffix(":9100")
    if kind == "usb":
        return address.removeprefix("file://")
    return address


def suggest_profile(found: FoundPrinter) -> str:
    """The model that a printer on the network most likely is."""
    words = f"{found.name} {found.model}".casefold()
    if any(word in words for word in ("zebra", "zd4", "zd2", "zt4", "zpl", "gk420")):
        return "zebra-300" if "300" in words else "zebra-203"
    if found.address.startswith("ipp"):
        return "office"
    for word, profile in (("tm-t20", "epson-tm-t20"), ("tm-t88", "epson-tm-t88")):
        if word in words:
            return profile
    return "generic-80"


def _host_and_port(text: str) -> str:
    host, colon, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if not colon:
        host = text
    right_port = not colon or (port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535)
    if not _HOST.fullmatch(host) or not right_port:
        raise _wrong_host(text)
    return text


def _wrong_host(text: str) -> InvalidInput:
    return InvalidInput(
        "“{address}” is not an address on the network. It looks like 192.168.1.50 or "
        "printer.local, with a port behind a colon if it has another one.",
        code="printers.host",
        address=text[:80],
    )
