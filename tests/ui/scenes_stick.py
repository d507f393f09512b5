"""Scenes of sticks: what would be written, one that is being written, what came of it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.sync_state import CentreRecord, keep_centre
from kiosk.sync.removable import Medium
from kiosk.sync.stick_take import Brought
from kiosk.ui.screens.stick_reading import Written
from kiosk.ui.stick_jobs import Far, StickRun
from tests.ui.scenes import with_shift
from tests.ui.stage import Stage

MEDIA = (
    Medium(Path("/media/usb/TRANSCEND"), "TRANSCEND", 14_820_000_000, writable=True),
    Medium(Path("/media/usb/KINGSTON"), "KINGSTON", 61_000_000, writable=False),
)
FROM_CENTRE = Brought(
    acknowledged=214,
    newly_acknowledged=38,
    quarantined=1,
    orders=1,
    applied=["policy", "staff", "debts"],
    made=datetime(2026, 11, 24, 8, 5, tzinfo=UTC),
)


def centre_known(session: Session) -> None:
    """Let a trial device have a centre: one that nobody will ever reach."""
    record = CentreRecord(
        address="https://centre.invalid",
        ca="",
        root=Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw().hex(),
        delegations=(),
        intake=X25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw().hex(),
        unit="U-7",
        unit_name="الوحدة المحلية",
        vehicle=None,
        collector=None,
        epoch=1,
        certificate="",
        tls_key="",
    )
    keep_centre(session.store.db, record)


def put_in(stage: Stage, media: Sequence[Medium] = MEDIA) -> None:
    """Go to the screen while these sticks are in."""
    stage.do(centre_known)
    sees(stage, media)
    stage.go("queue")
    stage.tap(stage.screen.stick)


def sees(stage: Stage, media: Sequence[Medium]) -> None:
    """These sticks are in, whatever the machine of the test has."""
    vars(stage.desk.sticks)["media"] = lambda _data, done, _failed: done(list(media))


def stick_none(stage: Stage) -> None:
    """No stick is in."""
    with_shift(stage)
    put_in(stage, ())


def stick(stage: Stage) -> None:
    """Two sticks are in; the first is chosen."""
    with_shift(stage)
    put_in(stage)
    stage.tap(stage.screen.rows[str(MEDIA[0].path)])


def stick_folder(stage: Stage) -> None:
    """A folder is typed that is not there."""
    with_shift(stage)
    put_in(stage, MEDIA[:1])
    stage.tap(stage.screen.rows[""])
    stage.screen.folder.setText("/media/usb/NOT-THERE")
    stage.tap(stage.screen.write)


def stick_running(stage: Stage) -> None:
    """Half of it is written."""
    stick(stage)
    run = StickRun()
    run.far = Far("written", 1500, 3218)
    with patch.object(stage.desk.sticks, "run", lambda *_args: run):
        stage.tap(stage.screen.write)
        stage.screen.presenter.tick()


def stick_written(stage: Stage) -> None:
    """It is written, and what is to be done next."""
    stick(stage)
    stage.screen.presenter._used = MEDIA[0].path, MEDIA[0].name
    stage.screen.presenter._written(Written(177, 214, 214))


def stick_pulled(stage: Stage) -> None:
    """It was pulled out while it was written."""
    stick(stage)
    stage.screen.presenter._failed(KnownError("export.missing", path=MEDIA[0].path))


def stick_taken(stage: Stage) -> None:
    """What the centre wrote is in use."""
    stick(stage)
    with (
        patch("kiosk.ui.screens.stick_presenter.take_in", lambda _session: ()),
        patch("kiosk.ui.screens.stick_reading._require_folder"),
        patch("kiosk.sync.stick_take.take_stick", lambda *_args, **_more: FROM_CENTRE),
    ):
        stage.tap(stage.screen.take)


SCENES: dict[str, Callable[[Stage], None]] = {
    "stick": stick,
    "stick-running": stick_running,
    "stick-written": stick_written,
    "stick-taken": stick_taken,
}
