"""X and Z in words for a screen: parts with a heading and lines of a label and a figure. No Qt.

No amount has a minus sign: what is taken off says so in its label, a difference says زيادة or عجز.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.core.money import format_pounds
from kiosk.ui.screens.approval_presenter import Fact
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.core.entries.shift import CashTerms, Figures, ShiftClosed
    from kiosk.desk.reports import Report


@dataclass(frozen=True)
class Part:
    """One part of a report."""

    heading: str
    facts: tuple[Fact, ...]


def money(texts: Texts, piastres: int) -> str:
    """An amount as a line of its own."""
    return texts.data(format_pounds(piastres, texts.language))


def signed_money(texts: Texts, piastres: int) -> str:
    """An amount that may be below zero, which is said as a debt of the drawer and not by a sign."""
    amount = format_pounds(abs(piastres), texts.language)
    return texts("report.below_zero", amount=amount) if piastres < 0 else texts.data(amount)


def difference(texts: Texts, piastres: int) -> str:
    """A difference in words: زيادة, عجز, or none."""
    if not piastres:
        return texts("report.no_difference")
    amount = format_pounds(abs(piastres), texts.language)
    return texts("report.over" if piastres > 0 else "report.short", amount=amount)


def report_parts(report: "Report", texts: Texts) -> tuple[Part, ...]:
    """The whole report, the cash first. While the count is blind the cash says only that it is withheld."""
    parts = [
        Part(texts("report.cash"), tuple(_cash(report, texts))),
        Part(texts("report.tenders"), tuple(_tenders(report.figures, texts))),
    ]
    if report.close is not None:
        parts.insert(0, Part(texts("report.count"), tuple(_close(report, report.close, texts))))
    counts = (*_receipts(report.figures, texts), *_watch(report.figures, texts))
    parts.append(Part(texts("report.receipts"), counts))
    return tuple(part for part in parts if part.facts)


def _cash(report: "Report", texts: Texts) -> Iterator[Fact]:
    if report.opening_variance:
        yield Fact(texts("report.opening_variance"), difference(texts, report.opening_variance))
    if report.terms is None or report.expected is None:
        yield Fact(texts("report.withheld"), texts("report.withheld_until"))
        return
    yield from _terms(report.terms, texts)
    yield Fact(texts("report.expected"), signed_money(texts, report.expected), strong=True)


def _terms(terms: "CashTerms", texts: Texts) -> Iterator[Fact]:
    always = (("opening_float", terms.opening_float), ("applied", terms.applied))
    sometimes = (
        ("voided", terms.voided),
        ("cash_in", terms.cash_in),
        ("cash_out", terms.cash_out),
        ("handed_over", terms.handed_over),
        ("transfers_in", terms.transfers_in),
        ("transfers_out", terms.transfers_out),
    )
    for name, amount in (*always, *((name, amount) for name, amount in sometimes if amount)):
        yield Fact(texts(f"report.{name}"), money(texts, amount))


def _tenders(figures: "Figures", texts: Texts) -> Iterator[Fact]:
    for one in figures.tenders:
        yield Fact(texts(f"report.tender_{one.kind}", count=one.count), money(texts, one.taken))
        if one.reversed:
            yield Fact(texts("report.reversed"), money(texts, one.reversed))
    for account in figures.accounts:
        yield Fact(texts("report.account", account=account.account), signed_money(texts, account.taken))


def _receipts(figures: "Figures", texts: Texts) -> Iterator[Fact]:
    for one in figures.receipts:
        label = texts("report.serials", series=one.series, first=one.first, last=one.last)
        yield Fact(label, texts.data(one.count))
    for void in figures.voids:
        label = texts("report.voided_by", staff=void.staff, count=void.count)
        yield Fact(label, money(texts, void.piastres))
    if figures.paper_receipts:
        yield Fact(texts("report.paper_receipts"), texts.data(figures.paper_receipts))
    yield Fact(texts("report.requests"), texts.data(figures.requests))


def _watch(figures: "Figures", texts: Texts) -> Iterator[Fact]:
    for name, number in (
        ("copies", figures.copies),
        ("drawer_openings", figures.drawer_openings),
        ("overrides", figures.overrides),
        ("print_failures", figures.print_failures),
        ("unsettled", figures.pending.count + figures.unknown.count),
        ("breaches", len(figures.breaches)),
    ):
        if number or name in ("copies", "drawer_openings"):
            yield Fact(texts(f"report.{name}"), texts.data(number))


def _close(report: "Report", close: "ShiftClosed", texts: Texts) -> Iterator[Fact]:
    for at, one in enumerate(report.counts):
        yield Fact(texts("report.first_count" if at == 0 else "report.second_count"), money(texts, one.total))
    yield Fact(texts("report.difference"), difference(texts, close.over_short), strong=True)
    if close.approver:
        yield Fact(texts("report.approved_by"), texts.data(close.approver))
    if close.unapproved:
        yield Fact(texts("report.unapproved"), texts("report.no_approver"), strong=True)
    yield Fact(texts("report.kept"), money(texts, close.kept))
    label = texts("report.bag_sealed", seal=close.seal) if close.seal else texts("report.bag")
    yield Fact(label, money(texts, close.handed), strong=True)
    yield Fact(texts("report.unsent"), texts.data(close.unsent.count))
