"""Draw the way of an order and of a return through the rooms of the house.

`python -m tools.architecture` writes docs/pictures/*.svg and the tables of docs/architecture.md.
Each step names a function of the code; a test fails when one is not there any more, and when a
picture or a table is older than the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGE = DOCS / "architecture.md"
LANES = ("Terminal", "Server")
INK, MUTED, LINE, CARD, GROUND = "#14241F", "#5C6762", "#E4E0D6", "#FFFFFF", "#F6F4EE"
GREEN, GREEN_SOFT = "#0F5C4A", "#E1EFE9"
WIDTH, BOX, STEP_HEIGHT, TOP = 1080, 430, 74, 74


@dataclass(frozen=True)
class Step:
    """One step: its lane, what happens, and where: `module:function` or `module:Class.method`."""

    lane: int
    what: str
    where: str

    @property
    def module(self) -> str:
        """The module, dotted."""
        return self.where.partition(":")[0]

    @property
    def file(self) -> str:
        """The path of the module from the root."""
        return self.module.replace(".", "/") + ".py"

    def found(self) -> object:
        """What `where` names; raises ImportError or AttributeError when it is not there."""
        module, _, name = self.where.partition(":")
        found: object = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
        return found


T, S = 0, 1
WAYS: dict[str, tuple[Step, ...]] = {
    "order": (
        Step(
            T,
            "A code is scanned and recognised",
            "app.usecases.selling.catalogue:Catalogue.recognise",
        ),
        Step(
            T,
            "Delivery options are promised",
            "app.usecases.selling.delivery_options:DeliveryOptions.promises",
        ),
        Step(T, "The basket keeps the line", "app.usecases.selling.basket:Basket.add"),
        Step(
            T,
            "Paid: order and command, one transaction",
            "app.usecases.selling.checkout:Checkout.pay_cash",
        ),
        Step(T, "The command waits in the outbox", "sync.terminal.link.outbox:Outbox.add"),
        Step(T, "It is pushed, in order", "sync.terminal.link.sync_loop:SyncLoop.cycle"),
        Step(S, "Each command is handled once", "sync.central.device_sync.handle_command:handle"),
        Step(S, "The order is checked and kept", "sync.central.orders.place_order:place_order"),
        Step(S, "A location is chosen for each line", "sync.sourcing.engine:source"),
        Step(
            S,
            "Stock is allocated, fulfilments are made",
            "sync.central.allocation.fill:Filling.promise",
        ),
        Step(
            S,
            "The feed rows are written with it",
            "sync.central.device_sync.publish_feed:Publisher.publish",
        ),
        Step(T, "The feed is pulled", "sync.terminal.link.pull:Puller.pull"),
        Step(
            T,
            "The server's rows take over from the overlays",
            "sync.terminal.store.overlays:settle",
        ),
        Step(T, "Picked, packed, labelled", "app.usecases.fulfilment.fulfilment:Fulfilments.pack"),
        Step(
            S, "The fulfilment goes on, state by state", "sync.central.fulfilment.fulfilments:pack"
        ),
        Step(S, "Goods leave: stock and money follow", "sync.central.payments.ledger:capture_due"),
    ),
    "return": (
        Step(
            T,
            "A receipt is scanned and its order found",
            "app.usecases.returns.returns:Returns.find",
        ),
        Step(
            T,
            "What may come back, and for how much",
            "sync.domain.return_rules:ReturnCase.eligibility",
        ),
        Step(
            T,
            "The goods are left: the return is on disk",
            "app.usecases.returns.returns:Returns.register",
        ),
        Step(
            S,
            "The return is checked and its goods quarantined",
            "sync.central.returns.returns:register_return",
        ),
        Step(T, "An associate inspects them", "app.usecases.returns.returns:Returns.inspect"),
        Step(S, "Refund and disposition, once", "sync.central.returns.returns:inspect_return"),
        Step(S, "Money goes back, last tender first", "sync.central.payments.ledger:refund"),
        Step(S, "Stock is for sale again", "sync.central.inventory.ledger:move"),
        Step(S, "The customer is told", "sync.central.notifications.mail_queue:queue"),
        Step(T, "The screen shows the refund", "sync.terminal.link.pull:Puller.pull"),
    ),
}


def picture(steps: tuple[Step, ...]) -> str:
    """The steps as SVG: a lane for each side, numbered from the top, an arrow between two."""
    height = TOP + STEP_HEIGHT * len(steps) + 20
    lane_x = [40, WIDTH - BOX - 40]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="Inter, Helvetica, Arial, sans-serif">',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="{GREEN}"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>',
    ]
    for x, lane in zip(lane_x, LANES, strict=True):
        parts.append(
            f'<text x="{x + BOX / 2}" y="42" font-size="20" font-weight="700" fill="{INK}" '
            f'text-anchor="middle">{lane}</text>'
        )
    for place, step in enumerate(steps):
        parts += _step(place, step, lane_x[step.lane])
        if place:
            parts.append(_arrow(place, steps[place - 1], step, lane_x))
    return "\n".join([*parts, "</svg>", ""])


def _step(place: int, step: Step, x: int) -> list[str]:
    y = TOP + STEP_HEIGHT * place
    middle = y + 26
    return [
        f'<rect x="{x}" y="{y}" width="{BOX}" height="52" rx="12" fill="{CARD}" stroke="{LINE}"/>',
        f'<circle cx="{x + 27}" cy="{middle}" r="15" fill="{GREEN_SOFT}"/>',
        f'<text x="{x + 27}" y="{middle + 5}" font-size="14" font-weight="700" fill="{GREEN}" '
        f'text-anchor="middle">{place + 1}</text>',
        f'<text x="{x + 54}" y="{y + 22}" font-size="14" font-weight="600" fill="{INK}">'
        f"{escape(step.what)}</text>",
        f'<text x="{x + 54}" y="{y + 41}" font-size="12.5" fill="{MUTED}">'
        f"{escape(step.file)}</text>",
    ]


def _arrow(place: int, before: Step, step: Step, lane_x: list[int]) -> str:
    y, end = TOP + STEP_HEIGHT * (place - 1), TOP + STEP_HEIGHT * place - 2
    x = lane_x[step.lane] + BOX / 2
    if before.lane == step.lane:
        path = f"M{x} {y + 52}V{end}"
    else:  # out of the side of one box, into the top of the other
        side = lane_x[before.lane] + (BOX if step.lane > before.lane else 0)
        path = f"M{side} {y + 26}H{x}V{end}"
    return (
        f'<path d="{path}" fill="none" stroke="{GREEN}" stroke-width="1.6" '
        'stroke-linejoin="round" marker-end="url(#head)"/>'
    )


def table(steps: tuple[Step, ...]) -> str:
    """The steps as a table of Markdown, each with a link to its file."""
    rows = ["| | step | where |", "|---|---|---|"]
    for place, step in enumerate(steps, start=1):
        name = step.where.partition(":")[2]
        side = LANES[step.lane].lower()
        rows.append(
            f"| {place} | {step.what} ({side}) | [`{step.file}`](../{step.file}) `{name}` |"
        )
    return "\n".join(rows)


def with_tables(page: str) -> str:
    """The page with each table between its marks; raises ValueError when a mark is missing."""
    for name, steps in WAYS.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        found = pattern.search(page)
        if found is None:
            raise ValueError(f"{PAGE.name} has no place for the way of the {name}")
        start, stop = found.span()
        page = f"{page[:start]}{begin}\n{table(steps)}\n{end}{page[stop:]}"
    return page


def pictures() -> dict[Path, str]:
    """Each picture's path and its content."""
    return {DOCS / "pictures" / f"way-of-{name}.svg": picture(s) for name, s in WAYS.items()}


def main() -> None:
    """Write the pictures and the tables anew."""
    for path, content in pictures().items():
        path.write_text(content, "utf-8")
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
