"""Says on standard error how far a long command is, when a person waits for it."""

import click

from kiosk.commands.base import output


class Percent:
    """One number that is written over, in steps of `step` percent. Nothing is said with `--json`."""

    def __init__(self, step: int = 10) -> None:
        self._step, self._last = step, -1

    def tell(self, done: int, total: int) -> None:
        """Say how far it is."""
        steps = 100 * done // max(total, 1) // self._step
        if not output().as_json and steps > self._last:
            self._last = steps
            click.echo(f"\r{steps * self._step}%", err=True, nl=False)

    def end(self) -> None:
        """Leave the line."""
        if self._last >= 0:
            click.echo("", err=True)
            self._last = -1
