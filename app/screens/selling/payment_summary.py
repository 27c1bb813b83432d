"""What is being paid for: the lines in short, and the total, large."""

from __future__ import annotations

import flet as ft

from app.components import Card, Figure, Hairline, Tile, text
from app.screens.selling.delivery_options import DeliveryOption, option_title
from app.session import AppContext
from app.theme import MUTED, Type
from app.usecases.selling.basket import BasketLine, BasketView
from sync.domain.order import FulfilmentMode

LINES_SHOWN_MAX = 5


def Summary(ctx: AppContext, basket: BasketView) -> ft.Control:
    """The total with what makes it up."""
    i18n = ctx.i18n
    rows: list[ft.Control] = [
        text(i18n.t("To pay"), color=MUTED),
        text(i18n.money(basket.total), Type.DISPLAY, no_wrap=True),
        ft.Container(height=2),
        Hairline(),
        *[_line(ctx, line) for line in basket.lines[:LINES_SHOWN_MAX]],
    ]
    hidden = len(basket.lines) - LINES_SHOWN_MAX
    if hidden > 0:
        rows.append(
            text(i18n.n("and {count} more", "and {count} more", hidden), Type.CAPTION, color=MUTED)
        )
    rows.extend(
        [
            Hairline(),
            *delivery_row(ctx, basket),
            Figure(i18n.t("Footprint"), i18n.co2e(basket.co2e_g)),
        ]
    )
    return Card(ft.Column(rows, spacing=11))


def delivery_row(ctx: AppContext, basket: BasketView) -> list[ft.Control]:
    """What delivery costs; nothing at all when everything is carried out."""
    t = ctx.i18n.t
    if all(line.promise.mode is FulfilmentMode.CARRY_OUT for line in basket.lines):
        return []
    fee = ctx.i18n.money(basket.shipping_fee) if basket.shipping_fee else t("Free")
    return [Figure(t("Delivery"), fee)]


def _line(ctx: AppContext, line: BasketLine) -> ft.Control:
    option = DeliveryOption(line.promise, line.label_location, line.label_location)
    return ft.Row(
        [
            Tile(line.article.name, line.article.category, size=36, radius=8),
            ft.Column(
                [
                    text(line.article.name, Type.LABEL, lines=1),
                    text(
                        f"× {line.quantity} · {option_title(ctx, option)}",
                        Type.CAPTION,
                        color=MUTED,
                        lines=1,
                    ),
                ],
                spacing=2,
                tight=True,
                expand=True,
            ),
            text(ctx.i18n.money(line.amount), Type.LABEL, no_wrap=True),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
