"""The people of a store, their roles and what each role may do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise

from sync.domain.errors import InvalidInput

ASSOCIATE, MANAGER = "associate", "manager"
PIN_DIGITS_MIN, PIN_DIGITS_MAX = 6, 8
_PIN = re.compile(rf"[0-9]{{{PIN_DIGITS_MIN},{PIN_DIGITS_MAX}}}")


class Right(StrEnum):
    """Something that a person may do."""

    SELL = "sell"
    PREPARE = "prepare"  # pick, pack, hand over and reject what is to be prepared
    TAKE_RETURNS = "take_returns"
    INSPECT_RETURNS = "inspect_returns"
    PAY_OUT_CASH = "pay_out_cash"
    CHANGE_ORDERS = "change_orders"  # cancel what has not left, change the address
    SEND_DOCUMENTS = "send_documents"
    REFUND_ABOVE_LIMIT = "refund_above_limit"
    ACCEPT_LATE_RETURNS = "accept_late_returns"
    OPEN_DRAWER = "open_drawer"  # without a sale
    MANAGE_STAFF = "manage_staff"  # set the PIN of a person of the store


ROLES: Mapping[str, frozenset[Right]] = {
    ASSOCIATE: frozenset(
        {
            Right.SELL,
            Right.PREPARE,
            Right.TAKE_RETURNS,
            Right.INSPECT_RETURNS,
            Right.PAY_OUT_CASH,
            Right.CHANGE_ORDERS,
            Right.SEND_DOCUMENTS,
        }
    ),
    MANAGER: frozenset(Right),
}


def check_pin(pin: str) -> None:
    """Raises InvalidInput for a PIN that is not six to eight digits, or that is tried first."""
    if not _PIN.fullmatch(pin) or not pin.isascii():
        raise InvalidInput(
            "A PIN has {least} to {most} digits. Nothing was changed.",
            code="staff.pin_digits",
            least=PIN_DIGITS_MIN,
            most=PIN_DIGITS_MAX,
        )
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeated = any(pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3, 4))
    if steps <= {1} or steps <= {9} or repeated:
        raise InvalidInput(
            "This PIN is one of those that are tried first. Choose another; nothing was changed.",
            code="staff.pin_guessed",
        )
