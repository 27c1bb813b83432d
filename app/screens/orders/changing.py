"""Changing an order before it leaves: pieces cancelled, another address, cash handed out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import flet as ft

from app.components import (
    Card,
    EmptyState,
    ErrorBanner,
    Figure,
    Hairline,
    Loading,
    PrimaryButton,
    QuietButton,
    SectionTitle,
    Stack,
    Stepper,
    Tile,
    ToggleChip,
    component,
    text,
    use_attempt,
    use_loaded,
    use_typed,
)
from app.components.entry import Field
from app.components.sheets import rows_of
from app.screens import wording
from app.screens.selling.customer import Commune
from app.screens.staff.approval import may_or_ask
from app.session import AppContext
from app.theme import GRID, MUTED, Type
from app.usecases.orders.changes import CancellableLine, deliverable, standing
from app.usecases.orders.orders import OrderDetail
from app.usecases.returns.payouts import Payout, PayoutState
from app.usecases.selling.addresses import Place
from sync.domain.associate import Right
from sync.domain.customer import Address
from sync.domain.errors import ComptoirError
from sync.domain.order_change import Cancellation, CancelReason
from sync.protocol.sessions import Approval

# What a person at a counter may say; a bag that nobody came for is put back where it waits.
REASONS = (CancelReason.CUSTOMER, CancelReason.NO_STOCK, CancelReason.OTHER)
NOTHING: Mapping[int, int] = {}


def ChangesCard(ctx: AppContext, detail: OrderDetail) -> ft.Control | None:
    """What may be changed now, and what was cancelled; None when there is neither."""
    t, state = ctx.i18n.t, detail.state
    number = str(state.order.number)
    actions: list[ft.Control] = []
    may = ctx.person is not None and ctx.device.sign_in.may(ctx.person, Right.CHANGE_ORDERS)
    if may and any(line.cancellable for line in standing(state).values()):

        async def cancel() -> None:
            title = t("Cancel articles")
            ctx.open_sheet(title, lambda c: CancelSheet(c, number), form=True)

        actions.append(
            QuietButton(
                t("Cancel articles"),
                key="order-cancel",
                icon=ft.Icons.REMOVE_SHOPPING_CART_OUTLINED,
                on_click=cancel,
                outlined=True,
            )
        )
    if may and state.order.ship_to is not None and deliverable(state):
        home = state.order.ship_to

        async def address() -> None:
            title = t("Change the address")
            ctx.open_sheet(title, lambda c: AddressSheet(c, number, home), form=True)

        actions.append(
            QuietButton(
                t("Change the address"),
                key="order-address",
                icon=ft.Icons.EDIT_LOCATION_OUTLINED,
                on_click=address,
                outlined=True,
            )
        )
    if not actions and not state.cancellations:
        return None
    rows: list[ft.Control] = [SectionTitle(t("Changes"))]
    if actions:
        rows.append(ft.Row(actions, spacing=GRID, run_spacing=GRID, wrap=True))
    rows += [CancelledRow(ctx, one, key=one.number) for one in state.cancellations]
    return Card(Stack(rows, spacing=GRID * 1.5))


@component
def CancelledRow(ctx: AppContext, cancelled: Cancellation) -> ft.Control:
    """What was cancelled, what went back, and the cash that is to be handed out here."""
    i18n = ctx.i18n
    payout = use_loaded(
        ctx,
        lambda: ctx.device.payouts.of_cancellation(cancelled),
        [cancelled],
        topics=("orders", "status"),
    )
    attempt = use_attempt(ctx)

    async def hand_out() -> None:
        if ctx.person is None:
            return
        number = cancelled.number
        if await attempt.run(ctx.device.payouts.hand_out, number, ctx.person, cancelled):
            # The payout stands whatever the drawer does: what hinders it is said beside.
            await ctx.attempt(ctx.device.documents.open_drawer, number)
        payout.reload()

    words = ", ".join(f"{line.quantity} × {line.name}" for line in cancelled.lines)
    rows: list[ft.Control] = [
        Hairline(),
        Figure(i18n.t("Cancelled: {articles}", articles=words), i18n.money(-cancelled.refund)),
        text(
            " · ".join(
                (
                    wording.cancel_reason(i18n, cancelled.reason),
                    wording.ago(i18n, cancelled.created_at, ctx.now()),
                )
            ),
            Type.CAPTION,
            color=MUTED,
        ),
    ]
    if payout.value is not None:
        rows += _cash(ctx, payout.value, hand_out, busy=attempt.busy)
    if attempt.problem:
        rows.append(ErrorBanner(attempt.problem, key="cancel-payout-problem"))
    return Stack(rows, spacing=GRID)


def _cash(
    ctx: AppContext, payout: Payout, hand_out: Callable[[], object], *, busy: bool
) -> list[ft.Control]:
    t, amount = ctx.i18n.t, payout.amount
    if payout.state is PayoutState.UNCONFIRMED:
        words = t("Keep {amount} in the drawer for now", amount=amount)
        why = t("The central server has not confirmed this refund yet. It is kept and sent.")
        return [text(words, Type.LABEL), text(why, Type.CAPTION, color=MUTED)]
    if payout.state is PayoutState.DUE:
        return [
            PrimaryButton(
                t("Hand out {amount} in cash", amount=amount),
                key="cancel-payout",
                icon=ft.Icons.PAYMENTS_OUTLINED,
                on_click=hand_out,
                disabled=busy,
            )
        ]
    if payout.state is PayoutState.HANDED_OUT:
        return [text(t("{amount} handed out in cash", amount=amount), Type.LABEL)]
    return []


@component
def CancelSheet(ctx: AppContext, number: str) -> ft.Control:
    """How many pieces of which line, why, and what goes back."""
    changes = ctx.device.order_changes
    lines = use_loaded(ctx, lambda: changes.cancellable(number), [number])
    if lines.error is not None:
        return ErrorBanner(ctx.i18n.error(lines.error))
    if lines.value is None:
        return Loading()
    if not lines.value:
        return EmptyState(
            ft.Icons.INVENTORY_2_OUTLINED,
            ctx.i18n.t("Nothing can be cancelled any more"),
            ctx.i18n.t("It is being prepared or has left. What has left comes back by a return."),
        )
    return CancelForm(ctx, number, tuple(lines.value))


@component
def CancelForm(ctx: AppContext, number: str, lines: tuple[CancellableLine, ...]) -> ft.Control:
    """All that may be is chosen at first: that is what most customers ask for."""
    t, changes, attempt = ctx.i18n.t, ctx.device.order_changes, use_attempt(ctx)
    chosen, choose = ft.use_state({one.line.line_id: one.quantity_max for one in lines})
    reason, set_reason = ft.use_state(CancelReason.CUSTOMER)
    quote = use_loaded(
        ctx,
        lambda: changes.quote(number, chosen) if any(chosen.values()) else None,
        [tuple(chosen.items())],
    )

    def row(one: CancellableLine) -> ft.Control:
        line_id, count = one.line.line_id, chosen.get(one.line.line_id, 0)

        async def less() -> None:
            choose(lambda now: {**now, line_id: now.get(line_id, 0) - 1})

        async def more() -> None:
            choose(lambda now: {**now, line_id: now.get(line_id, 0) + 1})

        return _cancel_row(ctx, one, count, less if count else None,
                           more if count < one.quantity_max else None)  # fmt: skip

    async def done(approval: Approval | None = None) -> None:
        if ctx.person is None:
            return
        if await attempt.run(changes.cancel, number, chosen, reason, ctx.person, approval):
            ctx.close_sheet()
            ctx.toast(t("Cancelled. What was not charged yet never will be."))

    async def confirm() -> None:
        document, limit = quote.value, changes.refund_limit()
        if document is not None and document.refund > limit:
            why = t("This refund is above {limit}.", limit=ctx.i18n.money(limit))
            await may_or_ask(ctx, Right.REFUND_ABOVE_LIMIT, number, why, done)
        else:
            await done()

    parts: list[ft.Control] = [
        rows_of(ctx.height, [row(one) for one in lines], 64),
        text(t("Why is it cancelled?"), Type.LABEL),
        ft.Row(
            [_reason_chip(ctx, each, each is reason, set_reason) for each in REASONS],
            wrap=True,
            spacing=8,
        ),
        *_quoted(ctx, quote.value, quote.error),
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="cancel-problem"))
    parts.append(
        PrimaryButton(
            t("Cancel these articles"),
            key="cancel-confirm",
            on_click=confirm,
            disabled=attempt.busy or quote.value is None,
        )
    )
    return Stack(parts, spacing=12)


def _cancel_row(
    ctx: AppContext,
    one: CancellableLine,
    count: int,
    less: Callable[[], object] | None,
    more: Callable[[], object] | None,
) -> ft.Control:
    line = one.line
    return ft.Row(
        [
            Tile(line.name, line.sku),
            ft.Column(
                [
                    text(line.name, Type.LABEL, lines=2),
                    text(
                        ctx.i18n.t("{left} of {sold} can be cancelled", left=one.quantity_max,
                                   sold=line.quantity),
                        Type.CAPTION,
                        color=MUTED,
                    ),
                ],
                spacing=2,
                expand=True,
                tight=True,
            ),
            Stepper(
                count,
                key=f"cancel-{line.line_id}",
                less=ctx.i18n.t("One less"),
                more=ctx.i18n.t("One more"),
                on_less=less,
                on_more=more,
            ),
        ],
        spacing=GRID * 1.5,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )  # fmt: skip


def _reason_chip(
    ctx: AppContext,
    reason: CancelReason,
    selected: bool,
    choose: Callable[[CancelReason], None],
) -> ft.Control:
    async def pick(_: ft.Event[ft.TextButton]) -> None:
        choose(reason)

    name = wording.cancel_reason(ctx.i18n, reason)
    return ToggleChip(name, key=f"cancel-{reason.value}", selected=selected, on_click=pick)


def _quoted(
    ctx: AppContext, document: Cancellation | None, error: ComptoirError | None
) -> list[ft.Control]:
    """What goes back, to which means of payment."""
    if error is not None:
        return [ErrorBanner(ctx.i18n.error(error))]
    if document is None:
        return []
    i18n = ctx.i18n
    rows: list[ft.Control] = [Hairline()]
    if document.shipping:
        rows.append(Figure(i18n.t("of which delivery"), i18n.money(document.shipping)))
    rows += [
        Figure(wording.tender(i18n, part.kind, part.card_last4), i18n.money(part.amount))
        for part in document.parts
    ]
    rows.append(Figure(i18n.t("Goes back"), i18n.money(document.refund), strong=True))
    return rows


@component
def AddressSheet(ctx: AppContext, number: str, home: Address) -> ft.Control:
    """Street and commune, filled with what is known."""
    t, attempt = ctx.i18n.t, use_attempt(ctx)
    place, set_place = ft.use_state(Place(home.postcode, home.commune, home.lat, home.lon))
    street = use_typed(home.street)

    async def save(_: ft.Event[ft.BaseControl] | None = None) -> None:
        if ctx.person is None:
            return
        wanted = replace(
            home,
            street=street.value.strip(),
            postcode=place.postcode,
            commune=place.commune,
            lat=place.lat,
            lon=place.lon,
        )
        if await attempt.run(ctx.device.order_changes.change_address, number, wanted, ctx.person):
            ctx.close_sheet()
            ctx.toast(t("The parcel goes to {commune}.", commune=place.commune))

    parts: list[ft.Control] = [
        text(t("For what nobody has begun to prepare."), color=MUTED),
        street.hold(Field(t("Number and street"), key="address-street", on_submit=save)),
        Commune(ctx, place, set_place),
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="address-problem"))
    parts.append(
        PrimaryButton(
            t("Keep"), key="address-save", on_click=save, disabled=attempt.busy, expand=False
        )
    )
    return Stack(parts, spacing=14)
