"""One order goes the whole way: three processes, a real browser, the server lost and found.

It is one test on purpose: each step stands on what the one before left on disk.
"""

import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import StringIO
from pathlib import Path

import httpx
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser
from rich.console import Console

from app.cli import check
from app.cli.demo import DEMO_STORE, DemoCompany
from sync.domain.device import DeviceKind
from sync.protocol.receipt_code import looks_like_receipt
from tests.journeys.browser import Screen, chromium

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.xdist_group("journey")]

CARRIED = "71053"  # White metal lantern: in stock in the demo store
SHIPPED = "71477"  # Colour glass star t-light holder: not here, in the warehouses
SECONDS_MAX = 60.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def company(tmp_path: Path, browser: Browser) -> Iterator[DemoCompany]:
    company = DemoCompany(tmp_path / "demo")
    company.load(Console(file=StringIO()))
    try:
        company.start_central(0)
        company.start_device(DeviceKind.TERMINAL, 0)
        company.start_device(DeviceKind.KIOSK, 0)
        yield company
    finally:
        company.stop()


def until(question: Callable[[], object], what: str) -> None:
    """Ask again and again; fails with `what` after a minute."""
    end = time.monotonic() + SECONDS_MAX
    while not question():
        assert time.monotonic() < end, f"still not so after {SECONDS_MAX:.0f} s: {what}"
        time.sleep(0.2)


class Books:
    """What the central server has on disk, read from beside it."""

    def __init__(self, company: DemoCompany) -> None:
        self.path = company.central_folder / "central.db"

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)) as books:
            return books.execute(query, values).fetchall()

    def store_orders(self) -> list[dict[str, object]]:
        rows = self.ask("SELECT body FROM order_document WHERE channel = 'store' ORDER BY number")
        return [json.loads(str(row[0])) for row in rows]

    def on_hand(self, sku: str) -> int:
        rows = self.ask(
            "SELECT on_hand FROM balance WHERE location = ? AND sku = ?", DEMO_STORE, sku
        )
        return int(str(rows[0][0]))


def receipt_codes(folder: Path) -> list[str]:
    """The QR codes of all documents that came out of the spool, read back from the PDF."""
    found = []
    for path in sorted((folder / "spool").rglob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        for page in document:
            picture = page.render(scale=300 / 72).to_pil()
            found += [code.text for code in zxingcpp.read_barcodes(picture)]
        document.close()
    return [text for text in found if looks_like_receipt(text)]


def sign_in(screen: Screen) -> None:
    screen.sees("Qui est au comptoir")
    screen.press("Léo Martin")
    screen.sees("Bonjour Léo")
    screen.fill("Code", "135790", enter=True)
    screen.waits_for("nav-orders")


def rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def scan_to_carry(screen: Screen, sku: str, name: str, pieces: int = 1) -> None:
    """A scan is a line to carry out, or one more of it."""
    screen.scan(sku)
    screen.sees(rx(f"Panier.*{name}.*{pieces}"))


def add(screen: Screen, sku: str, option: str, name: str) -> None:
    """The scanned line is taken back, and the article had by another delivery option."""
    screen.scan(sku)
    screen.sees(rx(f"{name}.* » : [0-9]+ dans le panier"))
    screen.tap("notice-action")
    screen.sees(option)
    screen.choose("option-", option)
    screen.tap("add")
    screen.sees(rx(f"Panier.*{name}"))


def pick_all(screen: Screen) -> None:
    """Scan every piece, as the list says them: the barcode stands on each line."""
    screen.waits_for("pick-1")
    lines = re.findall(r"([0-9]{13}).*?0 / ([0-9]+)", screen.said(), re.DOTALL)
    assert lines, screen.said()
    for line in lines:
        for _ in range(int(line[1])):
            screen.scan(line[0])
    screen.sees(rx(r"([0-9]+) sur \1 prélevée"))


def bring_back(kiosk: Screen, code: str) -> None:
    """One piece of the first line comes back: it does not suit."""
    kiosk.sees("Scannez votre ticket")
    kiosk.fill("Numéro de commande", code, enter=True)
    kiosk.sees("Que souhaitez-vous rendre")
    kiosk.waits_for("kiosk-line-1")
    if not kiosk.has("kiosk-reason-1-not_suitable"):  # a lone piece is chosen by itself
        kiosk.tap("kiosk-line-1")
    kiosk.waits_for("kiosk-reason-1-not_suitable")
    if kiosk.has("kiosk-quantity-1-less"):
        kiosk.tap("kiosk-quantity-1-less")
    kiosk.tap("kiosk-reason-1-not_suitable")
    kiosk.shot("kiosk-articles")
    kiosk.tap("kiosk-continue")
    kiosk.tap("kiosk-confirm")
    kiosk.waits_for("kiosk-finish")


def inspect(screen: Screen) -> None:
    """The associate looks at the goods: as new."""
    screen.tap("nav-returns")
    screen.tap(screen.first_key("return-R"))
    screen.tap("inspect-1-as_new")
    screen.shot("inspection")
    screen.tap("inspect-confirm")
    screen.waits_for("inspect-finish")


def test_one_order_goes_the_whole_way(
    company: DemoCompany, browser: Browser, tmp_path: Path
) -> None:
    books = Books(company)
    shots = tmp_path / "shots"
    till = Screen(browser, company.parts["terminal"].url, 1280, 800, shots)
    terminal_folder = company.folder / f"terminal-{DEMO_STORE.lower()}"

    # 0. a page of another site, open in the same browser, reaches neither till nor kiosk
    for part in ("terminal", "kiosk"):
        url = company.parts[part].url
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        upgrade |= {
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Origin": "http://evil.example",
        }
        assert httpx.get(f"{url}/ws", headers=upgrade).status_code == 403
        assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 421

    # 1. sign in, scan a wrong and an unknown barcode, then an article
    sign_in(till)
    till.scan("2007105300009")
    till.sees("clé de contrôle")
    till.scan("4006381333931")
    till.sees("Aucun article ne porte le code-barres")
    lanterns_before = books.on_hand(CARRIED)

    # 2. one basket: one line to carry out, one to ship home, one to collect in another store
    scan_to_carry(till, CARRIED, "White metal lantern")
    scan_to_carry(till, CARRIED, "White metal lantern", 2)
    add(till, SHIPPED, "Livraison à domicile", "Colour glass star")
    add(till, CARRIED, "Retrait à Lyon Croix-Rousse", "White metal lantern")
    till.sees("Livraison")
    till.shot("basket")

    # 3. the customer's address, then cash with change
    till.tap("pay")
    till.fill("Nom", "Élodie Lefèvre")
    till.fill("E-mail", "elodie@example.fr")
    till.fill("Numéro et rue", "4 rue des Trois-Maries")
    till.fill("Code postal", "69005")
    till.waits_for("place-0")
    till.tap("place-0")
    till.gone("place-0")
    till.tap("customer-save")
    till.waits_for("cash-5000")
    till.tap("cash-5000")
    till.sees("À rendre")
    till.tap("take-cash")
    till.waits_for("next-customer")
    till.sees("28,35 €")

    # 4. receipt and order slip, only because they are asked for
    assert receipt_codes(terminal_folder) == []
    till.tap("print-receipt")
    until(lambda: receipt_codes(terminal_folder), "the receipt is in the spool folder")
    till.shot("done")
    till.tap("print-slip")
    till.tap("email-receipt")  # the address is known from the delivery
    till.tap("receipt-email-send")
    till.gone("receipt-email-send")

    # 5. one command, sourced and allocated; the terminal says where each line comes from and why
    until(lambda: books.store_orders(), "the order is at the server")
    number = str(books.store_orders()[0]["number"]["value"])  # type: ignore[index]
    assert books.on_hand(CARRIED) == lanterns_before - 2
    decisions = books.ask("SELECT COUNT(*) FROM decision WHERE order_number = ?", number)
    assert decisions == [(2,)]  # to the home, to the other store
    till.sees("Pourquoi")
    till.shot("sourced")
    till.tap("nav-orders")
    till.tap(f"order-{number}")
    till.tap("order-evaluations")
    till.sees("Entrepôt Nord")
    till.shot("order")

    # 6. the store ships a web order: pick, pack, label, hand over; tracking and e-mail follow
    till.tap("nav-fulfilments")
    till.sees("À préparer")
    fulfilment = till.first_key("fulfilment-W")
    till.tap(fulfilment)
    fulfilment_id = fulfilment.removeprefix("fulfilment-")
    pick_all(till)
    till.tap("fulfilment-pack")
    till.waits_for("fulfilment-hand-over")
    till.shot("label")
    till.tap("fulfilment-hand-over")
    state = "SELECT state FROM fulfilment WHERE fulfilment_id = ?"
    until(lambda: books.ask(state, fulfilment_id) == [("handed_over",)], "handed over")
    folder = company.central_folder / "mail"

    def mails(subject: str) -> list[EmailMessage]:
        found = (
            message_from_bytes(path.read_bytes(), policy=default) for path in folder.glob("*.eml")
        )
        return [mail for mail in found if subject in str(mail["Subject"])]

    until(lambda: mails("en route"), "who gets the parcel is told")
    to_her = "elodie@example.fr"
    until(
        lambda: [mail for mail in mails("") if mail["To"] == to_her and mail.is_multipart()],
        "her receipt is in the folder",
    )
    receipt = next(mail for mail in mails("") if mail["To"] == to_her and mail.is_multipart())
    assert [part.get_content_type() for part in receipt.walk()][1:] == [
        "text/plain",
        "application/pdf",
    ]

    # 7. at the kiosk: the receipt, a line and a reason; then inspected, refunded, for sale again
    code = receipt_codes(terminal_folder)[0]
    kiosk = Screen(browser, company.parts["kiosk"].url, 1080, 1920, shots)
    kiosk.sees("Scannez votre ticket")
    kiosk.fill("Numéro de commande", code.replace("/EUR/", "/USD/"), enter=True)
    kiosk.sees("n’a pas été émis par une de nos caisses")
    kiosk.fill("Numéro de commande", code[:60], enter=True)
    kiosk.sees("n’a pas pu être lu en entier")
    bring_back(kiosk, code)
    kiosk.shot("kiosk-done")
    until(lambda: books.ask("SELECT 1 FROM customer_return"), "the return is at the server")
    inspect(till)
    until(
        lambda: books.ask("SELECT state FROM customer_return") == [("refunded",)],
        "the return is refunded",
    )
    assert books.on_hand(CARRIED) == lanterns_before - 1
    till.sees("Rendez 4,25 € en espèces")
    till.shot("payout")
    till.tap("payout-done")
    until(lambda: books.ask("SELECT minor FROM cash_payout") == [(425,)], "the payout is booked")

    # 8. the server is lost: selling and returning go on; it is found: everything arrives, once
    company.parts["central"].kill()
    till.tap("nav-home")
    till.sees("Hors ligne")
    scan_to_carry(till, CARRIED, "White metal lantern")
    till.tap("pay")
    till.waits_for("cash-exact")
    till.tap("cash-exact")
    till.tap("take-cash")
    till.waits_for("print-receipt")
    till.shot("offline-done")
    kiosk.tap("kiosk-finish")
    bring_back(kiosk, code)
    assert len(books.store_orders()) == 1
    company.start_central()
    until(lambda: len(books.store_orders()) == 2, "the offline sale has arrived")
    till.sees("En ligne")
    returns = "SELECT state FROM customer_return ORDER BY received_at"
    until(
        lambda: books.ask(returns) == [("refunded",), ("deposited",)],
        "the offline return has arrived",
    )
    assert len(books.store_orders()) == 2
    assert books.on_hand(CARRIED) == lanterns_before - 2

    company.stop()
    assert check.run(company.folder, Console(file=StringIO())) == 0
