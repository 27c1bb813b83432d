"""Documents: made from what is on disk, kept in the spool, shown on screen, printed again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comptoir.printing import Job


class Paper:
    """The spool of this device."""

    def make_receipt(self, order_number: str) -> Job:
        """The receipt of an order of this device."""
        raise NotImplementedError

    def make_order_slip(self, order_number: str) -> Job:
        """The slip that says how each line reaches the customer, with the order's QR code."""
        raise NotImplementedError

    def jobs(self, limit: int = 50) -> list[Job]:
        """What was printed, the latest first."""
        raise NotImplementedError

    def pages(self, job_id: str) -> list[bytes]:
        """The pages as PNG."""
        raise NotImplementedError

    def pdf_path(self, job_id: str) -> Path:
        """The PDF file in the spool folder."""
        raise NotImplementedError

    def again(self, job_id: str) -> Job:
        """Print it again, marked as a duplicate."""
        raise NotImplementedError
