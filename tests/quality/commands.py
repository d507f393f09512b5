"""The commands that really exist: every command of `kiosk`, loaded or not, and every make target."""

import re
from collections.abc import Iterator
from functools import cache

import click

from kiosk.__main__ import kiosk
from tests.quality.tree import ROOT


def walk(group: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield each command that does something, with its full name (`kiosk catalogue search`)."""
    if not isinstance(group, click.Group):
        yield name, group
        return
    if group.invoke_without_command and name != "kiosk":
        yield name, group
    context = click.Context(group, info_name=name)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None, f"{name} lists {word} but has no such command"
        yield from walk(command, f"{name} {word}")


@cache
def commands() -> dict[str, click.Command]:
    """Every command of the program by its full name."""
    return dict(walk(kiosk, "kiosk"))


@cache
def targets() -> frozenset[str]:
    """Every target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z][a-z0-9-]*):", makefile, re.MULTILINE))
