"""`comptoir print` renders any paper, and says what it did or what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from comptoir.app.cli import bench_print
from comptoir.app.cli.print import app
from comptoir.i18n import I18n
from comptoir.printing import Document, render_pdf, render_zpl
from comptoir.printing.samples import samples
from comptoir.sync.domain.errors import ComptoirError
from tests.printing.sinks import Sink

LABEL = samples(I18n("fr"))["parcel_label"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".pdf", b"%PDF"), (".zpl", b"^XA"), (".bin", b"\x1b@"), (".png", b"\x89PNG"), (".txt", b"")],
)
def test_any_paper_is_rendered_into_a_file(tmp_path: Path, suffix: str, start: bytes) -> None:
    out = tmp_path / f"paper{suffix}"
    run("render", "order_slip", "--out", str(out))
    data = out.read_bytes()
    assert data.startswith(start)
    if suffix == ".txt":
        assert "C0012-000345-5" in data.decode()


def test_the_papers_and_the_printers_are_listed() -> None:
    said = run("list")
    assert "parcel_label" in said
    assert "epson-tm-t20" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("render", "poem", "--out", "x.pdf"), "print.no_such_paper"),
        (("render", "order_slip", "--out", "x.doc"), "print.suffix"),
        (("render", "order_slip", "--out", "x.zpl", "--profile", "fax"), "print.no_such_profile"),
        (("test", "gopher://x"), "printing.address"),
        (("test", "/no/such/folder"), "printing.address"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[str, ...], code: str) -> None:
    with pytest.raises(ComptoirError) as caught:
        CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert caught.value.code == code


@pytest.mark.parametrize("render", [render_pdf, render_zpl])
def test_a_carriers_label_reaches_the_printer_untouched(
    tmp_path: Path, render: Callable[[Document], bytes]
) -> None:
    sink = Sink()
    path = tmp_path / "label"
    path.write_bytes(render(LABEL))
    run("file", str(path), f"tcp://127.0.0.1:{sink.port}")
    assert sink.job() == render(LABEL)
    sink.close()


@pytest.mark.parametrize("profile", ["generic-80", "generic-58", "zebra-203", "office"])
def test_a_test_page_prints_on_every_kind_of_printer(tmp_path: Path, profile: str) -> None:
    assert "confirmed" in run("test", str(tmp_path), "--profile", profile)
    [paper] = tmp_path.iterdir()
    assert paper.stat().st_size > 300


def test_the_bench_prints_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_print, "_speed", list)
    monkeypatch.setattr(bench_print, "_many_labels", list)
    result = CliRunner().invoke(bench_print.app, ["--count", "1", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["bench"] == "print"
    assert len(report["figures"]) == 9
    assert all(figure["holds"] for figure in report["figures"])
