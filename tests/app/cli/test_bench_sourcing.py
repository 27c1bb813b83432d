"""The benchmark's own parts: the same optimum from every solver, a page that is written once."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from comptoir.app.cli.bench_docs import growth_picture, write_section
from comptoir.app.cli.bench_figure import Figure
from comptoir.app.cli.bench_highs import lean_highs
from comptoir.app.cli.bench_instances import plain, rich
from comptoir.app.cli.bench_sourcing import optimality
from comptoir.sync.sourcing.milp import solve_milp
from comptoir.sync.sourcing.solve import solve

FIGURE = Figure("speed", 3.0, 2.0, "higher", "times", "by hand")


@pytest.mark.parametrize("seed", range(6))
def test_three_models_of_a_plain_order_have_one_optimum(seed):
    problem = plain(np.random.default_rng(seed), 4, 60, 0.3)
    ours = solve(problem).plan.cost
    assert lean_highs(problem) == pytest.approx(ours, abs=2)
    assert solve_milp(problem, 30.0, reduced=False).cost == ours


@pytest.mark.parametrize("seed", range(6))
def test_leaving_out_dominated_options_changes_no_optimum(seed):
    problem = rich(np.random.default_rng(seed), 5, 25, 0.4, 3)
    whole = solve_milp(problem, 30.0, reduced=False)
    small = solve_milp(problem, 30.0)
    assert small.sent(5).sum() == whole.sent(5).sum()
    assert small.cost == whole.cost == solve(problem).plan.cost


def test_the_worst_of_a_few_random_orders_is_the_optimum():
    (figure,) = optimality(5)
    assert figure.value == pytest.approx(1.0, abs=1e-9)
    assert figure.holds


def test_a_section_replaces_itself_and_leaves_the_others(tmp_path):
    page = tmp_path / "benchmarks.md"
    write_section(page, "one", {"cpus": 2}, [FIGURE])
    write_section(page, "two", {"cpus": 2}, [FIGURE])
    before = page.read_text()
    write_section(page, "one", {"cpus": 2}, [FIGURE], ["Peer: not installed."])
    after = page.read_text()
    assert after.count("## one") == after.count("## two") == 1
    assert after.replace("\n\n- Peer: not installed.", "") == before
    assert "| speed | 3 times | >= 2 | yes | by hand |" in after


def test_the_picture_of_growth_has_a_dot_for_each_point():
    picture = growth_picture({"lines": [(1, 0.1), (2, 0.2)], "locations": [(100, 0.1)]}, "ms")
    assert picture.count("<circle") == 3


def test_json_is_one_object_that_any_reader_takes(monkeypatch):
    from comptoir.app.cli import bench_sourcing

    # Values come from numpy, which json does not write.
    stated = Figure("time", np.float64(1.0), float("inf"), "lower", "ms", "")
    for name in ("speed_figures", "greedy_figures", "growth_figures", "decision_figures"):
        monkeypatch.setattr(bench_sourcing, name, lambda: [FIGURE, stated])
    arguments = ["--json", "--orders", "1", "--instances", "0", "--batch", "0"]
    result = CliRunner().invoke(bench_sourcing.app, arguments, catch_exceptions=False)
    report = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(name))
    assert report["bench"] == "sourcing"
    assert report["figures"][0]["holds"] is True
    assert report["figures"][1]["goal"] is None
