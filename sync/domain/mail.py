"""The port that sends e-mail."""

from __future__ import annotations

from typing import Protocol


class MailTransport(Protocol):
    """The port. Sending the same `number` twice sends one mail, where the transport can tell."""

    def send(self, number: int, recipient: str, message: bytes) -> None:
        """Send `message` (RFC 5322); done when it returns. Raises Unavailable, or OSError."""
        ...
