"""Orders of this store: a list to search, and one order with the story of each line."""

from __future__ import annotations

import flet as ft

from app.components import component
from app.screens.orders.detail import OrderScreen
from app.screens.orders.list import OrderList
from app.session import AppContext, key_of


@component
def OrdersScreen(ctx: AppContext) -> ft.Control:
    """/orders is the list, /orders/<number> one order."""
    number = key_of(ctx.route)
    return OrderScreen(ctx, number) if number else OrderList(ctx)
