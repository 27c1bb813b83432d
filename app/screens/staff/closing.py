"""The day of the till: what was taken so far, the cash that is counted, and the closing."""

from __future__ import annotations

import flet as ft

from app.components import (
    ErrorBanner,
    Field,
    Figure,
    Hairline,
    Loading,
    PrimaryButton,
    QuietButton,
    Stack,
    component,
    text,
    use_attempt,
    use_loaded,
    use_typed,
)
from app.screens import wording
from app.screens.staff.approval import may_or_ask
from app.session import AppContext
from app.theme import AMBER, GREEN, MUTED, Type
from printing import TillReport
from sync.domain.associate import Right
from sync.domain.errors import InvalidInput
from sync.domain.money import Money
from sync.protocol.sessions import Approval


def open_closing(ctx: AppContext) -> None:
    """Show the day over the screen."""
    ctx.open_sheet(ctx.i18n.t("The day of this till"), ClosingSheet, form=True)


@component
def ClosingSheet(ctx: AppContext) -> ft.Control:
    """Totals by means of payment, what should be in the drawer, and what is."""
    t, closing = ctx.i18n.t, ctx.device.day_closing
    loaded = use_loaded(ctx, closing.so_far, topics=("status", "orders", "returns"))
    typed, attempt = use_typed(), use_attempt(ctx)
    if loaded.error is not None:
        return ErrorBanner(ctx.i18n.error(loaded.error))
    report = loaded.value
    if report is None:
        return Loading()
    _, set_signs = ft.use_state(0)
    counted = _counted(typed.value, report)

    async def more_typed(_: ft.Event[ft.TextField]) -> None:
        set_signs(lambda signs: signs + 1)  # the difference is shown as the cash is written

    async def close(_: ft.Event[ft.BaseControl] | None = None) -> None:
        if ctx.person is None:
            return

        def done() -> TillReport:
            if typed.value and counted is None:
                raise InvalidInput(
                    "Write the cash as an amount, 123.40 say.", code="closing.amount"
                )
            return closing.close(person, counted)[0]

        person = ctx.person
        made = await attempt.run(done)
        if made is not None:
            ctx.close_sheet()
            ctx.toast(t("Closing no. {number} is made.", number=made.value.closing_number or 0))

    async def drawer(approval: Approval | None = None) -> None:
        if ctx.person is not None:
            await attempt.run(closing.open_drawer, ctx.person, approval)
            loaded.reload()

    async def ask_drawer(_: ft.Event[ft.BaseControl] | None = None) -> None:
        why = t("The drawer is opened without a sale.")
        await may_or_ask(ctx, Right.OPEN_DRAWER, report.till, why, drawer)

    parts: list[ft.Control] = [
        *_figures(ctx, report),
        typed.hold(
            Field(
                t("Cash in the drawer, counted"),
                key="cash-counted",
                keyboard_type=ft.KeyboardType.NUMBER,
                on_change=more_typed,
            )
        ),
        *_difference(ctx, report, counted),
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="closing-error"))
    parts += [
        PrimaryButton(
            t("Close the day and print"),
            key="close-day",
            on_click=close,
            disabled=attempt.busy or not (report.sale_count or report.refund_count),
        ),
        QuietButton(
            t("Open the drawer without a sale"),
            key="no-sale",
            icon=ft.Icons.POINT_OF_SALE,
            on_click=ask_drawer,
            outlined=True,
        ),
    ]
    return Stack(parts, spacing=10)


def _figures(ctx: AppContext, report: TillReport) -> list[ft.Control]:
    i18n = ctx.i18n
    rows: list[ft.Control] = [
        Figure(i18n.n("{count} sale", "{count} sales", report.sale_count),
               i18n.money(report.sales)),
        Figure(i18n.n("{count} refund", "{count} refunds", report.refund_count),
               i18n.money(-report.refunds)),
        Hairline(),
    ]  # fmt: skip
    rows += [
        Figure(wording.tender(i18n, tender.kind, ""), i18n.money(tender.amount))
        for tender in report.tenders
    ]
    rows += [
        Figure(i18n.t("Takings"), i18n.money(report.takings), strong=True),
        text(
            i18n.t("Should be in the drawer: {amount}", amount=i18n.money(report.cash_expected)),
            Type.CAPTION,
            color=MUTED,
        ),
    ]
    return rows


def _difference(ctx: AppContext, report: TillReport, counted: Money | None) -> list[ft.Control]:
    if counted is None:
        return []
    difference = counted - report.cash_expected
    words = ctx.i18n.t("Difference: {amount}", amount=ctx.i18n.money(difference))
    return [text(words, Type.LABEL, color=AMBER if difference else GREEN)]


def _counted(typed: str, report: TillReport) -> Money | None:
    """What was typed as an amount; None for what is none."""
    whole, _, cents = typed.strip().replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 8):
        return None
    if cents and not (cents.isascii() and cents.isdigit() and len(cents) <= 2):
        return None
    return Money(int(whole) * 100 + int(cents.ljust(2, "0") or 0), report.sales.currency)
