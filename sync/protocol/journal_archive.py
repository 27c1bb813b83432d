"""An archive of a till's journal: plain files in a ZIP, and the proof that nothing was changed.

`entries.jsonl` holds one entry a line, `closings.csv` the closings, `manifest.json` whose they are
and the SHA-256 of each file. The same entries make the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.domain.errors import InvalidInput
from sync.protocol.codec import parse_json
from sync.protocol.journal import (
    ALGORITHM,
    CLOSING_DAY,
    CLOSING_MONTH,
    CLOSING_YEAR,
    Entry,
    Head,
    fault,
)
from sync.protocol.journal_totals import totals_of

FORMAT = "comptoir-journal-archive-1"
ENTRIES, CLOSINGS, MANIFEST, README = "entries.jsonl", "closings.csv", "manifest.json", "README.txt"
CLOSING_KINDS = (CLOSING_DAY, CLOSING_MONTH, CLOSING_YEAR)
BYTES_MAX = 2_000_000_000
_COLUMNS = (
    "kind", "period", "number", "at", "seq", "first", "last", "currency", "sale_count",
    "refund_count", "sales_minor", "refunds_minor", "perpetual_sales_minor",
    "perpetual_refunds_minor",
)  # fmt: skip
_TEXT = """This is the journal of the till {device} from {first} to {last}.

entries.jsonl   one entry a line, in order: JSON with the fields seq, at, kind, body, sales_minor,
                refunds_minor, hash, signature, algorithm. Amounts are in the smallest unit.
closings.csv    the closings of days, months and years among them.
manifest.json   the till, its public key (Ed25519, hexadecimal), what came before, and the SHA-256
                of the other files.

To verify an entry: its hash is the SHA-256, in hexadecimal, of the UTF-8 text of the JSON list
[hash before, device, seq, at, kind, body, sales_minor, refunds_minor, algorithm], written without
spaces and with characters beyond ASCII as they are. Its signature is that of the 18 bytes
"comptoir-journal-1", a byte 0 and the 32 bytes of the hash. The hash before the first entry is in
manifest.json ("before"); it is 64 zeros where the journal begins. sales_minor and refunds_minor
grow by the body's amount_minor with each sale and each refund, and are never reset.

"comptoir journal audit FILE.zip" does all of it.
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Whose entries they are; `before` and the totals are of the entry before the first."""

    __pydantic_config__ = {"extra": "forbid"}

    format: str
    device: str
    public_key: str
    algorithm: str
    first_seq: int
    last_seq: int
    before: str
    before_sales_minor: int
    before_refunds_minor: int
    last_hash: str
    software: str
    sha256: dict[str, str]


def build(
    entries: Sequence[Entry], before: Head, device: str, public_key: str, software: str
) -> bytes:
    """The archive of `entries`, which follow `before`; raises InvalidInput for none."""
    if not entries:
        raise InvalidInput(
            "The journal has no entry in that period. Nothing was written.", code="journal.empty"
        )
    first, last = entries[0], entries[-1]
    files = {
        ENTRIES: "".join(_line(asdict(entry)) + "\n" for entry in entries),
        CLOSINGS: _closings(entries),
        README: _TEXT.format(device=device, first=first.at, last=last.at),
    }
    manifest = Manifest(
        FORMAT,
        device,
        public_key,
        ALGORITHM,
        first.seq,
        last.seq,
        before.hash,
        before.sales_minor,
        before.refunds_minor,
        last.hash,
        software,
        {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(files.items())},
    )
    files[MANIFEST] = json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class Finding:
    """A check of an archive, and what is wrong (nothing: empty)."""

    check: str
    problem: str = ""


def audit(data: bytes) -> list[Finding]:
    """Every check of an archive, in order; raises InvalidInput for what is no archive."""
    files = _files(data)
    manifest: Manifest = parse_json(Manifest, files[MANIFEST])
    wrong = [
        name
        for name in (ENTRIES, CLOSINGS, README)
        if hashlib.sha256(files[name]).hexdigest() != manifest.sha256.get(name)
    ]
    found = [Finding("files are those of the manifest", ", ".join(wrong))]
    try:
        entries = [parse_json(Entry, line) for line in files[ENTRIES].splitlines()]
    except InvalidInput as error:
        return [*found, Finding("entries can be read", str(error))]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest.public_key))
    head = Head(
        manifest.first_seq - 1,
        manifest.before,
        manifest.before_sales_minor,
        manifest.before_refunds_minor,
    )
    problem = ""
    for entry in entries:
        problem = fault(entry, head, manifest.device, key)
        if problem:
            break
        head = Head.of(entry)
    found.append(Finding("entries are chained, signed, and their totals follow", problem))
    ends = (head.seq, head.hash) == (manifest.last_seq, manifest.last_hash)
    found.append(Finding("the journal ends as the manifest says", "" if ends else f"{head.seq}"))
    found.append(Finding("closings are the sums of their entries", next(_unsound(entries), "")))
    same = files[CLOSINGS].decode() == _closings(entries)
    found.append(Finding("closings.csv says what the entries say", "" if same else CLOSINGS))
    return found


def _unsound(entries: Sequence[Entry]) -> Iterator[str]:
    """Closings that are not the sum of the entries since the one before of their kind.

    A closing whose first entry is before this archive cannot be summed here.
    """
    by_seq = {entry.seq: entry for entry in entries}
    for entry in entries:
        if entry.kind not in CLOSING_KINDS:
            continue
        said = entry.content
        first, last = int(said["first"]), int(said["last"])
        if last != entry.seq - 1:
            yield f"closing {entry.seq} ends with entry {last}"
        elif first and first in by_seq:
            summed = totals_of([by_seq[seq] for seq in range(first, last + 1)]).body()
            differs = [name for name, value in summed.items() if said.get(name) != value]
            if differs:
                yield f"closing {entry.seq}: {', '.join(differs)}"


def _closings(entries: Sequence[Entry]) -> str:
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(_COLUMNS)
    for entry in entries:
        if entry.kind in CLOSING_KINDS:
            said = entry.content | {"kind": entry.kind, "at": entry.at, "seq": entry.seq}
            table.writerow([said.get(name, "") for name in _COLUMNS])
    return made.getvalue()


def _line(entry: dict[str, object]) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _files(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > BYTES_MAX:
                raise zipfile.BadZipFile
            return {name: archive.read(name) for name in (ENTRIES, CLOSINGS, MANIFEST, README)}
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError) as error:
        raise InvalidInput(
            "This is no archive of a journal, or it is damaged.", code="journal.archive"
        ) from error
