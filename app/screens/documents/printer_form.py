"""What a printer is: its name, where it is, its model, and the documents that it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from app.components import (
    Card,
    ErrorBanner,
    Field,
    PrimaryButton,
    SectionTitle,
    Stack,
    ToggleChip,
    component,
    text,
    use_attempt,
    use_typed,
)
from app.screens.documents.wording import family_name, model_name, printer_kind
from app.session import AppContext
from app.theme import GRID, MUTED, Type
from app.usecases.documents.printer_address import suggest_profile, typed_of
from app.usecases.documents.printers import FAMILIES, SUGGESTED, PrinterView
from printing.model.printer_profile import Profile
from printing.printers.discovery import FoundPrinter
from sync.i18n import I18n

KINDS = ("tcp", "ipp", "usb", "folder")
ANSWERING = ("epson-tm-t20", "epson-tm-t88", "zebra-203", "zebra-300")  # say how they are
Change = Callable[["Draft"], None]
FIRST_MODEL = {"tcp": "generic-80", "ipp": "office", "usb": "generic-80", "folder": "office"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is chosen in the form; name and address are typed."""

    kind: str
    profile: str
    asks: bool
    families: tuple[str, ...]

    def with_kind(self, ctx: AppContext, kind: str) -> Draft:
        """Another connection; a model that it does not fit becomes the usual one of it."""
        changed = replace(self, kind=kind)
        if any(model.name == self.profile for model in _models(ctx, kind)):
            return changed
        return changed.with_model(ctx, FIRST_MODEL[kind])

    def with_model(self, ctx: AppContext, profile: str) -> Draft:
        """Another model, asked and given documents as is usual for it."""
        return replace(
            self,
            profile=profile,
            asks=profile in ANSWERING,
            families=_suggested(ctx, profile),
        )

    def with_or_without(self, family: str) -> Draft:
        """The other answer for a family of documents."""
        chosen = set(self.families) ^ {family}
        return replace(self, families=tuple(known for known in FAMILIES if known in chosen))


@component
def PrinterForm(
    ctx: AppContext, printer: PrinterView | None, found: FoundPrinter | None
) -> ft.Control:
    """Filled with a `printer` that is changed, or with one `found` on the network."""
    t = ctx.i18n.t
    start_name, start_where, start = _start(ctx, printer, found)
    draft, set_draft = ft.use_state(start)
    name, where = use_typed(start_name), use_typed(start_where)
    attempt = use_attempt(ctx)

    async def keep(_: ft.Event[ft.BaseControl]) -> None:
        if await attempt.run(set_up, ctx, printer, name.value, where.value, draft):
            ctx.changes.tell("documents")
            ctx.navigate("/printers")
            ctx.toast(t("{printer} is set up.", printer=" ".join(name.value.split())))

    name_field = Field(
        t("Name, such as “Till”"), key="printer-name", autofocus=found is None, expand=2
    )
    where_field = Field(
        _where_label(ctx.i18n, draft.kind), key="printer-where", on_submit=keep, expand=3
    )
    parts: list[ft.Control] = [
        SectionTitle(t("The printer")),
        _kind_chips(ctx, draft, set_draft),
        ft.Row([name.hold(name_field), where.hold(where_field)], spacing=GRID * 1.5),
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="printer-problem"))
    parts += _model_chips(ctx, draft, set_draft)
    if printer is None:
        parts += _family_chips(ctx, draft, set_draft)
    parts.append(
        PrimaryButton(
            t("Add this printer") if printer is None else t("Keep"),
            key="printer-keep",
            on_click=keep,
            disabled=attempt.busy,
        )
    )
    return Card(Stack(parts, spacing=GRID * 1.5))


def set_up(
    ctx: AppContext, printer: PrinterView | None, name: str, where: str, draft: Draft
) -> None:
    """Add the printer of the form, or change `printer`; raises InvalidInput, Conflict."""
    printers = ctx.device.printers
    if printer is None:
        printers.add(
            name, draft.kind, where, draft.profile, asks=draft.asks, families=draft.families
        )
    else:
        printers.change(printer.name, name, draft.kind, where, draft.profile, asks=draft.asks)


def _kind_chips(ctx: AppContext, draft: Draft, change: Change) -> ft.Control:
    return _chips(
        KINDS,
        lambda kind: printer_kind(ctx.i18n, kind),
        {draft.kind},
        lambda kind: change(draft.with_kind(ctx, kind)),
        start="kind",
    )


def _model_chips(ctx: AppContext, draft: Draft, change: Change) -> list[ft.Control]:
    t = ctx.i18n.t
    models = {model.name: model for model in _models(ctx, draft.kind)}
    parts: list[ft.Control] = [
        text(t("Model"), Type.CAPTION, color=MUTED),
        _chips(
            tuple(models),
            lambda name: model_name(ctx.i18n, models[name]),
            {draft.profile},
            lambda name: change(draft.with_model(ctx, name)),
            start="model",
        ),
    ]
    if draft.kind == "tcp" and draft.profile in ANSWERING:
        asks = ToggleChip(
            t("Ask it for paper and cover each time"),
            key="printer-asks",
            icon=ft.Icons.CHECK if draft.asks else None,
            selected=draft.asks,
            on_click=lambda: change(replace(draft, asks=not draft.asks)),
        )
        parts.append(ft.Row([asks]))
    return parts


def _family_chips(ctx: AppContext, draft: Draft, change: Change) -> list[ft.Control]:
    return [
        text(ctx.i18n.t("Documents that it gets"), Type.CAPTION, color=MUTED),
        _chips(
            tuple(FAMILIES),
            lambda family: family_name(ctx.i18n, family),
            set(draft.families),
            lambda family: change(draft.with_or_without(family)),
            start="family",
        ),
    ]


def _start(
    ctx: AppContext, printer: PrinterView | None, found: FoundPrinter | None
) -> tuple[str, str, Draft]:
    """Name, what stands in the address field, and what is chosen."""
    if printer is not None:
        where = typed_of(printer.kind, printer.address)
        families = _suggested(ctx, printer.profile)
        return printer.name, where, Draft(printer.kind, printer.profile, printer.asks, families)
    name, where, kind, profile = "", "", "tcp", FIRST_MODEL["tcp"]
    if found is not None:
        kind = "tcp" if found.address.startswith("tcp") else "ipp"
        name, where = found.name, typed_of(kind, found.address)
        profile = suggest_profile(found)
    return name, where, Draft(kind, profile, profile in ANSWERING, _suggested(ctx, profile))


def _suggested(ctx: AppContext, profile: str) -> tuple[str, ...]:
    known = ctx.device.printers.profiles().get(profile)
    return SUGGESTED.get(known.language, ()) if known is not None else ()


def _models(ctx: AppContext, kind: str) -> list[Profile]:
    """Office printers are spoken to over IPP, the others over the network or a cable."""
    return [
        model
        for model in ctx.device.printers.profiles().values()
        if kind == "folder" or (model.language == "pdf") == (kind == "ipp")
    ]


def _where_label(i18n: I18n, kind: str) -> str:
    return {
        "tcp": i18n.t("Address, such as 192.168.1.50"),
        "ipp": i18n.t("Address, or the whole ipp:// link"),
        "usb": i18n.t("Device file, such as /dev/usb/lp0"),
        "folder": i18n.t("Whole path of the folder"),
    }[kind]


def _chips(
    names: tuple[str, ...],
    label: Callable[[str], str],
    selected: set[str],
    pick: Callable[[str], None],
    *,
    start: str,
) -> ft.Control:
    def chip(name: str) -> ft.Control:
        return ToggleChip(
            label(name),
            key=f"{start}-{name}",
            selected=name in selected,
            on_click=lambda: pick(name),
        )

    return ft.Row([chip(name) for name in names], wrap=True, spacing=GRID, run_spacing=GRID)
