"""The spool: what was printed, how it looks, and printing it again."""

from __future__ import annotations

import flet as ft

from comptoir.app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    Hairline,
    ListRow,
    Loading,
    PageHeader,
    PrimaryButton,
    SectionTitle,
    StatePill,
    component,
    use_loaded,
)
from comptoir.app.context import AppContext, key_of
from comptoir.app.screens import wording
from comptoir.app.screens.documents import DocumentPicture, document_name
from comptoir.app.theme import GREEN_SOFT, GRID, MUTED, TABLET, Tone
from comptoir.i18n import I18n
from comptoir.printing.spool import Job, JobState

JOBS_SHOWN_MAX = 50
TONES = {
    JobState.QUEUED: Tone.NEUTRAL,
    JobState.SENDING: Tone.NEUTRAL,
    JobState.SENT: Tone.GOOD,
    JobState.CONFIRMED: Tone.GOOD,
    JobState.UNKNOWN: Tone.ATTENTION,
    JobState.FAILED: Tone.ATTENTION,
}
ICONS = {
    "sales_receipt": ft.Icons.RECEIPT_LONG_OUTLINED,
    "return_receipt": ft.Icons.ASSIGNMENT_RETURN_OUTLINED,
    "order_slip": ft.Icons.DESCRIPTION_OUTLINED,
    "parcel_label": ft.Icons.LOCAL_SHIPPING_OUTLINED,
    "collect_label": ft.Icons.SHOPPING_BAG_OUTLINED,
}


def job_state(i18n: I18n, state: JobState) -> str:
    """Where a paper stands."""
    return {
        JobState.QUEUED: i18n.t("Waiting"),
        JobState.SENDING: i18n.t("Printing"),
        JobState.SENT: i18n.t("Printed"),
        JobState.CONFIRMED: i18n.t("Printed"),
        JobState.UNKNOWN: i18n.t("Have a look"),
        JobState.FAILED: i18n.t("Not printed"),
    }[state]


@component
def PaperScreen(ctx: AppContext) -> ft.Control:
    """/paper is the list with the latest paper, /paper/<number> one paper."""
    t = ctx.i18n.t
    loaded = use_loaded(ctx, lambda: ctx.device.paper.jobs(JOBS_SHOWN_MAX), topics=("paper",))
    chosen = key_of(ctx.route)
    content: list[ft.Control] = []
    jobs = loaded.value or []
    job = next((job for job in jobs if str(job.number) == chosen), None)

    async def back() -> None:
        ctx.navigate("/paper")

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
        content.append(PageHeader(t("Paper")))
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
    elif ctx.portrait:
        content.append(_JobList(ctx, jobs, job) if job is None else _JobCard(ctx, job))
    else:
        content.append(
            ft.Row(
                [
                    ft.Container(_JobList(ctx, jobs, job or jobs[0]), expand=3),
                    ft.Container(_JobCard(ctx, job or jobs[0]), expand=2),
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


def _JobList(ctx: AppContext, jobs: list[Job], chosen: Job | None) -> ft.Control:
    rows: list[ft.Control] = []
    for job in jobs:
        if rows:
            rows.append(Hairline())
        rows.append(_job_row(ctx, job, chosen=chosen is not None and job.number == chosen.number))
    return Card(ft.Column(rows, spacing=0), padding=GRID)


def _job_row(ctx: AppContext, job: Job, *, chosen: bool) -> ft.Control:
    async def show() -> None:
        ctx.navigate(f"/paper/{job.number}")

    row = ListRow(
        document_name(ctx.i18n, job.document_type),
        subtitle=f"{job.title} · {wording.ago(ctx.i18n, job.created_at, ctx.now())}",
        leading=ft.Icon(
            ICONS.get(job.document_type, ft.Icons.DESCRIPTION_OUTLINED),
            size=TABLET.icon + 2,
            color=MUTED,
        ),
        trailing=StatePill(job_state(ctx.i18n, job.state), tone=TONES[job.state]),
        key=f"paper-{job.number}",
        on_click=show,
    )
    return ft.Container(
        row, bgcolor=GREEN_SOFT if chosen else None, border_radius=TABLET.radius - 4
    )


def _JobCard(ctx: AppContext, job: Job) -> ft.Control:
    t = ctx.i18n.t
    name = document_name(ctx.i18n, job.document_type)

    async def again() -> None:
        if await ctx.attempt(ctx.device.paper.again, job.number) is not None:
            ctx.toast(t("It is printed again, marked as a duplicate."))

    return Card(
        ft.Column(
            [
                SectionTitle(name, note=job.title),
                DocumentPicture(ctx, job.number, name, height=max(360, ctx.height - 330)),
                PrimaryButton(
                    t("Print again"),
                    key="paper-again",
                    icon=ft.Icons.PRINT_OUTLINED,
                    on_click=again,
                ),
            ],
            spacing=TABLET.gap,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )
