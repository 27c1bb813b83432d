"""`comptoir bench server`: what an order costs the server on the path that devices take, beside the
bare engine; and whether one giant order holds up the small ones, over HTTP."""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import httpx
import numpy as np
import sqlalchemy as sa
import typer
from rich.console import Console

from sync.central.allocation import allocate as orchestration
from sync.central.allocation.requests import groups
from sync.central.composition import Central
from sync.central.device_sync import handle_command
from sync.central.records.order_record import OrderRecord
from sync.domain.order import FulfilmentMode, Order
from sync.protocol.codec import to_json
from sync.protocol.commands import Outcome
from sync.sourcing.engine import source
from tools.benchmarks.docs import write_section
from tools.benchmarks.figure import Figure
from tools.benchmarks.report import machine, plain_figure, show
from tools.benchmarks.server_world import (
    NOW,
    Orders,
    command,
    fill,
    open_central,
    serve_folder,
    till,
)

app = typer.Typer(pretty_exceptions_enable=False)
STATED = float("inf")
SIZES = (65, 5000)
WARM, ROUNDS = 10, 60
CPU_MS_MAX, STATEMENTS_MAX, BESIDE_MAX = 10.0, 20.0, 2.0
CLIENTS, SMALL = 6, 240
GIANT_LINES, GIANT_PIECES, GIANT_SERIAL = 60, 11, 500_000
MIXED = (FulfilmentMode.CARRY_OUT, FulfilmentMode.SHIP_HOME, FulfilmentMode.COLLECT)


@app.command("server")
def server(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    rounds: Annotated[int, typer.Option(help="Orders measured at each size.")] = ROUNDS,
    small: Annotated[int, typer.Option(help="Small orders over HTTP, alone and beside.")] = SMALL,
    docs: Annotated[Path | None, typer.Option(help="Write the table into this page.")] = None,
) -> None:
    """Measure the server: an order's CPU and statements, and small orders beside a giant one."""
    figures = server_figures(rounds, small)
    if docs is not None:
        write_section(docs, "server", machine(), figures)
    if as_json:
        report = {
            "bench": "server",
            "machine": machine(),
            "figures": [plain_figure(figure) for figure in figures],
        }
        Console().print_json(json.dumps(report))
    else:
        show(figures, [])


def server_figures(rounds: int = ROUNDS, small: int = SMALL) -> list[Figure]:
    """An order's cost at each size beside the bare engine's, and small orders beside a giant."""
    figures = [figure for size in SIZES for figure in order_figures(size, rounds)]
    return figures + http_figures(small)


def order_figures(size: int, rounds: int = ROUNDS) -> list[Figure]:
    """CPU and statements of an order of three lines at `size` locations, and the bare engine's."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        central = open_central(Path(folder))
        fill(central, size)
        orders = Orders(till(central))
        home, statements = _placed(central, orders, rounds, lambda n: orders.shipped(3 * n, 3))
        mixed, mixed_statements = _placed(central, orders, rounds, lambda n: _mixed(orders, n))
        bare = median(_bare(central, orders.shipped(3 * n, 3)) for n in range(rounds))
        central.close()
    how = f"processor time of the process, median of {rounds}"
    return [
        Figure(
            f"place_order, 3 lines shipped, {size} locations",
            home * 1e3,
            CPU_MS_MAX,
            "lower",
            "ms",
            f"{how}; the bare engine on the same request {bare * 1e3:.2f} ms",
        ),
        Figure(
            f"place_order, statements, {size} locations",
            statements,
            STATEMENTS_MAX,
            "lower",
            "",
            "BEGIN counted, the look before the decision too",
        ),
        Figure(
            f"place_order, 1 carried, 1 shipped, 1 collected, {size} locations",
            mixed * 1e3,
            STATED,
            "lower",
            "ms",
            f"{how}; two decisions, {mixed_statements} statements",
        ),
        Figure(
            f"bare engine, 3 lines, {size} locations",
            bare * 1e3,
            STATED,
            "lower",
            "ms",
            f"{how}; without reasons, on a copy of the stock that is there already",
        ),
    ]


def _mixed(orders: Orders, number: int) -> Order:
    skus = (f"A{(3 * number + n) % 80:02}" for n in range(3))
    return orders.make(*((sku, 1, mode) for sku, mode in zip(skus, MIXED, strict=True)))


def _placed(
    central: Central, orders: Orders, rounds: int, make: Callable[[int], Order]
) -> tuple[float, float]:
    """Processor seconds and statements of an order, by the way that a till's commands take."""
    assert orders.device is not None
    took = []
    for number in range(WARM + rounds):
        sent = command(make(number))
        start = time.process_time()
        answer = handle_command.handle(central.context, orders.device, sent)
        took.append(time.process_time() - start)
        assert answer.outcome is Outcome.APPLIED, answer
        assert answer.result["unfilled"] == 0, answer
    with _counting(central) as counted:
        handle_command.handle(central.context, orders.device, command(make(WARM + rounds)))
    return median(took[WARM:]), counted[0]


@contextmanager
def _counting(central: Central) -> Iterator[list[int]]:
    counted = [0]

    def note(*_: Any) -> None:
        counted[0] += 1

    sa.event.listen(central.database.engine, "before_cursor_execute", note)
    yield counted
    sa.event.remove(central.database.engine, "before_cursor_execute", note)


def _bare(central: Central, order: Order) -> float:
    ctx = central.context
    inputs = orchestration.inputs_of(ctx)
    wanted = {line.line_id: line.quantity for line in order.lines}
    (group,) = groups(ctx, NOW, OrderRecord(order, {}), wanted)
    copy = ctx.view.copy([line.sku for line in order.lines])
    days = orchestration.calendar(ctx.reference, NOW.year)
    start = time.process_time()
    source(
        group.request,
        inputs.network,
        copy,
        inputs.policy,
        inputs.tables,
        calendar=days,
        explain=False,
    )
    return time.process_time() - start


def http_figures(small: int = SMALL, size: int = SIZES[0]) -> list[Figure]:
    """Small orders from the web shop over HTTP, alone and while giant ones are decided."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        central = open_central(Path(folder))
        fill(central, size)
        central.close()
        with served(Path(folder)) as http:
            orders = Orders()
            _small_orders(http, orders, CLIENTS * 2)
            alone = _small_orders(http, orders, small)
            with _giants(http) as giants:
                beside = _small_orders(http, orders, small)
    ms = [np.percentile(np.array(times) * 1e3, [50, 99]) for times in (alone, beside)]
    how = (
        f"{CLIENTS} clients at once, 3 lines, {size} locations, {small} orders each; beside: one "
        f"order of {GIANT_LINES} lines x {GIANT_PIECES} pieces after the other, {len(giants)} of "
        f"them, {median(giants):.2f} s each"
    )
    named = [
        (f"small orders {where}, p{share}", ms[row][column])
        for row, where in enumerate(("alone", "beside a giant"))
        for column, share in enumerate((50, 99))
    ]
    ratio = ms[1][1] / ms[0][1]
    return [
        Figure("small orders' p99, beside a giant", ratio, BESIDE_MAX, "lower", "times", how),
        *(Figure(name, value, STATED, "lower", "ms", "over HTTP") for name, value in named),
    ]


@contextmanager
def served(folder: Path) -> Iterator[httpx.Client]:
    """A client of a server in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=serve_folder, args=(folder, theirs))
    process.start()
    port, key = ours.recv()
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=120,
        ) as http:
            yield http
    finally:
        process.terminate()
        process.join()


def _post(http: httpx.Client, order: Order) -> float:
    """Seconds until the order is answered."""
    body = to_json(order)
    start = time.perf_counter()
    answer = http.post("/v1/orders", content=body, headers={"Content-Type": "application/json"})
    took = time.perf_counter() - start
    assert answer.status_code == 200, answer.text
    return took


def _small_orders(http: httpx.Client, orders: Orders, count: int) -> list[float]:
    """Seconds of each of `count` orders, sent by several clients at once."""
    waiting = [orders.shipped(3 * number, 3) for number in range(count)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(lambda order: _post(http, order), waiting))


@contextmanager
def _giants(http: httpx.Client) -> Iterator[list[float]]:
    """Giant orders, one after the other, while the block runs; gives the seconds of each."""
    took: list[float] = []
    enough = threading.Event()
    maker = Orders(serial=GIANT_SERIAL)

    def work() -> None:
        while not enough.is_set():
            took.append(_post(http, maker.shipped(0, GIANT_LINES, GIANT_PIECES)))

    giant = threading.Thread(target=work)
    giant.start()
    try:
        yield took
    finally:
        enough.set()
        giant.join()
