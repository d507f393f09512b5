"""Says on standard error how far a load of debts or the reading of a stick is, when a person reads it."""

import sys

import click

from kiosk.commands.base import output
from kiosk.core.bidi import ltr
from kiosk.store.debts.load import SoFar


class LoadProgress:
    """One line that is written over while data load; `debtors` in all, 0 when that is not known.

    Nothing is said with `--json`, nor into a file, where each step would be a line.
    """

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, so_far: SoFar, debtors: int = 0) -> None:
        """Say how far it is."""
        done = f"{so_far.debtors:,}" + (f" / {debtors:,}" if debtors else "")
        if so_far.searchable:
            self._say("تجهيز المديونيات للبحث", "Making the debts searchable")
        else:
            self._say(f"تحميل المديونيات: {ltr(done)} مدين", f"Loading debts: {done} debtors")

    def reading(self, parts: int, of: int) -> None:
        """Say how much of a stick was read."""
        done = f"{parts:,} / {of:,}"
        self._say(f"قراءة الفلاشة: {ltr(done)}", f"Reading the stick: {done}")

    def _say(self, arabic: str, english: str) -> None:
        out = output()
        if out.as_json or not sys.stderr.isatty():
            return
        words = out.text(arabic, english)
        if words != self._said:
            self._said = words
            click.echo(f"\r\x1b[K{words}", err=True, nl=False)

    def end(self) -> None:
        """What is said next begins on a line of its own."""
        if self._said:
            click.echo(err=True)
            self._said = ""
