"""What a printer is: its name, where it is, its model, and the documents that it gets."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.components import (
    Card,
    ErrorBanner,
    Field,
    PrimaryButton,
    SectionTitle,
    ToggleChip,
    component,
    text,
    use_typed,
)
from app.screens.documents.wording import family_name, model_name, printer_kind
from app.session import AppContext
from app.theme import GRID, MUTED, Type
from app.usecases.documents.printer_address import suggest_profile, typed_of
from app.usecases.documents.printers import FAMILIES, SUGGESTED, PrinterView
from printing.model.printer_profile import Profile
from printing.printers.discovery import FoundPrinter
from sync.domain.errors import ComptoirError
from sync.i18n import I18n

KINDS = ("tcp", "ipp", "usb", "folder")
ANSWERING = ("epson-tm-t20", "epson-tm-t88", "zebra-203", "zebra-300")  # say how they are
FIRST_MODEL = {"tcp": "generic-80", "ipp": "office", "usb": "generic-80", "folder": "office"}


@component
def PrinterForm(
    ctx: AppContext, printer: PrinterView | None, found: FoundPrinter | None
) -> ft.Control:
    """Filled with a `printer` that is changed, or with one `found` on the network."""
    t = ctx.i18n.t
    start = _start(printer, found)
    kind, set_kind = ft.use_state(start[1])
    profile, set_profile = ft.use_state(start[3])
    asks, set_asks = ft.use_state(printer.asks if printer else start[3] in ANSWERING)
    families, set_families = ft.use_state(_suggested(ctx, start[3]))
    sentence, set_sentence = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    name, where = use_typed(start[0]), use_typed(start[2])
    models = [model for model in ctx.device.printers.profiles().values() if _fits(kind, model)]

    def pick_kind(wanted: str) -> None:
        set_kind(wanted)
        fitting = {m.name for m in ctx.device.printers.profiles().values() if _fits(wanted, m)}
        if profile not in fitting:
            pick_model(FIRST_MODEL[wanted])

    def pick_model(wanted: str) -> None:
        set_profile(wanted)
        set_asks(wanted in ANSWERING)
        set_families(_suggested(ctx, wanted))

    def toggle_family(family: str) -> None:
        chosen = set(families) ^ {family}
        set_families(tuple(known for known in FAMILIES if known in chosen))

    async def keep(_: ft.Event[ft.BaseControl]) -> None:
        set_busy(True)
        printers = ctx.device.printers
        try:
            if printer is None:
                await ctx.background.run(
                    printers.add, name.value, kind, where.value, profile,
                    asks=asks, families=families,
                )  # fmt: skip
            else:
                await ctx.background.run(
                    printers.change, printer.name, name.value, kind, where.value, profile,
                    asks=asks,
                )  # fmt: skip
        except ComptoirError as error:
            set_sentence(ctx.i18n.error(error))
            set_busy(False)
            return
        ctx.changes.tell("documents")
        ctx.navigate("/printers")
        ctx.toast(t("{printer} is set up.", printer=" ".join(name.value.split())))

    name_field = Field(
        t("Name, such as “Till”"), key="printer-name", autofocus=found is None, expand=2
    )
    where_field = Field(_where_label(ctx.i18n, kind), key="printer-where", on_submit=keep, expand=3)
    parts: list[ft.Control] = [
        SectionTitle(t("The printer")),
        _chips(KINDS, lambda k: printer_kind(ctx.i18n, k), {kind}, pick_kind, start="kind"),
        ft.Row([name.hold(name_field), where.hold(where_field)], spacing=GRID * 1.5),
    ]
    if sentence:
        parts.append(ErrorBanner(sentence, key="printer-problem"))
    parts += [
        text(t("Model"), Type.CAPTION, color=MUTED),
        _chips(
            [model.name for model in models],
            lambda n: model_name(ctx.i18n, next(m for m in models if m.name == n)),
            {profile},
            pick_model,
            start="model",
        ),
    ]
    if kind == "tcp" and profile in ANSWERING:
        parts.append(
            ft.Row(
                [
                    ToggleChip(
                        t("Ask it for paper and cover each time"),
                        key="printer-asks",
                        icon=ft.Icons.CHECK if asks else None,
                        selected=asks,
                        on_click=lambda: set_asks(not asks),
                    )
                ]
            )
        )
    if printer is None:
        parts += [
            text(t("Documents that it gets"), Type.CAPTION, color=MUTED),
            _chips(
                list(FAMILIES),
                lambda f: family_name(ctx.i18n, f),
                set(families),
                toggle_family,
                start="family",
            ),
        ]
    parts.append(
        PrimaryButton(
            t("Add this printer") if printer is None else t("Keep"),
            key="printer-keep",
            on_click=keep,
            disabled=busy,
        )
    )
    return Card(
        ft.Column(parts, spacing=GRID * 1.5, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    )


def _start(printer: PrinterView | None, found: FoundPrinter | None) -> tuple[str, str, str, str]:
    """Name, kind, what stands in the address field, and model."""
    if printer is not None:
        where = typed_of(printer.kind, printer.address)
        return printer.name, printer.kind, where, printer.profile
    if found is not None:
        kind = "tcp" if found.address.startswith("tcp") else "ipp"
        return found.name, kind, typed_of(kind, found.address), suggest_profile(found)
    return "", "tcp", "", FIRST_MODEL["tcp"]


def _suggested(ctx: AppContext, profile: str) -> tuple[str, ...]:
    known = ctx.device.printers.profiles().get(profile)
    return SUGGESTED.get(known.language, ()) if known is not None else ()


def _fits(kind: str, model: Profile) -> bool:
    """Office printers are spoken to over IPP, the others over the network or a cable."""
    return kind == "folder" or (model.language == "pdf") == (kind == "ipp")


def _where_label(i18n: I18n, kind: str) -> str:
    return {
        "tcp": i18n.t("Address, such as 192.168.1.50"),
        "ipp": i18n.t("Address, or the whole ipp:// link"),
        "usb": i18n.t("Device file, such as /dev/usb/lp0"),
        "folder": i18n.t("Whole path of the folder"),
    }[kind]


def _chips(
    names: list[str] | tuple[str, ...],
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
