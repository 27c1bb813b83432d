"""One return: look at each line, see what is refunded and how, confirm, hand out what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import flet as ft

from app.components import (
    ErrorBanner,
    Loading,
    NotThere,
    Page,
    PageHeader,
    SideBySide,
    Stack,
    StatePill,
    component,
    use_attempt,
    use_loaded,
)
from app.screens import wording
from app.screens.returns.inspection_form import Inspection, LineInspection
from app.screens.returns.lines import LinesCard
from app.screens.returns.list import TONES
from app.screens.returns.refund import Action, RefundCard, ResultCard
from app.screens.staff.approval import may_or_ask
from app.session import AppContext
from app.usecases.returns.payouts import Payout
from sync.domain.associate import Right
from sync.domain.errors import NotFound
from sync.domain.returns import Return, ReturnState
from sync.protocol.feed import OrderState, ReturnRecord
from sync.protocol.sessions import Approval

NOTHING_INSPECTED: Mapping[int, LineInspection] = {}


@dataclass(frozen=True)
class Shown:
    """What the screen loads; `order` is None when this device does not know it, `inspected_by` the
    name of who looked at the goods, or the code of somebody of another store."""

    record: ReturnRecord
    order: OrderState | None
    payout: Payout
    inspected_by: str


def load_return(ctx: AppContext, number: str) -> Shown:
    """The return, and its order for the means of payment; raises NotFound."""
    record = ctx.device.returns.get(number)
    try:
        order = ctx.device.orders.get(str(record.goods.order_number)).state
    except NotFound:
        order = None
    names = {person.code: person.name for person in ctx.device.sign_in.people()}
    inspected_by = names.get(record.inspected_by, record.inspected_by)
    return Shown(record, order, ctx.device.payouts.get(number), inspected_by)


@component
def InspectionScreen(ctx: AppContext, number: str) -> ft.Control:
    """The return `number`."""
    loaded = use_loaded(
        ctx, lambda: load_return(ctx, number), [number], topics=("returns", "orders", "status")
    )

    async def back() -> None:
        ctx.navigate("/returns")

    if loaded.error is not None:
        return NotThere(ctx, loaded.error, key="returns-back", back=back)
    if loaded.value is None:
        return Loading()
    return InspectionPage(ctx, loaded.value, loaded.reload, back, key=number)


@component
def InspectionPage(
    ctx: AppContext, shown: Shown, reload: Callable[[], None], back: Action
) -> ft.Control:
    """The lines beside the money; `reload` is called after each thing that is tried."""
    goods, number = shown.record.goods, str(shown.record.goods.number)
    inspected_lines, set_inspected = ft.use_state(NOTHING_INSPECTED)
    attempt = use_attempt(ctx)
    waiting = goods.state is ReturnState.DEPOSITED
    inspection = Inspection(goods, inspected_lines)

    async def evaluate(line_id: int, inspected_line: LineInspection) -> None:
        set_inspected(lambda given: {**given, line_id: inspected_line})

    async def refund(approval: Approval | None = None) -> None:
        if ctx.person is not None:
            given = inspection.inspected_lines()
            await attempt.run(ctx.device.returns.inspect, number, given, ctx.person, approval)
            reload()

    limit = use_loaded(ctx, lambda: ctx.device.returns.refund_limit())
    above = limit.value is not None and inspection.refund > limit.value
    why = ctx.i18n.t(
        "This refund is above {limit}.", limit=ctx.i18n.money(limit.value or inspection.refund)
    )

    async def confirm() -> None:
        if above:
            await may_or_ask(ctx, Right.REFUND_ABOVE_LIMIT, number, why, refund)
        else:
            await refund()

    async def handed_out() -> None:
        if ctx.person is None:
            return
        if await attempt.run(ctx.device.payouts.hand_out, number, ctx.person):
            # The payout stands whatever the drawer does: what hinders it is said beside.
            await ctx.attempt(ctx.device.documents.open_drawer, number)
        reload()

    lines = LinesCard(ctx, inspection, shown.order, on_inspect=evaluate if waiting else None)
    if waiting:
        money = RefundCard(ctx, inspection, shown.order, busy=attempt.busy, on_confirm=confirm)
    else:
        money = ResultCard(
            ctx,
            shown.record,
            shown.payout,
            shown.inspected_by,
            busy=attempt.busy,
            on_handed_out=handed_out,
            on_back=back,
        )
    top = [_header(ctx, goods, back)]
    if attempt.problem:
        top.append(ErrorBanner(attempt.problem, key="returns-problem"))
    return Page([Stack(top), SideBySide(ctx, lines, money, right_first=not waiting)])


def _header(ctx: AppContext, goods: Return, back: Action) -> ft.Control:
    t = ctx.i18n.t
    when = wording.ago(ctx.i18n, goods.created_at, ctx.now())
    state = wording.return_state(ctx.i18n, goods.state)
    return PageHeader(
        str(goods.number),
        subtitle=t("Order {order} · left {when}", order=goods.order_number, when=when),
        back=back,
        back_label=t("Back to the list"),
        actions=[StatePill(state, tone=TONES[goods.state])],
    )
