"""A document as plain text: for e-mail, for a screen reader, for speech at a kiosk."""

from __future__ import annotations

from printing.layout.text_grid import Line, set_in_columns, wrap
from printing.model.document import Barcode, Document, Image, Qr, Rule, Space


def render_text(document: Document, columns: int = 0) -> str:
    """The document on lines of `columns` characters (0: what its paper takes).

    Codes are given by what they hold, pictures by their description; nothing that is
    printed is missing.
    """
    width = columns or document.media.columns
    lines: list[str] = []
    for item in set_in_columns(document, width):
        match item:
            case Line():
                lines.append(item.text.rstrip(" "))
            case Rule():
                lines.append(("- " * width)[:width].rstrip() if item.dashed else "-" * width)
            case Space():
                lines.append("")
            case Barcode():
                said = wrap(item.text or item.data, width)
                lines.extend(line.center(width).rstrip() for line in said)
            case Qr():
                lines.extend(wrap(item.text, width) if item.text else [])
                lines.append(item.data)
            case Image() if item.text:
                lines.append(f"[{item.text}]")
    squeezed = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(squeezed).strip("\n") + "\n"
