"""`kiosk verify`: is everything on this device as it was written?"""

from contextlib import closing
from pathlib import Path

import click

from kiosk.commands import desk_session
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import SECRET, required_options, secret_of, store_options
from kiosk.commands.percent import Percent
from kiosk.core.bidi import ltr
from kiosk.core.errors import Kind, error_payload
from kiosk.desk.verifying import mend_tables, open_to_verify
from kiosk.store.verify import Report, verify
from kiosk.store.verify_journal import JournalReport, verify_journal


@click.command("verify")
@click.option(
    "--rebuild",
    "mend",
    is_flag=True,
    help="أعد بناء الجداول من سجل سليم · rebuild the tables from a sound journal",
)
@click.option("--quick", is_flag=True, help="السجل وحده، في ثوانٍ · the journal alone, in seconds")
@store_options
@output_options
def verify_command(store: Path | None, staff: str | None, mend: bool, quick: bool) -> int:
    """راجع سلامة البيانات والسجل · check the data and the journal for damage."""
    if mend and quick:
        raise click.UsageError("--quick, or --rebuild")
    folder, code = required_options(store, staff)
    shown = Percent(1)
    with closing(
        open_to_verify(folder, code, secret_of(SECRET, code), opening=desk_session.OPENING)
    ) as opened:
        if quick:
            judged = verify_journal(opened, shown.tell)
            shown.end()
            _show_quick(judged)
            return 0 if judged.clean else int(Kind.DAMAGED)
        report = verify(opened, shown.tell)
        shown.end()
        mended = report.tables or ()
        if mend:
            report = mend_tables(opened, report, shown.tell)
            shown.end()
    _show(report, tuple(table for table in mended if report.clean))
    return 0 if report.clean else int(Kind.DAMAGED)


def _show_quick(report: JournalReport) -> None:
    payload = {**_payload(report), "scope": "journal", "tables_compared": False, "mended": []}
    arabic, english = _found(report)
    arabic.append("السجل وحده رُوجع. للصفحات والجداول وبيانات الناس: kiosk verify بدون --quick.")
    english.append("Only the journal was checked. For pages, tables and personal data: without --quick.")
    arabic.append("السجل سليم." if report.clean else "وُجد خلل.")
    english.append("The journal is sound." if report.clean else "Something is damaged.")
    output().emit(payload, "\n".join(arabic), "\n".join(english))


def _payload(report: Report | JournalReport) -> dict[str, object]:
    findings = [error_payload(error) for error in report.errors()]
    return {
        "clean": report.clean,
        "entries": report.entries,
        "head": report.head.hex(),
        "findings": findings,
    }


def _found(report: Report | JournalReport) -> tuple[list[str], list[str]]:
    """How many entries, and every fault as a sentence with its remedy: Arabic and English."""
    count, head, found = str(report.entries), report.head.hex()[:10], list(report.errors())
    arabic = [f"القيود: {ltr(count)}، بصمة الأخير: {ltr(head)}"]
    english = [f"Entries: {count}, hash of the last: {head}"]
    arabic += [f"- {error.sentence('ar')} {error.remedy('ar')}" for error in found]
    english += [f"- {error.sentence('en')} {error.remedy('en')}" for error in found]
    return arabic, english


def _show(report: Report, mended: tuple[str, ...]) -> None:
    compared = report.tables is not None
    payload = {
        **_payload(report),
        "scope": "all",
        "tables_compared": compared,
        "mended": list(mended),
        "scans": report.scans.count,
    }
    arabic, english = _found(report)
    if report.tables is None:
        arabic.append("السجل نفسه فيه خلل، فلم تُقارن به الجداول ولم يتغير شيء.")
        english.append(
            "The journal itself is damaged: the tables were not compared with it, nothing was changed."
        )
    if mended:
        arabic.append(f"أُعيد بناء الجداول من السجل: {ltr(', '.join(mended))}")
        english.append(f"Rebuilt from the journal: {', '.join(mended)}")
    arabic.append("كل شيء سليم." if report.clean else "وُجد خلل.")
    english.append("Everything is sound." if report.clean else "Something is damaged.")
    output().emit(payload, "\n".join(arabic), "\n".join(english))
