"""The card terminal: waiting for it, what it answered, and what to do when it says nothing."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.components import (
    Card,
    ErrorBanner,
    PrimaryButton,
    QuietButton,
    StatePill,
    component,
    text,
    use_attempt,
    use_loaded,
)
from app.components.buttons import Handler
from app.session import AppContext
from app.theme import AMBER, AMBER_SOFT, GREEN, GREEN_SOFT, LINE, MUTED, PAPER, Tone, Type
from app.usecases.selling.checkout import Sale
from sync.domain.money import Money
from sync.domain.payment import PaymentState
from sync.domain.payment_terminal import CardAnswer
from sync.terminal.payment_terminal.simulated import SimulatedCardTerminal

Finished = Callable[[Sale], None]


@component
def CardPayment(
    ctx: AppContext, due: Money, unfinished: CardAnswer | None, finished: Finished
) -> ft.Control:
    """Ask, wait, and deal with the answer. An unfinished payment is taken up where it stopped."""
    checkout = ctx.device.checkout
    answer, set_answer = ft.use_state(unfinished)
    attempt = use_attempt(ctx)

    async def follow(job: Callable[..., CardAnswer], *args: object) -> None:
        """Ask the terminal by `job`; an approval becomes the sale at once."""
        heard = await attempt.run(job, *args)
        if heard is None:
            return
        set_answer(heard.value)
        if heard.value.state is PaymentState.APPROVED and ctx.person is not None:
            sale = await attempt.run(
                checkout.finish_card, heard.value.reference, ctx.person, ctx.i18n.language
            )
            if sale is not None:
                finished(sale.value)

    async def ask(_: ft.Event[ft.BaseControl]) -> None:
        if ctx.person is not None:
            await follow(checkout.pay_card, ctx.person)

    async def again(_: ft.Event[ft.BaseControl]) -> None:
        if answer is not None:
            await follow(checkout.ask_again, answer.reference)

    async def cancel(_: ft.Event[ft.BaseControl]) -> None:
        if answer is not None and await attempt.run(checkout.cancel, answer.reference):
            set_answer(None)

    if attempt.busy:
        parts = _waiting(ctx, due)
    elif answer is None or answer.state is PaymentState.CANCELLED:
        parts = _to_ask(ctx, due, ask)
    elif answer.state is PaymentState.DECLINED:
        parts = _declined(ctx, ask)
    elif answer.state is PaymentState.APPROVED:
        parts = _to_complete(ctx, again)
    else:
        parts = _no_answer(ctx, again, cancel)
    if attempt.problem:
        parts.insert(1, ErrorBanner(attempt.problem, key="payment-error"))
    column: list[ft.Control] = [
        Card(ft.Column(parts, spacing=14, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))
    ]
    if isinstance(ctx.device.payment_terminal, SimulatedCardTerminal):
        column.append(SimulatedTerminal(ctx, ctx.device.payment_terminal, attempt.busy))
    return ft.Column(
        column, spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _waiting(ctx: AppContext, due: Money) -> list[ft.Control]:
    i18n = ctx.i18n
    return [
        Face(
            ft.Icons.CONTACTLESS_OUTLINED,
            i18n.money(due),
            i18n.t("Waiting for the card terminal…"),
            busy=True,
        )
    ]


def _to_ask(ctx: AppContext, due: Money, ask: Handler) -> list[ft.Control]:
    i18n = ctx.i18n
    return [
        Face(
            ft.Icons.CREDIT_CARD,
            i18n.money(due),
            i18n.t("The amount appears on the card terminal."),
        ),
        PrimaryButton(
            i18n.t("Ask for the card"),
            key="ask-card",
            trailing_icon=ft.Icons.ARROW_FORWARD,
            on_click=ask,
        ),
    ]


def _declined(ctx: AppContext, ask: Handler) -> list[ft.Control]:
    t = ctx.i18n.t
    return [
        Face(
            ft.Icons.CREDIT_CARD_OFF,
            t("Declined"),
            t("Nothing was charged. Try another card, or take cash."),
            calm=False,
        ),
        PrimaryButton(t("Try again"), key="ask-card", icon=ft.Icons.REFRESH, on_click=ask),
    ]


def _to_complete(ctx: AppContext, again: Handler) -> list[ft.Control]:
    """The card is charged, and the sale could not be recorded yet."""
    t = ctx.i18n.t
    return [
        Face(
            ft.Icons.CREDIT_SCORE,
            t("Approved"),
            t("The card is charged; the sale is still to be completed."),
        ),
        PrimaryButton(
            t("Complete the sale"), key="ask-again", icon=ft.Icons.REFRESH, on_click=again
        ),
    ]


def _no_answer(ctx: AppContext, again: Handler, cancel: Handler) -> list[ft.Control]:
    t = ctx.i18n.t
    return [
        Face(
            ft.Icons.SENSORS_OFF,
            t("The terminal did not answer"),
            t("Nobody is charged twice: asking again only asks what became of this payment."),
            calm=False,
        ),
        PrimaryButton(
            t("Ask the terminal again"), key="ask-again", icon=ft.Icons.REFRESH, on_click=again
        ),
        QuietButton(t("Give up this payment"), key="cancel-card", on_click=cancel),
    ]


def Face(
    icon: ft.IconData,
    title: str,
    sentence: str,
    *,
    busy: bool = False,
    calm: bool = True,
) -> ft.Control:
    """Where the payment stands, large."""
    symbol: ft.Control = ft.Container(
        width=84,
        height=84,
        border_radius=42,
        bgcolor=GREEN_SOFT if calm else AMBER_SOFT,
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(icon, size=38, color=GREEN if calm else AMBER),
    )
    if busy:
        ring = ft.ProgressRing(width=96, height=96, stroke_width=4)
        symbol = ft.Stack([ring, ft.Container(symbol, left=6, top=6)], width=96, height=96)
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=20),
        content=ft.Semantics(
            live_region=True,
            content=ft.Column(
                [
                    symbol,
                    text(title, Type.HEADLINE, text_align=ft.TextAlign.CENTER),
                    text(sentence, color=MUTED, text_align=ft.TextAlign.CENTER),
                ],
                spacing=12,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        ),
    )


@component
def SimulatedTerminal(ctx: AppContext, machine: SimulatedCardTerminal, waiting: bool) -> ft.Control:
    """The buttons of the demo's card terminal: the person at the screen is the card network."""
    i18n = ctx.i18n
    asked = use_loaded(ctx, lambda: machine.waiting, [waiting], topics=("card",))

    def button(name: str, label: str, icon: ft.IconData) -> ft.Control:
        async def press(_: ft.Event[ft.TextButton]) -> None:
            machine.press(name)

        return QuietButton(
            label,
            key=f"terminal-{name}",
            icon=icon,
            outlined=True,
            disabled=not waiting,
            on_click=press,
        )

    amount = i18n.money(asked.value.amount) if waiting and asked.value is not None else "—"
    return ft.Container(
        bgcolor=PAPER,
        border=ft.Border.all(1, LINE),
        border_radius=14,
        padding=16,
        content=ft.Column(
            [
                ft.Row(
                    [
                        StatePill(i18n.t("Demo"), tone=Tone.NEUTRAL),
                        text(i18n.t("Simulated card terminal"), Type.LABEL, expand=True),
                        text(amount, Type.FIGURE),
                    ],
                    spacing=10,
                ),
                ft.Row(
                    [
                        button("approve", i18n.t("Approve"), ft.Icons.CHECK),
                        button("decline", i18n.t("Decline"), ft.Icons.CLOSE),
                        button("silent", i18n.t("Do not answer"), ft.Icons.SENSORS_OFF),
                    ],
                    spacing=8,
                    run_spacing=8,
                    wrap=True,
                ),
            ],
            spacing=12,
            tight=True,
        ),
    )
