"""Nobody reads a code on a parcel: the service has its name, in the reader's language."""

from __future__ import annotations

import pytest

from printing.documents.service_names import ServiceName, service_name
from sync.i18n import I18n


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [
        ("colissimo:home", "Colissimo, home delivery", "Colissimo, livraison à domicile"),
        (
            "mondial_relay:pickup_point",
            "Mondial Relay, pickup point",
            "Mondial Relay, point relais",
        ),
        ("ups:express", "UPS, express delivery", "UPS, livraison express"),
        ("standard", "Standard delivery", "Livraison standard"),
        ("bike_courier:late_evening", "Bike Courier, Late Evening", "Bike Courier, Late Evening"),
        ("drone", "Drone", "Drone"),
        ("a:b:c", "A, B C", "A, B C"),
        ("", "", ""),
    ],
)
def test_a_service_is_said_in_words(code: str, english: str, french: str) -> None:
    assert str(service_name(code, I18n("en"))) == english
    assert str(service_name(code, I18n("fr"))) == french


def test_the_carrier_stands_apart_for_the_label() -> None:
    name = service_name("colissimo:home", I18n("en"))
    assert name == ServiceName("Colissimo", "home delivery")
