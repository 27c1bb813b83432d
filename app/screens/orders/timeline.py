"""Why the lines come from where they do, how the order was paid, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import flet as ft

from app.components import Card, Figure, Hairline, QuietButton, SectionTitle, Stack, component, text
from app.screens import wording
from app.session import AppContext
from app.theme import GREEN, GRID, MUTED, TABLET, Type
from app.usecases.orders.explanation import explanation
from app.usecases.orders.orders import OrderDetail
from sync.protocol.feed import Event, OrderState, ReturnRecord
from sync.sourcing import Decision
from sync.sourcing.explain.sentences import other_evaluations, reasons

EVALUATIONS_SHOWN_MAX = 100
EVENTS_SHOWN_MAX = 50


@component
def WhyCard(ctx: AppContext, detail: OrderDetail, names: Mapping[str, str]) -> ft.Control:
    """A sentence for each line; the evaluation on every other location behind a press."""
    t = ctx.i18n.t
    open_, set_open = ft.use_state(False)

    async def toggle() -> None:
        set_open(not open_)

    sentences = explanation(detail.state, names, ctx.i18n, sent=detail.sent, evaluations_max=0)
    decision = Decision.from_wire(detail.state.decisions[-1]) if detail.state.decisions else None
    rows: list[ft.Control] = [SectionTitle(t("Where it comes from, and why"))]
    rows.extend(_sentence(sentence) for sentence in sentences)
    others_told = len(other_evaluations(decision)) if decision is not None else 0
    if decision is not None and others_told:
        others = ctx.i18n.n(
            "Why not {count} other location",
            "Why not {count} other locations",
            others_told,
        )
        rows.append(
            QuietButton(
                t("Hide the other locations") if open_ else others,
                key="order-evaluations",
                icon=ft.Icons.EXPAND_LESS if open_ else ft.Icons.EXPAND_MORE,
                on_click=toggle,
            )
        )
        if open_:
            rows.extend(
                text(sentence, Type.CAPTION, color=MUTED)
                for sentence in evaluation_sentences(ctx, decision, names)
            )
    return Card(ft.Column(rows, spacing=GRID))


def evaluation_sentences(
    ctx: AppContext, decision: Decision, names: Mapping[str, str]
) -> list[str]:
    """One sentence for each location that was not chosen, the least dear first."""
    return reasons(decision, ctx.i18n, names=names, evaluations_max=EVALUATIONS_SHOWN_MAX)


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
                    text(ctx.i18n.t(event.text, **event.params), Type.LABEL),
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
