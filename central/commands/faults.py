"""A fault of the program in a command of the centre: its place in the program, and no value of anybody.

A traceback quotes what an error says, and that of a database says the row. `KIOSK_TRACEBACK=1` shows it.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable

import click

from kiosk.core.crash_text import crash_text
from kiosk.core.errors import KnownError, error_payload

FAULT = 1
"""Exit code of a fault of the program."""
TRACEBACK = "KIOSK_TRACEBACK"
"""Name of the environment variable that shows the traceback as well."""


def guarded(work: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run a command line and return its exit code; what it raises is said as a sentence and a place."""
    try:
        return work(arguments)
    except BrokenPipeError:
        # Who read the answer has gone (`kiosk-central … | head`): nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except Exception as error:  # noqa: BLE001 - the last door: said with its place, and the exit code tells it
        _say(error, as_json="--json" in arguments)
        if os.environ.get(TRACEBACK):
            traceback.print_exception(error)
        return FAULT


def _say(error: Exception, *, as_json: bool) -> None:
    """In both languages: who reads it may be support on the telephone."""
    fault, where = KnownError("central.fault"), crash_text(error)
    if as_json:
        said = {"error": error_payload(fault), "where": where.splitlines()}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2), err=True)
        return
    for language in ("ar", "en"):
        click.echo(f"{fault.sentence(language)} {fault.remedy(language)}", err=True)
    click.echo(where, err=True)
