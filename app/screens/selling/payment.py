"""Payment: cash with change, or the card terminal; nobody is ever charged twice."""

from __future__ import annotations

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
from sync.domain.errors import ComptoirError
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

    def tab(name: str, label: str, icon: ft.IconData) -> ft.Control:
        async def pick(_: ft.Event[ft.TextButton]) -> None:
            set_means(name)

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

    pay: ft.Control
    if chosen == CASH:
        pay = CashPayment(ctx, basket.total, finished, key="cash-payment")
    else:
        pay = CardPayment(ctx, basket.total, unfinished, finished, key="card-payment")
    left = Summary(ctx, basket)
    right = ft.Column(
        [
            ft.Row(
                [
                    tab(CASH, i18n.t("Cash"), ft.Icons.PAYMENTS_OUTLINED),
                    tab(CARD_MEANS, i18n.t("Card"), ft.Icons.CREDIT_CARD),
                ],
                spacing=12,
            ),
            pay,
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if ctx.portrait:
        body: ft.Control = ft.Column(
            [left, right], spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    else:
        body = ft.Row(
            [ft.Container(left, expand=4), ft.Container(right, expand=6)],
            spacing=20,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return ft.Column(
        [
            PageHeader(i18n.t("Payment"), back=back, back_label=i18n.t("Back to the basket")),
            body,
            ft.Container(height=8),
        ],
        spacing=16,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
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
    sentence, set_sentence = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    taking = use_box(False)  # known at once, where `busy` is known only after the next rendering
    given = Money(int(typed or "0"), due.currency)
    change = given - due
    notes = quick_notes(due)

    def press(name: str) -> None:
        set_sentence("")
        if name == BACK:
            set_typed(lambda t: t[:-1])
        elif name == CLEAR:
            set_typed("")
        else:
            set_typed(lambda t: (t + name).lstrip("0")[:TYPED_MAX])

    def note(amount: Money) -> ft.Control:
        async def put(_: ft.Event[ft.TextButton]) -> None:
            set_sentence("")
            set_typed(str(amount.minor))

        exact = amount == due
        return ToggleChip(
            i18n.t("Exact amount") if exact else i18n.money(amount),
            key="cash-exact" if exact else f"cash-{amount.minor}",
            selected=given == amount,
            on_click=put,
        )

    async def take(_: ft.Event[ft.FilledButton] | None = None) -> None:
        if taking.value or ctx.person is None:
            return
        taking.value = True
        set_busy(True)
        try:
            sale = await ctx.background.run(
                ctx.device.checkout.pay_cash, given, ctx.person, ctx.i18n.language
            )
        except ComptoirError as error:
            set_sentence(i18n.error(error))
            set_busy(False)
            taking.value = False
            return
        # The sale stands whatever the drawer does: what hinders it is said beside.
        await ctx.attempt(ctx.device.documents.open_drawer, str(sale.order.number))
        finished(sale)

    async def key_pressed(key: str) -> None:
        if key == "Enter" and given.minor >= due.minor:
            await take()
        elif key in DIGITS:
            press(key)
        elif key == "Backspace":
            press(BACK)

    use_keys(ctx, key_pressed)
    enough = given.minor >= due.minor
    verdict = i18n.t("Change to give") if enough else i18n.t("Still missing")
    amounts = ft.Row(
        [
            _amount("given", i18n.t("Given"), i18n.money(given), INK if typed else MUTED),
            _amount(
                "change", verdict, i18n.money(change if enough else due - given),
                GREEN if enough else MUTED,
            ),
        ],
        spacing=24,
    )  # fmt: skip
    side: list[ft.Control] = [
        amounts,
        ft.Row([note(amount) for amount in notes], wrap=True, spacing=8, run_spacing=8),
    ]
    if sentence:
        side.append(ErrorBanner(sentence, key="payment-error"))
    side.append(
        NumberPad(
            press,
            labels={BACK: i18n.t("Delete the last digit"), CLEAR: i18n.t("Clear")},
            double_zero=True,
            key_height=52,
        )
    )
    side.append(
        PrimaryButton(
            i18n.t("Take the cash"),
            key="take-cash",
            trailing_icon=ft.Icons.ARROW_FORWARD,
            disabled=busy or not enough,
            on_click=take,
        )
    )
    return Card(ft.Column(side, spacing=14, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _amount(name: str, label: str, value: str, color: str) -> ft.Control:
    figure = text(value, Type.HEADLINE, color=color, no_wrap=True)
    return ft.Column(
        [text(label, color=MUTED), identified(f"cash-{name}", figure)],
        spacing=2,
        tight=True,
        expand=True,
    )
