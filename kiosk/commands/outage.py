"""`kiosk outage …`: record that electronic collection is down, and that it works again."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.errors import KnownError
from kiosk.core.printed import tidy
from kiosk.core.reasons import OUTAGE_CAUSES
from kiosk.core.wire.times import from_ms, utc_ms, utc_text
from kiosk.desk.outage import OutageTyped, end_outage, outage_now, report_outage
from kiosk.desk.session import Session
from kiosk.store.queries.drawer import OpenOutage


@click.group("outage")
def outage() -> None:
    """بلاغ عطل التحصيل الإلكتروني · outages of electronic collection."""


@outage.command("open")
@click.option("--cause", required=True, metavar="CODE", help=f"السبب · the cause: {', '.join(OUTAGE_CAUSES)}")
@click.option("--ticket", metavar="NUMBER", help="رقم البلاغ الرسمي · number of the support ticket")
@click.option("--memo", metavar="NUMBER", help="رقم المذكرة المعتمدة · number of an approved memo")
@click.option("--approved-by", metavar="CODE", help="كود من اعتمد المذكرة · code of who approved the memo")
@click.option("--started-at", metavar="TIME", help="بداية العطل (الآن) · when it began (default now)")
@click.option("--remark", metavar="TEXT", help="ملاحظة · a remark")
@store_options
@output_options
def open_command(store: Path | None, staff: str | None, **typed: str | None) -> None:
    """سجّل عطلًا برقم بلاغ أو مذكرة · record an outage by ticket or memo."""
    ticket, memo, approver = typed["ticket"], typed["memo"], typed["approved_by"]
    number = memo if ticket is None else ticket
    if number is None or (ticket is not None) == (memo is not None) or (memo is None) != (approver is None):
        raise KnownError("outage.ticket_or_memo")
    with open_session(store, staff) as session:
        opened = report_outage(
            session,
            OutageTyped(
                cause=str(typed["cause"]),
                number=number,
                approver=approver,
                started_at=_utc(session, typed["started_at"]),
                remark=typed["remark"],
            ),
        )
    shown = ltr(opened.number)
    output().emit(
        _plain(opened),
        f"سُجل العطل برقم {shown}. النقدي فوق الحد مسموح حتى إغلاقه، ويُكتب الرقم على كل إيصال.",
        f"Outage {opened.number} is recorded. Cash above the limit is lawful until it is closed, "
        "with the number on each receipt.",
    )


@outage.command("close")
@click.option("--ended-at", metavar="TIME", help="نهاية العطل (الآن) · when it ended (default now)")
@store_options
@output_options
def close_command(store: Path | None, staff: str | None, ended_at: str | None) -> None:
    """أغلق العطل؛ يعود التحصيل الإلكتروني فورًا · close it: electronic collection resumes at once."""
    with open_session(store, staff) as session:
        ended = end_outage(session, _utc(session, ended_at))
    payload = {
        "entry": ended.entry.seq,
        "number": ended.number,
        "started_at": utc_text(ended.started_at),
        "ended_at": utc_text(ended.ended_at),
    }
    output().emit(
        payload,
        f"أُغلق العطل {ltr(ended.number)}. ما فوق الحد يُحصَّل إلكترونيًا من الآن.",
        f"Outage {ended.number} is closed. Anything above the limit is electronic from now on.",
    )


@outage.command("status")
@store_options
@output_options
def status(store: Path | None, staff: str | None) -> None:
    """هل يوجد عطل مفتوح · whether an outage is open."""
    with open_session(store, staff) as session:
        found = outage_now(session)
    if found is None:
        output().emit({"open": False}, "لا يوجد عطل مفتوح.", "No outage is open.")
        return
    cause, since = OUTAGE_CAUSES.get(found.cause), utc_text(found.started_at)
    output().emit(
        {"open": True, **_plain(found)},
        f"عطل مفتوح برقم {ltr(found.number)} منذ {ltr(since)}: {cause.ar if cause else ltr(found.cause)}.",
        f"Outage {found.number} is open since {since}: {cause.en if cause else found.cause}.",
    )


def _plain(found: OpenOutage) -> dict[str, Any]:
    return {
        "entry": found.seq,
        "kind": found.kind,
        "number": found.number,
        "approver": found.approver,
        "cause": found.cause,
        "started_at": utc_text(found.started_at),
    }


def _utc(session: Session, typed: str | None) -> datetime | None:
    """The time of the offices as typed (`09:30` is today), in UTC. Raises KnownError `outage.time`."""
    if typed is None:
        return None
    text = tidy(typed)
    try:
        local = _local(text, session.today())
    except ValueError as error:
        raise KnownError("outage.time", text=excerpt(text)) from error
    if local.tzinfo is not None:
        raise KnownError("outage.time", text=excerpt(text))
    wall = utc_ms(local.replace(tzinfo=UTC))
    return from_ms(wall - session.reference.zone.offset(wall) * 60_000)


def _local(text: str, today: date) -> datetime:
    whole = "-" in text
    return datetime.fromisoformat(text) if whole else datetime.combine(today, time.fromisoformat(text))
