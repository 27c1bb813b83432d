"""What a closing of a journal says: the totals of the entries since the last one of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.protocol.journal import REFUND, SALE, Entry


@dataclass
class Totals:
    """Of the entries `first` to `last`. `vat`: by rate in basis points what net, tax and gross come
    to; `tenders`: by kind; refunds are taken off both. All in minor units of `currency`."""

    first: int = 0
    last: int = 0
    currency: str = ""
    sale_count: int = 0
    refund_count: int = 0
    sales_minor: int = 0
    refunds_minor: int = 0
    vat: dict[int, list[int]] = field(default_factory=dict)
    tenders: dict[str, int] = field(default_factory=dict)
    tender_counts: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    perpetual_sales_minor: int = 0
    perpetual_refunds_minor: int = 0

    def body(self) -> dict[str, Any]:
        """As a closing carries it."""
        return {
            "first": self.first,
            "last": self.last,
            "currency": self.currency,
            "sale_count": self.sale_count,
            "refund_count": self.refund_count,
            "sales_minor": self.sales_minor,
            "refunds_minor": self.refunds_minor,
            "vat": [[rate, *self.vat[rate]] for rate in sorted(self.vat, reverse=True)],
            "tenders": [[kind, amount] for kind, amount in sorted(self.tenders.items())],
            "perpetual_sales_minor": self.perpetual_sales_minor,
            "perpetual_refunds_minor": self.perpetual_refunds_minor,
        }


def totals_of(entries: Sequence[Entry]) -> Totals:
    """Add up sales and refunds; what is neither is only counted."""
    found = Totals()
    for entry in entries:
        found.counts[entry.kind] = found.counts.get(entry.kind, 0) + 1
        if entry.kind in (SALE, REFUND):
            _add(found, entry)
    if entries:
        found.first, found.last = entries[0].seq, entries[-1].seq
        found.perpetual_sales_minor = entries[-1].sales_minor
        found.perpetual_refunds_minor = entries[-1].refunds_minor
    return found


def _add(found: Totals, entry: Entry) -> None:
    content, sign = entry.content, 1 if entry.kind == SALE else -1
    amount = int(content["amount_minor"])
    found.currency = str(content["currency"])
    if entry.kind == SALE:
        found.sale_count += 1
        found.sales_minor += amount
        found.receipts.append(str(content.get("receipt", "")))
    else:
        found.refund_count += 1
        found.refunds_minor += amount
    for rate, net, vat, gross in content["vat"]:
        sums = found.vat.setdefault(int(rate), [0, 0, 0])
        for place, part in enumerate((net, vat, gross)):
            sums[place] += sign * int(part)
    _add_tenders(found, content["tenders"], sign)


def _add_tenders(found: Totals, tenders: Iterable[Sequence[Any]], sign: int) -> None:
    for kind, amount in tenders:
        found.tenders[kind] = found.tenders.get(kind, 0) + sign * int(amount)
        found.tender_counts[kind] = found.tender_counts.get(kind, 0) + 1
