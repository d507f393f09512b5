"""What a device that is lost held of people, as far as the centre knows: for the report within 72 hours.

Kinds, counts, ages and periods; nobody's details. It comes from the entries that arrived here: what the
device wrote after them, unfinished forms and its log are not known, and said to be so (Law 151/2020).
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, distinct, func, select

from central.attachments import HELD, SAME_SCAN
from central.centre import Centre
from central.erased import ERASED
from central.ingest import Known, find_device
from central.publish import latest
from central.schema import debt, heartbeat, journal, person
from central.schema import device as device_table
from central.schema import stream as stream_table
from central.schema_books import scan, upload
from central.trust import authority_of
from kiosk.core.debts.model import LeasedTo
from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.manifest import DEBTS
from kiosk.core.wire.reference import open_reference
from kiosk.core.wire.times import utc_text

REQUEST_PERSON, PAYER, DEBTOR, SCAN = "request_person", "payer", "debtor", "scan"
NOT_KNOWN = ("draft", "log", "crash_report")
"""Kinds that never leave a device."""
_TYPES = (
    *("request.taken", "payment.taken", "paper_receipt.entered", "card.prepared"),
    *("person.erased", "snapshot.applied"),
)


@dataclass(frozen=True)
class HeldKind:
    """One kind. `count` None: not known here. `oldest` and `newest`: UTC, of the entries that name them.

    `days` that such details stay on a device and the `source` of that, None where no time is set.
    `only_there`: pieces whose sealed copy has not arrived here.
    """

    kind: str
    count: int | None
    oldest: str | None
    newest: str | None
    days: int | None
    source: str
    only_there: int | None


@dataclass(frozen=True)
class Held:
    """A device, when the centre last heard of it, and what it held.

    `stored`: entries that the centre has; `waiting`: more that the device said it had, 0 for none that is
    known, None when it never said anything.
    """

    device: str
    state: str
    unit: str
    enrolled_at: str
    last_heard: str | None
    stored: int
    waiting: int | None
    made: str
    kinds: tuple[HeldKind, ...]
    erased: int


@dataclass
class _Seen:
    """What the entries said: kind and dates by record, what was erased, the debtors in use."""

    kinds: dict[str, str]
    dates: dict[str, datetime]
    erased: set[str]
    debts: Entry | None = None


def held_by(centre: Centre, code: str) -> Held:
    """What the device `code` held. Raises KnownError `central.unknown_device`."""
    now = centre.now()
    with centre.storage.read() as db:
        known = find_device(db, code)
        row = db.execute(select(device_table).where(device_table.c.code == code)).one()
        where = db.execute(select(stream_table).where(stream_table.c.stream == known.stream)).one()
        beat = db.execute(select(heartbeat).where(heartbeat.c.device == code)).first()
        seen = _seen(db, known.stream)
        here = (person.c.device == code) & (person.c.sealed != ERASED)
        arrived = set(db.execute(select(person.c.person).where(here)).scalars())
        rules = _retention(centre, db, now)
        debtors = _debtors(db, known)
        scans = _scans(db, known)
    said = json.loads(beat.content)["seq"] if beat else None
    return Held(
        device=code,
        state=row.state,
        unit=row.unit,
        enrolled_at=row.enrolled_at,
        last_heard=beat.received if beat else None,
        stored=where.stored,
        waiting=None if said is None else max(0, said - where.stored),
        made=utc_text(now),
        kinds=tuple(_kinds(seen, arrived, rules, debtors, scans)),
        erased=len(seen.erased),
    )


def _kinds(
    seen: _Seen,
    arrived: set[str],
    rules: dict[str, tuple[int | None, str]],
    debtors: int,
    scans: HeldKind,
) -> Iterator[HeldKind]:
    for kind in (REQUEST_PERSON, PAYER):
        records = [one for one, its in seen.kinds.items() if its == kind and one not in seen.erased]
        dates = [seen.dates[one] for one in records]
        days, source = rules.get(kind, (None, ""))
        yield HeldKind(
            kind,
            len(records),
            utc_text(min(dates)) if dates else None,
            utc_text(max(dates)) if dates else None,
            days,
            source,
            sum(one not in arrived for one in records),
        )
    yield scans
    if seen.debts is not None:
        as_of, version = seen.debts.body["as_of"], seen.debts.body["version"]
        yield HeldKind(DEBTOR, debtors, as_of, as_of, None, f"snapshot {version}", 0)
    for kind in NOT_KNOWN:
        days, source = rules.get(kind, (None, ""))
        yield HeldKind(kind, None, None, None, days, source, None)


def _scans(db: Connection, known: Known) -> HeldKind:
    """The scans that entries of this device named and that are not erased."""
    query = (
        select(upload.c.state)
        .select_from(scan.outerjoin(upload, SAME_SCAN))
        .where(scan.c.stream == known.stream, scan.c.erased.is_(None))
    )
    states = db.execute(query).scalars().all()
    missing = sum(state != HELD for state in states)
    return HeldKind(SCAN, len(states), None, None, None, "retention:request_person", missing)


def _debtors(db: Connection, known: Known) -> int:
    """How many people the debts of this device are of, as they are leased now."""
    leased = LeasedTo.COLLECTOR if known.collector else LeasedTo.UNIT
    query = select(func.count(distinct(debt.c.debtor))).where(
        debt.c.leased_to == leased.value, debt.c.holder == (known.collector or known.unit)
    )
    return int(db.execute(query).scalar_one())


def _seen(db: Connection, stream: str) -> _Seen:
    """Read what the stream says of people; an entry that cannot be read is named elsewhere (quarantine)."""
    seen = _Seen({}, {}, set())
    for entry in _entries(db, stream):
        if entry.type == "person.erased":
            seen.erased.update(entry.body["persons"])
        elif entry.type == "snapshot.applied":
            if entry.body["dataset"] == DEBTS:
                seen.debts = entry
        else:
            record, kind = _named(entry)
            if record is not None:
                seen.dates[record] = max(entry.at, seen.dates.get(record, entry.at))
                if kind == REQUEST_PERSON or record not in seen.kinds:
                    seen.kinds[record] = kind
    return seen


def _named(entry: Entry) -> tuple[str | None, str]:
    """The record that an entry names, and as what."""
    body: dict[str, Any] = dict(entry.body)
    if entry.type == "request.taken":
        return body["person"]["person"], REQUEST_PERSON
    if entry.type == "card.prepared":
        body = body["bill"] or {}
    payer = body.get("payer")
    return (payer["person"] if payer else None), PAYER


def _entries(db: Connection, stream: str) -> Iterator[Entry]:
    marks = [f'"type":"{one}"'.encode() for one in _TYPES]
    rows = db.execute(select(journal.c.bytes).where(journal.c.stream == stream).order_by(journal.c.seq))
    for (data,) in rows:
        if not any(mark in data for mark in marks):
            continue
        try:
            entry = parse_entry(data)
        except KnownError:
            continue
        if entry.type in _TYPES:
            yield entry


def _retention(centre: Centre, db: Connection, now: datetime) -> dict[str, tuple[int | None, str]]:
    """Days and source of each kind by the newest policy that the centre published; nothing without one."""
    row = latest(db, "policy", "")
    if row is None:
        return {}
    data = gzip.decompress((centre.folder.files / str(row.file)).read_bytes())
    content = open_reference("policy", data, authority_of(centre), now=now).content
    top = read_marked(content.decode("utf-8"), "policy").map or {}
    rows = top["retention"].items if "retention" in top else None
    today, found = now.date().isoformat(), dict[str, tuple[int | None, str]]()
    for one in rows or []:
        fields = one.map or {}
        if _text(fields, "from") <= today or _text(fields, "code") not in found:
            days = _text(fields, "days")
            found[_text(fields, "code")] = (int(days) if days.isdecimal() else None, _text(fields, "source"))
    return found


def _text(fields: dict[str, Marked], name: str) -> str:
    return (fields[name].text or "") if name in fields else ""
