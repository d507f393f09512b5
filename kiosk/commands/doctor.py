"""`kiosk doctor`: is this device fit for a day's work, and if not, what to do?"""

import json
import platform
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk import __version__
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.doctor_checks import Check, failed, locked_checks, unlocked_checks
from kiosk.commands.doctor_medium import medium_check
from kiosk.core.errors import Kind, KnownError
from kiosk.core.wire.times import utc_text
from kiosk.link.transport import Timeouts
from kiosk.report_files import CRASH_KIND, LOG_KIND, files_of
from kiosk.store.files import write_durably

_QUICK = Timeouts(connect=3, silence=5, whole=10)
_MARKS = {"ok": "✓", "warn": "!", "bad": "✗"}


@click.command("doctor")
@click.option("--server", metavar="URL", help="عنوان آخر للمركز نفسه · another address of the same centre")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="ملف للفني: الفحص والسجل الفني وتقارير الأعطال، بلا بيانات أشخاص · a file for a technician",
)
@store_options
@output_options
def doctor_command(store: Path | None, staff: str | None, server: str | None, report: Path | None) -> int:
    """افحص الجهاز وقل ما يلزم · look the device over and say what to do."""
    if store is None:
        raise KnownError("session.no_store")
    checks = list(locked_checks(store))
    if staff is not None and checks[0].state == "ok":
        try:
            with open_session(store, staff) as session:
                checks += unlocked_checks(session, server, _QUICK)
                checks.append(medium_check(session))
        except KnownError as error:
            checks.append(failed("unlock", error))
    if report is not None:
        write_durably(report, _report(store, checks))
    _say(checks, unlocked=staff is not None)
    return int(Kind.ENVIRONMENT) if any(one.state == "bad" for one in checks) else 0


def _report(store: Path, checks: list[Check]) -> bytes:
    """What a technician takes with him: about the device and the program, about no person."""
    found = files_of(store)
    payload = {
        "kiosk": __version__,
        "made": utc_text(datetime.now(UTC)),
        "system": platform.platform(),
        "checks": [vars(one) for one in checks],
        "log": [line for file in found[LOG_KIND] for line in _text(file).splitlines()],
        "crashes": {file.name: _text(file).splitlines() for file in found[CRASH_KIND]},
    }
    return (json.dumps(payload, ensure_ascii=False, indent=1) + "\n").encode()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _say(checks: list[Check], *, unlocked: bool) -> None:
    states = [one.state for one in checks]
    worst = "bad" if "bad" in states else "warn" if "warn" in states else "ok"
    payload = {"state": worst, "unlocked": unlocked, "checks": [vars(one) for one in checks]}
    arabic, english = [], []
    for one in checks:
        arabic.append(f"{_MARKS[one.state]} {one.ar}" + (f"\n    {one.remedy_ar}" if one.remedy_ar else ""))
        english.append(f"{_MARKS[one.state]} {one.en}" + (f"\n    {one.remedy_en}" if one.remedy_en else ""))
    if not unlocked:
        arabic.append("لفحص الاتصال والساعة والبيانات اكتب --staff بكود موظف.")
        english.append("Give --staff to look at connection, clock and data as well.")
    output().emit(payload, "\n".join(arabic), "\n".join(english))
