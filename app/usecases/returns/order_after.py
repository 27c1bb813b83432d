"""The order as this device knows it once goods came back, before the server has said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sync.domain.money import Money
from sync.domain.returns import RefundPart, Return, ReturnLine
from sync.protocol.feed import OrderState


def deposited(state: OrderState, lines: Sequence[ReturnLine]) -> OrderState:
    """The order with these pieces on their way back."""
    coming = {line.line_id: line.quantity for line in lines}
    return replace(
        state,
        lines=tuple(
            replace(line, returning=line.returning + coming.get(line.line_id, 0))
            for line in state.lines
        ),
    )


def inspected(
    state: OrderState,
    goods: Return,
    accepted: Sequence[ReturnLine],
    parts: Sequence[RefundPart],
) -> OrderState:
    """The order once its return was inspected: pieces back, money given back by tender."""
    coming = {line.line_id: line.quantity for line in goods.lines}
    back = {line.line_id: line.quantity for line in accepted}
    refunded = dict(state.refunded)
    for part in parts:
        place = next(
            place
            for place, tender in enumerate(state.order.tenders)
            if (tender.kind, tender.reference) == (part.kind, part.reference)
        )
        before = refunded.get(place, Money(0, part.amount.currency))
        refunded[place] = before + part.amount
    lines = tuple(
        replace(
            line,
            returning=max(0, line.returning - coming.get(line.line_id, 0)),
            returned=line.returned + back.get(line.line_id, 0),
        )
        for line in state.lines
    )
    return replace(state, lines=lines, refunded=refunded)
