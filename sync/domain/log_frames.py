"""Where an exception came from, without what it says: a message may hold a customer's name."""

from __future__ import annotations

import io
import traceback
from types import TracebackType
from typing import TextIO

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def write_frames(out: TextIO, exc_info: ExcInfo) -> None:
    """The frames and the type of an exception and of what caused it, the first cause first."""
    kind, error, trace = exc_info
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        write_frames(out, (type(cause), cause, cause.__traceback__))
        out.write("\nand then\n")
    out.write("".join(traceback.format_tb(trace)))
    code = getattr(error, "code", "")
    out.write(f"{kind.__name__} {code}".rstrip())


def frames(exc_info: ExcInfo) -> str:
    """The same as a text."""
    out = io.StringIO()
    write_frames(out, exc_info)
    return out.getvalue()
