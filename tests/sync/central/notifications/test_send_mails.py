"""E-mailed documents: nobody's relay, never kept for nothing, never lost to a hiccup of ours."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sync.central.notifications import send_mails
from sync.central.notifications.document_email import MAILS_PER_ORDER_MAX
from sync.central.storage import tables
from sync.central.storage.database import stamp
from sync.protocol.commands import Outcome
from tests.sync.central.client import Client
from tests.sync.central.notifications.mails import mails
from tests.sync.central.notifications.test_document_email import attachments_kept, sent, wanted
from tests.sync.central.world import CARRY, SHIP, World


def test_a_document_that_has_gone_is_not_kept_again_when_asked_for_again(
    world: World,
) -> None:
    order = world.placed(("MUG", 1, CARRY))
    world.applied(wanted(order))
    assert len(sent(world)) == 1
    world.applied(wanted(order))
    assert len(sent(world)) == 1
    assert attachments_kept(world) == 0


def test_a_database_that_stumbles_over_a_document_loses_no_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = world.placed(("MUG", 1, CARRY))
    world.applied(wanted(order))

    def stumbles(*_: Any) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("the connection was closed"))

    monkeypatch.setattr(send_mails, "_attachment", stumbles)
    assert sent(world) == []
    monkeypatch.undo()
    world.pass_time(seconds=6)
    (message,) = sent(world)
    assert [part.get_filename() for part in message.iter_attachments()] == [wanted(order).file_name]


def test_a_device_sends_the_documents_of_an_order_a_few_times_only(world: World) -> None:
    order, other = world.placed(("MUG", 1, CARRY)), world.placed(("MUG", 1, CARRY))
    for count in range(MAILS_PER_ORDER_MAX):
        world.applied(wanted(order, document=f"kind_{'abcde'[count % 5]}/{order.number}/{count}"))
    answer = world.do(wanted(order, document=f"sales_receipt/{order.number}/99"))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "mail.too_often")
    world.applied(wanted(order, document=f"kind_a/{order.number}/0"))  # the same document as before
    world.applied(wanted(other))
    assert len(sent(world)) == MAILS_PER_ORDER_MAX + 1


def three_mails(world: World) -> None:
    for _ in range(3):
        world.fulfil(world.placed(("MUG", 1, SHIP)))
    assert world.run("booking") == 3


def marks(world: World) -> list[tuple[str | None, str | None]]:
    query = sa.select(tables.mail.c.sent_at, tables.mail.c.refused_at).order_by(tables.mail.c.id)
    with world.central.database.read() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def test_killed_between_the_file_and_the_mark_the_same_file_is_written_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def deadly(*_: object) -> None:
        raise Killed

    world.fulfil(world.placed(("MUG", 1, SHIP)))
    world.run("booking")
    monkeypatch.setattr(send_mails, "_mark", deadly)
    with pytest.raises(Killed):
        world.run("mail")
    monkeypatch.undo()
    before = mails(world)
    world.pass_time(minutes=3)
    assert [world.run("mail"), world.run("mail")] == [1, 0]
    assert mails(world) == before


def test_a_mail_that_cannot_be_built_is_set_aside_and_the_others_are_sent(world: World) -> None:
    three_mails(world)
    with world.central.database.write("an address of before the rule was strict") as tx:
        bad = sa.update(tables.mail).where(tables.mail.c.id == 2)
        tx.connection.execute(bad.values(recipient="claire@[exemple.fr"))
    assert [world.run("mail"), world.run("mail")] == [2, 0]
    assert [name for name, _, _ in mails(world)] == ["00000001.eml", "00000003.eml"]
    now = stamp(world.now)
    assert marks(world) == [(now, None), (None, now), (now, None)]
    page = Client(world).get("/", lang="en").text
    assert "<b>2</b><span>e-mails sent</span>" in page
    assert (page.count(">sent<"), page.count('attention">refused<')) == (2, 1)
    assert "This cannot be made into a mail" in page


def test_a_mail_that_cannot_be_written_is_tried_again_and_the_others_are_sent(
    world: World,
) -> None:
    three_mails(world)
    in_the_way = world.mail_folder / "00000002.partial"
    in_the_way.mkdir(parents=True)
    assert world.run("mail") == 2
    assert marks(world)[1] == (None, None)
    in_the_way.rmdir()
    world.pass_time(seconds=5)
    assert [world.run("mail"), world.run("mail")] == [1, 0]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "a@b\nBcc: c@d",
        "a@b, c@d",
        "x" * 400 + "@y.fr",
        "x@" + "y" * 400 + ".fr",
        "claire@[exemple.fr",
        "cla\u2028ire@exemple.fr",
        "cla\x1cire@exemple.fr",
        "cl\xe9@exemple.fr",
    ],
)
def test_an_address_that_cannot_be_one_gets_nothing(world: World, address: str) -> None:
    order = world.placed(("MUG", 1, SHIP), email=address)
    world.fulfil(order)
    world.run("booking")
    assert world.run("mail") == 0
    assert world.state(order).events[-1].kind == "booked"
