"""The map of a replay: the country, its locations by what they sent, and where it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from math import cos, floor, log10, radians, sqrt

from sync.domain.location import Location
from sync.i18n import I18n
from sync.replay.outlines import Box, Point, outlines
from sync.replay.run import Scenario, Tally

WIDTH, HEIGHT = 900, 760
FLOWS_SHOWN = 400
MARGIN_DEGREES = 0.6
NAMED = 12  # the busiest locations have their names
KM_A_DEGREE = 111.2
SEA, LAND, COAST, FLOW = "#eef3f4", "#fbfaf7", "#b9b3a8", "#0b6e4f"
KIND_COLOURS = {
    "warehouse": "#2a5d9f",
    "store": "#c84630",
    "distributor": "#8a5a00",
    "supplier": "#6b3fa0",
    "returns_centre": "#5a5754",
}


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to the picture: true to shape in the middle of `box`."""

    box: Box
    scale: float
    squeeze: float

    @classmethod
    def of(cls, box: Box) -> Projection:
        """As large as the picture allows."""
        squeeze = cos(radians((box.north + box.south) / 2))
        across, up = (box.east - box.west) * squeeze, box.north - box.south
        return cls(box, min(WIDTH / across, HEIGHT / up), squeeze)

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point stands, the middle of the box in the middle of the picture."""
        middle_x = (self.box.east + self.box.west) / 2
        middle_y = (self.box.north + self.box.south) / 2
        return (
            WIDTH / 2 + (point[0] - middle_x) * self.scale * self.squeeze,
            HEIGHT / 2 - (point[1] - middle_y) * self.scale,
        )


def draw(scenario: Scenario, tally: Tally, words: I18n) -> str:
    """The whole picture as SVG; nothing when there is nothing to show."""
    place = {loc.code: loc for loc in scenario.locations}
    middle = _middles(scenario)
    seen = [*middle.values(), *((place[c].lon, place[c].lat) for c in tally.load)]
    if not seen:
        return ""
    box = Box.around(seen, MARGIN_DEGREES)
    view = Projection.of(box)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{SEA}"/>',
        _land(view),
        _flows(view, tally, place, middle),
        _locations(view, tally, place),
        _legend(tally, place, words),
        _scale(view, words),
    ]
    title = escape(words.t("Where orders go from"))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        + "".join(parts)
        + "</svg>"
    )


def _middles(scenario: Scenario) -> dict[str, Point]:
    """The middle of the destinations of each region."""
    regions: dict[str, list[Point]] = {}
    for request in scenario.orders:
        to = request.destination
        regions.setdefault(to.postcode[:2] or to.country, []).append((to.lon, to.lat))
    return {
        region: (sum(p[0] for p in at) / len(at), sum(p[1] for p in at) / len(at))
        for region, at in regions.items()
    }


def _land(view: Projection) -> str:
    shapes = []
    for ring in outlines(view.box):
        points = " ".join(f"{x:.0f},{y:.0f}" for x, y in map(view.at, ring))
        shapes.append(f'<polygon points="{points}"/>')
    return f'<g fill="{LAND}" stroke="{COAST}" stroke-width=".8">{"".join(shapes)}</g>'


def _flows(
    view: Projection, tally: Tally, place: Mapping[str, Location], middle: Mapping[str, Point]
) -> str:
    most = max(tally.flows.values(), default=1)
    lines = []
    for (code, region), count in reversed(tally.flows.most_common(FLOWS_SHOWN)):
        (x1, y1), (x2, y2) = view.at((place[code].lon, place[code].lat)), view.at(middle[region])
        bow = 0.12  # curved, so that ways there and back do not lie on each other
        x, y = (x1 + x2) / 2 + (y2 - y1) * bow, (y1 + y2) / 2 - (x2 - x1) * bow
        lines.append(
            f'<path d="M{x1:.0f} {y1:.0f}Q{x:.0f} {y:.0f} {x2:.0f} {y2:.0f}" '
            f'stroke-width="{0.5 + 6 * count / most:.2f}">'
            f"<title>{escape(code)} → {escape(region)}: {count}</title></path>"
        )
    return f'<g fill="none" stroke="{FLOW}" opacity=".4">{"".join(lines)}</g>'


def _locations(view: Projection, tally: Tally, place: Mapping[str, Location]) -> str:
    most = max(tally.load.values(), default=1)
    circles, names = [], []
    taken: list[tuple[float, float]] = []
    for code, count in tally.load.most_common():
        x, y = view.at((place[code].lon, place[code].lat))
        colour = KIND_COLOURS[place[code].kind.value]
        size = _radius(count, most)
        circles.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size:.1f}" fill="{colour}" '
            f'fill-opacity=".8" stroke="#fff"><title>{escape(place[code].name)} ({escape(code)}): '
            f"{count}</title></circle>"
        )
        free = all(abs(x - other) > 110 or abs(y - above) > 14 for other, above in taken)
        if len(taken) < NAMED and free:
            taken.append((x, y))
            names.append(
                f'<text x="{x + size + 4:.0f}" y="{y + 4:.0f}" stroke="#fff" stroke-width="3" '
                f'paint-order="stroke">{escape(place[code].name)}</text>'
            )
    return "".join(reversed(circles)) + "".join(names)


def _radius(count: int, most: int) -> float:
    return 2.5 + 13 * sqrt(count / most)


def _legend(tally: Tally, place: Mapping[str, Location], words: I18n) -> str:
    names = {
        "warehouse": words.t("warehouse"),
        "store": words.t("store"),
        "distributor": words.t("distributor"),
        "supplier": words.t("supplier"),
        "returns_centre": words.t("returns centre"),
    }
    kinds = [kind for kind in names if any(place[c].kind.value == kind for c in tally.load)]
    most = max(tally.load.values(), default=1)
    rows = [
        f'<circle cx="16" cy="{20 + 20 * i}" r="6" fill="{KIND_COLOURS[kind]}"/>'
        f'<text x="34" y="{24 + 20 * i}">{escape(names[kind])}</text>'
        for i, kind in enumerate(kinds)
    ]
    y = 28 + 20 * len(kinds)
    for share in (1.0, 0.25, 0.04):
        count = max(1, round(most * share))
        size = _radius(count, most)
        y += round(size) + 4
        told = escape(words.n("{count} shipment", "{count} shipments", count))
        rows.append(
            f'<circle cx="16" cy="{y}" r="{size:.1f}" fill="none" stroke="#5a5754"/>'
            f'<text x="40" y="{y + 4}">{told}</text>'
        )
        y += round(size) + 4
    tall = y + 8
    return (
        f'<g transform="translate(14,14)"><rect width="170" height="{tall}" rx="8" fill="#fff" '
        f'fill-opacity=".88"/>{"".join(rows)}</g>'
    )


def _scale(view: Projection, words: I18n) -> str:
    """A bar of a round length, about a sixth of the picture."""
    km_a_pixel = KM_A_DEGREE / view.scale
    about = WIDTH / 6 * km_a_pixel
    unit = 10 ** floor(log10(about))
    km = max(step * unit for step in (1, 2, 5) if step * unit <= about)
    long = km / km_a_pixel
    x, y = WIDTH - 24 - long, HEIGHT - 24
    return (
        f'<path d="M{x:.0f} {y - 6}V{y}H{x + long:.0f}V{y - 6}" fill="none" stroke="#1c1b1a" '
        f'stroke-width="1.5"/><text x="{x + long / 2:.0f}" y="{y - 8}" text-anchor="middle">'
        f"{escape(words.distance(km))}</text>"
    )
