"""Datasets kept whole: catalogue, fees, policy, zone. Versions in use are never dropped."""

from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.store.rows import insert


@dataclass(frozen=True)
class Dataset:
    """One version of a dataset and its bytes as they came; `hash` (hex) is that of its snapshot entry."""

    name: str
    version: int
    hash: str
    content: bytes


def keep_dataset(db: Database, name: str, version: int, content: bytes) -> None:
    """Keep a version inside the open transaction; the entry `snapshot.applied` then makes it current."""
    insert(db, "dataset", name=name, version=version, content=content)


def kept_content(db: Database, name: str, version: int) -> bytes:
    """The bytes of a version that an entry pins. Raises KnownError `dataset.missing`."""
    row = db.conn.execute(
        "SELECT content FROM dataset WHERE name = ? AND version = ?", (name, version)
    ).fetchone()
    if row is None:
        raise KnownError("dataset.missing", dataset=name)
    content: bytes = row[0]
    return content


def current_dataset(db: Database, name: str) -> Dataset:
    """Return the version in use. Raises KnownError `dataset.missing`."""
    row = db.execute(
        "SELECT d.name, d.version, s.hash, d.content FROM dataset d"
        " JOIN snapshot_applied s ON s.dataset = d.name AND s.version = d.version WHERE d.name = ?",
        (name,),
    ).fetchone()
    if row is None:
        raise KnownError("dataset.missing", dataset=name)
    return Dataset(*row)
