"""The basket: its lines, each with its delivery option, the totals, and on to the payment."""

from __future__ import annotations

import flet as ft

from app.components import (
    EmptyState,
    ErrorBanner,
    Figure,
    Hairline,
    IconAction,
    Loading,
    PrimaryButton,
    QuietButton,
    StatePill,
    Stepper,
    Tile,
    component,
    identified,
    text,
    use_loaded,
)
from app.screens.selling.basket_sheets import DeliveryOptionsSheet, ParkedSheet
from app.screens.selling.customer import CustomerSheet
from app.screens.selling.delivery_options import (
    MODE_ICONS,
    DeliveryOption,
    option_title,
    option_when,
)
from app.screens.selling.payment_summary import delivery_row
from app.session import AppContext
from app.theme import CARD, GREEN, INK, LINE, MUTED, Tone, Type
from app.usecases.selling.basket import BasketLine, BasketView
from sync.domain.order import QUANTITY_MAX, FulfilmentMode


@component
def BasketPanel(ctx: AppContext) -> ft.Control:
    """The whole basket; follows the device, whoever changes it."""
    i18n = ctx.i18n
    loaded = use_loaded(ctx, ctx.device.basket.view, topics=("basket", "stock"))
    basket = loaded.value
    if loaded.error is not None:
        return ErrorBanner(i18n.error(loaded.error))
    if basket is None:
        return Loading()
    if not basket.lines:
        return ft.Column(
            [
                BasketTitle(ctx, basket),
                ft.Container(
                    expand=True,
                    alignment=ft.Alignment.CENTER,
                    content=EmptyState(
                        ft.Icons.SHOPPING_BASKET_OUTLINED,
                        i18n.t("The basket is empty"),
                        i18n.t("Scan an article, or search for one."),
                    ),
                ),
                *([Undo(ctx)] if basket.can_undo else []),
                *([ParkedButton(ctx, basket)] if basket.parked else []),
            ],
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Column(
        [
            BasketTitle(ctx, basket),
            ft.Column(
                [LineRow(ctx, line, key=f"line-{line.line_id}") for line in basket.lines],
                spacing=4,
                scroll=ft.ScrollMode.AUTO,
                expand=True,
            ),
            Hairline(),
            Totals(ctx, basket),
            Actions(ctx, basket),
        ],
        spacing=12,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def BasketTitle(ctx: AppContext, basket: BasketView) -> ft.Control:
    """The title, and who buys."""

    async def edit(_: ft.Event[ft.TextButton]) -> None:
        ctx.open_sheet(ctx.i18n.t("Customer"), CustomerSheet, form=True)

    name = basket.customer.name or ctx.i18n.t("Customer")
    return ft.Row(
        [
            # In portrait the panel stands in a sheet that has this title.
            ft.Container(expand=True)
            if ctx.portrait
            else ft.Semantics(
                header=True, content=text(ctx.i18n.t("Basket"), Type.TITLE), expand=True
            ),
            StatePill(
                name,
                icon=ft.Icons.PERSON_OUTLINE,
                tone=Tone.GOOD if basket.customer.name else Tone.PLAIN,
                key="customer",
                on_click=edit,
            ),
        ],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


@component
def LineRow(ctx: AppContext, line: BasketLine) -> ft.Control:
    """One line: press it to change the quantity or the option, or to take it out."""
    opened, set_opened = ft.use_state(False)
    i18n = ctx.i18n
    option = DeliveryOption(line.promise, line.label_location, line.label_location)

    async def toggle(_: ft.Event[ft.TextButton]) -> None:
        set_opened(not opened)

    head = ft.TextButton(
        key=f"line-{line.line_id}",
        on_click=toggle,
        style=ft.ButtonStyle(
            padding=ft.Padding.symmetric(horizontal=6, vertical=7),
            shape=ft.RoundedRectangleBorder(radius=12),
            color=INK,
        ),
        content=ft.Row(
            [
                Tile(line.article.name, line.article.category),
                ft.Column(
                    [
                        ft.Row(
                            [
                                text(line.article.name, Type.LABEL, lines=2, expand=True),
                                text(f"× {line.quantity}", Type.CAPTION, color=MUTED, no_wrap=True),
                                text(i18n.money(line.amount), Type.STRONG, no_wrap=True),
                            ],
                            spacing=10,
                        ),
                        ft.Row(
                            [
                                ft.Icon(MODE_ICONS[line.promise.mode], size=14, color=MUTED),
                                text(
                                    line_option(ctx, option),
                                    Type.CAPTION,
                                    color=MUTED,
                                    lines=1,
                                    expand=True,
                                ),
                            ],
                            spacing=6,
                        ),
                    ],
                    spacing=1,
                    tight=True,
                    expand=True,
                ),
            ],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )
    parts: list[ft.Control] = [identified(f"line-{line.line_id}", head)]
    if opened:
        parts.append(LineTools(ctx, line))
    return ft.Column(
        parts, spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def line_option(ctx: AppContext, option: DeliveryOption) -> str:
    """ "To carry out", "Home delivery · Tue 24 Nov", "Lyon Part-Dieu · Today from 16:30"."""
    if option.promise.mode is FulfilmentMode.CARRY_OUT:
        return option_title(ctx, option)
    when = option_when(ctx, DeliveryOption(option.promise, None, None)).split(" · ")[0]
    if option.promise.mode is FulfilmentMode.COLLECT and option.collect is not None:
        return f"{option.collect.name} · {when}"  # the icon says that it is collected
    return f"{option_title(ctx, option)} · {when}"


def LineTools(ctx: AppContext, line: BasketLine) -> ft.Control:
    """Quantity, another delivery option, and out; what is taken out can be brought back."""
    i18n, basket = ctx.i18n, ctx.device.basket

    async def set_quantity(quantity: int) -> None:
        await ctx.attempt(basket.set_quantity, line.line_id, quantity)
        ctx.changes.tell("basket")

    async def less(_: ft.Event[ft.IconButton]) -> None:
        await set_quantity(line.quantity - 1)

    async def more(_: ft.Event[ft.IconButton]) -> None:
        await set_quantity(line.quantity + 1)

    async def options(_: ft.Event[ft.IconButton]) -> None:
        ctx.open_sheet(
            i18n.t("Change the delivery option"), lambda c: DeliveryOptionsSheet(c, line)
        )

    async def undo() -> None:
        await ctx.attempt(basket.undo)
        ctx.changes.tell("basket")

    async def remove(_: ft.Event[ft.IconButton]) -> None:
        await ctx.attempt(basket.remove, line.line_id)
        ctx.changes.tell("basket")
        ctx.toast(
            i18n.t("{name} was taken out", name=line.article.name),
            action=i18n.t("Undo"),
            on_action=undo,
        )
        await ctx.focus_scan()

    return ft.Row(
        [
            Stepper(
                line.quantity,
                key=f"line-{line.line_id}",
                less=i18n.t("One less"),
                more=i18n.t("One more"),
                on_less=less if line.quantity > 1 else None,
                on_more=more if line.quantity < QUANTITY_MAX else None,
            ),
            IconAction(
                ft.Icons.ALT_ROUTE, i18n.t("Change the delivery option"),
                key=f"line-{line.line_id}-option", on_click=options, color=GREEN, outlined=True,
            ),
            IconAction(
                ft.Icons.DELETE_OUTLINE, i18n.t("Take it out"),
                key=f"line-{line.line_id}-remove", on_click=remove, outlined=True,
            ),
        ],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
    )  # fmt: skip


def Totals(ctx: AppContext, basket: BasketView) -> ft.Control:
    """Delivery where there is one, footprint, total."""
    i18n = ctx.i18n
    return ft.Column(
        [
            *delivery_row(ctx, basket),
            Figure(i18n.t("Footprint"), i18n.co2e(basket.co2e_g)),
            Figure(i18n.t("Total"), i18n.money(basket.total), strong=True),
        ],
        spacing=9,
        tight=True,
    )


def Actions(ctx: AppContext, basket: BasketView) -> ft.Control:
    """Charge; put aside; empty."""
    i18n = ctx.i18n

    async def pay(_: ft.Event[ft.FilledButton]) -> None:
        if basket.needs:
            ctx.open_sheet(i18n.t("Customer"), lambda c: CustomerSheet(c, then_pay=True), form=True)
        else:
            ctx.navigate("/pay")

    async def park(_: ft.Event[ft.TextButton]) -> None:
        if await ctx.attempt(ctx.device.basket.park) is not None:
            ctx.toast(i18n.t("The basket is put aside"))
        ctx.changes.tell("basket")

    async def undo() -> None:
        await ctx.attempt(ctx.device.basket.undo)
        ctx.changes.tell("basket")

    async def clear(_: ft.Event[ft.TextButton]) -> None:
        await ctx.attempt(ctx.device.basket.clear)
        ctx.changes.tell("basket")
        ctx.toast(i18n.t("The basket is empty"), action=i18n.t("Undo"), on_action=undo)

    return ft.Column(
        [
            PrimaryButton(
                i18n.t("Charge"), key="pay", trailing_icon=ft.Icons.ARROW_FORWARD, on_click=pay
            ),
            ft.Row(
                [
                    QuietButton(i18n.t("Put aside"), key="park", icon=ft.Icons.PAUSE,
                                on_click=park),
                    QuietButton(i18n.t("Empty"), key="clear", icon=ft.Icons.DELETE_OUTLINE,
                                on_click=clear),
                ],
                alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            ),
        ],
        spacing=4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def Undo(ctx: AppContext) -> ft.Control:
    """Bring back what was last taken out."""

    async def undo(_: ft.Event[ft.TextButton]) -> None:
        await ctx.attempt(ctx.device.basket.undo)
        ctx.changes.tell("basket")

    return QuietButton(ctx.i18n.t("Undo"), key="undo", icon=ft.Icons.UNDO, on_click=undo)


def ParkedButton(ctx: AppContext, basket: BasketView) -> ft.Control:
    """The baskets that were put aside."""

    async def show(_: ft.Event[ft.TextButton]) -> None:
        ctx.open_sheet(ctx.i18n.t("Baskets put aside"), ParkedSheet)

    return QuietButton(
        ctx.i18n.n("{count} basket put aside", "{count} baskets put aside", basket.parked),
        key="parked",
        icon=ft.Icons.PAUSE_CIRCLE_OUTLINE,
        outlined=True,
        on_click=show,
    )


@component
def BasketBar(ctx: AppContext) -> ft.Control:
    """In portrait: how many pieces, the total, and on to the whole basket."""
    i18n = ctx.i18n
    basket = use_loaded(ctx, ctx.device.basket.view, topics=("basket", "stock")).value
    if basket is None or not (basket.lines or basket.parked or basket.can_undo):
        return ft.Container(height=0)
    count = sum(line.quantity for line in basket.lines)

    async def show(_: ft.Event[ft.TextButton]) -> None:
        ctx.open_sheet(i18n.t("Basket"), BasketSheet)

    return ft.Container(
        bgcolor=CARD,
        border=ft.Border.only(top=ft.BorderSide(1, LINE)),
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
        content=ft.Row(
            [
                ft.Icon(ft.Icons.SHOPPING_BASKET_OUTLINED, size=24, color=GREEN),
                text(i18n.n("{count} article", "{count} articles", count), Type.LABEL,
                     expand=True),
                text(i18n.money(basket.total), Type.HEADLINE, no_wrap=True),
                PrimaryButton(
                    i18n.t("See the basket"),
                    key="basket",
                    trailing_icon=ft.Icons.KEYBOARD_ARROW_UP,
                    on_click=show,
                ),
            ],
            spacing=16,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )  # fmt: skip


@component
def BasketSheet(ctx: AppContext) -> ft.Control:
    """The basket over the screen, in portrait."""
    return ft.Container(BasketPanel(ctx), height=min(760, ctx.height - 160))
