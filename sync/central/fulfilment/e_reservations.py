"""What a customer reserves in a store, and pays for there."""

from __future__ import annotations

from sync.central.context import Context
from sync.central.inventory import reservations
from sync.central.notifications import mail_queue as mails
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput
from sync.domain.location import LocationKind
from sync.domain.reservation import Reservation
from sync.i18n import I18n


def reserve(ctx: Context, tx: Transaction, wanted: Reservation, who: str) -> Reservation:
    """Hold the pieces in the store and tell the customer until when; said again, once.

    Raises InvalidInput without a name or for a place that is no store, Refused when they may not
    be sold there.
    """
    place = ctx.reference.locations.get(wanted.location)
    if place is None or place.kind is not LocationKind.STORE:
        raise InvalidInput(
            "Goods are reserved in a store; {location} is none. Nothing was held.",
            code="reservation.store",
            location=wanted.location[:40],
        )
    if not wanted.customer.strip():
        raise InvalidInput(
            "Say who comes for the goods. Nothing was held.", code="reservation.nobody"
        )
    held = reservations.reserve(ctx.reference, tx, wanted, who)
    words = I18n(held.locale)
    until = held.expires_at.astimezone(ctx.reference.company.zone)
    mails.queue_to(
        tx,
        held.email,
        held.customer,
        held.locale,
        mails.RESERVED,
        f"reserved:{held.number}",
        number=held.number,
        articles=f"{held.quantity} × {ctx.reference.articles[held.sku].name}",
        location=place.name,
        day=words.long_date(until),
        time=words.time(until),
    )
    return held
