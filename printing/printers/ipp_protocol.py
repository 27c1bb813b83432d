"""The part of the Internet Printing Protocol that a shop needs, over HTTP (RFC 8010, RFC 8011).

Three operations: what can the printer do and how is it, print this, what became of it. The
encoding is a version, an operation, a request number, and groups of tagged attributes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from printing.errors import NotPrinted

VERSION = b"\x02\x00"  # IPP/2.0
_OPERATION_GROUP, _JOB_GROUP, _END, _PRINTER_GROUP = 0x01, 0x02, 0x03, 0x04
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_TAGS = {
    "attributes-charset": _CHARSET,
    "attributes-natural-language": _LANGUAGE,
    "printer-uri": _URI,
    "requesting-user-name": _NAME,
    "job-name": _NAME,
    "document-format": _MIME,
    "requested-attributes": _KEYWORD,
    "job-id": _INTEGER,
    "media": _KEYWORD,
    "print-scaling": _KEYWORD,
    "copies": _INTEGER,
}

Value = str | int | bool | bytes
Attributes = Mapping[str, Sequence[Value]]


class Operation(IntEnum):
    """RFC 8011, section 5.4.15."""

    PRINT_JOB = 0x0002
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B


class IppJobState(IntEnum):
    """RFC 8011, section 5.3.7."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass(frozen=True, slots=True)
class Response:
    """A status (below 0x0100 is success) and all attributes of all groups."""

    status: int
    attributes: Attributes

    @property
    def successful(self) -> bool:
        """Whether the printer did what it was asked (RFC 8011, appendix B)."""
        return self.status < 0x0100


def request(
    operation: Operation,
    number: int,
    printer_uri: str,
    operation_attributes: Mapping[str, Value | Sequence[str]],
    job_attributes: Mapping[str, Value] | None = None,
) -> bytes:
    """A request without its document; charset, language and printer come first, as they must."""
    head: dict[str, Value | Sequence[str]] = {
        "attributes-charset": "utf-8",
        "attributes-natural-language": "en",
        "printer-uri": printer_uri,
        "requesting-user-name": "comptoir",
    }
    body = VERSION + struct.pack(">HI", operation, number) + bytes([_OPERATION_GROUP])
    for name, value in {**head, **operation_attributes}.items():
        body += _attribute(name, value)
    if job_attributes:
        body += bytes([_JOB_GROUP])
        for name, value in job_attributes.items():
            body += _attribute(name, value)
    return body + bytes([_END])


def _attribute(name: str, value: Value | Sequence[str]) -> bytes:
    values: Sequence[Value] = [value] if isinstance(value, (str, int, bytes)) else list(value)
    encoded = b""
    for place, item in enumerate(values):
        shown = name.encode("ascii") if place == 0 else b""  # further values have no name
        data = struct.pack(">i", item) if isinstance(item, int) else _bytes(item)
        encoded += bytes([_TAGS[name]]) + struct.pack(">H", len(shown)) + shown
        encoded += struct.pack(">H", len(data)) + data
    return encoded


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8")


def parse(data: bytes) -> Response:
    """Read a response; raises NotPrinted when it is not IPP."""
    try:
        return _parse(data)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotPrinted(
            "What answers at the address of the printer is not a printer. Check the address.",
            code="printing.not_a_printer",
        ) from error


def _parse(data: bytes) -> Response:
    status = struct.unpack(">H", data[2:4])[0]
    struct.unpack(">I", data[4:8])
    attributes: dict[str, list[Value]] = {}
    at = 8
    name = ""
    while data[at] != _END:
        tag = data[at]
        at += 1
        if tag < 0x10:  # a new group begins
            continue
        name_length = struct.unpack(">H", data[at : at + 2])[0]
        name = data[at + 2 : at + 2 + name_length].decode("ascii") or name
        at += 2 + name_length
        length = struct.unpack(">H", data[at : at + 2])[0]
        attributes.setdefault(name, []).append(_value(tag, data[at + 2 : at + 2 + length]))
        at += 2 + length
    return Response(status, attributes)


def _value(tag: int, data: bytes) -> Value:
    if tag in (_INTEGER, _ENUM):
        return int(struct.unpack(">i", data)[0])
    if tag == _BOOLEAN:
        return data != b"\x00"
    if 0x40 <= tag <= 0x5F:
        return data.decode("utf-8")
    return data
