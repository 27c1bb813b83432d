"""A made-up shop and its documents: for test pages, the pictures in the documentation, and tests.

The GS1 prefix is the one kept for examples, the registrations are those of nobody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from printing.documents import (
    HeldLine,
    ReceiptStamp,
    Seller,
    TenderTotal,
    TillReport,
    TransferLine,
    UnitPrice,
    article_label,
    collect_label,
    credit_voucher,
    gift_receipt,
    order_slip,
    packing_slip,
    parcel_label,
    pick_list,
    reservation_slip,
    return_label,
    return_receipt,
    sales_receipt,
    shelf_label,
    till_report,
    transfer_note,
)
from printing.model.document import Document
from printing.model.media import LABEL_57X32, LABEL_70X38, LABEL_A6
from sync.domain.catalogue import Article
from sync.domain.customer import Address, Customer
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState, Parcel
from sync.domain.identifiers import DocumentNumber, Gtin, Sscc, gs1_check_digit
from sync.domain.location import Location, LocationKind
from sync.domain.money import Money, vat_by_rate
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.domain.returns import Return, ReturnReason, return_line
from sync.i18n import I18n

# GS1 keeps the prefix 952 for demonstrations and examples of the GS1 system: no real company
# has it, so a sample can never be mistaken for somebody's parcel.
EXAMPLE_COMPANY_PREFIX = "9521234"
SELLER = Seller(
    "Comptoir",
    "",
    "14 rue de la République",
    "69002",
    "Lyon",
    "000 000 000 00018",
    "47.59B",
    "FR00000000000",
    "comptoir.example/retours",
    30,
)
STORE = Location(
    "LYN2",
    LocationKind.STORE,
    "Comptoir Lyon Bellecour",
    "14 rue de la République",
    "69002",
    "Lyon",
    45.7640,
    4.8357,
)
OTHER_STORE = Location(
    "VLB1",
    LocationKind.STORE,
    "Comptoir Villeurbanne",
    "3 cours Émile-Zola",
    "69100",
    "Villeurbanne",
    45.7719,
    4.8902,
)
WAREHOUSE = Location(
    "SQF",
    LocationKind.WAREHOUSE,
    "Entrepôt Saint-Quentin-Fallavier",
    "8 avenue du Parc technologique",
    "38070",
    "Saint-Quentin-Fallavier",
    45.6430,
    5.1120,
)
LOCATIONS = {place.code: place for place in (STORE, OTHER_STORE, WAREHOUSE)}
HOME = Address("Claire Fontaine", "27 bis montée de la Grande-Côte", "69001", "Lyon", 45.77, 4.83)
PLACED_AT = datetime(2026, 11, 21, 15, 42, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


def gtin(serial: int) -> Gtin:
    """An EAN-13 of the example prefix."""
    body = f"{EXAMPLE_COMPANY_PREFIX}{serial:05d}"
    return Gtin(body + str(gs1_check_digit(body)))


def _line(
    line_id: int,
    name: str,
    quantity: int,
    cents: int,
    mode: FulfilmentMode,
    rate_bp: int = 2000,
    co2e_g: int = 0,
) -> OrderLine:
    arrives = {
        FulfilmentMode.CARRY_OUT: None,
        FulfilmentMode.SHIP_HOME: TUESDAY,
        FulfilmentMode.COLLECT: MONDAY,
        FulfilmentMode.PICKUP_POINT: TUESDAY,
    }[mode]
    return OrderLine(
        line_id,
        f"MC-{1040 + line_id * 7}",
        gtin(line_id),
        name,
        quantity,
        Money(cents),
        rate_bp,
        mode,
        "VLB1" if mode is FulfilmentMode.COLLECT else "",
        arrives,
        "SQF",
        co2e_g,
    )


ORDER = Order(
    DocumentNumber.build("C", 12, 345),
    Channel.STORE,
    "LYN2",
    "0012",
    "Léa",
    PLACED_AT,
    (
        _line(1, "Lampe de bureau Orion, laiton", 1, 8990, FulfilmentMode.CARRY_OUT),
        _line(2, "Carnet pointillé A5", 3, 1250, FulfilmentMode.CARRY_OUT),
        _line(3, "Le goût des choses simples (livre)", 1, 2200, FulfilmentMode.CARRY_OUT, 550),
        _line(
            4,
            "Fauteuil Sirocco, velours bleu nuit",
            1,
            112_900,
            FulfilmentMode.SHIP_HOME,
            co2e_g=4200,
        ),
        _line(5, "Bouilloire col de cygne 1 L", 1, 6490, FulfilmentMode.COLLECT, co2e_g=180),
    ),
    (
        Tender(TenderKind.CARD, Money(125_320), None, "P1", "481516", "4242"),
        Tender(TenderKind.CASH, Money(10_000), Money(11_000)),
    ),
    Customer("Claire Fontaine", "claire@example.com", "+33 6 39 98 00 00"),
    HOME,
    Money(990),
)
STAMP = ReceiptStamp(
    "T0012-000345-6",
    PLACED_AT,
    "Léa",
    "12",
    "https://comptoir.example/t/T0012-000345-6?c=C0012-000345-6&e=135320"
    "&s=pZ4GQbXkQ0m3mC1kXqS0lZz1c7m3aD9nE5rT2yU8iO4",
    "pZ4G-QbXk",
    "Comptoir 0.1.0",
)
PARCEL = Parcel(Sscc.build(3, EXAMPLE_COMPANY_PREFIX, 12), 14_350)
SHIPMENT = Fulfilment(
    "f-1",
    ORDER.number,
    "store",
    "SQF",
    FulfilmentMode.SHIP_HOME,
    "colissimo:home",
    (FulfilmentLine(4, "MC-1068", str(gtin(4)), ORDER.lines[3].name, 1, 13_200),),
    FulfilmentState.PACKED,
    PLACED_AT,
    TUESDAY,
    "Claire Fontaine",
    HOME,
    "",
    (PARCEL,),
)
BAG = Fulfilment(
    "f-2",
    ORDER.number,
    "store",
    "VLB1",
    FulfilmentMode.COLLECT,
    "collect",
    (FulfilmentLine(5, "MC-1075", str(gtin(5)), ORDER.lines[4].name, 1, 1_450),),
    FulfilmentState.ALLOCATED,
    PLACED_AT,
    MONDAY,
    "Claire Fontaine",
    None,
    "VLB1",
)
RETURN = Return(
    DocumentNumber.build("R", 12, 18),
    ORDER.number,
    "LYN2",
    "12",
    TUESDAY,
    (return_line(ORDER, 2, 0, 2, ReturnReason.NOT_SUITABLE),),
)
ARTICLE = Article(
    "MC-2210",
    gtin(10),
    "Café de spécialité Huila, grains, 250 g",
    "Épicerie",
    Money(1190),
    550,
    250,
)
CLOSING = TillReport(
    "12",
    214,
    datetime(2026, 11, 21, 8, 55, tzinfo=UTC),
    datetime(2026, 11, 21, 18, 40, tzinfo=UTC),
    "T0012-000311-8",
    "T0012-000345-6",
    34,
    1,
    Money(486_250),
    Money(2_500),
    (
        TenderTotal(TenderKind.CARD, 29, Money(441_130)),
        TenderTotal(TenderKind.CASH, 6, Money(42_620)),
    ),
    tuple(vat_by_rate([(Money(452_330), 2000), (Money(31_420), 550)])),
    Money(98_431_275),
    Money(15_000),
    Money(57_600),
    2,
    1,
    9,
    "9fQ2-Lm0r",
    "Comptoir 0.1.0",
)


def samples(i18n: I18n) -> dict[str, Document]:
    """One of each document, in the language of `i18n`."""
    return {
        "sales_receipt": sales_receipt(
            ORDER, STORE, SELLER, STAMP, i18n, LOCATIONS, guaranteed_skus={"MC-1047", "MC-1068"}
        ),
        "order_slip": order_slip(ORDER, STORE, SELLER, STAMP, i18n, LOCATIONS),
        "parcel_label": parcel_label(SHIPMENT, PARCEL, WAREHOUSE, i18n),
        "collect_label": collect_label(BAG, OTHER_STORE, i18n),
        "pick_list": pick_list([SHIPMENT, BAG], WAREHOUSE, i18n),
        "return_receipt": return_receipt(RETURN, ORDER, STORE, SELLER, i18n),
        "gift_receipt": gift_receipt(ORDER, STORE, SELLER, STAMP, i18n, line_ids={1, 3}),
        "reservation_slip": reservation_slip(
            str(DocumentNumber.build("E", 12, 77)),
            (HeldLine("MC-1075", ORDER.lines[4].name, 1, Money(6490)),),
            TUESDAY,
            "Claire Fontaine",
            OTHER_STORE,
            SELLER,
            i18n,
        ),
        "packing_slip": packing_slip(SHIPMENT, WAREHOUSE, SELLER, i18n),
        "parcel_label_a6": parcel_label(SHIPMENT, PARCEL, WAREHOUSE, i18n, media=LABEL_A6),
        "return_label": return_label(
            RETURN, Sscc.build(3, EXAMPLE_COMPANY_PREFIX, 13), HOME, WAREHOUSE, i18n
        ),
        "transfer_note": transfer_note(
            str(DocumentNumber.build("M", 0, 61)),
            tuple(TransferLine(n.sku, n.gtin, n.name, 4 * n.line_id) for n in ORDER.lines),
            WAREHOUSE,
            OTHER_STORE,
            MONDAY,
            i18n,
        ),
        "shelf_label": shelf_label(
            ARTICLE, i18n, unit_price=UnitPrice(Money(4760), "kg"), media=LABEL_57X32
        ),
        "shelf_label_reduced": shelf_label(
            ARTICLE,
            i18n,
            unit_price=UnitPrice(Money(4760), "kg"),
            prior_price=Money(1390),
            link_domain="id.comptoir.example",
            media=LABEL_70X38,
        ),
        "article_label": article_label(ARTICLE, i18n),
        "x_report": till_report(replace(CLOSING, closing_number=None), STORE, SELLER, i18n),
        "z_report": till_report(CLOSING, STORE, SELLER, i18n),
        "credit_voucher": credit_voucher(
            str(DocumentNumber.build("V", 12, 9)),
            Money(2500),
            date(2027, 11, 24),
            str(RETURN.number),
            STORE,
            SELLER,
            i18n,
        ),
    }
