"""Why the lines come from where they do, how the order was paid, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import flet as ft

from app.components import (
    Card,
    Figure,
    Hairline,
    Loading,
    QuietButton,
    SectionTitle,
    Stack,
    component,
    text,
    use_loaded,
)
from app.screens import wording
from app.session import AppContext
from app.theme import GREEN, GRID, MUTED, TABLET, Type
from app.usecases.orders.explanation import explanation
from app.usecases.orders.orders import OrderDetail
from sync.domain.errors import ComptoirError, Unavailable
from sync.protocol.feed import Event, OrderState, ReturnRecord

EVALUATIONS_SHOWN_MAX = 100
EVENTS_SHOWN_MAX = 50


@component
def WhyCard(ctx: AppContext, detail: OrderDetail, names: Mapping[str, str]) -> ft.Control:
    """A sentence for each line; the reason of every other location behind a press."""
    t = ctx.i18n.t
    open_, set_open = ft.use_state(False)

    async def toggle() -> None:
        set_open(not open_)

    sentences = explanation(detail.state, names, ctx.i18n, sent=detail.sent)
    rows: list[ft.Control] = [SectionTitle(t("Where it comes from, and why"))]
    rows.extend(_sentence(sentence) for sentence in sentences)
    if detail.state.decisions:
        rows.append(
            QuietButton(
                t("Hide the other locations") if open_ else t("Why not from elsewhere?"),
                key="order-evaluations",
                icon=ft.Icons.EXPAND_LESS if open_ else ft.Icons.EXPAND_MORE,
                on_click=toggle,
            )
        )
        if open_:
            rows.append(OtherLocations(ctx, detail))
    return Card(ft.Column(rows, spacing=GRID))


@component
def OtherLocations(ctx: AppContext, detail: OrderDetail) -> ft.Control:
    """One sentence for each location that was not chosen, the least dear first, as the server
    tells it."""
    number = str(detail.state.order.number)
    loaded = use_loaded(
        ctx,
        lambda: ctx.device.orders.why_not_others(number, EVALUATIONS_SHOWN_MAX),
        [number, ctx.i18n.language, len(detail.state.decisions)],
        topics=("status",),
    )
    if loaded.error is not None:
        return text(_refusal(ctx, loaded.error), Type.CAPTION, color=MUTED)
    if loaded.value is None:
        return Loading()
    told = loaded.value or (ctx.i18n.t("No other location could have served it."),)
    return ft.Column(
        [text(sentence, Type.CAPTION, color=MUTED) for sentence in told], spacing=GRID, tight=True
    )


def _refusal(ctx: AppContext, error: ComptoirError) -> str:
    if isinstance(error, Unavailable):
        return ctx.i18n.t(
            "The central server tells why, and it does not answer now. The order is not affected."
        )
    return ctx.i18n.error(error)


def _sentence(sentence: str) -> ft.Control:
    return ft.Row(
        [
            ft.Icon(ft.Icons.CIRCLE, size=7, color=GREEN),
            text(sentence, expand=True),
        ],
        spacing=GRID + 2,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def MoneyCard(ctx: AppContext, detail: OrderDetail) -> ft.Control:
    """What was paid and by what, what was given back, and its returns."""
    i18n, state = ctx.i18n, detail.state
    rows: list[ft.Control] = [SectionTitle(i18n.t("Paid with"))]
    for place, tender in enumerate(state.order.tenders):
        name = wording.tender(i18n, tender.kind, tender.card_last4)
        rows.append(Figure(name, i18n.money(tender.amount)))
        refunded = state.refunded.get(place)
        if refunded:
            rows.append(Figure(i18n.t("given back"), i18n.money(-refunded)))
    if state.order.shipping_fee:
        rows.append(Figure(i18n.t("of which delivery"), i18n.money(state.order.shipping_fee)))
    rows.append(Hairline())
    rows.append(Figure(i18n.t("Total"), i18n.money(state.order.total), strong=True))
    rows.extend(_return_link(ctx, record) for record in detail.returns)
    return Card(Stack(rows, spacing=GRID))


def _return_link(ctx: AppContext, record: ReturnRecord) -> ft.Control:
    number = record.goods.number

    async def open_return() -> None:
        ctx.navigate(f"/returns/{number}")

    state = wording.return_state(ctx.i18n, record.goods.state)
    return QuietButton(
        f"{number} · {state}",
        key=f"order-return-{number}",
        icon=ft.Icons.ASSIGNMENT_RETURN_OUTLINED,
        on_click=open_return,
    )


def HistoryCard(ctx: AppContext, state: OrderState) -> ft.Control:
    """What happened, the latest first."""
    rows: list[ft.Control] = [SectionTitle(ctx.i18n.t("History"))]
    events = list(reversed(state.events))[:EVENTS_SHOWN_MAX]
    if not events:
        rows.append(text(ctx.i18n.t("Its timeline begins once it is sent."), color=MUTED))
    rows.extend(_event(ctx, event) for event in events)
    return Card(ft.Column(rows, spacing=GRID * 1.5))


def _event(ctx: AppContext, event: Event) -> ft.Control:
    at = datetime.fromisoformat(event.at)
    return ft.Row(
        [
            ft.Container(
                width=10, height=10, border_radius=5, bgcolor=GREEN, margin=ft.Margin.only(top=5)
            ),
            ft.Column(
                [
                    text(wording.event(ctx.i18n, event), Type.LABEL),
                    text(wording.ago(ctx.i18n, at, ctx.now()), Type.CAPTION, color=MUTED),
                ],
                spacing=2,
                expand=True,
                tight=True,
            ),
        ],
        spacing=TABLET.gap - 4,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
