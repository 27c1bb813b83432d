"""After the payment: the change, the receipt if it is wanted, and where each line comes from."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.components import (
    Card,
    EmptyState,
    Hairline,
    Loading,
    SectionTitle,
    StatePill,
    component,
    text,
    use_loaded,
)
from app.screens.selling.delivery_options import MODE_ICONS, LocationNames
from app.screens.selling.receipt_choice import ReceiptChoice
from app.screens.wording import ago, mode, tender
from app.session import AppContext, key_of
from app.theme import AMBER, GREEN, GREEN_SOFT, MUTED, Tone, Type
from app.usecases.orders.orders import OrderDetail
from sync.domain.errors import NotFound, Unavailable
from sync.domain.location import Location
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode, Order, OrderLine
from sync.sourcing import Decision
from sync.sourcing.explain.sentences import summary

EVALUATIONS_MAX = 3  # locations not chosen, named with their reason


@dataclass(frozen=True, slots=True)
class Placed:
    """What the screen loads: the order, the places it names, and the age of the stock."""

    detail: OrderDetail
    places: dict[str, Location]
    stock_age: str
    reasons: tuple[str, ...] = ()


@component
def SaleDoneScreen(ctx: AppContext) -> ft.Control:
    """The order of the route, just placed."""
    number = key_of(ctx.route)

    def load() -> Placed:
        detail = ctx.device.orders.get(number)
        codes = {line.collect_at for line in detail.state.order.lines}
        codes |= {line.promised_from for line in detail.state.order.lines}
        codes |= {source.location for line in detail.state.lines for source in line.sources}
        as_of = ctx.device.status.now().stock_as_of
        return Placed(
            detail,
            {code: ctx.device.catalogue.location(code) for code in codes if code},
            ago(ctx.i18n, as_of, ctx.now()) if as_of is not None else "",
            reasons(ctx, detail),
        )

    loaded = use_loaded(ctx, load, [number, ctx.i18n.language], topics=("orders", "status"))
    if loaded.error is not None:
        return EmptyState(ft.Icons.RECEIPT_LONG_OUTLINED, ctx.i18n.error(loaded.error))
    if loaded.value is None:
        return Loading()
    placed = loaded.value
    order = placed.detail.state.order
    outcome, sources = Outcome(ctx, order), Sources(ctx, placed)
    receipt = ReceiptChoice(ctx, order, key=f"receipt-{number}")
    if ctx.portrait:
        body: ft.Control = _stacked([outcome, receipt, sources])
    else:
        left = _stacked([outcome, sources])
        body = ft.Row(
            [ft.Container(left, expand=1), ft.Container(receipt, expand=1)],
            spacing=16,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return ft.Column([body, ft.Container(height=8)], expand=True, scroll=ft.ScrollMode.AUTO)


def _stacked(cards: list[ft.Control]) -> ft.Column:
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(cards, spacing=16, tight=True, horizontal_alignment=stretch)


def reasons(ctx: AppContext, detail: OrderDetail) -> tuple[str, ...]:
    """Why the server chose so, in the reader's language. Reads the device: run it in a thread."""
    if not detail.state.decisions:
        return ()
    decision = Decision.from_wire(detail.state.decisions[-1])
    told = summary(decision, ctx.i18n, names=LocationNames(ctx))
    return (*told, *_others(ctx, str(detail.state.order.number)))


def _others(ctx: AppContext, number: str) -> tuple[str, ...]:
    """Why not from elsewhere; left out while the server is out of reach."""
    if not ctx.device.link().online:
        return ()
    try:
        return ctx.device.orders.why_not_others(number, EVALUATIONS_MAX)
    except (NotFound, Unavailable):
        return ()


def Outcome(ctx: AppContext, order: Order) -> ft.Control:
    """Paid: the change, large, and the numbers."""
    i18n = ctx.i18n
    change = total(t.change for t in order.tenders) if order.tenders else Money(0)

    paid = ", ".join(tender(i18n, t.kind, t.card_last4) for t in order.tenders)
    figures: list[ft.Control] = [
        text(i18n.t("Change to give"), color=MUTED),
        text(i18n.money(change), Type.DISPLAY, color=GREEN, no_wrap=True),
    ]
    if not change:
        figures = [
            text(i18n.t("Paid"), color=MUTED),
            text(i18n.money(order.total), Type.DISPLAY, color=GREEN, no_wrap=True),
        ]
    return Card(
        ft.Column(
            [
                ft.Row(
                    [
                        ft.Container(
                            width=72,
                            height=72,
                            border_radius=36,
                            bgcolor=GREEN_SOFT,
                            alignment=ft.Alignment.CENTER,
                            content=ft.Icon(ft.Icons.CHECK, size=36, color=GREEN),
                        ),
                        ft.Column(figures, spacing=0, tight=True, expand=True),
                    ],
                    spacing=20,
                ),
                Hairline(),
                ft.Row(
                    [
                        _fact(i18n.t("Order"), str(order.number)),
                        _fact(i18n.t("Receipt"), order.receipt_number or "—"),
                    ],
                    spacing=16,
                ),
                ft.Row(
                    [
                        _fact(i18n.t("Total"), i18n.money(order.total)),
                        _fact(i18n.t("Means of payment"), paid),
                    ],
                    spacing=16,
                ),
            ],
            spacing=14,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _fact(label: str, value: str) -> ft.Control:
    return ft.Column(
        [text(label, Type.CAPTION, color=MUTED), text(value, Type.LABEL, selectable=True)],
        spacing=2,
        tight=True,
        expand=True,
    )


def Sources(ctx: AppContext, placed: Placed) -> ft.Control:
    """Where each line comes from and why; before the server has answered, that it waits."""
    i18n, detail = ctx.i18n, placed.detail
    order = detail.state.order
    by_line = {state.line_id: state for state in detail.state.lines}
    remote = any(line.mode is not FulfilmentMode.CARRY_OUT for line in order.lines)
    if detail.sent:
        pill = StatePill(i18n.t("Confirmed"), icon=ft.Icons.CLOUD_DONE_OUTLINED)
    else:
        pill = StatePill(
            i18n.t("Waiting to be sent"), tone=Tone.ATTENTION, icon=ft.Icons.CLOUD_UPLOAD_OUTLINED
        )
    parts: list[ft.Control] = [
        ft.Row([ft.Container(SectionTitle(i18n.t("Where it comes from")), expand=True), pill])
    ]
    for line in order.lines:
        state = by_line.get(line.line_id)
        names = [
            placed.places[source.location].name
            for source in (state.sources if state is not None else ())
            if source.location in placed.places
        ]
        parts.append(_source_row(ctx, line, placed.places, names))
    if not detail.sent and remote:
        parts.append(
            text(
                i18n.t("Promises from the network as of {age}.", age=placed.stock_age or "—"),
                Type.CAPTION,
                color=AMBER,
            )
        )
    if placed.reasons:
        parts.append(Hairline())
        parts.append(text(i18n.t("Why"), Type.CAPTION, color=MUTED))
        parts.extend(text(sentence) for sentence in placed.reasons)
    return Card(ft.Column(parts, spacing=11))


def _source_row(
    ctx: AppContext, line: OrderLine, places: dict[str, Location], names: list[str]
) -> ft.Control:
    i18n = ctx.i18n
    collect = places.get(line.collect_at)
    how = mode(i18n, line.mode, collect.name if collect else "")
    if line.mode is FulfilmentMode.CARRY_OUT:
        source = i18n.t("from this store")
    elif names:
        source = i18n.t("from {place}", place=", ".join(dict.fromkeys(names)))
    else:
        expected = places.get(line.promised_from)
        source = i18n.t("expected from {place}", place=expected.name) if expected else ""
    remote = line.mode is not FulfilmentMode.CARRY_OUT
    when = f" · {i18n.day(line.promised_at)}" if line.promised_at and remote else ""
    return ft.Row(
        [
            ft.Icon(MODE_ICONS[line.mode], size=20, color=MUTED),
            ft.Column(
                [
                    text(f"{line.name} × {line.quantity}", Type.LABEL, lines=1),
                    text(f"{how}{when}", Type.CAPTION, color=MUTED, lines=1),
                    *([text(source, Type.CAPTION, color=GREEN, lines=1)] if source else []),
                ],
                spacing=2,
                tight=True,
                expand=True,
            ),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
