"""Serving a citizen in words: a paper of the checklist, the fee, and what was taken. No Qt."""

from kiosk.core.catalogue.model import PaperLine, WarningKind
from kiosk.core.money import format_pounds
from kiosk.ui.screens.serve_reading import Chosen, Judged, TakenHere
from kiosk.ui.screens.serve_state import FeeView, PaperView
from kiosk.ui.texts import Texts


def paper_view(chosen: Chosen, texts: Texts, at: int, line: PaperLine, *, given: bool) -> PaperView:
    """One line of the checklist: any of its papers, copies, and whether it may follow."""
    either = texts("serve.either")
    name = f" {either} ".join(chosen.names[code].name.of(texts.language) for code in line.any_of)
    notes = []
    if line.copies > 1:
        notes.append(texts("serve.copies", count=line.copies))
    if line.optional:
        notes.append(texts("serve.optional"))
    elif line.later and chosen.service.conditional is not None:
        notes.append(texts("serve.may_follow", days=chosen.service.conditional.days))
    return PaperView(at, texts.data(name), " · ".join(notes), given)


def fee_view(judged: Judged, texts: Texts) -> FeeView:
    """The fee line by line, and what goes with it."""
    separator = "، " if texts.language == "ar" else ", "
    rows = tuple(
        (
            texts.data(row.label),
            separator.join((*row.marks, *((texts("serve.later"),) if row.later else ()))),
            texts.data(format_pounds(row.piastres, texts.language)),
        )
        for row in judged.rows
    )
    return FeeView(
        rows=rows,
        total=texts.data(format_pounds(judged.total, texts.language)),
        due=texts.data(format_pounds(judged.due, texts.language)),
        notes=(*_notes(judged, texts, separator), *(texts.data(one) for one in judged.limits)),
    )


def _notes(judged: Judged, texts: Texts, separator: str) -> list[str]:
    notes = []
    if judged.until is not None:
        day = f"{judged.until:%d/%m/%Y}"
        notes.append(texts("serve.conditional", until=day, papers=separator.join(judged.missing)))
    if judged.same_today:
        notes.append(texts("serve.same_today", numbers=separator.join(judged.same_today)))
    if judged.sample:
        notes.append(texts("serve.sample"))
    if judged.expired:
        notes.append(texts("serve.expired"))
    if not judged.charged:
        notes.append(texts("serve.not_charged"))
    return notes


def done_rows(done: TakenHere, texts: Texts) -> tuple[tuple[str, str], ...]:
    """A request that was taken: its number, its day, and what is still to come."""
    rows = [(texts("serve.tracking"), texts.data(done.tracking))]
    rows.append((texts("serve.result_on"), texts.data(f"{done.result_on:%d/%m/%Y}")))
    if done.until is not None:
        rows.append((texts("serve.papers_until"), texts.data(f"{done.until:%d/%m/%Y}")))
        rows += [("", texts.data(name)) for name in done.lacking]
    if done.appointment:
        rows.append((texts("serve.appointment"), texts.data(done.appointment)))
    return tuple(rows)


def tone(kind: WarningKind) -> str:
    """How loudly a notice speaks."""
    return "info" if kind is WarningKind.NOTE else "warning"
