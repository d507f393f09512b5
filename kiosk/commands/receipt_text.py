"""How receipts, voids and paper receipts are told: sentences in both languages, and the documented JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from kiosk.core.bidi import ltr
from kiosk.core.entries.payment import Card, Cash
from kiosk.core.errors import Language
from kiosk.core.money import format_money
from kiosk.core.reasons import VOID_REASONS
from kiosk.core.wire.times import utc_text
from kiosk.desk.paper_book import PaperEntered
from kiosk.desk.void import Voided
from kiosk.store.queries.receipts import ReceiptRecord, ReceiptRow


def row_plain(row: ReceiptRow) -> dict[str, Any]:
    """One receipt of a list."""
    return {
        "number": row.number,
        "entry": row.seq,
        "at": utc_text(row.at),
        "kind": row.kind,
        "reference": row.reference,
        "piastres": row.total,
        "cash": row.cash,
        "slips": row.slips,
        "voided": row.voided,
    }


def receipt_plain(record: ReceiptRecord) -> dict[str, Any]:
    """A receipt with all that belongs to it."""
    paper, void = record.paper, record.void
    return {
        **row_plain(record.row),
        "staff": record.staff,
        "lines": [asdict(line) for line in record.lines],
        "tenders": [asdict(one) for one in record.tenders],
        "outage_number": record.outage_number,
        "form33": {"series": paper.series, "number": paper.number, "written": paper.written.isoformat()}
        if paper
        else None,
        "copies_out": record.copies_out,
        "void": {**asdict(void), "at": utc_text(void.at)} if void else None,
    }


def receipt_text(record: ReceiptRecord, language: Language) -> str:
    """A receipt, line by line."""
    arabic, row = language == "ar", record.row
    total = format_money(row.total)
    lines = [
        f"الإيصال {ltr(row.number)}: {ltr(total)} ج.م، {ltr(utc_text(row.at))}، الموظف {ltr(record.staff)}"
        if arabic
        else f"Receipt {row.number}: EGP {total}, {utc_text(row.at)}, staff {record.staff}",
        f"عن {ltr(row.reference)}" if arabic else f"For {row.reference}",
    ]
    for line in record.lines:
        amount = _signed(line.piastres)
        lines.append(f"- {ltr(line.label)}: {ltr(amount)}" if arabic else f"- {line.label}: {amount}")
    for one in record.tenders:
        if isinstance(one, Cash):
            given, change = format_money(one.tendered), format_money(one.change)
            lines.append(
                f"نقدًا {ltr(given)}، الباقي {ltr(change)}" if arabic else f"Cash {given}, change {change}"
            )
        elif isinstance(one, Card):
            slip, amount = f"{one.terminal} / {one.receipt_no}", format_money(one.piastres)
            lines.append(
                f"بطاقة على ماكينة {ltr(slip)}: {ltr(amount)}، وافقت الماكينة"
                if arabic
                else f"Card on terminal {slip}: {amount}, approved"
            )
        else:
            slip, amount = f"{one.terminal} / {one.slip_no}", format_money(one.piastres)
            lines.append(
                f"ماكينة {ltr(slip)}: {ltr(amount)}، مسجل – لم تتم المطابقة"
                if arabic
                else f"Terminal {slip}: {amount}, recorded, not reconciled"
            )
    return "\n".join([*lines, *_marks(record, arabic)])


def _marks(record: ReceiptRecord, arabic: bool) -> list[str]:
    marks = []
    if record.outage_number:
        number = record.outage_number
        marks.append(f"رقم بلاغ العطل {ltr(number)}" if arabic else f"Outage {number}")
    if record.paper:
        form = f"{record.paper.series} / {record.paper.number}"
        marks.append(f"قسيمة ورقية {ltr(form)}" if arabic else f"Paper form {form}")
    out = str(record.copies_out)
    marks.append(f"أوراق منه خارج الجهاز: {ltr(out)}" if arabic else f"Prints of it that are out: {out}")
    if record.void:
        reason = VOID_REASONS.get(record.void.reason)
        said = record.void.reason if reason is None else reason.ar if arabic else reason.en
        by = record.void.approver
        marks.append(f"ملغى: {said}، اعتمده {ltr(by)}" if arabic else f"VOID: {said}, approved by {by}")
    return marks


def _signed(piastres: int) -> str:
    return format_money(piastres) if piastres >= 0 else f"({format_money(-piastres)})"


def list_plain(shift: int | None, rows: Sequence[ReceiptRow]) -> dict[str, Any]:
    """The receipts of a shift; sums count those that stand."""
    standing = [row for row in rows if not row.voided]
    return {
        "shift": shift,
        "receipts": [row_plain(row) for row in rows],
        "count": len(rows),
        "voided": len(rows) - len(standing),
        "piastres": sum(row.total for row in standing),
    }


def list_text(rows: Sequence[ReceiptRow], language: Language) -> str:
    """One line for each receipt."""
    arabic = language == "ar"
    if not rows:
        return "لا توجد إيصالات." if arabic else "There are no receipts."
    return "\n".join(_list_line(row, arabic) for row in rows)


def _list_line(row: ReceiptRow, arabic: bool) -> str:
    total, void = format_money(row.total), row.voided
    if arabic:
        return f"{ltr(row.number)}: {ltr(total)}، {ltr(row.reference)}{'، ملغى' if void else ''}"
    return f"{row.number}: {total}, {row.reference}{', VOID' if void else ''}"


def void_plain(done: Voided) -> dict[str, Any]:
    """A void that was written."""
    return {
        "number": done.number,
        "entry": done.entry.seq,
        "cash_returned": done.cash_returned,
        "slips": [asdict(slip) for slip in done.slips],
        "copies": done.copies,
        "approver": done.approver,
    }


def void_text(done: Voided, language: Language) -> str:
    """What is to be done after a void."""
    arabic, cash = language == "ar", format_money(done.cash_returned)
    number, by = done.number, done.approver
    lines = [
        f"أُلغي الإيصال {ltr(number)} باعتماد {ltr(by)}."
        if arabic
        else f"Receipt {number} is void, approved by {by}."
    ]
    if done.cash_returned:
        lines.append(f"ارجع للمواطن {ltr(cash)} نقدًا." if arabic else f"Give {cash} back in cash.")
    for slip in done.slips:
        what = f"{slip.terminal} / {slip.slip_no}: {format_money(slip.piastres)}"
        lines.append(
            f"اعكس على الماكينة اليوم على نفس الكارت: {ltr(what)}."
            if arabic
            else f"Reverse on the terminal today, on the same card: {what}."
        )
    if done.paper:
        form = f"{done.paper.series} / {done.paper.number}"
        lines.append(
            f"ألغِ القسيمة الورقية {ltr(form)} بكل صورها واحفظها في الدفتر."
            if arabic
            else f"Cancel the paper form {form} on all copies and keep it in the book."
        )
    return "\n".join(lines)


def entered_plain(done: PaperEntered) -> dict[str, Any]:
    """A paper receipt that was entered."""
    return {
        "entry": done.entry.seq,
        "series": done.paper.series,
        "number": done.paper.number,
        "written": done.paper.written.isoformat(),
        "piastres": done.total,
        "cash": done.cash,
        "outage_number": done.outage_number,
        "approver": done.approver,
    }


def entered_text(done: PaperEntered, language: Language) -> str:
    """One sentence on a paper receipt that was entered."""
    form, total = f"{done.paper.series} / {done.paper.number}", format_money(done.total)
    if language == "ar":
        return f"سُجلت القسيمة الورقية {ltr(form)} بمبلغ {ltr(total)} ج.م، اعتمدها {ltr(done.approver)}."
    return f"The paper form {form} is entered: EGP {total}, approved by {done.approver}."
