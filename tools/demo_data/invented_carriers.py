"""Carriers that do not exist, so that the demo's engine has something to choose from.

Their prices, hours and vehicles are plausible and measured by nobody. What they emit is counted
with the same sourced factors as everybody's.
"""

from __future__ import annotations

_SOURCE = "invented for the demo"
_ASSUMED = "assumed for the demo, to be replaced by the carrier's own figure"

ASSUMED_FACTORS = (
    ("cargo_bike", "0.0109", "kg/km", "ADEME's e-bike, taken for a cargo bike"),
    ("hub_parcel", "0.035", "kg/parcel", f"a platform, for each parcel: {_ASSUMED}"),
    ("hub_weight", "1.2", "kg/t", f"a platform, by weight: {_ASSUMED}"),
    ("carton", "0.8", "kg/kg", f"corrugated board: {_ASSUMED}"),
)

# Postcodes of the cities that the bike serves.
_CITIES = "75 69001 69002 69003 69004 69005 69006 69007 69008 69009 13001 13002 13005 13006 13007 "
_BIKED = _CITIES + "31000 06000 44000 34000 67000 33000 59000 59800 35000"

# carrier, service, transit days, divisor, postcodes, within km, ((grams, cents), ...)
_TARIFFS: tuple[tuple[str, str, int, int, str, int, tuple[tuple[int, int], ...]], ...] = (
    (
        "fleche",
        "express",
        1,
        5000,
        "",
        0,
        (
            (500, 890),
            (1_000, 990),
            (2_000, 1_150),
            (5_000, 1_690),
            (10_000, 2_450),
            (30_000, 3_950),
        ),
    ),
    (
        "voltaire",
        "electric",
        3,
        0,
        "",
        0,
        (
            (500, 640),
            (1_000, 780),
            (2_000, 910),
            (5_000, 1_390),
            (10_000, 2_050),
            (30_000, 3_290),
        ),
    ),
    ("veloville", "bike", 0, 0, _BIKED, 8, ((2_000, 790), (5_000, 890), (12_000, 1_190))),
    (
        "grandcolis",
        "bulky",
        4,
        4000,
        "",
        0,
        ((5_000, 1_290), (10_000, 1_690), (20_000, 2_290), (30_000, 2_790), (70_000, 4_990)),
    ),
)
# carrier, service, saturday, cutoff, arrival, kinds, trunk, hubs, vehicle, stop share, stops
_SERVICES = (
    ("colissimo", "home", "no", 0, 0, "", "trunk_truck", 2, "delivery_van", 1, 1),
    ("colissimo", "pickup_point", "no", 0, 0, "", "trunk_truck", 2, "delivery_van", 1, 1),
    ("colissimo", "store", "no", 0, 0, "", "trunk_truck", 2, "delivery_van", 1, 1),
    (
        "fleche",
        "express",
        "yes",
        18 * 60,
        12 * 60,
        "",
        "truck_rigid_3_5_to_7_5_t",
        1,
        "delivery_van",
        1.5,
        1,
    ),
    (
        "voltaire",
        "electric",
        "no",
        0,
        18 * 60,
        "",
        "trunk_truck_over_33_t",
        2,
        "delivery_van_battery",
        1,
        1,
    ),
    ("veloville", "bike", "yes", 15 * 60, 20 * 60, "store", "", 0, "cargo_bike", 1, 4),
    (
        "grandcolis",
        "bulky",
        "no",
        12 * 60,
        18 * 60,
        "warehouse supplier distributor",
        "trunk_truck",
        1,
        "delivery_van",
        3,
        1,
    ),
)
# Detour and kilometres from one home to the next: towns, mountains, the rest.
_DENSE, _MOUNTAINS, _REST = (1.25, 0.4), (1.55, 1.6), (1.3, 0.9)
_REGIONS = {
    "": _REST,
    **dict.fromkeys(("75", "92", "93", "94", "690", "130", "59000", "31000"), _DENSE),
    **dict.fromkeys(
        ("04", "05", "06", "09", "15", "38", "43", "48", "63", "65", "66", "73", "74", "20"),
        _MOUNTAINS,
    ),
    "38000": _DENSE,
    "06000": _DENSE,
}


def invented_tariffs() -> list[tuple[str, ...]]:
    """Rows of tariffs.csv, marked as invented."""
    return [
        (
            *(carrier, service, "home", str(grams), str(cents), "FR", "FR"),
            *(str(days), str(divisor), "invented", _SOURCE),
            *(postcodes, "", str(within) if within else ""),
        )
        for carrier, service, days, divisor, postcodes, within, brackets in _TARIFFS
        for grams, cents in brackets
    ]


def build_services() -> list[tuple[object, ...]]:
    """How each service works; of the real carriers what the cost model takes by default."""
    return [
        (*row[:6], "", *row[6:], "defaults of the model" if row[0] == "colissimo" else _SOURCE)
        for row in _SERVICES
    ]


def build_regions() -> list[tuple[object, ...]]:
    """What the road adds to a straight line, and how far apart homes are, by postcode."""
    return [
        ("FR", prefix, detour, stop_km, _ASSUMED)
        for prefix, (detour, stop_km) in sorted(_REGIONS.items())
    ]
