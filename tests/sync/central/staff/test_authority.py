"""Who may do what: every command, by every kind of caller, against one table."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.central.catalogue import people, reference
from sync.central.devices.capabilities import COMMANDS, NEEDED
from sync.central.storage import tables
from sync.domain.associate import ASSOCIATE, MANAGER, ROLES, Right
from sync.domain.company import CompanySettings
from sync.domain.device import DeviceKind
from sync.domain.fulfilment import RejectionReason
from sync.domain.money import Money
from sync.domain.order_change import AddressChange
from sync.protocol.codec import to_json
from sync.protocol.commands import (
    FACTS,
    PAYLOADS,
    CancelPieces,
    ChangeAddress,
    HandOver,
    InspectReturn,
    Outcome,
    PackFulfilment,
    Payload,
    PayOutCash,
    PlaceOrder,
    RegisterReturn,
    RejectFulfilment,
    ResetPin,
    StartPicking,
)
from sync.protocol.sessions import Approval, Session
from tests.sync.central.notifications.test_document_email import wanted
from tests.sync.central.world import CARRY, COLLECT, HOME, SHIP, World, receive

PIN_HASH = PasswordHasher().hash("902461")
Make = Callable[[World, str], Payload]


def _parcel(world: World) -> str:
    with world.central.database.write("delivery") as tx:
        receive(tx, "S1", "MUG", 2)
    order = world.placed(("MUG", 1, COLLECT, "S1"))
    (fulfilment,) = world.fulfilments(order)
    assert fulfilment.location == "S1"
    return fulfilment.fulfilment_id


def _packed(world: World) -> str:
    code = _parcel(world)
    world.applied(PackFulfilment(code, "A01", ()))
    return code


def _return(world: World) -> RegisterReturn:
    return RegisterReturn(world.goods_back(world.placed(("MUG", 1, CARRY)), {1: 1}))


def _inspection(world: World, who: str) -> Payload:
    goods = _return(world).goods
    assert world.deposit(goods).outcome is Outcome.APPLIED
    return replace(world.inspected(goods), associate=who)


def _payout(world: World, who: str) -> Payload:
    goods = _return(world).goods
    world.deposit(goods)
    world.applied(world.inspected(goods))
    return PayOutCash(goods.number, who, Money(650))


MAKE: Mapping[str, Make] = {
    "place_order": lambda w, who: PlaceOrder(replace(w.order(("MUG", 1, CARRY)), associate=who)),
    "start_picking": lambda w, who: StartPicking(_parcel(w), who),
    "pack_fulfilment": lambda w, who: PackFulfilment(_parcel(w), who, ()),
    "hand_over": lambda w, who: HandOver(_packed(w), who),
    "reject_fulfilment": lambda w, who: RejectFulfilment(_parcel(w), who, RejectionReason.NO_TIME),
    "register_return": lambda w, who: _return(w),
    "inspect_return": _inspection,
    "pay_out_cash": _payout,
    "cancel_pieces": lambda w, who: CancelPieces(
        w.cancelling(w.placed(("MUG", 1, SHIP)), (1, 1)), who
    ),
    "change_address": lambda w, who: ChangeAddress(
        AddressChange(str(w.next_id()), w.placed(("MUG", 1, SHIP)).number, HOME), who
    ),
    "email_document": lambda w, who: wanted(w.placed(("MUG", 1, CARRY))),
    "reset_pin": lambda w, who: ResetPin(who, "A01", PIN_HASH),
}
YES, NO = "yes", "no"
# Caller -> which commands are done; every other one is refused, or booked and listed if a fact.
CALLERS: Mapping[str, frozenset[str]] = {
    "associate": frozenset(PAYLOADS) - {"reset_pin"},
    "manager": frozenset(PAYLOADS),
    "cashier": frozenset({"place_order", "email_document"}),
    "disabled": frozenset(),
    "of another store": frozenset(),
    "nobody": frozenset(),
    "forged": frozenset(),
    "of another device": frozenset(),
    "of yesterday": frozenset(),
    "of tomorrow": frozenset(),
}


def test_the_tables_name_every_command_and_every_kind_of_caller() -> None:
    assert set(MAKE) == set(PAYLOADS) == set(NEEDED)
    assert set(COMMANDS) == set(DeviceKind)
    assert set(NEEDED.values()) <= set(Right)
    assert ROLES[MANAGER] == frozenset(Right) > ROLES[ASSOCIATE]


def _session(world: World, caller: str) -> tuple[str, Session | None]:
    """The caller's code, and the session that they show."""
    till, other = world.till(), world.till("S2")
    code = {"associate": "A02", "manager": "A03", "cashier": "A04", "disabled": "A05"}.get(
        caller, "A06" if caller == "of another store" else "A02"
    )
    since = {"of yesterday": timedelta(hours=17), "of tomorrow": -timedelta(hours=1)}.get(
        caller, timedelta()
    )
    key = {
        "forged": Ed25519PrivateKey.from_private_bytes(b"f" * 32),
        "of another device": other.key,
    }
    device = other.device.code if caller == "of another device" else till.device.code
    if caller == "nobody":
        return code, None
    return code, Session.begin(key.get(caller, till.key), device, code, world.now - since)


def staffed(world: World) -> None:
    company = company_of(world)
    with world.central.database.write("company") as tx:
        given = replace(company, roles={"cashier": ("sell", "send_documents")})
        reference.load_company(tx, given, "test")
    world.central.reference.refresh()
    world.hire("A02")
    world.hire("A03", MANAGER)
    world.hire("A04", "cashier")
    world.hire("A05", MANAGER)
    world.hire("A06", MANAGER, "S2")
    with world.central.database.write("staff") as tx:
        people.enable(tx, "A05", "test", enabled=False)
    world.central.reference.refresh()


@pytest.mark.parametrize("kind", list(PAYLOADS))
def test_the_server_decides_who_may(world: World, kind: str) -> None:
    staffed(world)
    for caller, may in CALLERS.items():
        code, session = _session(world, caller)
        command = replace(world.command(MAKE[kind](world, code)), session=session)
        before = listed(world)
        answer = world.send_as_it_is(world.till(), command)
        if kind in may:
            assert answer.outcome is Outcome.APPLIED, (caller, answer)
            assert listed(world) == before
        elif kind in FACTS:
            assert answer.outcome is Outcome.APPLIED, (caller, answer)
            assert listed(world) == before + 1, caller
        else:
            assert answer.outcome is Outcome.REFUSED, (caller, answer)
            assert answer.code.startswith("person."), (caller, answer)
            assert listed(world) == before
    assert world.check() == []


@pytest.mark.parametrize("kind", sorted(set(PAYLOADS) - {"register_return", "email_document"}))
def test_nobody_acts_in_the_name_of_another(world: World, kind: str) -> None:
    world.hire("A03", MANAGER)
    before = listed(world)
    answer = world.by("A03", MAKE[kind](world, "A01"))
    if kind in FACTS:
        assert (answer.outcome, listed(world)) == (Outcome.APPLIED, before + 1)
    else:
        assert (answer.outcome, answer.code) == (Outcome.REFUSED, "person.other")


def test_nothing_of_a_sale_by_nobody_is_refunded_before_it_was_looked_at(world: World) -> None:
    order = world.order(("MUG", 1, CARRY))
    command = world.command(PlaceOrder(order))
    assert world.send_as_it_is(world.till(), command).outcome is Outcome.APPLIED
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    assert world.do(world.inspected(goods)).code == "return.sale_under_review"


def listed(world: World) -> int:
    with world.central.database.read() as connection:
        rows = sa.select(sa.func.count()).select_from(tables.discrepancy)
        kinds = tables.discrepancy.c.kind.in_(["person", "sale_person"])
        return int(connection.execute(rows.where(kinds)).scalar_one())


# ---- approvals -----------------------------------------------------------------------------------


def approval(world: World, subject: str, by: str = "A03", right: Right | None = None) -> Approval:
    till = world.till()
    right = right or Right.REFUND_ABOVE_LIMIT
    made = Approval(world.next_id(), right, subject, by, world.now)
    return made.signed(till.key, till.device.code)


@pytest.fixture
def costly(world: World) -> World:
    """A02 is an associate, A03 a manager; a refund above ten euros needs an approval."""
    world.hire("A02")
    world.hire("A03", MANAGER)
    company = company_of(world)
    with world.central.database.write("company") as tx:
        staff = replace(company.staff, refund_minor_max=1000)
        reference.load_company(tx, replace(company, staff=staff), "test")
    world.central.reference.refresh()
    return world


def company_of(world: World) -> CompanySettings:
    with world.central.database.read() as connection:
        company = reference.current_company(connection)
    assert company is not None
    return company


def to_inspect(world: World, pieces: int = 2) -> tuple[str, InspectReturn]:
    goods = world.goods_back(world.placed(("MUG", pieces, CARRY)), {1: pieces})
    world.deposit(goods)
    return goods.number.value, replace(world.inspected(goods), associate="A02")


def test_a_refund_above_the_limit_needs_an_approval_that_is_used_once(costly: World) -> None:
    number, inspection = to_inspect(costly)
    assert costly.by("A02", inspection).code == "return.needs_approval"
    assert costly.check() == []
    given = approval(costly, number)
    assert costly.by("A02", inspection, given).outcome is Outcome.APPLIED
    with costly.central.database.read() as connection:
        (row,) = connection.execute(sa.select(tables.approval)).all()
    assert (row.subject, row.approver, row.asked_by) == (number, "A03", "A02")
    other, again = to_inspect(costly)
    stolen = replace(given, subject=other).signed(costly.till().key, costly.till().device.code)
    assert costly.by("A02", again, stolen).code == "person.approval"
    assert costly.by("A02", again, given).code == "return.needs_approval"


def test_a_small_refund_needs_none_and_a_manager_asks_nobody(costly: World) -> None:
    _, small = to_inspect(costly, 1)
    assert costly.by("A02", small).outcome is Outcome.APPLIED
    _, large = to_inspect(costly)
    assert costly.by("A03", replace(large, associate="A03")).outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"by": "A02"}, "person.not_allowed"),
        ({"by": "A09"}, "person.unknown"),
        ({"right": Right.ACCEPT_LATE_RETURNS}, "return.needs_approval"),
        ({"subject": "R0001-000009-9"}, "return.needs_approval"),
    ],
)
def test_an_approval_is_for_one_thing_by_one_who_may(
    costly: World, change: dict[str, object], code: str
) -> None:
    number, inspection = to_inspect(costly)
    till = costly.till()
    given = replace(approval(costly, number), **change)  # type: ignore[arg-type]
    answer = costly.by("A02", inspection, given.signed(till.key, till.device.code))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, code)


def test_an_approval_of_another_device_is_none(costly: World) -> None:
    number, inspection = to_inspect(costly)
    other = costly.till("S1", second=True)
    copied = approval(costly, number).signed(other.key, other.device.code)
    assert costly.by("A02", inspection, copied).code == "person.approval"


def test_goods_that_come_too_late_are_taken_with_an_approval(costly: World) -> None:
    order = costly.placed(("MUG", 2, CARRY))
    costly.pass_time(days=31)
    late = RegisterReturn(costly.goods_back(order, {1: 1}))
    assert costly.by("A02", late).template == "The period for a return is over."
    right = Right.ACCEPT_LATE_RETURNS
    given = approval(costly, order.number.value, right=right)
    assert costly.by("A02", late, given).outcome is Outcome.APPLIED
    beyond = RegisterReturn(costly.goods_back(order, {1: 2}, returned_before={1: 0}))
    again = approval(costly, order.number.value, right=right)
    assert costly.by("A02", beyond, again).outcome is Outcome.REFUSED
    assert costly.check() == []


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_changed_byte_of_a_session_or_an_approval_is_taken(data: st.DataObject) -> None:
    """Ten thousand in all: each example changes every place of what was signed."""
    key = Ed25519PrivateKey.from_private_bytes(data.draw(st.binary(min_size=32, max_size=32)))
    person = data.draw(st.text(min_size=1, max_size=8))
    since = data.draw(
        st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
    )
    session = Session.begin(key, "T0001", person, since)
    given = Approval(uuid.UUID(int=1), Right.OPEN_DRAWER, "R0001", person, since)
    given = given.signed(key, "T0001")
    assert session.is_of(key.public_key(), "T0001")
    assert given.is_of(key.public_key(), "T0001")
    for place in range(128):
        for digit in "0a":
            if session.signature[place] == digit:
                continue
            text = session.signature[:place] + digit + session.signature[place + 1 :]
            assert not replace(session, signature=text).is_of(key.public_key(), "T0001")
    other = data.draw(st.text(max_size=8).filter(lambda text: text != person))
    assert not replace(session, person=other).is_of(key.public_key(), "T0001")
    assert not session.is_of(key.public_key(), "T0002")
    assert not replace(given, by=other).is_of(key.public_key(), "T0001")
    later = replace(given, at=given.at + timedelta(microseconds=1))
    assert not later.is_of(key.public_key(), "T0001")
    assert not replace(given, right=Right.SELL).is_of(key.public_key(), "T0001")
    assert set(json.loads(to_json(session))) == {"person", "since", "signature"}
