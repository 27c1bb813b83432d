"""For all tests: an error that is logged is logged as plain text.

The default draws every local variable of every frame; of a screen that takes twenty seconds.
"""

import structlog

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)
