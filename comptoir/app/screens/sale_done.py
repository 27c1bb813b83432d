"""After the payment: the change, the papers, and where each line comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from comptoir.app.components import (
    Card,
    EmptyState,
    Hairline,
    Loading,
    PrimaryButton,
    QuietButton,
    SectionTitle,
    StatePill,
    component,
    text,
    use_loaded,
)
from comptoir.app.components.buttons import Handler
from comptoir.app.context import AppContext, key_of
from comptoir.app.screens.promising import MODE_ICONS, LocationNames
from comptoir.app.screens.wording import ago, mode, tender
from comptoir.app.theme import AMBER, GREEN, GREEN_SOFT, LINE, MUTED, Tone, Type
from comptoir.app.usecases.orders import OrderDetail
from comptoir.printing import Job
from comptoir.sync.domain.location import Location
from comptoir.sync.domain.money import Money, total
from comptoir.sync.domain.order import FulfilmentMode, Order, OrderLine
from comptoir.sync.sourcing import Decision, explain

VERDICTS_MAX = 3  # locations not chosen, named with their reason


@dataclass(frozen=True, slots=True)
class Placed:
    """What the screen loads: the order, the places it names, and the age of the stock."""

    detail: OrderDetail
    places: dict[str, Location]
    stock_age: str
    reasons: tuple[str, ...] = ()


@component
def SaleDoneScreen(ctx: AppContext) -> ft.Control:
    """The order of the route, just placed."""
    number = key_of(ctx.route)

    def load() -> Placed:
        detail = ctx.device.orders.get(number)
        codes = {line.collect_at for line in detail.state.order.lines}
        codes |= {line.promised_from for line in detail.state.order.lines}
        codes |= {source.location for line in detail.state.lines for source in line.sources}
        as_of = ctx.device.status.now().stock_as_of
        return Placed(
            detail,
            {code: ctx.device.catalogue.location(code) for code in codes if code},
            ago(ctx.i18n, as_of, ctx.now()) if as_of is not None else "",
            reasons(ctx, detail),
        )

    loaded = use_loaded(ctx, load, [number, ctx.i18n.language], topics=("orders", "status"))
    if loaded.error is not None:
        return EmptyState(ft.Icons.RECEIPT_LONG_OUTLINED, ctx.i18n.error(loaded.error))
    if loaded.value is None:
        return Loading()
    placed = loaded.value
    outcome = ft.Column(
        [Outcome(ctx, placed.detail.state.order), Sources(ctx, placed)],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    papers = Papers(ctx, placed.detail.state.order, key=f"papers-{number}")
    if ctx.portrait:
        body: ft.Control = ft.Column(
            [outcome, papers], spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    else:
        body = ft.Row(
            [ft.Container(outcome, expand=1), ft.Container(papers, expand=1)],
            spacing=16,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return ft.Column([body, ft.Container(height=8)], expand=True, scroll=ft.ScrollMode.AUTO)


def reasons(ctx: AppContext, detail: OrderDetail) -> tuple[str, ...]:
    """Why the server chose so, in the reader's language. Reads the device: run it in a thread."""
    if not detail.state.decisions:
        return ()
    decision = Decision.from_wire(detail.state.decisions[-1])
    return tuple(explain(decision, ctx.i18n, names=LocationNames(ctx), verdicts_max=VERDICTS_MAX))


def Outcome(ctx: AppContext, order: Order) -> ft.Control:
    """Paid: the change, large, the numbers, and on to the next customer."""
    i18n = ctx.i18n
    change = total(t.change for t in order.tenders) if order.tenders else Money(0)

    async def start_again(_: ft.Event[ft.FilledButton]) -> None:
        ctx.query = ""
        ctx.navigate("/")
        await ctx.focus_scan()

    paid = ", ".join(tender(i18n, t.kind, t.card_last4) for t in order.tenders)
    figures: list[ft.Control] = [
        text(i18n.t("Change to give"), color=MUTED),
        text(i18n.money(change), Type.DISPLAY, color=GREEN, no_wrap=True),
    ]
    if not change:
        figures = [
            text(i18n.t("Paid"), color=MUTED),
            text(i18n.money(order.total), Type.DISPLAY, color=GREEN, no_wrap=True),
        ]
    return Card(
        ft.Column(
            [
                ft.Row(
                    [
                        ft.Container(
                            width=72,
                            height=72,
                            border_radius=36,
                            bgcolor=GREEN_SOFT,
                            alignment=ft.Alignment.CENTER,
                            content=ft.Icon(ft.Icons.CHECK, size=36, color=GREEN),
                        ),
                        ft.Column(figures, spacing=0, tight=True, expand=True),
                    ],
                    spacing=20,
                ),
                Hairline(),
                ft.Row(
                    [
                        _fact(i18n.t("Order"), str(order.number)),
                        _fact(i18n.t("Receipt"), order.receipt_number or "—"),
                    ],
                    spacing=16,
                ),
                ft.Row(
                    [
                        _fact(i18n.t("Total"), i18n.money(order.total)),
                        _fact(i18n.t("Means of payment"), paid),
                    ],
                    spacing=16,
                ),
                PrimaryButton(
                    i18n.t("Next customer"),
                    key="next-customer",
                    trailing_icon=ft.Icons.ARROW_FORWARD,
                    on_click=start_again,
                ),
            ],
            spacing=14,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _fact(label: str, value: str) -> ft.Control:
    return ft.Column(
        [text(label, Type.CAPTION, color=MUTED), text(value, Type.LABEL, selectable=True)],
        spacing=2,
        tight=True,
        expand=True,
    )


def Sources(ctx: AppContext, placed: Placed) -> ft.Control:
    """Where each line comes from and why; before the server has answered, that it waits."""
    i18n, detail = ctx.i18n, placed.detail
    order = detail.state.order
    by_line = {state.line_id: state for state in detail.state.lines}
    remote = any(line.mode is not FulfilmentMode.CARRY_OUT for line in order.lines)
    if detail.sent:
        pill = StatePill(i18n.t("Confirmed"), icon=ft.Icons.CLOUD_DONE_OUTLINED)
    else:
        pill = StatePill(
            i18n.t("Waiting to be sent"), tone=Tone.ATTENTION, icon=ft.Icons.CLOUD_UPLOAD_OUTLINED
        )
    parts: list[ft.Control] = [
        ft.Row([ft.Container(SectionTitle(i18n.t("Where it comes from")), expand=True), pill])
    ]
    for line in order.lines:
        state = by_line.get(line.line_id)
        names = [
            placed.places[source.location].name
            for source in (state.sources if state is not None else ())
            if source.location in placed.places
        ]
        parts.append(_source_row(ctx, line, placed.places, names))
    if not detail.sent and remote:
        parts.append(
            text(
                i18n.t("Promises from the network as of {age}.", age=placed.stock_age or "—"),
                Type.CAPTION,
                color=AMBER,
            )
        )
    if placed.reasons:
        parts.append(Hairline())
        parts.append(text(i18n.t("Why"), Type.CAPTION, color=MUTED))
        parts.extend(text(sentence) for sentence in placed.reasons)
    return Card(ft.Column(parts, spacing=11))


def _source_row(
    ctx: AppContext, line: OrderLine, places: dict[str, Location], names: list[str]
) -> ft.Control:
    i18n = ctx.i18n
    collect = places.get(line.collect_at)
    how = mode(i18n, line.mode, collect.name if collect else "")
    if line.mode is FulfilmentMode.CARRY_OUT:
        source = i18n.t("from this store")
    elif names:
        source = i18n.t("from {place}", place=", ".join(dict.fromkeys(names)))
    else:
        expected = places.get(line.promised_from)
        source = i18n.t("expected from {place}", place=expected.name) if expected else ""
    remote = line.mode is not FulfilmentMode.CARRY_OUT
    when = f" · {i18n.day(line.promised_at)}" if line.promised_at and remote else ""
    return ft.Row(
        [
            ft.Icon(MODE_ICONS[line.mode], size=20, color=MUTED),
            ft.Column(
                [
                    text(f"{line.name} × {line.quantity}", Type.LABEL, lines=1),
                    text(f"{how}{when}", Type.CAPTION, color=MUTED, lines=1),
                    *([text(source, Type.CAPTION, color=GREEN, lines=1)] if source else []),
                ],
                spacing=2,
                tight=True,
                expand=True,
            ),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


@component
def Papers(ctx: AppContext, order: Order) -> ft.Control:
    """The receipt and the order slip: printed only when the customer wants them."""
    i18n = ctx.i18n
    nothing: tuple[bytes, ...] = ()
    pages, set_pages = ft.use_state(nothing)
    busy, set_busy = ft.use_state(False)
    remote = any(line.mode is not FulfilmentMode.CARRY_OUT for line in order.lines)

    def show(make: Callable[[str], Job]) -> Handler:
        async def handler(_: ft.Event[ft.BaseControl]) -> None:
            set_busy(True)
            job = await ctx.attempt(make, str(order.number))
            if job is not None:
                images = await ctx.attempt(ctx.device.paper.pages, job.number)
                if images:
                    set_pages(tuple(images))
            set_busy(False)

        return handler

    actions: list[ft.Control] = [
        QuietButton(
            i18n.t("Print the receipt"),
            key="print-receipt",
            icon=ft.Icons.RECEIPT_LONG_OUTLINED,
            outlined=True,
            disabled=busy,
            on_click=show(ctx.device.paper.make_receipt),
        )
    ]
    if remote:
        actions.append(
            QuietButton(
                i18n.t("Print the order slip"),
                key="print-slip",
                icon=ft.Icons.LOCAL_SHIPPING_OUTLINED,
                outlined=True,
                disabled=busy,
                on_click=show(ctx.device.paper.make_order_slip),
            )
        )
    if pages:
        picture: ft.Control = ft.Column(
            [
                ft.Container(
                    border=ft.Border.all(1, LINE),
                    content=ft.Image(
                        src=page,
                        width=340,
                        fit=ft.BoxFit.FIT_WIDTH,
                        semantics_label=i18n.t("The printed document"),
                        gapless_playback=True,
                    ),
                )
                for page in pages
            ],
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )
    elif busy:
        picture = Loading()
    else:
        picture = EmptyState(
            ft.Icons.ECO_OUTLINED,
            i18n.t("Nothing is printed unasked"),
            i18n.t("Ask the customer whether they want the receipt."),
        )
    return Card(
        ft.Column(
            [
                SectionTitle(i18n.t("Papers")),
                ft.Row(actions, wrap=True, spacing=8, run_spacing=8),
                picture,
            ],
            spacing=14,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )
