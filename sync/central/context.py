"""What services need beside their transaction; made once by the composition root."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.central.catalogue.reference import Reference
from sync.central.inventory.availability import StockView
from sync.central.storage.database import Database, RandomBytes
from sync.domain.carrier import Carrier
from sync.domain.mail import MailTransport
from sync.domain.payment_provider import PaymentProvider
from sync.sourcing.rates.lateness import Lateness
from sync.sourcing.scarcity.price_list import PriceList

LARGE_ORDERS_AT_ONCE = 2  # each has a process while it is decided


@dataclass
class PriceBoard:
    """The newest prices of scarce stock, None while there are none; replaced as a whole."""

    newest: PriceList | None = None


@dataclass
class LatenessBoard:
    """What was learnt of how late parcels are; nothing at first."""

    newest: Lateness = field(default_factory=Lateness)


@dataclass(frozen=True, slots=True)
class Keys:
    """What the web shop and operations people show to be let in."""

    web_shop: str
    operations: str


@dataclass
class Ports:
    """What the world gives the server; None where nothing is set up, and then nothing pretends."""

    carrier: Carrier | None = None
    mail: MailTransport | None = None
    payment_provider: PaymentProvider | None = None


@dataclass(frozen=True)
class Context:
    """The database, the reference data, the stock in memory and what scarce stock is worth.

    Long computations go to the `executor`, those of orders a few at once (`large_orders`).
    `references_kept`: digests of the locations and tariffs that are known to be kept for the
    decisions taken from them; `device_keys`: keys of devices that have asked;
    `newest_orders`: the serial of the newest order of each device that was committed here.
    """

    database: Database
    reference: Reference
    view: StockView
    executor: Executor
    random_bytes: RandomBytes
    prices: PriceBoard = field(default_factory=PriceBoard)
    lateness: LatenessBoard = field(default_factory=LatenessBoard)
    ports: Ports = field(default_factory=Ports)
    references_kept: set[str] = field(default_factory=set)
    newest_orders: dict[str, int] = field(default_factory=dict)
    device_keys: dict[str, Ed25519PublicKey] = field(default_factory=dict)
    large_orders: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(LARGE_ORDERS_AT_ONCE)
    )
