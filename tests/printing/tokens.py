"""Readers of what goes to a printer, written from the makers’ references, not our writers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from PIL import Image as Picture


@dataclass
class Tokens:
    """An ESC/POS job taken apart."""

    lines: list[str] = field(default_factory=list)
    barcodes: list[tuple[int, bytes]] = field(default_factory=list)
    qr_codes: list[str] = field(default_factory=list)
    pictures: list[Picture.Image] = field(default_factory=list)
    cuts: int = 0
    drawers: int = 0
    resets: int = 0
    code_page: int | None = None
    largest: int = 0
    inverse: bool = False
    inverted_lines: list[str] = field(default_factory=list)


CODE_PAGES = {16: "cp1252"}


def tokenize(stream: bytes) -> Tokens:
    """Raises ValueError at the first byte that is neither text nor a known command."""
    found = Tokens()
    line = ""
    held = b""
    at = 0
    while at < len(stream):
        byte = stream[at]
        two = stream[at : at + 2]
        if two == b"\x1b@":
            found.resets += 1
            found.code_page = None
            at += 2
        elif two == b"\x1bt":
            found.code_page = stream[at + 2]
            at += 3
        elif two in (b"\x1b3", b"\x1bE", b"\x1ba", b"\x1bJ", b"\x1bd"):
            at += 3
        elif two == b"\x1bp":
            found.drawers += 1
            at += 5
        elif two == b"\x1d!":
            found.largest = max(found.largest, stream[at + 2])
            at += 3
        elif two == b"\x1dB":
            found.inverse = bool(stream[at + 2])
            at += 3
        elif two == b"\x1dV":
            found.cuts += 1
            at += 4
        elif two in (b"\x1dh", b"\x1dw", b"\x1dH"):
            at += 3
        elif two == b"\x1dk":
            kind, length = stream[at + 2], stream[at + 3]
            found.barcodes.append((kind, stream[at + 4 : at + 4 + length]))
            at += 4 + length
        elif stream[at : at + 3] == b"\x1d(k":
            length = int.from_bytes(stream[at + 3 : at + 5], "little")
            body = stream[at + 5 : at + 5 + length]
            if body[1] == 0x50:
                held = body[3:]
            elif body[1] == 0x51:
                found.qr_codes.append(held.decode())
            at += 5 + length
        elif stream[at : at + 3] == b"\x1dv0":
            picture, taken = _picture(stream[at:])
            found.pictures.append(picture)
            at += taken
        elif byte == 0x0A:
            (found.inverted_lines if found.inverse else found.lines).append(line)
            line = ""
            at += 1
        elif byte >= 0x20:
            if found.code_page is None:
                raise ValueError("text before its code page was chosen")
            line += bytes([byte]).decode(CODE_PAGES[found.code_page])
            at += 1
        else:
            raise ValueError(f"byte {byte:#x} at {at} is no command")
    return found


def _picture(stream: bytes) -> tuple[Picture.Image, int]:
    """The picture of a GS v 0 command, and how many bytes the command takes."""
    stride = int.from_bytes(stream[4:6], "little")
    height = int.from_bytes(stream[6:8], "little")
    end = 8 + stride * height
    return Picture.frombytes("1", (stride * 8, height), stream[8:end]), end


_COUNTS = {chr(ord("G") + n): n + 1 for n in range(19)}
_COUNTS |= {chr(ord("g") + n): 20 * (n + 1) for n in range(20)}


def zpl_graphics(zpl: str, width: int, height: int) -> Picture.Image:
    """All ^GFA fields of a label drawn on white; ink is 0."""
    picture = Picture.new("1", (width, height), 1)
    pattern = r"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS"
    for left, top, total, _, stride_text, data in re.findall(pattern, zpl):
        stride = int(stride_text)
        rows: list[str] = []
        row, count = "", 0
        for character in data:
            if character == ":":
                rows.append(rows[-1])
            elif character == ",":
                rows.append(row.ljust(2 * stride, "0"))
                row = ""
            elif character in _COUNTS:
                count += _COUNTS[character]
            else:
                row += character * (count or 1)
                count = 0
            if len(row) == 2 * stride:
                rows.append(row)
                row = ""
        dots = bytes.fromhex("".join(rows))
        assert len(dots) == int(total)
        ink = Picture.frombytes("1", (stride * 8, len(dots) // stride), dots)
        picture.paste(0, (int(left), int(top)), ink)
    return picture
