"""Reads a back-up from the medium and holds it to itself: pages, rows, and the chain of every journal.

Nothing is believed because it was just written: a back-up that was never read is a hope.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import FIRST_PREVIOUS, entry_hash

_JOURNAL = "SELECT stream, seq, CAST(bytes AS BLOB), CAST(hash AS BLOB) FROM journal ORDER BY stream, seq"
_SCANS = "SELECT upload, size, sealed FROM upload WHERE state = 'held'"
_STREAMS = "SELECT stream, device, stored, head, persons FROM stream"
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


@dataclass(frozen=True)
class StreamEnd:
    """Where a journal stood: its device, entries, the hash of the last one; `persons`: up to which entry all
    personal records were there.
    """

    device: str
    stored: int
    head: bytes
    persons: int = 0


@dataclass
class Contents:
    """What a back-up holds. `newest`: the files that its newest data needs; `scans`: bytes and SHA-256 of
    the scans that the centre held whole, by upload.
    """

    tables: dict[str, int] = field(default_factory=dict)
    streams: dict[str, StreamEnd] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    newest: frozenset[str] = frozenset()
    scans: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def persons(self) -> dict[str, int]:
        """Per journal, up to which entry all personal records are in it."""
        return {stream: end.persons for stream, end in self.streams.items()}

    @property
    def epoch(self) -> int:
        """The epoch of the database."""
        return int(self.meta.get("epoch", "1"))


class ChainWalk:
    """Follows the chains of all journals, whatever the order of the rows; they come nearly in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends: dict[str, tuple[int, bytes]] = {}
        self._early: dict[tuple[str, int], tuple[bytes, bytes]] = {}

    def add(self, stream: str, seq: int, data: bytes, hash_: bytes) -> None:
        """Take the next row. Raises KnownError `backup.damaged`."""
        self._early[stream, seq] = data, hash_
        at, head = self._ends.get(stream, (0, FIRST_PREVIOUS))
        while (row := self._early.pop((stream, at + 1), None)) is not None:
            at, head = at + 1, entry_hash(head, at + 1, row[0])
            if head != row[1]:
                raise damaged(self._path, f"journal {stream} {at}")
        self._ends[stream] = at, head

    def hold_against(self, streams: dict[str, StreamEnd]) -> None:
        """Every journal ends where its stream says. Raises KnownError `backup.damaged`."""
        if self._early:
            stream, seq = min(self._early)
            raise damaged(self._path, f"journal {stream} before {seq}")
        for stream, end in streams.items():
            if self._ends.get(stream, (0, FIRST_PREVIOUS)) != (end.stored, end.head):
                raise damaged(self._path, f"stream {stream} {end.stored}")
        if unknown := self._ends.keys() - streams.keys():
            raise damaged(self._path, f"stream {min(unknown)}")


def read_sqlite(path: Path) -> Contents:
    """Read a copy of the SQLite database, each page of it. Raises KnownError `backup.damaged`."""
    found, walk = Contents(), ChainWalk(path)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            for check in ("integrity_check", "foreign_key_check"):
                row = db.execute(f"PRAGMA {check}").fetchone()
                if row is not None and row[0] != "ok":
                    raise damaged(path, f"{check}: {row[0]}")
            for (name,) in db.execute(_TABLES).fetchall():
                found.tables[name] = db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            found.meta = dict(db.execute("SELECT name, value FROM meta"))
            for stream, device, stored, head, persons in db.execute(_STREAMS):
                found.streams[stream] = StreamEnd(device, stored, bytes(head), persons)
            for row in db.execute(_JOURNAL):
                walk.add(*row)
            rows = db.execute("SELECT name, scope, version, file FROM dataset")
            found.newest = newest_files(rows)
            found.scans = {name: (size, sealed) for name, size, sealed in db.execute(_SCANS)}
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error
    walk.hold_against(found.streams)
    return found


def newest_files(rows: Iterator[tuple[str, str, int, str]] | sqlite3.Cursor) -> frozenset[str]:
    """The file of the newest version of each dataset and scope."""
    newest: dict[tuple[str, str], tuple[int, str]] = {}
    for name, scope, version, file in rows:
        newest[name, scope] = max(newest.get((name, scope), (0, "")), (version, file))
    return frozenset(file for _, file in newest.values())


def damaged(path: Path, problem: str) -> KnownError:
    """The error of a back-up that is not whole."""
    return KnownError("backup.damaged", path=path, problem=problem)
