"""The tables of a device's store, step by step; each step is committed with its record."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("comptoir-terminal")

# A document is what the server says (`server_body`) and what this device shows (`body`): the
# same, unless a command of ours that changes it is still on its way. `at` sorts, `words` is
# searched, `state` and `about` are read often enough to stand in columns of their own.
_DOCUMENT = """
CREATE TABLE {table} (
  key TEXT PRIMARY KEY, server_body TEXT, body TEXT, held INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT '', at TEXT NOT NULL DEFAULT '', about TEXT NOT NULL DEFAULT '',
  words TEXT NOT NULL DEFAULT '')
"""
_ON_ITS_WAY = """coalesce((
  SELECT sum(o.pieces) FROM stock_overlays o
  WHERE o.sku = s.sku AND o.location = s.location AND o.phase != 'gone'), 0)"""
DOCUMENT_TABLES = {"order": "orders", "fulfilment": "fulfilments", "return": "returns"}


def _run(db: Database, *statements: str) -> None:
    for statement in statements:
        db.execute(statement)


@migrations(name="001_catalogue_and_stock")
def _catalogue_and_stock(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE articles (
          id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, gtin TEXT NOT NULL,
          gtin14 TEXT NOT NULL, name TEXT NOT NULL, category TEXT NOT NULL,
          price_minor INTEGER NOT NULL, currency TEXT NOT NULL, vat_rate_bp INTEGER NOT NULL,
          weight_g INTEGER NOT NULL, guarantee INTEGER NOT NULL,
          volume_cm3 INTEGER NOT NULL, tags TEXT NOT NULL)""",
        "CREATE INDEX articles_by_gtin14 ON articles(gtin14)",
        "CREATE INDEX articles_by_gtin ON articles(gtin)",
        """CREATE VIRTUAL TABLE article_words USING fts5(
          words, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3')""",
        "CREATE VIRTUAL TABLE article_parts USING fts5(words, tokenize = 'trigram')",
        """CREATE TABLE locations (
          code TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL)""",
        """CREATE TABLE stock (
          sku TEXT NOT NULL, location TEXT NOT NULL, available INTEGER NOT NULL,
          on_hand INTEGER NOT NULL, allocated INTEGER NOT NULL, inbound INTEGER NOT NULL,
          inbound_on TEXT, PRIMARY KEY (sku, location)) WITHOUT ROWID""",
        "CREATE INDEX stock_by_location ON stock(location, available)",
        "CREATE TABLE policy (name TEXT PRIMARY KEY, text TEXT NOT NULL)",
        "CREATE TABLE tables (name TEXT PRIMARY KEY, body TEXT NOT NULL)",
        "CREATE TABLE company (name TEXT PRIMARY KEY, body TEXT NOT NULL)",
    )


@migrations(name="002_documents_and_people")
def _documents_and_people(db: Database) -> None:
    for table in DOCUMENT_TABLES.values():
        _run(
            db,
            _DOCUMENT.format(table=table),
            f"CREATE INDEX {table}_by_state ON {table}(state, at)",
            f"CREATE INDEX {table}_by_at ON {table}(at)",
            f"CREATE INDEX {table}_by_about ON {table}(about)",
        )
    _run(
        db,
        "CREATE TABLE reservations (number TEXT PRIMARY KEY, until TEXT NOT NULL, "
        "body TEXT NOT NULL, sold INTEGER NOT NULL DEFAULT 0)",
        "CREATE TABLE associates (code TEXT PRIMARY KEY, body TEXT NOT NULL)",
        "CREATE TABLE device_keys (code TEXT PRIMARY KEY, number INTEGER, body TEXT NOT NULL)",
    )


@migrations(name="003_link")
def _link(db: Database) -> None:
    _run(
        db,
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """CREATE TABLE cursors (
          bucket TEXT PRIMARY KEY, epoch TEXT NOT NULL, cursor INTEGER NOT NULL,
          reloading INTEGER NOT NULL DEFAULT 0)""",
        """CREATE TABLE reload_seen (
          bucket TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
          PRIMARY KEY (bucket, kind, key)) WITHOUT ROWID""",
        """CREATE TABLE outbox (
          seq INTEGER PRIMARY KEY AUTOINCREMENT, command_id TEXT NOT NULL UNIQUE,
          kind TEXT NOT NULL, about TEXT NOT NULL, body TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'applied', 'refused')),
          answer TEXT, at TEXT NOT NULL, answered_at TEXT, retry_at TEXT,
          dismissed INTEGER NOT NULL DEFAULT 0)""",
        "CREATE INDEX outbox_by_state ON outbox(state, seq)",
        "CREATE INDEX outbox_by_about ON outbox(about)",
        """CREATE TABLE overlays (
          seq INTEGER NOT NULL, command_id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
          body TEXT NOT NULL, phase TEXT NOT NULL DEFAULT 'held',
          PRIMARY KEY (kind, key, seq)) WITHOUT ROWID""",
        "CREATE INDEX overlays_by_command ON overlays(command_id)",
        "CREATE INDEX overlays_by_phase ON overlays(phase)",
        """CREATE TABLE stock_overlays (
          command_id TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL,
          pieces INTEGER NOT NULL,
          phase TEXT NOT NULL DEFAULT 'held',
          PRIMARY KEY (sku, location, command_id)) WITHOUT ROWID""",
        "CREATE INDEX stock_overlays_by_command ON stock_overlays(command_id)",
        # `available` may be promised to orders; `shelf` is there and promised to nobody, safety
        # stock included: what a customer in the shop can still take along.
        # (A subquery for each row, not a join: that keeps the view transparent to the planner.)
        f"""CREATE VIEW current_stock AS
          SELECT s.sku, s.location, max(0, s.available + {_ON_ITS_WAY}) AS available,
            s.on_hand - s.allocated + {_ON_ITS_WAY} AS shelf, s.inbound, s.inbound_on
          FROM stock s""",
    )


@migrations(name="004_till")
def _till(db: Database) -> None:
    _run(
        db,
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
        """CREATE TABLE journal (
          seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
          sales_minor INTEGER NOT NULL, refunds_minor INTEGER NOT NULL,
          hash TEXT NOT NULL, signature TEXT NOT NULL, algorithm TEXT NOT NULL)""",
        "CREATE INDEX journal_by_kind ON journal(kind)",
        """CREATE TABLE card_intents (
          reference TEXT PRIMARY KEY, at TEXT NOT NULL, amount_minor INTEGER NOT NULL,
          currency TEXT NOT NULL, state TEXT NOT NULL, answer TEXT, associate TEXT NOT NULL,
          basket TEXT NOT NULL, order_number TEXT, open INTEGER NOT NULL DEFAULT 1,
          dismissed INTEGER NOT NULL DEFAULT 0)""",
        "CREATE UNIQUE INDEX one_open_card_intent ON card_intents(open) WHERE open = 1",
        "CREATE TABLE basket (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL)",
        """CREATE TABLE basket_undo (
          seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)""",
        """CREATE TABLE parked (
          id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, at TEXT NOT NULL,
          body TEXT NOT NULL)""",
        """CREATE TABLE pick_progress (
          fulfilment_id TEXT NOT NULL, line_id INTEGER NOT NULL, picked INTEGER NOT NULL,
          PRIMARY KEY (fulfilment_id, line_id)) WITHOUT ROWID""",
        """CREATE TABLE sign_in_attempts (
          associate TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at TEXT NOT NULL,
          pin_hash TEXT NOT NULL)""",
        "CREATE TABLE sessions (associate TEXT PRIMARY KEY, body TEXT NOT NULL)",
    )
