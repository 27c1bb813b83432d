"""One order: its lines and where they come from, its money, its documents, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import flet as ft

from app.components import (
    Loading,
    NotThere,
    Page,
    PageHeader,
    SideBySide,
    Stack,
    component,
    use_loaded,
)
from app.components.buttons import Handler
from app.screens import wording
from app.screens.orders.changing import ChangesCard
from app.screens.orders.documents import DocumentsCard
from app.screens.orders.lines import LinesCard
from app.screens.orders.list import StatusPill
from app.screens.orders.timeline import HistoryCard, MoneyCard, WhyCard
from app.session import AppContext
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
        codes |= set(decision.locations)
        if decision.moved is not None:
            codes |= set(decision.moved.locations)
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
    loaded = use_loaded(
        ctx,
        lambda: load_order(ctx, number),
        [number],
        topics=("orders", "fulfilments", "returns"),
    )

    async def back() -> None:
        ctx.navigate("/orders")

    if loaded.error is not None:
        return NotThere(ctx, loaded.error, key="orders-back", back=back)
    if loaded.value is None:
        return Loading()
    detail, names = loaded.value.detail, loaded.value.names
    state = detail.state
    about = Stack([LinesCard(ctx, state, names), WhyCard(ctx, detail, names)])
    cards = [MoneyCard(ctx, detail), DocumentsCard(ctx, state.order), HistoryCard(ctx, state)]
    changes = ChangesCard(ctx, detail)
    beside = Stack(cards if changes is None else [changes, *cards])
    return Page([_header(ctx, loaded.value, back), SideBySide(ctx, about, beside)])


def _header(ctx: AppContext, shown: Shown, back: Handler) -> ft.Control:
    i18n, detail, order = ctx.i18n, shown.detail, shown.detail.state.order
    where = shown.names.get(order.location, order.location)
    day = i18n.t("{day} at {time}", day=i18n.day(order.placed_at), time=i18n.time(order.placed_at))
    return PageHeader(
        order.customer.name or i18n.t("Over the counter"),
        subtitle=" · ".join((str(order.number), wording.channel(i18n, order.channel), where, day)),
        back=back,
        back_label=i18n.t("Back to the list"),
        actions=[StatusPill(i18n, detail.state.status, sent=detail.sent, refused=detail.refused)],
    )
