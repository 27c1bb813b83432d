"""A message reads back whole; a wrong one is refused at its first wrong element."""

import time

import pytest

from sync.domain.errors import InvalidInput
from sync.domain.money import Money
from sync.domain.order import Order
from sync.protocol.codec import parse, parse_json, to_json, to_wire
from sync.protocol.commands import Push
from tests.sync.domain.makers import line, order


def test_an_order_reads_back_whole_from_json_and_from_data() -> None:
    sold = order(line(1, 2), line(2, 1, 425))
    assert parse_json(Order, to_json(sold)) == sold
    assert parse(Order, to_wire(sold)) == sold


def test_a_part_of_a_type_is_read_as_well() -> None:
    assert parse_json(tuple[Money, ...], b'[{"minor": 5, "currency": "EUR"}]') == (Money(5),)


def test_the_first_wrong_element_ends_the_reading() -> None:
    body = b'{"commands":[' + b",".join([b"1"] * 500_000) + b"]}"
    began = time.process_time()
    with pytest.raises(InvalidInput) as caught:
        parse_json(Push, body)
    assert caught.value.params["field"] == "commands.0"
    assert time.process_time() - began < 1


def test_the_lines_of_an_order_are_no_way_round_it() -> None:
    wire = to_wire(order(line(1, 2)))
    wire["lines"] = [1] * 500_000
    began = time.process_time()
    with pytest.raises(InvalidInput) as caught:
        parse(Order, wire)
    assert caught.value.params["field"] == "lines.0"
    assert time.process_time() - began < 1
