"""E-mailed documents: nobody's relay, never kept for nothing, never lost to a hiccup of ours."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sync.central.jobs import runner as workers
from sync.central.notifications.document_email import MAILS_PER_ORDER_MAX
from sync.protocol.commands import Outcome
from tests.sync.central.notifications.test_document_email import attachments_kept, sent, wanted
from tests.sync.central.world import CARRY, World


def test_a_paper_that_has_gone_is_not_kept_again_when_it_is_asked_for_again(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    world.applied(wanted(order))
    assert len(sent(world)) == 1
    world.applied(wanted(order))
    assert len(sent(world)) == 1
    assert attachments_kept(world) == 0


def test_a_database_that_stumbles_over_a_paper_loses_no_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = world.placed(("MUG", 1, CARRY))
    world.applied(wanted(order))

    def stumbles(*_: Any) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("the connection was closed"))

    monkeypatch.setattr(workers, "_attachment", stumbles)
    assert sent(world) == []
    monkeypatch.undo()
    (message,) = sent(world)
    assert [part.get_filename() for part in message.iter_attachments()] == [wanted(order).file_name]


def test_a_device_sends_the_papers_of_an_order_a_few_times_only(world: World) -> None:
    order, other = world.placed(("MUG", 1, CARRY)), world.placed(("MUG", 1, CARRY))
    for count in range(MAILS_PER_ORDER_MAX):
        world.applied(wanted(order, document=f"kind_{'abcde'[count % 5]}/{order.number}/{count}"))
    answer = world.do(wanted(order, document=f"sales_receipt/{order.number}/99"))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "mail.too_often")
    world.applied(wanted(order, document=f"kind_a/{order.number}/0"))  # the same document as before
    world.applied(wanted(other))
    assert len(sent(world)) == MAILS_PER_ORDER_MAX + 1
