"""One printer: found on the network or entered by hand, tried out, changed, taken out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import flet as ft

from app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    ListRow,
    Loading,
    Page,
    PageHeader,
    QuietButton,
    SectionTitle,
    SideBySide,
    Stack,
    StatePill,
    component,
    text,
    use_attempt,
    use_box,
    use_loaded,
)
from app.screens.documents.printer_form import PrinterForm
from app.screens.documents.wording import job_state, printer_state
from app.session import AppContext
from app.theme import GREEN, GRID, MUTED, TABLET, Type
from app.usecases.documents.printers import PrinterView
from printing.printers.discovery import FoundPrinter
from printing.spool.spool import Job, JobState
from sync.domain.errors import ComptoirError

NOTHING_CHOSEN: FoundPrinter | None = None
NO_TEST: int | None = None


@component
def PrinterPage(ctx: AppContext, printer: PrinterView | None) -> ft.Control:
    """A printer that is there, or with None the page that adds one."""
    t = ctx.i18n.t
    filled, set_filled = ft.use_state(NOTHING_CHOSEN)

    async def back() -> None:
        ctx.navigate("/printers")

    header = PageHeader(
        printer.name if printer is not None else t("Add a printer"),
        back=back,
        back_label=t("Back to the printers"),
    )
    side: ft.Control
    if printer is None:
        side = OnTheNetwork(ctx, set_filled)
        form = PrinterForm(ctx, None, filled, key=f"form-{filled.address if filled else ''}")
    else:
        side = Health(ctx, printer)
        form = PrinterForm(ctx, printer, None, key="form")
    return Page([header, SideBySide(ctx, side, form, shares=(2, 3))])


@component
def OnTheNetwork(ctx: AppContext, choose: Callable[[FoundPrinter], None]) -> ft.Control:
    """Printers that announce themselves, looked for while the page is open."""
    t = ctx.i18n.t
    nothing: list[FoundPrinter] | None = None
    found, set_found = ft.use_state(nothing)
    looking, set_looking = ft.use_state(False)
    sentence, set_sentence = ft.use_state("")
    stop = use_box(Event())

    async def look() -> None:
        stop.value = mine = Event()
        set_looking(True)
        set_sentence("")
        try:
            answers = await ctx.background.run(ctx.device.printers.look, mine)
        except ComptoirError as error:
            set_sentence(ctx.i18n.error(error))
        else:
            if not mine.is_set():
                set_found(answers)
        if stop.value is mine:
            set_looking(False)

    async def cancel() -> None:
        stop.value.set()
        set_looking(False)

    def leave() -> None:
        stop.value.set()

    ft.use_effect(lambda: None, [], leave)

    parts: list[ft.Control] = [SectionTitle(t("On the network"))]
    if looking:
        parts += [
            Loading(t("Looking for printers, a few seconds…")),
            QuietButton(t("Stop looking"), key="look-stop", icon=ft.Icons.CLOSE, on_click=cancel),
        ]
    else:
        if sentence:
            parts.append(ErrorBanner(sentence, key="look-problem"))
        else:
            parts += _found(ctx, found, choose)
        parts.append(
            QuietButton(
                t("Look for printers") if found is None else t("Look again"),
                key="look",
                icon=ft.Icons.WIFI_FIND,
                on_click=look,
                outlined=True,
            )
        )
    return Card(Stack(parts, spacing=GRID * 1.5))


def _found(
    ctx: AppContext, found: list[FoundPrinter] | None, choose: Callable[[FoundPrinter], None]
) -> list[ft.Control]:
    """Who answered, to choose one; None is that nobody was asked yet."""
    t = ctx.i18n.t
    if found is None:
        return [
            text(
                t("Printers in the same network often say where they are. You can also enter "
                  "one by hand."),
                color=MUTED,
            )
        ]  # fmt: skip
    if not found:
        return [
            EmptyState(
                ft.Icons.WIFI_FIND,
                t("No other printer answered"),
                t("Look whether it is switched on, or enter its address by hand."),
            )
        ]

    def row(number: int, printer: FoundPrinter) -> ft.Control:
        async def pick() -> None:
            choose(printer)

        return ListRow(
            printer.name,
            subtitle=" · ".join(filter(None, (printer.model, printer.address))),
            leading=ft.Icon(ft.Icons.PRINT_OUTLINED, size=TABLET.icon + 2, color=GREEN),
            trailing=ft.Icon(ft.Icons.CHEVRON_RIGHT, size=TABLET.icon, color=MUTED),
            key=f"found-{number}",
            on_click=pick,
        )

    return [row(number, printer) for number, printer in enumerate(found)]


@component
def Health(ctx: AppContext, printer: PrinterView) -> ft.Control:
    """How the printer is, a test page, and taking it out."""
    t = ctx.i18n.t

    async def remove() -> None:
        async def sure() -> None:
            await ctx.attempt(ctx.device.printers.remove, printer.name)
            ctx.changes.tell("documents")
            ctx.navigate("/printers")

        ctx.toast(
            t("Take {printer} out?", printer=printer.name),
            action=t("Yes, take it out"),
            on_action=sure,
        )

    words, tone, icon = printer_state(ctx.i18n, printer)
    title = ft.Container(SectionTitle(t("How it is")), expand=True)
    parts: list[ft.Control] = [ft.Row([title, StatePill(words, tone=tone, icon=icon)])]
    if printer.error is not None:
        parts.append(ErrorBanner(ctx.i18n.error(printer.error), key="printer-trouble"))
    parts += [
        TestPage(ctx, printer.name, key=f"test-of-{printer.name}"),
        QuietButton(
            t("Take this printer out"),
            key="printer-remove",
            icon=ft.Icons.DELETE_OUTLINE,
            on_click=remove,
            danger=True,
        ),
    ]
    return Card(Stack(parts, spacing=GRID * 1.5))


@component
def TestPage(ctx: AppContext, printer: str) -> ft.Control:
    """Prints a test page at `printer` and follows it."""
    test, set_test = ft.use_state(NO_TEST)
    attempt = use_attempt(ctx, toast=True)

    def load() -> Job | None:
        return None if test is None else ctx.device.documents.job(test)

    job = use_loaded(ctx, load, [test], topics=("documents",)).value

    async def try_out() -> None:
        if made := await attempt.run(ctx.device.printers.try_out, printer):
            set_test(made.value.number)

    parts: list[ft.Control] = [
        QuietButton(
            ctx.i18n.t("Print a test page"),
            key="printer-test",
            icon=ft.Icons.CHECKLIST_OUTLINED,
            on_click=try_out,
            outlined=True,
            disabled=attempt.busy or (job is not None and job.state is JobState.QUEUED),
        )
    ]
    if job is not None:
        parts.append(_test_row(ctx, job))
    return Stack(parts, spacing=GRID * 1.5)


def _test_row(ctx: AppContext, job: Job) -> ft.Control:
    """What became of the test page, and what can be done about it."""
    t = ctx.i18n.t

    async def cancel() -> None:
        await ctx.attempt(ctx.device.documents.cancel, job.number)

    async def look_at_it() -> None:
        ctx.navigate(f"/documents/{job.number}")

    words, tone, icon = job_state(ctx.i18n, job)
    row: list[ft.Control] = [
        text(t("Test page"), Type.LABEL, expand=True),
        StatePill(words, tone=tone, icon=icon),
    ]
    if job.state is JobState.QUEUED:
        row.append(QuietButton(t("Cancel"), key="printer-test-cancel", on_click=cancel))
    elif job.state in (JobState.UNKNOWN, JobState.FAILED):
        row.append(QuietButton(t("Look at it"), key="printer-test-look", on_click=look_at_it))
    return ft.Row(row, spacing=GRID)
