"""One fulfilment: pick by scanning or touching, pack, label, hand over, or refuse."""

from __future__ import annotations

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
    use_loaded,
)
from app.components.live import use_scan
from app.screens import wording
from app.screens.fulfilment.list import TONES
from app.screens.fulfilment.packing import LeavingCard
from app.screens.fulfilment.picking import PickingCard
from app.screens.fulfilment.rejecting import RejectDialog
from app.session import AppContext
from app.theme import TABLET
from app.usecases.fulfilment.fulfilment import PickProgress
from sync.domain.errors import ComptoirError
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


@component
def FulfilmentScreen(ctx: AppContext, fulfilment_id: str) -> ft.Control:
    """The fulfilment `fulfilment_id`, with the one action that it needs next."""
    t = ctx.i18n.t
    loaded = use_loaded(
        ctx,
        lambda: load_fulfilment(ctx, fulfilment_id),
        [fulfilment_id],
        topics=("fulfilments", "documents"),
    )
    problem, set_problem = ft.use_state("")
    rejecting, set_rejecting = ft.use_state(False)
    busy, set_busy = ft.use_state(False)
    shown = loaded.value

    async def attempt(job: object, *args: object) -> bool:
        """Do it beside the event loop; a refusal becomes the sentence above the lines."""
        set_busy(True)
        set_problem("")
        try:
            await ctx.background.run(job, *args)  # type: ignore[arg-type]
        except ComptoirError as error:
            set_problem(ctx.i18n.error(error))
            return False
        finally:
            set_busy(False)
            loaded.reload()
        return True

    async def pick(barcode: str) -> bool:
        if shown is None or shown.fulfilment.state not in OPEN_STATES or ctx.person is None:
            return False
        fresh = shown.fulfilment.state is FulfilmentState.ALLOCATED
        if fresh and not await attempt(ctx.device.fulfilments.start, fulfilment_id, ctx.person):
            return True
        await attempt(ctx.device.fulfilments.picked, fulfilment_id, barcode)
        return True

    use_scan(ctx, pick)

    async def pack() -> None:
        await attempt(ctx.device.fulfilments.pack, fulfilment_id, ctx.person)

    async def hand_over() -> None:
        await attempt(ctx.device.fulfilments.hand_over, fulfilment_id, ctx.person)

    async def print_again() -> None:
        if shown is not None and await attempt(ctx.device.documents.again, shown.label):
            ctx.toast(t("The label is printed again, marked as a duplicate."))

    async def reject(reason: RejectionReason) -> None:
        set_rejecting(False)
        if await attempt(ctx.device.fulfilments.reject, fulfilment_id, reason, ctx.person):
            ctx.toast(t("Thank you. Another location is being found for this order."))
            ctx.navigate("/fulfilments")

    async def ask_reason() -> None:
        set_rejecting(True)

    async def keep_working() -> None:
        set_rejecting(False)

    async def back() -> None:
        ctx.navigate("/fulfilments")

    ft.use_dialog(RejectDialog(ctx, on_reject=reject, on_close=keep_working) if rejecting else None)
    if loaded.error is not None:
        return EmptyState(
            ft.Icons.SEARCH_OFF,
            ctx.i18n.error(loaded.error),
            action=QuietButton(t("Back to the list"), key="fulfilment-back", on_click=back),
        )
    if shown is None:
        return Loading()
    fulfilment = shown.fulfilment
    picking = PickingCard(ctx, fulfilment, shown.progress, pick)
    leaving = LeavingCard(
        ctx,
        fulfilment,
        shown.progress,
        label=shown.label,
        place=shown.place,
        busy=busy,
        on_pack=pack,
        on_hand_over=hand_over,
        on_print_again=print_again,
        on_reject=ask_reason,
        on_back=back,
    )
    top: list[ft.Control] = [
        PageHeader(
            fulfilment.customer_name or str(fulfilment.order_number),
            subtitle=f"{fulfilment.order_number} · {wording.channel(ctx.i18n, fulfilment.channel)}",
            back=back,
            back_label=t("Back to the list"),
            actions=[
                StatePill(
                    wording.fulfilment_state(ctx.i18n, fulfilment, ctx.device.location.code),
                    tone=TONES[fulfilment.state],
                ),
            ],
        )
    ]
    if problem:
        top.append(ErrorBanner(problem, key="fulfilment-problem"))
    stretch = ft.CrossAxisAlignment.STRETCH
    body: ft.Control = ft.Column(
        [leaving, picking] if fulfilment.state not in OPEN_STATES else [picking, leaving],
        spacing=TABLET.gap,
        horizontal_alignment=stretch,
    )
    if not ctx.portrait:
        body = ft.Row(
            [ft.Container(picking, expand=3), ft.Container(leaving, expand=2)],
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
