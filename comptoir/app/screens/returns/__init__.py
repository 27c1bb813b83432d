"""Returns that were left at the kiosk or the counter: the list, and grading one of them."""

from __future__ import annotations

import flet as ft

from comptoir.app.components import component
from comptoir.app.context import AppContext, key_of
from comptoir.app.screens.returns.grading import GradingScreen
from comptoir.app.screens.returns.waiting import ReturnList


@component
def ReturnsScreen(ctx: AppContext) -> ft.Control:
    """/returns is the list, /returns/<number> one return."""
    number = key_of(ctx.route)
    return GradingScreen(ctx, number) if number else ReturnList(ctx)
