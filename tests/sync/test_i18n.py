"""Money, dates and sentences by language."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sync.domain.money import Money
from sync.i18n import I18n

AT = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "fr",
            [
                "1\u202f234,50\xa0€",
                "mar. 24 nov.",
                "16 h 30",
                "24/11/2026 16:30",
                "5,5\u202f%",
                "20\u202f%",
                "1,2\u202fkg CO₂e",
                "412\u202fg CO₂e",
                "3\u202fkm",
                "400\u202fm",
            ],
        ),
        (
            "en",
            [
                "€1,234.50",
                "Tue 24 Nov",
                "16:30",
                "24/11/2026 16:30",
                "5.5%",
                "20%",
                "1.2\u202fkg CO₂e",
                "412\u202fg CO₂e",
                "3\u202fkm",
                "400\u202fm",
            ],
        ),
    ],
)
def test_formats(language: str, texts: list[str]) -> None:
    i18n = I18n(language, ZoneInfo("Europe/Paris"))
    assert [
        i18n.money(Money(123_450)),
        i18n.day(AT),
        i18n.time(AT),
        i18n.stamp(AT),
        i18n.percent(550),
        i18n.percent(2000),
        i18n.co2e(1234),
        i18n.co2e(412),
        i18n.distance(3.2),
        i18n.distance(0.4),
    ] == texts


def test_a_sentence_without_translation_is_shown_as_it_is() -> None:
    assert I18n("fr").t("Nobody {verb} this", verb="says") == "Nobody says this"


def test_counting_follows_the_language() -> None:
    assert I18n("en").n("{count} thing", "{count} things", 0) == "0 things"
    assert I18n("en").n("{count} thing", "{count} things", 1) == "1 thing"


def test_money_in_a_sentence_is_written_for_the_reader() -> None:
    assert I18n("fr").t("{missing} is missing", missing=Money(250)) == "2,50\xa0€ is missing"
