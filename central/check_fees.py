"""Whether the centre names what newer fee tables charge otherwise, and each has its case."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from central.centre import Centre
from central.conflicts import Kind
from central.fee_changes import FACTS, FeeJudge
from central.fee_versions import fee_versions
from central.schema import case, quarantine
from central.schema_books import fee_change
from central.verification import Judged
from kiosk.core.entries.request import RequestTaken

Found = tuple[str, str, object, object]
"""What, place, in the table, in the journal."""


class Fees:
    """The requests of one journal, judged again by the versions that are here."""

    def __init__(self, centre: Centre, db: Connection) -> None:
        self._judge = FeeJudge(centre, fee_versions(db))
        self._ours: dict[int, dict[str, Any]] = {}

    def take(self, one: Judged) -> None:
        """Judge an entry, if it is a request."""
        if one.entry is None or not isinstance(one.body, RequestTaken):
            return
        change = self._judge.judge(one.entry, one.body)
        if change is not None:
            self._ours[one.seq] = change.facts()

    def compare(self, db: Connection, stream: str) -> Iterator[Found]:
        """Where the tables say otherwise. Entries that our own program failed at wait in quarantine."""
        failed = select(quarantine.c.seq).where(
            quarantine.c.stream == stream, quarantine.c.code == "apply.not_booked"
        )
        waiting = set(db.execute(failed).scalars())
        rows = {row.seq: row for row in db.execute(select(fee_change).where(fee_change.c.stream == stream))}
        for seq in sorted({*rows, *self._ours} - waiting):
            table = {name: rows[seq]._mapping[name] for name in FACTS} if seq in rows else None
            if table != self._ours.get(seq):
                yield "fee_change", str(seq), table, self._ours.get(seq)
        yield from _cases(db, stream, rows)


def _cases(db: Connection, stream: str, rows: dict[int, Any]) -> Iterator[Found]:
    """An open case is of a change that stands; one of which policy made a case has it, open or settled."""
    of_stream = (case.c.stream == stream) & (case.c.kind == str(Kind.FEES_CHANGED))
    there: dict[tuple[int, str], tuple[int, str]] = {
        (row.seq, row.charge): (row.piastres, row.state) for row in db.execute(select(case).where(of_stream))
    }
    wanted = {
        (row.seq, f"V{row.newer_version}"): 0 if row.price is None else row.price - row.charged
        for row in rows.values()
        if row.opened
    }
    for key in sorted({*wanted, *(key for key, (_, state) in there.items() if state == "open")}):
        piastres, state = there.get(key, (None, None))
        if state == "void" or piastres != wanted.get(key):
            yield "case.fees_changed", str(key[0]), piastres, wanted.get(key)
