"""Logs: one line an event on standard error, as JSON; never the values of variables."""

from __future__ import annotations

import sys

import structlog

from sync.domain.log_frames import frames


def configure() -> None:
    """Set up structlog for a process. Of an exception its frames and type are told, not its
    words: they hold names, addresses and codes that do not belong in a log."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
