"""Who buys, and where parcels go: asked for only when a line needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import flet as ft

from app.components import (
    ErrorBanner,
    Field,
    ListRow,
    Loading,
    PrimaryButton,
    component,
    text,
    use_attempt,
    use_box,
    use_loaded,
    use_typed,
)
from app.components.buttons import Handler
from app.session import AppContext
from app.theme import LINE, MUTED, TABLET, Type
from app.usecases.selling.basket import BasketView, Place
from sync.domain.customer import Customer
from sync.domain.errors import InvalidInput

TYPING_PAUSE_S = 0.15
SUGGESTIONS_MAX = 5


@component
def CustomerSheet(ctx: AppContext, then_pay: bool = False) -> ft.Control:
    """The form, filled with what is known; goes on to the payment with `then_pay`."""
    basket = use_loaded(ctx, ctx.device.basket.view)
    if basket.error is not None:
        return ErrorBanner(ctx.i18n.error(basket.error))
    if basket.value is None:
        return Loading()
    return CustomerForm(ctx, basket.value, then_pay)


@component
def CustomerForm(ctx: AppContext, basket: BasketView, then_pay: bool) -> ft.Control:
    """Name, e-mail, telephone; street and commune when something is delivered."""
    t, known, address = ctx.i18n.t, basket.customer, basket.ship_to
    place, set_place = ft.use_state(
        Place(address.postcode, address.commune, address.lat, address.lon) if address else None
    )
    attempt = use_attempt(ctx)
    ships = "address" in basket.needs or address is not None

    name, email = use_typed(known.name), use_typed(known.email)
    phone, street = use_typed(known.phone), use_typed(address.street if address else "")

    def keep(known_by: Sequence[str], street: str) -> None:
        customer = Customer(*known_by)
        check_complete(basket.needs, customer, street, place)
        ctx.device.basket.set_customer(customer, street, place)

    async def save(_: ft.Event[ft.BaseControl]) -> None:
        known_by = [field.value.strip() for field in (name, email, phone)]
        if await attempt.run(keep, known_by, street.value.strip()):
            ctx.changes.tell("basket")
            ctx.close_sheet()
            if then_pay:
                ctx.navigate("/pay")

    parts: list[ft.Control] = [
        name.hold(Field(t("Name"), key="customer-name", autofocus=True, on_submit=save)),
        ft.Row(
            [email.hold(_email_field(ctx, save)), phone.hold(_phone_field(ctx, save))], spacing=12
        ),
    ]
    if ships:
        street_field = Field(t("Number and street"), key="customer-street")
        parts += [street.hold(street_field), Commune(ctx, place, set_place)]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="customer-error"))
    button = PrimaryButton(
        t("Continue") if then_pay else t("Keep"),
        key="customer-save",
        trailing_icon=ft.Icons.ARROW_FORWARD,
        on_click=save,
        disabled=attempt.busy,
    )
    note = text(t("Used for this order only."), Type.CAPTION, color=MUTED, expand=True)
    parts.append(ft.Row([note, button], spacing=12))
    return ft.Column(
        parts, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def check_complete(
    needs: Sequence[str], customer: Customer, street: str, place: Place | None
) -> None:
    """Raises InvalidInput when something is missing of what the basket needs to know."""
    if "name" in needs and not customer.name:
        raise InvalidInput("Enter the customer's name.", code="customer.name_missing")
    if "email" in needs and not customer.email:
        raise InvalidInput(
            "Enter an e-mail address: the customer is told there when the goods are ready.",
            code="customer.email_missing",
        )
    if "address" in needs and (place is None or not street):
        raise InvalidInput(
            "Enter the street, and choose the commune from the list.",
            code="customer.address_missing",
        )


def _email_field(ctx: AppContext, save: Handler) -> ft.TextField:
    return Field(
        ctx.i18n.t("E-mail"),
        key="customer-email",
        keyboard_type=ft.KeyboardType.EMAIL,
        on_submit=save,
        expand=3,
    )


def _phone_field(ctx: AppContext, save: Handler) -> ft.TextField:
    return Field(
        ctx.i18n.t("Telephone"),
        key="customer-phone",
        keyboard_type=ft.KeyboardType.PHONE,
        on_submit=save,
        expand=2,
    )


@component
def Commune(ctx: AppContext, place: Place | None, choose: Callable[[Place], None]) -> ft.Control:
    """Postcode or commune, with suggestions as it is typed."""
    i18n = ctx.i18n
    none: tuple[Place, ...] = ()
    found, set_found = ft.use_state(none)
    typed = use_typed(f"{place.postcode} {place.commune}" if place else "")
    keystrokes = use_box(0)

    async def change(event: ft.Event[ft.TextField]) -> None:
        keystrokes.value = mine = keystrokes.value + 1
        words = (event.control.value or "").strip()
        await asyncio.sleep(TYPING_PAUSE_S)
        if mine != keystrokes.value:
            return
        places = (
            await ctx.attempt(ctx.device.basket.places, words, SUGGESTIONS_MAX)
            if len(words) > 1
            else []
        )
        if mine == keystrokes.value:
            set_found(tuple(places or ()))

    field = typed.hold(
        Field(i18n.t("Postcode or commune"), key="customer-commune", on_change=change)
    )

    def suggestion(number: int, candidate: Place) -> ft.Control:
        async def pick(_: ft.Event[ft.TextButton]) -> None:
            keystrokes.value += 1
            typed.set(f"{candidate.postcode} {candidate.commune}")
            choose(candidate)
            set_found(())

        return ListRow(
            candidate.commune,
            leading=text(candidate.postcode, Type.FIGURE),
            key=f"place-{number}",
            padding=ft.Padding.symmetric(horizontal=12, vertical=15),
            on_click=pick,
        )

    parts: list[ft.Control] = [field]
    if found:
        parts.append(
            ft.Container(
                border=ft.Border.all(1, LINE),
                border_radius=TABLET.radius - 4,
                padding=4,
                content=ft.Column(
                    [suggestion(number, candidate) for number, candidate in enumerate(found)],
                    spacing=0,
                    tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
            )
        )
    return ft.Column(
        parts, spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
