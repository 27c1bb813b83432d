"""The documents of an order: made when asked for, seen before they are needed on paper."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.components import (
    Card,
    ErrorBanner,
    QuietButton,
    SectionTitle,
    Stack,
    component,
    text,
    use_attempt,
)
from app.screens.documents.download import DocumentPicture
from app.screens.documents.wording import document_name
from app.session import AppContext
from app.theme import GRID, MUTED
from printing.spool.spool import Job
from sync.domain.order import Order

NO_JOB: Job | None = None


@component
def DocumentsCard(ctx: AppContext, order: Order) -> ft.Control:
    """Receipt and order slip; this device prints those of its own orders."""
    t = ctx.i18n.t
    job, set_job = ft.use_state(NO_JOB)
    attempt = use_attempt(ctx)
    documents = ctx.device.documents

    def printing(make: Callable[[str], Job]) -> Callable[[], object]:
        async def press() -> None:
            if made := await attempt.run(make, str(order.number)):
                set_job(made.value)

        return press

    rows: list[ft.Control] = [SectionTitle(t("Documents"))]
    if not order.receipt_number:
        rows.append(text(t("An order of another channel: its documents are there."), color=MUTED))
        return Card(ft.Column(rows, spacing=GRID))
    rows.append(
        ft.Row(
            [
                QuietButton(
                    t("Receipt"),
                    key="order-receipt",
                    icon=ft.Icons.RECEIPT_LONG_OUTLINED,
                    on_click=printing(documents.make_receipt),
                    outlined=True,
                ),
                QuietButton(
                    t("Order slip"),
                    key="order-slip",
                    icon=ft.Icons.DESCRIPTION_OUTLINED,
                    on_click=printing(documents.make_order_slip),
                    outlined=True,
                ),
            ],
            spacing=GRID,
            run_spacing=GRID,
            wrap=True,
        )
    )
    if attempt.problem:
        rows.append(ErrorBanner(attempt.problem, key="order-document-problem"))
    if job is not None:
        name = document_name(ctx.i18n, job.document_type)
        rows.append(DocumentPicture(ctx, job.number, name, height=380))
    return Card(Stack(rows, spacing=GRID * 1.5))
