"""Printers that announce themselves on the network (multicast DNS, RFC 6762 and 6763).

Needs `zeroconf`, which is optional: without it printers are entered by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sync.domain.errors import Unavailable

IPP, IPPS, RAW = "_ipp._tcp.local.", "_ipps._tcp.local.", "_pdl-datastream._tcp.local."
SCHEMES = {IPP: "ipp", IPPS: "ipps", RAW: "tcp"}
ANSWER_MS = 2000


@dataclass(frozen=True, slots=True, order=True)
class FoundPrinter:
    """What a printer says of itself: `address` as `open_printer` takes it."""

    name: str
    address: str
    model: str = ""


def address_of(service: str, host: str, port: int, path: str) -> str:
    """The address for a service type, host, port and the `rp` record."""
    shown = f"[{host}]" if ":" in host else host
    if service == RAW:
        return f"tcp://{shown}:{port}"
    return f"{SCHEMES[service]}://{shown}:{port}/{path.lstrip('/')}"


def find_printers(
    seconds: float, wait: Callable[[float], object], interfaces: Iterable[str] = ()
) -> list[FoundPrinter]:
    """The printers that answer within `seconds`, by name. Raises Unavailable without zeroconf."""
    try:
        from zeroconf import InterfaceChoice, ServiceBrowser, ServiceListener, Zeroconf
    except ImportError as error:
        raise Unavailable(
            "Printers cannot be looked for here: zeroconf is not installed. Enter the address of "
            "the printer by hand.",
            code="printing.no_discovery",
        ) from error
    heard: list[tuple[str, str]] = []

    class Listener(ServiceListener):
        def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            heard.append((type_, name))

        def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            """What a printer says again changes nothing: it is asked in the end."""

        def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            """A printer that leaves while we look does not answer in the end."""

    found = set()
    zeroconf = Zeroconf(list(interfaces) or InterfaceChoice.All)
    try:
        browser = ServiceBrowser(zeroconf, list(SCHEMES), Listener())
        wait(seconds)
        browser.cancel()
        for service, name in heard:
            info = zeroconf.get_service_info(service, name, ANSWER_MS)
            if info is None or not info.port or not info.parsed_addresses():
                continue
            records = {key.decode(): value for key, value in info.properties.items()}
            path = (records.get("rp") or b"ipp/print").decode("utf-8", "replace")
            model = (records.get("ty") or b"").decode("utf-8", "replace")
            address = address_of(service, info.parsed_addresses()[0], info.port, path)
            found.add(FoundPrinter(name.removesuffix("." + service), address, model))
    finally:
        zeroconf.close()
    return sorted(found)
