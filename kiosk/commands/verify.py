"""`kiosk verify`: is everything on this device as it was written?"""

from pathlib import Path

import click

from kiosk.commands import desk_session
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import SECRET, required_options, secret_of, store_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import Kind, error_payload
from kiosk.desk.verifying import mend_tables, open_to_verify
from kiosk.store.verify import Report, verify


@click.command("verify")
@click.option(
    "--rebuild",
    "mend",
    is_flag=True,
    help="أعد بناء الجداول من سجل سليم · rebuild the tables from a sound journal",
)
@store_options
@output_options
def verify_command(store: Path | None, staff: str | None, mend: bool) -> int:
    """راجع سلامة البيانات والسجل · check the data and the journal for damage."""
    folder, code = required_options(store, staff)
    with open_to_verify(folder, code, secret_of(SECRET, code), opening=desk_session.OPENING) as opened:
        report = verify(opened)
        mended = report.tables or ()
        if mend:
            report = mend_tables(opened, report)
    _show(report, tuple(table for table in mended if report.clean))
    return 0 if report.clean else int(Kind.DAMAGED)


def _show(report: Report, mended: tuple[str, ...]) -> None:
    found = list(report.errors())
    head = report.head.hex()
    payload = {
        "clean": report.clean,
        "entries": report.entries,
        "head": head,
        "tables_compared": report.tables is not None,
        "mended": list(mended),
        "findings": [error_payload(error) for error in found],
    }
    arabic = [f"القيود: {ltr(str(report.entries))}، بصمة الأخير: {ltr(head[:10])}"]
    english = [f"Entries: {report.entries}, hash of the last: {head[:10]}"]
    arabic += [f"- {error.sentence('ar')} {error.remedy('ar')}" for error in found]
    english += [f"- {error.sentence('en')} {error.remedy('en')}" for error in found]
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
