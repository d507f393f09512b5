"""`kiosk-central request`: what citizens asked for, where it stands, and saying what became of it."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.commands.cases import BY, money
from central.request_log import Saying, Standing, list_requests, say_status, show_request
from central.request_search import requests_of_person
from kiosk.core.errors import Language
from kiosk.core.request_states import SAID, STATES, state_words
from kiosk.core.wire.codec import dump

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(name="request")
def request() -> None:
    """طلبات المواطنين: أين وصل كل طلب · citizens' requests: where each stands."""


@request.command(name="list")
@click.option("--unit", metavar="CODE", help="طلبات وحدة واحدة · of one unit")
@click.option("--state", type=click.Choice(list(STATES)), help="في حالة واحدة · in one state")
@click.option("--overdue", is_flag=True, help="ما فاتت مهلة استكماله · past the last day for what is missing")
@click.option("--all", "everything", is_flag=True, help="والمنتهية أيضًا · also those that are over")
@click.option("--person", metavar="NUMBER", help="طلبات صاحب هذا الرقم، و- للكتابة بلا ظهور · - to be asked")
@click.option("--by", default="", metavar="CODE", help="مع --person: كود من يبحث · who looks")
@click.option("--note", default="", help="مع --person: سبب البحث · why")
@folder_option
@output_options
def request_list(
    unit: str | None,
    state: str | None,
    overdue: bool,
    everything: bool,
    person: str | None,
    by: str,
    note: str,
    folder: Path,
) -> None:
    """عرض الطلبات، والأقدم انتظارًا أولًا · list the requests, the longest waiting first."""
    if person is not None and overdue:
        raise click.UsageError("--person: --overdue")
    with centre_in(folder) as centre:
        if person is not None:
            found = requests_of_person(centre, _number(person), by=by, note=note, unit=unit, state=state)
        else:
            today = centre.now().date() if overdue else None
            with centre.storage.read() as db:
                found = list_requests(db, unit=unit, state=state, overdue=today, everything=everything)
    emit(
        {"requests": [_plain(one) for one in found]},
        "\n".join(_line(one, "ar") for one in found) or "لا طلبات.",
        "\n".join(_line(one, "en") for one in found) or "No requests.",
    )


@request.command(name="show")
@click.argument("tracking")
@folder_option
@output_options
def request_show(tracking: str, folder: Path) -> None:
    """عرض طلب وكل ما قيل عنه · show a request and all that was said of it."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        shown = show_request(db, tracking)
    taken, row = shown.taken, shown.standing.row
    payload = _plain(shown.standing) | {
        "papers": dump(taken.papers) if taken else None,
        "due": taken.due if taken else None,
        "paid": shown.paid,
        "scans": shown.scans,
        "possible_duplicates": list(shown.twins),
        "next": list(STATES[row.state].next),
        "log": [_said(one) for one in shown.log],
    }
    missing = ", ".join(taken.papers.missing) if taken else ""
    arabic = [_line(shown.standing, "ar"), f"مدفوع {money(shown.paid)}، صور {shown.scans}"]
    english = [_line(shown.standing, "en"), f"paid {money(shown.paid)}, scans {shown.scans}"]
    if missing:
        arabic.append(f"مستندات ناقصة حتى {row.papers_until}: {missing}")
        english.append(f"papers missing until {row.papers_until}: {missing}")
    for number in shown.twins:
        arabic.append(f"قد يكون مكررًا: الحالة {number}")
        english.append(f"a possible duplicate: case {number}")
    arabic += [_log_line(one, "ar") for one in shown.log]
    english += [_log_line(one, "en") for one in shown.log]
    emit(payload, "\n".join(arabic), "\n".join(english))


@request.command(name="status")
@click.argument("tracking")
@click.argument("state", type=click.Choice(SAID))
@BY
@click.option("--note", default="", help="السبب أو الناقص، سطر واحد · the reason, or what is missing")
@click.option("--until", type=_DAY, metavar="DATE", help="آخر يوم للاستكمال · last day for what is missing")
@click.option("--office", default="", help="الجهة المحال إليها · the office that it was sent to")
@folder_option
@output_options
def request_status(
    tracking: str, state: str, by: str, note: str, until: datetime | None, office: str, folder: Path
) -> None:
    """سجّل حالة طلب، وتصل أجهزة وحدته · say where a request stands; the devices of its unit hear of it."""
    saying = Saying(state, by, note, until.date() if until else None, office)
    with centre_in(folder) as centre:
        standing = say_status(centre, tracking, saying)
    number = standing.row.tracking
    emit(
        _plain(standing),
        f"الطلب {number}: {state_words(state, 'ar')}. تُبلَّغ أجهزة الوحدة عند اتصالها.",
        f"Request {number}: {state_words(state, 'en')}. The unit's devices hear of it when they connect.",
    )


def _number(typed: str) -> str:
    """The number itself; `-` asks for it, so that it stays out of the shell's memory."""
    if typed != "-":
        return typed
    if sys.stdin.isatty():
        return str(click.prompt("الرقم القومي أو جواز السفر · number", hide_input=True, err=True))
    return sys.stdin.readline()


def _plain(standing: Standing) -> dict[str, Any]:
    row, said = standing.row, standing.said
    return {
        "tracking": row.tracking,
        "service": row.service,
        "unit": row.unit,
        "device": row.device,
        "day": row.day,
        "taken_by": row.staff,
        "papers_until": row.papers_until,
        "received": row.received,
        "state": row.state,
        "since": row.state_at,
        "by": said.by if said else None,
        "note": said.note if said else None,
        "until": said.until if said else None,
        "office": said.office if said else None,
    }


def _said(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("at", "by", "state", "note", "until", "office")}


def _line(standing: Standing, language: Language) -> str:
    row, said = standing.row, standing.said
    parts = [row.tracking, row.service, row.unit, row.day, state_words(row.state, language), row.state_at]
    return "  ".join(parts + (_extras(said) if said else []))


def _log_line(row: Any, language: Language) -> str:
    return "- " + "  ".join([row.at, row.by, state_words(row.state, language), *_extras(row)])


def _extras(said: Any) -> list[str]:
    return [text for text in (said.office, said.until, said.note) if text]
