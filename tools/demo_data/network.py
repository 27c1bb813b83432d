"""Where the fictional retailer is: stores in real quarters, pickup points in real communes.

The quarters are in `quarters.py`; everything else is placed from the communes of the geography
file. The shops are invented.
"""

from __future__ import annotations

import csv
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sync.domain.location import distance_km
from tools.demo_data.quarters import QUARTERS, RELAY_PLACES, RELAY_SHOPS, STREETS

POSTCODES_FILE = Path("geo/fr_postcodes.csv")
PICKUP_POINTS = 300
RELAY_NAME_DRAWS = 20
KM_PER_DEGREE = 111.2
QUARTER_TO_CENTROID_KM_MAX = 10.0
NEIGHBOUR_KM_MAX = 24.5

STORES = 60
# The next communes by population get one store each, but not these suburbs of the same cities.
_SERVED_BY_A_NEIGHBOUR = frozenset(
    {"Villeurbanne", "Argenteuil", "Montreuil", "Roubaix", "Tourcoing", "Nanterre", "Créteil"}
    | {"Saint-Denis", "Vitry-sur-Seine", "Asnières-sur-Seine", "Colombes", "Courbevoie"}
    | {"Aubervilliers", "Aulnay-sous-Bois", "Rueil-Malmaison"}
)
_LONELY = frozenset({"13096", "75056"})  # Saintes-Maries-de-la-Mer; Paris is its department


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune with all its postcodes; `lat`, `lon` of its centroid in degrees."""

    insee: str
    name: str
    departement: str
    lat: float
    lon: float
    population: int
    postcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuiltLocation:
    """One row of locations.csv or pickup_points.csv, as the `Location` of the domain."""

    code: str
    kind: str
    name: str
    address: str
    postcode: str
    commune: str
    lat: float
    lon: float
    opens: int
    closes: int
    capacity_orders_per_day: int
    safety_stock: int
    threshold: int
    lead_time_hours: float


def read_communes(folder: Path) -> tuple[list[Commune], list[Commune]]:
    """The communes, the most populous first, and those left out because they are misplaced.

    The source joins two lists by name; where two communes share one, the point may be the other's.
    A commune more than 24.5 km from any other of its department is such a case.
    """
    rows: dict[str, list[dict[str, str]]] = {}
    with (folder / POSTCODES_FILE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["insee"], []).append(row)
    communes = [
        Commune(
            insee,
            same[0]["commune"],
            same[0]["departement"],
            float(same[0]["lat"]),
            float(same[0]["lon"]),
            int(same[0]["population"]),
            tuple(sorted(row["postcode"] for row in same)),
        )
        for insee, same in rows.items()
    ]
    communes.sort(key=lambda commune: (-commune.population, commune.insee))
    by_departement: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        by_departement[commune.departement].append(commune)
    misplaced = [
        commune
        for commune in communes
        if commune.insee not in _LONELY
        and _nearest_in_department_km(commune, by_departement[commune.departement])
        > NEIGHBOUR_KM_MAX
    ]
    return [commune for commune in communes if commune not in misplaced], misplaced


def _nearest_in_department_km(commune: Commune, department: list[Commune]) -> float:
    """Distance to the nearest other commune of the department, on a flat map: enough here."""
    lon_km = KM_PER_DEGREE * math.cos(math.radians(commune.lat))
    return min(
        math.hypot((other.lat - commune.lat) * KM_PER_DEGREE, (other.lon - commune.lon) * lon_km)
        for other in department
        if other is not commune
    )


def main_postcode(commune: Commune) -> str:
    """The postcode of the town hall, by rule of thumb: the one that ends in 00, else the first."""
    return min(commune.postcodes, key=lambda code: (not code.endswith("00"), code))


def _commune(communes: Iterable[Commune], name: str, postcode: str) -> Commune:
    for commune in communes:
        if commune.name == name and postcode in commune.postcodes:
            return commune
    raise LookupError(f"{postcode} {name} is not in the geography file")


def _store(
    code: str, name: str, address: str, postcode: str, commune: Commune, lat: float, lon: float
) -> BuiltLocation:
    # A store of a big city prepares more orders; 20 to 60 a day.
    capacity = min(60, 20 + 5 * round(commune.population / 60_000))
    return BuiltLocation(
        code=code,
        kind="store",
        name=name,
        address=address,
        postcode=postcode,
        commune=commune.name,
        lat=lat,
        lon=lon,
        opens=9 * 60 + 30,
        closes=19 * 60 + 30,
        capacity_orders_per_day=capacity,
        safety_stock=1,
        threshold=1,
        lead_time_hours=4.0,
    )


def build_stores(communes: list[Commune]) -> list[BuiltLocation]:
    """60 stores, S001 to S060: the quarters above, then one in each next commune by population."""
    stores: list[BuiltLocation] = []
    for name, address, postcode, commune_name, lat, lon in QUARTERS:
        commune = _commune(communes, commune_name, postcode)
        if distance_km(lat, lon, commune.lat, commune.lon) > QUARTER_TO_CENTROID_KM_MAX:
            raise ValueError(f"{name} is too far from the centre of {commune_name}")
        code = f"S{len(stores) + 1:03d}"
        stores.append(_store(code, name, address, postcode, commune, lat, lon))
    served = {row[3] for row in QUARTERS} | _SERVED_BY_A_NEIGHBOUR
    chooser = random.Random("stores")
    for commune in communes:
        if len(stores) == STORES:
            break
        if commune.name in served:
            continue
        address = f"{chooser.randint(2, 40)} {chooser.choice(STREETS)}"
        code = f"S{len(stores) + 1:03d}"
        stores.append(
            _store(
                code,
                commune.name,
                address,
                main_postcode(commune),
                commune,
                commune.lat,
                commune.lon,
            )
        )
    return stores


def build_other_locations(communes: list[Commune]) -> list[BuiltLocation]:
    """Two warehouses, the supplier that ships directly, the distributor and the returns centre."""
    rows = (
        ("W01", "warehouse", "Entrepôt Rhône-Alpes", "7 rue du Parc Logistique", "38070",
         "Saint-Quentin-Fallavier", 6 * 60, 21 * 60, 2_500, 0, 2, 6.0),
        ("W02", "warehouse", "Entrepôt Nord", "15 rue de la Plateforme", "62220",
         "Carvin", 6 * 60, 21 * 60, 1_800, 0, 2, 6.0),
        ("P01", "supplier", "Ateliers de la Drôme (fournisseur)", "3 rue des Tanneurs", "26100",
         "Romans-sur-Isère", 8 * 60, 17 * 60, 150, 0, 0, 48.0),
        ("D01", "distributor", "Grossiste Val-de-Loire (distributeur)", "22 rue de la Gare",
         "45140", "Ormes", 7 * 60, 18 * 60, 400, 0, 5, 24.0),
        ("R01", "returns_centre", "Centre de retours", "9 rue des Métiers", "38070",
         "Saint-Quentin-Fallavier", 8 * 60, 18 * 60, 100, 0, 0, 24.0),
    )  # fmt: skip
    built = []
    for row in rows:
        code, kind, name, address, postcode, commune_name, opens, closes = row[:8]
        capacity, safety_stock, threshold, lead_time_hours = row[8:]
        commune = _commune(communes, commune_name, postcode)
        built.append(
            BuiltLocation(
                code=code,
                kind=kind,
                name=name,
                address=address,
                postcode=postcode,
                commune=commune_name,
                lat=commune.lat,
                lon=commune.lon,
                opens=opens,
                closes=closes,
                capacity_orders_per_day=capacity,
                safety_stock=safety_stock,
                threshold=threshold,
                lead_time_hours=lead_time_hours,
            )
        )
    return built


def _around(commune: Commune, chooser: random.Random) -> tuple[float, float]:
    """A point near the centre: within 3 km in a big city, 300 m in a small town."""
    radius_km = min(3.0, max(0.3, 3.0 * math.sqrt(commune.population / 500_000)))
    distance = radius_km * math.sqrt(chooser.random())
    angle = chooser.uniform(0, 2 * math.pi)
    lat = commune.lat + distance * math.cos(angle) / KM_PER_DEGREE
    lon_km = KM_PER_DEGREE * math.cos(math.radians(commune.lat))
    return round(lat, 5), round(commune.lon + distance * math.sin(angle) / lon_km, 5)


def build_pickup_points(communes: list[Commune]) -> list[BuiltLocation]:
    """300 invented relay shops, K001 to K300, spread evenly over the population.

    Systematic sampling: every (total / 300)th inhabitant, in the order of the departments, has a
    point in their commune; big cities get several.
    """
    ordered = sorted(communes, key=lambda commune: (commune.departement, commune.insee))
    step = sum(commune.population for commune in ordered) / PICKUP_POINTS
    chooser = random.Random("pickup points")
    points: list[BuiltLocation] = []
    used: Counter[tuple[str, str]] = Counter()
    passed, following = 0.0, step / 2
    for commune in ordered:
        passed += commune.population
        while following < passed and len(points) < PICKUP_POINTS:
            following += step
            name, address = _relay_name(commune, used, chooser)
            lat, lon = _around(commune, chooser)
            points.append(
                BuiltLocation(
                    code=f"K{len(points) + 1:03d}",
                    kind="pickup_point",
                    name=name,
                    address=address,
                    postcode=chooser.choice(commune.postcodes),
                    commune=commune.name,
                    lat=lat,
                    lon=lon,
                    opens=8 * 60 + 30,
                    closes=19 * 60,
                    capacity_orders_per_day=40,
                    safety_stock=0,
                    threshold=0,
                    lead_time_hours=0.0,
                )
            )
    return points


def _relay_name(
    commune: Commune, used: Counter[tuple[str, str]], chooser: random.Random
) -> tuple[str, str]:
    """A name not used in the commune yet, found in a few draws; else one with a number."""
    name, street = "", ""
    for _ in range(RELAY_NAME_DRAWS):
        place, street = chooser.choice(RELAY_PLACES)
        name = f"{chooser.choice(RELAY_SHOPS)} {place}"
        if not used[commune.insee, name]:
            break
    used[commune.insee, name] += 1
    count = used[commune.insee, name]
    return name if count == 1 else f"{name} {count}", f"{chooser.randint(1, 60)} {street}"


def destinations(communes: list[Commune]) -> list[tuple[str, str, float, float, int]]:
    """(postcode, commune, lat, lon, inhabitants) once for each postcode, by postcode.

    The commune is the most populous one of the postcode; inhabitants of a city are shared evenly
    by its postcodes.
    """
    people: dict[str, int] = {}
    main: dict[str, Commune] = {}
    for commune in communes:
        for postcode in commune.postcodes:
            people[postcode] = people.get(postcode, 0) + commune.population // len(
                commune.postcodes
            )
            main.setdefault(postcode, commune)  # communes come by population
    return [
        (code, main[code].name, main[code].lat, main[code].lon, people[code])
        for code in sorted(people)
    ]


def destination_of(
    keys: Iterable[str], places: list[tuple[str, str, float, float, int]]
) -> Mapping[str, str]:
    """A postcode for each customer key, drawn by inhabitants; the same key, the same postcode."""
    codes = [place[0] for place in places]
    weights = [place[4] for place in places]
    cumulative: list[int] = []
    for weight in weights:
        cumulative.append((cumulative[-1] if cumulative else 0) + weight)
    return {
        key: random.Random(f"destination:{key}").choices(codes, cum_weights=cumulative)[0]
        for key in sorted(set(keys))
    }
