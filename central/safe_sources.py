"""What people named as evidence for `safe_through`: standbys, and the archive of WAL with its base back-up.

Each was vouched for in one life of the database. After a failover or a restore a person says it again: what
was apart from the old primary may be the disk of the new one.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from central.base_backups import Base
from central.safe_evidence import Archiver, Kind, Life, Mark
from central.schema import safe_source
from central.storage import insert_into
from kiosk.core.wire.times import parse_utc, utc_text

ARCHIVE_NAME = "wal"
"""The name of the archive: PostgreSQL has one."""


@dataclass(frozen=True)
class Source:
    """One source. `problem`: the code of what keeps it from proving anything, '' for nothing; `proved`: the
    time of the newest moment of the database that it was seen to have.
    """

    kind: Kind
    name: str
    given: datetime
    by: str
    off_machine: bool
    life: Life
    base: Base | None = None
    mark: Mark | None = None
    problem: str = ""
    proved: datetime | None = None

    def with_mark(self, mark: Mark | None) -> "Source":
        """The same with another mark."""
        return replace(self, mark=mark)


def sources(db: Connection) -> list[Source]:
    """All sources, by kind and name."""
    rows = db.execute(select(safe_source).order_by(safe_source.c.kind, safe_source.c.name)).all()
    return [
        Source(
            row.kind,
            row.name,
            parse_utc(row.at),
            row.by,
            bool(row.off_machine),
            Life(**json.loads(row.life)),
            Base(**json.loads(row.base)) if row.base else None,
            _mark(row.mark),
            row.problem,
            parse_utc(row.proved) if row.proved else None,
        )
        for row in rows
    ]


def add_source(db: Connection, one: Source) -> None:
    """Write down a new source, in place of one of its name."""
    drop_source(db, one.kind, one.name)
    vouched = {"at": utc_text(one.given), "by": one.by, "off_machine": int(one.off_machine)}
    names = {"kind": one.kind, "name": one.name, "life": json.dumps(asdict(one.life))}
    db.execute(insert_into(db, safe_source).values(**names, **vouched, **_found(one)))


def keep_source(db: Connection, one: Source) -> None:
    """Write down what was found of a source."""
    here = (safe_source.c.kind == one.kind) & (safe_source.c.name == one.name)
    db.execute(update(safe_source).where(here).values(**_found(one)))


def drop_source(db: Connection, kind: Kind, name: str) -> bool:
    """Forget a source; whether it was there. What it made safe stays so."""
    here = (safe_source.c.kind == kind) & (safe_source.c.name == name)
    return db.execute(delete(safe_source).where(here)).rowcount > 0


def newest_proof(db: Connection) -> datetime | None:
    """The newest moment of the database that a source was seen to have, or None."""
    at = db.execute(select(func.max(safe_source.c.proved))).scalar()
    return parse_utc(at) if at else None


def _found(one: Source) -> dict[str, str | None]:
    return {
        "base": json.dumps(asdict(one.base)) if one.base else None,
        "mark": json.dumps(asdict(one.mark)) if one.mark else None,
        "problem": one.problem,
        "proved": utc_text(one.proved) if one.proved else None,
    }


def _mark(text: str | None) -> Mark | None:
    if text is None:
        return None
    plain = json.loads(text)
    return Mark(**{**plain, "archiver": Archiver(**plain["archiver"])})
