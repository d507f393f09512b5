"""What all commands share: languages, JSON output, errors as sentences, and loading on demand."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, TypeVar

import click

from kiosk.commands.usage import usage_error
from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError, Language, error_payload

TRIAL_MARK = (
    "جهاز تجريبي: للتعلم فقط، ولا يُعتد بإيصالاته وتقاريره.",
    "Trial device: for learning only; its receipts and reports bind nobody.",
)
"""First line of every text about a trial store, in Arabic and English."""
_TRIAL = "kiosk.trial"


@dataclass(frozen=True)
class Output:
    """Where a command writes: Arabic or English sentences, or one JSON object (`--json`)."""

    language: Language
    as_json: bool
    trial: bool = False
    """Whether the answer is about a trial store: its text begins with `TRIAL_MARK`."""

    def text(self, arabic: str, english: str) -> str:
        """Choose the sentence of the caller's language."""
        return arabic if self.language == "ar" else english

    def emit(self, payload: Mapping[str, Any], arabic: str, english: str) -> None:
        """Write the answer: `payload` with `--json`, else the sentence of the language."""
        if self.as_json:
            _say(json.dumps(payload, ensure_ascii=False, indent=2))
        else:
            said = self.text(arabic, english)
            _say(f"{self.text(*TRIAL_MARK)}\n{said}" if self.trial else said)

    def error(self, error: KnownError) -> None:
        """Write a known error to standard error: sentence and remedy, or with `--json` an object."""
        if self.as_json:
            _say(json.dumps({"error": error_payload(error)}, ensure_ascii=False, indent=2), err=True)
        else:
            _say(f"{error.sentence(self.language)}\n{error.remedy(self.language)}", err=True)


def _say(text: str, *, err: bool = False) -> None:
    """Write a text; a byte of an argument that was not UTF-8 becomes a question mark, never a crash."""
    click.echo(text.encode("utf-8", "replace").decode("utf-8"), err=err)


Function = TypeVar("Function", bound=Callable[..., Any])


def output_options(function: Function) -> Function:
    """Give a command the options `--english`, `--json` and `--help`; read the first two with `output()`."""
    as_json = click.option(
        "--json", "as_json", is_flag=True, expose_value=False, help="اكتب الناتج JSON · JSON output"
    )
    english = click.option("--english", is_flag=True, expose_value=False, help="بالإنجليزية · in English")
    return english(as_json(_help_option(function)))


_help_option = click.help_option("--help", help="اعرض هذه الصفحة · show this page")


def output() -> Output:
    """Return the output of the command that is running."""
    context = click.get_current_context()
    arguments: list[str] = context.obj
    return replace(output_of(arguments), trial=context.meta.get(_TRIAL, False))


def mark_trial() -> None:
    """Let what the running command says from now on begin with the mark of a trial."""
    click.get_current_context().meta[_TRIAL] = True


def output_of(arguments: list[str]) -> Output:
    """Read `--english` and `--json` from raw arguments: a usage error must speak the right language too."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return Output("en" if "--english" in own else "ar", "--json" in own)


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported only when called."""

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, loaded or not."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command by its name: `module:attribute`."""
        if cmd_name in self._lazy:
            module, attribute = self._lazy[cmd_name].split(":")
            command: click.Command = getattr(import_module(module), attribute)
            return command
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed. Raises KnownError `command.unknown`."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise KnownError("command.unknown", name=excerpt(args[0]))
        return super().resolve_command(ctx, args)


class NumberCommand(click.Command):
    """A command whose argument is a number: `-5` is a number for the parser to explain, not an option."""

    _NEGATIVE = re.compile(r"-[0-9٠-٩۰-۹.,٫]")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let a negative number through to the argument."""
        ctx.ignore_unknown_options = any(map(self._NEGATIVE.match, args))
        return super().parse_args(ctx, args)


def run(group: click.Group, arguments: list[str]) -> int:
    """Run a command line and return its exit code; known and usage errors become sentences."""
    out = output_of(arguments)
    try:
        result = group.main(args=arguments, prog_name=group.name, standalone_mode=False, obj=arguments)
    except KnownError as error:
        out.error(error)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        return 0
    except click.UsageError as error:
        known = usage_error(error)
        out.error(known)
        return known.exit_code
    except click.Abort:
        return 130
    return result if isinstance(result, int) else 0
