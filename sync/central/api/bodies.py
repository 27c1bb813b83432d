"""Bodies read as the domain's own types, and told as such in `openapi.json`."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.utils import get_openapi

from sync.protocol.codec import adapter, parse_json

JSON = "application/json"
_REFERENCE = "#/components/schemas/{model}"
_DEFINITIONS = "x-definitions"


def body_of(kind: Any) -> Any:
    """A dependency that reads the request's body as `kind`; raises InvalidInput."""

    async def read(request: Request) -> Any:
        raw = await request.body()
        return await run_in_threadpool(parse_json, kind, raw)

    return Depends(read)


def described(kind: Any) -> dict[str, Any]:
    """What `openapi.json` says of a route whose body is `kind`."""
    schema = adapter(kind).json_schema(ref_template=_REFERENCE)
    definitions = schema.pop("$defs", {})
    content = {JSON: {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}, _DEFINITIONS: definitions}


def install_openapi(app: FastAPI) -> None:
    """Let `openapi.json` hold the types that bodies are made of beside those of the framework."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, routes=app.routes)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for operations in document["paths"].values():
                for operation in operations.values():
                    schemas.update(operation.pop(_DEFINITIONS, {}))
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
