"""`comptoir bench`: figures as ratios against a floor or a peer, measured in the same run.

The benchmarks are in `tools/benchmarks` of the source tree, not in the installed package.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typer

import app as package
from sync.domain.errors import Unavailable

ROOT = Path(package.__file__).resolve().parents[1]


def bench_app(root: Path) -> typer.Typer:
    """The command with the benchmarks of the checkout at `root`; elsewhere it says where they are.

    Raises Unavailable (`bench.not_installed`) when it is called without a checkout.
    """
    there = (root / "tools" / "benchmarks").is_dir()
    found = typer.Typer(
        help="Measure: ratios against a floor or a peer of the same run.",
        no_args_is_help=there,
        pretty_exceptions_enable=False,
    )
    if not there:
        found.callback(invoke_without_command=True)(_not_installed)
        return found
    if str(root) not in sys.path:
        sys.path.append(str(root))
    from tools.benchmarks import forecast as bench_forecast
    from tools.benchmarks import policies as bench_policies
    from tools.benchmarks import print as bench_print
    from tools.benchmarks import server as bench_server
    from tools.benchmarks import sourcing as bench_sourcing
    from tools.benchmarks import stock as bench_stock
    from tools.benchmarks import trust as bench_trust

    parts = [bench_print, bench_sourcing, bench_server, bench_trust, bench_policies]
    parts += [bench_forecast, bench_stock]
    for part in parts:
        found.registered_commands += part.app.registered_commands
    return found


def _not_installed() -> None:
    """Measure. The benchmarks are in the source tree."""
    raise Unavailable(
        "The benchmarks are not part of the installed package. Run this from a checkout of "
        "the source, installed with `pip install -e .`.",
        code="bench.not_installed",
    )


app = bench_app(ROOT)
