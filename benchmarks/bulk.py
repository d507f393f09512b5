"""Long journals made fast: two real days are taken at the desk, and their like is written on and on.

What is written is genuine: every entry is chained, each close and opening is signed by the person, each
checkpoint by the device, and each number of a day (seq, links, serials, totals) grows from one day to the
next as it grew between the two real ones; a verification of everything finds nothing. Only times and persons
are those of the second day. The derived tables grow alongside in the same way. The guards stay on.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from kiosk.core.entries.operations import PrintDone
from kiosk.core.entries.parts import Line, PersonRef, VersionRef
from kiosk.core.entries.payment import RequestFor
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.entries.request import Papers, RequestTaken
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.checkpoint import checkpoint_bytes, sign_checkpoint
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import entry_hash, parse_entry, sign_entry
from kiosk.core.wire.totals import Totals
from kiosk.desk.pay import Bill, Offer, take_payment
from kiosk.desk.reference import Reference
from kiosk.desk.session import Session
from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.store.journal import CHECKPOINT_EVERY, Signer
from kiosk.store.moments import DeviceClock
from kiosk.store.queries.drawer import cash_in_hand
from kiosk.store.secret_digits import NewSecret
from kiosk.store.slot_model import KdfParameters
from kiosk.store.slots import NewStaff
from kiosk.store.store import Opening, Store
from kiosk.store.tables import Nature, tables_of
from kiosk.trial_data import shipped_trial_data
from kiosk.zone_files import read_zone, shipped_zone_text

CHEAP = Opening(kdf=KdfParameters(64, 1, 1), floor=KdfParameters(8, 1, 1))
TYPED = "33344455566677"
CITIZENS_A_DAY = 100
FEE = {"base": 120_00, "stamp": 5_00, "development": 15_00}
_GROWS = re.compile(r"(.*?)(\d{6})")
_AT_ONCE = 20_000

Leaf = tuple[int, int]
"""Value on the second real day, and what a day adds."""


@contextmanager
def till(folder: Path) -> Iterator[Session]:
    """A trial device whose teller is at work without an open shift, and whose receipts have no end."""
    data = shipped_trial_data()
    policy = data.policy.replace(b'"20000.00"', b'"99000000.00"')
    expires = datetime.now(UTC) + timedelta(days=30)
    staff = [
        NewStaff(code, (role,), NewSecret(TYPED), expires)
        for code, role in (("SUP-1", "supervisor"), ("TEL-1", "teller"))
    ]
    plan = TrialPlan(
        unit="U-1", vehicle=None, staff=staff, data=replace(data, policy=policy), last_serial=999_999
    )
    zone = read_zone(shipped_zone_text())
    set_up_trial(folder, plan, DeviceClock(zone), CHEAP)
    with Store.open(folder, "TEL-1", TYPED, opening=CHEAP) as store:
        yield Session(store, Reference(store.db), DeviceClock(zone))


def lengthen(session: Session, entries: int) -> None:
    """Take three real days, then write days like the last ones until the journal has `entries` or more."""
    begins = []
    person = citizen_of(session)
    for _ in range(3):
        begins.append(session.store.journal.state().seq + 1)
        _day(session, person)
    end = session.store.journal.state().seq + 1
    if end - begins[2] != begins[2] - begins[1]:
        raise RuntimeError("the two days are not alike")
    pattern = _Pattern(session.store, begins[1], begins[2], end)
    with session.store.transaction():
        pattern.write(entries)
    session.store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def citizen_of(session: Session) -> PersonRef:
    """A citizen whose record is sealed in the store."""
    with session.store.transaction():
        return session.store.persons.seal({"payer_name": "سعاد عبد الحميد البنا"})


def endless_request(session: Session, person: PersonRef) -> Bill:
    """A request that no number of payments settles, and the bill of one part of it; in the open shift."""
    with session.act(session.own_shift()) as act:
        act.append(_request("D00000000-2026-999999", person, replace(_lines()[0], piastres=10**9)))
    what_for = RequestFor(tracking="D00000000-2026-999999")
    return Bill(what_for=what_for, lines=_lines(), payer=person, capacity="self")


def _lines() -> tuple[Line, ...]:
    return tuple(
        Line(kind=kind, account="1-2-3", label=kind, piastres=amount, refundable=False, sample=True)
        for kind, amount in FEE.items()
    )


def _request(tracking: str, person: PersonRef, *lines: Line) -> RequestTaken:
    version, total = VersionRef(version=1, hash="00" * 32), sum(line.piastres for line in lines)
    return RequestTaken(
        tracking=tracking,
        service="S-1",
        catalogue=version,
        fees=version,
        person=person,
        capacity="self",
        answers={},
        papers=Papers(given=(), missing=()),
        conditional_until=None,
        fee_lines=lines,
        total=total,
        due=total,
    )


def _day(session: Session, person: PersonRef) -> None:
    open_shift(session, {"note-10": 50})
    served = session.store.db.conn.execute("SELECT count(*) FROM request").fetchone()[0]
    for citizen in range(CITIZENS_A_DAY):
        serve(session, served + citizen + 1, person)
    shift = session.own_shift()
    count(session, {"note-10": cash_in_hand(session.store.db, shift.seq) // 10_00})
    close(session, Closing(kept=500_00))


def serve(session: Session, serial: int, person: PersonRef) -> None:
    """A citizen's request, its payment, its receipt, its print."""
    tracking = f"D00000000-2026-{serial:06d}"
    with session.act(session.own_shift()) as act:
        act.append(_request(tracking, person, *_lines()))
    bill = Bill(what_for=RequestFor(tracking=tracking), lines=_lines(), payer=person, capacity="self")
    taken = take_payment(session, bill, Offer(cash=200_00))
    with session.act(session.own_shift()) as act:
        act.append(PrintDone(job="ab" * 16, document="receipt", entry=taken.receipt, printer="P-1"))


class _Form:
    """Bytes of one value in which every number that grows is filled in for a day."""

    def __init__(self, before: Any, after: Any) -> None:
        self._leaves: list[Leaf] = []
        marked = self._mark(before, after)
        text = canonical(marked).replace(b"%", b"%%")
        text = re.sub(rb"\"\x01d\x02\"", b"%d", text.replace(b"\\u0001d\\u0002", b"\x01d\x02"))
        self._format = text.replace(b"\x01s\x02", b"%06d").replace(b"\\u0001s\\u0002", b"%06d")

    def _mark(self, before: Any, after: Any) -> Any:
        if isinstance(after, dict):
            return {key: self._mark(before.get(key), value) for key, value in sorted(after.items())}
        if isinstance(after, list) and isinstance(before, list) and len(before) == len(after):
            return [self._mark(one, other) for one, other in zip(before, after, strict=True)]
        if type(after) is int and type(before) is int and before != after:
            self._leaves.append((after, after - before))
            return "\x01d\x02"
        if isinstance(after, str) and isinstance(before, str) and before != after:
            old, new = _GROWS.fullmatch(before), _GROWS.fullmatch(after)
            if old and new and old.group(1) == new.group(1):
                self._leaves.append((int(new.group(2)), int(new.group(2)) - int(old.group(2))))
                return f"{new.group(1)}\x01s\x02"
        return after

    def bytes(self, day: int) -> bytes:
        """The value `day` days after the second real one."""
        return self._format % tuple([base + day * step for base, step in self._leaves])


class _Pattern:
    """Two days that are alike, and how to write the ones that follow."""

    def __init__(self, store: Store, first: int, second: int, end: int) -> None:
        self._store, self._second, self._end, self._length = store, second, end, end - second
        records = list(store.journal.records(first))
        plain = [orjson.loads(one.data) for one in records]
        half = self._length
        self._types = [one["type"] for one in plain[half:]]
        self._signed = [bool(one.sigs) for one in records[half:]]
        self._forms = [
            _Form(old, {**new, "at": new["at"]}) for old, new in zip(plain[:half], plain[half:], strict=True)
        ]
        after = list(_totals_after(store, first))
        self._totals = [
            {name: (value, value - old[name]) for name, value in new.items()}
            for old, new in zip(after[:half], after[half:], strict=True)
        ]
        self._tables = list(_tables(store, first, second, end))
        unlocked = store.unlocked
        self._person = Signer(unlocked.code, unlocked.staff_key.private)

    def write(self, until: int) -> None:
        """Write days until the journal has so many entries, inside the open transaction."""
        journal = self._store.db.conn
        checkpoints: list[tuple[int, bytes]] = []
        derived: list[list[tuple[Any, ...]]] = [[] for _ in self._tables]
        rows: list[tuple[Any, ...]] = []
        state = self._store.journal.state()
        seq, head, day = state.seq, state.head, 0

        def flush() -> None:
            journal.executemany(
                "INSERT INTO journal_1 (seq, type, bytes, hash, sigs) VALUES (?, ?, ?, ?, ?)", rows
            )
            journal.executemany("INSERT INTO checkpoint (seq, bytes) VALUES (?, ?)", checkpoints)
            for (insert, _), made in zip(self._tables, derived, strict=True):
                journal.executemany(insert, made)
                made.clear()
            rows.clear()
            checkpoints.clear()

        while seq < until:
            day += 1
            for place, form in enumerate(self._forms):
                seq += 1
                data = form.bytes(day)
                head = entry_hash(head, seq, data)
                rows.append((seq, self._types[place], data, head, self._sigs(place, head)))
                if seq % CHECKPOINT_EVERY == 0 or place == self._length - 1:
                    checkpoints.append((seq, self._checkpoint(seq, head, self._at(place, day), state.stream)))
            for (_, makers), made in zip(self._tables, derived, strict=True):
                made.extend(tuple(make(day) for make in row) for row in makers)
            if len(rows) >= _AT_ONCE:
                flush()
        flush()
        totals = vars(self._at(self._length - 1, day))
        last = orjson.dumps(totals, option=orjson.OPT_SORT_KEYS).decode()
        journal.execute("UPDATE stream SET seq = ?, head = ?, totals = ?", (seq, head, last))

    def _at(self, place: int, day: int) -> Totals:
        return Totals(**{name: base + day * step for name, (base, step) in self._totals[place].items()})

    def _sigs(self, place: int, head: bytes) -> str:
        if not self._signed[place]:
            return "[]"
        one = sign_entry(head, by=self._person.by, kid=self._person.kid, key=self._person.key)
        return orjson.dumps([dump(one)]).decode()

    def _checkpoint(self, seq: int, head: bytes, totals: Totals, stream: str) -> bytes:
        device = self._store.device_signer
        return checkpoint_bytes(
            sign_checkpoint(
                stream=stream,
                seq=seq,
                head=head,
                totals=totals,
                time=datetime.now(UTC),
                key=device.key,
                kid=device.kid,
            )
        )


def _totals_after(store: Store, first: int) -> Iterator[dict[str, int]]:
    """The perpetual totals after each entry from `first` on."""
    totals = Totals()
    for record in store.journal.records():
        entry = parse_entry(record.data)
        body = REGISTRY.decode(entry.type, entry.tv, entry.body)
        if isinstance(body, UnknownBody):
            raise TypeError(entry.type)
        totals = totals + body.effect()
        if entry.seq >= first:
            yield totals.to_map()


Maker = Callable[[int], Any]


def _tables(store: Store, first: int, second: int, end: int) -> Iterator[tuple[str, list[tuple[Maker, ...]]]]:
    """For each derived table whose rows grow: how to insert, and how to make the rows of a day."""
    for table in tables_of(Nature.DERIVED):
        info = store.db.conn.execute(f"PRAGMA table_info({table})").fetchall()
        columns = [row[1] for row in info]
        if "seq" not in columns or table == "stream":
            continue
        order = ", ".join(columns[i] for i in sorted(range(len(columns)), key=lambda i: columns[i] != "seq"))
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE seq >= ? AND seq < ? ORDER BY {order}"
        old = store.db.conn.execute(query, (first, second)).fetchall()
        new = store.db.conn.execute(query, (second, end)).fetchall()
        makers = [tuple(map(_maker, one, other)) for one, other in zip(old, new, strict=True)]
        marks = ", ".join("?" * len(columns))
        yield f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", makers


def _maker(before: Any, after: Any) -> Maker:
    form = _Form(before, after) if isinstance(after, int | str) and before != after else None
    if form is None:
        return lambda _: after
    if isinstance(after, int):
        return lambda day: after + day * (after - before)
    return lambda day: orjson.loads(form.bytes(day))
