"""Lets `safe_through` rise on what a standby or an archive of WAL was seen to have.

Each look first takes what every journal holds, and after that the place in the WAL: all of it lies before
that place. A later look that finds the WAL up to there at a source raises `safe_through` to the values that
were taken then, never to newer ones. It never falls, and counts in one life of the database alone.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text, update

from central.acts import check_person, note_act
from central.archives import persons_are_safe
from central.base_backups import Base
from central.centre import Centre
from central.safe_evidence import (
    Archiver,
    Kind,
    Life,
    Mark,
    Problem,
    Proof,
    Seen,
    WalSender,
    judge_archive,
    judge_standby,
    place_of,
)
from central.safe_sources import (
    ARCHIVE_NAME,
    Source,
    add_source,
    drop_source,
    keep_source,
    newest_proof,
    sources,
)
from central.schema import stream
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import parse_utc, utc_text

log = logging.getLogger("central")

_LONGEST_NAME = 63
"""PostgreSQL cuts longer names of applications off."""
_SYSTEM = text("SELECT CAST(system_identifier AS text) FROM pg_control_system()")
_WAL = text("SELECT CAST(lsn AS text), pg_walfile_name(lsn) FROM pg_current_wal_insert_lsn() AS lsn")
_SENDERS = text(
    "SELECT r.application_name, r.state, CAST(r.flush_lsn AS text), r.replay_lsn IS NOT NULL,"
    " s.slot_type IS NOT DISTINCT FROM 'logical', host(r.client_addr)"
    " FROM pg_stat_replication AS r LEFT JOIN pg_replication_slots AS s ON s.active_pid = r.pid"
    " ORDER BY r.pid"
)
_ARCHIVER = text(
    "SELECT current_setting('archive_mode') IN ('on', 'always')"
    " AND current_setting('archive_command') || coalesce(current_setting('archive_library', true), '') <> '',"
    " archived_count, last_archived_wal,"
    " last_failed_time IS NOT NULL AND last_failed_time >= coalesce(last_archived_time, last_failed_time),"
    " coalesce(CAST(stats_reset AS text), '') FROM pg_stat_archiver"
)
_HERE = text("SELECT host(inet_server_addr()), pg_size_bytes(current_setting('wal_segment_size'))")
_RAISED = (
    update(stream)
    .where(stream.c.stream == bindparam("sought"), stream.c.safe < bindparam("upto"))
    .where(stream.c.stored >= bindparam("upto"))
    .values(safe=bindparam("upto"))
)


@dataclass(frozen=True)
class Looked:
    """What a look found: the sources as they are now, and by how many entries `safe_through` rose."""

    sources: tuple[Source, ...]
    risen: int


def name_standby(centre: Centre, name: str, *, by: str, off_machine: bool = False) -> Looked:
    """From now on a standby with this `application_name` is evidence; `by` vouches for it.

    `off_machine`: it lies apart although it connects from the machine of the database. Raises KnownError
    `safe.bad_name`, `safe.postgres_only`, `books.bad_person`, `books.person_revoked`.
    """
    if not name.isprintable() or not 0 < len(name.encode()) <= _LONGEST_NAME or name != name.strip():
        raise KnownError("safe.bad_name", name=name[:_LONGEST_NAME])
    return _named(centre, "standby", name, by=by, off_machine=off_machine, base=None)


def name_archive(centre: Centre, base: Base, *, by: str, off_machine: bool) -> Looked:
    """From now on the archive of WAL is evidence, together with this base; `by` vouches for both.

    Raises KnownError `safe.vouch_needed` without `off_machine`: where an archive lies, no server can see.
    `safe.other_base`: the base is not of this life of the database. Else as `name_standby`.
    """
    if not off_machine:
        raise KnownError("safe.vouch_needed")
    return _named(centre, "archive", ARCHIVE_NAME, by=by, off_machine=True, base=base)


def forget_source(centre: Centre, kind: Kind, name: str, *, by: str) -> None:
    """A source is evidence no more; what it made safe stays so.

    Raises KnownError `safe.unknown`, `books.bad_person`, `books.person_revoked`.
    """
    with centre.storage.write() as db:
        check_person(db, by)
        if not drop_source(db, kind, name):
            raise KnownError("safe.unknown", name=name)
        note_act(db, "safe_forgotten", f"{kind} {name}", by=by, now=utc_text(centre.now()))


def look(centre: Centre) -> Looked:
    """Look at all sources once, in one transaction. Raises KnownError `central.busy`."""
    with centre.storage.read() as db:
        if not sources(db):
            return Looked((), 0)
    with centre.storage.write() as db:
        return _look(db, centre.now())


def newest_evidence(db: Connection, archived: datetime | None) -> datetime | None:
    """The newer of the newest back-up that counts and the newest moment that a source was seen to have."""
    return max((one for one in (archived, newest_proof(db)) if one is not None), default=None)


def _named(centre: Centre, kind: Kind, name: str, *, by: str, off_machine: bool, base: Base | None) -> Looked:
    if not centre.storage.is_postgres:
        raise KnownError("safe.postgres_only")
    now = centre.now()
    with centre.storage.write() as db:
        check_person(db, by)
        life, mark = _life_and_mark(db, now, _seen(db))
        if base is not None and (
            base.timeline != life.timeline or base.ends > mark.lsn or base.system not in ("", life.system)
        ):
            raise KnownError("safe.other_base", path=base.place)
        add_source(db, Source(kind, name, now, by, off_machine, life, base))
        place = base.place if base is not None else None
        note_act(
            db, "safe_named", f"{kind} {name}", by=by, now=utc_text(now), off_machine=off_machine, base=place
        )
        return _look(db, now)


def _look(db: Connection, now: datetime) -> Looked:
    """What was seen at the sources is older than the new mark, so it never proves too much."""
    seen = _seen(db)
    life, mark = _life_and_mark(db, now, seen)
    risen, found = 0, list[Source]()
    for one in sources(db):
        after, proved = _one(one, life, mark, seen)
        if proved is not None:
            risen += _raise(db, proved)
        if after != one:
            keep_source(db, after)
        if after.problem and after.problem != one.problem:
            log.warning("evidence of %s %s: %s", one.kind, one.name, after.problem)
        found.append(after)
    return Looked(tuple(found), risen)


def _one(one: Source, life: Life, mark: Mark, seen: Seen) -> tuple[Source, Mark | None]:
    """A source after a look, and the mark that it was seen to have reached."""
    if one.life != life:
        return replace(one, mark=None, problem="safe.changed"), None
    judged = _judged(one, one.mark or mark, seen)
    if isinstance(judged, Problem):
        base = None if judged.base_void else one.base
        return replace(one, mark=one.mark or mark, problem=judged.code, base=base), None
    if one.mark is None or judged == "waiting":
        return replace(one, mark=one.mark or mark, problem=""), None
    return replace(one, mark=mark, problem="", proved=parse_utc(one.mark.at)), one.mark


def _judged(one: Source, mark: Mark, seen: Seen) -> Proof | Problem:
    if one.kind == "standby":
        return judge_standby(one.name, off_machine=one.off_machine, mark=mark, seen=seen)
    return judge_archive(has_base=one.base is not None, mark=mark, seen=seen)


def _raise(db: Connection, mark: Mark) -> int:
    """Let `safe_through` rise to a mark; return by how many entries."""
    rows = db.execute(select(stream.c.stream, stream.c.safe).order_by(stream.c.stream)).all()
    higher = [(row.stream, row.safe, mark.streams.get(row.stream, 0)) for row in rows]
    higher = [one for one in higher if one[2] > one[1]]
    if higher:
        db.execute(_RAISED, [{"sought": name, "upto": upto} for name, _, upto in higher])
    persons_are_safe(db, mark.persons)
    return sum(upto - safe for _, safe, upto in higher)


def _life_and_mark(db: Connection, now: datetime, seen: Seen) -> tuple[Life, Mark]:
    """What the journals hold and, read after that, how far the WAL is: never the other way round."""
    rows = db.execute(select(stream.c.stream, stream.c.stored, stream.c.persons)).all()
    streams, persons = {row.stream: row.stored for row in rows}, {row.stream: row.persons for row in rows}
    lsn, wal = db.execute(_WAL).one()
    life = Life(str(db.execute(_SYSTEM).scalar_one()), int(wal[:8], 16), epoch_of(db))
    return life, Mark(utc_text(now), place_of(lsn), wal, seen.archiver, streams, persons)


def _seen(db: Connection) -> Seen:
    senders = [
        WalSender(name, state, place_of(flushed) if flushed else None, replays, logical, address)
        for name, state, flushed, replays, logical, address in db.execute(_SENDERS)
    ]
    server, segment = db.execute(_HERE).one()
    return Seen(senders, Archiver(*db.execute(_ARCHIVER).one()), server, segment)
