"""The work of this store for orders: pick, pack, label, hand over, or say that it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comptoir.app.usecases.sign_in import Person
from comptoir.sync.domain.fulfilment import Fulfilment, RejectionReason

if TYPE_CHECKING:
    from comptoir.printing import Job


@dataclass(frozen=True, slots=True)
class PickedLine:
    """`picked` of `quantity` pieces of a line were scanned."""

    line_id: int
    sku: str
    name: str
    picked: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PickProgress:
    """`complete`: everything was scanned; `last_line_id` is the line of the last scan."""

    lines: tuple[PickedLine, ...]
    complete: bool
    last_line_id: int = 0


class Fulfil:
    """The list of work of this store."""

    def todo(self) -> list[Fulfilment]:
        """What is to be picked, packed or handed over, the most urgent first."""
        raise NotImplementedError

    def done(self, limit: int = 50) -> list[Fulfilment]:
        """What was handed over or rejected, the latest first."""
        raise NotImplementedError

    def get(self, fulfilment_id: str) -> Fulfilment:
        """One piece of work; raises NotFound."""
        raise NotImplementedError

    def progress(self, fulfilment_id: str) -> PickProgress:
        """What was scanned so far."""
        raise NotImplementedError

    def start(self, fulfilment_id: str, person: Person) -> Fulfilment:
        """Take the work; raises Conflict when it is no longer to be taken."""
        raise NotImplementedError

    def picked(self, fulfilment_id: str, text: str) -> PickProgress:
        """A scan while picking; raises InvalidInput that says what was expected instead."""
        raise NotImplementedError

    def pack(self, fulfilment_id: str, person: Person) -> tuple[Fulfilment, Job]:
        """The goods are packed: gives the fulfilment and its parcel (or bag) label."""
        raise NotImplementedError

    def hand_over(self, fulfilment_id: str, person: Person) -> Fulfilment:
        """The parcel is with the carrier, or the bag with the customer."""
        raise NotImplementedError

    def reject(self, fulfilment_id: str, reason: RejectionReason, person: Person) -> Fulfilment:
        """This store cannot; the server finds another location."""
        raise NotImplementedError

    def counts(self) -> int:
        """How many pieces of work wait (the badge)."""
        raise NotImplementedError
