"""`kiosk request status`: where a citizen's request stands, and how old that knowledge is."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.dates import format_numeric_date
from kiosk.core.errors import Language
from kiosk.core.money import format_money
from kiosk.core.request_states import state_words
from kiosk.core.wire.times import utc_text
from kiosk.desk.follow import Followed, Word, follow
from kiosk.desk.session import Session

SILENCE = {
    Word.ARRIVED: ("وصل الطلب المركز، ولم يأتِ منه رد بعد.", "It is at the centre; no answer has come yet."),
    Word.WAITS: ("لم يصل الطلب المركز بعد.", "It has not reached the centre yet."),
    Word.TRIAL: ("جهاز تجريبي بلا مركز: لا حالة للطلب.", "A trial device has no centre: no status."),
}


@click.command("status")
@click.argument("number", metavar="NUMBER")
@store_options
@output_options
def status(number: str, store: Path | None, staff: str | None) -> None:
    """أين وصل طلب، برقمه أو إيصاله أو رقم صاحبه القومي · where it stands; - reads standard input."""
    typed = sys.stdin.readline().strip() if number == "-" else number
    with open_session(store, staff) as session:
        pages = follow(session, typed)
        arabic, english = _text(session, pages, "ar"), _text(session, pages, "en")
    output().emit({"requests": [_plain(one) for one in pages]}, arabic, english)


def _plain(page: Followed) -> dict[str, Any]:
    said, age = page.said, page.age
    return {
        "tracking": page.tracking,
        "service": page.service,
        "name": {"ar": page.name.ar, "en": page.name.en} if page.name else None,
        "day": page.day.isoformat(),
        "here": page.here,
        "word": page.word.value,
        "state": said.state if said else None,
        "said_at": utc_text(said.at) if said else None,
        "note": said.note if said else None,
        "until": said.until.isoformat() if said and said.until else None,
        "office": said.office if said else None,
        "overdue": page.overdue,
        "papers_missing": [{"ar": one.ar, "en": one.en} for one in page.papers],
        "papers_until": page.papers_until.isoformat() if page.papers_until else None,
        "left": page.left,
        "as_of": utc_text(age.as_of) if age else None,
    }


def _text(session: Session, pages: tuple[Followed, ...], language: Language) -> str:
    return "\n\n".join("\n".join(_lines(session, page, language)) for page in pages)


def _lines(session: Session, page: Followed, language: Language) -> list[str]:
    ar = language == "ar"
    name = page.name.of(language) if page.name else _iso(page.service, language)
    day = _iso(format_numeric_date(page.day), language)
    lines = [f"{_iso(page.tracking, language)}  {name}  {day}"]
    said = page.said
    if said is None:
        lines.append(SILENCE[page.word][0 if ar else 1])
    else:
        when = _day(session, said.at, language)
        lines.append(f"{state_words(said.state, language)} ({when})")
        if said.office:
            lines.append(f"{'الجهة' if ar else 'Office'}: {said.office}")
        if said.note:
            lines.append(said.note)
        if said.until:
            until = _iso(format_numeric_date(said.until), language)
            lines.append(f"{'آخر يوم للاستكمال' if ar else 'To be completed by'} {until}")
    if page.papers and page.papers_until:
        until = _iso(format_numeric_date(page.papers_until), language)
        names = ("، " if ar else ", ").join(one.of(language) for one in page.papers)
        lines.append(f"{'مستندات تُستكمل حتى' if ar else 'Papers to come by'} {until}: {names}")
    if page.overdue:
        lines.append("! فاتت المهلة." if ar else "! That day is past.")
    if page.left:
        lines.append(f"{'باقٍ للدفع' if ar else 'Still to be paid'} {_iso(format_money(page.left), language)}")
    if page.age is not None:
        when = _day(session, page.age.as_of, language)
        lines.append(f"{'حسب بيانات المركز حتى' if ar else 'By what the centre told until'} {when}")
    return lines


def _day(session: Session, at: datetime, language: Language) -> str:
    return _iso(format_numeric_date(session.local_date(at)), language)


def _iso(text: str, language: Language) -> str:
    return ltr(text) if language == "ar" else text
