"""A company's settings are read whole, or the line that is wrong is named."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest

from sync.domain.company import (
    AmountLimits,
    Codes,
    Collecting,
    CompanyFile,
    MailSender,
    Region,
    Seller,
)
from sync.domain.company_file import parse_company, to_toml
from sync.domain.errors import InvalidInput
from sync.domain.return_rules import Guarantee, ReturnRules, Withdrawal

TEXT = (files("assets") / "demo" / "company.toml").read_text("utf-8")
COMPANY = CompanyFile(
    Seller(
        "Comptoir",
        "SAS",
        "14 rue de la République",
        "69002",
        "Lyon",
        "000 000 000 00018",
        "47.59B",
        "FR00000000000",
    ),
    Region("FR", "EUR", "Europe/Paris", ("fr", "en")),
    ReturnRules(30, "comptoir.example/retours"),
    Codes("9521234", "id.comptoir.example"),
    Collecting(30.0, 0.12),
    AmountLimits(100_000_000, 50_000),
    MailSender("Maison Comptoir", "bonjour@comptoir.example", "comptoir.example"),
    withdrawal=Withdrawal(14, delivery_minor_max=490),
    guarantee=Guarantee(730),
)


def test_the_demos_company_is_read_whole() -> None:
    assert parse_company(TEXT, "company.toml") == COMPANY


@pytest.mark.parametrize(
    "company",
    [
        COMPANY,
        replace(COMPANY, mail=None),
        replace(COMPANY, withdrawal=None, guarantee=Guarantee(365, ("faulty",))),
        replace(COMPANY, withdrawal=Withdrawal(20, ("candles",))),
        replace(COMPANY, seller=replace(COMPANY.seller, name='"L\'Été" \\ & fils\t')),
        replace(COMPANY, region=replace(COMPANY.region, holidays_subdivision="57")),
    ],
)
def test_what_is_written_is_read_again(company: CompanyFile) -> None:
    assert parse_company(to_toml(company), "again.toml") == company


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Comptoir"', "name = ", "ours.toml cannot be read"),
        ("[codes]", "[code]", "ours.toml, line 36, code: is not known; known here are seller"),
        ("period_days = 30", "period = 30", "line 21, returns.period: is not known"),
        ("period_days = 30", "", "line 20, returns.period_days: is missing"),
        ("period_days = 30", 'period_days = "30"', "returns.period_days: must be a whole number"),
        ("period_days = 30", "period_days = true", "returns.period_days: must be a whole number"),
        ("days = 14", "days = 0", "withdrawal.days: must be between 1 and 3650"),
        (
            "days = 730",
            'days = 730\nreasons = ["bored"]',
            "guarantee.reasons: names “bored”; known are damaged, faulty",
        ),
        ("period_days = 30", "period_days = -1", "line 21, returns.period_days: must be between"),
        ('country = "FR"', 'country = "France"', "region.country: must be two capital letters"),
        ('currency = "EUR"', 'currency = "€"', "region.currency: must be three capital letters"),
        ("Europe/Paris", "Europe/Lutece", "line 17, region.time_zone: must be a zone such as"),
        ("Europe/Paris", "../../etc/passwd", "region.time_zone: must be a zone such as"),
        ('["fr", "en"]', '"fr"', "region.languages: must be a list of texts"),
        ('["fr", "en"]', "[]", "region.languages: must name one language at least"),
        ('"9521234"', '"95"', "codes.gs1_company_prefix: must be 7 to 10 digits"),
        ('"9521234"', '"٩٥٢١٢٣٤"', "codes.gs1_company_prefix: must be 7 to 10 digits"),
        ("radius_km = 30.0", "radius_km = nan", "collecting.radius_km: must be a number"),
        ("radius_km = 30.0", "radius_km = -1.0", "collecting.radius_km: must not be negative"),
        ("bonjour@comptoir.example", "a@b\\r\\nBcc: c@d", "mail.address: must be an e-mail"),
        ("[limits]", "[limits]\n[limits.more]", "limits.more: is not known"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InvalidInput) as refused:
        parse_company(TEXT.replace(old, new), "ours.toml")
    assert said in str(refused.value)
