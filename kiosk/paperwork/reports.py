"""Makes the papers of a shift from what the journal says of it: X, Z, and the slip of a handover."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from kiosk.core.entries.custody import HandoverGiven, HandoverReceived
from kiosk.core.entries.shift import CashTerms, Figures
from kiosk.core.entries.shift import XReport as XWritten
from kiosk.core.errors import BugError
from kiosk.core.policy import Policy
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.totals import Totals
from kiosk.core.words import receipt_words
from kiosk.desk.reports import CASH_TOTALS, Report, blinded, z_report
from kiosk.desk.session import Session
from kiosk.desk.shift_figures import read_shift
from kiosk.documents.model import (
    Amount,
    BookRange,
    Denomination,
    Difference,
    Gross,
    Handover,
    Happening,
    PaperItem,
    XReport,
    ZReport,
)
from kiosk.paperwork.origin import place_of
from kiosk.paperwork.reading import Written, entry_of
from kiosk.store.queries.shift import entries_of

_TENDERS = {"cash": "نقدًا", "slip": "بطاقة على ماكينة حكومية", "card": "بطاقة على ماكينة موصلة"}
_TERMS = {
    "opening_float": "رصيد بداية معدود",
    "applied": "نقد محصل بعد الباقي",
    "voided": "مردود إيصالات ملغاة (يخصم)",
    "cash_in": "إيداع في الدرج",
    "cash_out": "منصرف من الدرج (يخصم)",
    "handed_over": "مسلّم أثناء الوردية (يخصم)",
    "transfers_in": "مستلم من عهدة أخرى",
    "transfers_out": "محوّل إلى عهدة أخرى (يخصم)",
}
_ALWAYS = ("opening_float", "applied")
_HASH_SHOWN = 16


def x_of(session: Session, seq: int, *, copy: int = 0) -> XReport:
    """The X that the entry `seq` wrote: as blind as it was then, however often it is printed."""
    written, body = entry_of(session.store.db, seq, XWritten)
    shift = _shift_of(session, seq)
    reading = read_shift(session.store.db, shift, seq - 1)
    report = Report(
        kind="x",
        number=body.number,
        entry=seq,
        shift=shift,
        holder=_holder(session, shift),
        made_by=written.staff,
        opened_at=reading.opened_at,
        made_at=written.at,
        trial=False,
        opening_variance=reading.figures.opening.variance,
        figures=body.figures,
        terms=reading.terms,
        expected=reading.figures.expected,
        totals=body.totals.to_map(),
        head=written.hash.hex(),
        integrity=None,
    )
    policy = session.reference.policy(session.today())
    return XReport(**_common(session, blinded(report, reading, policy), written, copy))


def z_of(session: Session, seq: int, *, copy: int = 0) -> ZReport:
    """The Z of the shift that the entry `seq` closed: the same each time."""
    shift = _shift_of(session, seq)
    report = z_report(session, shift, seq)
    close, written = report.close, _written(session, seq)
    if close is None:
        raise BugError(f"entry {seq} closes no shift")
    policy = session.reference.policy(session.today())
    reasons = {one.code: one.name_ar for one in policy.difference_reasons}
    told = [reasons.get(close.reason, close.reason)] if close.reason else []
    return ZReport(
        **_common(session, report, written, copy) | {"unsent": close.unsent.count},
        counted=_pieces(report.counts[-1].pieces, policy) if report.counts else (),
        counted_total=close.counted,
        expected=close.expected,
        difference=_difference(close.over_short),
        reason="، ".join([*told, *([close.remark] if close.remark else [])]),
        float_kept=close.kept,
        handed_over=close.handed,
        supervisor=close.approver or "",
        unapproved=close.unapproved is not None,
    )


def handover_of(session: Session, seq: int, *, copy: int = 0) -> Handover:
    """The slip of cash that was given or received by the entry `seq`, each side as it counted."""
    written = _written(session, seq)
    _, body = next(entries_of(session.store.db, seq, seq))
    if not isinstance(body, HandoverGiven | HandoverReceived):
        raise BugError(f"entry {seq} hands nothing over")
    place, trial = place_of(session.store.db)
    received = isinstance(body, HandoverReceived)
    giver, receiver = (body.counterpart, written.staff) if received else (written.staff, body.counterpart)
    stated = body.stated if isinstance(body, HandoverReceived) else body.total
    return Handover(
        place=place,
        number=f"{place.device}-{seq}",
        issued=written.at,
        giver=giver,
        receiver=receiver,
        counted=_pieces(
            [(one.code, one.count) for one in body.denominations], session.reference.policy(session.today())
        ),
        total=stated,
        words=receipt_words(stated),
        seal_number=body.seal or "",
        received=body.total if received else None,
        difference=_difference(body.difference) if isinstance(body, HandoverReceived) else None,
        entry_hash=written.hash.hex()[:8],
        copy=copy,
        training=trial,
    )


def _common(session: Session, report: Report, written: Written, copy: int) -> dict[str, Any]:
    """What X and Z have in common."""
    place, trial = place_of(session.store.db)
    figures = report.figures
    return {
        "place": place,
        "number": report.number,
        "issued": written.at,
        "opened": _local(report.opened_at, written.at),
        "staff": report.holder,
        "tenders": tuple(
            Gross(_TENDERS.get(one.kind, one.kind), one.taken, one.reversed, one.count)
            for one in figures.tenders
        ),
        "accounts": tuple(Gross(one.account, one.taken, one.reversed) for one in figures.accounts),
        "total": None if report.hidden else sum(one.taken - one.reversed for one in figures.tenders),
        "receipts": tuple(
            BookRange(f"{one.series}-{one.first:06d}", f"{one.series}-{one.last:06d}", one.count, one.voided)
            for one in figures.receipts
        ),
        "head_hash": report.head[:_HASH_SHOWN],
        "hidden": report.hidden,
        "unsettled": tuple(_unsettled(figures)),
        "cash_terms": tuple(_terms(report.terms)) if report.terms else (),
        "voids": tuple(Amount(one.staff, one.piastres, one.count) for one in figures.voids),
        "happenings": tuple(_happenings(figures)),
        "perpetual": tuple(_perpetual(report)),
        "breaches": tuple(PaperItem(one.rule, f"القيد {one.seq}") for one in figures.breaches),
        "copy": copy,
        "training": trial,
    }


def _unsettled(figures: Figures) -> Iterator[Amount]:
    for label, one in (("لم تتأكد", figures.pending), ("نتيجتها غير معروفة", figures.unknown)):
        if one.count:
            yield Amount(label, one.piastres, one.count)


def _terms(terms: CashTerms) -> Iterator[Amount]:
    for name, label in _TERMS.items():
        amount = getattr(terms, name)
        if amount or name in _ALWAYS:
            yield Amount(label, amount)


def _happenings(figures: Figures) -> Iterator[Happening]:
    yield Happening("طلبات", figures.requests)
    yield Happening("نسخ مطبوعة", figures.copies)
    yield Happening("فتح الدرج بلا بيع", figures.drawer_openings)
    for label, count in (
        ("إيصالات ورقية", figures.paper_receipts),
        ("موافقات استثنائية", figures.overrides),
        ("أعطال طباعة", figures.print_failures),
    ):
        if count:
            yield Happening(label, count)


def _perpetual(report: Report) -> Iterator[Amount]:
    """The perpetual total of everything taken, unless a blind count could be worked out from it."""
    close = report.close
    if close is not None:
        yield Amount("قبل الوردية", _taken(close.totals_before))
        yield Amount("بعد الوردية", _taken(close.totals))
    elif not any(report.totals[name] is None for name in CASH_TOTALS):
        yield Amount("حتى الآن", sum(report.totals[kind] or 0 for kind in ("cash", "slip", "card")))


def _taken(totals: Totals) -> int:
    return totals.cash + totals.slip + totals.card


def _difference(piastres: int) -> Difference:
    if not piastres:
        return Difference("مطابق", 0)
    return Difference("زيادة" if piastres > 0 else "عجز", abs(piastres))


def _pieces(counted: Iterable[tuple[str, int]], policy: Policy) -> tuple[Denomination, ...]:
    known = {one.code: one for one in policy.denominations}
    return tuple(
        Denomination(known[code].name_ar if code in known else code, count, count * known[code].value)
        for code, count in counted
        if count and code in known
    )


def _written(session: Session, seq: int) -> Written:
    entry, body = next(entries_of(session.store.db, seq, seq))
    return entry_of(session.store.db, entry.seq, type(body))[0]  # type: ignore[type-var]


def _shift_of(session: Session, seq: int) -> int:
    row = session.store.db.conn.execute("SELECT bytes FROM known_entry WHERE seq = ?", (seq,)).fetchone()
    shift = parse_entry(row[0]).shift if row else None
    if shift is None:
        raise BugError(f"entry {seq} belongs to no shift")
    return int(shift.seq)


def _holder(session: Session, shift: int) -> str:
    return str(next(entries_of(session.store.db, shift, shift))[0].staff)


def _local(at: datetime, like: datetime) -> datetime:
    """A time with the offset of another of the same place."""
    return at.astimezone(like.tzinfo or timezone(timedelta(0)))
