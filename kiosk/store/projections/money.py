"""Projections of money: payments with their lines, tenders and allocation; receipts; voids."""

from sqlite_utils import Database

from kiosk.core.entries.parts import CHANGE_LEFT, ROUNDING, PaperForm, line_sum
from kiosk.core.entries.payment import (
    PaperReceiptEntered,
    PaymentFacts,
    ReceiptIssued,
    ReceiptVoided,
    RequestFor,
    Slip,
)
from kiosk.core.errors import KnownError
from kiosk.core.printed import paper_key
from kiosk.core.wire.entry import Entry
from kiosk.store.rows import compact, insert, insert_all


def take_payment(db: Database, entry: Entry, body: PaymentFacts) -> None:
    """Money was taken, on a receipt of this device or on one of a paper book."""
    request = body.what_for.tracking if isinstance(body.what_for, RequestFor) else None
    for_request = body.total - line_sum(body.lines, CHANGE_LEFT, ROUNDING) if request else 0
    shift = entry.shift.seq if entry.shift else None
    insert(
        db,
        "payment",
        seq=entry.seq,
        shift=shift,
        kind=body.what_for.kind,
        reference=request or body.what_for.debtor,  # type: ignore[union-attr]
        total=body.total,
        for_request=for_request,
        paper=isinstance(body, PaperReceiptEntered),
        outage=body.outage.seq if body.outage else None,
        lines=compact(entry.body["lines"]),
        tenders=compact(entry.body["tenders"]),
    )
    _slips(db, entry.seq, body)
    _allocation(db, entry.seq, body)
    if isinstance(body, PaperReceiptEntered):
        _paper_form(db, entry.seq, body.paper)
    if body.cash:
        move(db, shift, body.cash)


def _slips(db: Database, seq: int, body: PaymentFacts) -> None:
    """Keep the folded numbers by which a slip of the terminal is known again."""
    for one in body.tenders:
        if isinstance(one, Slip):
            terminal, slip = paper_key(one.terminal, one.slip_no)
            insert(db, "slip_used", terminal=terminal, slip=slip, seq=seq)


def _paper_form(db: Database, seq: int, paper: PaperForm) -> None:
    series, number = paper_key(paper.series, paper.number)
    insert(db, "paper_form", seq=seq, series=series, number=number)


def _allocation(db: Database, seq: int, body: PaymentFacts) -> None:
    if body.allocation is None:
        return
    parts = [(part.debt, part.charge, part.component, part.piastres) for part in body.allocation.parts]
    kept = [(one.debt, None, one.kind, one.piastres) for one in body.allocation.credits]
    insert_all(
        db,
        "allocation",
        [
            {"seq": seq, "n": n, "debt": debt, "charge": charge, "component": component, "piastres": piastres}
            for n, (debt, charge, component, piastres) in enumerate([*parts, *kept])
        ],
    )


def issue_receipt(db: Database, entry: Entry, body: ReceiptIssued) -> None:
    """The next number of a book that this device holds was used, for the payment just before.

    Raises KnownError `verify.contradiction` for a number that is not the next one of such a book, or for a
    payment that is not the entry before, of the same shift and amount.
    """
    used = db.conn.execute(
        "UPDATE payment SET series = ?1, serial = ?2"
        " WHERE seq = ?3 AND ?3 = ?4 AND serial IS NULL AND paper = 0 AND total = ?5 AND shift IS ?6"
        " AND EXISTS (SELECT 1 FROM book WHERE series = ?1 AND next = ?2 AND ?2 <= last)",
        (
            body.series,
            body.serial,
            body.payment.seq,
            entry.seq - 1,
            body.piastres,
            entry.shift.seq if entry.shift else None,
        ),
    )
    if used.rowcount != 1:
        raise KnownError("verify.contradiction", seq=entry.seq)
    if body.form33.paper is not None:
        _paper_form(db, entry.seq, body.form33.paper)


def void_receipt(db: Database, entry: Entry, body: ReceiptVoided) -> None:
    """A receipt of this shift was voided: its money goes back, and what it paid is owed again."""
    payment = body.payment.seq
    db.conn.execute("UPDATE payment SET voided = ? WHERE seq = ?", (entry.seq, payment))
    db.conn.execute(
        "INSERT INTO allocation (seq, n, debt, charge, component, piastres)"
        " SELECT ?, n, debt, charge, component, -piastres FROM allocation WHERE seq = ?",
        (entry.seq, payment),
    )
    if body.cash_returned:
        move(db, entry.shift.seq if entry.shift else None, -body.cash_returned)


def move(db: Database, shift: int | None, piastres: int) -> None:
    """Cash went into (above zero) or out of (below) the drawer of the open shift."""
    if shift is not None:
        db.conn.execute("UPDATE stream SET drawer = drawer + ?", (piastres,))
