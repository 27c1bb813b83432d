"""What is on the wire reads back whole, and anything else is refused with the field named."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.errors import ComptoirError, InvalidInput
from sync.protocol.codec import parse, parse_json, to_json, to_wire
from sync.protocol.commands import (
    Command,
    HandOver,
    PlaceOrder,
    Push,
)
from tests.sync.domain.makers import line, order

ID = UUID("01937b1e-0000-7000-8000-000000000001")
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def placed() -> Command:
    return Command.of(ID, AT, PlaceOrder(order(line(1, 2), line(2, 1, 425))))


def test_an_order_reads_back_whole() -> None:
    command = parse_json(Push, to_json(Push((placed(),)))).commands[0]
    assert command == placed()
    assert command.body() == PlaceOrder(order(line(1, 2), line(2, 1, 425)))
    assert command.fingerprint() == placed().fingerprint()


def test_another_payload_has_another_fingerprint() -> None:
    other = Command.of(ID, AT, PlaceOrder(order(line(1, 3))))
    assert other.fingerprint() != placed().fingerprint()


def test_an_unknown_field_is_named() -> None:
    wire = to_wire(placed())
    wire["payload"]["order"]["lines"][1]["discount"] = 50
    with pytest.raises(InvalidInput) as caught:
        parse(Command, wire).body()
    assert caught.value.params["field"] == "order.lines.1.discount"
    assert str(caught.value) == (
        "The message cannot be read: order.lines.1.discount: Unexpected keyword argument. "
        "Nothing was changed."
    )


def test_a_rule_of_the_domain_speaks_through_the_wire() -> None:
    wire = to_wire(placed())
    wire["payload"]["order"]["lines"][0]["quantity"] = 10**9
    with pytest.raises(InvalidInput) as caught:
        parse(Command, wire).body()
    assert caught.value.code == "order.quantity"


def test_a_command_that_nobody_knows_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidInput) as caught:
        Command(ID, "grant_me_everything", AT, {}).body()
    assert caught.value.code == "command.unknown_kind"
    assert caught.value.params == {"kind": "grant_me_everything"}


@given(st.integers(0, 3000))
def test_a_cut_message_is_refused_and_never_half_read(cut: int) -> None:
    whole = to_json(Push((placed(),)))
    if cut >= len(whole):
        return
    with pytest.raises(ComptoirError):
        parse_json(Push, whole[:cut])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_no_payload_makes_anything_but_a_refusal(payload: object) -> None:
    wire = {
        "command_id": str(ID),
        "kind": "hand_over",
        "created_at": AT.isoformat(),
        "payload": payload,
    }
    try:
        body = parse(Command, json.loads(json.dumps(wire))).body()
    except ComptoirError:
        return
    assert isinstance(body, HandOver)
