"""Card payments in the local store: what was to be asked, and what the terminal answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.domain.money import Money
from sync.domain.payment import PaymentState
from sync.domain.payment_terminal import CardAnswer
from sync.protocol.codec import parse_json, to_json
from sync.terminal.store.local_store import Reader, Row, Transaction

_INTENT = "reference, at, amount_minor, currency, state, answer, basket, order_number"


@dataclass(frozen=True, slots=True)
class CardIntent:
    """A payment that the terminal is, or was, to be asked for.

    `answer` is what is known of it now, PENDING before the terminal has answered; `basket` is
    what it pays for, as JSON; `order_number` is None until the order is placed.
    """

    reference: str
    at: datetime
    amount: Money
    answer: CardAnswer
    basket: str
    order_number: str | None


def put(
    tx: Transaction, reference: str, at: datetime, amount: Money, associate: str, basket: str
) -> None:
    """Keep what is about to be asked; the database takes no second one that is open."""
    tx.execute(
        "INSERT INTO card_intents "
        "(reference, at, amount_minor, currency, state, associate, basket) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            reference,
            at.isoformat(),
            amount.minor,
            amount.currency,
            PaymentState.PENDING,
            associate,
            basket,
        ),
    )


def find(reader: Reader, reference: str) -> CardIntent | None:
    """The payment of that reference; None when this device has none."""
    return _intent(
        reader.one(f"SELECT {_INTENT} FROM card_intents WHERE reference = ?", (reference,))
    )


def unfinished(reader: Reader) -> CardIntent | None:
    """The payment that is neither placed as an order nor given up; there is at most one."""
    return _intent(reader.one(f"SELECT {_INTENT} FROM card_intents WHERE open = 1"))


def is_any_unfinished(reader: Reader) -> bool:
    """Whether a payment is neither placed as an order nor given up."""
    return reader.one("SELECT 1 FROM card_intents WHERE open = 1") is not None


def unclear(reader: Reader) -> list[CardIntent]:
    """Payments given up without an answer that no person has dismissed, the oldest first."""
    rows = reader.all(
        f"SELECT {_INTENT} FROM card_intents "
        "WHERE open = 0 AND state = ? AND dismissed = 0 ORDER BY at",
        (PaymentState.UNKNOWN,),
    )
    return [intent for row in rows if (intent := _intent(row)) is not None]


def put_answer(tx: Transaction, answer: CardAnswer, *, still_open: bool) -> None:
    """Keep what the terminal says of an unfinished payment."""
    tx.execute(
        "UPDATE card_intents SET state = ?, answer = ?, open = ? WHERE reference = ? AND open = 1",
        (answer.state, to_json(answer).decode(), int(still_open), answer.reference),
    )


def lose_pending(tx: Transaction) -> None:
    """A call that was cut off with the process has no answer, and never will."""
    tx.execute(
        "UPDATE card_intents SET state = ? WHERE state = ?",
        (PaymentState.UNKNOWN, PaymentState.PENDING),
    )


def give_up(tx: Transaction, reference: str) -> None:
    """The payment is closed without an order."""
    tx.execute("UPDATE card_intents SET open = 0 WHERE reference = ?", (reference,))


def settle(tx: Transaction, reference: str, order_number: str) -> None:
    """The payment is closed with its order."""
    tx.execute(
        "UPDATE card_intents SET open = 0, order_number = ? WHERE reference = ?",
        (order_number, reference),
    )


def dismiss(tx: Transaction, reference: str) -> None:
    """A person has looked into a payment that was given up without an answer."""
    tx.execute(
        "UPDATE card_intents SET dismissed = 1 WHERE reference = ? AND open = 0", (reference,)
    )
    tx.touch("status")


def _intent(row: Row | None) -> CardIntent | None:
    if row is None:
        return None
    reference, at, minor, currency, state, answer, basket, order_number = row
    known = parse_json(CardAnswer, answer) if answer else CardAnswer(reference, PaymentState(state))
    return CardIntent(
        reference,
        datetime.fromisoformat(at),
        Money(minor, currency),
        known,
        basket,
        order_number,
    )
