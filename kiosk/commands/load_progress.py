"""Says on standard error how far a load of debts is, when a person reads it."""

import sys

import click

from kiosk.commands.base import output
from kiosk.core.bidi import ltr
from kiosk.store.debts.load import SoFar


class LoadProgress:
    """One line that is written over while debts load; `debtors` in all, 0 when that is not known.

    Nothing is said with `--json`, nor into a file, where each step would be a line.
    """

    def __init__(self) -> None:
        self._said = ""

    def __call__(self, so_far: SoFar, debtors: int = 0) -> None:
        """Say how far it is."""
        out = output()
        if out.as_json or not sys.stderr.isatty():
            return
        done = f"{so_far.debtors:,}" + (f" / {debtors:,}" if debtors else "")
        words = out.text(f"تحميل المديونيات: {ltr(done)} مدين", f"Loading debts: {done} debtors")
        if so_far.searchable:
            words = out.text("تجهيز المديونيات للبحث", "Making the debts searchable")
        if words != self._said:
            self._said = words
            click.echo(f"\r\x1b[K{words}", err=True, nl=False)

    def end(self) -> None:
        """What is said next begins on a line of its own."""
        if self._said:
            click.echo(err=True)
            self._said = ""
