"""The whole terminal of a till, as a person at the counter uses it. No browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from app.terminal import Terminal, session
from sync.domain.order import FulfilmentMode, Order
from sync.domain.promise import Promise
from tests.app.device_fixtures import ARTICLES, PINS
from tests.app.screens.till import Till
from tests.headless import Screen

Steps = Callable[[Screen, Till], Awaitable[None]]
Run = Callable[..., None]
PIN = PINS["A01"]
LANTERN = str(ARTICLES[3].gtin)  # A0004, €29.90, eight pieces here
NOTEBOOK = "A0010"  # €5.90


async def open_terminal(till: Till, width: int = 1280, height: int = 800) -> Screen:
    """The terminal in English; nobody has signed in."""
    main = session(till.device, Terminal, title="Comptoir", language="en")
    return await Screen.open(main, width=width, height=height)


def option(till: Till, mode: FulfilmentMode, sku: str = "A0004") -> Promise:
    """The best delivery option of that mode for an article."""
    return next(p for p in till.device.catalogue.promises(sku) if p.mode is mode)


def orders(till: Till) -> list[Order]:
    """What this till has sold, the latest first."""
    rows = till.device.orders.list()
    return [till.device.orders.get(row.number).state.order for row in rows if row.number[0] == "C"]


async def scan(screen: Screen, text: str) -> None:
    """Type `text` into the scan field, and Enter."""
    await screen.type("scan", text, enter=True)
