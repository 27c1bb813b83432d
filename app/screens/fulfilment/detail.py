"""One fulfilment: pick by scanning or touching, pack, label, hand over, or refuse."""

from __future__ import annotations

from collections.abc import Callable
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
    use_scan,
)
from app.screens import wording
from app.screens.fulfilment.list import TONES
from app.screens.fulfilment.packing import Action, LeavingCard
from app.screens.fulfilment.picking import PickingCard
from app.screens.fulfilment.putting_back import PutBackSheet
from app.screens.fulfilment.rejecting import use_reject_dialog
from app.session import AppContext
from app.usecases.fulfilment.fulfilment import PickProgress
from app.usecases.store.sign_in import Person
from sync.domain.fulfilment import Fulfilment, FulfilmentState, RejectionReason

OPEN_STATES = (FulfilmentState.ALLOCATED, FulfilmentState.PICKING)


@dataclass(frozen=True)
class Shown:
    """What the screen loads. `label` is the print job of the label while there is one."""

    fulfilment: Fulfilment
    progress: PickProgress
    label: int | None
    place: str


def load_fulfilment(ctx: AppContext, fulfilment_id: str) -> Shown:
    """The fulfilment as it stands on this device; raises NotFound."""
    fulfilment = ctx.device.fulfilments.get(fulfilment_id)
    ours = fulfilment.location == ctx.device.location.code
    label = None
    if ours and fulfilment.state is FulfilmentState.PACKED:
        label = ctx.device.fulfilments.label(fulfilment_id).number
    place = (
        ctx.device.catalogue.location(fulfilment.collect_at).name if fulfilment.collect_at else ""
    )
    return Shown(fulfilment, ctx.device.fulfilments.progress(fulfilment_id), label, place)


def pick_piece(ctx: AppContext, fulfilment_id: str, barcode: str, person: Person) -> None:
    """Count the piece; the first one takes the fulfilment. Raises Conflict, InvalidInput."""
    fulfilments = ctx.device.fulfilments
    if fulfilments.get(fulfilment_id).state is not FulfilmentState.PICKING:
        fulfilments.start(fulfilment_id, person)
    fulfilments.picked(fulfilment_id, barcode)


@component
def FulfilmentScreen(ctx: AppContext, fulfilment_id: str) -> ft.Control:
    """The fulfilment `fulfilment_id`, with the one action that it needs next."""
    loaded = use_loaded(
        ctx,
        lambda: load_fulfilment(ctx, fulfilment_id),
        [fulfilment_id],
        topics=("fulfilments", "documents"),
    )

    async def back() -> None:
        ctx.navigate("/fulfilments")

    if loaded.error is not None:
        return NotThere(ctx, loaded.error, key="fulfilment-back", back=back)
    if loaded.value is None:
        return Loading()
    return FulfilmentPage(ctx, loaded.value, loaded.reload, back, key=fulfilment_id)


@component
def FulfilmentPage(
    ctx: AppContext, shown: Shown, reload: Callable[[], None], back: Action
) -> ft.Control:
    """What is picked beside how it leaves; `reload` is called after each thing that is tried."""
    fulfilment, fulfilments = shown.fulfilment, ctx.device.fulfilments
    fulfilment_id, is_open = fulfilment.fulfilment_id, fulfilment.state in OPEN_STATES
    attempt = use_attempt(ctx)

    async def pick(barcode: str) -> bool:
        if not is_open or ctx.person is None:
            return False
        await attempt.in_turn(pick_piece, ctx, fulfilment_id, barcode, ctx.person)
        reload()
        return True

    def does(job: Callable[[str, Person], object]) -> Action:
        async def press() -> None:
            if ctx.person is not None:
                await attempt.run(job, fulfilment_id, ctx.person)
                reload()

        return press

    async def print_again() -> None:
        if shown.label is not None and await attempt.run(ctx.device.documents.again, shown.label):
            ctx.toast(ctx.i18n.t("The label is printed again, marked as a duplicate."))
        reload()

    async def reject(reason: RejectionReason, *, partly: bool) -> None:
        if ctx.person is None:
            return
        if partly:
            missing = fulfilments.reject_missing
            if await attempt.run(missing, fulfilment_id, reason, ctx.person):
                ctx.toast(ctx.i18n.t("The rest is looked for elsewhere. Pack what you have."))
        elif await attempt.run(fulfilments.reject, fulfilment_id, reason, ctx.person):
            ctx.toast(ctx.i18n.t("Thank you. Another location is being found for this order."))
            ctx.navigate("/fulfilments")
        reload()

    async def put_back() -> None:
        title = ctx.i18n.t("Nobody came for it")
        ctx.open_sheet(title, lambda c: PutBackSheet(c, fulfilment_id))

    use_scan(ctx, pick)
    picking = PickingCard(ctx, fulfilment, shown.progress, pick)
    leaving = LeavingCard(
        ctx,
        fulfilment,
        shown.progress,
        label=shown.label,
        place=shown.place,
        busy=attempt.busy,
        on_pack=does(fulfilments.pack),
        on_hand_over=does(fulfilments.hand_over),
        on_print_again=print_again,
        on_reject=use_reject_dialog(ctx, reject, partly=_some_is_picked(shown)),
        on_back=back,
        on_put_back=put_back,
    )
    top = [_header(ctx, fulfilment, back)]
    if attempt.problem:
        top.append(ErrorBanner(attempt.problem, key="fulfilment-problem"))
    return Page([Stack(top), SideBySide(ctx, picking, leaving, right_first=not is_open)])


def _some_is_picked(shown: Shown) -> bool:
    """Whether the store has some of it in hand, and not all."""
    picked = sum(line.picked for line in shown.progress.lines)
    return picked > 0 and not shown.progress.complete


def _header(ctx: AppContext, fulfilment: Fulfilment, back: Action) -> ft.Control:
    state = wording.fulfilment_state(ctx.i18n, fulfilment, ctx.device.location.code)
    return PageHeader(
        fulfilment.customer_name or str(fulfilment.order_number),
        subtitle=f"{fulfilment.order_number} · {wording.channel(ctx.i18n, fulfilment.channel)}",
        back=back,
        back_label=ctx.i18n.t("Back to the list"),
        actions=[StatePill(state, tone=TONES[fulfilment.state])],
    )
