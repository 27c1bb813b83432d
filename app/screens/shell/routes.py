"""The screens of the terminal: which route shows which, and what the navigation bar offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.screens.documents.list import DocumentsScreen
from app.screens.documents.printers import PrintersScreen
from app.screens.fulfilment import PrepareScreen
from app.screens.orders import OrdersScreen
from app.screens.returns import ReturnsScreen
from app.screens.selling.article import ArticleScreen
from app.screens.selling.payment import PaymentScreen
from app.screens.selling.sale_done import SaleDoneScreen
from app.screens.selling.search_results import ArticlesScreen
from app.screens.shell.home import HomeScreen
from app.session import AppContext
from sync.i18n import I18n


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. Its `path` also takes what is below it: /orders takes /orders/C0001-000001-5.

    `in_bar`: offered in the navigation bar, with the number that `badge` gives (run in a thread).
    `with_basket`: the basket stands beside it. `with_scan`: the scan field stands above it.
    """

    path: str
    title: Callable[[I18n], str]
    icon: ft.IconData
    component: Callable[[AppContext], ft.Control]
    badge: Callable[[AppContext], int] | None = None
    in_bar: bool = True
    with_basket: bool = False
    with_scan: bool = True


ROUTES = [
    Screen("/", lambda i: i.t("Home"), ft.Icons.HOME_OUTLINED, HomeScreen, with_basket=True),
    Screen("/articles", lambda i: i.t("Articles"), ft.Icons.SEARCH, ArticlesScreen,
           with_basket=True),
    Screen("/article", lambda i: i.t("Article"), ft.Icons.SEARCH, ArticleScreen, in_bar=False,
           with_basket=True),
    Screen("/fulfilments", lambda i: i.t("To prepare"), ft.Icons.INVENTORY_2_OUTLINED,
           PrepareScreen,
           badge=lambda ctx: ctx.device.fulfilments.counts()),
    Screen("/returns", lambda i: i.t("Returns"), ft.Icons.ASSIGNMENT_RETURN_OUTLINED, ReturnsScreen,
           badge=lambda ctx: ctx.device.returns.to_inspect_count()),
    Screen("/orders", lambda i: i.t("Orders"), ft.Icons.RECEIPT_LONG_OUTLINED, OrdersScreen),
    Screen("/documents", lambda i: i.t("Documents"), ft.Icons.PRINT_OUTLINED, DocumentsScreen,
           badge=lambda ctx: ctx.device.printers.attention()),
    Screen("/printers", lambda i: i.t("Printers"), ft.Icons.PRINT_OUTLINED, PrintersScreen,
           in_bar=False, with_scan=False),
    Screen("/pay", lambda i: i.t("Payment"), ft.Icons.PAYMENTS_OUTLINED, PaymentScreen,
           in_bar=False, with_scan=False),
    Screen("/sale", lambda i: i.t("Sale"), ft.Icons.RECEIPT_LONG_OUTLINED, SaleDoneScreen,
           in_bar=False),
]  # fmt: skip


def screen_for(route: str) -> Screen:
    """The screen whose path is the longest that `route` begins with; home for an unknown one."""
    path = route.partition("?")[0].rstrip("/") or "/"
    fitting = [s for s in ROUTES if path == s.path or path.startswith(s.path.rstrip("/") + "/")]
    return max((s for s in fitting if s.path != "/" or path == "/"), key=lambda s: len(s.path),
               default=ROUTES[0])  # fmt: skip
