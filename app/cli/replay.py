"""`comptoir replay`: a scenario under one or more policies, with figures and a report."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from importlib.resources import files
from multiprocessing.managers import ValueProxy
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from sync.central.catalogue.imports.table import ImportReport, read_text
from sync.domain.errors import InvalidInput
from sync.i18n import I18n
from sync.replay.compare import show
from sync.replay.report import Front, render
from sync.replay.run import Scenario, Tally, replay, sweep_policies
from sync.replay.scenario import load_scenario
from sync.sourcing import Decision, Policy
from sync.sourcing.policy.compare import PolicyDiff
from sync.sourcing.policy.compare import compare as diff_policies
from sync.sourcing.policy.policy_file import parse_policy

app = typer.Typer(pretty_exceptions_enable=False)
SWEEP_ORDERS = 400
POLL_SECONDS = 0.2
COUNT_EVERY = 20
DIFFERENCES_SHOWN = 50
ERRORS_MAX = 100
LEFT_OUT_FILE = "left_out.jsonl"
LEFT_OUT_SHOWN = 20


Task = tuple[Scenario, Policy, bool, bool]


@dataclass(frozen=True)
class Result:
    """What became of a scenario under one policy."""

    tally: Tally
    decisions: tuple[Decision, ...]


@app.command("replay")
def replay_command(
    scenario: Annotated[str, typer.Argument(help="A folder, or demo for the real web orders.")],
    policy: Annotated[list[Path] | None, typer.Option(help="A policy; give several.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("replay"),
    orders: Annotated[int, typer.Option(help="Only the first orders; 0 for all.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes; 1 for none beside this one.")] = 2,
    sweep: Annotated[bool, typer.Option(help="Show what each weight does.")] = True,
    reasons: Annotated[bool, typer.Option(help="Keep a reason for every location.")] = False,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Names of two of the policies to compare; the first two when not given."),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the report: fr or en.")] = "en",
    errors_max: Annotated[
        int, typer.Option(help="Rows of the scenario that may be left out; 0 for none.")
    ] = ERRORS_MAX,
) -> None:
    """Try sourcing policies on past orders; nothing of the live stock is touched."""
    policies = [read_policy(path) for path in policy or []] or [default_policy()]
    pair = _pair(policies, compare)
    report = ImportReport()
    given = load_scenario(scenario, report)
    refuse_too_many(report, errors_max)
    if orders:
        given = given.first(orders)
    words, console = I18n(language), Console()
    sample = given.first(SWEEP_ORDERS)
    sweeps = sweep_policies(policies[0]) if sweep else []
    tasks = [(given, each, True, reasons) for each in policies]
    tasks += [(sample, each, False, False) for _, _, each in sweeps]
    if sweep and len(given.orders) > SWEEP_ORDERS:  # dots of one picture are of the same orders
        tasks += [(sample, each, False, False) for each in policies]
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task(
            words.t("Replaying"), total=sum(len(task[0].orders) for task in tasks)
        )
        results = run_all(tasks, workers, lambda done: progress.update(bar, completed=done))
    found = results[: len(policies)]
    after = results[len(policies) :]
    swept = [
        (name, factor, r.tally)
        for (name, factor, _), r in zip(sweeps, after[: len(sweeps)], strict=True)
    ]
    front = [result.tally for result in after[len(sweeps) :] or found]
    write_results(out, given, found, report)
    write_left_out(out, scenario, report)
    diff = _diff(out, found, pair)
    tallies = [result.tally for result in found]
    page = render(given, tallies, Front(front, swept), words, diff, report.left_out)
    (out / "report.html").write_text(page, encoding="utf-8")
    _say_left_out(out, report, words, console)
    for result in found:
        console.print_json(json.dumps(_short(result.tally.summary())))
    if diff is not None:
        show(diff, words, console)
    console.print(words.t("The report is {path}.", path=str(out / "report.html")))


def _say_left_out(out: Path, report: ImportReport, words: I18n, console: Console) -> None:
    if not report.left_out:
        return
    for error in report.left_out[:LEFT_OUT_SHOWN]:
        console.print(str(error), style="yellow", markup=False)
    told = words.n(
        "{count} row was left out; it is in {path}.",
        "{count} rows were left out; they are in {path}.",
        len(report.left_out),
        path=str(out / LEFT_OUT_FILE),
    )
    console.print(told)


def _pair(policies: Sequence[Policy], names: tuple[str, str] | None) -> tuple[int, int] | None:
    """Places of the two policies to be compared; raises InvalidInput for a name that is none."""
    if names is None:
        return (0, 1) if len(policies) > 1 else None
    known = [policy.name for policy in policies]
    for name in names:
        if name not in known:
            raise InvalidInput(
                "There is no policy {name} to compare. Those of this replay are {known}.",
                code="replay.compare",
                name=name,
                known=", ".join(known),
            )
    return known.index(names[0]), known.index(names[1])


def _diff(out: Path, found: Sequence[Result], pair: tuple[int, int] | None) -> PolicyDiff | None:
    """The diff of the two policies, written to diff.json."""
    if pair is None:
        return None
    one, two = (found[place] for place in pair)
    lost = one.tally.lost_margin_micro, two.tally.lost_margin_micro
    diff = diff_policies(one.tally.policy, one.decisions, two.tally.policy, two.decisions, lost)
    text = json.dumps(diff.to_wire(), indent=2, ensure_ascii=False)
    (out / "diff.json").write_text(text + "\n", encoding="utf-8")
    return diff


def run_all(
    tasks: Sequence[Task],
    workers: int,
    on_progress: Callable[[int], None],
    executor: Executor | None = None,
) -> list[Result]:
    """Replay each (scenario, policy, keep decisions, with reasons), side by side.

    `executor`: any other one, such as a cluster's; progress is then told task by task.
    """
    if executor is not None:
        return [future.result() for future in [executor.submit(run_one, *t) for t in tasks]]
    if workers <= 1 or len(tasks) == 1:
        done = 0
        results = []
        for task in tasks:
            results.append(run_one(*task, count=_after(done, on_progress)))
            done += len(task[0].orders)
        return results
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        counter = manager.Value("i", 0)
        lock = manager.Lock()
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            futures = [pool.submit(_in_child, *task, counter, lock) for task in tasks]
            _wait(futures, counter, on_progress)
            return [future.result() for future in futures]


def _after(done: int, on_progress: Callable[[int], None]) -> Callable[[int], None]:
    return lambda more: on_progress(done + more)


def _wait(
    futures: list[Future[Result]], counter: ValueProxy[int], on_progress: Callable[[int], None]
) -> None:
    left = set(futures)
    while left:
        _, left = wait(left, timeout=POLL_SECONDS)
        on_progress(counter.value)


def _in_child(
    scenario: Scenario,
    policy: Policy,
    keep: bool,
    reasons: bool,
    counter: ValueProxy[int],
    lock: Any,
) -> Result:
    told = 0

    def count(done: int) -> None:
        nonlocal told
        with lock:
            counter.value += done - told
        told = done

    return run_one(scenario, policy, keep, reasons, count=count)


def run_one(
    scenario: Scenario,
    policy: Policy,
    keep: bool,
    reasons: bool,
    *,
    count: Callable[[int], None] = lambda done: None,
) -> Result:
    """One replay; `count` hears every so often how many orders are done."""
    tally = Tally(policy)
    decisions = []
    for request, decision in replay(scenario, policy, explain=reasons):
        tally.add(request, decision)
        if keep:
            decisions.append(decision)
        if tally.orders % COUNT_EVERY == 0:
            count(tally.orders)
    count(tally.orders)
    return Result(tally, tuple(decisions))


def differences(results: Sequence[Result]) -> list[tuple[Decision, Decision]]:
    """Orders that the first two policies fill from different locations."""
    if len(results) < 2:
        return []
    pairs = zip(results[0].decisions, results[1].decisions, strict=True)
    return [(one, two) for one, two in pairs if one.locations != two.locations]


def refuse_too_many(report: ImportReport, errors_max: int) -> None:
    """Raise the error when one is too many, else InvalidInput when more rows than `errors_max`
    cannot be used."""
    left_out = report.left_out
    if left_out and errors_max == 0:
        raise left_out[0]
    if len(left_out) > errors_max:
        raise InvalidInput(
            "{count} rows of the scenario cannot be used, more than the {maximum} of "
            "--errors-max. Nothing was replayed. The first is: {first}",
            code="scenario.too_many",
            count=len(left_out),
            maximum=errors_max,
            first=str(left_out[0]),
        )


def write_left_out(out: Path, scenario: str, report: ImportReport) -> None:
    """Each row that was left out, whole, with its place and the reason: one JSON object a line."""
    path = out / LEFT_OUT_FILE
    if not report.left_out:
        path.unlink(missing_ok=True)
        return
    texts: dict[str, list[str]] = {}
    with path.open("w", encoding="utf-8") as lines:
        for error in report.left_out:
            name = error.file
            if name not in texts:
                texts[name] = read_text(Path(scenario), name).splitlines()
            row = texts[name][error.line - 1] if 0 < error.line <= len(texts[name]) else ""
            told = {
                "file": name,
                "line": error.line,
                "column": error.column,
                "code": error.code,
                "reason": str(error),
                "row": row,
            }
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")


def write_results(
    out: Path, scenario: Scenario, results: Sequence[Result], report: ImportReport
) -> None:
    """decisions.jsonl, one decision a line, and summary.json, by policy."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "decisions.jsonl").open("wb") as lines:
        for result in results:
            for decision in result.decisions:
                lines.write(decision.canonical_bytes() + b"\n")
    changed = differences(results)
    summary = {
        "scenario": scenario.name,
        "orders": len(scenario.orders),
        "rows_left_out": {"all": len(report.left_out), **report.by_code()},
        "locations": sum(location.holds_stock for location in scenario.locations),
        "policies": [result.tally.summary() for result in results],
        "orders_filled_differently": len(changed),
        "first_differences": [
            {
                "order": one.order_number,
                "locations": [list(one.locations), list(two.locations)],
                "cost_eur": [round(one.cost.total, 2), round(two.cost.total, 2)],
            }
            for one, two in changed[:DIFFERENCES_SHOWN]
        ],
    }
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")


def _short(summary: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in summary.items() if key != "orders_per_location"}


def read_policy(path: Path) -> Policy:
    """A policy file; its name without `.toml` names the policy."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "Policy {file} cannot be read: {problem}.",
            code="policy.file",
            file=str(path),
            problem=str(error),
        ) from error
    return parse_policy(text, path.stem, path.name)


def default_policy() -> Policy:
    """The policy that Comptoir starts with."""
    text = (files("assets") / "policies" / "default.toml").read_text("utf-8")
    return parse_policy(text, "default")
