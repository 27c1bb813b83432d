"""Where each line of an order comes from, and why: sentences for the order screen."""

from __future__ import annotations

from collections.abc import Mapping

from sync.domain.fulfilment import FulfilmentState
from sync.domain.order import FulfilmentMode, OrderLine
from sync.i18n import I18n
from sync.protocol.feed import LineSource, LineState, OrderState
from sync.sourcing import Decision
from sync.sourcing.explain.sentences import summary


def explanation(
    state: OrderState,
    names: Mapping[str, str],
    i18n: I18n,
    *,
    sent: bool,
) -> list[str]:
    """A sentence for each line, then the latest decision. `names` by code."""
    lines = {line.line_id: line for line in state.lines}
    told = [
        sentence
        for line in state.order.lines
        for sentence in _line(line, lines.get(line.line_id), names, i18n, sent=sent)
    ]
    if state.decisions:
        decision = Decision.from_wire(state.decisions[-1])
        told += summary(decision, i18n, names=names)
    return told


def _line(
    line: OrderLine, state: LineState | None, names: Mapping[str, str], i18n: I18n, *, sent: bool
) -> list[str]:
    if line.mode is FulfilmentMode.CARRY_OUT:
        return [i18n.t("“{name}”: the customer took it along.", name=line.name)]
    if state is not None and state.cancelled == line.quantity:
        return [i18n.t("“{name}”: cancelled.", name=line.name)]
    if state is None or not (state.sources or state.unfilled):
        expected = names.get(line.promised_from, line.promised_from)
        if sent:
            return [i18n.t("“{name}”: a location is being chosen.", name=line.name)]
        return [
            i18n.t(
                "“{name}”: expected from {place}; decided as soon as the server is reached.",
                name=line.name,
                place=expected,
            )
        ]
    told = [_source(line, source, names, i18n) for source in state.sources]
    if state.unfilled:
        told.append(
            i18n.n(
                "“{name}”: {count} piece is backordered.",
                "“{name}”: {count} pieces are backordered.",
                state.unfilled,
                name=line.name,
            )
        )
    return told


def _source(line: OrderLine, source: LineSource, names: Mapping[str, str], i18n: I18n) -> str:
    place = names.get(source.location, source.location)
    if source.state is FulfilmentState.HANDED_OVER:
        return i18n.n(
            "“{name}”: {count} piece left {place}.",
            "“{name}”: {count} pieces left {place}.",
            source.quantity,
            name=line.name,
            place=place,
        )
    if source.state is FulfilmentState.REJECTED:
        return i18n.t(
            "“{name}”: {place} could not; another is chosen.", name=line.name, place=place
        )
    return i18n.n(
        "“{name}”: {count} piece comes from {place}.",
        "“{name}”: {count} pieces come from {place}.",
        source.quantity,
        name=line.name,
        place=place,
    )
