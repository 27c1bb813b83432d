"""Bad input to a replay: the message names the file, the line and the field; nothing is guessed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.replay import app
from sync.domain.errors import InvalidInput
from tests.app.cli.scenario_folder import DEMO, ORDER, with_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = with_tables(tmp_path / "scenario")
    (made / "stock.csv").write_text("location,sku,on_hand\nW01,10002,900\n")
    write_orders(made, ORDER)
    return made


def write_orders(folder: Path, *orders: object) -> None:
    (folder / "orders.jsonl").write_text("".join(json.dumps(order) + "\n" for order in orders))


def change(folder: Path, name: str, line: int, column: str, value: str) -> None:
    """Write `value` into a cell; lines are counted as an editor does."""
    with (folder / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    rows[line - 1][rows[0].index(column)] = value
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def said(folder: Path, *more: str) -> str:
    """The sentence with which a replay of `folder` ends."""
    arguments = [
        str(folder),
        "--out",
        str(folder / "out"),
        "--no-sweep",
        "--workers",
        "1",
        "--errors-max",
        "0",
    ]
    arguments += more
    with pytest.raises(InvalidInput) as caught:
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert not (folder / "out").exists()
    return str(caught.value)


def said_of_policy(folder: Path, text: str) -> str:
    (folder / "mine.toml").write_text('version = "1"\n' + text)
    return said(folder, "--policy", str(folder / "mine.toml"))


def test_a_policy_with_an_unknown_key(folder: Path) -> None:
    message = said_of_policy(folder, "[weights]\neconomic = 1.0\nspeed = 2.0\n")
    assert message.startswith("Policy mine.toml, line 4, weights.speed: is not known;")


def test_a_policy_with_a_negative_weight(folder: Path) -> None:
    message = said_of_policy(folder, "[weights]\necological = -0.5\n")
    assert message == "Policy mine.toml, line 3, weights.ecological: must not be negative."


def test_a_policy_with_a_unit_missing(folder: Path) -> None:
    message = said_of_policy(folder, '[[steps]]\nname = "near"\nradius = 50\n')
    assert message == (
        "Policy mine.toml, line 4, steps.radius: the unit is missing: write radius_km."
    )


def test_a_tariff_with_a_price_missing(folder: Path) -> None:
    change(folder, "tariffs.csv", 4, "price_minor", "")
    assert said(folder).startswith("tariffs.csv, line 4, column price_minor: ")


def test_a_tariff_with_a_hole_that_makes_a_heavier_parcel_cheaper(folder: Path) -> None:
    change(folder, "tariffs.csv", 4, "price_minor", "1")
    message = said(folder)
    assert message.startswith("tariffs.csv, from line 2, column price_minor: Tariff of ")
    assert "a heavier parcel costs less; a bracket is missing or wrong." in message


def test_no_tariff_at_all(folder: Path) -> None:
    header = (folder / "tariffs.csv").read_text().splitlines()[0]
    (folder / "tariffs.csv").write_text(header + "\n")
    assert "tariffs.csv" in said(folder)


def test_a_factor_in_another_unit(folder: Path) -> None:
    with (folder / "factors.csv").open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    line = names.index("trunk_truck") + 2
    change(folder, "factors.csv", line, "unit", "g/t.km")
    assert said(folder).startswith(
        f"factors.csv, from line {line}, column name: Factor trunk_truck: the unit is “g/t.km”"
    )


@pytest.mark.parametrize(("column", "value"), [("lat", ""), ("lon", ""), ("lat", "95.0")])
def test_a_location_without_coordinates(folder: Path, column: str, value: str) -> None:
    change(folder, "locations.csv", 3, column, value)
    assert said(folder).startswith(f"locations.csv, line 3, column {column}: ")


def test_stock_for_an_unknown_sku(folder: Path) -> None:
    (folder / "stock.csv").write_text("location,sku,on_hand\nW01,10002,9\nW01,nothing,9\n")
    message = said(folder)
    assert message.startswith("stock.csv, line 3, column sku: ")
    assert "nothing" in message


def test_stock_at_an_unknown_location(folder: Path) -> None:
    (folder / "stock.csv").write_text("location,sku,on_hand\nX9,10002,9\n")
    assert said(folder).startswith("stock.csv, line 2, column location: ")


def lines(*given: object) -> dict[str, object]:
    return ORDER | {"lines": list(given)}


def some_articles(count: int) -> list[list[object]]:
    with (DEMO / "articles.csv").open(encoding="utf-8") as file:
        return [[row["sku"], 1] for row in csv.DictReader(file)][:count]


@pytest.mark.parametrize(
    ("order", "field", "cause"),
    [
        (lambda: lines(), "lines", "0 lines; between 1 and 500"),
        (lambda: lines(*some_articles(501)), "lines", "501 lines; between 1 and 500"),
        (lambda: lines(["10002", 10**9]), "lines", "1000000000"),
        (lambda: lines(["10002", 0]), "lines", "quantity"),
        (lambda: lines(["ghost", 1]), "lines", "there is no article ghost"),
        (lambda: ORDER | {"lat": None}, "lat, lon", ""),
        (lambda: ORDER | {"lat": 95.0}, "lat, lon", ""),
        (lambda: ORDER | {"placed_at": "yesterday"}, "placed_at", "yesterday"),
        (lambda: ORDER | {"placed_at": "2026-11-24T10:00:00"}, "placed_at", "zone"),
        (lambda: ORDER | {"speed": 9}, "speed", "unknown field speed"),
        (lambda: [1, 2], "order", "not an object"),
    ],
)
def test_an_order_that_cannot_be(
    folder: Path, order: Callable[[], object], field: str, cause: str
) -> None:
    write_orders(folder, ORDER, order())
    message = said(folder)
    assert message.startswith(f"orders.jsonl, line 2, field {field}: this order cannot be used (")
    assert cause in message


def test_an_order_of_five_hundred_lines_is_within_the_limit(folder: Path) -> None:
    articles = some_articles(500)
    stock = "".join(f"W01,{sku},9\n" for sku, _ in articles)
    (folder / "stock.csv").write_text("location,sku,on_hand\n" + stock)
    write_orders(folder, lines(*articles))
    arguments = [str(folder), "--out", str(folder / "out"), "--no-sweep", "--workers", "1"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    summary = json.loads((folder / "out" / "summary.json").read_text())["policies"][0]
    assert (summary["sourced"], summary["fill_rate"]) == (1, 1.0)
