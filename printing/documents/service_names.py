"""The carrier's service in words: `colissimo:home` is "Colissimo, home delivery"."""

from __future__ import annotations

from dataclasses import dataclass

from sync.i18n import I18n

# Names that a title case would get wrong.
CARRIERS = {"dhl": "DHL", "dpd": "DPD", "gls": "GLS", "ups": "UPS", "tnt": "TNT", "fedex": "FedEx"}


@dataclass(frozen=True, slots=True)
class ServiceName:
    """Who carries (empty when the code names nobody), and how it arrives."""

    carrier: str
    service: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.carrier, self.service) if part)


def service_name(code: str, i18n: I18n) -> ServiceName:
    """The words for a code as decisions and labels carry it: `carrier:service`, or a service.

    A service that is not known is its code with capitals: `bike_courier:evening` is
    "Bike Courier, Evening".
    """
    carrier, colon, service = code.partition(":")
    if not colon:
        carrier, service = "", code
    words = _known(service, i18n) or _titled(service)
    shown = CARRIERS.get(carrier, _titled(carrier))
    return ServiceName(shown, words if shown else words[:1].upper() + words[1:])


def _known(service: str, i18n: I18n) -> str:
    return {
        "home": i18n.t("home delivery"),
        "pickup_point": i18n.t("pickup point"),
        "store": i18n.t("delivery to a store"),
        "collect": i18n.t("click and collect"),
        "standard": i18n.t("standard delivery"),
        "express": i18n.t("express delivery"),
        "next_day": i18n.t("next day delivery"),
    }.get(service, "")


def _titled(code: str) -> str:
    words = code.replace("_", " ").replace(":", " ").split()
    return " ".join(word[0].upper() + word[1:] for word in words)
