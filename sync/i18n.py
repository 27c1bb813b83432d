"""Words, money and dates in the language of the person who reads them.

The English sentence is the message identifier; `assets/translations/<language>/*.po` hold the
other languages, one catalogue for each part of the product. Money, dates and numbers are written
by Babel for the locale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO

import holidays
from babel import Locale, dates, numbers
from babel.messages.pofile import read_po
from babel.plural import to_python

from sync.domain.company import Region
from sync.domain.errors import ComptoirError, InvalidInput
from sync.domain.money import Money

LANGUAGES = ("fr", "en")


@cache
def catalogue(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """All messages of a language: identifier to text, or to its plural forms."""
    messages: dict[str, str | tuple[str, ...]] = {}
    folder = files("assets").joinpath("translations", language)
    if not folder.is_dir():
        return messages
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".po"):
            continue
        for message in read_po(BytesIO(entry.read_bytes()), locale=language):
            if not message.id or not message.string:
                continue
            identifier = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
            text = message.string
            messages[identifier] = tuple(text) if isinstance(text, (tuple, list)) else text
    return messages


@cache
def _plural_index(language: str) -> Callable[[int], int]:
    """Which plural form a number takes, as gettext counts them for French and English."""
    if language == "fr":
        return lambda n: int(n > 1)
    rule = to_python(Locale(language).plural_form)
    return lambda n: 0 if rule(n) == "one" else 1


@lru_cache(maxsize=32)
def public_holidays(region: Region, year: int) -> frozenset[date]:
    """The public holidays of `region` in `year` and the next: nobody works on them.

    Raises InvalidInput for a country or a subdivision whose holidays are not known.
    """
    try:
        return frozenset(
            holidays.country_holidays(
                region.country, subdiv=region.holidays_subdivision, years=(year, year + 1)
            )
        )
    except NotImplementedError as error:
        raise InvalidInput(
            "The public holidays of {country} {subdivision} are not known.",
            code="company.holidays",
            country=region.country,
            subdivision=region.holidays_subdivision or "",
        ) from error


class I18n:
    """A language and a time zone: `t` for a sentence, `n` for one that counts, and formats.

    `zone`: that of the company wherever a time is shown.
    """

    def __init__(self, language: str = "fr", zone: tzinfo = UTC) -> None:
        if language not in LANGUAGES:
            language = "en"
        self.language = language
        self.zone = zone
        self.locale = Locale.parse("fr_FR" if language == "fr" else "en_GB")

    def t(self, text: str, /, **params: object) -> str:
        """The sentence `text` in this language, its {gaps} filled with `params`."""
        found = catalogue(self.language).get(text, text)
        sentence = found if isinstance(found, str) else found[0]
        return sentence.format_map(self._shown(params)) if params else sentence

    def n(self, one: str, many: str, count: int, /, **params: object) -> str:
        """`one` or `many` by `count`, in this language; {count} is filled too."""
        index = _plural_index(self.language)(count)
        found = catalogue(self.language).get(one)
        forms = found if isinstance(found, tuple) else (one, many)
        return forms[index].format_map(self._shown({"count": count, **params}))

    def error(self, error: ComptoirError) -> str:
        """What a person should read of `error`."""
        return self.t(error.template, **error.params)

    def _shown(self, params: Mapping[str, object]) -> dict[str, object]:
        return {
            name: self.money(value) if isinstance(value, Money) else value
            for name, value in params.items()
        }

    def money(self, amount: Money) -> str:
        """12,50 € or €12.50."""
        return str(numbers.format_currency(amount.minor / 100, amount.currency, locale=self.locale))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with `digits` decimals."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return str(numbers.format_decimal(value, format=pattern, locale=self.locale))

    def percent(self, basis_points: int) -> str:
        """2000 basis points as 20 %."""
        pattern = "#,##0.##" + ("\u202f%" if self.language == "fr" else "%")
        return str(numbers.format_decimal(basis_points / 10_000, pattern, locale=self.locale))

    def distance(self, km: float) -> str:
        """3 km, or 400 m when it is near."""
        if km < 1:
            return f"{round(km * 10) * 100 or 100}\u202fm"
        return f"{self.number(km)}\u202fkm"

    def co2e(self, grams: float) -> str:
        """412 g CO₂e, or 1.2 kg CO₂e from a kilogram."""
        return f"{self.mass(grams)} CO₂e"

    def mass(self, grams: float) -> str:
        """412 g, or 1.2 kg from a kilogram."""
        if abs(grams) >= 1000:
            return f"{self.number(grams / 1000, 1)}\u202fkg"
        return f"{self.number(grams)}\u202fg"

    def day(self, day: date) -> str:
        """tue. 24 nov. / mar. 24 nov."""
        pattern = "EEE d MMM"
        return str(dates.format_date(self._local(day), pattern, locale=self.locale))

    def long_date(self, day: date) -> str:
        """24 novembre 2026."""
        return str(dates.format_date(self._local(day), "d MMMM y", locale=self.locale))

    def time(self, moment: datetime) -> str:
        """16:30 / 16 h 30."""
        pattern = "H 'h' mm" if self.language == "fr" else "HH:mm"
        return str(dates.format_time(self._local(moment), pattern, locale=self.locale))

    def stamp(self, moment: datetime) -> str:
        """24/11/2026 16:30, to the minute, as on a receipt."""
        return self._local(moment).strftime("%d/%m/%Y %H:%M")

    def _local(self, moment: date) -> datetime:
        if isinstance(moment, datetime):
            return moment.astimezone(self.zone)
        return datetime(moment.year, moment.month, moment.day, tzinfo=self.zone)
