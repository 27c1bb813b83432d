"""The receipt after a sale: print, e-mail, or nothing. Nothing is printed unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.components import (
    Card,
    ErrorBanner,
    Field,
    OptionCard,
    PrimaryButton,
    QuietButton,
    SectionTitle,
    StatePill,
    component,
    text,
    use_attempt,
    use_loaded,
    use_typed,
)
from app.components.buttons import Handler
from app.screens.documents.download import DocumentPicture
from app.screens.documents.wording import document_name, job_state, printer_name
from app.session import AppContext
from app.theme import GREEN, GREEN_SOFT, GRID, MUTED, TABLET, Tone, Type
from app.usecases.documents.email_documents import Mailed
from printing import Job
from printing.spool.spool import JobState
from sync.domain.order import FulfilmentMode, Order

CHOICE_HEIGHT = 96
PICTURE_HEIGHT = 460
TROUBLED = (JobState.UNKNOWN, JobState.FAILED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer has asked for so far."""

    receipt: Job | None
    slip: Job | None
    mails: tuple[Mailed, ...]
    online: bool


@component
def ReceiptChoice(ctx: AppContext, order: Order) -> ft.Control:
    """The three choices, what became of those that were made, and on to the next customer."""
    i18n, number = ctx.i18n, str(order.number)
    attempt = use_attempt(ctx, toast=True)
    documents, mail = ctx.device.documents, ctx.device.document_email
    remote = any(line.mode is not FulfilmentMode.CARRY_OUT for line in order.lines)

    def load() -> Asked:
        return Asked(
            documents.printed("sales_receipt", number),
            documents.printed("order_slip", number),
            tuple(mail.sent(number)),
            ctx.device.status.now().online,
        )

    loaded = use_loaded(ctx, load, [number], topics=("documents", "status"))
    asked = loaded.value or Asked(None, None, (), True)

    def prints(make: Callable[[str], Job]) -> Handler:
        async def press() -> None:
            await attempt.run(make, number)
            loaded.reload()

        return press

    async def email() -> None:
        def send(address: str) -> Mailed:
            return mail.send_receipt(number, address, ctx.person)

        ctx.open_sheet(
            i18n.t("Receipt by e-mail"),
            lambda c: EmailSheet(c, order.customer.email, send),
            form=True,
        )

    parts: list[ft.Control] = [
        SectionTitle(i18n.t("Receipt")),
        text(i18n.t("Nothing is printed unasked. Would the customer like the receipt?"),
             color=MUTED),
        _choices(ctx, asked, attempt.busy, prints(documents.make_receipt), email),
        _next_customer(ctx, asked),
        *[_mail_row(ctx, sent, asked.online) for sent in asked.mails],
    ]  # fmt: skip
    if remote and asked.slip is None:
        parts.append(
            QuietButton(
                i18n.t("Print the order slip"),
                key="print-slip",
                icon=ft.Icons.LOCAL_SHIPPING_OUTLINED,
                outlined=True,
                disabled=attempt.busy,
                on_click=prints(documents.make_order_slip),
            )
        )
    parts += _printed(ctx, asked)
    return Card(
        ft.Column(parts, spacing=GRID * 1.75, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    )


def _choices(
    ctx: AppContext, asked: Asked, busy: bool, print_receipt: Handler, email: Handler
) -> ft.Control:
    printed = asked.receipt is not None
    return ft.Row(
        [
            _choice(
                ctx.i18n.t("Print"),
                key="print-receipt",
                icon=ft.Icons.PRINT_OUTLINED,
                done=printed,
                disabled=busy or printed,
                on_click=print_receipt,
            ),
            _choice(
                ctx.i18n.t("E-mail"),
                key="email-receipt",
                icon=ft.Icons.MAIL_OUTLINE,
                done=bool(asked.mails),
                disabled=busy,
                on_click=email,
            ),
        ],
        spacing=GRID * 1.5,
    )


def _next_customer(ctx: AppContext, asked: Asked) -> ft.Control:
    """On to the next customer, which is a choice too: no receipt."""

    async def start_again() -> None:
        ctx.query = ""
        ctx.navigate("/")
        await ctx.focus_scan()

    t = ctx.i18n.t
    nothing = asked.receipt is None and not asked.mails
    return PrimaryButton(
        t("No receipt, next customer") if nothing else t("Next customer"),
        key="next-customer",
        trailing_icon=ft.Icons.ARROW_FORWARD,
        on_click=start_again,
    )


def _printed(ctx: AppContext, asked: Asked) -> list[ft.Control]:
    """A row for each document that was asked for, and the picture of the latest."""
    jobs = [job for job in (asked.slip, asked.receipt) if job is not None]
    rows = [_job_row(ctx, job) for job in jobs]
    if jobs:
        latest = max(jobs, key=lambda job: job.number)
        name = document_name(ctx.i18n, latest.document_type)
        rows.append(DocumentPicture(ctx, latest.number, name, height=PICTURE_HEIGHT))
    return rows


def _choice(
    label: str, *, key: str, icon: ft.IconData, done: bool, disabled: bool, on_click: Handler
) -> ft.Control:
    return OptionCard(
        ft.Column(
            [
                ft.Icon(icon, size=28, color=GREEN),
                text(label, Type.STRONG, text_align=ft.TextAlign.CENTER, lines=1),
            ],
            spacing=GRID,
            tight=True,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        key=key,
        selected=done,
        disabled=disabled and not done,
        on_click=None if disabled else on_click,
        alignment=ft.Alignment.CENTER,
        expand=True,
        height=CHOICE_HEIGHT,
    )


def _job_row(ctx: AppContext, job: Job) -> ft.Control:
    """A document that was asked for: where it is, and the way to it when it needs somebody."""

    async def show() -> None:
        ctx.navigate(f"/documents/{job.number}")

    words, tone, icon = job_state(ctx.i18n, job)
    row: list[ft.Control] = [
        text(document_name(ctx.i18n, job.document_type), Type.LABEL),
        text(printer_name(ctx.i18n, job.printer), Type.CAPTION, color=MUTED, expand=True, lines=1),
        StatePill(words, tone=tone, icon=icon),
    ]
    if job.state in TROUBLED or (job.state is JobState.QUEUED and job.reason):
        row.append(
            QuietButton(ctx.i18n.t("Look at it"), key=f"look-at-{job.document_type}", on_click=show)
        )
    return ft.Row(row, spacing=GRID * 1.5, vertical_alignment=ft.CrossAxisAlignment.CENTER)


def _mail_row(ctx: AppContext, mail: Mailed, online: bool) -> ft.Control:
    """An e-mail that was asked for, and whether it has gone."""
    t = ctx.i18n.t
    words, tone, icon = t("On its way"), Tone.GOOD, ft.Icons.CHECK
    if mail.state == "refused":
        words, tone, icon = t("Not sent"), Tone.LOSS, ft.Icons.CLOSE
    elif mail.state == "waiting" and not online:
        words, tone, icon = t("Sent when the network is back"), Tone.ATTENTION, ft.Icons.CLOUD_OFF
    return ft.Row(
        [
            ft.Icon(ft.Icons.MAIL_OUTLINE, size=TABLET.icon, color=MUTED),
            text(mail.recipient, Type.LABEL, expand=True, lines=1),
            StatePill(words, tone=tone, icon=icon),
        ],
        spacing=GRID * 1.5,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


@component
def EmailSheet(ctx: AppContext, known: str, send: Callable[[str], Mailed]) -> ft.Control:
    """The address, filled in when it is known; what is wrong is said before anything is queued."""
    t = ctx.i18n.t
    typed = use_typed(known)
    attempt = use_attempt(ctx)
    status = use_loaded(ctx, ctx.device.status.now, topics=("status",))
    offline = status.value is not None and not status.value.online

    async def go(_: ft.Event[ft.BaseControl]) -> None:
        mailed = await attempt.run(send, typed.value)
        if mailed is None:
            return
        ctx.close_sheet()
        ctx.changes.tell("status")
        address = mailed.value.recipient
        if offline:
            ctx.toast(t("It goes to {address} when the network is back.", address=address))
        else:
            ctx.toast(t("The receipt goes to {address}.", address=address))

    parts: list[ft.Control] = [
        typed.hold(
            Field(
                t("E-mail"),
                key="receipt-email",
                autofocus=True,
                keyboard_type=ft.KeyboardType.EMAIL,
                autocorrect=False,
                enable_suggestions=False,
                on_submit=go,
            )
        )
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="receipt-email-error"))
    if offline:
        parts.append(_offline_note(ctx))
    note = t("The address is used for this receipt only.")
    button = PrimaryButton(
        t("Send"),
        key="receipt-email-send",
        icon=ft.Icons.SEND_OUTLINED,
        on_click=go,
        disabled=attempt.busy,
    )
    parts.append(ft.Row([text(note, Type.CAPTION, color=MUTED, expand=True), button], spacing=12))
    return ft.Column(
        parts, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _offline_note(ctx: AppContext) -> ft.Control:
    words = ctx.i18n.t("The network is not there: the e-mail leaves by itself once it is back.")
    return ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.CLOUD_OFF, size=TABLET.icon, color=GREEN),
                text(words, Type.LABEL, expand=True),
            ],
            spacing=12,
        ),
        bgcolor=GREEN_SOFT,
        border_radius=TABLET.radius,
        padding=ft.Padding.symmetric(horizontal=16, vertical=12),
    )
