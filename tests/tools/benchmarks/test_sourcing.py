"""The benchmark's own parts: the same optimum from every solver, a page that is written once."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sync.domain.errors import InvalidInput, Unavailable
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.milp import solve_milp
from sync.sourcing.solver.problem import Problem
from sync.sourcing.solver.solve import Solved, solve
from tools.benchmarks import peer_figures as bench_peers
from tools.benchmarks import sourcing as bench_sourcing
from tools.benchmarks.docs import growth_picture, write_section
from tools.benchmarks.figure import Figure
from tools.benchmarks.highs import lean_highs, whole_highs
from tools.benchmarks.instances import plain, rich
from tools.benchmarks.ma import Fluid, ma_figures
from tools.benchmarks.ma import Outcome as Comparison
from tools.benchmarks.ma_network import instance, sequence
from tools.benchmarks.optimality import compare, optimality
from tools.benchmarks.replay import replay_figures
from tools.benchmarks.wholesale import wholesale_figures

FIGURE = Figure("speed", 3.0, 2.0, "higher", "times", "by hand")


@pytest.mark.parametrize("seed", range(6))
def test_three_models_of_a_plain_order_have_one_optimum(seed: int) -> None:
    problem = plain(np.random.default_rng(seed), 4, 60, 0.3)
    ours = solve(problem).plan.cost
    assert lean_highs(problem) == pytest.approx(ours, abs=2)
    assert solve_milp(problem, Budget(30_000), reduced=False).cost == ours


@pytest.mark.parametrize("seed", range(6))
def test_leaving_out_dominated_options_changes_no_optimum(seed: int) -> None:
    problem = rich(np.random.default_rng(seed), 5, 25, 0.4, 3)
    whole = solve_milp(problem, Budget(30_000), reduced=False)
    small = solve_milp(problem, Budget(30_000))
    assert small.sent(5).sum() == whole.sent(5).sum()
    assert small.cost == whole.cost == solve(problem).plan.cost


def test_the_worst_of_a_few_random_orders_is_the_optimum() -> None:
    (figure,) = optimality(5)
    assert figure.value == pytest.approx(1.0, abs=1e-9)
    assert figure.holds


def test_a_section_replaces_itself_and_leaves_the_others(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    write_section(page, "one", {"cpus": 2}, [FIGURE])
    write_section(page, "two", {"cpus": 2}, [FIGURE])
    before = page.read_text()
    write_section(page, "one", {"cpus": 2}, [FIGURE], ["Peer: not installed."])
    after = page.read_text()
    assert after.count("## one") == after.count("## two") == 1
    assert after.replace("\n\n- Peer: not installed.", "") == before
    assert "| speed | 3 times | >= 2 | yes | by hand |" in after


def test_a_part_measured_alone_changes_its_rows_only(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    slow = replace(FIGURE, name="other", value=1.0)
    write_section(page, "one", {"cpus": 2}, [FIGURE, slow], ["Peer: not installed."], "a.svg")
    before = page.read_text()
    faster = replace(slow, value=5.0)
    write_section(page, "one", {"cpus": 2}, [faster], None)
    assert page.read_text() == before.replace(
        "| other | 1 times | >= 2 | **no** |", "| other | 5 times | >= 2 | yes |"
    )


def test_the_picture_of_growth_has_a_dot_for_each_point() -> None:
    picture = growth_picture({"lines": [(1, 0.1), (2, 0.2)], "locations": [(100, 0.1)]}, "ms")
    assert picture.count("<circle") == 3


@pytest.mark.parametrize("seed", range(8))
def test_a_model_that_shares_no_code_has_the_same_optimum(seed: int) -> None:
    problem = rich(np.random.default_rng(seed), 4, 20, 0.4, 3)
    ours = solve(problem).plan
    theirs = whole_highs(problem, 30.0)
    assert theirs.proven
    assert theirs.pieces == int(ours.sent(4).sum())
    assert theirs.cost == pytest.approx(ours.cost, rel=1e-7)


def test_a_worse_plan_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.benchmarks import optimality as bench_optimality

    def dearer(problem: Problem, budget: Budget) -> Solved:
        solved = solve(problem, budget)
        return replace(solved, plan=replace(solved.plan, cost=solved.plan.cost * 1.01))

    monkeypatch.setattr(bench_optimality, "solve", dearer)
    (figure,) = optimality(3)
    assert figure.value == pytest.approx(1.01)
    assert not figure.holds


def test_an_order_is_the_same_whenever_it_is_compared() -> None:
    assert compare(5) == compare(5)


def test_hindsight_is_a_bound_on_the_orders_that_came() -> None:
    rng = np.random.default_rng((1, 25))
    given = instance(rng, 0.25)
    fluid = Fluid(given, np.random.default_rng(1))
    expected = fluid.solve(given.stock, 1.0)[0]
    assert fluid.hindsight(sequence(rng, given)) == pytest.approx(expected, rel=0.2)
    fluid.demand(10_000 * given.chance)
    assert fluid.solve(given.stock, 1.0)[0] == pytest.approx(expected, rel=1e-9)


def test_where_nobody_can_be_better_that_is_said() -> None:
    same = dict.fromkeys(("none", "static", "renewed"), 1.0)
    assert Comparison(same, same, room=0.0).unbeatable
    assert not Comparison(same, same, room=0.0).better
    assert not Comparison(same, same, room=0.01).unbeatable


def test_the_table_of_the_generator_has_a_fill_rate_beside_each_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tools.benchmarks import ma as bench_ma

    monkeypatch.setattr(bench_ma, "GOALS", {0.25: 1.003})
    cost, better, unfilled = ma_figures(1, 1)
    assert 0.9 < cost.value < 1.1
    assert better.unit == unfilled.unit == "%"
    assert unfilled.value == pytest.approx(unfilled.goal, abs=2.0)


def test_real_large_orders_are_solved() -> None:
    proven, gap = wholesale_figures(2)
    assert proven.value == 100
    assert gap.value == 0


def test_a_replay_fills_orders_under_both_policies() -> None:
    (figure,) = replay_figures(20)
    assert figure.value > 0
    assert "20 orders replayed under each policy" in figure.how


def test_a_program_that_ends_without_an_answer_is_said_to_be_missing() -> None:
    with (
        bench_peers.Child([sys.executable, "-c", "pass"]) as child,
        pytest.raises(Unavailable) as raised,
    ):
        child.process.wait()
        child.ask({})
    assert raised.value.code == "bench.peer"


def test_a_program_answers_line_by_line() -> None:
    echo = "import sys\nfor line in sys.stdin: print(line.strip(), flush=True)"
    with bench_peers.Child([sys.executable, "-c", echo]) as child:
        assert child.ask([1, 2]) == [1, 2]
        assert child.ask({"a": None}) == {"a": None}


def test_what_is_not_installed_is_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert bench_peers.cpsat_figures() == []
    cpsat, gpl = bench_peers.left_out(None)
    assert "pip install 'comptoir[bench]'" in cpsat
    assert "--peers FOLDER" in gpl


def test_cp_sat_has_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ortools", reason="CP-SAT is an extra: pip install 'comptoir[bench]'")
    monkeypatch.setattr(bench_peers, "LOCATIONS", 30)
    monkeypatch.setattr(bench_peers, "CPSAT_ROUNDS", 1)
    faster, same = bench_peers.cpsat_figures()
    assert faster.value > 0
    assert same.value == pytest.approx(1.0, abs=1e-9)


def test_a_part_that_does_not_exist_is_refused_with_the_list() -> None:
    with pytest.raises(InvalidInput, match=r"There is no part speed\. The parts are highs,"):
        CliRunner().invoke(bench_sourcing.app, ["--only", "speed"], catch_exceptions=False)


def test_json_is_one_object_that_any_reader_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    # Values come from numpy, which json does not write.
    stated = Figure("time", np.float64(1.0), float("inf"), "lower", "ms", "")
    monkeypatch.setattr(bench_sourcing, "PARTS", {"one": lambda run: [FIGURE, stated]})
    result = CliRunner().invoke(bench_sourcing.app, ["--json"], catch_exceptions=False)
    report = json.loads(result.stdout, parse_constant=lambda name: pytest.fail(name))
    assert report["bench"] == "sourcing"
    assert report["figures"][0]["holds"] is True
    assert report["figures"][1]["goal"] is None
