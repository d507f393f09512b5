"""Each screen in each state that matters. Every scene is audited and photographed.

The scenes of a new screen stand in a module of their own, `scenes_<task>.py`, with tables like those below.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtGui import Qt

from kiosk.core.wire.outcomes import Decided, Outcomes
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.store.sync_state import keep_outcomes
from kiosk.ui.sync_state import Attention
from tests.desk.money import pieces
from tests.ui.stage import FakeCentre, Stage

Scene = Callable[[Stage], None]


def with_shift(stage: Stage, staff: str = "TEL-1") -> None:
    """Unlock and open a shift with small notes."""
    stage.unlock(staff)
    stage.do(lambda session: open_shift(session, pieces(100_000)))
    stage.shell.home()
    stage.settle()


def unlock(stage: Stage) -> None:
    """Nobody chosen yet."""


def unlock_typing(stage: Stage) -> None:
    """A person chosen, some digits typed."""
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    stage.type("111222")


def unlock_wrong(stage: Stage) -> None:
    """Wrong so often that there is a wait."""
    stage.tap(stage.screen.tiles.tiles["TEL-1"])
    for _ in range(3):
        stage.type("99988877766655")
        stage.tap(stage.screen.open_button)


def home(stage: Stage) -> None:
    """A teller before the first shift."""
    stage.unlock()


def home_at_work(stage: Stage) -> None:
    """A teller with an open shift, and something refused by the centre."""
    stage.desk.sync = FakeCentre(attention=[Attention("quarantined", 2)])
    with_shift(stage)


def queue_offline(stage: Stage) -> None:
    """Not connected, entries wait, one needs a person."""
    stage.desk.sync = FakeCentre(attention=[Attention("quarantined", 1)])
    with_shift(stage)
    stage.do(_told_of_a_decision)
    stage.go("queue")


def _told_of_a_decision(session: Session) -> None:
    """The centre has decided on an entry that had waited."""
    told = Decided(
        seq=9,
        decision="dismissed",
        at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        ar="لا أثر للقيد غير مبلغه",
        en="The entry has no effect beyond its money",
        note="راجعه المدير مع المحصل",
    )
    outcomes = Outcomes(device="D00000042", stream="ab" * 16, applied=9, quarantined=(), decided=(told,))
    with session.store.transaction() as db:
        keep_outcomes(db, outcomes)


def queue_connected(stage: Stage) -> None:
    """Connected."""
    stage.desk.sync = FakeCentre(reachable=True)
    stage.unlock()
    stage.go("queue")


def settings(stage: Stage) -> None:
    """The settings."""
    stage.unlock()
    stage.go("settings")


def locked(stage: Stage) -> None:
    """Locked while somebody was at work."""
    with_shift(stage)
    stage.shell.lock()
    stage.settle()


def short_number(stage: Stage) -> None:
    """The short number is chosen at the first lock."""
    with_shift(stage)
    stage.key(Qt.Key.Key_F12)
    stage.type("4827")


def held(stage: Stage, number: str = "4827") -> None:
    """The screen is held; sync goes on."""
    stage.desk.sync = FakeCentre(reachable=True)
    with_shift(stage)
    stage.key(Qt.Key.Key_F12)
    for _ in range(2):
        stage.type(number)
        stage.tap(stage.screen.primary)


def held_wrong(stage: Stage) -> None:
    """Typed wrong, twice."""
    held(stage)
    for _ in range(2):
        stage.type("7263")
        stage.tap(stage.screen.open_button)


SCENES: dict[str, Scene] = {
    "short-number": short_number,
    "held": held,
    "held-wrong": held_wrong,
    "unlock": unlock,
    "unlock-typing": unlock_typing,
    "unlock-wrong": unlock_wrong,
    "unlock-held": locked,
    "home": home,
    "home-at-work": home_at_work,
    "queue-offline": queue_offline,
    "queue-connected": queue_connected,
    "settings": settings,
}
SCROLLS = {"unlock-wrong", "held-wrong"}
"""With a message on top, which may push the page beyond the smallest window."""
