"""Eight ways to bend a till's journal, against a server that holds what the till has signed."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.device import Device
from app.usecases.returns.returns import Choice
from sync.central.devices import devices
from sync.central.devices.devices import DeviceState
from sync.central.journal.archive import archive
from sync.central.journal.receive import entries_of, head_of
from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy
from sync.central.storage import tables
from sync.domain.errors import InvalidInput
from sync.domain.money import Money
from sync.domain.returns import Disposition, InspectedLine, ReturnReason
from sync.domain.stock import DiscrepancyKind
from sync.protocol.commands import Outcome, PlaceOrder
from sync.protocol.journal import (
    ENTRIES_PER_PUSH_MAX,
    Entry,
    Head,
    JournalPush,
    canonical,
)
from sync.protocol.journal_archive import ENTRIES, audit
from sync.terminal import identity, journal
from tests.app.central_link import LEO, Shops
from tests.sync.central.client import Client
from tests.sync.central.world import CARRY, Till, World

RESTOCK = (InspectedLine(1, Disposition.RESTOCK),)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "central")
    yield world
    world.close()


@pytest.fixture
def shops(tmp_path: Path, world: World) -> Iterator[Shops]:
    shops = Shops(tmp_path, world)
    yield shops
    shops.close()


def sell(till: Device, count: int = 3) -> list[str]:
    """So many sales, known to the server."""
    numbers = []
    for _ in range(count):
        till.basket.add("CARD")
        numbers.append(str(till.checkout.pay_cash(Money(1000), LEO).order.number))
    till.sync_once()
    return numbers


def listed(world: World) -> list[str]:
    rows = tables.discrepancy.c
    query = sa.select(rows.cause).where(rows.kind == "journal_broken")
    with world.central.database.read() as connection:
        return list(connection.execute(query).scalars())


def held(world: World, till: Device) -> list[Entry]:
    with world.central.database.read() as connection:
        return entries_of(connection, till.code)


def own(till: Device) -> list[Entry]:
    return journal.entries_after(till._store, 0, 1000)


def test_what_a_till_signs_is_held_as_it_is_made(world: World, shops: Shops) -> None:
    till = shops.open()
    sell(till)
    assert [e.kind for e in own(till)].count("sale") == 3
    assert held(world, till) == own(till)
    assert world.check() == []


def test_an_answer_that_is_lost_and_days_without_a_network(world: World, shops: Shops) -> None:
    till = shops.open()
    sell(till, 1)
    shops.cable(till).down = True
    for _ in range(4):
        world.pass_time(days=1)
        till.basket.add("CARD")
        till.checkout.pay_cash(Money(1000), LEO)
        till.sync_once()
    shops.cable(till).down = False
    shops.cable(till).faults.extend(["lost", "lost"])
    shops.sync_all()
    assert held(world, till) == own(till)
    assert [e.kind for e in own(till)].count("closing_day") == 4
    assert (listed(world), world.check()) == ([], [])


def test_a_refund_that_the_server_does_not_agree_to_is_taken_back(
    world: World, shops: Shops, tmp_path: Path
) -> None:
    till, kiosk = shops.open(), shops.open(kind="kiosk")
    (number,) = sell(till, 1)
    order = till.orders.get(number).state.order
    kiosk.sync_once()
    goods = kiosk.returns.register(number, [Choice(1, 1, ReturnReason.OTHER)]).goods
    shops.sync_all()
    with world.central.database.write("test") as tx:
        discrepancies.record(
            tx, Discrepancy(DiscrepancyKind.SALE_PRICE, "S1", "test", document=number)
        )
    till.returns.inspect(str(goods.number), RESTOCK, LEO)
    shops.sync_all()
    refunds = [e.content for e in own(till) if e.kind == "refund"]
    assert [r["amount_minor"] for r in refunds] == [order.total.minor, -order.total.minor]
    assert own(till)[-1].refunds_minor == 0
    assert held(world, till) == own(till)
    assert [f for f in world.check() if "journal" in f.rule] == []


# ---- the ways to bend it ----------------------------------------------------------------------


def reseal(till: Device, entries: list[Entry], *, key: Ed25519PrivateKey | None = None) -> None:
    """Write these entries in place of the till's, with hashes made anew; signed by whoever holds
    `key`, else with the signatures that they had."""
    who, head = identity.load(till._store), Head()
    with till._store.transaction() as tx:
        tx.execute("DELETE FROM journal")
        for entry in entries:
            made = replace(entry, hash=entry.hashed(head.hash, who.code))
            if key is not None:
                made = entry.sealed(head.hash, who.code, key)
            tx.execute(
                "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (made.seq, made.at, made.kind, made.body, made.sales_minor, made.refunds_minor,
                 made.hash, made.signature, made.algorithm),
            )  # fmt: skip
            head = Head.of(made)


def cheaper(till: Device, key: Ed25519PrivateKey | None) -> None:
    entries = own(till)
    less = []
    for entry in entries:
        if entry.seq == 2:
            body = entry.content | {"amount_minor": 1}
            entry = replace(entry, body=canonical(body))
        less.append(replace(entry, sales_minor=entry.sales_minor - 194 * (entry.seq >= 2)))
    reseal(till, less, key=key)


def edited_and_hashed_anew(till: Device) -> None:
    cheaper(till, None)


def edited_and_signed_anew(till: Device) -> None:
    """By somebody who has the till's own key."""
    cheaper(till, identity.load(till._store).key)


def deleted_in_the_middle(till: Device) -> None:
    with till._store.transaction() as tx:
        tx.execute("DELETE FROM journal WHERE seq = 2")


def cut_off(till: Device) -> None:
    with till._store.transaction() as tx:
        tx.execute("DELETE FROM journal WHERE seq > 1")


def erased(till: Device) -> None:
    with till._store.transaction() as tx:
        tx.execute("DELETE FROM journal")


def renumbered(till: Device) -> None:
    who = identity.load(till._store)
    kept = [e for e in own(till) if e.seq != 2]
    reseal(till, [replace(e, seq=n) for n, e in enumerate(kept, start=1)], key=who.key)


def reordered(till: Device) -> None:
    who, (first, second, *rest) = identity.load(till._store), own(till)
    swapped = [replace(second, seq=1), replace(first, seq=2), *rest]
    reseal(till, swapped, key=who.key)


def of_another_till(till: Device) -> None:
    reseal(till, own(till), key=Ed25519PrivateKey.from_private_bytes(b"o" * 32))


BENDINGS: list[Callable[[Device], None]] = [
    edited_and_hashed_anew,
    edited_and_signed_anew,
    deleted_in_the_middle,
    cut_off,
    erased,
    renumbered,
    reordered,
    of_another_till,
]


@pytest.mark.parametrize("bend", BENDINGS, ids=[bend.__name__ for bend in BENDINGS])
def test_the_server_notices_and_keeps_what_was_signed(
    world: World, shops: Shops, bend: Callable[[Device], None]
) -> None:
    till = shops.open()
    sell(till)
    before = held(world, till)
    bend(till)
    sell(till, 1)  # the till goes on selling
    world.pass_time(hours=2)
    till.sync_once()
    assert len(listed(world)) == 1
    assert held(world, till)[: len(before)] == before
    assert till.status.now().online


def test_an_old_copy_of_the_file_is_noticed(world: World, shops: Shops, tmp_path: Path) -> None:
    till = shops.open()
    sell(till, 2)
    till.stop()
    folder = shops.folder / "S1-terminal"
    shutil.copytree(folder, tmp_path / "copy")
    till = shops.open()
    sell(till, 2)
    before = held(world, till)
    till.stop()
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    shops.devices.clear()
    till = shops.open()
    sell(till, 1)
    # Its requests come a second time: two hold its key. Or else its journal ends too early.
    with world.central.database.read() as connection:
        known = devices.by_code(connection, till.code)
    assert known is not None
    assert known.state is DeviceState.STOPPED or listed(world)
    assert held(world, till)[: len(before)] == before


def test_a_restored_server_gets_again_what_it_lacks(world: World, shops: Shops) -> None:
    till = shops.open()
    sell(till, 5)
    with world.central.database.write("restore") as tx:
        rows = tables.journal_entry
        tx.connection.execute(sa.delete(rows).where(rows.c.seq > 2))
    world.central.new_epoch()
    shops.sync_all()
    world.pass_time(hours=2)
    shops.sync_all()
    assert held(world, till) == own(till)
    assert listed(world) == []


def test_no_more_than_a_page_is_taken_at_once_and_a_till_sends_pages(
    world: World, shops: Shops
) -> None:
    till = shops.open()
    who = identity.load(till._store)
    head = Head()
    entries = []
    for seq in range(1, 2 * ENTRIES_PER_PUSH_MAX + 3):
        entry = Entry(seq, world.now.isoformat(), "note", '{"a":1}', 0, 0)
        entries.append(entry.sealed(head.hash, who.code, who.key))
        head = Head.of(entries[-1])
    reseal(till, entries, key=who.key)
    till.sync_once()
    assert held(world, till) == entries
    client = Client(world)
    refused = client.ask(
        "POST",
        "/v1/journal",
        auth=world.till("S2").auth,
        json=asdict(JournalPush(0, tuple(entries[: ENTRIES_PER_PUSH_MAX + 1]), 1, "")),
    )
    assert refused.json()["code"] == "journal.too_many"


def test_an_edited_price_is_found_in_whatever_tables_it_was_edited(
    world: World, shops: Shops
) -> None:
    till = shops.open()
    number, *_ = sell(till, 1)
    assert world.check() == []
    rows = tables.order_document
    with world.central.database.write("fraud") as tx:
        body = tx.connection.execute(sa.select(rows.c.body).where(rows.c.number == number))
        order = json.loads(body.scalar_one())
        order["lines"][0]["unit_price"]["minor"] = 1
        order["tenders"][0]["amount"]["minor"] = 1
        changed = sa.update(rows).where(rows.c.number == number)
        tx.connection.execute(changed.values(body=json.dumps(order)))
        tx.connection.execute(sa.update(tables.payment_event).values(minor=1))
        tx.connection.execute(sa.update(tables.feed).values(body=tables.feed.c.body))
    found = [f for f in world.check() if f.rule == "orders and refunds = journals"]
    assert [f.where for f in found] == [number]
    assert "amount_minor 195 where 1 is kept" in found[0].detail


def test_an_order_that_its_till_has_not_signed_is_found(world: World, shops: Shops) -> None:
    till = shops.open()
    sell(till, 1)
    who = identity.load(till._store)
    with world.central.database.read() as connection:
        known = devices.by_code(connection, till.code)
    assert known is not None
    forger = Till(known.device, who.key, lambda: world.now, {"C": 900})
    order = world.order(("CARD", 1, CARRY), till=forger)
    assert world.do(PlaceOrder(order), forger).outcome is Outcome.APPLIED
    (found,) = world.check()
    assert (found.where, found.detail) == (order.number.value, "is in no journal")


# ---- archives -----------------------------------------------------------------------------------


@pytest.fixture
def archived(world: World, shops: Shops) -> bytes:
    till = shops.open()
    for _ in range(3):
        sell(till)
        world.pass_time(days=20)
    sell(till)
    assert [e.kind for e in held(world, till)].count("closing_month") >= 1
    return archive(world.central.context, till.code, date(2026, 1, 1), date(2027, 12, 31))


def test_an_archive_is_whole_and_the_same_period_makes_the_same_bytes(
    world: World, archived: bytes
) -> None:
    assert [f.problem for f in audit(archived)] == [""] * 5
    again = archive(world.central.context, "T0001", date(2026, 1, 1), date(2027, 12, 31))
    assert again == archived


def test_a_part_of_a_journal_is_an_archive_too(world: World, archived: bytes) -> None:
    with world.central.database.read() as connection:
        head = head_of(connection, "T0001")
    first = world.now.date()
    part = archive(world.central.context, "T0001", first, first)
    assert [f.problem for f in audit(part)] == [""] * 5
    with zipfile.ZipFile(io.BytesIO(part)) as found:
        lines = found.read(ENTRIES).splitlines()
    assert json.loads(lines[-1])["seq"] == head.seq
    assert len(lines) < head.seq


def bent(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The archive with one file changed, and the manifest's sums made anew."""
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        files = {item: found.read(item).decode() for item in found.namelist()}
    files[name] = change(files[name])
    manifest = json.loads(files["manifest.json"])
    for item in manifest["sha256"]:
        manifest["sha256"][item] = hashlib.sha256(files[item].encode()).hexdigest()
    files["manifest.json"] = json.dumps(manifest)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for item, text in files.items():
            out.writestr(item, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("entries.jsonl", lambda text: text.replace("195", "194", 1)),
        ("entries.jsonl", lambda text: text.split("\n", 1)[1]),
        ("entries.jsonl", lambda text: text.rsplit("\n", 2)[0] + "\n"),
        ("entries.jsonl", lambda text: text + text.splitlines()[-1] + "\n"),
        ("entries.jsonl", lambda text: "x" + text),
        ("closings.csv", lambda text: text.replace("2026-", "2025-", 1)),
        ("manifest.json", lambda text: text.replace('"last_seq": ', '"last_seq": 1')),
    ],
)
def test_a_bent_archive_is_found(archived: bytes, name: str, change: Callable[[str], str]) -> None:
    assert any(found.problem for found in audit(bent(archived, name, change)))


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 100])
def test_what_is_no_archive_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        audit(data)
    assert caught.value.code == "journal.archive"


def test_nothing_in_that_period_is_said(world: World, archived: bytes) -> None:
    context: Any = world.central.context
    for first, last, code in (
        (date(2020, 1, 1), date(2020, 12, 31), "journal.empty"),
        (date(2026, 2, 1), date(2026, 1, 1), "journal.period"),
    ):
        with pytest.raises(InvalidInput) as caught:
            archive(context, "T0001", first, last)
        assert caught.value.code == code
