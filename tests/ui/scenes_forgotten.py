"""Scenes of a forgotten secret number, before anybody has unlocked."""

from collections.abc import Callable
from unittest.mock import patch

from kiosk.core.wire.escrow import escrow_text
from kiosk.desk.staff import renew_secret
from tests.ui.stage import Stage

ESCROW = bytes(range(16))
"""What the centre would have kept of this trial device, which has none."""
CODE = escrow_text(ESCROW)
WRONG = escrow_text(bytes(reversed(ESCROW)))


def escrowed(stage: Stage, staff: str = "TEL-1") -> None:
    """One person's slot opens by a code too, as on an enrolled device; he is chosen on the unlock screen."""
    stage.unlock("SUP-1")
    with patch("kiosk.desk.staff.new_escrow", lambda _session: ESCROW):
        stage.do(lambda session: renew_secret(session, staff))
    stage.shell.lock()
    stage.settle()
    stage.tap(stage.screen.tiles.tiles[staff])


def forgotten(stage: Stage) -> None:
    """The centre's code is asked for."""
    escrowed(stage)
    stage.tap(stage.screen.forgot)


def forgotten_wrong(stage: Stage) -> None:
    """A code that is another person's."""
    forgotten(stage)
    stage.type(WRONG)
    stage.tap(stage.screen.primary)


def forgotten_shown(stage: Stage) -> None:
    """The new number is shown and half typed back."""
    forgotten(stage)
    stage.type(CODE)
    with patch("kiosk.store.secret_digits._drawn", lambda length: "90817263544536"[:length]):
        stage.tap(stage.screen.primary)
    stage.type("908172")


def forgotten_differs(stage: Stage) -> None:
    """It was typed back wrong."""
    forgotten_shown(stage)
    stage.type("00000000")
    stage.tap(stage.screen.primary)


def forgotten_done(stage: Stage) -> None:
    """Back at the unlock screen with a new number."""
    forgotten_shown(stage)
    stage.type("63544536")
    stage.tap(stage.screen.primary)


SCENES: dict[str, Callable[[Stage], None]] = {
    "forgotten": forgotten,
    "forgotten-wrong": forgotten_wrong,
    "forgotten-shown": forgotten_shown,
    "forgotten-differs": forgotten_differs,
}
SCROLLS = {"forgotten-wrong", "forgotten-differs"}
"""With a message, which may push the page beyond the smallest window."""
