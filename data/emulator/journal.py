"""Everything the engine must not forget, in one SQLite file.

Rows are (space, key) → text. A handler changes ministack's memory, and hooks note here which rows that
touched; `commit` makes them durable in one transaction before the answer leaves. If it fails, memory is ahead
of the disk, and the only way back is to end and to start from the disk: nothing is ever rolled back by hand.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from data.emulator.engine import EngineError

FORMAT: Final = 1
SCHEMA: Final = f"""
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA busy_timeout = 2000;
    CREATE TABLE IF NOT EXISTS entries (
        id INTEGER PRIMARY KEY, space TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (space, key)
    );
    PRAGMA user_version = {FORMAT};
"""
# An update keeps the row's id, so rows stay in the order in which they first came: that is a queue's order.
UPSERT: Final = (
    "INSERT INTO entries (space, key, value) VALUES (?, ?, ?) "
    "ON CONFLICT (space, key) DO UPDATE SET value = excluded.value"
)


class Journal:
    """The rows of one engine. One thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open `path`, or make it. Raises EngineError if it is not one of ours, or damaged."""
        self.failed: Exception | None = None
        self._changes: dict[tuple[str, str], str | None] = {}
        self._emptied: set[str] = set()
        try:
            self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            (found,) = self._file.execute("PRAGMA user_version").fetchone()
            if found in (0, FORMAT):
                self._file.executescript(SCHEMA)
        except sqlite3.Error as error:
            remedy = "Put back a copy of the state folder, or empty it with `make reset`."
            if isinstance(error, sqlite3.OperationalError):  # the file is well, its surroundings are not
                remedy = "Make room on the disk, and the file readable and writable for the user you run as."
            raise EngineError(f"The engine's data in {path} cannot be read ({error}). {remedy}") from error
        if found not in (0, FORMAT):
            raise EngineError(f"{path} was written by another version of the engine (format {found}). Use that one.")

    @property
    def changed(self) -> bool:
        """Whether something waits for `commit`."""
        return bool(self._changes or self._emptied)

    def put(self, space: str, key: str, value: str | None) -> None:
        """Note that the row now holds `value`; None removes it."""
        self._changes[space, key] = value

    def empty(self, space: str) -> None:
        """Note that all rows of `space` are gone, also those noted before."""
        self._changes = {row: value for row, value in self._changes.items() if row[0] != space}
        self._emptied.add(space)

    def commit(self) -> None:
        """Make everything noted durable, all or nothing. After an error `failed` holds it for good."""
        if not self.changed:
            return
        changes, emptied, self._changes, self._emptied = self._changes, self._emptied, {}, set()
        gone = [row for row, value in changes.items() if value is None]
        kept = [(*row, value) for row, value in changes.items() if value is not None]
        try:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany("DELETE FROM entries WHERE space = ?", [(space,) for space in emptied])
            self._file.executemany("DELETE FROM entries WHERE space = ? AND key = ?", gone)
            self._file.executemany(UPSERT, kept)
            self._file.execute("COMMIT")
        except Exception as error:
            self.failed = error
            raise

    def fail(self, error: Exception) -> None:
        """Memory is ahead of the disk for another reason than a commit."""
        self.failed = self.failed or error

    def find(self, space: str, key: str) -> str | None:
        """One durable value."""
        row = self._file.execute("SELECT value FROM entries WHERE space = ? AND key = ?", (space, key)).fetchone()
        return row[0] if row else None

    def read(self, space: str) -> Iterator[tuple[str, str]]:
        """The durable (key, value) of a space, oldest first."""
        yield from self._file.execute("SELECT key, value FROM entries WHERE space = ? ORDER BY id", (space,))

    def batches(self, space: str, size: int = 2_000) -> Iterator[list[str]]:
        """The durable values of a space, some thousands at a time."""
        rows = self._file.execute("SELECT value FROM entries WHERE space = ?", (space,))
        while batch := rows.fetchmany(size):
            yield [value for (value,) in batch]

    def close(self) -> None:
        self._file.close()
