"""The demo's mail: a folder with one `.eml` file for each e-mail."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FolderMail:
    """Puts each mail into `folder`; the same number again writes the same file again."""

    folder: Path

    def send(self, number: int, recipient: str, message: bytes) -> None:
        """All of the file or nothing, on disk when this returns. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{number:08d}.eml"
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
