"""One order: its lines and where they come from, its money, its documents, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import flet as ft

from app.components import (
    EmptyState,
    Loading,
    PageHeader,
    QuietButton,
    component,
    use_loaded,
)
from app.screens import wording
from app.screens.orders.documents import DocumentsCard
from app.screens.orders.lines import LinesCard
from app.screens.orders.list import StatusPill
from app.screens.orders.timeline import HistoryCard, MoneyCard, WhyCard
from app.session import AppContext
from app.theme import TABLET
from app.usecases.orders.orders import OrderDetail
from sync.domain.errors import NotFound
from sync.protocol.feed import OrderState
from sync.sourcing import Decision


@dataclass(frozen=True)
class Shown:
    """What the screen loads. `names` of the locations that it mentions, by code."""

    detail: OrderDetail
    names: Mapping[str, str]


def mentioned_locations(state: OrderState) -> set[str]:
    """Codes of all locations that the order's screen names."""
    codes = {state.order.location}
    for line in state.order.lines:
        codes |= {line.collect_at, line.promised_from}
    for told in state.lines:
        codes |= {source.location for source in told.sources}
    for decision in map(Decision.from_wire, state.decisions):
        codes |= {evaluation.location for evaluation in decision.evaluations}
        codes |= {shipment.location for shipment in decision.shipments}
        if decision.runner_up is not None:
            codes |= set(decision.runner_up.locations)
    return codes - {""}


def load_order(ctx: AppContext, number: str) -> Shown:
    """The order and the names of its places; raises NotFound."""
    detail = ctx.device.orders.get(number)
    names: dict[str, str] = {}
    for code in mentioned_locations(detail.state):
        try:
            names[code] = ctx.device.catalogue.location(code).name
        except NotFound:
            names[code] = code  # not here yet: its code is still better than nothing
    return Shown(detail, names)


@component
def OrderScreen(ctx: AppContext, number: str) -> ft.Control:
    """The order `number`."""
    t = ctx.i18n.t
    loaded = use_loaded(
        ctx,
        lambda: load_order(ctx, number),
        [number],
        topics=("orders", "fulfilments", "returns"),
    )

    async def back() -> None:
        ctx.navigate("/orders")

    if loaded.error is not None:
        return EmptyState(
            ft.Icons.SEARCH_OFF,
            ctx.i18n.error(loaded.error),
            action=QuietButton(t("Back to the list"), key="orders-back", on_click=back),
        )
    if loaded.value is None:
        return Loading()
    shown = loaded.value
    order = shown.detail.state.order
    where = shown.names.get(order.location, order.location)
    day = t(
        "{day} at {time}", day=ctx.i18n.day(order.placed_at), time=ctx.i18n.time(order.placed_at)
    )
    subtitle = " · ".join((str(order.number), wording.channel(ctx.i18n, order.channel), where, day))
    detail = shown.detail
    pill = StatusPill(ctx.i18n, detail.state.status, sent=detail.sent, refused=detail.refused)
    header = PageHeader(
        order.customer.name or t("Over the counter"),
        subtitle=subtitle,
        back=back,
        back_label=t("Back to the list"),
        actions=[pill],
    )
    lines = LinesCard(ctx, shown.detail.state, shown.names)
    why = WhyCard(ctx, shown.detail, shown.names)
    money = MoneyCard(ctx, shown.detail)
    documents = DocumentsCard(ctx, shown.detail.state.order)
    history = HistoryCard(ctx, shown.detail.state)
    stretch = ft.CrossAxisAlignment.STRETCH
    left: list[ft.Control] = [lines, why]
    right: list[ft.Control] = [money, documents, history]
    body: ft.Control = ft.Column([*left, *right], spacing=TABLET.gap, horizontal_alignment=stretch)
    if not ctx.portrait:
        body = ft.Row(
            [
                ft.Column(left, spacing=TABLET.gap, expand=3, horizontal_alignment=stretch),
                ft.Column(right, spacing=TABLET.gap, expand=2, horizontal_alignment=stretch),
            ],
            spacing=TABLET.gap,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return ft.Column(
        [header, body, ft.Container(height=8)],
        spacing=TABLET.gap,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=stretch,
    )
