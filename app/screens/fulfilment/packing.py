"""How the goods leave: to whom, until when, the label, and the one action that comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.components import Card, PrimaryButton, QuietButton, Stack, text
from app.screens import wording
from app.screens.documents.download import DocumentPicture
from app.screens.fulfilment.list import due_text, leaving_icon
from app.session import AppContext
from app.theme import GREEN, GREEN_SOFT, GRID, MUTED, TABLET, Type
from app.usecases.fulfilment.fulfilment import PickProgress
from printing import service_name
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.order_status import GIVEN_UP

Action = Callable[[], Awaitable[None]]


def LeavingCard(
    ctx: AppContext,
    fulfilment: Fulfilment,
    progress: PickProgress,
    *,
    label: int | None,
    place: str,
    busy: bool,
    on_pack: Action,
    on_hand_over: Action,
    on_print_again: Action,
    on_reject: Action,
    on_back: Action,
    on_put_back: Action,
) -> ft.Control:
    """The card beside the lines."""
    t = ctx.i18n.t
    content: list[ft.Control] = [_destination(ctx, fulfilment, place)]
    if fulfilment.state in GIVEN_UP:
        content.append(_given_up(ctx, fulfilment))
    by_carrier = not wording.customer_collects(fulfilment, ctx.device.location.code)
    if label is not None:
        name = t("Parcel label") if by_carrier else t("Bag label")
        content.append(DocumentPicture(ctx, label, name, height=320))
    if fulfilment.state is FulfilmentState.HANDED_OVER:
        content.insert(0, _finished(ctx, fulfilment))
        content.append(
            PrimaryButton(t("Back to the list"), key="fulfilment-finish", on_click=on_back)
        )
    elif fulfilment.state is FulfilmentState.PACKED:
        content.append(
            PrimaryButton(
                t("Handed to the carrier") if by_carrier else t("Handed to the customer"),
                key="fulfilment-hand-over",
                icon=ft.Icons.LOCAL_SHIPPING_OUTLINED
                if by_carrier
                else ft.Icons.SHOPPING_BAG_OUTLINED,
                on_click=on_hand_over,
                disabled=busy,
            )
        )
        if not by_carrier:
            content += _waiting(ctx, fulfilment, busy, on_put_back)
        if label is not None:
            content.append(
                QuietButton(
                    t("Print the label again"),
                    key="fulfilment-print-again",
                    icon=ft.Icons.PRINT_OUTLINED,
                    on_click=on_print_again,
                    disabled=busy,
                )
            )
    elif fulfilment.state in (FulfilmentState.ALLOCATED, FulfilmentState.PICKING):
        content.extend(_packing(ctx, progress, fulfilment, busy, on_pack, on_reject))
    return Card(Stack(content))


def _waiting(
    ctx: AppContext, fulfilment: Fulfilment, busy: bool, on_put_back: Action
) -> list[ft.Control]:
    """Since when the bag waits, and the way back to the shelf."""
    t, controls = ctx.i18n.t, list[ft.Control]()
    if fulfilment.ready_at is not None:
        since = wording.ago(ctx.i18n, fulfilment.ready_at, ctx.now())
        controls.append(text(t("Ready {when}", when=since), Type.CAPTION, color=MUTED))
    controls.append(
        QuietButton(
            t("Not collected: put back"),
            key="fulfilment-put-back",
            icon=ft.Icons.ASSIGNMENT_RETURNED_OUTLINED,
            on_click=on_put_back,
            danger=True,
            disabled=busy,
        )
    )
    return controls


def _destination(ctx: AppContext, fulfilment: Fulfilment, place: str) -> ft.Control:
    i18n = ctx.i18n
    lines: list[ft.Control] = [
        text(wording.how_it_leaves(i18n, fulfilment, ctx.device.location.code, place), Type.STRONG),
        due_text(ctx, fulfilment),
    ]
    by_carrier = not wording.customer_collects(fulfilment, ctx.device.location.code)
    if fulfilment.ship_to is not None and by_carrier:
        to = fulfilment.ship_to
        lines.append(text(f"{to.name}, {to.street}", Type.CAPTION, color=MUTED))
        lines.append(text(f"{to.postcode} {to.commune}", Type.CAPTION, color=MUTED))
    weight = i18n.t("{weight} kg of goods", weight=i18n.number(fulfilment.weight_g / 1000, 2))
    service = (
        str(service_name(fulfilment.service, i18n)) if by_carrier and fulfilment.service else ""
    )
    lines.append(text(" · ".join(filter(None, (service, weight))), Type.CAPTION, color=MUTED))
    return ft.Row(
        [leaving_icon(ctx, fulfilment), ft.Column(lines, spacing=3, expand=True, tight=True)],
        spacing=GRID * 2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _packing(
    ctx: AppContext,
    progress: PickProgress,
    fulfilment: Fulfilment,
    busy: bool,
    on_pack: Action,
    on_reject: Action,
) -> list[ft.Control]:
    t = ctx.i18n.t
    missing = sum(max(0, line.quantity - line.picked) for line in progress.lines)
    controls: list[ft.Control] = []
    if missing:
        controls.append(
            text(
                ctx.i18n.n("{count} piece still to pick", "{count} pieces still to pick", missing),
                color=MUTED,
                key="fulfilment-missing",
            )
        )
    controls.append(
        PrimaryButton(
            t("Pack and label"),
            key="fulfilment-pack",
            icon=ft.Icons.INVENTORY_2_OUTLINED,
            on_click=on_pack,
            disabled=busy or not progress.complete,
        )
    )
    controls.append(
        QuietButton(
            t("Cannot prepare it"),
            key="fulfilment-reject",
            icon=ft.Icons.BLOCK,
            on_click=on_reject,
            danger=True,
            disabled=busy,
        )
    )
    return controls


def _finished(ctx: AppContext, fulfilment: Fulfilment) -> ft.Control:
    t = ctx.i18n.t
    by_carrier = not wording.customer_collects(fulfilment, ctx.device.location.code)
    title = t("With the carrier") if by_carrier else t("With the customer")
    lines: list[ft.Control] = [text(title, Type.SECTION, color=GREEN, key="fulfilment-finished")]
    for parcel in fulfilment.parcels:
        number = parcel.tracking_number or str(parcel.sscc)
        lines.append(text(t("Parcel {number}", number=number), Type.LABEL))
    if by_carrier:
        lines.append(text(t("The customer is told how to follow it."), Type.CAPTION, color=MUTED))
    return ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.CHECK_CIRCLE, color=GREEN, size=32),
                ft.Column(lines, spacing=3, expand=True, tight=True),
            ],
            spacing=GRID * 1.5,
        ),
        bgcolor=GREEN_SOFT,
        border_radius=TABLET.radius - 2,
        padding=GRID * 2,
    )


def _given_up(ctx: AppContext, fulfilment: Fulfilment) -> ft.Control:
    if fulfilment.state is FulfilmentState.REASSIGNED:
        return text(
            ctx.i18n.t("Given to another location, which sends it at less cost. Nothing to do."),
            color=MUTED,
            key="fulfilment-reassigned",
        )
    if fulfilment.state is FulfilmentState.CANCELLED:
        return text(
            ctx.i18n.t("Cancelled. Put what was taken back on the shelf."),
            color=MUTED,
            key="fulfilment-cancelled",
        )
    known = fulfilment.rejection
    reason = wording.rejection_reason(ctx.i18n, known) if known else ""
    return text(
        ctx.i18n.t("This store could not: {reason}. Another location was asked.", reason=reason),
        color=MUTED,
        key="fulfilment-rejected",
    )
