"""Documents, e-mails and printers of a device in memory: what comes out is for a test to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from app.usecases.documents.email_documents import Mailed
from app.usecases.documents.printer_address import address_of
from app.usecases.documents.printers import BUILT_IN, FAMILIES, Choice, Overview, PrinterView
from printing.model.printer_profile import Profile, bundled_profiles
from printing.printers.discovery import FoundPrinter
from printing.spool.spool import Job, JobState
from sync.domain.customer import email_address
from sync.domain.errors import ComptoirError
from sync.domain.order import Order
from sync.domain.returns import Return
from sync.i18n import I18n
from tests.app.screens.fake_part import Part
from tests.app.screens.shop_data import NOW, a_picture

if TYPE_CHECKING:
    from tests.app.screens.fake_device import FakeDevice


class FakeDocuments(Part):
    def __init__(self, device: FakeDevice) -> None:
        super().__init__(device)
        self.spool: list[Job] = []

    def add(self, document_type: str, about: str, state: JobState = JobState.SENT) -> Job:
        number = len(self.spool) + 1
        later = NOW + timedelta(hours=1)
        job = Job(
            number,
            f"{document_type}/{about}/{number}",
            document_type,
            about,
            "folder",
            "pdf",
            state,
            NOW,
            NOW,
            later,
        )
        self.spool.insert(0, job)
        return job

    def open_drawer(self, order_number: str) -> Job | None:
        self.called("open_drawer", order_number)
        return None

    def jobs(self, limit: int = 50) -> list[Job]:
        self.called("jobs")
        return self.spool[:limit]

    def pages(self, job_id: int) -> list[bytes]:
        self.called("pages", job_id)
        return [a_picture(str(job_id))]

    def job(self, job_id: int) -> Job:
        return next(job for job in self.spool if job.number == job_id)

    def questions(self) -> list[Job]:
        asked = [job for job in self.spool if job.state is JobState.UNKNOWN]
        return sorted(asked, key=lambda job: job.number)

    def printed(self, document_type: str, number: str) -> Job | None:
        start = f"{document_type}/{number}/"
        return next((job for job in reversed(self.spool) if job.key.startswith(start)), None)

    def become(self, job_id: int, state: JobState, reason: str = "", printer: str = "") -> Job:
        """What the printer, or somebody else, makes of a document."""
        old = self.job(job_id)
        job = replace(old, state=state, reason=reason, printer=printer or old.printer)
        self.spool = [job if known.number == job_id else known for known in self.spool]
        self.device.changed("documents")
        return job

    def came_out(self, job_id: int) -> Job:
        self.called("came_out", job_id)
        return self.become(job_id, JobState.CONFIRMED)

    def did_not_come_out(self, job_id: int) -> Job:
        self.called("did_not_come_out", job_id)
        return self.become(job_id, JobState.QUEUED)

    def retry(self, job_id: int) -> Job:
        self.called("retry", job_id)
        return self.become(job_id, JobState.QUEUED)

    def cancel(self, job_id: int) -> Job:
        self.called("cancel", job_id)
        return self.become(job_id, JobState.FAILED, "printing.cancelled")

    def send_elsewhere(self, job_id: int, printer: str) -> Job:
        self.called("send_elsewhere", job_id, printer)
        return self.become(job_id, JobState.QUEUED, printer=printer)

    def make_return_receipt(self, goods: Return, order: Order, *, i18n: I18n) -> Job:
        self.called("make_return_receipt", str(goods.number))
        job = self.add("return_receipt", str(goods.number))
        self.device.changed("documents")
        return job

    def preview_return_receipt(self, goods: Return, order: Order, *, i18n: I18n) -> list[bytes]:
        self.called("preview_return_receipt", str(goods.number))
        return [a_picture(str(goods.number))]

    def again(self, job_id: int) -> Job:
        self.called("again", job_id)
        old = next(job for job in self.spool if job.number == job_id)
        job = self.add(old.document_type, old.title)
        self.device.changed("documents")
        return job

    def make_receipt(self, order_number: str) -> Job:
        self.called("make_receipt", order_number)
        return self.add("sales_receipt", order_number)

    def make_order_slip(self, order_number: str) -> Job:
        self.called("make_order_slip", order_number)
        return self.add("order_slip", order_number)


class FakeDocumentEmail(Part):
    def __init__(self, device: FakeDevice) -> None:
        super().__init__(device)
        self.mails: dict[str, list[Mailed]] = {}

    def send_receipt(self, order_number: str, recipient: str) -> Mailed:
        self.called("send_receipt", order_number, recipient)
        return self._sent(order_number, recipient)

    def send_return_receipt(
        self, goods: Return, order: Order, recipient: str, *, i18n: I18n
    ) -> Mailed:
        self.called("send_return_receipt", str(goods.number), recipient, i18n.language)
        return self._sent(str(goods.number), recipient)

    def sent(self, number: str) -> list[Mailed]:
        return self.mails.get(number, [])

    def _sent(self, number: str, recipient: str) -> Mailed:
        mailed = Mailed(email_address(recipient), NOW, "waiting")
        self.mails.setdefault(number, []).insert(0, mailed)
        self.device.changed("status")
        return mailed


class FakePrinters(Part):
    """The folder, and whatever a test puts into `views`."""

    def __init__(self, device: FakeDevice) -> None:
        super().__init__(device)
        self.views = [PrinterView(BUILT_IN, "folder", "/out", "office", False, 0, 0)]
        self.goes = dict.fromkeys(FAMILIES, (BUILT_IN, ""))
        self.found: list[FoundPrinter] = []
        self.problem: ComptoirError | None = None

    def overview(self) -> Overview:
        self.called("overview")
        choices = tuple(Choice(family, *goes) for family, goes in self.goes.items())
        return Overview(tuple(self.views), choices, self.problem)

    def profiles(self) -> dict[str, Profile]:
        return dict(bundled_profiles())

    def attention(self) -> int:
        return len(self.device.documents.questions()) + sum(v.error is not None for v in self.views)

    def add(
        self, name: str, kind: str, where: str, profile: str, *, asks: bool,
        families: Sequence[str],
    ) -> None:  # fmt: skip
        self.called("add", name, kind, where, profile, asks, tuple(families))
        view = PrinterView(name, kind, address_of(kind, where), profile, asks, 0, 0)
        self.views.insert(0, view)
        self.goes |= dict.fromkeys(families, (name, ""))
        self.device.changed("documents")

    def change(
        self, name: str, new_name: str, kind: str, where: str, profile: str, *, asks: bool
    ) -> None:
        self.called("change", name, new_name, kind, where, profile, asks)

    def remove(self, name: str) -> None:
        self.called("remove", name)
        self.views = [view for view in self.views if view.name != name]
        self.device.changed("documents")

    def choose(self, family: str, first: str, second: str = "") -> None:
        self.called("choose", family, first, second)
        self.goes[family] = (first, second)
        self.device.changed("documents")

    def look(self, stop: Event) -> list[FoundPrinter]:
        self.called("look")
        return self.found

    def try_out(self, name: str) -> Job:
        self.called("try_out", name)
        return self.device.documents.add("test_page", name, JobState.QUEUED)
