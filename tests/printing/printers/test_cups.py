"""A CUPS queue on loopback passes on what it was given, on the paper that was asked for.

Runs where `cupsd` and its drivers are (Debian: cups, cups-filters) and may be started, which
takes root; elsewhere it is skipped with that word.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest

from printing import Job, JobState, NotPrinted, render_pdf, render_zpl
from printing.model.media import LABEL_4X6, LABEL_A6
from printing.printers.ipp import IppPrinter
from printing.samples.samples import samples
from sync.i18n import I18n
from tests.printing.sinks import Sink

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
CUPSD, LPADMIN = shutil.which("cupsd", path=PATH), shutil.which("lpadmin", path=PATH)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PDF_DRIVER = "lsb/usr/cupsfilters/Generic-PDF_Printer-PDF.ppd"

pytestmark = pytest.mark.skipif(
    CUPSD is None or LPADMIN is None or os.getuid() != 0,
    reason="cupsd (Debian: cups) is not installed, or this is not root",
)


def job(payload_format: str) -> Job:
    return Job(7, "k", "label", "Colis", "q", payload_format, JobState.SENDING, NOW, NOW, NOW)


def server_command(folder: Path, port: int) -> list[str]:
    """The command that starts a server which keeps everything in `folder`."""
    for name in ("etc/ppd", "spool/tmp", "cache", "run/certs", "log"):
        (folder / name).mkdir(parents=True)
    places = {
        "ServerRoot": "etc",
        "RequestRoot": "spool",
        "TempDir": "spool/tmp",
        "CacheDir": "cache",
        "StateDir": "run",
        "AccessLog": "log/access",
        "ErrorLog": "log/error",
        "PageLog": "log/page",
    }
    files = [f"{key} {folder / value}" for key, value in places.items()]
    (folder / "etc/cups-files.conf").write_text("\n".join([*files, "User lp", "Group lp", ""]))
    (folder / "etc/cupsd.conf").write_text(
        f"Listen 127.0.0.1:{port}\nBrowsing Off\nDefaultAuthType None\nWebInterface No\n"
        "<Location />\nAllow all\n</Location>\n"
        "<Policy default>\n<Limit All>\nAllow all\n</Limit>\n</Policy>\n"
    )
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, group="lp")
        path.chmod(0o775 if path.is_dir() else 0o640)
    etc = folder / "etc"
    return [str(CUPSD), "-f", "-c", str(etc / "cupsd.conf"), "-s", str(etc / "cups-files.conf")]


@pytest.fixture
def server() -> Iterator[str]:
    """Host and port of a cupsd of our own. Its filters run as another user, so its folder is not
    in pytest's, which only the owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="cups-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        server_command(folder, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 0.1).close()
                break
            except OSError:
                if process.poll() is not None:
                    pytest.skip("cupsd cannot start here")
                time.sleep(0.05)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder)


def queue(server: str, sink: Sink, driver: str) -> str:
    """A new queue to `sink`; its address."""
    where = f"socket://127.0.0.1:{sink.port}"
    command = [str(LPADMIN), "-h", server, "-p", "q", "-E", "-v", where, "-m", driver]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"CUPS has no driver {driver} here: {done.stderr}")
    return f"ipp://{server}/printers/q"


def test_a_queue_prints_the_page_on_the_paper_that_was_asked_for(server: str) -> None:
    sink = Sink()
    pdf = render_pdf(samples(I18n("fr"))["parcel_label_a6"])
    address = queue(server, sink, PDF_DRIVER)
    with closing(IppPrinter("q", address, LABEL_A6.ipp_name, wait=time.sleep)) as printer:
        assert printer.send(job("pdf"), pdf) in (JobState.CONFIRMED, JobState.SENT)
    received = sink.job()
    page = pypdfium2.PdfDocument(received[received.index(b"%PDF") :])
    assert page[0].get_mediabox() == pytest.approx((0, 0, 297.64, 419.53), abs=1)
    page.close()
    sink.close()


def test_a_queue_that_would_lay_the_label_onto_letter_gets_nothing(server: str) -> None:
    sink = Sink()
    pdf = render_pdf(samples(I18n("fr"))["parcel_label"])
    address = queue(server, sink, PDF_DRIVER)
    with (
        closing(IppPrinter("q", address, LABEL_4X6.ipp_name, wait=time.sleep)) as printer,
        pytest.raises(NotPrinted, match="takes no paper na_index-4x6_4x6in"),
    ):
        printer.send(job("pdf"), pdf)
    sink.close()
    assert sink.jobs == []


def test_zpl_passes_through_a_label_queue_untouched(server: str) -> None:
    sink = Sink()
    zpl = render_zpl(samples(I18n("fr"))["parcel_label"])
    address = queue(server, sink, "drv:///sample.drv/zebra.ppd")
    with closing(IppPrinter("q", address, LABEL_4X6.ipp_name, wait=time.sleep)) as printer:
        assert printer.send(job("zpl"), zpl) in (JobState.CONFIRMED, JobState.SENT)
    assert sink.job() == zpl
    sink.close()


def test_a_queue_that_is_not_there_is_named(server: str) -> None:
    address = f"ipp://{server}/printers/none"
    with (
        closing(IppPrinter("q", address, LABEL_4X6.ipp_name, wait=time.sleep)) as printer,
        pytest.raises(NotPrinted, match="it is not the printer q"),
    ):
        printer.check()
