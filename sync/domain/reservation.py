"""Pieces that are held until a time: for anybody, or for a customer who comes to the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync.domain.card_data import refuse_card_numbers
from sync.domain.consignment import GoodsLine, check_key, check_lines
from sync.domain.customer import email_address
from sync.domain.errors import InvalidInput
from sync.domain.order import Channel

NAME_CHARACTERS_MAX = 80


class ReservationEnd(StrEnum):
    """What became of a reservation."""

    SOLD = "sold"  # the customer came, and bought
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Reservation:
    """`quantity` pieces of `sku` are held at `location` until `expires_at`, for `channel`.

    `customer`: who comes for them and pays in the store, as the store calls them; `email`: where
    they are told. Both are empty for pieces that are held for nobody by name.
    """

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    location: str
    sku: str
    quantity: int
    expires_at: datetime
    channel: Channel = Channel.STORE
    customer: str = ""
    email: str = ""
    locale: str = "fr"

    def __post_init__(self) -> None:
        check_key(self.number)
        check_lines((GoodsLine(self.sku, self.quantity),))
        if self.expires_at.tzinfo is None:
            raise InvalidInput("A time needs its zone.", code="order.naive_time")
        if len(self.customer) > NAME_CHARACTERS_MAX:
            raise InvalidInput(
                "A name has at most {most} characters. Nothing was held.",
                code="reservation.name",
                most=NAME_CHARACTERS_MAX,
            )
        refuse_card_numbers(self.customer, self.email)
        if self.email:
            email_address(self.email)
