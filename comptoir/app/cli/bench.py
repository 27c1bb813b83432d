"""`comptoir bench`: figures as ratios against a floor or a peer, measured in the same run."""

from __future__ import annotations

import typer

from comptoir.app.cli import bench_print, bench_sourcing

app = typer.Typer(
    help="Measure: ratios against a floor or a peer of the same run.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for part in (bench_print.app, bench_sourcing.app):
    app.registered_commands += part.registered_commands
