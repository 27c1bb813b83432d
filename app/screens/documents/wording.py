"""The words that the screens share for documents and printers: states, families, models, kinds."""

from __future__ import annotations

import flet as ft

from app.theme import Tone
from app.usecases.documents.printers import BUILT_IN, PrinterView
from printing.model.printer_profile import Profile
from printing.spool.spool import DRAWER, Job, JobState
from sync.i18n import I18n

EXPIRED, CANCELLED = "printing.expired", "printing.cancelled"
DUPLICATED = frozenset({"sales_receipt", "order_slip"})  # say DUPLICATA when printed again


def document_name(i18n: I18n, document_type: str) -> str:
    """What a document is called."""
    return {
        "sales_receipt": i18n.t("Receipt"),
        "return_receipt": i18n.t("Return receipt"),
        "order_slip": i18n.t("Order slip"),
        "parcel_label": i18n.t("Parcel label"),
        "collect_label": i18n.t("Bag label"),
        "pick_list": i18n.t("Pick list"),
        "test_page": i18n.t("Test page"),
        DRAWER: i18n.t("Cash drawer"),
    }.get(document_type, document_type)


DOCUMENT_ICONS = {
    "sales_receipt": ft.Icons.RECEIPT_LONG_OUTLINED,
    "return_receipt": ft.Icons.ASSIGNMENT_RETURN_OUTLINED,
    "order_slip": ft.Icons.DESCRIPTION_OUTLINED,
    "parcel_label": ft.Icons.LOCAL_SHIPPING_OUTLINED,
    "collect_label": ft.Icons.SHOPPING_BAG_OUTLINED,
    "test_page": ft.Icons.CHECKLIST_OUTLINED,
    DRAWER: ft.Icons.POINT_OF_SALE,
}


def job_state(i18n: I18n, job: Job) -> tuple[str, Tone, ft.IconData]:
    """Where a document stands, its tone and its sign."""
    if job.state is JobState.FAILED and job.reason == EXPIRED:
        return i18n.t("Expired"), Tone.NEUTRAL, ft.Icons.TIMER_OFF_OUTLINED
    if job.state is JobState.FAILED and job.reason == CANCELLED:
        return i18n.t("Cancelled"), Tone.NEUTRAL, ft.Icons.DO_NOT_DISTURB_ALT_OUTLINED
    if job.state is JobState.QUEUED and job.reason:
        return i18n.t("Waiting"), Tone.ATTENTION, ft.Icons.HOURGLASS_EMPTY
    return {
        JobState.QUEUED: (i18n.t("Waiting"), Tone.NEUTRAL, ft.Icons.HOURGLASS_EMPTY),
        JobState.SENDING: (i18n.t("Printing"), Tone.NEUTRAL, ft.Icons.PRINT_OUTLINED),
        JobState.SENT: (i18n.t("Printed"), Tone.GOOD, ft.Icons.CHECK),
        JobState.CONFIRMED: (i18n.t("Printed"), Tone.GOOD, ft.Icons.CHECK),
        JobState.UNKNOWN: (i18n.t("Did it come out?"), Tone.ATTENTION, ft.Icons.HELP_OUTLINE),
        JobState.FAILED: (i18n.t("Not printed"), Tone.LOSS, ft.Icons.CLOSE),
    }[job.state]


def printer_name(i18n: I18n, name: str) -> str:
    """A printer as people call it."""
    return i18n.t("On screen (PDF)") if name == BUILT_IN else name


def printer_state(i18n: I18n, printer: PrinterView) -> tuple[str, Tone, ft.IconData]:
    """How a printer is, in a word or two, its tone and its sign."""
    if printer.questions:
        words = i18n.n("{count} question", "{count} questions", printer.questions)
        return words, Tone.ATTENTION, ft.Icons.HELP_OUTLINE
    if printer.error is not None:
        return _trouble(i18n, printer.error.code), Tone.ATTENTION, ft.Icons.WARNING_AMBER
    if printer.waiting:
        words = i18n.n("{count} waits", "{count} wait", printer.waiting)
        return words, Tone.NEUTRAL, ft.Icons.HOURGLASS_EMPTY
    return i18n.t("Ready"), Tone.GOOD, ft.Icons.CHECK


def _trouble(i18n: I18n, code: str) -> str:
    return {
        "printing.off": i18n.t("Not reachable"),
        "printing.paper_out": i18n.t("No paper"),
        "printing.cover_open": i18n.t("Cover open"),
        "printing.stopped": i18n.t("Paused"),
        "printing.slow": i18n.t("Silent"),
        "printing.removed": i18n.t("Removed"),
    }.get(code, i18n.t("In trouble"))


def printer_kind(i18n: I18n, kind: str) -> str:
    """How a printer is connected."""
    return {
        "tcp": i18n.t("Network"),
        "ipp": i18n.t("Office printer (IPP)"),
        "usb": i18n.t("USB"),
        "folder": i18n.t("Folder"),
    }.get(kind, kind)


def printer_icon(printer: PrinterView, profile: Profile | None) -> ft.IconData:
    """A sign for what it prints on: receipts, labels or sheets."""
    if printer.built_in:
        return ft.Icons.DESKTOP_WINDOWS_OUTLINED
    language = profile.language if profile else ""
    return {
        "escpos": ft.Icons.RECEIPT_LONG_OUTLINED,
        "zpl": ft.Icons.LABEL_OUTLINE,
    }.get(language, ft.Icons.PRINT_OUTLINED)


def model_name(i18n: I18n, profile: Profile) -> str:
    """A printer model as people know it."""
    return {
        "generic-80": i18n.t("Any receipt printer, 80 mm"),
        "generic-58": i18n.t("Any receipt printer, 58 mm"),
        "office": i18n.t("Any office printer, A4"),
    }.get(profile.name, f"{profile.maker} {profile.model}")


def family_name(i18n: I18n, family: str) -> str:
    """What a family of documents is called."""
    return {
        "receipts": i18n.t("Receipts"),
        "slips": i18n.t("Order slips"),
        "parcels": i18n.t("Parcel labels"),
        "bags": i18n.t("Bag labels"),
        "lists": i18n.t("Lists and reports"),
        "prices": i18n.t("Price labels"),
    }[family]


FAMILY_ICONS = {
    "receipts": ft.Icons.RECEIPT_LONG_OUTLINED,
    "slips": ft.Icons.DESCRIPTION_OUTLINED,
    "parcels": ft.Icons.LOCAL_SHIPPING_OUTLINED,
    "bags": ft.Icons.SHOPPING_BAG_OUTLINED,
    "lists": ft.Icons.LIST_ALT,
    "prices": ft.Icons.SELL_OUTLINED,
}
