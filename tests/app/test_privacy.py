"""A client is given what is kept of them, and is erased from the server and from every device."""

from __future__ import annotations

import io
import json
import logging
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from app.device import Device
from app.usecases.returns.returns import Choice
from sync.central import logs
from sync.central.composition import Central
from sync.central.jobs.queue import Job
from sync.central.orders import place_order
from sync.central.privacy.erase import LOG_FILE, Retention, due, erase, preview, replay
from sync.central.privacy.export import export
from sync.central.privacy.inventory import INVENTORY
from sync.central.storage import tables
from sync.domain.customer import Customer
from sync.domain.errors import NotFound, Refused, Unavailable
from sync.domain.money import Money
from sync.domain.returns import Disposition, InspectedLine, ReturnReason
from sync.protocol.commands import PlaceOrder
from tests.app.central_link import LEO, Shops
from tests.sync.central.client import Client
from tests.sync.central.world import SHIP, World

NAME, EMAIL, PHONE, STREET = (
    "Ottilie Zanzibar",
    "Otti.Zanz@example.org",
    "0699887766",
    "7 rue Xyzzy",
)
TRACES = (NAME, "Ottilie", "Zanzibar", EMAIL, EMAIL.lower(), PHONE, STREET, "Xyzzy")


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


def buys(till: Device) -> str:
    """A sale over the counter to our client, who has the receipt by e-mail."""
    till.basket.set_customer(Customer(NAME, EMAIL, PHONE))
    till.basket.add("MUG")
    number = str(till.checkout.pay_cash(Money(5000), LEO).order.number)
    till.document_email.send_receipt(number, EMAIL, LEO)
    return number


@pytest.fixture
def lived(world: World, shops: Shops) -> dict[str, Any]:
    """Months ago the client bought at two tills, had parcels, brought something back."""
    till, other, kiosk = shops.open(), shops.open("S2"), shops.open(kind="kiosk")
    first, second = buys(till), buys(other)
    shops.sync_all()
    goods = kiosk.returns.register(first, [Choice(1, 1, ReturnReason.OTHER)]).goods
    shops.sync_all()
    till.returns.inspect(str(goods.number), [InspectedLine(1, Disposition.RESTOCK)], LEO)
    shops.sync_all()
    till.basket.set_customer(Customer(NAME, EMAIL, PHONE))
    till.basket.add("MUG")
    till.basket.park("for Ottilie")
    sent = world.order(("BAG", 1, SHIP), email=EMAIL, till=world.till("S3"))
    assert sent.ship_to is not None
    sent = replace(
        sent,
        customer=Customer(NAME, EMAIL.upper().replace("EXAMPLE", "example"), PHONE),
        ship_to=replace(sent.ship_to, name=NAME, street=STREET),
    )
    world.applied(PlaceOrder(sent), world.till("S3"))
    world.fulfil(sent)
    world.run("mail")
    shops.sync_all()
    world.pass_time(days=60)
    shops.sync_all()
    return {"orders": sorted([first, second, sent.number.value]), "till": till, "other": other}


def rows_of(device: Device) -> str:
    """Every row of every table of a device, decrypted."""
    store = device._store
    names = [row[0] for row in store.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = []
    for name in names:
        found += [repr(row) for row in store.all(f'SELECT * FROM "{name}"')]
    return "\n".join(found)


def files_of(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def traces(world: World, *devices: Device) -> list[str]:
    """Where something of the client is still to be found, whatever case it is in."""
    found = []
    for path, data in files_of(world.central.folder):
        if "mail" in path.parts:
            continue  # what the sender of mails has taken is not the server's any more
        found += [f"{path.name}: {t}" for t in TRACES if t.lower().encode() in data.lower()]
    with world.central.database.read() as connection:
        for table in tables.metadata.sorted_tables:
            text = str(connection.execute(sa.select(table)).all()).lower()
            found += [f"{table.name}: {t}" for t in TRACES if t.lower() in text]
    for device in devices:
        text = rows_of(device).lower()
        found += [f"{device.code}: {t}" for t in TRACES if t.lower() in text]
    return found


def test_a_client_is_given_everything_that_is_kept(world: World, lived: dict[str, Any]) -> None:
    data = export(world.central.context, f" {EMAIL.upper()} ")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    told = json.loads(files["client.json"])
    assert told["names"] == [NAME]
    assert told["telephones"] == [PHONE]
    assert any(STREET in address for address in told["addresses"])
    orders = [order["order"]["number"]["value"] for order in json.loads(files["orders.json"])]
    assert orders == lived["orders"]
    assert len(json.loads(files["returns.json"])) == 1
    assert json.loads(files["messages.json"])
    assert len(json.loads(files["processing.json"])) == len(INVENTORY)
    assert all(number in files["index.html"] for number in orders)
    assert export(world.central.context, EMAIL) == data


def test_nobody_is_nobody(world: World, lived: dict[str, Any]) -> None:
    ctx = world.central.context
    for ask in (export, preview):
        with pytest.raises(NotFound) as caught:
            ask(ctx, "other@example.org")
        assert caught.value.code == "privacy.nobody"
    with pytest.raises(NotFound):
        export(ctx, "%@example.org")


def test_a_client_is_erased_everywhere_and_the_books_stay(
    world: World, shops: Shops, lived: dict[str, Any]
) -> None:
    till, other = lived["till"], lived["other"]
    before = {number: till.orders.get(number).state.order.total for number in lived["orders"][:1]}
    assert traces(world, till, other)
    done = erase(
        world.central.context, world.central.folder, EMAIL.upper(), "asked", "t", even_open=False
    )
    assert (done.orders, done.open) == (lived["orders"], [])
    shops.sync_all()
    assert traces(world, till, other) == []
    assert [f for f in world.check() if f.rule != "outbox"] == []
    for number, total in before.items():
        assert till.orders.get(number).state.order.total == total
    with pytest.raises(NotFound):
        export(world.central.context, EMAIL)


def test_a_device_that_was_away_follows_when_it_is_back(
    world: World, shops: Shops, lived: dict[str, Any]
) -> None:
    till = lived["till"]
    shops.cable(till).down = True
    erase(world.central.context, world.central.folder, EMAIL, "asked", "t", even_open=False)
    till.sync_once()
    assert NAME in rows_of(till)
    shops.sync_all()
    assert traces(world, till) == []


def test_what_may_still_come_back_is_not_erased_unasked(world: World, shops: Shops) -> None:
    till = shops.open()
    number = buys(till)
    shops.sync_all()
    ctx, folder = world.central.context, world.central.folder
    assert preview(ctx, EMAIL).open == [number]
    with pytest.raises(Refused) as caught:
        erase(ctx, folder, EMAIL, "asked", "t", even_open=False)
    assert caught.value.code == "privacy.open"
    assert not (folder / LOG_FILE).exists()
    assert NAME in rows_of(till)
    erase(ctx, folder, EMAIL, "asked", "t", even_open=True)
    shops.sync_all()
    assert traces(world, till) == []


def test_a_database_from_an_older_copy_is_brought_up_to_date(
    world: World, shops: Shops, lived: dict[str, Any], tmp_path: Path
) -> None:
    ctx, folder = world.central.context, world.central.folder
    raw: Any = world.central.database.engine.raw_connection()
    raw.driver_connection.execute(f"VACUUM INTO '{tmp_path / 'backup.db'}'")
    raw.close()
    erase(ctx, folder, EMAIL, "asked", "t", even_open=False)
    assert NAME not in (folder / LOG_FILE).read_text("utf-8")
    assert EMAIL.lower() not in (folder / LOG_FILE).read_text("utf-8").lower()
    assert replay(ctx, folder) == 0
    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copy(tmp_path / "backup.db", restored / "central.db")
    for name in (LOG_FILE, "api-key.txt", "operations-key.txt"):
        shutil.copy(folder / name, restored / name)
    again = Central(restored, lambda: world.now, world.random_bytes)
    with again.database.read() as connection:
        text = str(connection.execute(sa.select(tables.order_document)).all())
        rows = connection.execute(sa.select(tables.erasure)).all()
    assert NAME not in text
    assert len(rows) == 1
    again.close()


def test_what_is_older_than_the_company_keeps_it_goes_by_itself(
    world: World, shops: Shops, lived: dict[str, Any]
) -> None:
    ctx = world.central.context
    job = Job(1, "retention", "", 1, 1, world.now)
    Retention(ctx).run(job)
    assert due(ctx, 10) == []
    assert NAME in rows_of(lived["till"])
    world.pass_time(days=1_095)
    assert due(ctx, 10) == lived["orders"]
    Retention(ctx).run(job)
    assert due(ctx, 10) == []
    shops.sync_all()
    assert traces(world, lived["till"], lived["other"]) == []


def test_the_logs_name_nobody(
    world: World, shops: Shops, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """A day with sales, parcels, returns, refusals, a sender and a carrier that fail."""
    caplog.set_level(logging.DEBUG)
    logs.configure()
    with structlog_as_it_was():
        till = shops.open()
        number = buys(till)
        shops.sync_all()
        world.ports.mail = Failing()
        for _ in range(3):
            world.run("mail")
            world.pass_time(hours=1)
        sent = world.order(("BAG", 1, SHIP), email=EMAIL, till=world.till("S3"))
        sent = replace(sent, customer=Customer(NAME, EMAIL, PHONE))
        world.applied(PlaceOrder(sent), world.till("S3"))
        broken = replace(sent, lines=(replace(sent.lines[0], sku="NONE"),))
        world.do(PlaceOrder(broken), world.till("S3"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place_order, "place_order", stumble)  # a fault of ours
            world.do(PlaceOrder(sent), world.till("S3"))
        client = Client(world)
        key = {"authorization": f"Bearer {world.central.keys.operations}"}
        asked = {"email": EMAIL, "reason": f"{NAME} asked"}
        assert client.ask("POST", "/v1/privacy/export", headers=key, json=asked).status_code == 422
        assert client.ask("POST", "/v1/privacy/erase", headers=key, json=asked).status_code == 403
        client.ask("GET", f"/v1/orders/{number}", headers=key)
        shops.cable(till).down = True
        till.sync_once()
    told = capsys.readouterr()
    said = f"{caplog.text} {told.out} {told.err}".lower()
    assert "job_waits" in said
    assert "command_failed" in said
    assert [trace for trace in TRACES if trace.lower() in said] == []


@contextmanager
def structlog_as_it_was() -> Iterator[None]:
    before = structlog.get_config()
    try:
        yield
    finally:
        structlog.configure(**before)


def stumble(*_: Any, **__: Any) -> None:
    raise ValueError(f"{NAME}, {EMAIL}, {PHONE}, {STREET}")


class Failing:
    """A sender that takes nothing, and says the address in its answer as many do."""

    def send(self, number: int, recipient: str, message: bytes) -> None:
        raise Unavailable(f"550 <{EMAIL}>: mailbox of {NAME} is full")


def test_every_column_that_may_hold_a_client_is_in_the_inventory() -> None:
    """A new column of text is looked at by whoever makes it."""
    listed = {place.where for place in INVENTORY}
    looked = {f"{table}.{column}" for table, of in NO_CLIENT.items() for column in of}
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, (sa.Text, sa.LargeBinary)):
                assert f"{table.name}.{column.name}" in listed | looked, "say what it may hold"
    known = {f"{t.name}.{c.name}" for t in tables.metadata.sorted_tables for c in t.columns}
    assert {where for where in listed if not where.startswith("device")} <= known
    assert looked <= known


# Columns of text and bytes that hold nobody's data but the staff's or the company's.
NO_CLIENT = {
    "meta": ("value",),
    "location": ("body",),
    "article": ("body",),
    "device_window": ("recent",),
    "associate": ("pin_hash",),
    "staff_change": ("detail",),
    "setting": ("body",),
    "policy": ("text",),
    "fulfilment": ("lines",),
    "tracking_event": ("text", "params"),
    "command": ("answer",),
    "customer_return": ("body", "inspected", "parts"),
    "decision": ("body", "inputs"),
    "sourcing_reference": ("body",),
    "price_list": ("body",),
    "discrepancy": ("note",),
    "journal_entry": ("body",),
    "api_key": ("scopes",),
    "erasure": ("reason", "orders"),
}
