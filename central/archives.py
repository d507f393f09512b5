"""What `safe_through` rests on: archives that were read back and lie apart from the server's own disk.

It only rises. An archive that is lost later takes back nothing that devices were told, and one that fails
gives nothing new: so keep the newest one until the next has been made.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, update

from central.schema import archive, archived, stream
from central.schema_books import upload
from central.storage import epoch_of
from kiosk.core.wire.times import parse_utc, utc_text

_AT_ONCE = 500
OLD = timedelta(days=1)
"""`status` warns when the newest archive is older."""


@dataclass(frozen=True)
class Archive:
    """An archive to be noted: what it is, where, its name (a hash), and per journal how many entries.

    `scans`: the uploads whose bytes it holds; `persons`: per journal, up to which entry it holds all records.
    """

    kind: str
    place: str
    digest: str
    stored: Mapping[str, int]
    counts: bool
    scans: Collection[str] = ()
    persons: Mapping[str, int] = field(default_factory=dict)


def note_archive(db: Connection, one: Archive, now: datetime) -> int:
    """Keep the evidence inside the open `write`, and let `safe_through` rise to it; return by how many
    entries, 0 for an archive that does not count.
    """
    done = db.execute(
        insert(archive).values(
            at=utc_text(now),
            kind=one.kind,
            place=one.place,
            digest=one.digest,
            epoch=epoch_of(db),
            entries=sum(one.stored.values()),
            counts=int(one.counts),
        )
    )
    key = done.inserted_primary_key[0] if done.inserted_primary_key else None
    rows = [{"archive": key, "stream": name, "stored": stored} for name, stored in one.stored.items()]
    if rows:
        db.execute(insert(archived), rows)
    if not one.counts:
        return 0
    risen = 0
    for row in db.execute(select(stream.c.stream, stream.c.stored, stream.c.safe)).all():
        safe = min(row.stored, one.stored.get(row.stream, 0))
        if safe > row.safe:
            db.execute(update(stream).where(stream.c.stream == row.stream).values(safe=safe))
            risen += safe - row.safe
    persons_are_safe(db, one.persons)
    _scans_are_safe(db, one.scans)
    return risen


def persons_are_safe(db: Connection, persons: Mapping[str, int]) -> None:
    """Let it rise up to which entry personal records are in an archive that counts."""
    for name, upto in sorted(persons.items()):
        lower = (stream.c.stream == name) & (stream.c.persons_safe < upto) & (stream.c.persons >= upto)
        db.execute(update(stream).where(lower).values(persons_safe=upto))


def _scans_are_safe(db: Connection, names: Collection[str]) -> None:
    """Note of scans that are held here that an archive which counts has them too."""
    held = (upload.c.state == "held") & (upload.c.safe == 0)
    here = sorted(set(names).intersection(db.execute(select(upload.c.upload).where(held)).scalars()))
    for at in range(0, len(here), _AT_ONCE):
        some = upload.c.upload.in_(here[at : at + _AT_ONCE])
        db.execute(update(upload).where(held, some).values(safe=1))


def newest_archive(db: Connection) -> datetime | None:
    """When the newest archive that counts was made, or None."""
    at = db.execute(select(func.max(archive.c.at)).where(archive.c.counts == 1)).scalar()
    return parse_utc(at) if at else None


def lies_apart(folder: Path, data: Path) -> bool:
    """Whether a folder is on another disk than the data, as far as the system can tell."""
    return folder.stat().st_dev != data.stat().st_dev
