"""The company's settings are set whole, numbered, and reach every device without how mail goes."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from sync.central.catalogue import reference
from sync.central.composition import Central
from sync.domain.company import CompanyFile, CompanySettings
from sync.domain.company_file import to_toml
from sync.domain.errors import InvalidInput, Unavailable
from sync.protocol.codec import parse
from sync.protocol.feed import CATALOGUE
from tests.sync.central.client import Client
from tests.sync.central.device_sync.test_publish_feed import latest
from tests.sync.central.world import COMPANY, MONDAY, World

LATER = replace(COMPANY, returns=replace(COMPANY.returns, period_days=60))


def in_force(company: CompanyFile, version: int, who: str) -> CompanySettings:
    values = {item.name: getattr(company, item.name) for item in fields(CompanyFile)}
    return CompanySettings(**values, version=version, set_by=who, set_at=MONDAY)


def test_each_time_that_they_are_set_is_a_version_with_who_and_when(world: World) -> None:
    assert world.central.reference.company == in_force(COMPANY, 1, "test")
    client = Client(world)
    headers = {"Authorization": f"Bearer {world.central.keys.operations}"}
    sent = {"text": to_toml(LATER), "file": "ours.toml"}
    answer = client.ask("PUT", "/v1/company", json=sent, headers=headers)
    assert answer.json() == {
        "version": 2,
        "set_by": "operations",
        "set_at": "2026-11-23T09:00:00Z",
        "text": to_toml(LATER),
    }
    assert client.ask("GET", "/v1/company", headers=headers).json() == answer.json()
    assert world.central.reference.company == in_force(LATER, 2, "operations")


def test_devices_are_told_all_but_how_mail_is_sent(world: World) -> None:
    (row,) = latest(world, CATALOGUE, "company").values()
    assert parse(CompanySettings, row.body) == replace(in_force(COMPANY, 1, "test"), mail=None)


@pytest.mark.parametrize("text", ["", "[seller]\n", "nonsense", to_toml(LATER) + "[more]\n"])
def test_what_cannot_be_read_changes_nothing(world: World, text: str) -> None:
    client = Client(world)
    headers = {"Authorization": f"Bearer {world.central.keys.operations}"}
    answer = client.ask("PUT", "/v1/company", json={"text": text, "file": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["code"][:8]) == (422, "company.")
    shop = {"Authorization": f"Bearer {world.central.keys.web_shop}"}
    assert client.ask("GET", "/v1/company", headers=shop).status_code == 403
    assert world.central.reference.company.version == 1


def test_a_country_whose_holidays_nobody_knows_is_refused(world: World) -> None:
    nowhere = replace(COMPANY, region=replace(COMPANY.region, country="ZZ"))
    with (
        pytest.raises(InvalidInput) as caught,
        world.central.database.write("test") as tx,
    ):
        reference.load_company(tx, nowhere, "test")
    assert caught.value.code == "company.holidays"


def test_a_server_without_a_company_says_what_to_do(tmp_path: Path) -> None:
    central = Central(tmp_path)
    assert not central.reference.has_company
    with pytest.raises(Unavailable) as caught:
        _ = central.reference.company
    assert "comptoir company set FILE.toml" in str(caught.value)
    central.close()
