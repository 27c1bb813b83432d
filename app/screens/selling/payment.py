"""Payment: cash with change, or the card terminal; nobody is ever charged twice."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.components import (
    Box,
    Card,
    EmptyState,
    ErrorBanner,
    Loading,
    NumberPad,
    OptionCard,
    PageHeader,
    PrimaryButton,
    ToggleChip,
    component,
    identified,
    text,
    use_attempt,
    use_box,
    use_keys,
    use_loaded,
)
from app.components.entry import BACK, CLEAR
from app.screens.selling.card_payment import CardPayment, Finished
from app.screens.selling.payment_summary import Summary
from app.session import AppContext
from app.theme import GREEN, INK, MUTED, Type
from app.usecases.selling.basket import BasketView
from app.usecases.selling.checkout import Sale
from sync.domain.money import Money
from sync.domain.payment_terminal import CardAnswer

CASH, CARD_MEANS = "cash", "card"
NOTES_MINOR = (500, 1000, 2000, 5000, 10000, 20000)
DIGITS = frozenset("0123456789")
TYPED_MAX = 7  # digits of an amount in cents: 99,999.99


@component
def PaymentScreen(ctx: AppContext) -> ft.Control:
    """The total, the two means, and what the chosen one needs."""
    i18n = ctx.i18n
    means, set_means = ft.use_state("")
    due = use_loaded(
        ctx, lambda: (ctx.device.basket.view(), ctx.device.checkout.pending()), topics=("basket",)
    )
    kept: Box[tuple[BasketView, CardAnswer | None] | None] = use_box(None)
    if due.value is not None and due.value[0].lines:
        kept.value = due.value
    if due.error is not None:
        return ErrorBanner(i18n.error(due.error))
    shown = kept.value
    if shown is None:
        if due.loading:
            return Loading()
        return EmptyState(
            ft.Icons.SHOPPING_BASKET_OUTLINED,
            i18n.t("The basket is empty"),
            i18n.t("Scan an article, or search for one."),
        )
    basket, unfinished = shown
    chosen = means or (CARD_MEANS if unfinished is not None else CASH)

    async def back(_: ft.Event[ft.IconButton]) -> None:
        ctx.navigate("/")

    def finished(sale: Sale) -> None:
        ctx.changes.tell("basket")
        ctx.navigate(f"/sale/{sale.order.number}")

    pay: ft.Control
    if chosen == CASH:
        pay = CashPayment(ctx, basket.total, finished, key="cash-payment")
    else:
        pay = CardPayment(ctx, basket.total, unfinished, finished, key="card-payment")
    payment = ft.Column(
        [Means(ctx, chosen, set_means), pay],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Column(
        [
            PageHeader(i18n.t("Payment"), back=back, back_label=i18n.t("Back to the basket")),
            _side_by_side(ctx, Summary(ctx, basket), payment),
            ft.Container(height=8),
        ],
        spacing=16,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _side_by_side(ctx: AppContext, left: ft.Control, right: ft.Control) -> ft.Control:
    """Two columns, in portrait one above the other."""
    if ctx.portrait:
        return ft.Column(
            [left, right], spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    return ft.Row(
        [ft.Container(left, expand=4), ft.Container(right, expand=6)],
        spacing=20,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def Means(ctx: AppContext, chosen: str, choose: Callable[[str], None]) -> ft.Control:
    """Cash or card."""

    def tab(name: str, label: str, icon: ft.IconData) -> ft.Control:
        async def pick(_: ft.Event[ft.TextButton]) -> None:
            choose(name)

        selected = chosen == name
        return OptionCard(
            ft.Row(
                [
                    ft.Icon(icon, size=22, color=GREEN if selected else MUTED),
                    text(label, Type.STRONG),
                ],
                spacing=12,
                alignment=ft.MainAxisAlignment.CENTER,
            ),
            key=f"means-{name}",
            selected=selected,
            on_click=pick,
            expand=True,
            height=64,
        )

    return ft.Row(
        [
            tab(CASH, ctx.i18n.t("Cash"), ft.Icons.PAYMENTS_OUTLINED),
            tab(CARD_MEANS, ctx.i18n.t("Card"), ft.Icons.CREDIT_CARD),
        ],
        spacing=12,
    )


def quick_notes(due: Money) -> list[Money]:
    """What a customer is likely to put down for `due`: exactly that, or the next notes up."""
    rounded = [-(-due.minor // note) * note for note in NOTES_MINOR]
    above = sorted({amount for amount in rounded if amount > due.minor})
    return [due, *[Money(amount, due.currency) for amount in above[:4]]]


@component
def CashPayment(ctx: AppContext, due: Money, finished: Finished) -> ft.Control:
    """What was put down, by a note or by digits; the change, large."""
    i18n = ctx.i18n
    typed, set_typed = ft.use_state("")
    attempt = use_attempt(ctx)
    given = Money(int(typed or "0"), due.currency)
    enough = given.minor >= due.minor

    def press(name: str) -> None:
        attempt.clear()
        if name == BACK:
            set_typed(lambda t: t[:-1])
        elif name == CLEAR:
            set_typed("")
        else:
            set_typed(lambda t: (t + name).lstrip("0")[:TYPED_MAX])

    def put(amount: Money) -> None:
        attempt.clear()
        set_typed(str(amount.minor))

    async def take(_: ft.Event[ft.FilledButton] | None = None) -> None:
        if ctx.person is None:
            return
        sale = await attempt.run(ctx.device.checkout.pay_cash, given, ctx.person, i18n.language)
        if sale is None:
            return
        finished(sale.value)
        # The sale stands whatever the drawer does: what hinders it is said beside.
        await ctx.attempt(ctx.device.documents.open_drawer, str(sale.value.order.number))

    async def key_pressed(key: str) -> None:
        if key == "Enter" and enough:
            await take()
        elif key in DIGITS:
            press(key)
        elif key == "Backspace":
            press(BACK)

    use_keys(ctx, key_pressed)
    parts: list[ft.Control] = [_amounts(ctx, given, due), _notes(ctx, given, due, put)]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="payment-error"))
    parts += [
        NumberPad(
            press,
            labels={BACK: i18n.t("Delete the last digit"), CLEAR: i18n.t("Clear")},
            double_zero=True,
            key_height=52,
        ),
        PrimaryButton(
            i18n.t("Take the cash"),
            key="take-cash",
            trailing_icon=ft.Icons.ARROW_FORWARD,
            disabled=attempt.busy or not enough,
            on_click=take,
        ),
    ]
    return Card(ft.Column(parts, spacing=14, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _notes(ctx: AppContext, given: Money, due: Money, put: Callable[[Money], None]) -> ft.Control:
    """The exact amount and the likely notes, each a chip."""

    def note(amount: Money) -> ft.Control:
        async def pick(_: ft.Event[ft.TextButton]) -> None:
            put(amount)

        exact = amount == due
        return ToggleChip(
            ctx.i18n.t("Exact amount") if exact else ctx.i18n.money(amount),
            key="cash-exact" if exact else f"cash-{amount.minor}",
            selected=given == amount,
            on_click=pick,
        )

    return ft.Row(
        [note(amount) for amount in quick_notes(due)], wrap=True, spacing=8, run_spacing=8
    )


def _amounts(ctx: AppContext, given: Money, due: Money) -> ft.Control:
    """What was put down, and the change, or what is missing."""
    i18n = ctx.i18n
    if given.minor >= due.minor:
        label, rest, color = i18n.t("Change to give"), given - due, GREEN
    else:
        label, rest, color = i18n.t("Still missing"), due - given, MUTED
    return ft.Row(
        [
            _amount("given", i18n.t("Given"), i18n.money(given), INK if given.minor else MUTED),
            _amount("change", label, i18n.money(rest), color),
        ],
        spacing=24,
    )


def _amount(name: str, label: str, value: str, color: str) -> ft.Control:
    figure = text(value, Type.HEADLINE, color=color, no_wrap=True)
    return ft.Column(
        [text(label, color=MUTED), identified(f"cash-{name}", figure)],
        spacing=2,
        tight=True,
        expand=True,
    )
