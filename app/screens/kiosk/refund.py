"""Step 3: what is refunded, to which means of payment, when and why; then the customer agrees."""

from __future__ import annotations

import flet as ft

from app.components import Card, ErrorBanner, Hairline, PrimaryButton, text
from app.screens import wording
from app.screens.kiosk.frame import heading
from app.screens.kiosk.view import Action, Look
from app.screens.kiosk.visit import Visit
from app.theme import GREEN, GRID, MUTED, Type
from app.usecases.returns.quote import RefundQuote
from app.usecases.returns.returns import Returnable
from sync.domain.money import Money
from sync.domain.returns import RefundPart


def refund_bar(
    look: Look,
    quote: RefundQuote | None,
    *,
    label: str,
    key: str,
    on_click: Action,
    disabled: bool,
    hint: str = "",
    waiting: bool = False,
) -> ft.Control:
    """The amount on the left, the main action on the right.

    `hint` says what is still missing; `waiting`: the amount is being worked out.
    """
    t = look.i18n.t
    amount = "…" if waiting else look.i18n.money(quote.total if quote is not None else Money(0))
    lines: list[ft.Control] = [
        text(t("You will be refunded"), color=MUTED, scale=look.scale),
        text(amount, Type.HEADLINE, scale=look.scale, key="kiosk-amount"),
    ]
    below = hint
    if not below and quote is not None and len(quote.parts) == 1:
        below = wording.refund_to(look.i18n, quote.parts[0])
    if below:
        lines.append(text(below, Type.CAPTION, color=MUTED, scale=look.scale, key="kiosk-hint"))
    button = PrimaryButton(
        label,
        key=key,
        trailing_icon=ft.Icons.ARROW_FORWARD,
        on_click=on_click,
        disabled=disabled,
        scale=look.scale,
    )
    amounts = ft.Column(lines, spacing=4, tight=True, expand=True)
    content: ft.Control = ft.Row(
        [amounts, button], spacing=GRID * 2, vertical_alignment=ft.CrossAxisAlignment.CENTER
    )
    if look.narrow and look.larger:
        stretch = ft.CrossAxisAlignment.STRETCH
        amounts.expand = None
        content = ft.Column([amounts, button], spacing=GRID * 2, horizontal_alignment=stretch)
    return Card(content, padding=look.scale.gap * 1.25, scale=look.scale)


def refund_step(
    look: Look, visit: Visit, returnable: Returnable, *, problem: str, offline: bool
) -> list[ft.Control]:
    """The receipt of what is about to happen."""
    t = look.i18n.t
    quote = visit.quote
    controls: list[ft.Control] = [
        heading(look, t("Is this right?"), t("Nothing is final until you confirm below."))
    ]
    if problem:
        controls.append(ErrorBanner(problem, key="kiosk-problem", scale=look.scale))
    controls.append(_lines_card(look, visit, returnable))
    if quote is not None:
        controls.append(_money_card(look, quote, offline=offline))
    return controls


def _lines_card(look: Look, visit: Visit, returnable: Returnable) -> ft.Control:
    rows: list[ft.Control] = [text(look.i18n.t("You return"), Type.SECTION, scale=look.scale)]
    for choice in visit.choices:
        sold = returnable.order.line(choice.line_id)
        reason = wording.return_reason(look.i18n, choice.reason)
        words: list[ft.Control] = [
            text(sold.name, Type.LABEL, scale=look.scale, lines=2),
            text(reason, Type.CAPTION, color=MUTED, scale=look.scale),
        ]
        figures: list[ft.Control] = [
            text(f"× {choice.quantity}", color=MUTED, scale=look.scale, no_wrap=True),
            text(
                look.i18n.money(sold.unit_price * choice.quantity),
                Type.STRONG,
                scale=look.scale,
                no_wrap=True,
            ),
        ]
        rows.append(Hairline())
        rows.append(
            ft.Row(
                [ft.Column(words, spacing=2, expand=True, tight=True), *figures], spacing=GRID * 3
            )
        )
    return Card(ft.Column(rows, spacing=GRID * 2), padding=look.scale.gap * 1.25, scale=look.scale)


def _money_card(look: Look, quote: RefundQuote, *, offline: bool) -> ft.Control:
    t = look.i18n.t
    rows: list[ft.Control] = [text(t("You get back"), Type.SECTION, scale=look.scale)]
    for part in quote.parts:
        rows.append(Hairline())
        rows.append(_part_row(look, part))
    rows.append(Hairline())
    sentences = list(quote.notes)
    if offline:
        sentences.append(
            t("We are offline: your return is kept safe here and sent when the line is back.")
        )
    rows.extend(_sentence(look, sentence) for sentence in sentences)
    return Card(ft.Column(rows, spacing=GRID * 2), padding=look.scale.gap * 1.25, scale=look.scale)


def _part_row(look: Look, part: RefundPart) -> ft.Control:
    names: list[ft.Control] = [
        text(wording.tender(look.i18n, part.kind, part.card_last4), Type.LABEL, scale=look.scale),
        text(wording.refund_to(look.i18n, part), Type.CAPTION, color=MUTED, scale=look.scale),
    ]
    return ft.Row(
        [
            ft.Column(names, spacing=2, expand=True, tight=True),
            text(look.i18n.money(part.amount), Type.TITLE, scale=look.scale, no_wrap=True),
        ],
        spacing=GRID * 3,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _sentence(look: Look, sentence: str) -> ft.Control:
    return ft.Row(
        [
            ft.Icon(ft.Icons.CHECK_CIRCLE_OUTLINE, size=look.scale.icon - 4, color=GREEN),
            text(sentence, scale=look.scale, expand=True),
        ],
        spacing=GRID + 4,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
