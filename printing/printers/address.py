"""Where a printer is: tcp://host:9100, ipp://host/ipp/print, file:///dev/usb/lp0, or a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from printing.errors import Unprintable

RAW_PORT = 9100


@dataclass(frozen=True, slots=True)
class PrinterAddress:
    """`kind` is `tcp`, `ipp`, `usb` (a device file) or `folder`; `host` and `port` for tcp,
    `path` for usb and folder."""

    kind: str
    host: str = ""
    port: int = 0
    path: str = ""


def parse_address(address: str) -> PrinterAddress:
    """The parts of an address. Whether anything answers there is not looked at.

    Raises Unprintable for what is no address.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _no_address(address) from error
    match parts.scheme:
        case "tcp" if host:
            return PrinterAddress("tcp", host, port or RAW_PORT)
        case "ipp" | "ipps" if host:
            return PrinterAddress("ipp", host, port or 631)
        case "file" if parts.path.strip("/"):
            return PrinterAddress("usb", path=parts.path)
        case _ if Path(address).is_absolute() or Path(address).is_dir():
            return PrinterAddress("folder", path=address)
        case _:
            raise _no_address(address)


def _no_address(address: str) -> Unprintable:
    return Unprintable(
        "“{address}” is not the address of a printer: give tcp://host:9100, "
        "ipp://host/ipp/print, file:///dev/usb/lp0, or the whole path of a folder.",
        code="printing.address",
        address=address,
    )
