"""How often somebody may try, counted in rows: in every process, and over a restart."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from sync.central.storage.database import Database, stamp
from sync.central.storage.dialect import inserting
from sync.central.storage.tables import rate_limit

PAIRINGS_PER_MINUTE_MAX = 20
WINDOW = timedelta(minutes=1)
KEY_LENGTH_MAX = 120


def allow(database: Database, *keys: str, most: int = PAIRINGS_PER_MINUTE_MAX) -> bool:
    """Count a try of each of `keys` (a caller, an address); False when one has had too many.

    A window begins with the first try and lasts a minute. Each key is counted apart: nobody's
    tries are another's.
    """
    allowed = True
    with database.write("rate_limit") as tx:
        old = stamp(tx.now - WINDOW)
        tx.connection.execute(sa.delete(rate_limit).where(rate_limit.c.window_from <= old))
        for key in sorted(key[:KEY_LENGTH_MAX] for key in keys):
            statement = inserting(tx.connection, rate_limit).values(
                key=key, window_from=tx.at, tries=1
            )
            more = {"tries": rate_limit.c.tries + 1}
            counted = statement.on_conflict_do_update(index_elements=["key"], set_=more)
            tries = tx.connection.execute(counted.returning(rate_limit.c.tries)).scalar_one()
            allowed = allowed and tries <= most
    return allowed
