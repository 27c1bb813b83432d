"""What kinds of devices stand in a store."""

from __future__ import annotations

from enum import StrEnum


class DeviceKind(StrEnum):
    """A till or tablet in an associate's hands, or a kiosk where anybody stands."""

    TERMINAL = "terminal"
    KIOSK = "kiosk"
