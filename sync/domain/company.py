"""The company that runs this: what in code would otherwise be a constant of one shop.

Set as a whole by people of the company (`comptoir company set FILE.toml`), numbered by the server,
and carried to every device. Without it neither a server nor a device does business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sync.domain.associate import ROLES, Right
from sync.domain.errors import InvalidInput, Unavailable
from sync.domain.return_rules import Guarantee, ReturnRules, Withdrawal
from sync.domain.returns import ReturnReason

RETURN_PERIOD_DAYS_MAX = 3_650
ROLE_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, as the law wants it on a receipt.

    `registration_number` and `activity_code` are what the country's register gives: SIRET and NAF
    in France.
    """

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    legal_form: str
    address: str
    postcode: str
    commune: str
    registration_number: str
    activity_code: str
    vat_number: str


@dataclass(frozen=True, slots=True)
class Region:
    """Where the company trades: ISO 3166 country and subdivision, ISO 4217 currency, IANA zone.

    `languages` are ISO 639 codes; the first is spoken where nobody chose another. Public holidays
    are those of `country`, and of `holidays_subdivision` where there is one.
    """

    __pydantic_config__ = {"extra": "forbid"}

    country: str
    currency: str
    time_zone: str
    languages: tuple[str, ...]
    holidays_subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class MailSender:
    """The name and address that customers see, and the domain of our message identifiers."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    address: str
    message_id_domain: str


@dataclass(frozen=True, slots=True)
class Codes:
    """What stands in our codes: the GS1 company prefix, and the domain of GS1 Digital Links."""

    __pydantic_config__ = {"extra": "forbid"}

    gs1_company_prefix: str
    link_domain: str


@dataclass(frozen=True, slots=True)
class Collecting:
    """How far a customer is sent to collect, and what a kilometre of their drive weighs.

    Who has not come `remind_after_days` after the goods were ready is reminded; after `keep_days`
    the store is asked to put them back.
    """

    __pydantic_config__ = {"extra": "forbid"}

    radius_km: float
    trip_cost_per_km: float
    remind_after_days: int = 3
    keep_days: int = 14


@dataclass(frozen=True, slots=True)
class AmountLimits:
    """Above these, in minor units of the currency, somebody mistyped; `price_valid_days`: so long
    after a change a till that has not heard of it may sell at the price before, and so old may a
    sale be that it sends."""

    __pydantic_config__ = {"extra": "forbid"}

    order_minor_max: int
    change_minor_max: int
    price_valid_days: int = 31


@dataclass(frozen=True, slots=True)
class StaffRules:
    """How people work at a till.

    It locks after `lock_after_minutes` without a touch (0: never); who signed in must do so again
    after `session_hours_max`; a refund above `refund_minor_max`, in minor units of the currency,
    needs somebody who may.
    """

    __pydantic_config__ = {"extra": "forbid"}

    lock_after_minutes: int = 10
    session_hours_max: int = 16
    refund_minor_max: int = 20_000


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """How long data of clients are kept, in days; 0 for ever: who bought, from the order on, and
    mails from when they were sent."""

    __pydantic_config__ = {"extra": "forbid"}

    keep_client_days: int = 1_095
    keep_mail_days: int = 90


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """What people write down about their company. `mail` None: no mail leaves. `roles`: the rights
    of the company's own roles, beside or in place of associate and manager. `withdrawal` and
    `guarantee`: what the law gives customers, None where it gives none.

    Raises InvalidInput for a value that cannot be one.
    """

    __pydantic_config__ = {"extra": "forbid"}

    seller: Seller
    region: Region
    returns: ReturnRules
    codes: Codes
    collecting: Collecting
    limits: AmountLimits
    mail: MailSender | None = None
    staff: StaffRules = field(default_factory=StaffRules)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    privacy: PrivacyRules = field(default_factory=PrivacyRules)
    withdrawal: Withdrawal | None = None
    guarantee: Guarantee | None = None

    def __post_init__(self) -> None:
        for key, problem in _problems(self):
            raise InvalidInput(
                "Company settings, {key}: {problem}.",
                code="company.value",
                key=key,
                problem=problem,
            )

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin and times are shown."""
        return ZoneInfo(self.region.time_zone)

    @property
    def rights(self) -> Mapping[str, frozenset[Right]]:
        """What each role may do."""
        own = {role: frozenset(map(Right, rights)) for role, rights in self.roles.items()}
        return {**ROLES, **own}

    def may(self, role: str, right: Right) -> bool:
        """Whether the role has the right; one that the company does not have has none."""
        return right in self.rights.get(role, frozenset())


@dataclass(frozen=True, slots=True)
class CompanySettings(CompanyFile):
    """The settings in force: `version` counts up by one each time that they are set."""

    version: int = 0
    set_by: str = ""
    set_at: datetime | None = None


def missing() -> Unavailable:
    """What to raise where the settings are needed and there are none."""
    return Unavailable(
        "No company is set up here yet: its name, currency and rules are not known. Nothing was "
        "changed. On the server, run: comptoir company set FILE.toml",
        code="company.missing",
    )


def _return_problems(company: CompanyFile) -> list[tuple[str, str]]:
    found = []
    withdrawal, guarantee = company.withdrawal, company.guarantee
    for key, rule in (("withdrawal", withdrawal), ("guarantee", guarantee)):
        if rule is not None and not 1 <= rule.days <= RETURN_PERIOD_DAYS_MAX:
            found.append((f"{key}.days", "must be between 1 and 3650"))
    if withdrawal is not None and (withdrawal.delivery_minor_max or 0) < 0:
        found.append(("withdrawal.delivery_minor_max", "must not be negative"))
    known = [reason.value for reason in ReturnReason]
    for reason in guarantee.reasons if guarantee else ():
        if reason not in known:
            told = f"names “{reason}”; known are " + ", ".join(known)
            found.append(("guarantee.reasons", told))
    return found


def _problems(company: CompanyFile) -> list[tuple[str, str]]:
    region, found = company.region, []
    if not company.seller.name.strip():
        found.append(("seller.name", "must not be empty"))
    if not (len(region.country) == 2 and region.country.isascii() and region.country.isupper()):
        found.append(("region.country", "must be two capital letters such as FR (ISO 3166)"))
    if not (len(region.currency) == 3 and region.currency.isascii() and region.currency.isupper()):
        found.append(("region.currency", "must be three capital letters such as EUR (ISO 4217)"))
    try:
        ZoneInfo(region.time_zone)
    except (KeyError, ValueError, OSError):
        found.append(("region.time_zone", "must be a zone such as Europe/Paris (IANA)"))
    if not region.languages:
        found.append(("region.languages", "must name one language at least"))
    if not 0 <= company.returns.period_days <= RETURN_PERIOD_DAYS_MAX:
        found.append(("returns.period_days", "must be between 0 and 3650"))
    found.extend(_return_problems(company))
    prefix = company.codes.gs1_company_prefix
    if not (7 <= len(prefix) <= 10 and prefix.isascii() and prefix.isdigit()):
        found.append(("codes.gs1_company_prefix", "must be 7 to 10 digits"))
    for key, number in (
        ("collecting.radius_km", company.collecting.radius_km),
        ("collecting.trip_cost_per_km", company.collecting.trip_cost_per_km),
        ("collecting.remind_after_days", company.collecting.remind_after_days),
        ("collecting.keep_days", company.collecting.keep_days),
        ("limits.order_minor_max", company.limits.order_minor_max),
        ("limits.change_minor_max", company.limits.change_minor_max),
        ("limits.price_valid_days", company.limits.price_valid_days),
    ):
        if number < 0:
            found.append((key, "must not be negative"))
    for key, least, number in (
        ("staff.lock_after_minutes", 0, company.staff.lock_after_minutes),
        ("staff.session_hours_max", 1, company.staff.session_hours_max),
        ("staff.refund_minor_max", 0, company.staff.refund_minor_max),
        ("privacy.keep_client_days", 0, company.privacy.keep_client_days),
        ("privacy.keep_mail_days", 0, company.privacy.keep_mail_days),
    ):
        if number < least:
            found.append((key, f"must be {least} at least"))
    known = [right.value for right in Right]
    for role, rights in company.roles.items():
        if not role or len(role) > ROLE_CHARACTERS_MAX:
            found.append((f"roles.{role}", "must be a name of 1 to 40 characters"))
        for right in rights:
            if right not in known:
                found.append(
                    (f"roles.{role}", f"{right} is no right; those are {', '.join(known)}")
                )
    mail = company.mail
    if mail is not None and ("@" not in mail.address or any(c in mail.address for c in "\r\n <>")):
        found.append(("mail.address", "must be an e-mail address"))
    return found
