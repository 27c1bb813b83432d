"""The documents: what became of each, how it looks, and what to do about those in trouble."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    Hairline,
    ListRow,
    Loading,
    PageHeader,
    QuietButton,
    StatePill,
    component,
    use_loaded,
)
from app.screens import wording
from app.screens.documents.card import DocumentCard
from app.screens.documents.wording import DOCUMENT_ICONS, document_name, job_state, printer_name
from app.session import AppContext, key_of
from app.theme import AMBER_SOFT, GREEN_SOFT, GRID, MUTED, TABLET
from app.usecases.documents.printers import PrinterView
from printing.spool.spool import Job, JobState

JOBS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class LatestDocuments:
    """What the screen loads: the latest documents, and the questions even when they are old."""

    jobs: list[Job]
    printers: tuple[PrinterView, ...]


@component
def DocumentsScreen(ctx: AppContext) -> ft.Control:
    """/documents is the list with the latest document, /documents/<number> one document."""
    t = ctx.i18n.t

    def load() -> LatestDocuments:
        latest, asked = ctx.device.documents.jobs(JOBS_SHOWN_MAX), ctx.device.documents.questions()
        known = {job.number for job in asked}
        # What needs a person comes first, however much was printed since.
        jobs = asked + [job for job in latest if job.number not in known]
        return LatestDocuments(jobs, ctx.device.printers.overview().printers)

    loaded = use_loaded(ctx, load, topics=("documents",))
    chosen = key_of(ctx.route)
    jobs = loaded.value.jobs if loaded.value is not None else []
    printers = loaded.value.printers if loaded.value is not None else ()
    job = next((job for job in jobs if str(job.number) == chosen), None)

    async def back() -> None:
        ctx.navigate("/documents")

    async def open_printers() -> None:
        ctx.navigate("/printers")

    content: list[ft.Control] = []
    if ctx.portrait and job is not None:
        content.append(
            PageHeader(
                document_name(ctx.i18n, job.document_type),
                subtitle=job.title,
                back=back,
                back_label=t("Back to the list"),
            )
        )
    else:
        to_printers = QuietButton(
            t("Printers"),
            key="open-printers",
            icon=ft.Icons.PRINT_OUTLINED,
            on_click=open_printers,
            outlined=True,
        )
        content.append(PageHeader(t("Documents"), actions=[to_printers]))
    if loaded.error is not None:
        content.append(
            ErrorBanner(
                ctx.i18n.error(loaded.error), action=t("Try again"), on_action=loaded.reload
            )
        )
    elif loaded.value is None:
        content.append(Loading(t("Fetching the list…")))
    elif not jobs:
        content.append(
            EmptyState(
                ft.Icons.PRINT_OUTLINED,
                t("Nothing was printed yet"),
                t("Receipts, slips and labels appear here, with their picture."),
            )
        )
    elif ctx.portrait and job is None:
        content.append(_job_list(ctx, jobs, None))
    elif ctx.portrait and job is not None:
        content.append(DocumentCard(ctx, job, printers, key=f"card-{job.number}"))
    else:
        shown = job or jobs[0]
        content.append(
            ft.Row(
                [
                    ft.Container(_job_list(ctx, jobs, shown), expand=3),
                    ft.Container(
                        DocumentCard(ctx, shown, printers, key=f"card-{shown.number}"), expand=2
                    ),
                ],
                spacing=TABLET.gap,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        )
    return ft.Column(
        [*content, ft.Container(height=GRID)],
        spacing=TABLET.gap,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _job_list(ctx: AppContext, jobs: list[Job], chosen: Job | None) -> ft.Control:
    rows: list[ft.Control] = []
    for job in jobs:
        if rows:
            rows.append(Hairline())
        rows.append(_job_row(ctx, job, chosen=chosen is not None and job.number == chosen.number))
    return Card(ft.Column(rows, spacing=0), padding=GRID)


def _job_row(ctx: AppContext, job: Job, *, chosen: bool) -> ft.Control:
    async def show() -> None:
        ctx.navigate(f"/documents/{job.number}")

    words, tone, icon = job_state(ctx.i18n, job)
    asked = job.state is JobState.UNKNOWN
    about = [
        job.title,
        printer_name(ctx.i18n, job.printer),
        wording.ago(ctx.i18n, job.created_at, ctx.now()),
    ]
    row = ListRow(
        document_name(ctx.i18n, job.document_type),
        subtitle=" · ".join(about),
        leading=ft.Icon(
            DOCUMENT_ICONS.get(job.document_type, ft.Icons.DESCRIPTION_OUTLINED),
            size=TABLET.icon + 2,
            color=MUTED,
        ),
        trailing=StatePill(words, tone=tone, icon=icon),
        key=f"document-{job.number}",
        on_click=show,
    )
    ground = GREEN_SOFT if chosen else AMBER_SOFT if asked else None
    return ft.Container(row, bgcolor=ground, border_radius=TABLET.radius - 4)
