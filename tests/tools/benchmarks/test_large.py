"""Large orders are measured, and a busy machine decides what an idle one does."""

from __future__ import annotations

import pytest

from tools.benchmarks import large


def test_a_busy_machine_decides_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGE_EVERY", 20)
    (figure,) = large.load_figures(40, busy=4)
    assert figure.holds, figure.how
    assert figure.how.startswith("40 of 40 ")


def test_large_orders_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "POINTS", (65,))
    monkeypatch.setattr(large, "MORE_WORK", 2)
    figures = {figure.name: figure for figure in large.large_figures(1)}
    assert figures["60 lines x 11 over best known"].value >= 1.0
    assert figures["60 lines x 11, largest gap"].value < 20
    line = figures["one line x 999, most CPU"]
    assert "6 exact" in line.how, line.how
