"""The journal of a till: every change to it is found, and days, months and years close."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.device import DeviceKind
from sync.protocol.journal import REFUND, SALE, Entry, Head, canonical, fault, first_fault
from sync.protocol.journal_totals import totals_of
from sync.terminal import identity, journal
from sync.terminal.identity import Identity
from sync.terminal.journal import Journal
from sync.terminal.store.local_store import LocalStore
from tests.sync.terminal.world import NOW

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
WHO = Identity("T0001", 1, DeviceKind.TERMINAL, "S1", KEY)
PARIS = ZoneInfo("Europe/Paris")
TAMPERING = {
    "edit": ("UPDATE journal SET body = replace(body, '300', '3') WHERE seq = 3", "entry 3 was"),
    "delete": ("DELETE FROM journal WHERE seq = 2", "entry 3 follows entry 1"),
    "reorder": (
        "UPDATE journal SET body = CASE seq WHEN 2 THEN (SELECT body FROM journal WHERE seq = 3) "
        "ELSE (SELECT body FROM journal WHERE seq = 2) END WHERE seq IN (2, 3)",
        "entry 2 was changed",
    ),
    "backdate": (
        "UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 1",
        "entry 1 was",
    ),
    "totals": ("UPDATE journal SET sales_minor = 1 WHERE seq = 4", "entry 4 was changed"),
}


class Till:
    """A store with a journal and a clock."""

    def __init__(self, folder: Path) -> None:
        self.store, self.now = LocalStore.open(folder, NOW), NOW
        identity.save(self.store, WHO)
        self.journal = Journal(WHO, lambda: self.now, lambda: PARIS)

    def append(self, kind: str, body: dict[str, Any]) -> int:
        with self.store.transaction() as tx:
            return self.journal.append(tx, kind, body)

    def sells(self, amount: int) -> int:
        return self.append(SALE, money(amount))

    def refunds(self, amount: int) -> int:
        return self.append(REFUND, money(amount))

    def entries(self) -> list[Entry]:
        return journal.entries_after(self.store, 0, 10_000)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries()]


def money(amount: int) -> dict[str, Any]:
    vat = round(amount / 6)
    return {
        "amount_minor": amount,
        "currency": "EUR",
        "name": "Crème brûlée",
        "vat": [[2000, amount - vat, vat, amount]],
        "tenders": [["cash", amount]],
    }


@pytest.fixture
def till(tmp_path: Path) -> Any:
    made = Till(tmp_path)
    for amount in (100, 200, 300, 400):
        made.sells(amount)
    yield made
    made.store.close()


def test_an_untouched_journal_is_whole(till: Till) -> None:
    assert journal.first_broken(till.store) == ""
    assert [entry.sales_minor for entry in till.entries()] == [100, 300, 600, 1000]


@pytest.mark.parametrize("kind", sorted(TAMPERING))
def test_tampering_is_found_at_its_place(till: Till, kind: str) -> None:
    statement, said = TAMPERING[kind]
    with till.store.transaction() as tx:
        assert tx.execute(statement) >= 1
    assert said in journal.first_broken(till.store)


def test_hashes_made_anew_without_the_key_are_found(till: Till) -> None:
    """What passed every check of a bare chain."""
    head, forged = Head(), []
    for entry in till.entries():
        if entry.seq == 2:
            entry = replace(entry, body=entry.body.replace("200", "2"), sales_minor=102)
        entry = replace(entry, hash=entry.hashed(head.hash, WHO.code))
        forged.append(entry)
        head = Head.of(entry)
    found, head = first_fault(forged, Head(), WHO.code, KEY.public_key())
    assert (found, head.seq) == ("entry 2 is not signed by the till", 1)


def test_another_tills_entries_are_not_this_ones(till: Till) -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    (first, *_) = till.entries()
    assert "not signed" in fault(first, Head(), WHO.code, other.public_key())
    assert "was changed" in fault(first, Head(), "T0002", KEY.public_key())


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_changed_character_of_an_entry_is_taken(data: st.DataObject) -> None:
    """Some 250 mutations of each of forty entries."""
    amount = data.draw(st.integers(0, 10**9))
    entry = Entry(1, NOW.isoformat(), SALE, canonical(money(amount)), amount, 0)
    entry = entry.sealed(Head().hash, WHO.code, KEY)
    public = KEY.public_key()
    assert fault(entry, Head(), WHO.code, public) == ""
    for item in fields(Entry):
        value = getattr(entry, item.name)
        if isinstance(value, int):
            changed: dict[str, Any] = {item.name: value + 1}
            assert fault(replace(entry, **changed), Head(), WHO.code, public)
            continue
        for place in range(len(value)):
            character = "0" if value[place] != "0" else "1"
            text = value[:place] + character + value[place + 1 :]
            assert fault(replace(entry, **{item.name: text}), Head(), WHO.code, public), item.name
        assert fault(replace(entry, **{item.name: value.upper() + " "}), Head(), WHO.code, public)


def test_a_day_closes_by_itself_before_the_first_entry_of_another(till: Till) -> None:
    till.refunds(50)
    till.now += timedelta(days=1)
    till.sells(70)
    assert till.kinds() == [SALE] * 4 + [REFUND, "closing_day", SALE]
    closing = till.entries()[5].content
    assert closing["period"] == NOW.astimezone(PARIS).date().isoformat()
    assert (closing["sale_count"], closing["sales_minor"]) == (4, 1000)
    assert (closing["refund_count"], closing["refunds_minor"]) == (1, 50)
    assert closing["tenders"] == [["cash", 950]]
    assert closing["vat"][0][3] == 950
    assert closing["perpetual_sales_minor"] == 1000
    assert journal.first_broken(till.store) == ""


def test_months_and_years_close_too_and_the_perpetual_total_is_never_reset(tmp_path: Path) -> None:
    till = Till(tmp_path)
    till.now = datetime(2026, 12, 30, 10, tzinfo=UTC)
    till.sells(100)
    till.now = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)  # a minute before midnight in Paris
    till.sells(200)
    till.now = datetime(2026, 12, 31, 23, 1, tzinfo=UTC)
    till.sells(400)
    assert till.kinds() == [
        SALE, "closing_day", SALE, "closing_day", "closing_month", "closing_year", SALE
    ]  # fmt: skip
    month, year = till.entries()[4].content, till.entries()[5].content
    assert (month["period"], month["sales_minor"]) == ("2026-12", 300)
    assert (year["period"], year["sales_minor"]) == ("2026", 300)
    assert till.entries()[-1].sales_minor == 700
    till.store.close()


def test_a_day_is_closed_at_the_till_and_another_begins(till: Till) -> None:
    with till.store.transaction() as tx:
        closing = till.journal.close_day(tx, 1020, "A01").content
    assert (closing["number"], closing["cash_counted_minor"], closing["associate"]) == (
        1,
        1020,
        "A01",
    )
    till.sells(30)
    assert till.journal.open_totals(till.store).sales_minor == 30
    till.now += timedelta(days=1)
    till.sells(1)
    second = next(e for e in reversed(till.entries()) if e.kind == "closing_day").content
    assert (second["number"], second["sales_minor"]) == (2, 30)


def test_a_quiet_day_has_no_closing(till: Till) -> None:
    with till.store.transaction() as tx:
        till.journal.close_day(tx, None, "A01")
    till.now += timedelta(days=3)
    till.sells(10)
    assert till.kinds().count("closing_day") == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9999), st.integers(0, 40)), max_size=25))
def test_closings_add_up_to_the_perpetual_totals(steps: list[tuple[bool, int, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        till = Till(Path(folder))
        for sale, amount, hours in steps:
            till.now += timedelta(hours=hours)
            (till.sells if sale else till.refunds)(amount)
        with till.store.transaction() as tx:
            till.journal.close_day(tx, None, "")
        entries = till.entries()
        days = [json.loads(e.body) for e in entries if e.kind == "closing_day"]
        last = entries[-1]
        assert sum(day["sales_minor"] for day in days) == last.sales_minor
        assert sum(day["refunds_minor"] for day in days) == last.refunds_minor
        assert totals_of(entries).sales_minor == last.sales_minor
        assert journal.first_broken(till.store) == ""
        till.store.close()
