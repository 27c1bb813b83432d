"""The server's benchmark measures what it says, on a small scale."""

from __future__ import annotations

from tools.benchmarks.server import http_figures, order_figures


def test_an_order_is_measured_on_the_way_that_a_till_takes_and_beside_the_bare_engine() -> None:
    figures = {figure.name: figure for figure in order_figures(12, rounds=2)}
    whole = figures["place_order, 3 lines shipped, 12 locations"]
    assert 0 < figures["bare engine, 3 lines, 12 locations"].value < whole.value
    assert figures["place_order, statements, 12 locations"].holds


def test_small_orders_are_measured_over_http_alone_and_beside_a_giant() -> None:
    ratio, *stated = http_figures(8, 12)
    assert ratio.value > 0
    assert [figure.name for figure in stated] == [
        "small orders alone, p50",
        "small orders alone, p99",
        "small orders beside a giant, p50",
        "small orders beside a giant, p99",
    ]
