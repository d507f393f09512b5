"""`kiosk verify`: is everything on this device as it was written?"""

from pathlib import Path

import click

from kiosk.commands.base import error_payload, output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import Kind
from kiosk.core.roles import Right
from kiosk.store.rebuild import rebuild
from kiosk.store.verify import Report, verify


@click.command("verify")
@click.option("--rebuild", "again", is_flag=True, help="أعد بناء الجداول من السجل · rebuild the tables first")
@store_options
@output_options
def verify_command(store: Path | None, staff: str | None, again: bool) -> int:
    """راجع سلامة البيانات والسجل · check the data and the journal for damage."""
    with open_session(store, staff) as session:
        session.require(Right.JOURNAL_VERIFY)
        if again:
            with session.store.transaction():
                rebuild(session.store.db, session.store.journal)
        report = verify(session.store)
    _show(report)
    return 0 if report.clean else int(Kind.DAMAGED)


def _show(report: Report) -> None:
    found = list(report.errors())
    payload = {
        "clean": report.clean,
        "entries": report.entries,
        "head": report.head.hex(),
        "findings": [error_payload(error) for error in found],
    }
    head = report.head.hex()[:10]
    lines = {
        "ar": [f"القيود: {ltr(str(report.entries))}، بصمة الأخير: {ltr(head)}"],
        "en": [f"Entries: {report.entries}, hash of the last: {head}"],
    }
    lines["ar"] += [f"- {error.sentence('ar')} {error.remedy('ar')}" for error in found]
    lines["en"] += [f"- {error.sentence('en')} {error.remedy('en')}" for error in found]
    lines["ar"].append("كل شيء سليم." if report.clean else "وُجد خلل.")
    lines["en"].append("Everything is sound." if report.clean else "Something is damaged.")
    output().emit(payload, "\n".join(lines["ar"]), "\n".join(lines["en"]))
