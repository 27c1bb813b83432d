"""Step 2: what comes back, how many of it and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from app.components import Card, ErrorBanner, Stepper, Tile, ToggleChip, text
from app.screens import wording
from app.screens.kiosk.frame import heading
from app.screens.kiosk.view import Look
from app.screens.kiosk.visit import Pick, Visit
from app.theme import (
    CARD,
    DISABLED,
    GREEN,
    GREEN_SOFT,
    GRID,
    INK,
    LINE,
    MUTED,
    ON_GREEN,
    OUTLINE,
    Type,
)
from app.usecases.returns.returns import Returnable, ReturnableLine
from sync.domain.returns import ReturnReason


@dataclass(frozen=True)
class ArticleActions:
    """What a customer can do with a line, by its number."""

    toggle: Callable[[int], Awaitable[None]]
    quantity: Callable[[int, int], Awaitable[None]]
    reason: Callable[[int, ReturnReason], Awaitable[None]]


def articles_step(
    look: Look,
    visit: Visit,
    returnable: Returnable,
    place: str,
    problem: str,
    actions: ArticleActions,
) -> list[ft.Control]:
    """The lines of the receipt; those that cannot come back say why, in their own row."""
    t = look.i18n.t
    title = t("What would you like to return?")
    if visit.nothing_returnable:
        title = t("Nothing of this purchase can be returned here")
    cards = [
        _line_card(look, line, visit.picks.get(line.line.line_id), actions)
        for line in returnable.lines
    ]
    controls: list[ft.Control] = [heading(look, title, purchase_sentence(look, returnable, place))]
    if problem:
        controls.append(ErrorBanner(problem, key="kiosk-problem", scale=look.scale))
    return [*controls, *cards]


def purchase_sentence(look: Look, returnable: Returnable, place: str) -> str:
    """When and where it was bought, and until when it may come back."""
    i18n, order = look.i18n, returnable.order
    pieces = sum(line.quantity for line in order.lines)
    bought = i18n.n(
        "Bought on {day} at {place}, {count} article.",
        "Bought on {day} at {place}, {count} articles.",
        pieces,
        day=i18n.long_date(order.placed_at),
        place=place,
    )
    if returnable.until is None:
        return bought
    return bought + " " + i18n.t("You have until {day}.", day=i18n.long_date(returnable.until))


def _line_card(
    look: Look, line: ReturnableLine, pick: Pick | None, actions: ArticleActions
) -> ft.Control:
    if line.quantity_max == 0:
        return _closed_line(look, line)
    line_id = line.line.line_id

    async def toggle() -> None:
        await actions.toggle(line_id)

    content: list[ft.Control] = [_line_head(look, line, pick, toggle)]
    if pick is not None:
        content.append(_answers(look, line, pick, actions))
    return Card(
        ft.Column(content, spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=0,
        scale=look.scale,
        bgcolor=GREEN_SOFT if pick else CARD,
        border_color=GREEN if pick else LINE,
        border_width=3 if pick else 1,
    )


def _line_head(
    look: Look,
    line: ReturnableLine,
    pick: Pick | None,
    toggle: Callable[[], Awaitable[None]],
) -> ft.Control:
    sold = line.line
    quantity = pick.quantity if pick is not None else line.quantity_max
    button = ft.TextButton(
        content=ft.Row(
            [
                _check_box(look, checked=pick is not None),
                Tile(sold.name, sold.sku, size=84 if look.narrow else 96, radius=14),
                ft.Column(
                    [
                        text(sold.name, Type.STRONG, scale=look.scale, lines=3),
                        text(_bought(look, line), color=MUTED, scale=look.scale),
                    ],
                    spacing=4,
                    expand=True,
                    tight=True,
                ),
                text(
                    look.i18n.money(sold.unit_price * quantity),
                    Type.TITLE,
                    scale=look.scale,
                    no_wrap=True,
                ),
            ],
            spacing=GRID * 3,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        key=f"kiosk-line-{sold.line_id}",
        on_click=toggle,
        style=ft.ButtonStyle(
            color=INK,
            padding=look.scale.gap + GRID / 2,
            shape=ft.RoundedRectangleBorder(radius=look.scale.radius),
        ),
    )
    return ft.Semantics(
        identifier=f"kiosk-line-{sold.line_id}", checked=pick is not None, content=button
    )


def _bought(look: Look, line: ReturnableLine) -> str:
    if line.quantity_max < line.line.quantity:
        return look.i18n.t(
            "{left} of {sold} can still be returned",
            left=line.quantity_max,
            sold=line.line.quantity,
        )
    return look.i18n.t("Quantity {count}", count=line.line.quantity)


def _check_box(look: Look, *, checked: bool) -> ft.Control:
    return ft.Container(
        ft.Icon(ft.Icons.CHECK, size=30, color=ON_GREEN) if checked else None,
        width=42,
        height=42,
        border_radius=10,
        bgcolor=GREEN if checked else CARD,
        border=ft.Border.all(2, GREEN if checked else OUTLINE),
        alignment=ft.Alignment.CENTER,
    )


def _answers(look: Look, line: ReturnableLine, pick: Pick, actions: ArticleActions) -> ft.Control:
    line_id = line.line.line_id
    rows: list[ft.Control] = []
    if line.note:
        rows.append(text(line.note, Type.CAPTION, color=MUTED, scale=look.scale))
    if line.quantity_max > 1:
        rows.append(_quantity_row(look, line, pick, actions))
    if pick.reason is None:
        rows.append(
            text(
                look.i18n.t("Why do you return it?"),
                Type.LABEL,
                scale=look.scale,
                key=f"kiosk-why-{line_id}",
            )
        )
    rows.append(
        ft.Row(
            [_reason_chip(look, line_id, pick, reason, actions) for reason in line.reasons],
            spacing=GRID + 4,
            run_spacing=GRID + 4,
            wrap=True,
        )
    )
    side = look.scale.gap + GRID / 2
    return ft.Container(
        ft.Column(rows, spacing=GRID * 2),
        padding=ft.Padding.only(left=side, right=side, bottom=side),
    )


def _quantity_row(
    look: Look, line: ReturnableLine, pick: Pick, actions: ArticleActions
) -> ft.Control:
    line_id = line.line.line_id

    async def less() -> None:
        await actions.quantity(line_id, pick.quantity - 1)

    async def more() -> None:
        await actions.quantity(line_id, pick.quantity + 1)

    return ft.Row(
        [
            text(look.i18n.t("How many?"), Type.LABEL, scale=look.scale, expand=True),
            Stepper(
                pick.quantity,
                key=f"kiosk-quantity-{line_id}",
                less=look.i18n.t("One less"),
                more=look.i18n.t("One more"),
                on_less=less if pick.quantity > 1 else None,
                on_more=more if pick.quantity < line.quantity_max else None,
                scale=look.scale,
            ),
        ],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _reason_chip(
    look: Look, line_id: int, pick: Pick, reason: ReturnReason, actions: ArticleActions
) -> ft.Control:
    async def choose() -> None:
        await actions.reason(line_id, reason)

    return ToggleChip(
        wording.return_reason(look.i18n, reason),
        key=f"kiosk-reason-{line_id}-{reason.value}",
        selected=pick.reason is reason,
        on_click=choose,
        scale=look.scale,
    )


def _closed_line(look: Look, line: ReturnableLine) -> ft.Control:
    """A line that cannot come back, and why."""
    sold = line.line
    why = ft.Row(
        [
            ft.Icon(ft.Icons.INFO_OUTLINE, size=look.scale.icon - 4, color=MUTED),
            text(line.reason, color=MUTED, scale=look.scale, expand=True),
        ],
        spacing=GRID,
    )
    return Card(
        ft.Row(
            [
                Tile(sold.name, sold.sku, size=84 if look.narrow else 96, radius=14),
                ft.Column(
                    [text(sold.name, Type.STRONG, color=MUTED, scale=look.scale, lines=3), why],
                    spacing=4,
                    expand=True,
                    tight=True,
                ),
            ],
            spacing=GRID * 3,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        key=f"kiosk-closed-{sold.line_id}",
        padding=look.scale.gap + GRID / 2,
        scale=look.scale,
        bgcolor=DISABLED,
        border_color=DISABLED,
    )
