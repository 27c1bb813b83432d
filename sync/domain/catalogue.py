"""Articles: what is sold, under which number, for how much."""

from __future__ import annotations

from dataclasses import dataclass

from sync.domain.identifiers import Gtin
from sync.domain.money import Money


@dataclass(frozen=True, slots=True)
class Article:
    """What is stocked under one `sku`. `price` includes VAT; `vat_rate_bp` is in basis points.

    `guarantee`: the receipt must name the two years of legal guarantee of conformity for it.
    `volume_cm3` of one piece as packed, 0 when unknown. `tags` as the company gives them ("hazmat",
    "bulky"): a sourcing policy has rules for them.
    """

    __pydantic_config__ = {"extra": "forbid"}

    sku: str
    gtin: Gtin
    name: str
    category: str
    price: Money
    vat_rate_bp: int
    weight_g: int
    guarantee: bool = False
    volume_cm3: int = 0
    tags: tuple[str, ...] = ()
