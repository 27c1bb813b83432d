"""The demo company is whole, true to its sources, and refuses files that are not."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from sync.central.catalogue.imports.records import InboundGoods, Parameter
from sync.central.catalogue.imports.table import FeedError, ImportReport
from sync.demo import company as demo_company
from sync.demo.carriage import load_regions, load_services
from sync.demo.company import ASSETS
from sync.domain.catalogue import Article
from sync.domain.identifiers import Gtin
from sync.domain.location import Location, LocationKind, distance_km
from sync.domain.money import Money
from sync.domain.order import Channel
from sync.i18n import catalogue
from sync.sourcing.rates.services import TariffRow
from sync.sourcing.rates.tariffs import FactorRow, Tables

LOADERS: dict[str, Callable[..., list[Any]]] = {
    "articles.csv": demo_company.load_articles,
    "locations.csv": demo_company.load_locations,
    "pickup_points.csv": demo_company.load_locations,
    "tariffs.csv": demo_company.load_tariffs,
    "factors.csv": demo_company.load_factors,
    "transport_parameters.csv": demo_company.load_transport_parameters,
    "demand.csv": demo_company.load_demand,
    "inbound.csv": demo_company.load_inbound,
    "destinations.csv": demo_company.load_destinations,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo data that a test may spoil."""
    for name in (*LOADERS, "import_report.json", "web_orders.jsonl.gz"):
        shutil.copy(str(ASSETS / name), tmp_path / name)
    return tmp_path


def spoil(path: Path, line: int, old: str, new: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_an_article_is_read_as_a_whole() -> None:
    holder = next(a for a in demo_company.load_articles() if a.sku == "85123A")
    assert holder == Article(
        sku="85123A",
        gtin=Gtin("2008512301002"),
        name="White hanging heart t-light holder",
        category="Candles",
        price=Money(350),
        vat_rate_bp=2000,
        weight_g=250,
        guarantee=False,
        volume_cm3=490,
    )


def test_every_article_can_be_sold() -> None:
    articles = demo_company.load_articles()
    assert 2_800 <= len(articles) <= 3_200
    assert len({a.name for a in articles}) == len(articles)
    assert {len(a.gtin.value) for a in articles} == {13}
    assert {a.gtin.value[:2] for a in articles} == {"20"}
    assert {a.vat_rate_bp for a in articles} == {2000, 550}
    assert {a.price.currency for a in articles} == {"EUR"}
    assert all(15 <= a.price.minor <= 40_000 and a.price.minor % 5 == 0 for a in articles)
    assert all(5 <= a.weight_g <= 30_000 for a in articles)
    assert [a.sku for a in articles] == sorted(a.sku for a in articles)
    assert 10 <= len({a.category for a in articles}) <= 15
    assert 100 <= sum(a.guarantee for a in articles) <= 400


def test_names_are_written_for_people() -> None:
    for article in demo_company.load_articles():
        name = article.name
        assert name[0].isupper() or name[0].isdigit(), name
        assert name != name.upper(), name
        assert "  " not in name, name
        assert name == name.strip(" ,;"), name


def test_the_network_is_the_one_of_the_guide() -> None:
    locations = demo_company.load_locations()
    assert Counter(location.kind for location in locations) == {
        LocationKind.STORE: 60,
        LocationKind.WAREHOUSE: 2,
        LocationKind.SUPPLIER: 1,
        LocationKind.DISTRIBUTOR: 1,
        LocationKind.RETURNS_CENTRE: 1,
        LocationKind.PICKUP_POINT: 300,
    }
    assert len({location.code for location in locations}) == len(locations)
    assert locations[0] == Location(
        code=demo_company.DEMO_STORE,
        kind=LocationKind.STORE,
        name="Lyon Bellecour",
        address="12 place Bellecour",
        postcode="69002",
        commune="Lyon",
        lat=45.7578,
        lon=4.832,
        capacity_orders_per_day=60,
        safety_stock=1,
        threshold=1,
    )


def test_every_location_is_near_the_commune_of_its_postcode() -> None:
    points = {place.postcode: place for place in demo_company.load_destinations()}
    for location in demo_company.load_locations():
        place = points[location.postcode]
        # Several communes may share a postcode in the country.
        assert distance_km(location.lat, location.lon, place.lat, place.lon) < 40, location.name
        if place.commune == location.commune:
            assert distance_km(location.lat, location.lon, place.lat, place.lon) < 10, location


def test_known_distances_are_right() -> None:
    by_name = {location.name: location for location in demo_company.load_locations()}

    def km(a: str, b: str) -> int:
        one, two = by_name[a], by_name[b]
        return round(distance_km(one.lat, one.lon, two.lat, two.lon))

    assert km("Lyon Bellecour", "Lyon Part-Dieu") == 2
    assert km("Lyon Bellecour", "Paris Bastille") == 391
    assert km("Lyon Bellecour", "Entrepôt Rhône-Alpes") == 25
    assert km("Lille Grand-Place", "Nice Masséna") == 834


def test_destinations_are_in_metropolitan_france() -> None:
    places = demo_company.load_destinations()
    assert len(places) > 5_000
    assert all(41.3 < place.lat < 51.1 and -5.2 < place.lon < 9.6 for place in places)
    assert 50_000_000 < sum(place.inhabitants for place in places) < 67_000_000


def test_colissimo_is_complete_and_what_it_was_published_as() -> None:
    tariffs = demo_company.load_tariffs()
    tariffs = [tariff for tariff in tariffs if tariff.carrier == "colissimo"]
    prices = {
        destination: [
            (t.max_weight_g, t.price_minor) for t in tariffs if t.destination == destination
        ]
        for destination in ("home", "pickup_point", "store")
    }
    home = [
        (250, 495), (500, 670), (750, 760), (1000, 825), (2000, 955), (5000, 1465),
        (10_000, 2130), (15_000, 2695), (30_000, 3340),
    ]  # fmt: skip
    relay = [(250, 425), (500, 595), (750, 690), (1000, 755), (2000, 885), (5000, 1395)]
    assert prices == {"home": home, "pickup_point": relay, "store": home}


def test_a_carrier_that_does_not_exist_says_so() -> None:
    invented = [t for t in demo_company.load_tariffs() if t.carrier != "colissimo"]
    assert {t.carrier for t in invented} == {"fleche", "voltaire", "veloville", "grandcolis"}
    assert {t.source for t in invented} == {"invented for the demo"}


def test_an_unverified_tariff_is_given_when_asked_for_and_says_so() -> None:
    verified = demo_company.load_tariffs()
    added = [t for t in demo_company.load_tariffs(include_unverified=True) if t not in verified]
    assert {t.carrier for t in added} == {"mondial_relay"}
    assert all("not verified" in t.source for t in added)
    assert {t.country for t in added} == {"FR", "BE", "ES", "LU", "NL"}
    assert (
        TariffRow(
            carrier="mondial_relay",
            service="pickup_point",
            destination="pickup_point",
            max_weight_g=1000,
            price_minor=539,
            transit_working_days=4,
            source="Mondial Relay, tariff 2025 from a secondary source, not verified",
        )
        in added
    )


def test_the_sourcing_accepts_tariffs_and_factors() -> None:
    tables = Tables.of(
        demo_company.load_tariffs(include_unverified=True),
        demo_company.load_factors(),
        load_services(),
        load_regions(),
    )
    codes = {service.code for service in tables.services}
    assert {"colissimo:home", "fleche:express", "veloville:bike"} <= codes


def test_a_factor_is_the_sum_of_both_tables_and_names_them() -> None:
    factors = {factor.name: factor for factor in demo_company.load_factors()}
    assert factors["delivery_van_by_load"] == FactorRow(
        name="delivery_van_by_load",
        kg_co2e=0.78225,
        unit="kg/t.km",
        source="DESNZ/DEFRA conversion factors 2025 (OGL v3), Vans Average (up to 3.5 tonnes), "
        "Diesel: 0.6313 + well to tank 0.15095",
    )
    assert factors["trunk_truck"].kg_co2e == pytest.approx(0.10163 + 0.02359)
    assert factors["customer_trip_combustion_car"].kg_co2e == 0.216
    assert all(factor.source for factor in factors.values())


def test_parameters_carry_their_unit() -> None:
    assert (
        Parameter(
            "customer_trip_distance",
            7.0,
            "km",
            "ADEME, model of the impact of parcel delivery (MIT), its parameters",
        )
        in demo_company.load_transport_parameters()
    )


def test_demand_is_of_articles_that_exist_over_26_weeks() -> None:
    skus = {article.sku for article in demo_company.load_articles()}
    demand = demo_company.load_demand()
    assert {row.sku for row in demand} == skus
    assert {row.channel for row in demand} == {Channel.STORE, Channel.WEB}
    assert {len(row.units_by_week) for row in demand} == {26}
    assert all(sum(row.units_by_week) >= row.order_lines for row in demand)


def test_the_order_of_74215_jars_that_was_cancelled_is_not_demand() -> None:
    jars = [row for row in demo_company.load_demand() if row.sku == "23166"]
    assert 0 < sum(sum(row.units_by_week) for row in jars) < 10_000


def test_goods_to_come_are_known_articles_at_known_places() -> None:
    inbound = demo_company.load_inbound()
    assert len(inbound) == 160
    assert {goods.location for goods in inbound} == {"W01", "W02", "S001"}
    assert all(1 <= goods.expected_in_days <= 28 and goods.quantity >= 6 for goods in inbound)
    assert isinstance(inbound[0], InboundGoods)


def test_prices_make_sense_by_category() -> None:
    prices: dict[str, list[int]] = {}
    for article in demo_company.load_articles():
        prices.setdefault(article.category, []).append(article.price.minor)
    assert median(prices["Stationery"]) < median(prices["Bags"]) < median(prices["Textiles"])


def test_the_report_of_the_builder_adds_up() -> None:
    report = demo_company.source_report()
    assert report.rows_read == 209_029
    assert report.rows_kept + sum(reason.rows for reason in report.left_out) == report.rows_read
    assert len({reason.code for reason in report.left_out}) == len(report.left_out)
    assert all(reason.meaning and reason.example for reason in report.left_out)
    assert report.counts["articles"] == len(demo_company.load_articles())


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"source": 1}', "\x00", "[" * 100_000])
def test_a_report_that_is_none_is_refused(folder: Path, content: str) -> None:
    (folder / "import_report.json").write_text(content)
    with pytest.raises(FeedError) as caught:
        demo_company.source_report(folder)
    assert caught.value.code == "feed.json"


@pytest.mark.parametrize("name", LOADERS)
def test_a_file_that_is_missing_or_has_another_header_is_refused(folder: Path, name: str) -> None:
    path = folder / name
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{header},more\n{rest}", encoding="utf-8")
    with pytest.raises(FeedError) as caught:
        LOADERS[name](folder)
    assert (caught.value.code, caught.value.file) == ("feed.header", name)
    path.unlink()
    with pytest.raises(FeedError) as caught:
        LOADERS[name](folder)
    assert (caught.value.code, caught.value.file) == ("feed.missing", name)


@pytest.mark.parametrize("name", LOADERS)
def test_a_file_cut_in_the_middle_of_its_last_line_names_that_line(folder: Path, name: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(text[: text.rindex(",")], encoding="utf-8")
    with pytest.raises(FeedError) as caught:
        LOADERS[name](folder)
    # A quoted last field leaves its quote open, which spoils the whole file.
    assert (caught.value.code, caught.value.line) in (
        ("feed.columns", text.count("\n") + 1),
        ("feed.damaged", 0),
    )


@pytest.mark.parametrize("name", LOADERS)
def test_a_row_that_is_there_twice_is_found(folder: Path, name: str) -> None:
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(FeedError) as caught:
        LOADERS[name](folder)
    assert (caught.value.code, caught.value.line) == ("feed.duplicate", len(lines) + 1)
    assert caught.value.params["first_line"] == 2


@pytest.mark.parametrize(
    ("name", "line", "old", "new", "code", "column"),
    [
        ("articles.csv", 3, ",2000,", ",20%,", "feed.not_whole", "vat_rate_bp"),
        ("articles.csv", 3, ",2000,", ",20000,", "feed.range", "vat_rate_bp"),
        ("articles.csv", 3, ",no", ",perhaps", "feed.choice", "guarantee"),
        ("locations.csv", 2, ",store,", ",shop,", "feed.choice", "kind"),
        ("locations.csv", 2, "45.7578", "457578", "feed.range", "lat"),
        ("locations.csv", 2, "45.7578", "45,7578", "feed.columns", "lead_time_hours"),
        ("demand.csv", 2, "store", "shop", "feed.choice", "channel"),
        ("tariffs.csv", 2, ",495,", ",4.95,", "feed.not_whole", "price_minor"),
        ("tariffs.csv", 2, ",yes,", ",,", "feed.choice", "verified"),
        ("tariffs.csv", 2, ",home,home,", ",home,moon,", "feed.value", ""),
        ("factors.csv", 2, "0.12522", "12 %", "feed.not_number", "kg_co2e"),
        ("inbound.csv", 2, "S001", "S999", "feed.unknown", "location"),
        ("inbound.csv", 2, "S001", "K001", "feed.unknown", "location"),
        ("pickup_points.csv", 2, "K001", "S001", "feed.duplicate", "code"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_column(
    folder: Path, name: str, line: int, old: str, new: str, code: str, column: str
) -> None:
    spoil(folder / name, line, old, new)
    with pytest.raises(FeedError) as caught:
        LOADERS[name](folder)
    error = caught.value
    assert (error.code, error.file, error.line, error.column) == (code, name, line, column)


def test_a_wrong_check_digit_is_told_apart_and_the_rest_is_loaded(folder: Path) -> None:
    first = demo_company.load_articles()[0]
    wrong = f"{first.gtin.value[:-1]}{(int(first.gtin.value[-1]) + 1) % 10}"
    spoil(folder / "articles.csv", 2, first.gtin.value, wrong)
    report = ImportReport()
    articles = demo_company.load_articles(folder, report)
    assert report.by_code() == {"feed.gtin": 1}
    assert articles == demo_company.load_articles()[1:]
    with pytest.raises(FeedError) as caught:
        demo_company.load_articles(folder)
    assert str(caught.value) == (
        f"articles.csv, line 2, column gtin: “{wrong}” is not a barcode number; a digit is wrong, "
        "missing or too many. The row was not loaded; correct it and load the file again."
    )


def test_two_articles_cannot_share_a_barcode(folder: Path) -> None:
    one, two = demo_company.load_articles()[:2]
    spoil(folder / "articles.csv", 3, two.gtin.value, one.gtin.value)
    with pytest.raises(FeedError) as caught:
        demo_company.load_articles(folder)
    assert (caught.value.code, caught.value.column) == ("feed.duplicate", "gtin")


def test_goods_to_come_of_an_article_that_was_taken_out_are_refused(folder: Path) -> None:
    sku = demo_company.load_inbound()[0].sku
    path = folder / "articles.csv"
    lines = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith(sku)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(FeedError) as caught:
        demo_company.load_inbound(folder)
    assert (caught.value.code, caught.value.column) == ("feed.unknown", "sku")
    report = ImportReport()
    assert sku not in {goods.sku for goods in demo_company.load_inbound(folder, report)}
    assert report.by_code() == {"feed.unknown": 160 - report.rows_kept}


@pytest.mark.parametrize("weeks", ["1 2 3", "", " ".join(["x"] * 26), " ".join(["-1"] * 26)])
def test_demand_needs_its_26_weeks(folder: Path, weeks: str) -> None:
    path = folder / "demand.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = ",".join([*lines[1].split(",")[:3], weeks])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(FeedError) as caught:
        demo_company.load_demand(folder)
    assert (caught.value.line, caught.value.column) == (2, "units_by_week")


def test_every_category_has_its_french() -> None:
    categories = {article.category for article in demo_company.load_articles()}
    assert {category for category in categories if category not in catalogue("fr")} == set()
