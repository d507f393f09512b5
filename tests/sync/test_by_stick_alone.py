"""A device that never has a line: what is safe at the centre comes by stick, and a period may leave it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from central.apply import apply_all
from central.usb import import_sticks
from central.usb_out import export_stick
from kiosk.core.wire.safety import FILE
from kiosk.desk.journal_periods import begin_period, drop_period
from kiosk.desk.session import Session
from kiosk.store.attachments import State
from kiosk.store.periods import first_kept
from kiosk.store.sync_state import (
    acknowledged,
    last_contact,
    persons_delivered,
    persons_safe,
    persons_through,
)
from kiosk.store.verify import verify
from kiosk.sync.place import Place
from kiosk.sync.stick_give import give_stick
from kiosk.sync.stick_take import Brought, take_stick
from tests.store.turning import close_shift
from tests.sync.enrolled import EnrolledDevice, sync
from tests.sync.test_persons_safe import erase_people, refusal
from tests.sync.test_restored import Centre, centre, vehicle, work
from tests.sync.test_scans import add, states

__all__ = ["centre", "vehicle"]
SIZE = 20_000


@pytest.fixture
def stick(centre: Centre, tmp_path: Path) -> Iterator[Path]:
    """A stick; the time that passes at the centre meanwhile is taken back."""
    root = tmp_path / "stick"
    root.mkdir()
    yield root
    centre.server.clock.ahead = timedelta()


def carry(session: Session, centre: Centre, stick: Path) -> None:
    """What waits goes to the centre, and its answer comes back on the same stick."""
    give(session, stick)
    for one in import_sticks(centre.server.centre, stick):
        assert one.faults == []
    assert bring(session, centre, stick).faults == []


def give(session: Session, stick: Path) -> None:
    give_stick(
        Place.of(session.store),
        session.staff,
        session.roles,
        stick,
        progress=lambda _done, _of: None,
        scanning=lambda _done, _of: None,
        stop=lambda: False,
    )


def bring(session: Session, centre: Centre, stick: Path) -> Brought:
    """The centre writes what it has for the device."""
    export_stick(centre.server.centre, session.store.device_signer.by, stick)
    return take_stick(Place.of(session.store), stick)


def test_a_device_that_lives_by_sticks_drops_a_period_after_the_evidence_and_not_before(
    centre: Centre, vehicle: EnrolledDevice, stick: Path
) -> None:
    session = vehicle.unlock("TEL-1")
    heard = last_contact(session.store.db)
    work(session)
    held = add(session, SIZE)
    close_shift(session)
    session = vehicle.unlock("SUP-1")
    begin_period(session)
    carry(session, centre, stick)
    db = session.store.db
    assert persons_through(db) >= persons_delivered(db) > 0, "no line said that the records are there"
    assert (states(session), refusal(session)) == ([State.SENT], "journal.not_safe")
    erase_people(session)
    for _ in range(6):
        centre.server.clock.pass_time(timedelta(days=31))
        work(vehicle.unlock("TEL-1"))
        session = vehicle.unlock("SUP-1")
        carry(session, centre, stick)
    assert refusal(session) == "journal.not_safe", "half a year, and no back-up yet"
    apply_all(centre.server.centre)
    centre.backup()
    give(session, stick)
    for one in import_sticks(centre.server.centre, stick):
        (one.path / FILE).unlink()
    without = export_stick_of_before(centre, session, stick)
    assert without.faults == []
    kept = acknowledged(session.store.db)
    assert kept is not None
    assert kept.safe_through >= first_kept(session.store.db)
    assert refusal(session) == "journal.persons_not_safe"
    assert bring(session, centre, stick).faults == []
    assert persons_safe(session.store.db) > 0
    gone = drop_period(session)
    assert gone.first <= held.seq <= gone.last
    assert first_kept(session.store.db) == gone.last + 1
    assert verify(session.store).clean
    assert last_contact(session.store.db) == heard, "and never a line"


def export_stick_of_before(centre: Centre, session: Session, stick: Path) -> Brought:
    """A stick of a centre that does not tell of records and scans."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("central.usb_out._Writer.put", _all_but_safety())
        return bring(session, centre, stick)


def _all_but_safety() -> object:
    from central import usb_out

    put = usb_out._Writer.put

    def passed(writer: usb_out._Writer, kind: str, data: bytes) -> None:
        if kind != "safety":
            put(writer, kind, data)  # type: ignore[arg-type]

    return passed


def test_an_older_stick_takes_nothing_back(
    centre: Centre, vehicle: EnrolledDevice, stick: Path, tmp_path: Path
) -> None:
    session = vehicle.unlock("TEL-1")
    work(session)
    old = tmp_path / "old"
    old.mkdir()
    give(session, old)
    import_sticks(centre.server.centre, old)
    export_stick(centre.server.centre, session.store.device_signer.by, old)
    work(session)
    carry(session, centre, stick)
    through = persons_through(session.store.db)
    assert take_stick(Place.of(session.store), old).faults == []
    assert persons_through(session.store.db) == through
    result = sync(session)
    assert (result.error, result.persons) == (None, 0), "the line has no record to send"


def test_records_whose_file_was_lost_on_the_way_go_out_again(
    centre: Centre, vehicle: EnrolledDevice, stick: Path
) -> None:
    session = vehicle.unlock("TEL-1")
    work(session)
    give(session, stick)
    (lost,) = stick.rglob("persons-*.json")
    lost.unlink()
    import_sticks(centre.server.centre, stick)
    assert bring(session, centre, stick).faults == []
    assert persons_through(session.store.db) == 0
    work(session)
    carry(session, centre, stick)
    assert persons_through(session.store.db) >= persons_delivered(session.store.db) > 0
    assert sync(session).persons == 0
