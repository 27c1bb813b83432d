"""`comptoir print` renders any document, and says what it did or what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.print import app
from printing import (
    Document,
    Unprintable,
    document_from_json,
    document_to_json,
    render_pdf,
    render_zpl,
)
from printing.model.document import Text
from printing.model.printer_profile import bundled_profiles
from printing.printers.factory import render
from printing.samples.random_documents import SEEDED, seeded
from printing.samples.samples import samples
from sync.domain.errors import ComptoirError
from sync.i18n import I18n
from tests.printing.sinks import Sink
from tools.benchmarks import print as bench_print
from tools.benchmarks.print_codes import CHUNK, measured, said

LABEL = samples(I18n("fr"))["parcel_label"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".pdf", b"%PDF"), (".zpl", b"^XA"), (".bin", b"\x1b@"), (".png", b"\x89PNG"), (".txt", b"")],
)
def test_any_document_is_rendered_into_a_file(tmp_path: Path, suffix: str, start: bytes) -> None:
    out = tmp_path / f"document{suffix}"
    run("render", "order_slip", "--out", str(out))
    data = out.read_bytes()
    assert data.startswith(start)
    if suffix == ".txt":
        assert "C0012-000345-5" in data.decode()


def test_the_documents_and_the_printers_are_listed() -> None:
    said = run("list")
    assert "parcel_label" in said
    assert "epson-tm-t20" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("render", "poem", "--out", "x.pdf"), "print.no_such_paper"),
        (("render", "order_slip", "--out", "x.doc"), "print.format"),
        (("render", "order_slip", "--out", "-", "--to", "gif"), "print.format"),
        (("render", "no_such.json", "--out", "x.pdf"), "print.no_such_file"),
        (("send", "no_such.pdf", "tcp://192.0.2.7"), "print.no_such_file"),
        (("send", "order_slip", "tcp://a:b"), "printing.address"),
        (("render", "order_slip", "--out", "x.zpl", "--profile", "fax"), "print.no_such_profile"),
        (("test", "gopher://x"), "printing.address"),
        (("test", "/no/such/folder"), "printing.not_printed"),
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
    path = tmp_path / ("label.zpl" if render is render_zpl else "label.pdf")
    path.write_bytes(render(LABEL))
    run("send", str(path), f"tcp://127.0.0.1:{sink.port}")
    assert sink.job() == render(LABEL)
    sink.close()


NOTE = """{"v": 1, "document": {"type": "note", "media": "roll-80", "title": "Bonjour",
  "language": "fr", "blocks": [{"kind": "text", "text": "Fermé à 18 h"}, {"kind": "cut"}]}}"""


@pytest.mark.parametrize(
    ("to", "start"),
    [("pdf", b"%PDF"), ("escpos", b"\x1b@"), ("zpl", b"^XA"), ("png", b"\x89PNG"), ("json", b"{")],
)
@pytest.mark.parametrize("piped", [True, False])
def test_a_document_of_another_program_is_rendered(
    tmp_path: Path, to: str, start: bytes, piped: bool
) -> None:
    path, out = tmp_path / "note.json", tmp_path / "out"
    path.write_text(NOTE, encoding="utf-8")
    documents = "-" if piped else str(path)
    arguments = ["render", documents, "--to", to, "--out", str(out)]
    result = CliRunner().invoke(app, arguments, input=NOTE, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(start)


def test_a_document_goes_from_one_pipe_into_the_next() -> None:
    result = CliRunner().invoke(
        app, ["render", "-", "--to", "text", "--out", "-"], input=NOTE, catch_exceptions=False
    )
    assert result.stdout_bytes == "Fermé à 18 h\n".encode()


def test_a_document_that_is_wrong_is_named_by_its_place() -> None:
    with pytest.raises(Unprintable, match=r"blocks\[0\]\.text: it is missing"):
        CliRunner().invoke(
            app,
            ["render", "-", "--to", "pdf", "--out", "-"],
            input=NOTE.replace('"text": "Fermé à 18 h"', '"style": "body"'),
            catch_exceptions=False,
        )


@pytest.mark.parametrize(
    ("profile", "renders"),
    [
        ("generic-80", lambda: render(document_from_json(NOTE), bundled_profiles()["generic-80"])),
        ("office", lambda: render_pdf(document_from_json(NOTE))),
    ],
)
def test_a_document_reaches_the_printer_in_its_language(
    tmp_path: Path, profile: str, renders: Callable[[], bytes]
) -> None:
    sink = Sink()
    path = tmp_path / "note.json"
    path.write_text(NOTE, encoding="utf-8")
    run("send", str(path), f"tcp://127.0.0.1:{sink.port}", "--profile", profile)
    assert sink.job() == renders()
    sink.close()


def test_a_folder_gets_pdf_unless_told_otherwise(tmp_path: Path) -> None:
    run("send", "order_slip", str(tmp_path))
    assert [path.suffix for path in tmp_path.iterdir()] == [".pdf"]


def test_each_page_is_a_picture_of_its_own(tmp_path: Path) -> None:
    long = replace(
        samples(I18n("fr"))["pick_list"],
        blocks=tuple(Text(f"Ligne {number}") for number in range(120)),
    )
    (tmp_path / "long.json").write_text(document_to_json(long), encoding="utf-8")
    run("render", str(tmp_path / "long.json"), "--out", str(tmp_path / "page.png"))
    names = sorted(path.name for path in tmp_path.glob("*.png"))
    assert names == ["page-2.png", "page-3.png", "page.png"]


def test_the_printers_of_a_file_are_listed_with_how_they_are(tmp_path: Path) -> None:
    sink, off = Sink(), Sink()
    off.close()
    setup = tmp_path / "printers.toml"
    setup.write_text(
        f"""
        [printers.till]
        address = "tcp://127.0.0.1:{sink.port}"
        profile = "generic-80"
        [printers.off]
        address = "tcp://127.0.0.1:{off.port}"
        profile = "zebra-203"
        """
    )
    said = run("list", "--setup", str(setup))
    assert "ready" in said
    assert "off does not answer" in " ".join(said.split())
    sink.close()


@pytest.mark.parametrize("profile", ["generic-80", "generic-58", "zebra-203", "office"])
def test_a_test_page_prints_on_every_kind_of_printer(tmp_path: Path, profile: str) -> None:
    assert "confirmed" in run("test", str(tmp_path), "--profile", profile)
    [documents] = tmp_path.iterdir()
    assert documents.stat().st_size > 300


def test_the_bench_prints_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    for timed in ("speed", "many_labels", "sick_printers"):
        monkeypatch.setattr(bench_print, timed, list)
    result = CliRunner().invoke(bench_print.app, ["--count", "1", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["bench"] == "print"
    assert len(report["figures"]) == 9
    assert all(figure["holds"] for figure in report["figures"])


def test_documents_read_in_other_processes_are_counted_once() -> None:
    with ThreadPoolExecutor(2) as threads:
        found = measured(CHUNK + 1, threads)
    assert found.touching == 0
    assert found.right == found.total
    assert len(set(found.total.values())) == 1
    alone = sum(
        len(said(seeded(type_, seed, I18n("fr")))) for type_ in SEEDED for seed in range(11)
    )
    assert found.total["zpl", 203, True] == alone
