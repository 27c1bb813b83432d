"""What opens over the basket: another option for a line, and the baskets put aside."""

from __future__ import annotations

import flet as ft

from app.components import EmptyState, ErrorBanner, ListRow, Loading, component, text, use_loaded
from app.components.sheets import rows_of
from app.screens.selling.delivery_options import DeliveryOption, DeliveryOptionCard, named_options
from app.session import AppContext
from app.theme import MUTED, Type
from app.usecases.selling.basket import BasketLine, Parked
from sync.domain.promise import Promise


@component
def DeliveryOptionsSheet(ctx: AppContext, line: BasketLine) -> ft.Control:
    """Every delivery option of this line; the one it has is chosen."""
    i18n = ctx.i18n
    options = use_loaded(
        ctx,
        lambda: named_options(ctx, ctx.device.basket.options(line.line_id)),
        [line.line_id],
    )
    if options.error is not None:
        return ErrorBanner(i18n.error(options.error))
    if options.value is None:
        return Loading()

    def card(place: int, option: DeliveryOption) -> ft.Control:
        async def choose(_: ft.Event[ft.TextButton]) -> None:
            await ctx.attempt(ctx.device.basket.choose, line.line_id, option.promise)
            ctx.changes.tell("basket")
            ctx.close_sheet()

        return DeliveryOptionCard(
            ctx,
            option,
            key=f"option-{place}",
            selected=same_option(option.promise, line.promise),
            on_click=choose,
        )

    return ft.Column(
        [
            text(f"{line.article.name} × {line.quantity}", color=MUTED, lines=2),
            rows_of(
                ctx.height, [card(place, option) for place, option in enumerate(options.value)], 72
            ),
        ],
        spacing=10,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def same_option(one: Promise, other: Promise) -> bool:
    """Whether two promises are the same option for the customer, whatever the time of asking."""
    return (one.mode, one.collect_at, one.service) == (other.mode, other.collect_at, other.service)


@component
def ParkedSheet(ctx: AppContext) -> ft.Control:
    """The baskets put aside, the latest first."""
    i18n = ctx.i18n
    baskets = use_loaded(ctx, ctx.device.basket.parked, topics=("basket",))
    if baskets.error is not None:
        return ErrorBanner(i18n.error(baskets.error))
    if baskets.value is None:
        return Loading()
    if not baskets.value:
        return EmptyState(ft.Icons.PAUSE_CIRCLE_OUTLINE, i18n.t("No basket is put aside"))

    def row(parked: Parked) -> ft.Control:
        async def resume(_: ft.Event[ft.TextButton]) -> None:
            await ctx.attempt(ctx.device.basket.resume, parked.id)
            ctx.changes.tell("basket")
            ctx.close_sheet()

        return ListRow(
            parked.label or i18n.t("Put aside at {time}", time=i18n.time(parked.at)),
            subtitle=i18n.n("{count} article", "{count} articles", parked.count),
            trailing=text(i18n.money(parked.total), Type.FIGURE),
            key=f"parked-{parked.id}",
            on_click=resume,
        )

    return rows_of(ctx.height, [row(parked) for parked in baskets.value], 62, spacing=4)
