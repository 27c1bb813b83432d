"""Money as an integer of minor units with its currency, and arithmetic that conserves it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sync.domain.errors import InvalidInput

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount: `minor` is in the currency's smallest unit (cents), signed."""

    __pydantic_config__ = {"extra": "forbid"}

    minor: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not self.currency.isalpha() or not self.currency.isupper():
            raise InvalidInput(
                "“{currency}” is not a currency code of three capital letters.",
                code="money.currency",
                currency=self.currency,
            )

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise InvalidInput(
                "Amounts in {left} and {right} cannot be added without a rate of exchange.",
                code="money.mixed_currencies",
                left=self.currency,
                right=other.currency,
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.minor * quantity, self.currency)

    def __str__(self) -> str:
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d} {self.currency}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split by `weights` (>= 0) so that the parts add up to the whole, to the cent.

        The largest remainders get the odd cents; equal remainders go to the first.
        With weights that are all 0 the parts are as equal as can be.
        """
        if not weights:
            raise InvalidInput("An amount cannot be split into no parts.", code="money.no_parts")
        if min(weights) < 0:
            raise InvalidInput("A share cannot be negative.", code="money.negative_share")
        total = sum(weights)
        shares = list(weights) if total else [1] * len(weights)
        total = total or len(weights)
        sign = -1 if self.minor < 0 else 1
        whole = abs(self.minor)
        parts = [whole * share // total for share in shares]
        by_remainder = sorted(range(len(shares)), key=lambda i: (-(whole * shares[i] % total), i))
        for i in by_remainder[: whole - sum(parts)]:
            parts[i] += 1
        return [Money(sign * part, self.currency) for part in parts]


def total(amounts: Iterable[Money], currency: str = "EUR") -> Money:
    """The sum of `amounts`; zero in `currency` when there are none."""
    result: Money | None = None
    for amount in amounts:
        result = amount if result is None else result + amount
    return result if result is not None else Money(0, currency)


@dataclass(frozen=True, slots=True)
class VatLine:
    """The tax of one rate: `net` + `vat` = `gross`, always. `rate_bp` in basis points."""

    __pydantic_config__ = {"extra": "forbid"}

    rate_bp: int
    net: Money
    vat: Money
    gross: Money


def vat_included(gross: Money, rate_bp: int) -> VatLine:
    """Take the tax out of a price that includes it, rounded half away from zero to the cent.

    vat = gross * rate / (1 + rate): the tax on the total of a rate, not the sum of rounded lines.
    """
    numerator = abs(gross.minor) * rate_bp
    denominator = BASIS_POINTS + rate_bp
    vat_minor = (2 * numerator + denominator) // (2 * denominator)
    vat = Money(vat_minor if gross.minor >= 0 else -vat_minor, gross.currency)
    return VatLine(rate_bp, gross - vat, vat, gross)


def vat_by_rate(amounts: Iterable[tuple[Money, int]]) -> list[VatLine]:
    """Gather (gross, rate_bp) pairs by rate and take the tax out of each total, highest first."""
    by_rate: dict[int, Money] = {}
    for gross, rate_bp in amounts:
        by_rate[rate_bp] = by_rate[rate_bp] + gross if rate_bp in by_rate else gross
    return [vat_included(by_rate[rate], rate) for rate in sorted(by_rate, reverse=True)]
