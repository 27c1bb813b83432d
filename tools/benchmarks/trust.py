"""`comptoir bench trust`: how fast the server answers others while one caller sends garbage as fast
as it can, with and without a key; and what a signed request costs."""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.protocol.journal import Entry, Head, canonical
from sync.protocol.signatures import sign
from tools.benchmarks.figure import Figure
from tools.benchmarks.report import machine, plain_figure, show
from tools.benchmarks.server_world import serve_folder

app = typer.Typer(pretty_exceptions_enable=False)
SIZES = {"1 MB": 1_000_000, "8 MiB": 8 * 1024 * 1024 - 64}
SLOWER_MAX, GROWN_MB_MAX, SIGN_MS_MAX = 3.0, 100.0, 1.0
PAUSE_S = 0.01


@app.command("trust")
def trust(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    asked: Annotated[int, typer.Option(help="Times that the status is asked for.")] = 100,
) -> None:
    """Measure the server under a flood of garbage, and what a signature costs."""
    figures = [_signing(), _journal(), *_floods(asked)]
    if as_json:
        told = [plain_figure(figure) for figure in figures]
        typer.echo(json.dumps({"bench": "trust", "machine": machine(), "figures": told}))
    else:
        show(figures, [])


def _signing() -> Figure:
    key, body = Ed25519PrivateKey.generate(), b"x" * 2000
    rounds, began = 500, time.process_time()
    for n in range(rounds):
        numbers = {"created": 1, "counter": n + 1}
        sign(key, "T0001", "POST", "https://c/v1/commands", body, **numbers, random=bytes(8))
    value = (time.process_time() - began) / rounds * 1000
    return Figure("signing a request of 2 kB", value, SIGN_MS_MAX, "lower", "ms CPU", "500 signed")


def _journal() -> Figure:
    """What the journal's entry of a sale costs: canonical form, hash, signature."""
    key, head, rounds = Ed25519PrivateKey.generate(), Head(), 500
    body = {"amount_minor": 1000, "lines": [{"sku": "A" * 8, "amount_minor": 100}] * 10}
    began = time.process_time()
    for seq in range(1, rounds + 1):
        entry = Entry(seq, "2026-11-27T10:00:00+00:00", "sale", canonical(body), 1000 * seq, 0)
        head = Head.of(entry.sealed(head.hash, "T0001", key))
    value = (time.process_time() - began) / rounds * 1000
    return Figure("journal entry of a sale", value, SIGN_MS_MAX, "lower", "ms CPU", "ten lines")


def _floods(asked: int) -> Iterator[Figure]:
    how = f"p99 of {asked} answers of /v1/status, flooded / idle, same run; one flooding caller"
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as (url, key, rss_mb):
        _p99(url, asked // 4)
        idle = _p99(url, asked)
        callers: dict[str, dict[str, str]] = {"a stranger": {}, "a key's holder": _bearer(key)}
        for who, headers in callers.items():
            for name, size in SIZES.items():
                before = rss_mb()
                garbage = b'{"commands":[' + b"1," * (size // 2) + b"1]}"
                with _flood(url, headers, garbage):
                    flooded = _p99(url, asked)
                    grown = rss_mb() - before
                beside, told = f"beside {who} sending {name}", "resident, at its end - before"
                slower = flooded / idle
                yield Figure(f"status {beside}", slower, SLOWER_MAX, "lower", "x idle", how)
                yield Figure(f"memory {beside}", grown, GROWN_MB_MAX, "lower", "MB", told)


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, str, Callable[[], float]]]:
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=serve_folder, args=(folder, theirs))
    process.start()
    try:
        port, key = mine.recv()
        status = Path(f"/proc/{process.pid}/status")

        def rss_mb() -> float:
            row = next(r for r in status.read_text().splitlines() if r.startswith("VmRSS"))
            return int(row.split()[1]) / 1024

        yield f"http://127.0.0.1:{port}", key, rss_mb
    finally:
        process.terminate()
        process.join()


def _p99(url: str, asked: int) -> float:
    taken = []
    with httpx.Client(base_url=url, timeout=60) as http:
        for _ in range(asked):
            began = time.perf_counter()
            http.get("/v1/status").raise_for_status()
            taken.append(time.perf_counter() - began)
            time.sleep(PAUSE_S)
    return float(np.percentile(taken, 99))


@contextmanager
def _flood(url: str, headers: dict[str, str], garbage: bytes) -> Iterator[None]:
    """A process of its own sends `garbage` to a route that the key opens, until the block ends."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_send, args=(url, headers, garbage), daemon=True)
    process.start()
    time.sleep(1)
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _send(url: str, headers: dict[str, str], garbage: bytes) -> None:
    with httpx.Client(base_url=url, timeout=60, headers=headers) as http:
        while threading.main_thread().is_alive():
            try:
                http.post("/v1/orders", content=garbage)
            except httpx.TransportError:
                continue
