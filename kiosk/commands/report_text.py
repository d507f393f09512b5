"""X and Z on the command line: one JSON form, and aligned text in Arabic and English."""

from collections.abc import Iterator
from typing import Any

from kiosk.core.bidi import ltr
from kiosk.core.errors import Language
from kiosk.core.money import format_money
from kiosk.core.wire.codec import dump
from kiosk.core.wire.times import utc_text
from kiosk.desk.reports import Report

WIDTH = 34
"""Columns of a label before its figure."""


def report_plain(report: Report) -> dict[str, Any]:
    """The documented JSON form of a report (docs/commands.md); piastres, and null for what is withheld."""
    figures = report.figures
    plain: dict[str, Any] = {
        "kind": report.kind,
        "number": report.number,
        "entry": report.entry,
        "shift": report.shift,
        "holder": report.holder,
        "made_by": report.made_by,
        "opened_at": utc_text(report.opened_at),
        "made_at": utc_text(report.made_at),
        "trial": report.trial,
        "hidden": report.hidden,
        "opening_variance": report.opening_variance,
        "terms": dump(report.terms) if report.terms else None,
        "expected": report.expected,
        "tenders": [dump(one) for one in figures.tenders],
        "accounts": [dump(one) for one in figures.accounts],
        "receipts": [dump(one) for one in figures.receipts],
        "voids": [dump(one) for one in figures.voids],
        "breaches": [dump(one) for one in figures.breaches],
        "pending": dump(figures.pending),
        "unknown": dump(figures.unknown),
        "paper_receipts": figures.paper_receipts,
        "requests": figures.requests,
        "copies": figures.copies,
        "drawer_openings": figures.drawer_openings,
        "overrides": figures.overrides,
        "print_failures": figures.print_failures,
        "counts": [{"pieces": dict(one.pieces), "piastres": one.total} for one in report.counts],
        "totals": dict(report.totals),
        "head": report.head,
        "integrity": report.integrity,
    }
    return plain | {"close": _close_plain(report)}


def _close_plain(report: Report) -> dict[str, Any] | None:
    close = report.close
    if close is None:
        return None
    names = ("attempts", "counted", "over_short", "limit", "reason", "remark", "kept", "handed", "seal")
    plain = {name: getattr(close, name) for name in (*names, "approver")}
    return plain | {"unapproved": close.unapproved, "unsent": dump(close.unsent)}


def report_text(report: Report, language: Language) -> str:
    """The report as aligned lines."""
    return "\n".join(_lines(report, _Say(language)))


class _Say:
    """Words of one language, and rows of a label and a figure."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, arabic: str, english: str) -> str:
        return arabic if self.language == "ar" else english

    def code(self, text: object) -> str:
        return ltr(str(text)) if self.language == "ar" else str(text)

    def money(self, piastres: int) -> str:
        return self.code(format_money(piastres))

    def row(self, label: str, figure: str) -> str:
        return f"{label:<{WIDTH}} {figure}"

    def difference(self, piastres: int) -> str:
        if not piastres:
            return self.money(0)
        sense = self("زيادة", "over") if piastres > 0 else self("عجز", "short")
        return f"{sense} {self.money(abs(piastres))}"


def _lines(report: Report, say: _Say) -> Iterator[str]:
    name = say("تقرير X", "X report") if report.kind == "x" else say("تقرير Z", "Z report")
    trial = say("  (تجريبي)", "  (trial)") if report.trial else ""
    yield f"{name} {say.code(report.number)}{trial}"
    yield say.row(say("الوردية", "Shift"), f"{say.code(report.shift)} · {say.code(report.holder)}")
    yield say.row(say("فُتحت", "Opened"), say.code(utc_text(report.opened_at)))
    yield say.row(say("حرره", "Made by"), f"{say.code(report.made_by)} {say.code(utc_text(report.made_at))}")
    yield from _cash(report, say)
    yield from _tenders(report, say)
    yield from _counts(report, say)
    yield from _close(report, say)
    yield from _trail(report, say)


def _cash(report: Report, say: _Say) -> Iterator[str]:
    if report.opening_variance:
        label = say("فرق الاستلام (على التسليم)", "Opening variance (of the handover)")
        yield say.row(label, say.difference(report.opening_variance))
    terms = report.terms
    if terms is None:
        yield say(
            "أرقام النقدية محجوبة حتى ينتهي العد.", "Cash figures are withheld until the count is final."
        )
        return
    yield say.row(say("نقدية الافتتاح", "Opening float"), say.money(terms.opening_float))
    yield say.row(say("مدفوع نقدًا", "Cash tendered"), say.money(terms.tendered))
    yield say.row(say("باقٍ مردود (-)", "Change (-)"), say.money(terms.change))
    yield say.row(say("إيصالات ملغاة (-)", "Voided receipts (-)"), say.money(terms.voided))
    yield say.row(say("إيداع في الدرج", "Cash in"), say.money(terms.cash_in))
    yield say.row(say("صرف من الدرج (-)", "Cash out (-)"), say.money(terms.cash_out))
    yield say.row(say("مسلَّم للخزينة (-)", "Handed over (-)"), say.money(terms.handed_over))
    yield say.row(say("مستلم من عهدة", "Transfers in"), say.money(terms.transfers_in))
    yield say.row(say("محول لعهدة (-)", "Transfers out (-)"), say.money(terms.transfers_out))
    if report.expected is not None:
        below = say("- ", "- ") if report.expected < 0 else ""
        yield say.row(
            say("المفروض في الدرج", "Expected in the drawer"), below + say.money(abs(report.expected))
        )


def _tenders(report: Report, say: _Say) -> Iterator[str]:
    names = {
        "cash": say("نقدي", "Cash"),
        "card": say("بطاقات على الماكينة الموصلة", "Cards on the terminal"),
        "slip": say("إيصالات ماكينة (لم تُطابق)", "Slips (not reconciled)"),
    }
    for one in report.figures.tenders:
        reversed_ = f"  {say('مرتجع', 'reversed')} {say.money(one.reversed)}" if one.reversed else ""
        yield say.row(names[one.kind], f"{say.money(one.taken)} ({say.code(one.count)}){reversed_}")
    for account in report.figures.accounts:
        taken = f"{'-' if account.taken < 0 else ''}{format_money(abs(account.taken))}"
        yield say.row(f"  {say.code(account.account)}", say.code(taken))


def _counts(report: Report, say: _Say) -> Iterator[str]:
    figures = report.figures
    for one in figures.receipts:
        used = f"{say.code(one.series)} {say.code(one.first)}–{say.code(one.last)} ({say.code(one.count)})"
        yield say.row(say("إيصالات", "Receipts"), used)
    for void in figures.voids:
        yield say.row(
            f"{say('ملغاة بواسطة', 'Voided by')} {say.code(void.staff)}",
            f"{say.code(void.count)} · {say.money(void.piastres)}",
        )
    for label, number in (
        (say("إيصالات ورقية", "Paper receipts"), figures.paper_receipts),
        (say("طلبات", "Requests"), figures.requests),
        (say("نسخ مطبوعة", "Copies"), figures.copies),
        (say("فتح الدرج بلا بيع", "Drawer openings without a sale"), figures.drawer_openings),
        (say("استثناءات", "Overrides"), figures.overrides),
        (say("أعطال طباعة", "Printer failures"), figures.print_failures),
        (say("عمليات لم تُحسم", "Payments not settled"), figures.pending.count + figures.unknown.count),
    ):
        yield say.row(label, say.code(number))
    for breach in figures.breaches:
        yield f"! {say('خلل', 'Breach')}: {say.code(breach.rule)} @ {say.code(breach.seq)}"


def _close(report: Report, say: _Say) -> Iterator[str]:
    close = report.close
    if close is None:
        return
    for n, one in enumerate(report.counts, 1):
        pieces = "  ".join(f"{code}×{number}" for code, number in one.pieces)
        yield say.row(f"{say('العد', 'Count')} {say.code(n)}", f"{say.money(one.total)}  {say.code(pieces)}")
    yield say.row(say("الفرق", "Difference"), say.difference(close.over_short))
    if close.reason:
        yield say.row(say("سببه", "Reason"), f"{say.code(close.reason)} {close.remark or ''}".rstrip())
    if close.approver:
        yield say.row(say("اعتمده", "Approved by"), say.code(close.approver))
    if close.unapproved:
        yield say(
            "! الفرق بلا اعتماد: لم يوجد مشرف آخر. يراجعه المركز.",
            "! The difference is not approved: no other supervisor was at hand. The centre verifies it.",
        )
    yield say.row(say("باقٍ في الدرج", "Kept in the drawer"), say.money(close.kept))
    seal = f"  {say('ختم', 'seal')} {say.code(close.seal)}" if close.seal else ""
    yield say.row(say("للتسليم في كيس", "Set aside in a bag"), say.money(close.handed) + seal)
    first = f" ({say('من القيد', 'from entry')} {say.code(close.unsent.first)})" if close.unsent.first else ""
    yield say.row(say("قيود لم تُرسل", "Entries not sent"), say.code(close.unsent.count) + first)


def _trail(report: Report, say: _Say) -> Iterator[str]:
    totals = report.totals
    receipts, voids = totals["receipts"], totals["voids"]
    yield say.row(say("إيصالات منذ البداية", "Receipts since the start"), say.code(receipts))
    yield say.row(say("ملغاة منذ البداية", "Voids since the start"), say.code(voids))
    for label, name in (
        (say("نقدي منذ البداية", "Cash since the start"), "cash"),
        (say("ماكينة منذ البداية", "Slips since the start"), "slip"),
        (say("بطاقات منذ البداية", "Cards since the start"), "card"),
    ):
        amount = totals[name]
        yield say.row(label, say("محجوب", "withheld") if amount is None else say.money(amount))
    yield say.row(say("بصمة السجل", "Head of the journal"), say.code(report.head[:16]))
    if report.integrity:
        yield say.row(say("سلامة السجل", "Integrity"), report.integrity)
