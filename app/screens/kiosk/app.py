"""The kiosk as one page: head, steps, what the present step shows, its main action, foot."""

from __future__ import annotations

import flet as ft

from app.components import Field, PrimaryButton, QuietButton, component, use_loaded
from app.components.form import Typed, use_typed
from app.components.live import Box, use_box
from app.screens.kiosk.articles import ArticleActions, articles_step
from app.screens.kiosk.drop_off import ReceiptOption, drop_off_step
from app.screens.kiosk.frame import foot, head, steps
from app.screens.kiosk.receipt import number_field, receipt_step
from app.screens.kiosk.refund import refund_bar, refund_step
from app.screens.kiosk.session import RECEIPT_PREFIX, KioskSession, Pace
from app.screens.kiosk.timeouts import help_dialog, still_there_dialog
from app.screens.kiosk.view import Look, kiosk_scale
from app.screens.kiosk.visit import Idle, Step, type_order_number
from app.session import AppContext
from app.theme import GRID, PAPER

SYSTEM_PACE = Pace()


@component
def KioskApp(ctx: AppContext, pace: Pace = SYSTEM_PACE) -> ft.Control:
    """The return kiosk."""
    _, redraw = ft.use_state(0)
    ctx.bind(lambda: redraw(lambda n: n + 1))
    kept: Box[KioskSession | None] = use_box(None)
    if kept.value is None:
        kept.value = KioskSession(ctx, pace, lambda: redraw(lambda n: n + 1))
    session = kept.value
    ft.use_effect(session.watch, [], lambda: None)  # a cleanup makes Flet cancel the watch
    status = use_loaded(ctx, ctx.device.status.now, topics=("status",))
    offline = status.value is not None and not status.value.online

    scale = kiosk_scale(ctx.width, ctx.height, larger=session.larger)
    look = Look(ctx.i18n, scale, ctx.width, ctx.height, session.larger)
    number, email = use_typed(), use_typed()

    async def ready_for_scanner() -> None:
        # A press anywhere takes the cursor away, and the scanner types where the cursor is.
        if session.visit.returnable is None and not session.helping:
            await number.focus()

    ctx.scan_focus = number.focus if session.visit.returnable is None else None
    scanning = (session.visit.step, ctx.i18n.language, session.larger, session.helping)
    ft.use_effect(ready_for_scanner, [scanning, session.idle])
    ft.use_dialog(help_dialog(look, session.close_help) if session.helping else None)
    ft.use_dialog(
        still_there_dialog(
            look, session.seconds_left, on_stay=session.stay, on_leave=session.finish
        )
        if session.idle is Idle.WARNING
        else None
    )
    return _page(session, look, _content(ctx, session, look, number, email, offline=offline))


def _page(session: KioskSession, look: Look, content: list[ft.Control]) -> ft.Control:
    """Head, steps, what the present step shows, its main action, foot."""
    scale, step = look.scale, session.visit.step
    restart = session.start_over if step in (Step.ARTICLES, Step.REFUND) else None
    shown = ft.Column(
        content,
        key=f"kiosk-step-{int(step)}",
        spacing=scale.gap,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Container(
        ft.Column(
            [
                head(look, on_language=session.other_language, on_larger=session.toggle_larger),
                steps(look, step),
                shown,
                *_main_action(session, look),
                foot(look, on_restart=restart, on_help=session.show_help),
            ],
            spacing=scale.gap * (1 if look.narrow or look.landscape else 1.5),
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding.only(
            left=scale.page_padding,
            right=scale.page_padding,
            top=scale.page_padding * (0.4 if look.landscape else 0.75),
            bottom=GRID if look.landscape else GRID * 2,
        ),
        bgcolor=PAPER,
        expand=True,
    )


async def _find(session: KioskSession, number: Typed) -> None:
    typed = number.value
    found = await session.find(typed)
    if found or RECEIPT_PREFIX in typed.upper():
        number.set("")
    if not found:
        await number.focus()


def _receipt_option(session: KioskSession, look: Look, email: Typed, problem: str) -> ReceiptOption:
    """How the customer gets the return receipt; the address is never filled in by us."""
    t, said = look.i18n.t, ""
    if session.emailed:
        said = t("It is sent to {address}.", address=session.emailed)
    elif session.printed:
        said = t("It is being printed.")

    async def ask() -> None:
        email.set("")  # never what the customer before has typed
        await session.ask_email()

    async def send() -> None:
        await session.send_email(email.value)

    async def typing(_: ft.Event[ft.TextField]) -> None:
        session.touch()

    async def entered(_: ft.Event[ft.TextField]) -> None:
        await send()

    field = None
    if session.asking_email:
        field = email.hold(
            Field(
                t("E-mail"),
                key="kiosk-email-field",
                autofocus=True,
                keyboard_type=ft.KeyboardType.EMAIL,
                autocorrect=False,
                enable_suggestions=False,
                on_change=typing,
                on_submit=entered,
                scale=look.scale,
            )
        )
    return ReceiptOption(
        session.receipt_png,
        said,
        problem,
        field,
        session.print_receipt,
        ask,
        send,
    )


def _content(
    ctx: AppContext,
    session: KioskSession,
    look: Look,
    number: Typed,
    email: Typed,
    *,
    offline: bool,
) -> list[ft.Control]:
    visit = session.visit
    problem = session.problem(look.i18n) if session.problem is not None else ""
    if visit.returnable is None:

        async def find() -> None:
            await _find(session, number)

        async def entered(_: ft.Event[ft.TextField]) -> None:
            await _find(session, number)

        async def press(name: str) -> None:
            session.touch()
            number.set(type_order_number(number.value, name))
            await number.focus()

        return receipt_step(
            look,
            field=number.hold(number_field(look, entered, number.focus)),
            busy=session.busy,
            problem=problem,
            offline=offline,
            on_pad=press,
            on_find=find,
        )
    if visit.step is Step.ARTICLES:
        actions = ArticleActions(session.toggle, session.set_quantity, session.set_reason)
        place = _place(ctx, visit.returnable.order.location)
        return articles_step(look, visit, visit.returnable, place, problem, actions)
    if visit.registered is not None:
        return drop_off_step(look, visit.registered, _receipt_option(session, look, email, problem))
    return refund_step(look, visit, visit.returnable, problem=problem, offline=offline)


def _place(ctx: AppContext, location: str) -> str:
    """The name of this store, or the code of another."""
    here = ctx.device.location
    return here.name if here.code == location else location


def _main_action(session: KioskSession, look: Look) -> list[ft.Control]:
    """The one main action of the present step; scanning is that of the first."""
    t, visit = look.i18n.t, session.visit
    if visit.step is Step.RECEIPT:
        return []
    if visit.step is Step.ARTICLES:
        return [
            refund_bar(
                look,
                visit.quote,
                waiting=bool(visit.picks) and visit.quote is None,
                label=t("Continue"),
                key="kiosk-continue",
                on_click=session.look_at_refund,
                disabled=not visit.ready or visit.quote is None,
                hint=_hint(session, look),
            )
        ]
    if visit.step is Step.REFUND:
        back = QuietButton(
            t("Change the articles"),
            key="kiosk-back",
            icon=ft.Icons.ARROW_BACK,
            on_click=session.back_to_articles,
            scale=look.scale,
        )
        bar = refund_bar(
            look,
            visit.quote,
            label=t("Confirm the return"),
            key="kiosk-confirm",
            on_click=session.confirm,
            disabled=session.busy or visit.quote is None,
        )
        return [ft.Row([back]), bar]
    return [
        PrimaryButton(
            t("Finish"),
            key="kiosk-finish",
            icon=ft.Icons.CHECK,
            on_click=session.finish,
            scale=look.scale,
        )
    ]


def _hint(session: KioskSession, look: Look) -> str:
    """What is still missing before the customer can go on."""
    visit = session.visit
    if visit.nothing_returnable:
        return look.i18n.t("The counter can help you with this purchase.")
    if not visit.picks:
        return look.i18n.t("Touch the articles that you bring back.")
    if visit.missing_reason is not None:
        name = visit.missing_reason.line.name
        return look.i18n.t("Say why you return “{article}”.", article=name)
    return ""
