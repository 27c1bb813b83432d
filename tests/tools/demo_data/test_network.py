"""Shops, pickup points and destinations are placed by population, the same way each time."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.location import distance_km
from tools.build_demo_data import Output
from tools.demo_data.network import (
    PICKUP_POINTS,
    POSTCODES_FILE,
    Commune,
    build_pickup_points,
    destination_of,
    destinations,
    main_postcode,
    read_communes,
)

HEADER = "postcode,insee,commune,departement,region,lat,lon,population\n"


def commune(insee: str, population: int, *postcodes: str, lat: float = 45.0) -> Commune:
    return Commune(insee, f"Commune {insee}", insee[:2], lat, 5.0, population, postcodes)


def read(folder: Path, *rows: str) -> tuple[list[Commune], list[Commune]]:
    path = folder / POSTCODES_FILE
    path.parent.mkdir()
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return read_communes(folder)


def test_a_city_of_several_postcodes_is_one_commune(tmp_path: Path) -> None:
    kept, misplaced = read(
        tmp_path,
        "69002,69123,Lyon,69,84,45.74906,4.84789,519127",
        "69001,69123,Lyon,69,84,45.74906,4.84789,519127",
        "69800,69290,Saint-Priest,69,84,45.69651,4.94385,49229",
    )
    assert kept[0] == Commune("69123", "Lyon", "69", 45.74906, 4.84789, 519127, ("69001", "69002"))
    assert misplaced == []


def test_a_commune_with_the_point_of_a_namesake_is_left_out(tmp_path: Path) -> None:
    kept, misplaced = read(
        tmp_path,
        "01000,01053,Bourg-en-Bresse,01,84,46.20574,5.2258,42372",
        "01310,01065,Buellas,01,84,46.2111,5.1322,1899",
        "01360,01062,Bressolles,01,84,46.53089,3.31654,1028",  # the one near Moulins, 147 km away
    )
    assert [one.name for one in kept] == ["Bourg-en-Bresse", "Buellas"]
    assert [one.name for one in misplaced] == ["Bressolles"]


@pytest.mark.parametrize(
    ("postcodes", "main"),
    [(("13080", "13090", "13100"), "13100"), (("38070",), "38070"), (("76610", "76620"), "76610")],
)
def test_the_postcode_of_the_town_hall(postcodes: tuple[str, ...], main: str) -> None:
    assert main_postcode(commune("13001", 1, *postcodes)) == main


def test_a_postcode_has_the_people_of_its_communes_and_the_point_of_the_largest() -> None:
    places = destinations(
        [
            commune("01001", 900, "01100", "01200", lat=46.0),
            commune("01002", 50, "01200", lat=47.0),
        ]
    )
    assert places == [
        ("01100", "Commune 01001", 46.0, 5.0, 450),
        ("01200", "Commune 01001", 46.0, 5.0, 500),
    ]


@given(st.sets(st.text(max_size=5), min_size=1, max_size=20), st.text(max_size=5))
def test_a_customer_lives_where_they_live_whoever_else_orders(keys: set[str], key: str) -> None:
    places = destinations([commune(f"{n:05d}", 100 * n, f"{n:05d}") for n in range(1, 50)])
    alone = destination_of([key], places)
    assert destination_of([*keys, key], places)[key] == alone[key]


def test_destinations_follow_the_population() -> None:
    places = destinations([commune("01001", 9_000, "01100"), commune("01002", 1_000, "01200")])
    drawn = Counter(destination_of(map(str, range(2_000)), places).values())
    assert drawn["01100"] == pytest.approx(1_800, abs=60)


def test_pickup_points_are_spread_by_population_near_their_commune() -> None:
    communes = [
        commune("01001", 600_000, "01100"),
        commune("01002", 300_000, "01200", lat=46.0),
        commune("02001", 100_000, "02100", lat=47.0),
    ]
    points = build_pickup_points(communes)
    assert points == build_pickup_points(communes)
    assert len({point.code for point in points}) == PICKUP_POINTS
    assert len({(point.postcode, point.name) for point in points}) == PICKUP_POINTS
    assert Counter(point.postcode for point in points) == {"01100": 180, "01200": 90, "02100": 30}
    centre = {"01100": 45.0, "01200": 46.0, "02100": 47.0}
    assert all(distance_km(p.lat, p.lon, centre[p.postcode], 5.0) <= 3.05 for p in points)


def test_files_are_written_with_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        out = Output(tmp_path / name)
        out.table("rows.csv.gz", ("a", "b"), [(1, "é"), (2, "x,y")])
        out.table("rows.csv", ("a", "b"), [(1, "é"), (2, "x,y")])
    for name in ("rows.csv", "rows.csv.gz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one" / "rows.csv").read_bytes() == 'a,b\n1,é\n2,"x,y"\n'.encode()
