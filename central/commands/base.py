"""What the server's commands share: languages, JSON output, the folder, and errors as sentences."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from central.centre import Centre, Settings, open_centre
from kiosk.core.bidi import excerpt
from kiosk.core.debts.csv_check import DebtFileNotCleanError
from kiosk.core.errors import KnownError, Language, error_payload

CARRY_VARIABLE = "KIOSK_CARRY_PASSPHRASE"
"""Name of the environment variable that holds the passphrase of the keys to carry away."""
_DATABASE = "central.database"
Function = TypeVar("Function", bound=Callable[..., Any])


def output_options(function: Function) -> Function:
    """Give a command `--english`, `--json` and `--help`."""
    as_json = click.option("--json", is_flag=True, expose_value=False, help="اكتب الناتج JSON · JSON output")
    english = click.option("--english", is_flag=True, expose_value=False, help="بالإنجليزية · in English")
    shown = click.help_option("--help", help="اعرض هذه الصفحة · show this page")
    return english(as_json(shown(function)))


def folder_option(function: Function) -> Function:
    """Give a command `--folder FOLDER`, passed on as `folder`, and `--database ADDRESS` for `centre_in`."""
    folder = click.option(
        "--folder",
        envvar="KIOSK_CENTRAL",
        default=Path("central-data"),
        show_default=True,
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="مجلد بيانات المركز · data folder of the centre",
    )
    database = click.option(
        "--database",
        envvar="KIOSK_CENTRAL_DATABASE",
        expose_value=False,
        callback=_remember_database,
        metavar="postgresql://…",
        help="عنوان قاعدة PostgreSQL بدل SQLite في المجلد · PostgreSQL instead of SQLite in the folder",
    )
    return folder(database(function))


def _remember_database(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    context.meta[_DATABASE] = value


def database_given() -> str | None:
    """The address that `--database` or the environment gave to the running command, or None."""
    context = click.get_current_context(silent=True)
    return context.meta.get(_DATABASE) if context else None


def emit(payload: Mapping[str, Any], arabic: str, english: str) -> None:
    """Write the answer: `payload` with `--json`, else the sentence of the language."""
    if _asked("--json"):
        _say(json.dumps(payload, ensure_ascii=False, indent=2))
    else:
        _say(arabic if not _asked("--english") else english)


@contextmanager
def centre_in(folder: Path, settings: Settings | None = None) -> Iterator[Centre]:
    """Open the centre of a folder and close it afterwards. Works while the server runs.

    Raises KnownError `keys.missing`, `central.*`.
    """
    centre = open_centre(folder, settings=settings, database=database_given())
    try:
        yield centre
    finally:
        centre.close()


def passphrase(*, ask: bool) -> bytes | None:
    """The passphrase of the keys to carry away: from the environment, or asked for twice; None for none.

    Raises KnownError `keys.passphrases_differ`.
    """
    given = os.environ.get(CARRY_VARIABLE)
    if given:
        return given.encode()
    if not ask:
        return None
    first, second = (
        click.prompt(text, hide_input=True, err=True)
        for text in ("كلمة السر · passphrase", "مرة أخرى · once more")
    )
    if first != second:
        raise KnownError("keys.passphrases_differ")
    return str(first).encode()


def run(group: click.Group, arguments: list[str]) -> int:
    """Run a command line and return its exit code; known and usage errors become sentences."""
    try:
        result = group.main(args=arguments, prog_name=group.name, standalone_mode=False, obj=arguments)
    except KnownError as error:
        return _complain(error, arguments)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        return 0
    except click.MissingParameter as error:
        return _complain(KnownError("command.missing", name=_name(error)), arguments)
    except click.NoSuchOption as error:
        return _complain(KnownError("command.no_such_option", name=excerpt(error.option_name)), arguments)
    except click.BadParameter as error:
        return _complain(KnownError("command.value", name=_name(error)), arguments)
    except click.UsageError:
        return _complain(KnownError("command.usage"), arguments)
    except click.Abort:
        return 130
    return result if isinstance(result, int) else 0


def _complain(error: KnownError, arguments: list[str]) -> int:
    problems = error.check.problems if isinstance(error, DebtFileNotCleanError) else []
    if "--json" in arguments:
        said: dict[str, Any] = {"error": error_payload(error)}
        if problems:
            said["problems"] = [error_payload(one) for one in problems]
        _say(json.dumps(said, ensure_ascii=False, indent=2), err=True)
    else:
        language: Language = "en" if "--english" in arguments else "ar"
        _say(f"{error.sentence(language)}\n{error.remedy(language)}", err=True)
        for one in problems:
            _say(f"{one.sentence(language)}\n    {one.remedy(language)}", err=True)
    return error.exit_code


def _asked(option: str) -> bool:
    arguments: list[str] = click.get_current_context().obj
    return option in arguments


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.human_readable_name if error.param else "?"


def _say(text: str, *, err: bool = False) -> None:
    click.echo(text.encode("utf-8", "replace").decode("utf-8"), err=err)
