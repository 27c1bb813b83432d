"""Who buys, and where it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.domain.card_data import refuse_card_numbers
from sync.domain.errors import InvalidInput

# Narrower than RFC 5322, and on purpose: what it lets through can be put in a header as it is.
# 254 characters is what an SMTP path leaves for an address (RFC 5321, 4.5.3.1.3).
EMAIL_ADDRESS = re.compile(
    r"(?=.{1,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
    re.ASCII,
)


def email_address(text: str) -> str:
    """The address that was typed, without the spaces around it; raises InvalidInput."""
    address = text.strip()
    if not EMAIL_ADDRESS.fullmatch(address):
        raise InvalidInput(
            "“{email}” is not an e-mail address such as claire@example.fr.",
            code="customer.email",
            email=address[:80],
        )
    return address


@dataclass(frozen=True, slots=True)
class Customer:
    """What an order needs to know of a customer; all empty for a sale over the counter.

    `customer_class`: as the company sorts its customers ("gold"); sourcing policies read it.
    """

    __pydantic_config__ = {"extra": "forbid"}

    name: str = ""
    email: str = ""
    phone: str = ""
    customer_class: str = ""

    def __post_init__(self) -> None:
        refuse_card_numbers(self.name, self.email, self.phone, self.customer_class)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes. `lat`, `lon` in degrees: the centroid of the commune."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    street: str
    postcode: str
    commune: str
    lat: float
    lon: float
    country: str = "FR"

    def __post_init__(self) -> None:
        refuse_card_numbers(self.name, self.street, self.postcode, self.commune)
