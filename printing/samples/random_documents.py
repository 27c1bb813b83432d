"""Documents from a seed, with the names and addresses that break layouts: for tests and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from printing.documents import (
    UnitPrice,
    article_label,
    collect_label,
    credit_voucher,
    parcel_label,
    return_label,
    sales_receipt,
    shelf_label,
)
from printing.model.document import Document
from printing.model.media import LABEL_57X32, LABEL_70X38, LABEL_100X70, LABEL_A6
from printing.samples import samples as shop
from sync.domain.customer import Address
from sync.domain.fulfilment import Parcel
from sync.domain.identifiers import DocumentNumber, Sscc
from sync.domain.money import Money
from sync.domain.payment import Tender, TenderKind
from sync.i18n import I18n

# The longest names of French communes (INSEE, code officiel géographique), and streets to match.
COMMUNES = (
    "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
    "Saint-Germain-de-Tallevende-la-Lande-Vaumont",
    "Beaujeu-Saint-Vallier-Pierrejux-et-Quitteur",
    "Château-Chinon (Campagne)",
    "Y",
    "Lyon",
    "L’Haÿ-les-Roses",
    "Plœuc-L’Hermitage",
)
STREETS = (
    "27 bis montée de la Grande-Côte",
    "Résidence Les Hauts de Sainte-Marguerite, bâtiment C, escalier 4, 1234 ter boulevard du "
    "Maréchal-de-Lattre-de-Tassigny",
    "1 rue X",
    "Lieu-dit Kerguélen-Ploërmel-Izella",
)
NAMES = (
    "Claire Fontaine",
    "Marie-Antoinette de la Rochefoucauld-Montmorency-Luxembourg",
    "Łukasz Brzęczyszczykiewicz",
    "Şükrü Öğretmenoğlu",
    "Ελένη Παπαδοπούλου",
    "Noël Œuvré",
    "O",
)
ARTICLES = (
    "Fauteuil Sirocco, velours bleu nuit",
    "Machine à café expresso automatique avec broyeur à grains intégré et buse vapeur, inox brossé",
    "Pull",
    "Jus de pomme « Cœur d’Ardèche » 1 L",
)


def _address(random: Random) -> Address:
    place = f"{random.randrange(1000, 98900):05d}", random.choice(COMMUNES)
    return Address(random.choice(NAMES), random.choice(STREETS), *place, 45.0, 5.0)


def _number(letter: str, random: Random) -> DocumentNumber:
    return DocumentNumber.build(letter, random.randrange(10_000), random.randrange(1_000_000))


def _sscc(random: Random) -> Sscc:
    return Sscc.build(random.randrange(10), shop.EXAMPLE_COMPANY_PREFIX, random.randrange(10**9))


def _parcel(random: Random, i18n: I18n) -> Document:
    parcel = Parcel(_sscc(random), random.randrange(50, 30_000))
    fulfilment = replace(
        shop.SHIPMENT,
        order_number=_number("C", random),
        service=random.choice(
            ("colissimo:home", "mondial_relay:pickup_point", "express", "next_day")
        ),
        ship_to=_address(random),
        parcels=(parcel,) * random.randrange(1, 4),
    )
    media = random.choice((None, LABEL_A6))
    if media is None:
        return parcel_label(fulfilment, parcel, shop.WAREHOUSE, i18n)
    return parcel_label(fulfilment, parcel, shop.WAREHOUSE, i18n, media=media)


def _return(random: Random, i18n: I18n) -> Document:
    ret = replace(shop.RETURN, number=_number("R", random))
    return return_label(ret, _sscc(random), _address(random), shop.WAREHOUSE, i18n)


def _bag(random: Random, i18n: I18n) -> Document:
    bag = replace(shop.BAG, order_number=_number("C", random), customer_name=random.choice(NAMES))
    return collect_label(bag, replace(shop.OTHER_STORE, name=random.choice(COMMUNES)), i18n)


def _shelf(random: Random, i18n: I18n) -> Document:
    article = replace(
        shop.ARTICLE,
        gtin=shop.gtin(random.randrange(100_000)),
        name=random.choice(ARTICLES),
        price=Money(random.randrange(1, 1_000_000)),
    )
    media = random.choice((LABEL_57X32, LABEL_70X38, LABEL_100X70))
    wide = media is not LABEL_57X32
    return shelf_label(
        article,
        i18n,
        unit_price=UnitPrice(Money(random.randrange(1, 1_000_000)), "kg"),
        prior_price=article.price * 2 if wide else None,
        link_domain="id.comptoir.example" if wide else "",
        media=media,
    )


def _article(random: Random, i18n: I18n) -> Document:
    article = replace(
        shop.ARTICLE, gtin=shop.gtin(random.randrange(100_000)), name=random.choice(ARTICLES)
    )
    return article_label(article, i18n)


def _voucher(random: Random, i18n: I18n) -> Document:
    return credit_voucher(
        str(_number("V", random)),
        Money(random.randrange(1, 100_000)),
        shop.TUESDAY.date(),
        str(_number("R", random)),
        shop.STORE,
        shop.SELLER,
        i18n,
    )


def _receipt(random: Random, i18n: I18n) -> Document:
    lines = tuple(
        replace(
            random.choice(shop.ORDER.lines),
            line_id=number,
            name=random.choice(ARTICLES),
            quantity=random.randrange(1, 30),
            unit_price=Money(random.randrange(1, 300_000)),
            vat_rate_bp=random.choice((550, 1000, 2000)),
        )
        for number in range(1, random.randrange(2, 12))
    )
    order = replace(shop.ORDER, number=_number("C", random), lines=lines, tenders=())
    order = replace(order, tenders=(Tender(TenderKind.CARD, order.total, card_last4="4242"),))
    code = f"https://comptoir.example/t/{order.number}?e={order.total.minor}&s="
    code += "".join(random.choices("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789-_", k=86))
    stamp = replace(shop.STAMP, qr=code)
    return sales_receipt(order, shop.STORE, shop.SELLER, stamp, i18n, shop.LOCATIONS)


Maker = Callable[[Random, I18n], Document]
SEEDED: dict[str, Maker] = {
    "parcel_label": _parcel,
    "return_label": _return,
    "collect_label": _bag,
    "shelf_label": _shelf,
    "article_label": _article,
    "credit_voucher": _voucher,
    "sales_receipt": _receipt,
}


def seeded(type_: str, seed: int, i18n: I18n) -> Document:
    """The document number `seed` of a type of `SEEDED`; the same again for the same seed."""
    return SEEDED[type_](Random(f"{type_} {seed}"), i18n)
