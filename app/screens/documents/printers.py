"""The printers of this terminal: how they are, and which document goes to which."""

from __future__ import annotations

from urllib.parse import quote, unquote

import flet as ft

from app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    Hairline,
    ListRow,
    Loading,
    OptionCard,
    Page,
    PageHeader,
    PrimaryButton,
    SectionTitle,
    SideBySide,
    StatePill,
    ToggleChip,
    component,
    text,
    use_attempt,
    use_loaded,
)
from app.components.sheets import rows_of
from app.screens import wording
from app.screens.documents.printer import PrinterPage
from app.screens.documents.wording import (
    FAMILY_ICONS,
    family_name,
    model_name,
    printer_icon,
    printer_kind,
    printer_name,
    printer_state,
)
from app.session import AppContext, key_of
from app.theme import GREEN, GREEN_SOFT, GRID, MUTED, TABLET, Type
from app.usecases.documents.printers import Choice, Overview, PrinterView

NEW = "new"


@component
def PrintersScreen(ctx: AppContext) -> ft.Control:
    """/printers is the list, /printers/new adds one, /printers/<name> is one of them."""
    loaded = use_loaded(ctx, ctx.device.printers.overview, topics=("documents",))
    chosen = unquote(key_of(ctx.route))
    if loaded.error is not None:
        return ErrorBanner(
            ctx.i18n.error(loaded.error),
            action=ctx.i18n.t("Try again"),
            on_action=loaded.reload,
        )
    if loaded.value is None:
        return Loading(ctx.i18n.t("Fetching the list…"))
    printer = next((p for p in loaded.value.printers if p.name == chosen), None)
    if chosen == NEW or (printer is not None and not printer.built_in):
        return PrinterPage(ctx, printer, key=f"page-{chosen}")
    return _everything(ctx, loaded.value)


def _everything(ctx: AppContext, overview: Overview) -> ft.Control:
    t = ctx.i18n.t

    async def back() -> None:
        ctx.navigate("/documents")

    async def add() -> None:
        ctx.navigate(f"/printers/{NEW}")

    header = PageHeader(
        t("Printers"),
        subtitle=t("of this device"),
        back=back,
        back_label=t("Back to the documents"),
        actions=[
            PrimaryButton(t("Add a printer"), key="printer-add", icon=ft.Icons.ADD, on_click=add)
        ],
    )
    printers, choices = _printers_card(ctx, overview), _choices_card(ctx, overview)
    body = SideBySide(ctx, printers, choices)
    if overview.problem is not None:
        problem = ErrorBanner(ctx.i18n.error(overview.problem), key="printers-problem")
        return Page([header, problem, body])
    return Page([header, body])


def _printers_card(ctx: AppContext, overview: Overview) -> ft.Control:
    t = ctx.i18n.t
    rows: list[ft.Control] = []
    if all(printer.built_in for printer in overview.printers):
        rows.append(
            EmptyState(
                ft.Icons.PRINT_OUTLINED,
                t("No printer yet"),
                t("Documents are kept as PDF and shown on screen. Add a printer for real paper."),
            )
        )
    for printer in overview.printers:
        if rows:
            rows.append(Hairline())
        rows.append(_printer_row(ctx, printer))
        if printer.error is not None:
            rows.append(_trouble(ctx, printer))
    return Card(ft.Column(rows, spacing=GRID / 2), padding=GRID)


def _printer_row(ctx: AppContext, printer: PrinterView) -> ft.Control:
    i18n = ctx.i18n
    profile = ctx.device.printers.profiles().get(printer.profile)

    async def show() -> None:
        # The one that is always there has nothing to change, one that is gone only its documents.
        fixed = printer.built_in or printer.gone
        ctx.navigate("/documents" if fixed else f"/printers/{quote(printer.name, safe='')}")

    about = i18n.t("Keeps each document as a PDF")
    if not printer.built_in:
        model = model_name(i18n, profile) if profile is not None else ""
        kind = printer_kind(i18n, printer.kind)
        about = " · ".join(filter(None, (model, kind, printer.address.partition("://")[2])))
    words, tone, icon = printer_state(i18n, printer)
    return ListRow(
        printer_name(i18n, printer.name),
        subtitle=about,
        leading=ft.Container(
            ft.Icon(printer_icon(printer, profile), size=TABLET.icon + 4, color=GREEN),
            width=48,
            height=48,
            border_radius=TABLET.radius - 2,
            bgcolor=GREEN_SOFT,
            alignment=ft.Alignment.CENTER,
        ),
        trailing=StatePill(words, tone=tone, icon=icon),
        key=f"printer-{printer.name}",
        on_click=show,
    )


def _trouble(ctx: AppContext, printer: PrinterView) -> ft.Control:
    if printer.error is None:
        return ft.Container()
    sentence = ctx.i18n.error(printer.error)
    if printer.since is not None:
        since = wording.ago(ctx.i18n, printer.since, ctx.now())
        sentence = ctx.i18n.t("{sentence} It began {since}.", sentence=sentence, since=since)
    return ft.Container(
        ErrorBanner(sentence, key=f"trouble-{printer.name}"),
        padding=ft.Padding.only(left=12, right=12, bottom=12),
    )


def _choices_card(ctx: AppContext, overview: Overview) -> ft.Control:
    rows: list[ft.Control] = []
    for choice in overview.choices:
        if rows:
            rows.append(Hairline())
        rows.append(_choice_row(ctx, choice, overview))
    title = ctx.i18n.t("Which document goes where")
    return Card(ft.Column([SectionTitle(title), ft.Column(rows, spacing=0)], spacing=GRID))


def _choice_row(ctx: AppContext, choice: Choice, overview: Overview) -> ft.Control:
    i18n = ctx.i18n

    async def choose() -> None:
        there = [printer for printer in overview.printers if not printer.gone]
        ctx.open_sheet(family_name(i18n, choice.family), lambda c: ChoiceSheet(c, choice, there))

    goes = printer_name(i18n, choice.first)
    if choice.second:
        goes = i18n.t(
            "{first}, else {second}", first=goes, second=printer_name(i18n, choice.second)
        )
    return ListRow(
        family_name(i18n, choice.family),
        subtitle=goes,
        leading=ft.Icon(FAMILY_ICONS[choice.family], size=TABLET.icon + 2, color=MUTED),
        trailing=ft.Icon(ft.Icons.CHEVRON_RIGHT, size=TABLET.icon, color=MUTED),
        key=f"route-{choice.family}",
        on_click=choose,
    )


@component
def ChoiceSheet(ctx: AppContext, choice: Choice, printers: list[PrinterView]) -> ft.Control:
    """The usual printer of a family of documents, and the one that takes over."""
    i18n = ctx.i18n
    first, set_first = ft.use_state(choice.first)
    second, set_second = ft.use_state(choice.second)
    attempt = use_attempt(ctx, toast=True)

    def usual(printer: PrinterView) -> ft.Control:
        async def pick() -> None:
            set_first(printer.name)

        profile = ctx.device.printers.profiles().get(printer.profile)
        return OptionCard(
            ft.Row(
                [
                    ft.Icon(printer_icon(printer, profile), size=TABLET.icon + 2, color=MUTED),
                    text(printer_name(i18n, printer.name), Type.STRONG, expand=True, lines=1),
                ],
                spacing=GRID * 1.5,
            ),
            key=f"first-{printer.name}",
            selected=printer.name == first,
            on_click=pick,
            height=60,
        )

    def takes_over(name: str) -> ft.Control:
        async def pick() -> None:
            set_second(name)

        label = printer_name(i18n, name) if name else i18n.t("Nobody: documents wait")
        key = f"second-{name or 'nobody'}"
        return ToggleChip(label, key=key, selected=name == second, on_click=pick)

    async def keep() -> None:
        await attempt.run(ctx.device.printers.choose, choice.family, first, second)
        ctx.close_sheet()
        ctx.changes.tell("documents")

    others = ["", *(printer.name for printer in printers if printer.name != first)]
    parts: list[ft.Control] = [rows_of(ctx.height, [usual(p) for p in printers], 60)]
    if len(others) > 1:
        parts += [
            text(i18n.t("Who takes over when it is in trouble for a minute?"), color=MUTED),
            ft.Row([takes_over(name) for name in others], wrap=True, spacing=8, run_spacing=8),
        ]
    parts.append(
        PrimaryButton(i18n.t("Keep"), key="route-keep", on_click=keep, disabled=attempt.busy)
    )
    return ft.Column(
        parts, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
