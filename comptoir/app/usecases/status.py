"""Where things stand: the link to the server, what waits to be sent, what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Attention:
    """A command that the server refused; `about` is the document it was for."""

    command_id: UUID
    kind: str
    about: str
    sentence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """`last_contact`, `stock_as_of`: when the server last answered, and last brought us up to
    date; `to_send` counts commands not acknowledged."""

    online: bool
    last_contact: datetime | None
    to_send: int
    stock_as_of: datetime | None
    attention: tuple[Attention, ...]


class StatusBoard:
    """The state of the device's link."""

    def now(self) -> Status:
        """Where things stand."""
        raise NotImplementedError

    def dismiss(self, command_id: UUID) -> None:
        """A person has seen to it; it stays in the outbox's history."""
        raise NotImplementedError
