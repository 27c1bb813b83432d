"""What tests of the batch share: a policy under which moving pays, and words for what it does."""

from __future__ import annotations

from sync.central.allocation.reallocate import inputs_for
from sync.central.devices import last_seen
from sync.domain.order import Order
from sync.sourcing.batch.reallocate import Proposal, propose
from tests.sync.central.world import Till, World, receive

# A parcel from a shop costs two euros more than one from a warehouse.
RULES = """version = "1"
[handling.store]
parcel_eur = 3.0
[batch]
every_minutes = 30
switching_eur = 0.5
"""


def heard_of(world: World, till: Till) -> None:
    """The terminal has just asked for news."""
    last_seen.note(world.central.database, till.device.code, "store", 0)


def delivered(world: World, location: str, sku: str, pieces: int) -> None:
    with world.central.database.write("delivery") as tx:
        receive(tx, location, sku, pieces)


def proposal(world: World) -> Proposal:
    return propose(inputs_for(world.central.context))


def moves(found: Proposal) -> list[list[tuple[list[str], list[str]]]]:
    return [
        [(sorted(move.order.places), sorted(move.decision.locations)) for move in group]
        for group in found.groups
    ]


def where(world: World, order: Order) -> list[tuple[str, str]]:
    return [
        (fulfilment.location, fulfilment.state.value) for fulfilment in world.fulfilments(order)
    ]
