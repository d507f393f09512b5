"""Applying a version of reference data that comes whole: its bytes and the entry that brings it into use."""

import hashlib
from datetime import datetime

from sqlite_utils import Database

from kiosk.core.entries.operations import SnapshotApplied
from kiosk.store.datasets import keep_dataset


def dataset_body(db: Database, name: str, version: int, content: bytes, as_of: datetime) -> SnapshotApplied:
    """Keep the bytes inside the open transaction and return the body of the entry that makes them current."""
    keep_dataset(db, name, version, content)
    return SnapshotApplied(
        dataset=name,
        version=version,
        hash=hashlib.sha256(content).hexdigest(),
        as_of=as_of,
        rows=1,
        applied_through=None,
        not_applied=(),
    )
