"""Books what payments do to debts, by `central.conflicts`: what pays, what waits as a credit, which case."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from central.conflicts import Kind, split, why_above
from central.credits import absorb, void_credits
from central.debt_changes import note_accounts
from central.ingest import Known
from central.over_paid import take_over_paid
from central.schema import case, charge, debt, part
from central.schema_books import act
from kiosk.core.debts.lease import CollectingDesk
from kiosk.core.debts.model import Lease, LeasedTo
from kiosk.core.entries.payment import DebtsFor, PaymentFacts
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text

_SET_OWED = (
    update(charge)
    .where(charge.c.debt == bindparam("of"), charge.c.id == bindparam("which"))
    .values(owed=bindparam("now"))
)
Add = Callable[[str, dict[str, Any]], None]
"""Gathers a row for a table, which the next flush writes."""


@dataclass(frozen=True)
class Paid:
    """A payment as the debts see it. `as_of`: of the data from which its balances were taken."""

    seq: int
    day: date
    debtor: str
    as_of: datetime | None


def paid_of(entry: Entry, body: PaymentFacts) -> Paid:
    """What the debts need to know of a payment."""
    debtor = body.what_for.debtor if isinstance(body.what_for, DebtsFor) else ""
    day = entry.local.business_date or entry.at.date()
    return Paid(entry.seq, day, debtor, body.snapshot.as_of if body.snapshot else None)


class DebtBook:
    """What is owed on charges, for entries of one device inside the open transaction.

    `add` gathers rows of cases and credits; `flush` writes what was gathered before the database is asked.
    """

    def __init__(self, db: Connection, known: Known, now: str, add: Add, flush: Callable[[], None]) -> None:
        self._db, self._stream, self._now = db, known.stream, now
        self._desk = CollectingDesk(known.unit, known.collector or "")
        self._add, self._flush = add, flush
        self._owed: dict[tuple[str, str], int | None] = {}
        """Piastres owed on charges as they stand after the entries so far; None: no such charge."""
        self._leases: dict[str, Lease | None] = {}
        self._moved: set[tuple[str, str]] = set()

    def foresee(self, accounts: Iterable[str]) -> None:
        """Read what is owed on these accounts, and who holds them."""
        wanted = sorted(set(accounts))
        if not wanted:
            return
        found = select(charge.c.debt, charge.c.id, charge.c.owed).where(charge.c.debt.in_(wanted))
        self._owed |= {(account, id_): owed for account, id_, owed in self._db.execute(found)}
        held = select(debt.c.account, debt.c.leased_to, debt.c.holder, debt.c.until)
        for row in self._db.execute(held.where(debt.c.account.in_(wanted))):
            self._leases[row.account] = _lease(row)

    def unknown(self, parts: Iterable[Mapping[str, Any]]) -> str | None:
        """The first debt or charge of a payment that the centre does not know."""
        for one in parts:
            if one["charge"] is not None and self._owed_on(one["debt"], one["charge"]) is None:
                return f"{one['debt']}/{one['charge']}"
        return None

    def pay(self, paid: Paid, parts: Sequence[Mapping[str, Any]], *, as_credit: bool = False) -> list[int]:
        """Book the parts of a payment; returns for each the piastres that lowered its charge.

        With `as_credit` no charge is lowered: a person decided so.
        """
        return [self._pay(paid, n, one, as_credit=as_credit) for n, one in enumerate(parts)]

    def _pay(self, paid: Paid, n: int, one: Mapping[str, Any], *, as_credit: bool) -> int:
        account, id_, piastres = one["debt"] or "", one["charge"], one["piastres"]
        if id_ is None:
            self._credit(paid, n, one, piastres, str(one["component"]))
            if one["component"] == Kind.ON_ACCOUNT:
                self._case(Kind.ON_ACCOUNT, paid.seq, account, "", piastres)
            return 0
        owed = self._owed_on(account, id_)
        if as_credit or owed is None:
            self._credit(paid, n, one, piastres, str(Kind.ON_ACCOUNT))
            return 0
        done = split(piastres, owed, self._lease_of(account), self._desk, paid.day)
        if done.applied:
            self._set(account, id_, owed - done.applied)
        if done.rest:
            kind, other = (done.kind, None) if done.kind else self._why_above(paid, account, id_)
            self._credit(paid, n, one, done.rest, str(kind))
            self._case(str(kind), paid.seq, account, id_, done.rest, other)
        return done.applied

    def put_back(self, seq: int) -> int:
        """Undo what a payment did to debts, and end its credits and cases; what was paid above a charge by
        others pays it now. Returns the piastres of its credits that were marked for refund.
        """
        self._flush()
        of_parts = (part.c.stream == self._stream) & (part.c.seq == seq)
        lowered = self._db.execute(select(part).where(of_parts, part.c.applied > 0)).all()
        self._db.execute(update(part).where(of_parts).values(applied=0))
        refunded = void_credits(self._db, self._stream, seq, self._now)
        for row in lowered:
            self.owe_more(row.debt, row.charge, row.applied)
        of_case = (case.c.stream == self._stream) & (case.c.seq == seq) & (case.c.state == "open")
        self._db.execute(update(case).where(of_case).values(state="void"))
        if refunded:
            self._case(Kind.VOIDED_LATE, seq, "", "", refunded)
        return refunded

    def owe_more(self, account: str, id_: str, piastres: int) -> None:
        """Let a charge be owed again, less what was paid above it, before a file lowered it or after."""
        owed = self._owed_on(account, id_)
        if owed is not None:
            piastres -= take_over_paid(self._db, account, id_, piastres)
            self._set(
                account, id_, owed + piastres - absorb(self._db, account, id_, owed + piastres, self._now)
            )

    def write(self) -> None:
        """Write what is owed now."""
        if self._moved:
            moved = [{"of": account, "which": id_, "now": self._owed[account, id_]}
                     for account, id_ in sorted(self._moved)]  # fmt: skip
            self._db.execute(_SET_OWED, moved)
            note_accounts(self._db, sorted({account for account, _ in self._moved}))
            self._moved.clear()

    def _owed_on(self, account: str, id_: str) -> int | None:
        if (account, id_) not in self._owed:
            found = select(charge.c.owed).where(charge.c.debt == account, charge.c.id == id_)
            self._owed[account, id_] = self._db.execute(found).scalar()
        return self._owed[account, id_]

    def _lease_of(self, account: str) -> Lease | None:
        if account not in self._leases:
            self.foresee([account])
        return self._leases.get(account)

    def _set(self, account: str, id_: str, owed: int) -> None:
        self._owed[account, id_] = owed
        self._moved.add((account, id_))

    def _why_above(self, paid: Paid, account: str, id_: str) -> tuple[Kind, Any]:
        """Why more came than was owed, and the payment of another device that was first."""
        self._flush()
        since = utc_text(paid.as_of) if paid.as_of else ""
        done = select(act.c.kind).where(
            act.c.about == account, act.c.kind.in_(("debt.cancel", "debt.change")), act.c.at > since
        )
        of_charge = (part.c.debt == account) & (part.c.charge == id_) & (part.c.applied > 0)
        first = select(part.c.stream, part.c.seq).where(of_charge, part.c.stream != self._stream)
        other = self._db.execute(first.order_by(part.c.stream, part.c.seq).limit(1)).first()
        last = self._db.execute(done.order_by(act.c.id.desc()).limit(1)).scalar()
        return why_above(act=last, others=other is not None), other

    def _credit(self, paid: Paid, n: int, one: Mapping[str, Any], piastres: int, kind: str) -> None:
        self._add(
            "credit",
            {
                "at": self._now,
                "kind": kind,
                "stream": self._stream,
                "seq": paid.seq,
                "n": n,
                "debtor": paid.debtor,
                "debt": one["debt"] or "",
                "charge": one["charge"] or "",
                "piastres": piastres,
                "left": piastres,
            },
        )

    def _case(self, kind: str, seq: int, account: str, id_: str, piastres: int, other: Any = None) -> None:
        row = case_row(
            self._now,
            kind,
            stream=self._stream,
            seq=seq,
            debt=account,
            charge=id_,
            piastres=piastres,
            other=other,
        )
        self._add("case", row)


def case_row(
    now: str,
    kind: str,
    *,
    stream: str,
    seq: int,
    debt: str = "",
    charge: str = "",
    piastres: int = 0,
    other: Any = None,
) -> dict[str, Any]:
    """A case that is open. `other`: the entry that belongs to it, with `stream` and `seq`."""
    return {
        "at": now,
        "kind": str(kind),
        "stream": stream,
        "seq": seq,
        "debt": debt,
        "charge": charge,
        "piastres": piastres,
        "with_stream": other.stream if other is not None else None,
        "with_seq": other.seq if other is not None else None,
        "state": "open",
    }


def _lease(row: Any) -> Lease:
    until = date.fromisoformat(row.until) if row.until else None
    return Lease(LeasedTo(row.leased_to), row.holder, until)
