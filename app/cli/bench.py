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


def _parts() -> list[typer.Typer]:
    if not (ROOT / "tools" / "benchmarks").is_dir():
        raise Unavailable(
            "The benchmarks are not part of the installed package. Run this from a checkout of "
            "the source, installed with `pip install -e .`.",
            code="bench.not_installed",
        )
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from tools.benchmarks import print as bench_print
    from tools.benchmarks import sourcing as bench_sourcing

    return [bench_print.app, bench_sourcing.app]


app = typer.Typer(
    help="Measure: ratios against a floor or a peer of the same run.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for part in _parts():
    app.registered_commands += part.registered_commands
