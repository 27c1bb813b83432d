"""One return: look at each line, see what is refunded and how, confirm, hand out what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import flet as ft

from app.components import (
    EmptyState,
    ErrorBanner,
    Loading,
    PageHeader,
    QuietButton,
    StatePill,
    component,
    use_attempt,
    use_loaded,
)
from app.screens import wording
from app.screens.returns.inspection_form import Inspection, LineInspection
from app.screens.returns.lines import LinesCard
from app.screens.returns.list import TONES
from app.screens.returns.refund import RefundCard, ResultCard
from app.session import AppContext
from app.theme import TABLET
from app.usecases.returns.payouts import Payout
from sync.domain.errors import NotFound
from sync.domain.returns import ReturnState
from sync.protocol.feed import OrderState, ReturnRecord

NOTHING_INSPECTED: Mapping[int, LineInspection] = {}


@dataclass(frozen=True)
class Shown:
    """What the screen loads; `order` is None when this device does not know it."""

    record: ReturnRecord
    order: OrderState | None
    payout: Payout


def load_return(ctx: AppContext, number: str) -> Shown:
    """The return, and its order for the means of payment; raises NotFound."""
    record = ctx.device.returns.get(number)
    try:
        order = ctx.device.orders.get(str(record.goods.order_number)).state
    except NotFound:
        order = None
    return Shown(record, order, ctx.device.payouts.get(number))


@component
def InspectionScreen(ctx: AppContext, number: str) -> ft.Control:
    """The return `number`."""
    t = ctx.i18n.t
    loaded = use_loaded(
        ctx, lambda: load_return(ctx, number), [number], topics=("returns", "orders", "status")
    )
    inspected_lines, set_inspected = ft.use_state(NOTHING_INSPECTED)
    attempt = use_attempt(ctx)

    async def back() -> None:
        ctx.navigate("/returns")

    if loaded.error is not None:
        return EmptyState(
            ft.Icons.SEARCH_OFF,
            ctx.i18n.error(loaded.error),
            action=QuietButton(t("Back to the list"), key="returns-back", on_click=back),
        )
    if loaded.value is None:
        return Loading()
    record, order = loaded.value.record, loaded.value.order
    goods = record.goods
    waiting = goods.state is ReturnState.DEPOSITED
    inspection = Inspection(goods, inspected_lines)

    async def evaluate(line_id: int, inspected_line: LineInspection) -> None:
        set_inspected(lambda given: {**given, line_id: inspected_line})

    async def confirm() -> None:
        if ctx.person is not None:
            given = inspection.inspected_lines()
            await attempt.run(ctx.device.returns.inspect, number, given, ctx.person)
            loaded.reload()

    async def handed_out() -> None:
        if ctx.person is None:
            return
        if await attempt.run(ctx.device.payouts.hand_out, number, ctx.person):
            # The payout stands whatever the drawer does: what hinders it is said beside.
            await ctx.attempt(ctx.device.documents.open_drawer, number)
        loaded.reload()

    lines = LinesCard(ctx, inspection, order, on_inspect=evaluate if waiting else None)
    money = (
        RefundCard(ctx, inspection, order, busy=attempt.busy, on_confirm=confirm)
        if waiting
        else ResultCard(
            ctx,
            record,
            loaded.value.payout,
            busy=attempt.busy,
            on_handed_out=handed_out,
            on_back=back,
        )
    )
    top: list[ft.Control] = [
        PageHeader(
            str(goods.number),
            subtitle=t(
                "Order {order} · left {when}",
                order=goods.order_number,
                when=wording.ago(ctx.i18n, goods.created_at, ctx.now()),
            ),
            back=back,
            back_label=t("Back to the list"),
            actions=[
                StatePill(wording.return_state(ctx.i18n, goods.state), tone=TONES[goods.state])
            ],
        )
    ]
    if attempt.problem:
        top.append(ErrorBanner(attempt.problem, key="returns-problem"))
    stretch = ft.CrossAxisAlignment.STRETCH
    body: ft.Control = ft.Column(
        [lines, money] if waiting else [money, lines],
        spacing=TABLET.gap,
        horizontal_alignment=stretch,
    )
    if not ctx.portrait:
        body = ft.Row(
            [ft.Container(lines, expand=3), ft.Container(money, expand=2)],
            spacing=TABLET.gap,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return ft.Column(
        [ft.Column(top, spacing=TABLET.gap), body, ft.Container(height=8)],
        spacing=TABLET.gap,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=stretch,
    )
