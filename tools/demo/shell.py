"""Runs the product's own commands in this process, as their entry points do, and reads their JSON answers."""

import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any


class DemoError(Exception):
    """Something of the path did not happen; the text says what."""


def kiosk_does(*words: object, secrets: Mapping[str, str] | None = None) -> Any:
    """One command of `kiosk`. `secrets`: environment variables, as commands take them. Raises DemoError."""
    from kiosk.__main__ import kiosk
    from kiosk.commands.base import run

    with _environment(secrets or {}):
        return _answer("kiosk", [*map(str, words), "--json"], lambda line: run(kiosk, line))


def centre_does(*words: object) -> Any:
    """One command of `kiosk-central`. Raises DemoError when it does not end with 0."""
    from central.__main__ import central
    from central.commands.base import run

    return _answer("kiosk-central", [*map(str, words), "--json"], lambda line: run(central, line))


def _answer(program: str, line: list[str], run: Any) -> Any:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(line)
    if code:
        raise DemoError(f"{program} {' '.join(line)}: {err.getvalue() or out.getvalue()}")
    return json.loads(out.getvalue())


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
