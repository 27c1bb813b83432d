"""The tables of docs/demo-data.md that the builder writes, so that they agree with the data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

START, END = "<!-- written by tools/build_demo_data.py -->", "<!-- end -->"


def report_tables(report: Mapping[str, Any]) -> str:
    """What was kept, and what was left out and why, as Markdown."""
    counts = report["counts"]
    lines = [
        f"{report['rows_read']:,} lines read, {report['rows_kept']:,} kept.",
        "",
        "| code | lines | why | an example |",
        "|---|---:|---|---|",
    ]
    lines += [
        f"| `{row['code']}` | {row['rows']:,} | {row['meaning']} | {row['example']} |"
        for row in report["left_out"]
    ]
    communes = report["communes_left_out"]
    lines += [
        "",
        f"{counts['lines_merged']:,} lines that name an article a second time in one order were "
        "added to the first; nothing of them is lost.",
        "",
        f"Of the communes, {communes['rows']} were left out (`{communes['code']}`, "
        f"{communes['example']} for one): {communes['meaning']}.",
        "",
        "| built | |",
        "|---|---:|",
    ]
    lines += [f"| {name.replace('_', ' ')} | {count:,} |" for name, count in counts.items()]
    return "\n".join(lines)


def with_tables(text: str, report: Mapping[str, Any]) -> str:
    """`text` of the document with the tables between its two markers replaced."""
    block = f"{START}\n{report_tables(report)}\n{END}"
    replaced, count = re.subn(
        f"{re.escape(START)}.*?{re.escape(END)}", lambda _: block, text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError("the document must hold the two markers once")
    return replaced


def write_tables(path: Path, report: Mapping[str, Any]) -> None:
    """Bring the document at `path` up to date."""
    path.write_text(with_tables(path.read_text(encoding="utf-8"), report), encoding="utf-8")
