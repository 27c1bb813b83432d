"""The documents: what became of each, how it looks, and what to do about those in trouble."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.components import (
    EmptyState,
    ListRow,
    Page,
    PageHeader,
    QuietButton,
    RowsCard,
    SideBySide,
    StatePill,
    component,
    use_loaded,
    when_loaded,
)
from app.screens import wording
from app.screens.documents.card import DocumentCard
from app.screens.documents.wording import DOCUMENT_ICONS, document_name, job_state, printer_name
from app.session import AppContext, key_of
from app.theme import AMBER_SOFT, GREEN_SOFT, MUTED, TABLET
from app.usecases.documents.printers import PrinterView
from printing.spool.spool import Job, JobState

JOBS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class LatestDocuments:
    """What the screen loads: the latest documents, and the questions even when they are old."""

    jobs: list[Job]
    printers: tuple[PrinterView, ...]


def load_documents(ctx: AppContext) -> LatestDocuments:
    """What needs a person comes first, however much was printed since."""
    latest, asked = ctx.device.documents.jobs(JOBS_SHOWN_MAX), ctx.device.documents.questions()
    known = {job.number for job in asked}
    jobs = asked + [job for job in latest if job.number not in known]
    return LatestDocuments(jobs, ctx.device.printers.overview().printers)


@component
def DocumentsScreen(ctx: AppContext) -> ft.Control:
    """/documents is the list with the latest document, /documents/<number> one document."""
    loaded = use_loaded(ctx, lambda: load_documents(ctx), topics=("documents",))
    chosen = key_of(ctx.route)
    jobs = loaded.value.jobs if loaded.value is not None else []
    job = next((job for job in jobs if str(job.number) == chosen), None)
    alone = job if ctx.portrait else None
    header = _list_header(ctx) if alone is None else _job_header(ctx, alone)
    return Page([header, *when_loaded(ctx, loaded, lambda value: _documents(ctx, value, job))])


def _list_header(ctx: AppContext) -> ft.Control:
    t = ctx.i18n.t

    async def open_printers() -> None:
        ctx.navigate("/printers")

    to_printers = QuietButton(
        t("Printers"),
        key="open-printers",
        icon=ft.Icons.PRINT_OUTLINED,
        on_click=open_printers,
        outlined=True,
    )
    return PageHeader(t("Documents"), actions=[to_printers])


def _job_header(ctx: AppContext, job: Job) -> ft.Control:
    async def back() -> None:
        ctx.navigate("/documents")

    return PageHeader(
        document_name(ctx.i18n, job.document_type),
        subtitle=job.title,
        back=back,
        back_label=ctx.i18n.t("Back to the list"),
    )


def _documents(ctx: AppContext, latest: LatestDocuments, job: Job | None) -> list[ft.Control]:
    """The list beside the chosen document `job`, or the latest; upright one of the two."""
    t = ctx.i18n.t
    if not latest.jobs:
        return [
            EmptyState(
                ft.Icons.PRINT_OUTLINED,
                t("Nothing was printed yet"),
                t("Receipts, slips and labels appear here, with their picture."),
            )
        ]
    if ctx.portrait and job is None:
        return [_job_list(ctx, latest.jobs, None)]
    shown = job or latest.jobs[0]
    card = DocumentCard(ctx, shown, latest.printers, key=f"card-{shown.number}")
    if ctx.portrait:
        return [card]
    return [SideBySide(ctx, _job_list(ctx, latest.jobs, shown), card)]


def _job_list(ctx: AppContext, jobs: list[Job], chosen: Job | None) -> ft.Control:
    return RowsCard(
        [
            _job_row(ctx, job, chosen=chosen is not None and job.number == chosen.number)
            for job in jobs
        ]
    )


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
