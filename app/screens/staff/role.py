"""How a role is called."""

from __future__ import annotations

from sync.domain.associate import ASSOCIATE, MANAGER
from sync.i18n import I18n


def role_words(role: str, i18n: I18n) -> str:
    """The role in the language spoken; a company's own role is called as the company calls it."""
    words = {MANAGER: i18n.t("Manager"), ASSOCIATE: i18n.t("Associate")}
    return words.get(role, role)
