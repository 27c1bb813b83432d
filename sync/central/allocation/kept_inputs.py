"""What a decision rests on, kept small beside it, so that its reasons can be told whenever asked.

The request, and the stock and the load as the engine saw them: pieces above what the policy tells
apart are left out, and the counts are packed by bits. Locations and tariffs are kept once for all
decisions taken from the same ones, under their digest; the policy and the prices of scarce stock
by the name and the time that the decision says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from sync.central.catalogue.carriers import tables_of
from sync.central.catalogue.reference import TARIFFS, Reference
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import insert_missing
from sync.domain.company import Region
from sync.domain.location import Location
from sync.i18n import public_holidays
from sync.protocol.codec import parse, to_wire
from sync.sourcing.arrays import Ints
from sync.sourcing.decision import Decision
from sync.sourcing.network import Network, Snapshot, Stock, Work
from sync.sourcing.options.workload import workload
from sync.sourcing.policy.policy import Policy
from sync.sourcing.policy.policy_file import parse_policy
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.reasons import with_reasons
from sync.sourcing.request import Request
from sync.sourcing.scarcity.price_list import read_prices


@dataclass(frozen=True)
class KeptReference:
    """Locations, tariffs and region as they were, under their digest (hex)."""

    digest: str
    body: bytes

    @classmethod
    def of(cls, reference: Reference) -> KeptReference:
        """As they are now."""
        held = sorted(code for code, place in reference.locations.items() if place.holds_stock)
        body = json.dumps(
            {
                "locations": [to_wire(reference.locations[code]) for code in held],
                "tables": reference.settings[TARIFFS],
                "region": to_wire(reference.company.region),
            },
            sort_keys=True,
            separators=(",", ":"),
        ).encode()
        return cls(hashlib.sha256(body).hexdigest(), zstandard.compress(body))

    def keep(self, tx: Transaction) -> None:
        """Write it, unless it is there."""
        row = {"digest": self.digest, "at": tx.at, "body": self.body}
        insert_missing(tx.connection, tables.sourcing_reference, row)


@dataclass(frozen=True)
class KeptInputs:
    """What is kept of a decision's inputs: its own, packed, and those that it shares."""

    packed: bytes
    reference: KeptReference


def pack(
    request: Request, stock: Stock, network: Network, policy: Policy, calendar: Calendar
) -> bytes:
    """The request and the stock, to be read again by `unpack` over the same network."""
    asked: dict[str, int] = {}
    for line in request.lines:
        asked[line.sku] = asked.get(line.sku, 0) + line.quantity
    counts: list[Ints] = []
    for sku, quantity in asked.items():
        most = policy.told_apart_up_to(quantity)
        free = stock.pieces(sku, network)
        withheld = stock.pieces(sku, network, with_withheld=True) - free
        counts += [np.minimum(free, most), np.minimum(withheld, most)]
    days = []
    seen = workload(network, stock, policy, calendar, request.placed_at).seen(network, stock)
    for day, due in seen:
        days.append(day.isoformat())
        counts += list(due)
    planes, depths = _planes(counts)
    head = json.dumps(
        {
            "request": to_wire(request),
            "position": stock.position,
            "skus": list(asked),
            "days": days,
            "depths": depths,
        },
        separators=(",", ":"),
    ).encode()
    return zstandard.compress(len(head).to_bytes(4, "big") + head + planes)


def unpack(packed: bytes, network: Network) -> tuple[Request, Snapshot]:
    """The request and the stock that `pack` wrote."""
    data = zstandard.decompress(packed)
    end = 4 + int.from_bytes(data[:4], "big")
    head = json.loads(data[4:end])
    counts = _counts(data[end:], head["depths"], len(network))
    pieces, due = counts[: 2 * len(head["skus"])], counts[2 * len(head["skus"]) :]
    return parse(Request, head["request"]), Snapshot(
        head["position"],
        {sku: _by_code(pieces[2 * i], network) for i, sku in enumerate(head["skus"])},
        {
            date.fromisoformat(day): _work(due[2 * i], due[2 * i + 1], network)
            for i, day in enumerate(head["days"])
        },
        {sku: _by_code(pieces[2 * i + 1], network) for i, sku in enumerate(head["skus"])},
    )


def _planes(counts: Sequence[Ints]) -> tuple[bytes, list[int]]:
    """Each vector as bit planes, the lowest first; and how many planes each has."""
    depths = [int(vector.max(initial=0)).bit_length() for vector in counts]
    small = [  # a byte a count is quicker to take apart than eight
        vector.astype(np.uint8) if depth <= 8 else vector
        for vector, depth in zip(counts, depths, strict=True)
    ]
    planes = [
        np.packbits((vector >> bit & 1).astype(np.uint8, copy=False)).tobytes()
        for vector, depth in zip(small, depths, strict=True)
        for bit in range(depth)
    ]
    return b"".join(planes), depths


def _counts(planes: bytes, depths: Sequence[int], size: int) -> list[Ints]:
    width, start, counts = -(-size // 8), 0, []
    for depth in depths:
        vector = np.zeros(size, np.int64)
        for bit in range(depth):
            plane = np.frombuffer(planes[start : start + width], np.uint8)
            vector += np.unpackbits(plane, count=size).astype(np.int64) << bit
            start += width
        counts.append(vector)
    return counts


def _by_code(counts: Ints, network: Network) -> dict[str, int]:
    return {network.codes[place]: int(counts[place]) for place in np.flatnonzero(counts)}


def _work(orders: Ints, pieces: Ints, network: Network) -> dict[str, Work]:
    return {
        network.codes[place]: (int(orders[place]), int(pieces[place]))
        for place in np.flatnonzero(orders | pieces)
    }


@dataclass(frozen=True)
class Kept:
    """A row of decisions, as it is read for its reasons."""

    decision: Decision
    inputs: bytes
    reference: str


class Reasons:
    """Finds the reasons of decisions again; what several of them share is read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._references: dict[str, tuple[Network, Tables, Region]] = {}

    def of(self, kept: Kept) -> Decision | None:
        """The decision with its runner-up and its evaluations.

        None when they cannot be told again: the prices are not kept any more, or the engine
        decides otherwise by now.
        """
        decision = kept.decision
        network, rates, region = self._reference(kept.reference)
        request, stock = unpack(kept.inputs, network)
        used = bool(decision.prices_at) and not decision.prices_too_old
        prices = self._prices(decision.prices_at) if used else None
        policy = self._policy(decision.policy)
        if policy is None or (used and prices is None):
            return None
        year = request.placed_at.year
        return with_reasons(
            decision,
            request,
            network,
            stock,
            policy,
            rates,
            prices=prices,
            calendar=Calendar(public_holidays(region, year), region.time_zone),
        )

    def _reference(self, digest: str) -> tuple[Network, Tables, Region]:
        if digest not in self._references:
            body = self._connection.execute(
                sa.select(tables.sourcing_reference.c.body).where(
                    tables.sourcing_reference.c.digest == digest
                )
            ).scalar_one()
            self._references[digest] = _read_reference(json.loads(zstandard.decompress(body)))
        return self._references[digest]

    def _policy(self, label: str) -> Policy | None:
        name, _, version = label.partition("@")
        columns = tables.policy.c
        text = self._connection.execute(
            sa.select(columns.text).where(columns.name == name, columns.version == version)
        ).scalar()
        return None if text is None else parse_policy(text, name)

    def _prices(self, at: str) -> Mapping[str, Mapping[str, float]] | None:
        lists = tables.price_list.c
        body = self._connection.execute(sa.select(lists.body).where(lists.at == at)).scalar()
        return None if body is None else read_prices(zstandard.decompress(body))


def _read_reference(wire: Mapping[str, Any]) -> tuple[Network, Tables, Region]:
    rates = wire["tables"]
    return (
        Network.of(parse(Location, place) for place in wire["locations"]),
        tables_of(rates),
        parse(Region, wire["region"]),
    )
