"""What services need beside their transaction; made once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.sync.central.database import Database
from comptoir.sync.central.reference import Reference
from comptoir.sync.central.stock_view import StockView


@dataclass(frozen=True)
class Context:
    """The database, the reference data and the stock in memory."""

    database: Database
    reference: Reference
    view: StockView
