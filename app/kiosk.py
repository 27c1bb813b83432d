"""The return kiosk's screens in a browser: wiring only."""

from __future__ import annotations

import socket
from collections.abc import Callable

from app.device import Device
from app.screens.kiosk.app import KioskApp
from app.terminal import serve, session, web_app


def run_kiosk(
    device: Device, listener: socket.socket, *, on_ready: Callable[[], None] | None = None
) -> None:
    """Serve the kiosk's screens to who comes to `listener` until the process is told to stop."""
    main = session(device, KioskApp, title=f"Comptoir · {device.location.name}")
    serve(web_app(main, name="Comptoir"), listener, on_ready=on_ready)
