"""What this store has to prepare, the most urgent first."""

from __future__ import annotations

from datetime import datetime, timedelta

import flet as ft

from app.components import FilteredListScreen, ListFilter, OpenRow, StatePill, text
from app.screens import wording
from app.session import AppContext
from app.theme import AMBER, GREEN, GREEN_SOFT, GRID, INK, MUTED, Tone, Type
from app.usecases.orders.changes import is_waiting
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.order_status import OPEN

TONES = {
    FulfilmentState.ALLOCATED: Tone.ATTENTION,
    FulfilmentState.PICKING: Tone.NEUTRAL,
    FulfilmentState.PACKED: Tone.GOOD,
    FulfilmentState.HANDED_OVER: Tone.GOOD,
    FulfilmentState.REJECTED: Tone.LOSS,
    FulfilmentState.REASSIGNED: Tone.PLAIN,
    FulfilmentState.CANCELLED: Tone.PLAIN,
}


def TodoList(ctx: AppContext) -> ft.Control:
    """The list of fulfilments, and what is done."""
    t, fulfilments = ctx.i18n.t, ctx.device.fulfilments
    return FilteredListScreen(
        ctx,
        t("To prepare"),
        [
            ListFilter(
                "fulfilment-todo",
                t("To do"),
                fulfilments.todo,
                ft.Icons.DONE_ALL,
                t("Nothing to prepare"),
                t("New orders for this store appear here by themselves."),
            ),
            ListFilter(
                "fulfilment-done",
                t("Done"),
                fulfilments.done,
                ft.Icons.INVENTORY_2_OUTLINED,
                t("Nothing was handed over yet"),
            ),
        ],
        lambda fulfilment: FulfilmentRow(ctx, fulfilment),
        ("fulfilments",),
    )


def FulfilmentRow(ctx: AppContext, fulfilment: Fulfilment) -> ft.Control:
    """One fulfilment: for whom, how much of what, until when, how it leaves, how far it is."""
    i18n = ctx.i18n

    async def open_fulfilment() -> None:
        ctx.navigate(f"/fulfilments/{fulfilment.fulfilment_id}")

    details = " · ".join(
        (
            wording.channel(i18n, fulfilment.channel),
            i18n.n("{count} piece", "{count} pieces", fulfilment.quantity),
            wording.how_it_leaves(i18n, fulfilment, ctx.device.location.code),
        )
    )
    words: list[ft.Control] = [
        text(fulfilment.customer_name or str(fulfilment.order_number), Type.STRONG, lines=1),
        text(f"{fulfilment.order_number} · {details}", Type.CAPTION, color=MUTED, lines=2),
    ]
    pill = StatePill(
        wording.fulfilment_state(i18n, fulfilment, ctx.device.location.code),
        tone=TONES[fulfilment.state],
    )
    parts: list[ft.Control] = [leaving_icon(ctx, fulfilment)]
    if ctx.portrait:
        words.append(ft.Row([pill, due_text(ctx, fulfilment)], spacing=GRID * 1.5, wrap=True))
        parts.append(ft.Column(words, spacing=4, expand=True, tight=True))
    else:
        parts.append(ft.Column(words, spacing=4, expand=True, tight=True))
        parts.append(due_text(ctx, fulfilment))
        parts.append(ft.Container(pill, width=176, alignment=ft.Alignment.CENTER_RIGHT))
    return OpenRow(parts, key=f"fulfilment-{fulfilment.fulfilment_id}", on_click=open_fulfilment)


def leaving_icon(ctx: AppContext, fulfilment: Fulfilment, size: float = 44) -> ft.Control:
    """A truck for a parcel, a bag for a customer who comes."""
    icon = (
        ft.Icons.SHOPPING_BAG_OUTLINED
        if wording.customer_collects(fulfilment, ctx.device.location.code)
        else ft.Icons.LOCAL_SHIPPING_OUTLINED
    )
    return ft.Container(
        ft.Icon(icon, size=size / 2, color=GREEN),
        width=size,
        height=size,
        border_radius=size / 2,
        bgcolor=GREEN_SOFT,
        alignment=ft.Alignment.CENTER,
    )


def _waits_since(ctx: AppContext, ready_at: datetime) -> ft.Control:
    """A bag that waits for its customer; amber once nobody is expected any more."""
    t, keep = ctx.i18n.t, timedelta(days=ctx.device.company.collecting.keep_days)
    overdue = ctx.now() - ready_at > keep
    since = wording.ago(ctx.i18n, ready_at, ctx.now())
    words = t("Not collected since {day}: put back", day=ctx.i18n.day(ready_at))
    return text(
        words if overdue else t("Ready {when}", when=since),
        Type.LABEL,
        color=AMBER if overdue else INK,
    )


def due_text(ctx: AppContext, fulfilment: Fulfilment) -> ft.Control:
    """Until when; amber once it is late. Nothing for what is over."""
    if fulfilment.state not in OPEN:
        return ft.Container()
    if is_waiting(fulfilment, ctx.device.location.code) and fulfilment.ready_at is not None:
        return _waits_since(ctx, fulfilment.ready_at)
    late = fulfilment.due_at < ctx.now()
    return text(
        wording.due(ctx.i18n, fulfilment.due_at, ctx.now()),
        Type.LABEL,
        color=AMBER if late else INK,
    )
