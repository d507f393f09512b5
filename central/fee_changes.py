"""What the fee table in force would have charged for a request that was made with an older one.

A request keeps the version it was made with. Where a newer one had come into force by then, both tables are
asked with the answers that the entry keeps: the older must give again what was charged, else the newer one's
price compares with nothing. What was found stays in `fee_change`; whether people get a case of it is policy.

The same journals and versions give the same, whichever came first: when fees are loaded, the requests made
since their signature are judged again.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from central.centre import Centre
from central.conflicts import Kind
from central.debt_booking import case_row
from central.fee_versions import FeeVersion, fee_versions, read_fees
from central.schema import case, journal
from central.schema_books import fee_change, request
from central.storage import insert_into, setting
from central.verification import Judged
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import BugError, KnownError
from kiosk.core.fees import FeeInput, FeeTables, InputType
from kiosk.core.money import format_money
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.times import utc_text

FEE_CASES = "cases.fees_changed"
"""Name of the setting that says `off` where a changed fee table makes no case."""
_NO_SUM = "-"
"""Stands for a number of an account or paper that only the sealed record has: no amount depends on it."""
_SEALED = (InputType.ACCOUNT, InputType.TEXT)
_OURS = (BugError, ArithmeticError, LookupError, TypeError, ValueError)
log = logging.getLogger("central")
_DAYS_OFF = 2
"""So far may the day of a request be from that of its entry's clock."""


@dataclass(frozen=True)
class FeeChange:
    """A request that a newer table charges otherwise. Amounts in piastres; `price` None: `why` it gives
    none.
    """

    made: FeeVersion
    newer: FeeVersion
    charged: int
    price: int | None
    why: KnownError | None

    @property
    def difference(self) -> int:
        """What the newer table charges more; below zero: less. 0 where it gives no price."""
        return 0 if self.price is None else self.price - self.charged

    def facts(self) -> dict[str, Any]:
        """As columns: what the journal and the versions alone decide."""
        return {
            "made": self.made.hash,
            "made_version": self.made.number,
            "newer": self.newer.hash,
            "newer_version": self.newer.number,
            "charged": self.charged,
            "price": self.price,
            "why": self.why.code if self.why else None,
        }


class FeeJudge:
    """Judges requests by the versions that are here; the tables themselves are read when one is needed."""

    def __init__(self, centre: Centre, versions: tuple[FeeVersion, ...]) -> None:
        self.versions = versions
        self._centre = centre
        self._first: dict[str, int] = {}
        for at, one in enumerate(versions):
            self._first.setdefault(one.hash, at)
        self._tables: dict[str, FeeTables | None] = {}

    def judge(self, entry: Entry, body: RequestTaken) -> FeeChange | None:
        """What a newer table that was in force when this was made charges otherwise; None: nothing, or its
        own table is none of ours. A request for which the counter took no fee is not judged.
        """
        mine = self._first.get(body.fees.hash)
        if mine is None or not body.fee_lines:
            return None
        newer = self._in_force(entry, body, mine)
        if newer is None:
            return None
        made, newer = self.versions[mine], self.versions[self._first[newer.hash]]
        day = day_of(entry)
        try:
            self._must_give_again(made, body, day)
            price = self._price(newer, body, day)
        except KnownError as error:
            return FeeChange(made, newer, body.total, None, error)
        except _OURS as error:
            log.exception("fee of entry %s/%s", entry.stream, entry.seq, exc_info=error)
            failed = KnownError("books.fee_failed", version=newer.number, fault=type(error).__name__)
            return FeeChange(made, newer, body.total, None, failed)
        return None if price == body.total else FeeChange(made, newer, body.total, price, None)

    def _in_force(self, entry: Entry, body: RequestTaken, mine: int) -> FeeVersion | None:
        """The version in force at the time of an entry, where it is newer than the entry's own."""
        at, day = utc_text(entry.at), day_of(entry)
        for n in range(len(self.versions) - 1, mine, -1):
            one = self.versions[n]
            if one.as_of > at:
                continue
            if one.hash == body.fees.hash:
                return None
            tables = self._read(one)
            if tables is None or tables.valid_from <= day:
                return one if self._first[one.hash] > mine else None
        return None

    def _must_give_again(self, made: FeeVersion, body: RequestTaken, day: date) -> None:
        """Refuse to compare what its own table does not give. Raises KnownError `books.fee_not_again`, and as
        `_price`.
        """
        again = self._price(made, body, day)
        if again != body.total:
            charged, ours = format_money(body.total), format_money(again)
            raise KnownError("books.fee_not_again", version=made.number, charged=charged, again=ours)

    def _price(self, version: FeeVersion, body: RequestTaken, day: date) -> int:
        """What a version charges. Raises KnownError `fees.*`, `books.fees_unreadable`."""
        tables = self._read(version)
        if tables is None:
            raise KnownError("books.fees_unreadable", version=version.number)
        return tables.quote(body.service, _typed(tables.inputs(body.service), body.answers), day).total

    def _read(self, version: FeeVersion) -> FeeTables | None:
        if version.file not in self._tables:
            self._tables[version.file] = read_fees(self._centre, version)
        return self._tables[version.file]


@dataclass(frozen=True)
class FeesForeseen:
    """What is known of the fees of some entries before the writer is taken: by what was published then."""

    centre: Centre
    versions: tuple[FeeVersion, ...]
    changes: Mapping[int, FeeChange | None]


class FeesInTurn:
    """The fees of requests as the writer books them."""

    def __init__(self, foreseen: FeesForeseen, db: Connection) -> None:
        versions = fee_versions(db)
        self._known = foreseen.changes if versions == foreseen.versions else {}
        self._judge = FeeJudge(foreseen.centre, versions)
        self.opens = setting(db, FEE_CASES) != "off"

    def of(self, entry: Entry, body: RequestTaken) -> FeeChange | None:
        """The judgement of a request, worked out again where fees were published meanwhile."""
        return self._known[entry.seq] if entry.seq in self._known else self._judge.judge(entry, body)


def foresee_fees(
    centre: Centre, reading: Callable[[], AbstractContextManager[Connection]], judged: Iterable[Judged]
) -> FeesForeseen:
    """Judge the requests among entries while others may still write."""
    taken = [(one.entry, one.body) for one in judged if one.entry and isinstance(one.body, RequestTaken)]
    if not taken:
        return FeesForeseen(centre, (), {})
    with reading() as db:
        versions = fee_versions(db)
    judge = FeeJudge(centre, versions)
    return FeesForeseen(centre, versions, {entry.seq: judge.judge(entry, body) for entry, body in taken})


def rows_of(
    change: FeeChange, *, stream: str, seq: int, opens: bool, now: str
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The row of a change, and that of its case where policy opens one."""
    why = change.why
    row = {
        "stream": stream,
        "seq": seq,
        "at": now,
        **change.facts(),
        "ar": why.sentence("ar") if why else None,
        "en": why.sentence("en") if why else None,
        "opened": int(opens),
    }
    if not opens:
        return row, None
    of_case = case_row(
        now,
        Kind.FEES_CHANGED,
        stream=stream,
        seq=seq,
        charge=f"V{change.newer.number}",
        piastres=change.difference,
    )
    return row, of_case


def judge_again(centre: Centre, db: Connection, since: datetime) -> int:
    """Judge the requests made since then anew, inside the open transaction; returns how many stand otherwise.

    What was made before is judged by no version signed then or later. A case that is open follows; one that
    was settled stays, beside the one of the new judgement.
    """
    first, now = (since.date() - timedelta(days=_DAYS_OFF)).isoformat(), utc_text(centre.now())
    judge, opens = FeeJudge(centre, fee_versions(db)), setting(db, FEE_CASES) != "off"
    same = (journal.c.stream == request.c.stream) & (journal.c.seq == request.c.seq)
    query = select(request.c.stream, request.c.seq, journal.c.bytes).join(journal, same)
    query = query.where(request.c.day >= first).order_by(request.c.stream, request.c.seq)
    changed = 0
    for row in db.execute(query).all():
        entry = parse_entry(row.bytes)
        if entry.at < since:
            continue
        body = REGISTRY.decode(entry.type, entry.tv, entry.body)
        assert isinstance(body, RequestTaken)
        changed += _put(db, row.stream, row.seq, judge.judge(entry, body), opens=opens, now=now)
    return changed


def _put(db: Connection, stream: str, seq: int, change: FeeChange | None, *, opens: bool, now: str) -> bool:
    here = (fee_change.c.stream == stream) & (fee_change.c.seq == seq)
    kept = db.execute(select(fee_change).where(here)).first()
    before = {name: kept._mapping[name] for name in FACTS} if kept else None
    if before == (change.facts() if change else None):
        return False
    db.execute(delete(fee_change).where(here))
    of_entry = (case.c.stream == stream) & (case.c.seq == seq) & (case.c.kind == str(Kind.FEES_CHANGED))
    db.execute(update(case).where(of_entry, case.c.state == "open").values(state="void"))
    if change is None:
        return True
    row, of_case = rows_of(change, stream=stream, seq=seq, opens=opens, now=now)
    db.execute(fee_change.insert().values(row))
    if of_case is not None:
        again = {"state": "open", "piastres": change.difference, "at": now}
        void = of_entry & (case.c.charge == of_case["charge"]) & (case.c.state == "void")
        if not db.execute(update(case).where(void).values(again)).rowcount:
            db.execute(insert_into(db, case).on_conflict_do_nothing(), [of_case])
    return True


FACTS = ("made", "made_version", "newer", "newer_version", "charged", "price", "why")
"""Columns that journal and versions alone decide."""


def day_of(entry: Entry) -> date:
    """The day of an entry: its business date, else its local one."""
    return entry.local.business_date or (entry.at + timedelta(minutes=entry.local.offset)).date()


def _typed(inputs: Iterable[FeeInput], answers: Mapping[str, Any]) -> dict[str, str]:
    """What the entry keeps, as a person types it; money is in piastres there, and in pounds as typed."""
    typed: dict[str, str] = {}
    for one in inputs:
        value = answers.get(one.name)
        if value is None:
            if one.type in _SEALED:
                typed[one.name] = _NO_SUM
        elif one.type is InputType.MONEY and isinstance(value, int):
            typed[one.name] = f"{value // 100}.{value % 100:02d}"
        else:
            typed[one.name] = str(value)
    return typed
