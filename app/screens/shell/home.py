"""Home: what is to be done now."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    Figure,
    Hairline,
    ListRow,
    Loading,
    OptionCard,
    SectionTitle,
    Tile,
    component,
    text,
    use_loaded,
)
from app.screens.wording import due, how_it_leaves
from app.session import AppContext
from app.theme import AMBER, AMBER_SOFT, GREEN, GREEN_SOFT, MUTED, Type
from app.usecases.orders.orders import OrderRow
from app.usecases.selling.reservations import Reserved
from app.usecases.store.status import Status
from sync.domain.fulfilment import Fulfilment
from sync.domain.money import total
from sync.domain.order import Channel

PHONE_WIDTH_MAX = 600
SHOWN_MAX = 4
SALES_READ_MAX = 200


@dataclass(frozen=True, slots=True)
class Today:
    """What the screen loads; `places`: names by code of where the fulfilment goes."""

    fulfilments: list[Fulfilment]
    to_prepare: int
    places: dict[str, str]
    returns: int
    status: Status
    sales: list[OrderRow]
    reserved: list[Reserved]


@component
def HomeScreen(ctx: AppContext) -> ft.Control:
    """The fulfilment that waits, the returns to inspect, what is to be sent, and today's sales."""
    loaded = use_loaded(
        ctx,
        lambda: load_today(ctx),
        topics=("fulfilments", "returns", "status", "orders", "reservations", "basket"),
    )
    if loaded.error is not None:
        return ErrorBanner(ctx.i18n.error(loaded.error))
    if loaded.value is None:
        return Loading()
    today = loaded.value
    return ft.Column(
        [
            Greeting(ctx),
            Counts(ctx, today),
            *([ReservedCard(ctx, today.reserved)] if today.reserved else []),
            ToPrepare(ctx, today.fulfilments, today.places),
            Sales(ctx, today.sales),
            ft.Container(height=4),
        ],
        spacing=16,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def load_today(ctx: AppContext) -> Today:
    """What there is to do, and what was sold here since midnight in the company's zone."""
    device, zone = ctx.device, ctx.i18n.zone
    today = ctx.now().astimezone(zone).date()
    rows = device.orders.list(limit=SALES_READ_MAX)
    fulfilments = device.fulfilments.todo(SHOWN_MAX)
    codes = {entry.collect_at for entry in fulfilments if entry.collect_at}
    return Today(
        fulfilments,
        device.fulfilments.counts(),
        {code: device.catalogue.location(code).name for code in codes},
        device.returns.to_inspect_count(),
        device.status.now(),
        [
            row
            for row in rows
            if row.placed_at.astimezone(zone).date() == today and row.channel == Channel.STORE.value
        ],
        device.reservations.waiting(SHOWN_MAX),
    )


def Greeting(ctx: AppContext) -> ft.Control:
    """Who is at the counter, where, and which day it is."""
    i18n = ctx.i18n
    name = ctx.person.name.split()[0] if ctx.person is not None else ""
    return ft.Column(
        [
            ft.Semantics(
                header=True, content=text(i18n.t("Hello {name}", name=name), Type.HEADLINE)
            ),
            text(f"{ctx.place} · {i18n.long_date(ctx.now())}", color=MUTED),
        ],
        spacing=2,
        tight=True,
    )


def Counts(ctx: AppContext, today: Today) -> ft.Control:
    """How much there is to prepare, to check and to send."""
    t = ctx.i18n.t
    tiles = [
        Count(ctx, today.to_prepare, t("to prepare"), ft.Icons.INVENTORY_2_OUTLINED,
              "/fulfilments"),
        Count(ctx, today.returns, t("returns to check"), ft.Icons.ASSIGNMENT_RETURN_OUTLINED,
              "/returns"),
        Count(ctx, today.status.to_send, t("to send"), ft.Icons.CLOUD_UPLOAD_OUTLINED, "/orders"),
    ]  # fmt: skip
    return ft.Row([ft.Container(tile, expand=1) for tile in tiles], spacing=12)


def Count(ctx: AppContext, count: int, label: str, icon: ft.IconData, route: str) -> ft.Control:
    """A number with its noun, amber when it is not zero; press it to go there."""

    async def go(_: ft.Event[ft.TextButton]) -> None:
        ctx.navigate(route)

    phone = ctx.width < PHONE_WIDTH_MAX
    mark = ft.Container(
        width=32 if phone else 44,
        height=32 if phone else 44,
        border_radius=12,
        bgcolor=AMBER_SOFT if count else GREEN_SOFT,
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(icon, size=18 if phone else 22, color=AMBER if count else GREEN),
    )
    number = text(ctx.i18n.number(count), Type.HEADLINE)
    noun = text(label, Type.CAPTION, color=MUTED, lines=2)
    if phone:  # three beside each other leave no room for a noun beside its mark
        content: ft.Control = ft.Column(
            [ft.Row([mark, number], spacing=8), noun], spacing=4, tight=True
        )
    else:
        beside = ft.Column([number, noun], spacing=0, tight=True, expand=True)
        content = ft.Row([mark, beside], spacing=14)
    return OptionCard(
        content,
        key=f"home-{route.strip('/')}",
        on_click=go,
        height=92 if ctx.width >= 1200 else 104,
    )


def ToPrepare(ctx: AppContext, fulfilment: list[Fulfilment], places: dict[str, str]) -> ft.Control:
    """The most urgent fulfilment of this store."""
    i18n = ctx.i18n
    rows: list[ft.Control] = []
    for entry in fulfilment:
        if rows:
            rows.append(Hairline())
        rows.append(_fulfilment_row(ctx, entry, places.get(entry.collect_at, "")))
    if not rows:
        rows = [EmptyState(ft.Icons.DONE_ALL, i18n.t("Nothing to prepare"))]
    return Card(
        ft.Column([SectionTitle(i18n.t("To prepare now")), ft.Column(rows, spacing=2)], spacing=8),
        padding=16,
    )


def ReservedCard(ctx: AppContext, reserved: list[Reserved]) -> ft.Control:
    """What customers come for and pay here; a press puts it into the basket."""
    i18n = ctx.i18n
    rows: list[ft.Control] = []
    for one in reserved:
        if rows:
            rows.append(Hairline())
        rows.append(_reserved_row(ctx, one))
    return Card(
        ft.Column(
            [SectionTitle(i18n.t("Reserved, paid here")), ft.Column(rows, spacing=2)], spacing=8
        ),
        padding=16,
    )


def _reserved_row(ctx: AppContext, one: Reserved) -> ft.Control:
    i18n, held = ctx.i18n, one.held

    async def sell(_: ft.Event[ft.TextButton]) -> None:
        if await ctx.attempt(ctx.device.reservations.sell, held.number):
            ctx.changes.tell("basket")

    until = i18n.t(
        "until {day}, {time}", day=i18n.day(held.expires_at), time=i18n.time(held.expires_at)
    )
    return ListRow(
        held.customer,
        subtitle=f"{held.quantity} × {one.article} · {until}",
        leading=Tile(one.article, held.sku),
        trailing=text(i18n.t("Sell"), Type.LABEL, color=GREEN),
        key=f"reserved-{held.number}",
        on_click=sell,
    )


def _fulfilment_row(ctx: AppContext, fulfilment: Fulfilment, place: str) -> ft.Control:
    async def show(_: ft.Event[ft.TextButton]) -> None:
        ctx.navigate(f"/fulfilments/{fulfilment.fulfilment_id}")

    first = fulfilment.lines[0]
    late = fulfilment.due_at < ctx.now()
    here = ctx.location.code if ctx.location is not None else fulfilment.location
    return ListRow(
        fulfilment.customer_name or str(fulfilment.order_number),
        subtitle=f"{how_it_leaves(ctx.i18n, fulfilment, here, place)} · {first.name}",
        leading=Tile(first.name, first.sku),
        trailing=text(
            due(ctx.i18n, fulfilment.due_at, ctx.now()),
            Type.CAPTION,
            color=AMBER if late else MUTED,
        ),
        key=f"fulfilment-{fulfilment.fulfilment_id}",
        on_click=show,
    )


def Sales(ctx: AppContext, sales: list[OrderRow]) -> ft.Control:
    """What this store sold today."""
    i18n = ctx.i18n
    return Card(
        ft.Column(
            [
                SectionTitle(i18n.t("Sold today")),
                Figure(i18n.t("Sales"), i18n.number(len(sales))),
                Figure(i18n.t("Turnover"), i18n.money(total(row.total for row in sales))),
            ],
            spacing=10,
        ),
        padding=16,
    )
