"""The HTTP API: one route for each message of `sync.protocol`, and errors in one shape.

Bodies are read as the domain's own types, which refuse fields that they do not know. A device is
known by its bearer token and sees its own store; what is another store's is "not found", as if it
did not exist. Endpoints are plain functions: the framework runs them in its threads.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from sync.central.api import (
    company,
    device_sync,
    devices,
    discrepancies,
    journal,
    keys,
    order_changes,
    orders,
    pairing,
    policies,
    privacy,
    promises,
    reallocation,
    staff,
    stock,
)
from sync.central.api.auth import Gate
from sync.central.api.bodies import install_openapi
from sync.central.api.budget import Budget, Budgets
from sync.central.api.errors import install_errors
from sync.central.api.limits import BodyLimit
from sync.central.context import Context
from sync.central.version import VERSION


def create_app(ctx: Context, folder: Path, budget: Budget | None = None) -> FastAPI:
    """All routes of version 1; `folder`: that of the server."""
    app = FastAPI(
        title="Comptoir central server",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(Budgets, budget=budget)
    install_errors(app)
    install_openapi(app)
    gate = Gate(ctx.database)
    app.include_router(pairing.routes(ctx))
    app.include_router(device_sync.routes(ctx, gate))
    app.include_router(devices.routes(ctx, gate))
    app.include_router(orders.routes(ctx, gate))
    app.include_router(order_changes.routes(ctx, gate))
    app.include_router(promises.routes(ctx, gate))
    app.include_router(policies.routes(ctx, gate))
    app.include_router(company.routes(ctx, gate))
    app.include_router(reallocation.routes(ctx, gate))
    app.include_router(discrepancies.routes(ctx, gate))
    app.include_router(stock.routes(ctx, gate))
    app.include_router(staff.routes(ctx, gate))
    app.include_router(journal.routes(ctx, gate))
    app.include_router(keys.routes(ctx, gate))
    app.include_router(privacy.routes(ctx, gate, folder))
    return app
