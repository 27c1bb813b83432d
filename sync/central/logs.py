"""What the server writes of itself: one line for each event, and where an exception came from.

Never what it says, nor the values of variables: an order holds a customer's name and address.
"""

from __future__ import annotations

import structlog

from sync.domain.log_frames import write_frames


def configure() -> None:
    """Set structlog up for this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=write_frames),
        ]
    )
