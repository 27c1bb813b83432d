"""What the server refuses is read in the language of the terminal, not in the server's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sync.domain.errors import ComptoirError, NotFound, Refused, Unavailable
from sync.i18n import I18n
from sync.terminal.link.central_client import CentralClient, CommandsRejected
from tests.sync.central.client import Client
from tests.sync.central.world import World

FRENCH = I18n("fr")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Client]:
    world = World(tmp_path)
    yield Client(world)
    world.close()


def terminal(server: Client, store: str = "S1") -> CentralClient:
    """A paired terminal of this process; what it sends goes to the application itself."""

    def forward(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        answer = server.ask(
            request.method, path, headers=dict(request.headers), content=request.content
        )
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    http = httpx.Client(transport=httpx.MockTransport(forward), base_url="http://c")
    return CentralClient(http, server.world.till(store).auth)


def answered(status: int, body: object) -> ComptoirError:
    """The error that a terminal makes of this answer."""
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    client = CentralClient(httpx.Client(transport=transport, base_url="http://c"))
    with pytest.raises(ComptoirError) as caught:
        client.order("C0001-000001-4")
    return caught.value


def test_an_unknown_order_is_said_in_french_with_its_number(server: Client) -> None:
    with pytest.raises(NotFound) as caught:
        terminal(server).order("C0009-000001-6")
    assert caught.value.code == "order.unknown"
    assert FRENCH.error(caught.value) == (
        "Il n’y a pas de commande C0009-000001-6 ici. Vérifiez le numéro\u202f; si elle a été "
        "prise sans réseau, elle est peut-être encore en route."
    )
    assert str(caught.value).startswith("There is no order C0009-000001-6 here.")


@pytest.mark.parametrize(
    ("ask", "code", "french"),
    [
        (lambda c: c.feed("store:S9", 0, "", None), "feed.unknown", "Il n’y a pas"),
        (lambda c: c.feed("network", 99_999, "", None), "feed.cursor_ahead", "Ce serveur est"),
        (lambda c: c.pair("nothing", "ab" * 32, "x"), "pairing.code", ""),
    ],
)
def test_whatever_the_server_says_is_a_sentence_of_the_catalogue(
    server: Client, ask: Callable[[CentralClient], object], code: str, french: str
) -> None:
    with pytest.raises(ComptoirError) as caught:
        ask(terminal(server))
    assert caught.value.code == code
    said = FRENCH.error(caught.value)
    assert said.startswith(french)
    assert said != str(caught.value)
    assert "{" not in said


def test_a_server_of_before_there_were_templates_is_quoted() -> None:
    error = answered(404, {"code": "order.unknown", "message": "No {order}.", "params": {"a": 1}})
    assert (type(error), error.code, FRENCH.error(error)) == (
        NotFound, "order.unknown", "No {order}."
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {"code": "x", "message": "As it is.", "template": "Lost {gap}.", "params": {"other": 1}},
        {"code": "x", "message": "As it is.", "template": "Broken {", "params": {"a": 1}},
        {"code": "x", "message": "As it is.", "template": "{a.b}", "params": {"a": 1}},
        {"code": "x", "message": "As it is.", "template": "{a[b]}", "params": {"a": "1"}},
        {"code": "x", "message": "As it is.", "template": "{a:>5}", "params": {"a": [1]}},
        {"code": "x", "message": "As it is.", "template": 7, "params": []},
        {"code": "x", "message": "As it is.", "template": "", "params": {}},
    ],
)
def test_a_template_that_its_params_do_not_fill_is_replaced_by_the_filled_sentence(
    body: object,
) -> None:
    error = answered(422, body)
    assert (type(error), str(error), FRENCH.error(error)) == (
        CommandsRejected, "As it is.", "As it is."
    )  # fmt: skip


def test_a_gap_that_has_the_name_of_a_field_of_the_error_does_no_harm() -> None:
    params = {"code": "c", "template": "t", "self": "s", "n": 2}
    error = answered(403, {"code": "x", "message": "Two.", "template": "{n}.", "params": params})
    assert (type(error), error.code, str(error)) == (Refused, "x", "2.")


@pytest.mark.parametrize("body", [[], {"detail": "proxy"}, {"code": "x"}, "no"])
def test_what_is_not_our_servers_answer_is_not_final(body: object) -> None:
    assert isinstance(answered(403, body), Unavailable)
