"""Refunds to cards and to what was paid online, given back by the payment provider."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import NOT_SET_UP, Done, Hopeless
from sync.central.records import order_records
from sync.central.storage import tables
from sync.domain.errors import Unavailable
from sync.domain.payment import TenderKind
from sync.domain.payment_provider import RefundOrder, RefundState
from sync.domain.returns import RefundPart
from sync.protocol.codec import parse_json

REFUND = "refund"


@dataclass(frozen=True)
class Refunds:
    """The job that gives the money of a return, or of what was cancelled, back (its key is the
    number of the one or the other)."""

    ctx: Context

    def give_back(self, job: Job) -> Done:
        """Each part under a key of its own, so that it goes back once, however often this runs.

        Raises Unavailable when the provider does not answer, Hopeless when it refuses: a person
        has to look at it. Without a provider the job waits.
        """
        provider = self.ctx.ports.payment_provider
        if provider is None:
            return Done(again_at=self.ctx.database.clock() + NOT_SET_UP)
        with self.ctx.database.read() as connection:
            parts = _parts(connection, job.key)
        for place, part in enumerate(parts):
            if not by_provider(part) or not part.refunded:
                continue
            wanted = RefundOrder(f"{job.key}/{place}", part.reference, part.refunded)
            answer = provider.refund(wanted)
            if answer.state is RefundState.REFUSED:
                raise Hopeless(f"The payment provider refuses the refund: {answer.reason}")
            if answer.state is RefundState.UNKNOWN:
                raise Unavailable(
                    "The payment provider does not answer. The refund is asked for again; "
                    "nothing is paid back twice.",
                    code="payment.provider_silent",
                )
        return Done()


def by_provider(part: RefundPart) -> bool:
    """Whether that part of a refund goes back through the provider: cash does not."""
    return part.kind in (TenderKind.CARD, TenderKind.ONLINE)


def _parts(connection: Connection, number: str) -> tuple[RefundPart, ...]:
    column = tables.customer_return.c
    body = connection.execute(sa.select(column.parts).where(column.number == number)).scalar()
    if body is not None:
        parts: tuple[RefundPart, ...] = parse_json(tuple[RefundPart, ...], body)
        return parts
    cancelled = order_records.find_cancellation(connection, number)
    return cancelled.parts if cancelled is not None else ()
