"""The work of this store for orders: the list, and one piece of work from shelf to carrier."""

from __future__ import annotations

import flet as ft

from comptoir.app.components import component
from comptoir.app.context import AppContext, key_of
from comptoir.app.screens.prepare.todo import TodoList
from comptoir.app.screens.prepare.work import WorkScreen


@component
def PrepareScreen(ctx: AppContext) -> ft.Control:
    """/prepare is the list, /prepare/<id> one piece of work."""
    fulfilment_id = key_of(ctx.route)
    return WorkScreen(ctx, fulfilment_id) if fulfilment_id else TodoList(ctx)
