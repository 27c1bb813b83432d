"""A customer may be called anything: no name stops a parcel, a bag, a receipt or a slip."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from printing import (
    Document,
    DoesNotFit,
    HeldLine,
    TransferLine,
    UnitPrice,
    article_label,
    collect_label,
    document_from_json,
    document_to_json,
    gift_receipt,
    order_slip,
    packing_slip,
    parcel_label,
    pick_list,
    render_escpos,
    render_pdf,
    render_text,
    render_zpl,
    reservation_slip,
    return_label,
    return_receipt,
    sales_receipt,
    shelf_label,
    transfer_note,
)
from printing.model.media import LABEL_57X32, LABEL_A6, MediaKind
from printing.model.printer_profile import bundled_profiles
from printing.printers.factory import render, suited
from printing.samples import samples as shop
from sync.domain.customer import Address, Customer
from sync.domain.identifiers import DocumentNumber, Sscc
from sync.domain.money import Money
from sync.i18n import I18n

FRENCH = I18n("fr")
PROFILES = bundled_profiles()
NAMES = (
    "王小明",
    "محمد علي",
    "김철수 田中さくら",
    "דוד לוי",
    "สมชาย राम გიორგი",
    "Claire \U0001f469\U0001f3fd\u200d\U0001f680\U0001f600 ❤\ufe0f",
    "Claire\x1b@\x00\x9bFontaine\n\n\n\n\n\n\n\n",
    "\u202eeriaC\u2066\ud800",
    "﷽ ﷺ",
    "Z̷̢̛͓̦a̴l͇̝g̸o",
    "Marie-Antoinette de la Rochefoucauld-Montmorency-Luxembourg",
    "W" * 3000,
    "王 " * 1000,
    "\n" * 500 + "O",
    "",
    "\x00",
    "\ue000\U000e0041\uffff",
)


def documents_for(name: str) -> dict[str, Document]:
    """Every document that holds a person's or an article's name, with `name` for each of them."""
    to = Address(name, name, "69001", name, 45.0, 4.0)
    lines = tuple(replace(line, name=name) for line in shop.ORDER.lines)
    order = replace(shop.ORDER, lines=lines, customer=Customer(name), ship_to=to)
    shipment = replace(
        shop.SHIPMENT,
        customer_name=name,
        ship_to=to,
        lines=tuple(replace(line, name=name) for line in shop.SHIPMENT.lines),
    )
    ret = replace(shop.RETURN, lines=tuple(replace(line, name=name) for line in shop.RETURN.lines))
    article = replace(shop.ARTICLE, name=name)
    sscc = Sscc.build(3, shop.EXAMPLE_COMPANY_PREFIX, 13)
    unit = UnitPrice(Money(4760), "kg")
    gtin, sku = shop.ARTICLE.gtin, shop.ARTICLE.sku
    return {
        "sales_receipt": sales_receipt(
            order, shop.STORE, shop.SELLER, shop.STAMP, FRENCH, shop.LOCATIONS
        ),
        "order_slip": order_slip(
            order, shop.STORE, shop.SELLER, shop.STAMP, FRENCH, shop.LOCATIONS
        ),
        "gift_receipt": gift_receipt(order, shop.STORE, shop.SELLER, shop.STAMP, FRENCH),
        "return_receipt": return_receipt(ret, order, shop.STORE, shop.SELLER, FRENCH),
        "reservation_slip": reservation_slip(
            str(DocumentNumber.build("E", 12, 77)),
            (HeldLine(sku, name, 1, Money(6490)),),
            shop.TUESDAY,
            name,
            shop.STORE,
            shop.SELLER,
            FRENCH,
        ),
        "packing_slip": packing_slip(shipment, shop.WAREHOUSE, shop.SELLER, FRENCH),
        "pick_list": pick_list((shipment,), shop.WAREHOUSE, FRENCH),
        "transfer_note": transfer_note(
            "M1",
            (TransferLine(sku, gtin, name, 4),),
            shop.STORE,
            shop.WAREHOUSE,
            shop.MONDAY,
            FRENCH,
        ),
        "parcel_label": parcel_label(shipment, shop.PARCEL, shop.WAREHOUSE, FRENCH),
        "parcel_label_a6": parcel_label(
            shipment, shop.PARCEL, shop.WAREHOUSE, FRENCH, media=LABEL_A6
        ),
        "parcel_label_to_store": parcel_label(
            shipment, shop.PARCEL, shop.WAREHOUSE, FRENCH, ship_to=shop.STORE
        ),
        "return_label": return_label(ret, sscc, to, shop.WAREHOUSE, FRENCH),
        "collect_label": collect_label(
            replace(shop.BAG, customer_name=name), shop.OTHER_STORE, FRENCH
        ),
        "shelf_label": shelf_label(article, FRENCH, unit_price=unit, media=LABEL_57X32),
        "article_label": article_label(article, FRENCH),
    }


KINDS = sorted(documents_for("Claire Fontaine"))
USUAL = documents_for("Claire Fontaine")


def takes(document: Document, profile: str) -> bool:
    """Whether a printer of that kind can print this document with a usual name."""
    if PROFILES[profile].language == "zpl" and document.media.kind is not MediaKind.LABEL:
        return False  # it could, in seconds a page; nobody does
    try:
        render(document, PROFILES[profile])
    except DoesNotFit:
        return False
    return True


POSSIBLE = [
    (kind, profile) for kind in KINDS for profile in PROFILES if takes(USUAL[kind], profile)
]


ONE_OF_EACH_LANGUAGE = ("generic-58", "zebra-203", "office")


def test_every_document_has_a_printer() -> None:
    assert {kind for kind, _ in POSSIBLE} == set(KINDS)
    assert {profile for _, profile in POSSIBLE} == set(PROFILES)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name[:9]))
def test_no_name_stops_a_document_on_any_printer(name: str) -> None:
    documents = documents_for(name)
    for kind, profile in POSSIBLE:
        if name in NAMES[:2] or profile in ONE_OF_EACH_LANGUAGE:
            assert render(documents[kind], PROFILES[profile])
    for document in documents.values():
        render_text(document).encode("utf-8")
        assert document_from_json(document_to_json(document)) == document


@settings(deadline=None, max_examples=6)
@given(st.text(st.characters(), max_size=300))
@example("\ud800")
def test_no_text_at_all_stops_a_label_a_receipt_or_a_slip(name: str) -> None:
    documents = documents_for(name)
    for kind in ("parcel_label", "sales_receipt", "packing_slip", "collect_label"):
        narrow = suited(documents[kind], PROFILES["generic-58"])
        for made in (
            render_pdf(documents[kind]),
            render_escpos(documents[kind]) if kind == "sales_receipt" else b"1",
            render_escpos(narrow, PROFILES["generic-58"]) if kind == "sales_receipt" else b"1",
            render_zpl(documents[kind]),
            render_text(documents[kind]).encode("utf-8"),
        ):
            assert made


LATIN: tuple[tuple[str, str], ...] = (
    ("王小明", "Wang Xiao Ming"),
    ("محمد علي", "Mhmd Ly"),
    ("김철수 \U0001f600", "Gim Cheol Su"),
    ("Ελένη Παπαδοπούλου", "Eleni Papadopoyloy"),
)


@pytest.mark.parametrize(("name", "latin"), LATIN)
def test_a_label_says_the_name_as_it_is_written_and_in_latin_letters(name: str, latin: str) -> None:
    said = render_text(documents_for(name)["parcel_label"]).splitlines()
    assert [line.strip() for line in said if line.strip() in (name, latin)] == [
        name,
        latin,
        name,
        latin,
    ]


@pytest.mark.parametrize("name", ["Claire Fontaine", "Łukasz Żółć", "Noël Œuvré", "O’Brien 3ᵉ"])
def test_a_name_in_latin_letters_is_said_once(name: str) -> None:
    said = render_text(documents_for(name)["parcel_label"])
    assert said.count(name) == 2  # the name and the street; the commune is in capitals
