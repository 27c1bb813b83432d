"""The marks of tests that hold on SQLite and on PostgreSQL; see conftest."""

from __future__ import annotations

import pytest

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH_DATABASES = pytest.mark.databases(SQLITE, POSTGRESQL)
ON_POSTGRESQL = pytest.mark.databases(POSTGRESQL)
