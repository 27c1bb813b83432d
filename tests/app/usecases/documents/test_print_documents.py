"""Documents: made from what is on disk, once, and again only as a duplicate."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.device import Device
from app.usecases.returns.returns import Choice
from app.usecases.store.sign_in import Person
from printing.spool.spool import JobState
from sync.domain.errors import NotFound, Refused
from sync.domain.money import Money
from sync.domain.returns import ReturnReason
from sync.terminal import journal
from tests.app.device_fixtures import make_device

ROOT = Path(__file__).parents[4]


def sell(device: Device, leo: Person) -> str:
    device.basket.add("A0004")
    return str(device.checkout.pay_cash(Money(5000), leo).order.number)


def test_a_receipt_is_a_pdf_in_the_spool_folder_and_a_picture_on_screen(
    device: Device, leo: Person
) -> None:
    job = device.documents.make_receipt(sell(device, leo))
    assert (job.document_type, job.state) == ("sales_receipt", JobState.CONFIRMED)
    assert device.documents.pdf_path(job.number).read_bytes().startswith(b"%PDF")
    (page,) = device.documents.pages(job.number)
    assert page.startswith(b"\x89PNG")


def test_a_device_that_erases_itself_leaves_no_document(device: Device, leo: Person) -> None:
    job = device.documents.make_receipt(sell(device, leo))
    made, folder = device.documents.pdf_path(job.number), device.printers._folder
    content = device.printers.spool.payload(job.number)
    assert made.exists()
    device._store.erase()
    assert not made.exists()
    assert device.documents.jobs() == []
    for file in folder.iterdir():
        assert content[:200] not in file.read_bytes(), file.name


def test_asking_twice_prints_once(device: Device, leo: Person) -> None:
    number = sell(device, leo)
    assert (
        device.documents.make_receipt(number).number == device.documents.make_receipt(number).number
    )
    assert len(device.documents.jobs()) == 1


def test_asking_for_a_document_that_is_there_tells_nobody(device: Device, leo: Person) -> None:
    number = sell(device, leo)
    told: list[str] = []
    device.subscribe(told.append)
    device.documents.make_receipt(number)
    assert set(told) == {"documents"}
    told.clear()
    device.documents.make_receipt(number)
    assert told == []  # a screen that asks whenever it is told would never rest


def test_again_is_a_new_document_each_time(device: Device, leo: Person) -> None:
    first = device.documents.make_receipt(sell(device, leo))
    copies = [device.documents.again(first.number) for _ in range(2)]
    assert [job.key.rpartition("/")[2] for job in (first, *copies)] == ["0", "1", "2"]
    documents = {device.documents.pdf_path(job.number).read_bytes() for job in (first, *copies)}
    assert len(documents) == 3  # each duplicate carries its number
    assert device.documents.again(copies[0].number).key.endswith("/3")


def test_labels_and_return_receipts_are_printed_again_as_they_were(
    device: Device, leo: Person
) -> None:
    _, label = device.fulfilments.pack("W-SHIP", leo)
    again = device.documents.again(label.number)
    assert (
        device.documents.pdf_path(again.number).read_bytes()
        == device.documents.pdf_path(label.number).read_bytes()
    )
    number = sell(device, leo)
    registered = device.returns.register(number, [Choice(1, 1, ReturnReason.OTHER)])
    (page,) = device.documents.preview_return_receipt(registered.goods, registered.order)
    assert page.startswith(b"\x89PNG")
    job = device.documents.make_return_receipt(registered.goods, registered.order)
    assert device.documents.again(job.number).document_type == "return_receipt"


def test_only_the_till_that_sold_signs_the_receipt(device: Device) -> None:
    with pytest.raises(Refused) as caught:
        device.documents.make_receipt("W0000-000001-7")
    assert caught.value.code == "receipt.other_till"


def test_a_receipt_of_nothing_is_said(device: Device) -> None:
    with pytest.raises(NotFound):
        device.documents.make_receipt("C0012-000009-6")
    with pytest.raises(NotFound):
        device.documents.pages(99)


KILLED = """
import os, signal, sys
from pathlib import Path
from sync.terminal import journal
from tests.app.device_fixtures import make_device
from app.usecases.store.sign_in import Person
from sync.domain.associate import ASSOCIATE
from sync.domain.money import Money

device = make_device(Path(sys.argv[1]))
device.basket.add("A0004")
sale = device.checkout.pay_cash(Money(5000), Person("A02", "Léo", ASSOCIATE, "L"))
print(sale.order.number, sale.receipt_code, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this platform cannot kill like that")
def test_killed_between_the_commit_and_the_document_the_sale_is_there_and_prints(
    tmp_path: Path,
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    number, code = run.stdout.split()
    device = make_device(tmp_path)
    assert [row.number for row in device.orders.list("C0012")] == [number]
    assert device.status.now().to_send == 1
    assert device.basket.view().lines == ()
    assert device.returns.find(code).order.number.value == number
    assert device.documents.make_receipt(number).state is JobState.CONFIRMED
    device.stop()


def test_documents_speak_the_language_that_was_spoken_at_the_counter(
    device: Device, leo: Person
) -> None:
    device.basket.add("A0004")
    spoken = device.checkout.pay_cash(Money(5000), leo, "fr").order
    silent = sell(device, leo)
    titles = [
        device.documents.make_receipt(number).title for number in (str(spoken.number), silent)
    ]
    assert (spoken.locale, [title.split()[0] for title in titles]) == ("fr", ["Ticket", "Receipt"])


def test_a_duplicate_is_journalled_with_its_number_and_an_original_is_not(
    device: Device, leo: Person
) -> None:
    number = sell(device, leo)
    job = device.documents.make_receipt(number)
    kinds = [kind for (kind,) in device._store.all("SELECT kind FROM journal")]
    assert "reprint" not in kinds
    device.documents.again(job.number)
    kind, body = device._store.all("SELECT kind, body FROM journal ORDER BY seq DESC LIMIT 1")[0]
    assert (kind, body) == (
        "reprint", f'{{"copy":1,"document":"sales_receipt","number":"{number}"}}',
    )  # fmt: skip
    assert journal.first_broken(device._store) == ""
