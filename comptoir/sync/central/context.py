"""What services need beside their transaction; made once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comptoir.sync.central.database import Database
from comptoir.sync.central.reference import Reference
from comptoir.sync.central.stock_view import StockView


@dataclass(frozen=True)
class Context:
    """`stock_came_back` is called after a commit that may let waiting lines be filled."""

    database: Database
    reference: Reference
    view: StockView
    stock_came_back: Callable[[], None]
