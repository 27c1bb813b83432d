"""Finding an article, and where it is."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.device import Device
from app.usecases.selling.catalogue import Recognised
from app.usecases.selling.delivery_options import effort
from sync.domain.catalogue import Article
from sync.domain.company import Collecting
from sync.domain.errors import ComptoirError, InvalidInput, NotFound
from sync.domain.identifiers import Sscc
from sync.domain.location import distance_km
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise
from sync.protocol.codec import to_wire
from sync.protocol.feed import Change
from sync.sourcing import Destination
from sync.sourcing import Place as PlaceToGo
from sync.terminal.link import apply
from tests.app.device_fixtures import ARTICLES, HERE, NOW, gtin, make_device


def names(device: Device, text: str) -> list[str]:
    return [hit.name for hit in device.catalogue.search(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("theiere", "Théière en grès émaillé"),
        ("THÉIÈRE", "Théière en grès émaillé"),
        ("gres emaille", "Théière en grès émaillé"),
        ("émaillé thé", "Théière en grès émaillé"),
        ("mail", "Théière en grès émaillé"),  # part of a word
        ("oeil de boeuf", "Horloge murale œil-de-bœuf"),
        ("œil-de-bœuf", "Horloge murale œil-de-bœuf"),
        ("lin la", "Nappe en lin lavé"),  # short words begin a word
        ("A0009", "Arrosoir en zinc"),
        ("a0009", "Arrosoir en zinc"),
        (str(ARTICLES[8].gtin)[:12], "Arrosoir en zinc"),
        ("jardin", "Lanterne de jardin"),
    ],
)
def test_search_needs_no_accents_and_finds_parts_of_words(
    device: Device, text: str, first: str
) -> None:
    assert first in names(device, text)[:2]


@pytest.mark.parametrize("text", ["zzz", "théière zzz", '"', "' OR 1=1 --", "* NEAR (", "a" * 5000])
def test_search_for_what_is_not_there_gives_nothing_and_breaks_nothing(
    device: Device, text: str
) -> None:
    assert names(device, text) == []


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=40))
def test_search_takes_anything_that_a_person_types(device: Device, text: str) -> None:
    assert len(device.catalogue.search(text)) <= 50


def test_without_words_the_most_stocked_here_come_first(device: Device) -> None:
    hits = device.catalogue.search("", limit=5)
    assert len(hits) == 5
    assert [hit.here for hit in hits] == sorted((hit.here for hit in hits), reverse=True)
    assert [h.sku for h in device.catalogue.search("", limit=2, offset=3)] == [
        h.sku for h in hits[3:5]
    ]


def test_pages_of_results_do_not_overlap(device: Device) -> None:
    everything = [hit.sku for hit in device.catalogue.search("petit", limit=100)]
    pages = [
        hit.sku
        for offset in range(0, len(everything), 5)
        for hit in device.catalogue.search("petit", limit=5, offset=offset)
    ]
    assert pages == everything
    assert len(set(everything)) == len(everything) == 12


def test_three_thousand_articles_are_searched_by_parts_of_words(tmp_path: Path) -> None:
    device = make_device(tmp_path)
    rows = [
        Article(
            f"B{n:05d}", gtin(10_000 + n), f"Coussin brodé n° {n}", "Maison", Money(900), 2000, 300
        )
        for n in range(3000)
    ]
    with device._store.transaction() as tx:
        apply.apply_changes(tx, [Change(1, "article", a.sku, to_wire(a)) for a in rows])
    assert names(device, "oussi brod 2718") == ["Coussin brodé n° 2718"]
    assert len(device.catalogue.search("coussin", limit=20)) == 20
    assert device.catalogue.recognise(str(gtin(12_345))).key == "B02345"
    device.stop()


def test_a_scanned_barcode_is_its_article_in_every_length(device: Device) -> None:
    number = str(ARTICLES[0].gtin)
    for text in (number, f" {number}\n", number.zfill(14)):
        assert device.catalogue.recognise(text) == Recognised("article", "A0001")


def test_a_wrong_check_digit_is_said(device: Device) -> None:
    number = str(ARTICLES[0].gtin)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(InvalidInput) as caught:
        device.catalogue.recognise(wrong)
    assert caught.value.code == "identifier.check_digit"


def test_a_right_barcode_that_no_article_has_is_said(device: Device) -> None:
    with pytest.raises(NotFound) as caught:
        device.catalogue.recognise(str(gtin(999_999)))
    assert caught.value.code == "catalogue.unknown_barcode"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C0012-000001-0", Recognised("order", "C0012-000001-0")),
        ("c00120000010", Recognised("order", "C0012-000001-0")),
        ("W0000-000001-7", Recognised("order", "W0000-000001-7")),
        ("R0012-000001-0", Recognised("return", "R0012-000001-0")),
        ("W-SHIP", Recognised("fulfilment", "W-SHIP")),
        ("a0001", Recognised("article", "A0001")),
        ("bougie figuier", Recognised("text", "bougie figuier")),
        ("2024", Recognised("text", "2024")),
        ("", Recognised("text", "")),
        ("CPT1/anything", Recognised("receipt", "CPT1/anything")),
    ],
)
def test_what_was_typed_is_recognised(device: Device, text: str, expected: Recognised) -> None:
    assert device.catalogue.recognise(text) == expected


def test_a_mistyped_order_number_is_said(device: Device) -> None:
    with pytest.raises(InvalidInput) as caught:
        device.catalogue.recognise("C0012-000001-1")
    assert caught.value.code == "identifier.document_check_digit"


def test_a_parcel_is_recognised_by_its_label(device: Device, leo) -> None:  # type: ignore[no-untyped-def]
    fulfilment, _ = device.fulfilments.pack("W-SHIP", leo)
    scanned = f"00{fulfilment.parcels[0].sscc}"
    assert device.catalogue.recognise(scanned) == Recognised("fulfilment", "W-SHIP")
    other = Sscc.build(0, "9521234", 999_999_999)
    with pytest.raises(NotFound):
        device.catalogue.recognise(f"00{other}")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60) | st.from_regex(r"[0-9]{6,20}", fullmatch=True))
def test_any_scan_gives_an_answer_or_one_of_our_errors(device: Device, text: str) -> None:
    try:
        recognised = device.catalogue.recognise(text)
    except ComptoirError as error:
        assert error.code != "error"
    else:
        assert recognised.kind in {"article", "order", "receipt", "return", "fulfilment", "text"}


def test_an_article_shows_its_stock_near_and_far(device: Device) -> None:
    view = device.catalogue.article("A0001")
    assert (view.here.location.code, view.here.available) == (HERE, 1)
    assert len(view.nearby) <= 5
    distances = [place.distance_km for place in view.nearby]
    assert distances == sorted(distances)
    assert all(place.available or place.inbound for place in view.nearby)
    assert HERE not in {place.location.code for place in view.nearby}
    assert view.network >= 1 + sum(place.available for place in view.nearby)
    assert (view.sure, view.as_of) == (False, NOW - timedelta(minutes=4))


def test_goods_on_their_way_are_shown_with_their_day(device: Device) -> None:
    view = device.catalogue.article("A0003")
    assert (view.network, view.inbound, view.inbound_on) == (0, 12, date(2026, 12, 1))
    assert [place.location.code for place in view.nearby] == ["SQF"]


def test_an_unknown_article_is_said(device: Device) -> None:
    with pytest.raises(NotFound):
        device.catalogue.article("NOPE")


def test_offline_promises_are_made_and_marked(device: Device) -> None:
    promises = device.catalogue.promises("A0002")
    assert {promise.mode for promise in promises} >= {
        FulfilmentMode.SHIP_HOME,
        FulfilmentMode.COLLECT,
    }
    assert not any(promise.sure for promise in promises)
    assert all(promise.at >= NOW for promise in promises)


def test_what_lies_here_is_carried_out_and_that_is_sure(device: Device) -> None:
    best = device.catalogue.promises("A0004")[0]
    assert (best.mode, best.source, best.sure, best.fee) == (
        FulfilmentMode.CARRY_OUT,
        HERE,
        True,
        Money(0),
    )


def test_what_the_records_do_not_have_can_be_carried_out_all_the_same(device: Device) -> None:
    (only,) = device.catalogue.promises("A0003")
    assert (only.mode, only.sure) == (FulfilmentMode.CARRY_OUT, False)


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**12])
def test_an_absurd_quantity_is_refused(device: Device, quantity: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        device.catalogue.promises("A0001", quantity)
    assert caught.value.code == "order.quantity"


def test_stock_is_looked_up_and_never_gone_through(device: Device) -> None:
    plans = device._store.all(
        "EXPLAIN QUERY PLAN SELECT a.id, sum(s.available) FROM articles a "
        "LEFT JOIN current_stock s ON s.sku = a.sku WHERE a.id IN (1, 2) GROUP BY a.id"
    )
    steps = [row[-1] for row in plans]
    assert not [step for step in steps if step.startswith(("SCAN", "MATERIALIZE"))], steps


def test_nobody_is_sent_far_to_collect(device: Device) -> None:
    here = device.catalogue.location(HERE)
    promises = [p for sku in ("A0001", "A0002", "A0004") for p in device.catalogue.promises(sku)]
    stores = [device.catalogue.location(p.collect_at) for p in promises if p.collect_at]
    assert stores
    assert all(
        distance_km(here.lat, here.lon, store.lat, store.lon) <= device.company.collecting.radius_km
        for store in stores
    )


def test_a_pickup_point_near_the_customer_is_an_option_and_costs_its_tariff(device: Device) -> None:
    options = [
        promise
        for promise in device.catalogue.promises("A0001")
        if promise.mode is FulfilmentMode.PICKUP_POINT
    ]
    assert [option.collect_at for option in options] == [
        "K069"
    ]  # the one in Paris is too far to go
    assert options[0].fee == Money(795)  # 1,100 g
    assert options[0].service.endswith("point")


def test_a_long_drive_to_collect_makes_an_option_less_good() -> None:
    def option(place: str, cost_eur: float) -> Promise:
        return Promise(
            FulfilmentMode.COLLECT, "SQF", "store", NOW, Money(0), cost_eur, 0, collect_at=place
        )

    drives = [
        PlaceToGo(Destination(0, 0, "store", code, "FR", ""), km)
        for code, km in (("S002", 2.0), ("S003", 25.0))
    ]
    ranked = sorted(
        [option("S003", 1.0), option("S002", 3.0)], key=effort(drives, Collecting(30.0, 0.12))
    )
    assert [promise.collect_at for promise in ranked] == ["S002", "S003"]
