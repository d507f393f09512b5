"""What the centre says of a version of debts, what refuses it, and the entry that says it is in use."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Link

DEBTS = "debts"
"""The name of the dataset in entries."""


class Act(Protocol):
    """What a change of the data in use needs of the act under way: its database, a way to write an entry."""

    db: Database

    def append(self, body: Body) -> Link:
        """Write one entry."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """What the centre says of a version. `rows`: of all kinds; the rest: see `SnapshotApplied`."""

    version: int
    as_of: datetime
    rows: int
    applied_through: Link | None = None
    not_applied: tuple[int, ...] = ()


def say_applied(act: Act, version: Version, hash_: str) -> Link:
    """Write the entry that a version is in use."""
    return act.append(
        SnapshotApplied(
            dataset=DEBTS,
            version=version.version,
            hash=hash_,
            as_of=version.as_of,
            rows=version.rows,
            applied_through=version.applied_through,
            not_applied=version.not_applied,
        )
    )


def check_version(db: Database, version: Version) -> None:
    """Refuse what is older than the data in use, or tells of entries that are not here.

    Raises KnownError `debt_data.not_newer`, `debt_data.beyond_journal` or `debt_data.counts_less`.
    """
    before = db.execute("SELECT version FROM debts_in_use").fetchone()[0]
    if version.version <= before:
        raise KnownError("debt_data.not_newer", version=version.version, before=before)
    through = version.applied_through
    _refuse_less(db, version)
    if through is None:
        return
    stream, seq = db.execute("SELECT stream, seq FROM stream").fetchone()
    if through.stream != stream or through.seq > seq:
        raise KnownError("debt_data.beyond_journal", seq=through.seq, last=seq)


def _refuse_less(db: Database, version: Version) -> None:
    """Refuse a snapshot that leaves out collections whose entries were dropped: nobody could add them again.

    Raises KnownError `debt_data.counts_less`.
    """
    row = db.execute(
        "SELECT CAST(bytes AS TEXT) ->> '$.body.applied_through.seq',"
        " coalesce(CAST(bytes AS TEXT) -> '$.body.not_applied', '[]') FROM carried"
        " WHERE type = 'snapshot.applied' AND CAST(bytes AS TEXT) ->> '$.body.dataset' = ?"
        " ORDER BY seq DESC LIMIT 1",
        (DEBTS,),
    ).fetchone()
    if row is None or row[0] is None:
        return
    counted, left_out = int(row[0]), set(json.loads(row[1]))
    through = version.applied_through.seq if version.applied_through else 0
    if through < counted or any(seq <= counted and seq not in left_out for seq in version.not_applied):
        raise KnownError("debt_data.counts_less", seq=through, counted=counted)
