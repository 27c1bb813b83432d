"""The refund of a return: what it will be before confirming, and what to hand out after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import flet as ft

from app.components import (
    Card,
    Figure,
    Hairline,
    PrimaryButton,
    QuietButton,
    SectionTitle,
    Stack,
    text,
)
from app.screens import wording
from app.screens.returns.inspection_form import Inspection
from app.session import AppContext
from app.theme import AMBER, AMBER_SOFT, GREEN, GREEN_SOFT, GRID, INK, MUTED, TABLET, Type
from app.usecases.returns.payouts import Payout, PayoutState
from sync.domain.money import total
from sync.domain.payment import TenderKind
from sync.domain.returns import RefundPart, ReturnState
from sync.protocol.feed import OrderState, ReturnRecord

Action = Callable[[], Awaitable[None]]


def RefundCard(
    ctx: AppContext,
    inspection: Inspection,
    order: OrderState | None,
    *,
    busy: bool,
    on_confirm: Action,
) -> ft.Control:
    """The refund by means of payment, and the one action."""
    t = ctx.i18n.t
    rows: list[ft.Control] = [SectionTitle(t("Refund"))]
    parts = inspection.parts(order)
    rows.extend(_part_rows(ctx, parts))
    if inspection.refund and not parts:
        rows.append(text(t("To the means of payment of the order."), Type.CAPTION, color=MUTED))
    rows.append(Hairline())
    if inspection.delivery:
        rows.append(Figure(t("Delivery, in the total"), ctx.i18n.money(inspection.delivery)))
    rows.append(Figure(t("Total"), ctx.i18n.money(inspection.refund), strong=True))
    label = t("Confirm and refund")
    if inspection.nothing_accepted:
        label = t("Give everything back")
    rows.append(
        PrimaryButton(
            label,
            key="inspect-confirm",
            trailing_icon=ft.Icons.ARROW_FORWARD,
            on_click=on_confirm,
            disabled=busy or not inspection.complete,
        )
    )
    if not inspection.complete:
        rows.append(text(t("Each line has to be inspected first."), Type.CAPTION, color=MUTED))
    return Card(Stack(rows, spacing=GRID * 1.5))


def _part_rows(ctx: AppContext, parts: Sequence[RefundPart]) -> list[ft.Control]:
    return [
        Figure(wording.tender(ctx.i18n, part.kind, part.card_last4), ctx.i18n.money(part.amount))
        for part in parts
    ]


def ResultCard(
    ctx: AppContext,
    record: ReturnRecord,
    payout: Payout,
    inspected_by: str,
    *,
    busy: bool,
    on_handed_out: Action,
    on_back: Action,
) -> ft.Control:
    """What to do now: cash to hand out first, then what goes by itself."""
    t = ctx.i18n.t
    rows = [*_decided(ctx, record, payout), *_cash(ctx, payout), *_given_back(ctx, record, payout)]
    if inspected_by:
        rows.append(text(t("Checked by {person}", person=inspected_by), Type.CAPTION, color=MUTED))
    back = t("Back to the list")
    if payout.state is PayoutState.DUE:
        rows.append(
            PrimaryButton(
                t("Handed out"),
                key="payout-done",
                icon=ft.Icons.CHECK,
                on_click=on_handed_out,
                disabled=busy,
            )
        )
        rows.append(QuietButton(back, key="inspect-finish", on_click=on_back))
    else:
        rows.append(PrimaryButton(back, key="inspect-finish", on_click=on_back))
    return Card(Stack(rows))


def _decided(ctx: AppContext, record: ReturnRecord, payout: Payout) -> list[ft.Control]:
    """What another till decided, or that the goods go back to the customer."""
    t = ctx.i18n.t
    refused = record.goods.state is ReturnState.REFUSED
    if payout.state is PayoutState.INSPECTED_ELSEWHERE:
        refund = total(part.amount for part in record.parts)
        said = (
            t("It did not accept the goods: nothing is refunded.")
            if refused
            else t("It refunded {amount}. Hand out nothing here.", amount=refund)
        )
        title = t("This return was inspected at another till")
        return [_sign(ft.Icons.DO_NOT_DISTURB_ALT_OUTLINED, title, said, attention=True)]
    if refused:
        title = t("Give the goods back to the customer")
        return [_sign(ft.Icons.UNDO, title, t("Nothing was refunded."), attention=True)]
    return []


def _cash(ctx: AppContext, payout: Payout) -> list[ft.Control]:
    """The cash of this till's drawer."""
    t, amount = ctx.i18n.t, payout.amount
    if payout.state is PayoutState.UNCONFIRMED:
        return [
            _sign(
                ft.Icons.HOURGLASS_TOP,
                t("Keep {amount} in the drawer for now", amount=amount),
                t("The central server has not confirmed this refund yet. It is kept and sent."),
                attention=True,
            )
        ]
    if payout.state is PayoutState.DUE:
        return [
            _sign(
                ft.Icons.PAYMENTS_OUTLINED,
                t("Hand out {amount} in cash", amount=amount),
                t("From the drawer of this till: it opens when you confirm."),
                attention=True,
            )
        ]
    if payout.state is PayoutState.HANDED_OUT:
        return [
            _sign(
                ft.Icons.CHECK_CIRCLE_OUTLINE,
                t("{amount} handed out in cash", amount=amount),
                t("Recorded. Hand out nothing more for this return."),
            )
        ]
    return []


def _given_back(ctx: AppContext, record: ReturnRecord, payout: Payout) -> list[ft.Control]:
    """What goes to cards by itself, and what was announced and is not refunded."""
    t, goods = ctx.i18n.t, record.goods
    rows = [
        _sign(
            ft.Icons.CREDIT_SCORE,
            t("{amount} refunded", amount=part.amount),
            wording.tender(ctx.i18n, part.kind, part.card_last4),
        )
        for part in record.parts
        if part.kind is not TenderKind.CASH
    ]
    refunded = total(part.amount for part in record.parts)
    partly = goods.state is ReturnState.REFUNDED and refunded < goods.refund
    if partly and payout.state is not PayoutState.INSPECTED_ELSEWHERE:
        left = goods.refund - refunded
        rows.append(
            _sign(
                ft.Icons.UNDO,
                t("Give the refused articles back"),
                t("{amount} of what was announced is not refunded.", amount=left),
                attention=True,
            )
        )
    return rows


def _sign(icon: ft.IconData, title: str, below: str, *, attention: bool = False) -> ft.Control:
    color = AMBER if attention else GREEN
    return ft.Container(
        ft.Row(
            [
                ft.Icon(icon, color=color, size=28),
                ft.Column(
                    [
                        text(title, Type.SECTION, color=color if attention else INK),
                        text(below, Type.CAPTION, color=MUTED if not attention else AMBER),
                    ],
                    spacing=3,
                    expand=True,
                    tight=True,
                ),
            ],
            spacing=GRID * 1.5,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        key="inspect-result",
        bgcolor=AMBER_SOFT if attention else GREEN_SOFT,
        border_radius=TABLET.radius - 2,
        padding=GRID * 2,
    )
