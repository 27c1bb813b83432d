"""The refund of a return: what it will be before confirming, and what to hand out after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import flet as ft

from app.components import Card, Figure, Hairline, PrimaryButton, SectionTitle, text
from app.screens import wording
from app.screens.returns.inspection_form import Inspection
from app.session import AppContext
from app.theme import AMBER, AMBER_SOFT, GREEN, GREEN_SOFT, GRID, INK, MUTED, TABLET, Type
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
    return Card(
        ft.Column(rows, spacing=GRID * 1.5, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    )


def _part_rows(ctx: AppContext, parts: Sequence[RefundPart]) -> list[ft.Control]:
    return [
        Figure(wording.tender(ctx.i18n, part.kind, part.card_last4), ctx.i18n.money(part.amount))
        for part in parts
    ]


def ResultCard(
    ctx: AppContext, record: ReturnRecord, *, confirmed: bool, on_back: Action
) -> ft.Control:
    """What to do now: cash to hand out first, then what goes by itself.

    Cash waits until the refund is `confirmed`: one receipt could be brought to two tills.
    """
    t, goods = ctx.i18n.t, record.goods
    rows: list[ft.Control] = []
    cash = total(part.amount for part in record.parts if part.kind is TenderKind.CASH)
    others = [part for part in record.parts if part.kind is not TenderKind.CASH]
    if goods.state is ReturnState.REFUSED:
        rows.append(
            _sign(
                ft.Icons.UNDO,
                t("Give the goods back to the customer"),
                t("Nothing was refunded."),
                attention=True,
            )
        )
    if cash and not confirmed:
        rows.append(
            _sign(
                ft.Icons.HOURGLASS_TOP,
                t("Keep {amount} in the drawer for now", amount=cash),
                t("The central server has not confirmed this refund yet. It is kept and sent."),
                attention=True,
            )
        )
    elif cash:
        rows.append(
            _sign(
                ft.Icons.PAYMENTS_OUTLINED,
                t("Hand out {amount} in cash", amount=cash),
                t("From the drawer of this till."),
                attention=True,
            )
        )
    for part in others:
        rows.append(
            _sign(
                ft.Icons.CREDIT_SCORE,
                t("{amount} refunded", amount=part.amount),
                wording.tender(ctx.i18n, part.kind, part.card_last4),
            )
        )
    refunded = total(part.amount for part in record.parts)
    if goods.state is ReturnState.REFUNDED and refunded < goods.refund:
        rows.append(
            _sign(
                ft.Icons.UNDO,
                t("Give the refused articles back"),
                t(
                    "{amount} of what was announced is not refunded.",
                    amount=goods.refund - refunded,
                ),
                attention=True,
            )
        )
    if record.inspected_by:
        rows.append(
            text(t("Checked by {person}", person=record.inspected_by), Type.CAPTION, color=MUTED)
        )
    rows.append(PrimaryButton(t("Back to the list"), key="inspect-finish", on_click=on_back))
    return Card(
        ft.Column(rows, spacing=TABLET.gap, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    )


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
