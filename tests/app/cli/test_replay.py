"""`comptoir replay` on a folder, end to end, and what it says of a folder that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import explain
from app.cli.replay import app
from sync.domain.errors import InvalidInput, NotFound
from tests.app.cli.scenario_folder import DEMO, ORDER, with_tables

POLICIES = DEMO.parent / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = with_tables(tmp_path / "scenario")
    (made / "stock.csv").write_text("location,sku,on_hand\nW01,10002,9\nS006,10002,9\n")
    (made / "orders.jsonl").write_text(
        json.dumps(ORDER) + "\n" + json.dumps(ORDER | {"order": "A-2"})
    )
    return made


def test_two_policies_are_replayed_and_compared(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [str(folder), "--out", str(out), "--workers", "1", "--no-sweep"]
    for name in ("default", "green"):
        arguments += ["--policy", str(POLICIES / f"{name}.toml")]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    summary = json.loads((out / "summary.json").read_text())
    assert [p["policy"] for p in summary["policies"]] == ["default@2026-11", "green@2026-11"]
    assert [p["sourced"] for p in summary["policies"]] == [2, 2]
    decisions = (out / "decisions.jsonl").read_text().splitlines()
    assert [json.loads(d)["order_number"] for d in decisions] == ["A-1", "A-2", "A-1", "A-2"]
    page = (out / "report.html").read_text()
    assert page.count("<svg") == 3
    assert "http" not in page  # nothing is fetched from anywhere


def test_any_two_policies_are_compared_in_the_terminal_the_report_and_a_file(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "shops.toml").write_text(
        'version = "9"\n[handling.warehouse]\nparcel_eur = 25.0\n[limits]\nmax_parcels = 1\n'
    )
    paths = [POLICIES / "default.toml", POLICIES / "green.toml", tmp_path / "shops.toml"]
    arguments = [str(folder), "--out", str(tmp_path / "out"), "--workers", "1", "--no-sweep"]
    for path in paths:
        arguments += ["--policy", str(path)]
    arguments += ["--compare", "green", "shops"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "160"})
    diff = json.loads((tmp_path / "out" / "diff.json").read_text())
    assert diff["policies"] == ["green@2026-11", "shops@9"]
    rules = {rule["key"]: (rule["before"], rule["after"]) for rule in diff["rules"]}
    assert rules["handling.warehouse.parcel_eur"] == ("0.9", "25")
    assert rules["limits.max_parcels"] == ("4", "1")
    assert diff["orders"] == 2
    moved = diff["changed"][0]
    assert moved["locations"] == [["W01"], ["S006"]]
    assert {*moved["cost_more_micro"]} == {"economic", "ecological", "logistic", "retail"}
    page = (tmp_path / "out" / "report.html").read_text()
    for text in (result.stdout, page):
        assert "handling.warehouse.parcel_eur" in text
        assert "Cash, €" in text
        assert "2 orders are filled otherwise" in text
        assert "1 → 1" in text
    assert "green@2026-11 against shops@9" in page


def test_a_policy_that_is_not_in_the_replay_cannot_be_compared(
    folder: Path, tmp_path: Path
) -> None:
    arguments = [str(folder), "--out", str(tmp_path), "--compare", "default", "nothing"]
    with pytest.raises(InvalidInput, match=r"no policy nothing .* replay are default"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_the_report_speaks_french(folder: Path, tmp_path: Path) -> None:
    arguments = [str(folder), "--out", str(tmp_path), "--language", "fr", "--no-sweep"]
    CliRunner().invoke(app, arguments, catch_exceptions=False)
    page = (tmp_path / "report.html").read_text()
    assert "Les règles côte à côte" in page
    assert "Policies side by side" not in page


def test_a_decision_of_a_replay_is_explained(folder: Path, tmp_path: Path) -> None:
    arguments = [str(folder), "--out", str(tmp_path), "--no-sweep", "--reasons"]
    CliRunner().invoke(app, arguments, catch_exceptions=False)
    told = ["A-2", "--decisions", str(tmp_path / "decisions.jsonl")]
    result = CliRunner().invoke(explain.app, told, catch_exceptions=False)
    assert result.stdout.startswith("Policy default@2026-11, stock as of movement 1\n")
    assert "Together €" in result.stdout
    assert "Next best: " in result.stdout
    with pytest.raises(NotFound, match="Order A-9 is not in"):
        CliRunner().invoke(explain.app, ["A-9", *told[1:]], catch_exceptions=False)
