"""Where does the sandbox keep what it was told? One SQLite file behind one lock."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    zuid TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    first_name TEXT NOT NULL, last_name TEXT NOT NULL, organization_id TEXT NOT NULL,
    offered INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT, client_id TEXT NOT NULL, zuid TEXT NOT NULL,
    scopes TEXT NOT NULL, refresh_token TEXT UNIQUE, created_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, zuid TEXT NOT NULL,
    scopes TEXT NOT NULL, refreshable INTEGER NOT NULL, expires_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS access_tokens (
    token TEXT PRIMARY KEY, grant_id INTEGER NOT NULL REFERENCES grants ON DELETE CASCADE,
    expires_ms INTEGER NOT NULL, created_ms INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS access_tokens_of_grant ON access_tokens (grant_id, created_ms);
CREATE TABLE IF NOT EXISTS chats (
    chat_id TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL,
    organization_id TEXT NOT NULL, creator_zuid TEXT NOT NULL, created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL, last_seq INTEGER NOT NULL DEFAULT 0,
    message_count INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS channels (
    chat_id TEXT PRIMARY KEY REFERENCES chats ON DELETE CASCADE, channel_id TEXT NOT NULL UNIQUE,
    unique_name TEXT NOT NULL UNIQUE COLLATE NOCASE, level TEXT NOT NULL, status TEXT NOT NULL,
    description TEXT NOT NULL, permissions TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS participants (
    chat_id TEXT NOT NULL REFERENCES chats ON DELETE CASCADE, zuid TEXT NOT NULL,
    role TEXT NOT NULL, unread INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (chat_id, zuid)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS participants_of_account ON participants (zuid);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY, chat_id TEXT NOT NULL REFERENCES chats ON DELETE CASCADE,
    message_id TEXT NOT NULL UNIQUE, time_ms INTEGER NOT NULL, zuid TEXT NOT NULL,
    type TEXT NOT NULL, content TEXT NOT NULL, payload TEXT NOT NULL, mentions TEXT NOT NULL,
    via TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_of_chat ON messages (chat_id, seq);
CREATE TABLE IF NOT EXISTS files (
    file_id TEXT PRIMARY KEY, chat_id TEXT NOT NULL REFERENCES chats ON DELETE CASCADE,
    name TEXT NOT NULL, content_type TEXT NOT NULL, data BLOB NOT NULL
);
CREATE VIEW IF NOT EXISTS rooms AS SELECT chats.*, chats.rowid AS place, channel_id, unique_name,
    level, status, description, permissions FROM chats LEFT JOIN channels USING (chat_id);
CREATE VIEW IF NOT EXISTS said AS SELECT messages.*, email, first_name, last_name FROM messages
    LEFT JOIN accounts USING (zuid);
"""
TABLES = [
    *("files", "messages", "participants", "channels", "chats"),
    *("access_tokens", "codes", "grants", "accounts", "settings"),
]


class Store:
    """SQLite for many threads: one connection, one lock, rows that read like dictionaries."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # A killed sandbox keeps what it answered; only a power cut could lose the last messages.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside or nothing, alone; may be nested."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def run(self, sql: str, *values: object) -> int:
        """Run one statement; how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row, or None."""
        row = self.row(sql, *values)
        return row[0] if row else None

    def setting(self, name: str, default: Any = None) -> Any:
        found = self.value("SELECT value FROM settings WHERE name = ?", name)
        return default if found is None else json.loads(found)

    def set(self, name: str, value: Any) -> None:
        self.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, json.dumps(value))

    def clear(self) -> None:
        """Forget everything."""
        with self.transaction():
            for table in TABLES:
                self.run(f"DELETE FROM {table}")  # noqa: S608  The names are ours.

    def close(self) -> None:
        with self._lock:
            self._connection.close()
