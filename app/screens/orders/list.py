"""The orders that this store took or works on, found by number, customer or article."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import flet as ft

from app.components import (
    EmptyState,
    Field,
    OpenRow,
    Page,
    PageHeader,
    QuietButton,
    RowsCard,
    StatePill,
    component,
    text,
    use_loaded,
    use_typed,
    when_loaded,
)
from app.components.live import Box, use_box
from app.screens import wording
from app.session import AppContext
from app.theme import GREEN, GREEN_SOFT, GRID, MUTED, TABLET, Tone, Type
from app.usecases.orders.orders import OrderRow
from sync.domain.order_status import OrderStatus
from sync.i18n import I18n

PAGE_ROWS = 50
TYPING_PAUSE_S = 0.25
STATUS_TONES = {
    OrderStatus.BACKORDERED: Tone.ATTENTION,
    OrderStatus.RETURN_TO_INSPECT: Tone.ATTENTION,
    OrderStatus.IN_PREPARATION: Tone.NEUTRAL,
    OrderStatus.RETURNED: Tone.PLAIN,
    OrderStatus.CANCELLED: Tone.PLAIN,
    OrderStatus.COMPLETED: Tone.GOOD,
}
CHANNEL_ICONS = {
    "store": ft.Icons.STOREFRONT_OUTLINED,
    "web": ft.Icons.LANGUAGE,
    "marketplace": ft.Icons.HUB_OUTLINED,
}


def order_status(i18n: I18n, status: OrderStatus) -> str:
    """How far an order is, in words."""
    return {
        OrderStatus.BACKORDERED: i18n.t("Backordered"),
        OrderStatus.RETURN_TO_INSPECT: i18n.t("Return to inspect"),
        OrderStatus.IN_PREPARATION: i18n.t("In progress"),
        OrderStatus.RETURNED: i18n.t("Returned"),
        OrderStatus.CANCELLED: i18n.t("Cancelled"),
        OrderStatus.COMPLETED: i18n.t("Completed"),
    }[status]


def StatusPill(i18n: I18n, status: OrderStatus, *, sent: bool, refused: bool) -> ft.Control:
    """How far an order is; before that, what this device has to settle with the server."""
    if refused:
        return StatePill(i18n.t("Needs a look"), tone=Tone.ATTENTION)
    if not sent:
        return StatePill(i18n.t("To send"), tone=Tone.ATTENTION)
    return StatePill(order_status(i18n, status), tone=STATUS_TONES[status])


@component
def OrderList(ctx: AppContext) -> ft.Control:
    """The list, the latest first."""
    t = ctx.i18n.t
    words, set_words = ft.use_state("")
    pages, set_pages = ft.use_state(1)
    shown_max = pages * PAGE_ROWS
    loaded = use_loaded(
        ctx,
        # One more than is shown tells whether there are more.
        lambda: ctx.device.orders.list(words, shown_max + 1),
        [words, pages],
        topics=("orders", "returns"),
    )
    kept: Box[list[OrderRow] | None] = use_box(None)
    if loaded.value is not None:
        kept.value = loaded.value

    def search(typed: str) -> None:
        set_pages(1)
        set_words(typed)

    async def more() -> None:
        set_pages(pages + 1)

    def rows(orders: list[OrderRow]) -> list[ft.Control]:
        if not orders:
            return [_empty(ctx, words)]
        parts = [RowsCard([_OrderRow(ctx, order) for order in orders[:shown_max]])]
        if len(orders) > shown_max:
            parts.append(
                QuietButton(t("Show more"), key="orders-more", on_click=more, outlined=True)
            )
        return parts

    # What was found before stays until the answer is there.
    found = when_loaded(ctx, replace(loaded, value=kept.value), rows)
    return Page([PageHeader(t("Orders")), SearchField(ctx, search), *found])


@component
def SearchField(ctx: AppContext, search: Callable[[str], None]) -> ft.Control:
    """What is typed is searched for on Enter, and after a pause."""
    typed = use_typed()
    typing = use_box(0)

    async def changed(event: ft.Event[ft.TextField]) -> None:
        typing.value = mine = typing.value + 1
        await asyncio.sleep(TYPING_PAUSE_S)
        if mine == typing.value:
            search(event.control.value.strip())

    async def submitted(event: ft.Event[ft.TextField]) -> None:
        typing.value += 1
        search(event.control.value.strip())

    return typed.hold(
        Field(
            ctx.i18n.t("Number, customer or article"),
            key="orders-search",
            prefix_icon=ft.Icon(ft.Icons.SEARCH, color=MUTED, size=TABLET.icon),
            on_change=changed,
            on_submit=submitted,
        )
    )


def _empty(ctx: AppContext, words: str) -> ft.Control:
    t = ctx.i18n.t
    if words:
        return EmptyState(
            ft.Icons.SEARCH_OFF,
            t("No order with “{words}”", words=words),
            t("Orders of this store are found by number, customer or article."),
        )
    return EmptyState(
        ft.Icons.RECEIPT_LONG_OUTLINED,
        t("No order yet"),
        t("What is sold here or prepared here appears in this list."),
    )


def _OrderRow(ctx: AppContext, row: OrderRow) -> ft.Control:
    i18n = ctx.i18n

    async def open_order() -> None:
        ctx.navigate(f"/orders/{row.number}")

    details = " · ".join(
        (
            row.number,
            wording.channel(i18n, row.channel),
            i18n.n("{count} line", "{count} lines", row.lines),
            wording.ago(i18n, row.placed_at, ctx.now()),
        )
    )
    title = row.customer_name or i18n.t("Over the counter")
    pills: list[ft.Control] = [StatusPill(i18n, row.status, sent=row.sent, refused=row.refused)]
    if row.has_returns:
        pills.insert(0, StatePill(i18n.t("With a return"), tone=Tone.PLAIN))
    words: list[ft.Control] = [
        text(title, Type.STRONG, lines=1),
        text(details, Type.CAPTION, color=MUTED, lines=2),
    ]
    amount = text(i18n.money(row.total), Type.FIGURE, no_wrap=True)
    parts: list[ft.Control] = [
        ft.Container(
            ft.Icon(
                CHANNEL_ICONS.get(row.channel, ft.Icons.RECEIPT_LONG_OUTLINED),
                size=22,
                color=GREEN,
            ),
            width=44,
            height=44,
            border_radius=22,
            bgcolor=GREEN_SOFT,
            alignment=ft.Alignment.CENTER,
        )
    ]
    if ctx.portrait:
        words.append(ft.Row(pills, spacing=GRID, wrap=True))
        parts.append(ft.Column(words, spacing=4, expand=True, tight=True))
        parts.append(amount)
    else:
        parts.append(ft.Column(words, spacing=4, expand=True, tight=True))
        parts.extend(pills)
        parts.append(ft.Container(amount, width=104, alignment=ft.Alignment.CENTER_RIGHT))
    return OpenRow(parts, key=f"order-{row.number}", on_click=open_order)
