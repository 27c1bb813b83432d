"""Components that cannot take the whole application down.

Flet renders in one task for each session; an error in any component ends it, and the screen
stands still without a word. A guarded component is logged and replaced by a sentence instead.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import flet as ft
import structlog

from app.background import UNEXPECTED
from app.components.states import ErrorBanner
from app.session import AppContext

P = ParamSpec("P")
log = structlog.get_logger(__name__)


def component(render: Callable[P, ft.Control]) -> Callable[..., ft.Control]:
    """`ft.component`, guarded; a call also takes `key`.

    The first argument that is an AppContext gives the language of the sentence.
    """

    @wraps(render)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ft.Control:
        try:
            return render(*args, **kwargs)
        except Exception:
            log.exception("render_failed", component=render.__qualname__)
            ctx = next((arg for arg in args if isinstance(arg, AppContext)), None)
            sentence = ctx.i18n.t(UNEXPECTED) if ctx is not None else UNEXPECTED
            return ErrorBanner(sentence, key="render-error")

    shown: Callable[..., ft.Control] = ft.component(guarded)
    return shown
