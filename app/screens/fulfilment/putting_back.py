"""A bag that nobody came for: its goods go back on sale, its money to the customer."""

from __future__ import annotations

import flet as ft

from app.components import (
    ErrorBanner,
    Figure,
    Hairline,
    Loading,
    PrimaryButton,
    Stack,
    component,
    text,
    use_attempt,
    use_loaded,
)
from app.screens import wording
from app.screens.staff.approval import may_or_ask
from app.session import AppContext
from app.theme import MUTED
from sync.domain.associate import Right
from sync.protocol.sessions import Approval


@component
def PutBackSheet(ctx: AppContext, fulfilment_id: str) -> ft.Control:
    """What goes back on the shelf and to whom its money goes, before anything is done."""
    i18n, changes, attempt = ctx.i18n, ctx.device.order_changes, use_attempt(ctx)
    quote = use_loaded(ctx, lambda: changes.uncollected(fulfilment_id), [fulfilment_id])
    if quote.error is not None:
        return ErrorBanner(i18n.error(quote.error))
    if quote.value is None:
        return Loading()
    document = quote.value

    async def done(approval: Approval | None = None) -> None:
        if ctx.person is None:
            return
        if await attempt.run(changes.put_back, fulfilment_id, ctx.person, approval):
            ctx.close_sheet()
            ctx.toast(i18n.t("Put the goods on the shelf: they are on sale again."))
            ctx.navigate(f"/orders/{document.order_number}")

    async def confirm() -> None:
        limit = changes.refund_limit()
        if document.refund > limit:
            why = i18n.t("This refund is above {limit}.", limit=i18n.money(limit))
            order = str(document.order_number)
            await may_or_ask(ctx, Right.REFUND_ABOVE_LIMIT, order, why, done)
        else:
            await done()

    rows: list[ft.Control] = [
        text(
            i18n.t("The goods are on sale here again, and the order is cancelled for them."),
            color=MUTED,
        ),
        *[Figure(f"{line.quantity} × {line.name}", i18n.money(line.refund))
          for line in document.lines],
        Hairline(),
        *[Figure(wording.tender(i18n, part.kind, part.card_last4), i18n.money(part.amount))
          for part in document.parts],
        Figure(i18n.t("Goes back"), i18n.money(document.refund), strong=True),
    ]  # fmt: skip
    if attempt.problem:
        rows.append(ErrorBanner(attempt.problem, key="put-back-problem"))
    rows.append(
        PrimaryButton(
            i18n.t("Put back and refund"),
            key="put-back-confirm",
            on_click=confirm,
            disabled=attempt.busy,
        )
    )
    return Stack(rows, spacing=12)
