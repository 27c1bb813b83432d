"""Orders that name an article on two lines: sourced as one line, told as two."""

from __future__ import annotations

from dataclasses import replace

from sync.domain.money import total
from sync.sourcing.decision import Decision, LineQuantity
from sync.sourcing.request import Request, RequestLine


def one_line_per_sku(request: Request) -> Request:
    """`request` itself, or the same with the lines of an article put together under the first.

    Two lines that each saw the same stock could promise a piece twice.
    """
    by_sku: dict[str, list[RequestLine]] = {}
    for line in request.lines:
        by_sku.setdefault(line.sku, []).append(line)
    if len(by_sku) == len(request.lines):
        return request
    lines = tuple(
        replace(
            lines[0],
            quantity=sum(line.quantity for line in lines),
            value=total(line.value for line in lines),
        )
        for lines in by_sku.values()
    )
    return replace(request, lines=lines)


def spread_over_lines(decision: Decision, request: Request) -> Decision:
    """Give what was decided for an article back to its lines, first lines first."""
    sku_of = {line.line_id: line.sku for line in request.lines}
    open_lines: dict[str, list[list[int]]] = {}
    for line in request.lines:
        open_lines.setdefault(line.sku, []).append([line.line_id, line.quantity])

    def spread(pairs: tuple[LineQuantity, ...]) -> tuple[LineQuantity, ...]:
        result = []
        for line_id, quantity in pairs:
            for waiting in open_lines[sku_of[line_id]]:
                taken = min(quantity, waiting[1])
                if taken:
                    result.append((waiting[0], taken))
                    waiting[1] -= taken
                    quantity -= taken
        return tuple(sorted(result))

    shipments = tuple(replace(s, lines=spread(s.lines)) for s in decision.shipments)
    return replace(decision, shipments=shipments, unfilled=spread(decision.unfilled))
