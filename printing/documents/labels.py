"""Labels on parcels and bags: few words, large, and a code that any scanner reads."""

from __future__ import annotations

from itertools import zip_longest

from printing.barcodes.gs1 import element_string
from printing.documents.latin import with_latin
from printing.documents.parts import NBSP, labelled, one_line
from printing.documents.service_names import ServiceName, service_name
from printing.model.document import (
    Align,
    Barcode,
    Block,
    Cell,
    Columns,
    Document,
    Panel,
    Qr,
    Rule,
    Space,
    Style,
    Symbology,
    Text,
    VAlign,
)
from printing.model.media import LABEL_4X6, LABEL_100X70, Media
from sync.domain.customer import Address
from sync.domain.errors import InvalidInput
from sync.domain.fulfilment import Fulfilment, Parcel
from sync.domain.identifiers import Sscc
from sync.domain.location import Location
from sync.domain.returns import Return
from sync.i18n import I18n

# GS1 General Specifications 5.12 (table 5, logistics): X-dimension 0.495 mm or more, bars 32 mm
# high or more. Four dots at 203 dpi are 0.5005 mm.
LOGISTIC_MODULE_DOTS = 4
LOGISTIC_BAR_HEIGHT_MM = 32.0
SHORT_SERVICE = 8  # letters that fit beside the sender in the size of a total
SENDER_SHARE = 1.8  # of the width, to 1 for the service
CALLED_OUT = 5  # the end of an order number that is set large: 345-6


def sscc_text(sscc: str) -> str:
    """(00) 3 9521234 000000012 4: extension, the rest in one, check digit set apart."""
    return f"(00) {sscc[0]} {sscc[1:8]} {sscc[8:17]} {sscc[17]}"


def parcel_label(
    fulfilment: Fulfilment,
    parcel: Parcel,
    ship_from: Location,
    i18n: I18n,
    *,
    ship_to: Location | None = None,
    media: Media = LABEL_4X6,
) -> Document:
    """A logistic label for a parcel of our own: from, to, service, and the SSCC at the foot.

    The parcel goes to the fulfilment's address, or to the location `ship_to` when the customer
    collects it there; raises InvalidInput when there is neither.
    """
    sscc = parcel.sscc.value
    title = i18n.t("Parcel {sscc}", sscc=sscc)
    blocks = _logistic_label(
        _sender(ship_from, i18n),
        service_name(fulfilment.service, i18n),
        _destination(fulfilment, ship_to),
        _facts(fulfilment, parcel, i18n),
        str(fulfilment.order_number),
        parcel.sscc,
        i18n,
    )
    return Document("parcel_label", media, title, i18n.language, blocks)


def return_label(
    ret: Return,
    sscc: Sscc,
    sender: Address,
    destination: Location,
    i18n: I18n,
    *,
    media: Media = LABEL_4X6,
) -> Document:
    """A logistic label for goods that a customer sends back; the code beside the facts holds the
    return number."""
    pieces = sum(line.quantity for line in ret.lines)
    facts: tuple[Block, ...] = (
        *labelled(i18n.t("Return"), str(ret.number)),
        Space(1.2),
        *labelled(i18n.t("Contents"), i18n.n("{count} article", "{count} articles", pieces)),
    )
    place = f"{sender.postcode}{NBSP}{sender.commune}"
    blocks = _logistic_label(
        _small_address((sender.name, sender.street, place), i18n),
        ServiceName("", i18n.t("RETURN")),
        _address_of(destination, destination.name),
        facts,
        str(ret.number),
        sscc,
        i18n,
    )
    title = i18n.t("Return label {number}", number=ret.number)
    return Document("return_label", media, title, i18n.language, blocks)


def _logistic_label(
    sender: tuple[Block, ...],
    service: ServiceName,
    to: Address,
    facts: tuple[Block, ...],
    number: str,
    sscc: Sscc,
    i18n: I18n,
) -> tuple[Block, ...]:
    """Sender and service, recipient, facts, and the SSCC lowest, its bars upright."""
    return (
        Columns((Cell(sender, SENDER_SHARE), Cell(_service(service))), valign=VAlign.TOP),
        Space(1.6),
        Rule(1.4),
        Space(1.9),
        Text(i18n.t("Ship to"), Style.CAPTION),
        *_recipient(to, i18n),
        Space(1.6),
        Rule(0.7),
        Space(1.6),
        Columns((Cell(facts), _number_code(number, i18n)), gap_mm=1, valign=VAlign.MIDDLE),
        Space(0, fill=True),
        Rule(1.4),
        Space(2.0),
        Barcode(
            Symbology.GS1_128,
            element_string((("00", sscc.value),)),
            sscc_text(sscc.value),
            LOGISTIC_BAR_HEIGHT_MM,
            LOGISTIC_MODULE_DOTS,
        ),
    )


def _destination(fulfilment: Fulfilment, ship_to: Location | None) -> Address:
    if ship_to is not None:
        name = " · ".join(part for part in (ship_to.name, fulfilment.customer_name) if part)
        return _address_of(ship_to, name)
    if fulfilment.ship_to is None:
        raise InvalidInput(
            "The parcel of order {order} has no address to go to. Nothing was printed; look at "
            "the order first.",
            code="printing.no_address",
            order=fulfilment.order_number,
        )
    return fulfilment.ship_to


def _facts(fulfilment: Fulfilment, parcel: Parcel, i18n: I18n) -> tuple[Block, ...]:
    number = fulfilment.parcels.index(parcel) + 1 if parcel in fulfilment.parcels else 1
    count = max(len(fulfilment.parcels), 1)
    facts = [
        labelled(i18n.t("Order"), str(fulfilment.order_number)),
        labelled(i18n.t("Parcel"), f"{number}{NBSP}/{NBSP}{count}"),
        labelled(i18n.t("Leaves by"), i18n.day(fulfilment.due_at)),
        labelled(i18n.t("Weight"), f"{i18n.number(parcel.weight_g / 1000, 2)}{NBSP}kg"),
    ]
    if parcel.tracking_number:
        facts.append(labelled(i18n.t("Tracking number"), parcel.tracking_number))
    blocks: list[Block] = []
    for left, right in zip_longest(facts[::2], facts[1::2], fillvalue=()):
        blocks += [Columns((Cell(left, 1.6), Cell(right, 1)), valign=VAlign.TOP), Space(1.2)]
    return tuple(blocks)


def _number_code(number: str, i18n: I18n) -> Cell:
    """The number of the order or return as a code, for the counter."""
    return Cell((Qr(number, 17, i18n.t("The number as a code")),), 0)


def _address_of(place: Location, name: str) -> Address:
    return Address(
        name, place.address, place.postcode, place.commune, place.lat, place.lon, place.country
    )


def _sender(ship_from: Location, i18n: I18n) -> tuple[Block, ...]:
    place = f"{ship_from.postcode}{NBSP}{ship_from.commune}"
    return _small_address((ship_from.name, ship_from.address, place), i18n)


def _small_address(lines: tuple[str, ...], i18n: I18n) -> tuple[Block, ...]:
    """Who sends, small, and smaller still when it is long: it must not push the recipient down."""
    return (
        Text(i18n.t("Ship from"), Style.CAPTION),
        *(
            Text(one_line(line), Style.SMALL, lines_max=2 if place == 0 else 3, shorten=True)
            for place, line in enumerate(lines)
        ),
    )


def _service(name: ServiceName) -> tuple[Block, ...]:
    """The carrier large and the service below it; without a carrier the service alone."""
    blocks: tuple[Block, ...] = (Text(name.service, Style.STRONG, Align.CENTRE, lines_max=2),)
    if name.carrier:
        blocks = (
            Text(name.carrier, Style.TOTAL, Align.CENTRE, lines_max=1),
            Text(name.service, Style.SMALL, Align.CENTRE, lines_max=1),
        )
    elif len(name.service) <= SHORT_SERVICE:
        blocks = (Text(name.service, Style.TOTAL, Align.CENTRE, lines_max=1),)
    return (Panel(blocks, inverse=True, padding_mm=2),)


def _recipient(to: Address, i18n: I18n) -> tuple[Block, ...]:
    """Name, street and commune on up to two lines each: what is longer is set smaller, then cut."""
    blocks: list[Block] = [*_written(to.name, Style.HEADING), Space(0.4)]
    blocks += [*_written(to.street, Style.HEADING), Space(0.8)]
    blocks += [*_written(f"{to.postcode}{NBSP}{to.commune}".upper(), Style.TITLE)]
    country = i18n.locale.territories.get(to.country, to.country)
    blocks += [Text(str(country).upper(), Style.BODY, lines_max=1)]
    return tuple(blocks)


def _written(text: str, style: Style) -> tuple[Block, ...]:
    """As the customer wrote it, and in Latin letters below where it has others."""
    return with_latin(Text(one_line(text), style, lines_max=2, shorten=True))


def short_name(full_name: str) -> str:
    """First name and initial, as much as a bag in the open may show: `Claire F.`"""
    words = one_line(full_name).split()
    if len(words) < 2:
        return words[0] if words else ""
    return f"{words[0]}{NBSP}{words[-1][0].upper()}."


def collect_label(fulfilment: Fulfilment, store: Location, i18n: I18n) -> Document:
    """The label of a click and collect bag: first name and initial, and the end of the number.

    No telephone number, no e-mail address: the bag stands where others can read it.
    """
    number = str(fulfilment.order_number)
    left: tuple[Block, ...] = (
        Text(i18n.t("Click and collect"), Style.CAPTION),
        *_written(short_name(fulfilment.customer_name) or number, Style.TITLE),
        Space(1.2),
        Text(number[-CALLED_OUT:], Style.DISPLAY, lines_max=1),
        Text(number, Style.SMALL),
    )
    blocks: list[Block] = [
        Columns(
            (Cell(left), Cell((Qr(number, 30, i18n.t("The order number as a code")),), 0)),
            gap_mm=1,
            valign=VAlign.MIDDLE,
        ),
        Space(0, fill=True),
        Rule(1.2),
        Space(1.4),
        Columns(
            (
                Cell(
                    labelled(
                        i18n.t("In the bag"),
                        i18n.n("{count} article", "{count} articles", fulfilment.quantity),
                    ),
                    0,
                ),
                Cell(labelled(i18n.t("Ready on"), i18n.day(fulfilment.due_at)), 0),
                Cell(
                    (
                        Text(i18n.t("Store"), Style.CAPTION),
                        Text(store.name, Style.STRONG, lines_max=2),
                    )
                ),
            ),
            gap_mm=5,
        ),
    ]
    title = i18n.t("Bag for order {number}", number=number)
    return Document("collect_label", LABEL_100X70, title, i18n.language, tuple(blocks))
