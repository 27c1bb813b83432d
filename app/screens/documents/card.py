"""One document: its picture, where it stands, and what can be done about it now."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    OptionCard,
    PrimaryButton,
    QuietButton,
    SectionTitle,
    Stack,
    StatePill,
    component,
    text,
    use_attempt,
)
from app.components.buttons import Handler
from app.components.sheets import rows_of
from app.screens.documents.download import DocumentPicture
from app.screens.documents.wording import (
    CANCELLED,
    DUPLICATED,
    EXPIRED,
    document_name,
    job_state,
    printer_name,
    printer_state,
)
from app.session import AppContext
from app.theme import AMBER_SOFT, GRID, MUTED, TABLET, Type
from app.usecases.documents.printers import PrinterView
from printing.spool.spool import Job, JobState

OPEN = (JobState.QUEUED, JobState.FAILED, JobState.UNKNOWN)  # can still go to another printer
ABOVE_PICTURE = 430  # px of the screen that are not the picture, when a document has come out


@component
def DocumentCard(ctx: AppContext, job: Job, printers: tuple[PrinterView, ...]) -> ft.Control:
    """The document and its actions; `printers` are all of the device."""
    name = document_name(ctx.i18n, job.document_type)
    attempt = use_attempt(ctx, toast=True)
    others = [p for p in printers if p.name != job.printer and not p.gone]
    here = next((p for p in printers if p.name == job.printer), None)

    def does(act: Callable[[int], Job], said: str = "") -> Handler:
        async def press() -> None:
            done = await attempt.run(act, job.number)
            ctx.changes.tell("documents")
            if done and said:
                ctx.toast(said)

        return press

    async def elsewhere() -> None:
        ctx.open_sheet(ctx.i18n.t("Send to another printer"), lambda c: Elsewhere(c, job, others))

    words, tone, icon = job_state(ctx.i18n, job)
    parts: list[ft.Control] = [
        SectionTitle(name, note=job.title),
        ft.Row(
            [
                StatePill(words, tone=tone, icon=icon),
                text(printer_name(ctx.i18n, job.printer), Type.CAPTION, color=MUTED, expand=True),
            ],
            spacing=GRID * 1.5,
        ),
    ]
    if job.state is JobState.UNKNOWN:
        parts.append(_question(ctx, job, does, disabled=attempt.busy))
    sentence = _why(ctx, job, here)
    if sentence:
        parts.append(ErrorBanner(sentence, key="document-why"))
    picture = DocumentPicture(ctx, job.number, name, height=max(300, ctx.height - ABOVE_PICTURE))
    actions = _actions(ctx, job, does, elsewhere if others else None, disabled=attempt.busy)
    # What needs doing is seen without scrolling; otherwise the picture is what one came for.
    parts.extend([*actions, picture] if job.state in OPEN else [picture, *actions])
    return Card(Stack(parts))


def _question(
    ctx: AppContext, job: Job, does: Callable[..., Handler], *, disabled: bool
) -> ft.Control:
    """Only a person can see it: is the document there?"""
    t, documents = ctx.i18n.t, ctx.device.documents
    return ft.Semantics(
        live_region=True,
        container=True,
        content=Card(
            ft.Column(
                [
                    text(t("Did this document come out?"), Type.SECTION),
                    text(
                        t(
                            "{printer} stopped answering while it printed. Look at it, and compare "
                            "with the picture. Nothing is printed twice by itself.",
                            printer=printer_name(ctx.i18n, job.printer),
                        )
                    ),
                    PrimaryButton(
                        t("Yes, it is there"),
                        key="document-came-out",
                        icon=ft.Icons.CHECK,
                        on_click=does(documents.came_out),
                        disabled=disabled,
                    ),
                    QuietButton(
                        t("No, print it again"),
                        key="document-not-there",
                        icon=ft.Icons.PRINT_OUTLINED,
                        on_click=does(documents.did_not_come_out, t("It is printed once more.")),
                        outlined=True,
                        disabled=disabled,
                    ),
                ],
                spacing=GRID * 1.5,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            bgcolor=AMBER_SOFT,
            border_color=AMBER_SOFT,
        ),
    )


def _why(ctx: AppContext, job: Job, printer: PrinterView | None) -> str:
    """What keeps the document from coming out, in a sentence; empty when nothing does."""
    if job.state is JobState.FAILED and job.reason == EXPIRED:
        return ctx.i18n.t(
            "Its printer came back too late for it to be of use, so it was not printed."
        )
    if job.state is JobState.FAILED and job.reason != CANCELLED:
        return ctx.i18n.t("The printer could not take it; nothing came out.")
    if job.state is JobState.QUEUED and printer is not None and printer.error is not None:
        return ctx.i18n.error(printer.error)
    return ""


def _actions(
    ctx: AppContext,
    job: Job,
    does: Callable[..., Handler],
    elsewhere: Handler | None,
    *,
    disabled: bool,
) -> list[ft.Control]:
    t, documents = ctx.i18n.t, ctx.device.documents
    again, retry, quiet = _again(ctx, job), t("It is printed now."), []
    main: list[ft.Control] = []
    if job.state in (JobState.SENT, JobState.CONFIRMED):
        main.append(
            PrimaryButton(
                t("Print again"),
                key="document-again",
                icon=ft.Icons.PRINT_OUTLINED,
                on_click=does(documents.again, again),
                disabled=disabled,
            )
        )
    if job.state is JobState.FAILED:
        main.append(
            PrimaryButton(
                t("Print it now"),
                key="document-retry",
                icon=ft.Icons.PRINT_OUTLINED,
                on_click=does(documents.retry, retry),
                disabled=disabled,
            )
        )
    if job.state in OPEN and elsewhere is not None:
        quiet.append(
            QuietButton(
                t("Send to another printer"),
                key="document-elsewhere",
                icon=ft.Icons.ALT_ROUTE,
                on_click=elsewhere,
                outlined=True,
                disabled=disabled,
            )
        )
    if job.state is JobState.QUEUED:
        quiet.append(
            QuietButton(
                t("Do not print it"),
                key="document-cancel",
                icon=ft.Icons.CLOSE,
                on_click=does(documents.cancel),
                danger=True,
                disabled=disabled,
            )
        )
    if quiet:
        main.append(ft.Row(quiet, wrap=True, spacing=GRID, run_spacing=GRID))
    return main


def _again(ctx: AppContext, job: Job) -> str:
    if job.document_type in DUPLICATED:
        return ctx.i18n.t("It is printed again, marked as a duplicate.")
    return ctx.i18n.t("It is printed again.")


@component
def Elsewhere(ctx: AppContext, job: Job, others: list[PrinterView]) -> ft.Control:
    """The other printers, to choose one."""
    t = ctx.i18n.t
    attempt = use_attempt(ctx)

    def row(printer: PrinterView) -> ft.Control:
        async def choose() -> None:
            if not await attempt.run(ctx.device.documents.send_elsewhere, job.number, printer.name):
                return
            ctx.close_sheet()
            ctx.changes.tell("documents")
            ctx.toast(t("It is sent to {printer}.", printer=printer_name(ctx.i18n, printer.name)))

        words, tone, icon = printer_state(ctx.i18n, printer)
        return OptionCard(
            ft.Row(
                [
                    ft.Icon(ft.Icons.PRINT_OUTLINED, size=TABLET.icon + 2, color=MUTED),
                    text(printer_name(ctx.i18n, printer.name), Type.STRONG, expand=True, lines=1),
                    StatePill(words, tone=tone, icon=icon),
                ],
                spacing=GRID * 1.5,
            ),
            key=f"send-to-{printer.name}",
            on_click=choose,
            height=64,
        )

    if not others:
        return EmptyState(ft.Icons.PRINT_OUTLINED, t("There is no other printer"))
    rows: list[ft.Control] = [rows_of(ctx.height, [row(printer) for printer in others], 64)]
    if attempt.problem:
        rows.append(ErrorBanner(attempt.problem, key="elsewhere-problem"))
    return ft.Column(rows, spacing=GRID * 1.5, tight=True)
