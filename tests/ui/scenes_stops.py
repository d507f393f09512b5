"""Scenes of what stands still, and of lifting it by telephone."""

from collections.abc import Callable

from kiosk.desk.session import Session
from kiosk.store.disk_reserve import MB, DiskWatch
from kiosk.store.incidents import note_incident
from kiosk.store.sync_state import keep_setting
from tests.ui.scenes_shift import at_work
from tests.ui.stage import Stage

GUESS = "111111111111111113"
"""Eighteen digits that pass their own check."""


def note(session: Session) -> None:
    """An incident, on a device that shares a key with a centre."""
    note_incident(session.store, "fork", "sync.fork", session.moment(), at=41)
    keep_setting(session.store.db, "lifting_key", "5c" * 32)


def fill_disk(session: Session) -> None:
    """Fifty megabytes are left."""
    session.disk = DiskWatch(session.store.folder.root, free=lambda _folder: 50 * MB)


def stops_none(stage: Stage) -> None:
    """Nothing stands still."""
    stage.unlock()
    stage.go("stops")


def stops_incident(stage: Stage) -> None:
    """The journal contradicts the centre."""
    at_work(stage)
    stage.do(note)
    stage.go("stops")


def stops_many(stage: Stage) -> None:
    """Several causes at once."""
    at_work(stage)
    stage.do(note)
    stage.do(fill_disk)
    stage.clocks.utc_ms -= 3_600_000
    stage.go("stops")


def stops_phone(stage: Stage) -> None:
    """The digits to read to the centre."""
    stops_incident(stage)
    stage.press(stage.shell.look.texts("stops.by_phone"))
    stage.screen.answer.setFocus()
    stage.type("1234 5678")


def stops_wrong(stage: Stage) -> None:
    """An answer that is not the centre's."""
    stops_incident(stage)
    stage.press(stage.shell.look.texts("stops.by_phone"))
    stage.screen.answer.setFocus()
    stage.type(GUESS)
    stage.tap(stage.screen.primary)


def home_stopped(stage: Stage) -> None:
    """The first screen leads to what stands still."""
    at_work(stage)
    stage.do(note)
    stage.shell.home()
    stage.settle()


SCENES: dict[str, Callable[[Stage], None]] = {
    scene.__name__: scene for scene in (stops_none, stops_many, stops_wrong, home_stopped)
}
SCROLLS = {"stops_many", "stops_wrong", "home_stopped"}
