"""Where things stand: the link to the server, what waits to be sent, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.usecases.context import Context
from sync.domain.errors import Unavailable
from sync.domain.money import Money
from sync.i18n import I18n
from sync.terminal.store import card_queries


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that a person must look at: a command that the server refused, or a card
    payment given up without an answer. `about` is the document it was for."""

    command_id: UUID
    kind: str
    about: str
    sentence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """`last_contact`, `stock_as_of`: when the server last answered, and last brought us up to
    date; `to_send` counts commands not acknowledged. `trouble`: why there is no link, in a
    sentence, when it is something else than a server out of reach."""

    online: bool
    last_contact: datetime | None
    to_send: int
    stock_as_of: datetime | None
    attention: tuple[Attention, ...]
    trouble: str = ""


class StatusBoard:
    """The state of the device's link."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def now(self) -> Status:
        """Where things stand."""
        link = self._context.link()
        return Status(
            link.online,
            link.last_contact,
            self._context.outbox.count(),
            link.stock_as_of,
            (*self._refused_commands(), *self._open_card_payments()),
            ""
            if link.trouble is None or isinstance(link.trouble, Unavailable)
            else self._context.i18n.error(link.trouble),
        )

    def dismiss(self, command_id: UUID) -> None:
        """A person has seen to it; it stays in the history."""
        self._context.outbox.dismiss(command_id)
        with self._context.store.transaction() as tx:
            card_queries.dismiss(tx, str(command_id))

    def _refused_commands(self) -> list[Attention]:
        return [
            Attention(
                refusal.command_id,
                refusal.kind,
                refusal.about,
                readable(self._context.i18n, refusal.answer.template, refusal.answer.params),
                refusal.at,
            )
            for refusal in self._context.outbox.refusals()
        ]

    def _open_card_payments(self) -> list[Attention]:
        return [
            Attention(
                UUID(intent.reference),
                "card_payment",
                intent.reference[:8],
                self._context.i18n.t(
                    "A card payment of {amount} was given up without an answer from the "
                    "terminal. Look in the terminal's list whether it was charged.",
                    amount=intent.amount,
                ),
                intent.at,
            )
            for intent in card_queries.unclear(self._context.store)
        ]


def readable(i18n: I18n, template: str, params: Mapping[str, Any]) -> str:
    """A sentence that came over the wire; as it is when its gaps do not fit."""
    shown = {
        name: Money(value["minor"], value["currency"])
        if isinstance(value, dict) and set(value) == {"minor", "currency"}
        else value
        for name, value in params.items()
    }
    try:
        return i18n.t(template, **shown)
    except (KeyError, IndexError, ValueError):
        return template
