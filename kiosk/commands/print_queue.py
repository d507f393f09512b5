"""`kiosk devices printer jobs | print-now | give-up`: the print queue, and what a person decides of it."""

from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.errors import KnownError, Language
from kiosk.core.roles import Right
from kiosk.devices.chosen_printer import CODE
from kiosk.paperwork.printing import give_up, print_now
from kiosk.store.print_jobs import PrintJob, PrintState, latest_prints

_STATES = {
    PrintState.QUEUED: ("تنتظر", "waiting"),
    PrintState.SENDING: ("تُطبع الآن", "being printed"),
    PrintState.CONFIRMED: ("طُبعت", "printed"),
    PrintState.UNCERTAIN: ("غير مؤكدة", "uncertain"),
    PrintState.FAILED: ("لم تُطبع", "not printed"),
}
SHOWN = 20


@click.command("jobs")
@click.option(
    "--most",
    type=click.IntRange(1, 1000),
    default=SHOWN,
    show_default=True,
    metavar="N",
    help="كم طباعة · how many",
)
@store_options
@output_options
def jobs(store: Path | None, staff: str | None, most: int) -> None:
    """آخر ما طُلبت طباعته وحاله · the latest prints and how they stand."""
    with open_session(store, staff) as session:
        session.require(Right.REPORT_X)
        found = latest_prints(session.store.db, most)
    payload = {"jobs": [_plain(job) for job in found]}
    none = ("لم تُطلب طباعة شيء.", "No print was asked for.")
    arabic, english = ("\n".join(_line(job, language) for job in found) for language in ("ar", "en"))
    output().emit(payload, arabic or none[0], english or none[1])


@click.command("print-now")
@click.argument("job", metavar="JOB")
@store_options
@output_options
def print_now_command(store: Path | None, staff: str | None, job: str) -> None:
    """اطبع ما أُجِّل لقدمه · print after all what waits for a person because it is old."""
    with open_session(store, staff) as session:
        found = _found(latest_prints(session.store.db, 1000), job)
        done = print_now(session, found.job)
    output().emit(
        {"job": found.job, "released": done},
        "تُطبع عند فتح الكشك." if done else "هذه الطباعة لا تنتظر كلمة أحد.",
        "It is printed once the kiosk is open." if done else "This print waits for nobody's word.",
    )


@click.command("give-up")
@click.argument("job", metavar="JOB")
@store_options
@output_options
def give_up_command(store: Path | None, staff: str | None, job: str) -> None:
    """ألغِ طباعة تنتظر؛ العملية نفسها تبقى · give up a waiting print; its act stands."""
    with open_session(store, staff) as session:
        found = _found(latest_prints(session.store.db, 1000), job)
        done = give_up(session, found.job, CODE)
    output().emit(
        {"job": found.job, "given_up": done},
        "أُلغيت الطباعة." if done else "هذه الطباعة لا تنتظر.",
        "The print is given up." if done else "This print does not wait.",
    )


def _found(jobs: list[PrintJob], typed: str) -> PrintJob:
    """The job whose id begins with what was typed. Raises KnownError `print_job.unknown`."""
    found = [one for one in jobs if len(typed) >= 4 and one.job.startswith(typed.lower())]
    if len(found) != 1:
        raise KnownError("print_job.unknown", job=excerpt(typed))
    return found[0]


def _plain(job: PrintJob) -> dict[str, object]:
    return {
        "job": job.job,
        "document": job.document,
        "entry": job.entry,
        "reason": job.reason,
        "state": job.state.value,
        "copy": job.copy,
        "sent": job.sent,
        "held": job.held,
        "fault": job.fault,
        "asked": job.asked,
    }


def _line(job: PrintJob, language: Language) -> str:
    arabic = language == "ar"
    name = f"{job.job[:8]}  {job.document} {job.entry}"
    said = [f"{ltr(name)}: {_STATES[job.state][0]}" if arabic else f"{name}: {_STATES[job.state][1]}"]
    if job.copy:
        said.append(f"نسخة {job.copy}" if arabic else f"copy {job.copy}")
    if job.fault:
        error = KnownError(job.fault, device=job.printer or CODE)
        said.append(f"{error.sentence(language)} {error.remedy(language)}")
    return " ".join(said)
