"""The composition root of a device: everything is made and wired here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from comptoir.app.usecases.basket import Basket
from comptoir.app.usecases.catalogue import Catalogue
from comptoir.app.usecases.checkout import Checkout
from comptoir.app.usecases.fulfil import Fulfil
from comptoir.app.usecases.orders import Orders
from comptoir.app.usecases.paper import Paper
from comptoir.app.usecases.returns import Returns
from comptoir.app.usecases.sign_in import SignIn
from comptoir.app.usecases.status import StatusBoard
from comptoir.sync.domain.location import Location

if TYPE_CHECKING:
    from comptoir.printing import Seller

Kind = Literal["terminal", "kiosk"]
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


class Device:
    """A paired terminal or kiosk: its use cases, and the link that keeps it up to date."""

    code: str
    number: int
    kind: Kind
    location: Location
    seller: Seller
    demo: bool
    sign_in: SignIn
    catalogue: Catalogue
    basket: Basket
    checkout: Checkout
    orders: Orders
    fulfil: Fulfil
    returns: Returns
    paper: Paper
    status: StatusBoard

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call `callback(topic)`, from any thread, when something changed; gives the way out.

        Topics: "stock", "orders", "fulfilments", "returns", "basket", "status", "paper".
        """
        raise NotImplementedError

    def start_sync(self) -> None:
        """Start the thread that pushes and pulls."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the thread and close the store."""
        raise NotImplementedError


def pair(folder: Path, central_url: str, code: str, kind: Kind) -> None:
    """Register a new device with the server, by a pairing code."""
    raise NotImplementedError


def open_device(folder: Path, central_url: str, *, clock: Clock = system_clock) -> Device:
    """Open a paired device; raises Unavailable when it was never paired."""
    raise NotImplementedError
