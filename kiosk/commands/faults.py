"""A fault of the program in a command: a report on this machine and a number to tell, never what was typed.

A traceback would show values on the terminal and leave them in logs. A developer sets `KIOSK_TRACEBACK=1`.
"""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from kiosk.commands.base import output_of
from kiosk.core.errors import KnownError

FAULT = 1
"""Exit code of a fault of the program."""
TRACEBACK = "KIOSK_TRACEBACK"
"""Name of the environment variable that shows the traceback as well."""


def guarded(work: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run a command line and return its exit code; what it raises is reported and said as a sentence."""
    try:
        return work(arguments)
    except BrokenPipeError:
        # Who read the answer has gone (`kiosk … | head`): nothing is wrong, and nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except Exception as error:  # noqa: BLE001 - the last door: reported, said, and the exit code tells it
        _say(_reported(error, arguments), arguments)
        if os.environ.get(TRACEBACK):
            traceback.print_exception(error)
        return FAULT


def report_folder(arguments: Sequence[str]) -> Path:
    """The data folder that the command worked on, or the person's own folder where it named none."""
    for at, word in enumerate(arguments):
        name, sign, value = word.partition("=")
        if name == "--store" and (sign or at + 1 < len(arguments)):
            named = Path(value if sign else arguments[at + 1])
            break
    else:
        named = Path(os.environ.get("KIOSK_STORE", ""))
    if named != Path() and named.is_dir():
        return named
    return _own_folder()


def _own_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "kiosk"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "kiosk"


def _reported(error: Exception, arguments: Sequence[str]) -> KnownError:
    from kiosk.report_files import Reporting

    folder = report_folder(arguments)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = Reporting(folder).crashed(error)
    except OSError:  # no place for a report must not hide the fault itself
        file = None
    if file is None:
        return KnownError("command.fault_unwritten", kind=type(error).__name__)
    return KnownError("command.fault", number=file.stem.rpartition("-")[2], file=file)


def _say(fault: KnownError, arguments: list[str]) -> None:
    """In both languages: who reads it may be the person at the kiosk, or support on the telephone."""
    out = output_of(arguments)
    if out.as_json:
        out.error(fault)
        return
    for language in ("ar", "en"):
        click.echo(f"{fault.sentence(language)} {fault.remedy(language)}", err=True)
