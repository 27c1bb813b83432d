"""A scenario with dirt in it: what can be used is replayed, what cannot is listed whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.replay import app
from sync.domain.errors import InvalidInput
from tests.app.cli.scenario_folder import ORDER
from tests.app.cli.test_bad_input import change, folder, write_orders

__all__ = ["folder"]


def replayed(folder: Path, *more: str) -> tuple[str, dict[str, Any]]:
    out = folder / "out"
    arguments = [str(folder), "--out", str(out), "--no-sweep", "--workers", "1", *more]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text())
    return result.output, summary


def left_out(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "out" / "left_out.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_rows_that_cannot_be_are_listed_whole_and_the_rest_is_replayed(folder: Path) -> None:
    (folder / "stock.csv").write_text(
        "location,sku,on_hand\nW01,10002,900\nW01,nothing,9\nX9,10002,9\nW01,10002,5\nW02,10002,x\n"
    )
    change(folder, "articles.csv", 5, "price_minor", "free")
    write_orders(
        folder,
        ORDER,
        ORDER | {"order": "A-2", "lines": [["ghost", 1]]},
        ORDER,
        ORDER | {"order": "A-3"},
        ["not an order"],
    )
    output, summary = replayed(folder)
    assert summary["orders"] == 2
    assert summary["policies"][0]["sourced"] == 2
    assert summary["rows_left_out"] == {
        "all": 8,
        "feed.duplicate": 1,
        "feed.not_whole": 2,
        "feed.unknown": 2,
        "scenario.order": 2,
        "scenario.order_twice": 1,
    }
    listed = left_out(folder)
    assert [(row["file"], row["line"], row["column"]) for row in listed] == [
        ("articles.csv", 5, "price_minor"),
        ("orders.jsonl", 2, "lines"),
        ("orders.jsonl", 3, "order"),
        ("orders.jsonl", 5, "order"),
        ("stock.csv", 3, "sku"),
        ("stock.csv", 4, "location"),
        ("stock.csv", 5, "location"),
        ("stock.csv", 6, "on_hand"),
    ]
    assert listed[4]["row"] == "W01,nothing,9"
    assert json.loads(listed[1]["row"])["lines"] == [["ghost", 1]]
    assert "there is no article ghost" in listed[1]["reason"]
    assert "order A-1 stands in line 1 already" in listed[2]["reason"]
    assert "“W01” is already in stock.csv, line 2" in listed[6]["reason"]
    assert "8 rows were left out" in output.replace("\n", " ")
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "8 rows left out" in page
    assert "there is no article ghost" in page


def test_more_dirt_than_the_limit_stops_the_replay_with_its_first_row(folder: Path) -> None:
    (folder / "stock.csv").write_text("location,sku,on_hand\nW01,10002,9\n" + "X9,10002,9\n" * 4)
    arguments = [str(folder), "--out", str(folder / "out"), "--no-sweep", "--errors-max", "3"]
    with pytest.raises(InvalidInput) as caught:
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    message = str(caught.value)
    assert message.startswith("4 rows of the scenario cannot be used, more than the 3 of")
    assert "stock.csv, line 3, column location" in message
    assert not (folder / "out").exists()


def test_a_scenario_without_dirt_has_no_list_and_a_list_of_before_goes(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "left_out.jsonl").write_text("{}\n")
    _, summary = replayed(folder)
    assert summary["rows_left_out"] == {"all": 0}
    assert not (folder / "out" / "left_out.jsonl").exists()


def test_orders_are_collected_where_they_say(folder: Path) -> None:
    write_orders(
        folder,
        {k: v for k, v in ORDER.items() if k not in ("lat", "lon")} | {"collect_at": "S005"},
        ORDER | {"order": "A-2", "collect_at": "W01"},
        ORDER | {"order": "A-3", "service": "fleche:express", "customer_class": "gold"},
    )
    (folder / "stock.csv").write_text("location,sku,on_hand\nS005,10002,900\nW01,10002,900\n")
    _, summary = replayed(folder)
    assert summary["rows_left_out"] == {"all": 1, "scenario.order": 1}
    decisions = (folder / "out" / "decisions.jsonl").read_text().splitlines()
    first, second = (json.loads(line)["shipments"][0] for line in decisions)
    assert (first["location"], first["service"]) == ("S005", "counter")
    assert second["service"] == "fleche:express"


def settings(folder: Path, text: str) -> None:
    (folder / "scenario.toml").write_text(text, encoding="utf-8")


def test_settings_say_country_zone_and_name(folder: Path) -> None:
    settings(folder, 'name = "Winter"\ncountry = "DE"\ntime_zone = "Europe/Berlin"\n')
    _, summary = replayed(folder)
    assert summary["scenario"] == "Winter"
    # No carrier goes to a home in Germany: the country of the orders is the scenario's.
    assert summary["policies"][0]["unfillable"] == 1
    write_orders(folder, ORDER | {"country": "FR"})
    _, summary = replayed(folder)
    assert summary["policies"][0]["sourced"] == 1


def test_a_default_volume_makes_goods_bulky(folder: Path) -> None:
    (folder / "policy.toml").write_text('version = "1"\n[filters]\nservices = ["fleche:express"]\n')
    articles = (folder / "articles.csv").read_text(encoding="utf-8").splitlines()
    bare = [line.rsplit(",", 2)[0] for line in articles]
    (folder / "articles.csv").write_text("\n".join(bare) + "\n", encoding="utf-8")
    policy = ("--policy", str(folder / "policy.toml"))
    _, light = replayed(folder, *policy)
    settings(folder, "volume_cm3 = 20000\n")
    _, bulky = replayed(folder, *policy)
    cash = [found["policies"][0]["cash_eur"]["tariff"] for found in (light, bulky)]
    assert cash[1] > cash[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('zone = "x"', "scenario.toml, zone: is not known; known are name"),
        ("country = 3", "scenario.toml, country: must be a text in quotes"),
        ("replenish_days = -1", "scenario.toml, replenish_days: must be a whole number"),
        ("replenish_days = true", "scenario.toml, replenish_days: must be a whole number"),
        ('time_zone = "Mars/Olympus"', "scenario.toml, time_zone: there is no time zone Mars"),
        ("country =", "scenario.toml, TOML: "),
    ],
)
def test_a_wrong_setting_is_named(folder: Path, text: str, said: str) -> None:
    settings(folder, text + "\n")
    arguments = [str(folder), "--out", str(folder / "out"), "--no-sweep"]
    with pytest.raises(InvalidInput) as caught:
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert str(caught.value).startswith(said)
