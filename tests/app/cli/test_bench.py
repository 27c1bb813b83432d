"""`comptoir bench` measures in a checkout, and says where it can elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.bench import ROOT, bench_app
from sync.domain.errors import Unavailable


def test_a_checkout_has_the_benchmarks() -> None:
    shown = CliRunner().invoke(bench_app(ROOT), ["--help"])
    assert shown.exit_code == 0
    assert {"print", "server", "sourcing"} <= set(shown.output.split())


def test_an_installed_package_says_where_they_are(tmp_path: Path) -> None:
    elsewhere = bench_app(tmp_path)
    assert CliRunner().invoke(elsewhere, ["--help"]).exit_code == 0
    with pytest.raises(Unavailable) as raised:
        CliRunner().invoke(elsewhere, [], catch_exceptions=False, standalone_mode=False)
    assert raised.value.code == "bench.not_installed"
