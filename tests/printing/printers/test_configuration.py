"""The printers' file: what is written is what is set up, and what is wrong is named."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing import FolderPrinter, Unprintable
from printing.model.printer_profile import bundled_profiles, read_profiles
from printing.printers.configuration import (
    PrinterEntry,
    PrinterSetup,
    Route,
    load_setup,
    read_setup,
    save_setup,
    write_setup,
)
from printing.printers.device_file import DevicePrinter
from printing.printers.discovery import IPP, RAW, FoundPrinter, address_of, find_printers
from printing.printers.factory import open_printer, opener
from printing.printers.ipp import IppPrinter
from printing.printers.tcp import TcpPrinter

PROFILES = bundled_profiles()
TILL = "".join(
    f'[printers.{name}]\naddress = "tcp://a"\nprofile = "office"\n' for name in ("x", "y")
)


def test_printers_and_routes_are_read(tmp_path: Path) -> None:
    setup = read_setup(
        f"""
        [printers.till]
        address = "tcp://192.0.2.7:9100"
        profile = "epson-tm-t20"
        asks = true
        [printers."back office"]
        address = "{tmp_path}"
        profile = "office"
        [routes]
        sales_receipt = ["till", "back office"]
        "*" = ["back office"]
        [takeover_seconds]
        sales_receipt = 60
        """
    )
    assert setup == PrinterSetup(
        {
            "till": PrinterEntry("till", "tcp://192.0.2.7:9100", "epson-tm-t20", True),
            "back office": PrinterEntry("back office", str(tmp_path), "office"),
        },
        {"sales_receipt": Route("till", "back office", 60), "*": Route("back office")},
    )
    assert [entry.kind for entry in setup.printers.values()] == ["tcp", "folder"]
    printers = {name: opener(PROFILES)(entry) for name, entry in setup.printers.items()}
    assert isinstance(printers["till"].printer, TcpPrinter)
    assert isinstance(printers["back office"].printer, FolderPrinter)
    assert printers["back office"].keeps_any
    assert printers["till"].model.startswith("Epson TM-T20")


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(
    lambda name: bool(name.strip())
)


@st.composite
def setups(draw: st.DrawFn) -> PrinterSetup:
    """Any printers, any routes between them."""
    names = draw(st.lists(NAMES, unique=True, min_size=2, max_size=4))
    printers = {
        name: PrinterEntry(
            name,
            draw(st.sampled_from(["tcp://192.0.2.7:9101", "ipp://p.example/ipp", "file:///dev/x"])),
            draw(st.sampled_from(sorted(PROFILES))),
            draw(st.booleans()),
        )
        for name in names
    }
    routes = {}
    for type_ in draw(st.lists(NAMES, unique=True, max_size=4)):
        first, second = draw(st.permutations(names))[:2]
        if draw(st.booleans()):
            routes[type_] = Route(first)
        else:
            routes[type_] = Route(first, second, draw(st.integers(0, 86_400)))
    return PrinterSetup(printers, routes)


@settings(deadline=None)
@given(setups())
def test_what_is_written_is_read(setup: PrinterSetup) -> None:
    assert read_setup(write_setup(setup)) == setup


def test_a_file_is_kept_and_one_that_is_not_there_has_no_printers(tmp_path: Path) -> None:
    path = tmp_path / "printers.toml"
    assert load_setup(path) == PrinterSetup()
    setup = PrinterSetup(
        {"till": PrinterEntry("till", "tcp://192.0.2.7", "generic-80")}, {"*": Route("till")}
    )
    save_setup(path, setup)
    assert load_setup(path) == setup
    path.write_bytes(b"\xff")
    with pytest.raises(Unprintable, match=r"wrong at “printers\.toml”"):
        load_setup(path)


def test_an_entry_with_an_unknown_profile_is_refused() -> None:
    with pytest.raises(Unprintable, match="no printer profile called fax for till"):
        opener(PROFILES)(PrinterEntry("till", "tcp://192.0.2.7", "fax"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("printers = [", "wrong at “printers”"),
        ("printers = 3", "it has to be a table"),
        ("[printer.x]\n", "only \\[printers.NAME\\], \\[routes\\] and"),
        ('[printers.x]\nadress = "a"\n', "it takes address, profile and asks"),
        ('[printers.x]\nprofile = "office"\n', "address has to be a text"),
        ('[printers.x]\naddress = "tcp://a"\nprofile = "fax"\n', "no profile 'fax'"),
        ('[printers.x]\naddress = "nowhere"\nprofile = "office"\n', "is not the address"),
        ('[printers.x]\naddress = "tcp://a:b"\nprofile = "office"\n', "is not the address"),
        ('[routes]\nsales_receipt = ["till"]\n', "no printer 'till'"),
        ("[routes]\nsales_receipt = []\n", "one printer, or two"),
        ("[routes]\nsales_receipt = [3]\n", "printers are texts"),
        ("[takeover_seconds]\nsales_receipt = 60\n", "takeover_seconds and no route"),
        (TILL + '[routes]\n"*" = ["x", "x"]\n', "the second printer is the first one"),
        (TILL + '[routes]\n"*" = ["x"]\n[takeover_seconds]\n"*" = 9\n', "no second printer"),
        (TILL + '[routes]\n"*" = ["x", "y"]\n[takeover_seconds]\n"*" = -1\n', "has to be 0 to"),
    ],
)
def test_what_is_wrong_is_named(text: str, says: str) -> None:
    with pytest.raises(Unprintable, match=says):
        read_setup(text)


def test_each_kind_of_address_has_its_printer(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    office = PROFILES["office"]
    assert isinstance(open_printer("a", f"file://{device}", office), DevicePrinter)
    ipp = open_printer("b", "ipp://printer.example/ipp/print", office)
    assert isinstance(ipp, IppPrinter)
    ipp.close()


GOOD = """
[mine]
maker = "Any"
model = "Any"
language = "escpos"
dpi = 203
width_dots = 576
columns = 48
encoding = "cp1252"
code_page_number = 16
cutter = true
drawer = true
native_qr = true
media = "roll-80"
"""


def test_a_whole_profile_is_read() -> None:
    assert read_profiles(GOOD)["mine"].columns == 48


@pytest.mark.parametrize("key", [line.split(" ")[0] for line in GOOD.splitlines()[2:]])
def test_a_profile_with_a_missing_key_is_refused_by_its_name(key: str) -> None:
    broken = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} "))
    with pytest.raises(Unprintable, match=f"profile mine lacks a good value for “{key}”"):
        read_profiles(broken)


@pytest.mark.parametrize(
    ("good", "bad", "key"),
    [
        ("203", "20", "dpi"),
        ("203", '"203"', "dpi"),
        ("cp1252", "cp9999", "encoding"),
        ("roll-80", "papyrus", "media"),
        ("escpos", "pcl", "language"),
        ("= 16", "= 256", "code_page_number"),
        ("= 48", "= 4", "columns"),
        ("cutter = true", "cutter = 1", "cutter"),
    ],
)
def test_a_profile_with_a_wrong_value_is_refused(good: str, bad: str, key: str) -> None:
    with pytest.raises(Unprintable, match=f"“{key}”"):
        read_profiles(GOOD.replace(good, bad))


def test_a_profile_that_is_no_toml_is_refused() -> None:
    with pytest.raises(Unprintable, match="cannot be read"):
        read_profiles("[")


def test_addresses_are_made_as_they_are_taken() -> None:
    assert address_of(RAW, "192.0.2.7", 9100, "") == "tcp://192.0.2.7:9100"
    assert address_of(IPP, "2001:db8::7", 631, "/ipp/print") == "ipp://[2001:db8::7]:631/ipp/print"


@pytest.fixture
def announced() -> Iterator[str]:
    """A printer that announces itself on loopback."""
    zeroconf = pytest.importorskip("zeroconf", reason="zeroconf is optional")
    info = zeroconf.ServiceInfo(
        RAW,
        f"Caisse essai.{RAW}",
        addresses=[socket.inet_aton("127.0.0.1")],
        port=9100,
        properties={"ty": "EPSON TM-T20III"},
        server="caisse-essai.local.",
    )
    server = zeroconf.Zeroconf(["127.0.0.1"])
    server.register_service(info)
    yield "Caisse essai"
    server.unregister_service(info)
    server.close()


def test_a_printer_that_announces_itself_is_found(announced: str) -> None:
    found = find_printers(1.5, threading.Event().wait, ["127.0.0.1"])
    assert FoundPrinter(announced, "tcp://127.0.0.1:9100", "EPSON TM-T20III") in found
