"""What the commands for operations people share: where a server's data is, and how it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from sync.domain.errors import InvalidInput, NotFound, Unavailable

KEY_FILE, DATABASE_FILE = "operations-key.txt", "central.db"
TIMEOUT_S = 180.0


def central_folder(data: Path) -> Path:
    """The server's folder: `data` itself, or `data/central` of a demo. Raises NotFound."""
    for folder in (data, data / "central"):
        if (folder / DATABASE_FILE).exists():
            return folder
    raise NotFound(
        "There is no server's data in {folder}. Name its folder with --data.",
        code="ops.no_data",
        folder=str(data),
    )


class OpsClient:
    """A server's API for who has its key; every failure is one of our errors."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def get(self, path: str, **query: Any) -> Any:
        """What is there."""
        return self._call("GET", path, query)

    def fetch(self, path: str, body: Any = None, **query: Any) -> bytes:
        """A file that is there, or is made of `body`."""
        method = "GET" if body is None else "POST"
        return self._ask(method, path, query, body).content

    def post(self, path: str, **query: Any) -> Any:
        """Ask for something to be done."""
        return self._call("POST", path, query)

    def send(self, path: str, body: Any) -> Any:
        """Send `body` there."""
        return self._call("POST", path, {}, body)

    def put(self, path: str, body: Any) -> Any:
        """Put `body` there."""
        return self._call("PUT", path, {}, body)

    def delete(self, path: str) -> Any:
        """Take it away."""
        return self._call("DELETE", path, {})

    def _call(self, method: str, path: str, query: dict[str, Any], body: Any = None) -> Any:
        return self._ask(method, path, query, body).json()

    def _ask(self, method: str, path: str, query: dict[str, Any], body: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, params=query, json=body)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unavailable(
                "The server at {address} does not answer. Is it running?",
                code="ops.unavailable",
                address=str(self._http.base_url),
            ) from error
        if answer.status_code >= 400:
            raise _refusal(answer)
        return answer


def _refusal(answer: httpx.Response) -> InvalidInput:
    try:
        body = answer.json()
        template = str(body.get("template") or body["message"])
        return InvalidInput(template, code=str(body["code"]), **body.get("params", {}))
    except (ValueError, KeyError, TypeError, AttributeError):
        return InvalidInput(
            "What answers there is not a Comptoir server (status {status}).",
            code="ops.refused",
            status=answer.status_code,
        )


def key_file(data: Path) -> Path:
    """The file with the key of operations below `data`; raises NotFound."""
    files = [folder / KEY_FILE for folder in (data, data / "central")]
    found = next((path for path in files if path.exists()), None)
    if found is None:
        raise NotFound(
            "There is no {file} in {folder}. Name the server's folder with --data.",
            code="ops.no_key",
            file=KEY_FILE,
            folder=str(data),
        )
    return found


@contextmanager
def client_of(central: str, data: Path) -> Iterator[OpsClient]:
    """A client with the key that lies in the server's folder below `data`."""
    secret = key_file(data).read_text(encoding="ascii").strip()
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=central, headers=headers, timeout=TIMEOUT_S) as http:
        yield OpsClient(http)
