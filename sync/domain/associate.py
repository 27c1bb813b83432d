"""What the people of a store are in it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who sells and prepares, or who runs the store."""

    ASSOCIATE = "associate"
    MANAGER = "manager"
