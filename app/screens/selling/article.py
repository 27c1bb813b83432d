"""One article: its price, where it is, and how the customer can have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.components import (
    Box,
    Card,
    EmptyState,
    Hairline,
    Loading,
    PrimaryButton,
    QuietButton,
    SectionTitle,
    StatePill,
    Stepper,
    Tile,
    component,
    text,
    use_box,
    use_loaded,
)
from app.components.buttons import Handler
from app.screens.selling.delivery_options import (
    DeliveryOption,
    DeliveryOptionCard,
    OptionId,
    named_options,
    option_id,
    option_title,
    option_when,
    place_of,
    shown_options,
)
from app.screens.wording import ago
from app.session import AppContext, key_of
from app.theme import AMBER, AMBER_DOT, GREEN, LINE, MUTED, PAPER, Tone, Type
from app.usecases.selling.catalogue import ArticleView, StockAt
from sync.domain.order import QUANTITY_MAX, FulfilmentMode


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen loads: the article, and its delivery options, best first."""

    view: ArticleView
    options: list[DeliveryOption]


@component
def ArticleScreen(ctx: AppContext) -> ft.Control:
    """The article of the route, with its options and the stock around."""
    sku = key_of(ctx.route)
    quantity, set_quantity = ft.use_state(1)
    wanted: OptionId | None = None
    chosen, choose = ft.use_state(wanted)
    all_options, show_all = ft.use_state(False)
    kept: Box[Shown | None] = use_box(None)

    def load() -> Shown:
        catalogue = ctx.device.catalogue
        return Shown(catalogue.article(sku), named_options(ctx, catalogue.promises(sku, quantity)))

    loaded = use_loaded(ctx, load, [sku, quantity], topics=("stock", "basket"))
    if loaded.value is not None:
        kept.value = loaded.value
    if loaded.error is not None:
        return EmptyState(ft.Icons.SEARCH_OFF, ctx.i18n.error(loaded.error))
    shown = kept.value
    if shown is None:
        return Loading()
    best = place_of(chosen, shown.options)

    async def add(_: ft.Event[ft.FilledButton]) -> None:
        line = await ctx.attempt(ctx.device.basket.add, sku, quantity, shown.options[best].promise)
        if line is not None:
            set_quantity(1)
            ctx.changes.tell("basket")
            if ctx.portrait:
                ctx.toast(ctx.i18n.t("Added to the basket"))
        await ctx.focus_scan()

    options = Options(ctx, shown, best, choose, all_options, lambda: show_all(True))
    stock = StockAround(ctx, shown.view)
    if ctx.width < 1200:
        body: list[ft.Control] = [options, stock]
    else:
        body = [
            ft.Row(
                [ft.Container(options, expand=3), ft.Container(stock, expand=2)],
                spacing=16,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        ]
    scrolled = ft.Column(
        [Headline(ctx, shown.view), *body, ft.Container(height=4)],
        spacing=16,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if not shown.options:
        return scrolled
    return ft.Column(
        [scrolled, AddBar(ctx, shown.options[best], quantity, set_quantity, add)],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def Headline(ctx: AppContext, view: ArticleView) -> ft.Control:
    """What it is, what it costs, how much there is."""
    i18n, article = ctx.i18n, view.article
    pills: list[ft.Control] = [
        StatePill(
            i18n.n("{count} here", "{count} here", view.here.available)
            if view.here.available
            else i18n.t("None here"),
            icon=ft.Icons.STOREFRONT_OUTLINED,
            tone=Tone.GOOD if view.here.available else Tone.NEUTRAL,
        ),
        StatePill(
            i18n.n("{count} in the network", "{count} in the network", view.network),
            icon=ft.Icons.HUB_OUTLINED,
            tone=Tone.GOOD if view.network else Tone.NEUTRAL,
        ),
    ]
    if view.inbound:
        pills.append(
            StatePill(_expected(ctx, view.inbound, view.inbound_on),
                      icon=ft.Icons.LOCAL_SHIPPING_OUTLINED, tone=Tone.ATTENTION)
        )  # fmt: skip
    return Card(
        ft.Row(
            [
                Tile(article.name, article.category, size=132 if ctx.width >= 1000 else 104,
                     radius=12),
                ft.Column(
                    [
                        text(f"{i18n.t(article.category).upper()}   {article.sku}", Type.CAPTION,
                             color=MUTED, lines=1),
                        ft.Semantics(header=True,
                                     content=text(article.name, Type.HEADLINE, lines=2)),
                        ft.Row(
                            [
                                text(i18n.money(article.price), Type.HEADLINE, no_wrap=True),
                                text(
                                    i18n.t("incl. VAT {rate}",
                                           rate=i18n.percent(article.vat_rate_bp)),
                                    Type.CAPTION, color=MUTED,
                                ),
                            ],
                            spacing=10,
                            vertical_alignment=ft.CrossAxisAlignment.END,
                        ),
                        ft.Row(pills, spacing=8, run_spacing=8, wrap=True),
                    ],
                    spacing=8,
                    tight=True,
                    expand=True,
                ),
            ],
            spacing=20,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
    )  # fmt: skip


def Options(
    ctx: AppContext,
    shown: Shown,
    best: int,
    choose: Callable[[OptionId], None],
    all_options: bool,
    show_all: Callable[[], None],
) -> ft.Control:
    """Its delivery options; the best is chosen, another can be. The less good ones on demand."""
    i18n = ctx.i18n
    if not shown.options:
        return _no_option(ctx)

    def card(place: int, option: DeliveryOption) -> ft.Control:
        async def pick(_: ft.Event[ft.TextButton]) -> None:
            choose(option_id(option))

        return DeliveryOptionCard(
            ctx, option, key=f"option-{place}", selected=place == best, on_click=pick
        )

    async def expand(_: ft.Event[ft.TextButton]) -> None:
        show_all()

    places = list(range(len(shown.options))) if all_options else shown_options(shown.options, best)
    rows = [card(place, shown.options[place]) for place in places]
    if len(places) < len(shown.options):
        rows.append(
            QuietButton(
                i18n.t("Other delivery options"),
                key="other-options",
                icon=ft.Icons.EXPAND_MORE,
                on_click=expand,
            )
        )
    # Carrying out what the records do not show is never sure, and says so itself.
    sure = all(
        option.promise.sure
        for option in shown.options
        if option.promise.mode is not FulfilmentMode.CARRY_OUT
    )
    note = "" if sure else i18n.t("from the last known stock")
    return Card(
        ft.Column(
            [
                SectionTitle(i18n.t("How the customer will have it"), note=note,
                             note_color=AMBER),
                *rows,
            ],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=16,
    )  # fmt: skip


def _no_option(ctx: AppContext) -> ft.Control:
    t = ctx.i18n.t
    return Card(
        ft.Column(
            [
                SectionTitle(t("How the customer will have it")),
                EmptyState(
                    ft.Icons.HOURGLASS_EMPTY,
                    t("Nobody can promise it at the moment"),
                    t("If it lies in front of you, it can always be sold: scan it."),
                ),
            ],
            spacing=12,
        )
    )


def AddBar(
    ctx: AppContext,
    option: DeliveryOption,
    quantity: int,
    set_quantity: Callable[[int], None],
    add: Handler,
) -> ft.Control:
    """How many, with which option, and into the basket: always in sight below what scrolls."""
    i18n = ctx.i18n

    async def less(_: ft.Event[ft.IconButton]) -> None:
        set_quantity(quantity - 1)

    async def more(_: ft.Event[ft.IconButton]) -> None:
        set_quantity(quantity + 1)

    return ft.Container(
        bgcolor=PAPER,
        border=ft.Border.only(top=ft.BorderSide(1, LINE)),
        padding=ft.Padding.symmetric(vertical=12),
        content=ft.Row(
            [
                ft.Column(
                    [
                        text(option_title(ctx, option), Type.LABEL, lines=1),
                        text(option_when(ctx, option), Type.CAPTION, color=MUTED, lines=1),
                    ],
                    spacing=2,
                    tight=True,
                    expand=2,
                ),
                Stepper(
                    quantity,
                    key="quantity",
                    less=i18n.t("One less"),
                    more=i18n.t("One more"),
                    on_less=less if quantity > 1 else None,
                    on_more=more if quantity < QUANTITY_MAX else None,
                ),
                PrimaryButton(
                    i18n.t("Add to basket"),
                    key="add",
                    icon=ft.Icons.ADD_SHOPPING_CART,
                    on_click=add,
                    expand=3,
                    tonal=True,
                ),
            ],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )


def StockAround(ctx: AppContext, view: ArticleView) -> ft.Control:
    """Pieces here and at the nearest locations that have or expect it."""
    i18n = ctx.i18n
    age = ago(i18n, view.as_of, ctx.now()) if view.as_of is not None else ""
    rows: list[ft.Control] = [StockRow(ctx, view.here, here=True)]
    for entry in view.nearby:
        rows.extend([Hairline(), StockRow(ctx, entry)])
    return Card(
        ft.Column(
            [
                SectionTitle(i18n.t("Stock around here"), note=age,
                             note_color=MUTED if view.sure else AMBER),
                *rows,
            ],
            spacing=11,
        ),
        padding=16,
    )  # fmt: skip


def StockRow(ctx: AppContext, stock: StockAt, *, here: bool = False) -> ft.Control:
    """One location: a dot in words' colour, its name, how far, how many."""
    i18n = ctx.i18n
    place = stock.location
    name = i18n.t("This store") if here else place.name
    far = i18n.distance(stock.distance_km)
    known = place.commune.split()[0] in place.name  # "Lyon Part-Dieu" needs no "Lyon" below
    where: list[ft.Control] = [
        text(
            place.name if here else far if known else f"{place.commune} · {far}",
            Type.CAPTION,
            color=MUTED,
            lines=1,
        )
    ]
    if stock.inbound:
        expected = _expected(ctx, stock.inbound, stock.inbound_on)
        where.append(text(expected, Type.CAPTION, color=AMBER, lines=1, expand=True))
    return ft.Row(
        [
            ft.Container(
                width=8,
                height=8,
                border_radius=4,
                bgcolor=GREEN if stock.available else AMBER_DOT if stock.inbound else LINE,
            ),
            ft.Column(
                [text(name, Type.LABEL, lines=1), ft.Row(where, spacing=8)],
                spacing=2,
                tight=True,
                expand=True,
            ),
            text(i18n.number(stock.available), Type.FIGURE, no_wrap=True),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _expected(ctx: AppContext, count: int, day: date | None) -> str:
    i18n = ctx.i18n
    if day is None:
        return i18n.n("{count} expected", "{count} expected", count)
    return i18n.n("{count} expected {day}", "{count} expected {day}", count, day=i18n.day(day))
