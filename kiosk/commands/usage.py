"""Turns what click says about a badly typed command line into known errors with Arabic sentences."""

import re

import click

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError

_EXTRA = re.compile(r"^Got unexpected extra arguments? \((?P<words>.*)\)$", re.DOTALL)
_NO_VALUE = re.compile(r"does not take a value\.$")
"""For these two only click's message tells what is wrong; the tests hold them to the locked release."""


def usage_error(error: click.UsageError) -> KnownError:
    """Return the situation of a usage error; what click tells only in English becomes `command.usage`."""
    if isinstance(error, click.MissingParameter):
        return KnownError("command.missing", name=_name(error))
    if isinstance(error, click.BadParameter):
        return _bad_value(error)
    if isinstance(error, click.NoSuchOption):
        return KnownError("command.no_such_option", name=excerpt(error.option_name))
    if isinstance(error, click.BadOptionUsage):
        return _bad_option(error)
    extra = _EXTRA.match(error.message)
    if extra:
        return KnownError("command.extra", text=excerpt(extra["words"]))
    return KnownError("command.usage")


def _bad_value(error: click.BadParameter) -> KnownError:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return KnownError("command.choice", name=_name(error), choices=" | ".join(map(str, kind.choices)))
    if isinstance(kind, type(click.INT) | type(click.FLOAT)):
        return KnownError("command.number", name=_name(error))
    if isinstance(kind, click.Path | click.File):
        return KnownError("command.path", name=_name(error))
    return KnownError("command.value", name=_name(error))


def _bad_option(error: click.BadOptionUsage) -> KnownError:
    if _NO_VALUE.search(error.message):
        return KnownError("command.option_takes_no_value", name=excerpt(error.option_name))
    return KnownError("command.option_needs_value", name=excerpt(error.option_name))


def _name(error: click.BadParameter) -> str:
    """Name a parameter as the help shows it: an option by its longest spelling."""
    if error.param is None:
        return excerpt(str(error.param_hint or "?"))
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.human_readable_name
