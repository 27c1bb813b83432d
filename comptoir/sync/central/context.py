"""What services need beside their transaction; made once by the composition root."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from comptoir.sync.central.database import Database
from comptoir.sync.central.reference import Reference
from comptoir.sync.central.stock_view import StockView
from comptoir.sync.sourcing.price_list import PriceList


@dataclass
class PriceBoard:
    """The newest prices of scarce stock, None while there are none; replaced as a whole."""

    newest: PriceList | None = None


@dataclass(frozen=True)
class Context:
    """The database, the reference data, the stock in memory and what scarce stock is worth.

    `batch_turn` is held by whoever asked for a batch: each is a copy of the stock in a process.
    """

    database: Database
    reference: Reference
    view: StockView
    prices: PriceBoard = field(default_factory=PriceBoard)
    batch_turn: threading.Lock = field(default_factory=threading.Lock)
