"""A real IPP printer on loopback gets the page it was sent, on the paper it was sent for."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from printing import Job, JobState, NotPrinted, render_pdf
from printing.printers.ipp import IppPrinter
from printing.printers.ipp_protocol import Operation, parse, request
from printing.samples.samples import samples
from sync.i18n import I18n

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
JOB = Job(7, "k", "parcel_label", "Colis", "ipp", "pdf", JobState.SENDING, NOW, NOW, NOW)
PROGRAM = shutil.which("ippeveprinter", path="/usr/sbin:/usr/bin:/sbin:/bin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of an ippeveprinter and the folder where it keeps what it printed."""
    if PROGRAM is None:
        pytest.skip("ippeveprinter (Debian: cups-ipp-utils) is not installed")
    port = free_port()
    kept = tmp_path / "kept"
    kept.mkdir()
    abilities = tmp_path / "printer.conf"
    paper = "na_index-4x6_4x6in,iso_a4_210x297mm"
    lines = [f"ATTR keyword media-{kind} {paper}" for kind in ("supported", "ready")]
    lines.append("ATTR mimeMediaType document-format-supported application/pdf")
    abilities.write_text("\n".join([*lines, "ATTR keyword media-default iso_a4_210x297mm", ""]))
    options = ["-k", "-d", str(kept), "-p", str(port), "-r", "off"]
    options += ["-a", str(abilities), "-n", "localhost", "-c", "/bin/true"]
    process = subprocess.Popen(
        [PROGRAM, *options, "Comptoir test"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 0.1).close()
                break
            except OSError:
                if process.poll() is not None:
                    pytest.skip("ippeveprinter cannot start here (it wants dbus and avahi)")
                time.sleep(0.05)
        yield f"ipp://localhost:{port}/ipp/print", kept
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(
    ("name", "media_box"),
    [("parcel_label", (0, 0, 288, 432)), ("pick_list", (0, 0, 595.276, 841.89))],
)
def test_the_printer_gets_the_media_box_that_was_sent(
    printer: tuple[str, Path], name: str, media_box: tuple[float, ...]
) -> None:
    uri, kept = printer
    document = samples(I18n("fr"))[name]
    pdf = render_pdf(document)
    with closing(IppPrinter("ipp", uri, document.media.ipp_name, wait=time.sleep)) as ours:
        assert "application/pdf" in ours.attributes()["document-format-supported"]
        assert ours.send(JOB, pdf) is JobState.CONFIRMED
    [file] = [path for path in kept.iterdir() if path.suffix == ".pdf"]
    assert file.read_bytes() == pdf
    received = pypdfium2.PdfDocument(file.read_bytes())
    assert received[0].get_mediabox() == pytest.approx(media_box, abs=0.01)
    received.close()


def test_paper_that_the_printer_has_not_is_refused_before_it_is_wasted(
    printer: tuple[str, Path],
) -> None:
    uri, kept = printer
    with (
        closing(IppPrinter("ipp", uri, "om_label-57x32_57x32mm", wait=time.sleep)) as ours,
        pytest.raises(NotPrinted, match="takes no paper om_label-57x32_57x32mm"),
    ):
        ours.send(JOB, b"%PDF-1.4")
    assert list(kept.iterdir()) == []


def test_a_printer_that_is_not_there_printed_nothing() -> None:
    uri = f"ipp://127.0.0.1:{free_port()}/ipp/print"
    with (
        closing(IppPrinter("ipp", uri, "iso_a4_210x297mm", wait=time.sleep)) as ours,
        pytest.raises(NotPrinted, match="does not answer"),
    ):
        ours.send(JOB, b"%PDF")


def test_a_request_is_encoded_as_the_standard_says() -> None:
    encoded = request(Operation.PRINT_JOB, 1, "ipp://p/", {}, {"media": "iso_a4_210x297mm"})
    assert encoded[:8] == b"\x02\x00\x00\x02\x00\x00\x00\x01"
    assert encoded[8:9] == b"\x01"
    assert encoded.endswith(b"\x02\x44\x00\x05media\x00\x10iso_a4_210x297mm\x03")
    first = b"\x47" + struct.pack(">H", 18) + b"attributes-charset"
    assert encoded[9:].startswith(first)


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"\x02\x00\x00\x00\x00\x00\x00\x01\x02\x44\xff"]
)
def test_what_is_not_a_printer_is_said_to_be_none(answer: bytes) -> None:
    with pytest.raises(NotPrinted, match="is not a printer"):
        parse(answer)
