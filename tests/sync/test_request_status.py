"""What the centre says of a request reaches the devices of its unit, whole and with its age."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.request_log import Saying, say_status
from central.usb_out import export_stick
from kiosk.core.errors import KnownError
from kiosk.core.wire.manifest import DatasetRef
from kiosk.core.wire.request_status import (
    REQUEST_STATUS,
    RequestStatus,
    RequestStatuses,
    statuses_content,
)
from kiosk.desk.follow import Word, follow
from kiosk.store.request_told import held_version, put_told, told_count
from kiosk.sync.place import Place
from kiosk.sync.request_status import apply_statuses
from kiosk.sync.stick_take import take_stick
from tests.acts import ask, begin
from tests.core.wire.test_request_status import INCOMPLETE
from tests.sync.enrolled import EnrolledDevice, make_enrolled, sync

BY = "ADM-1"


def code(value: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        value()
    return caught.value.code


def test_a_status_goes_down_to_the_devices_of_the_unit_and_answers_the_citizen(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session, centre = device.unlock("TEL-1"), device.server.centre
    begin(session)
    tracking = ask(session)
    (page,) = follow(session, tracking)
    assert (page.word, page.said, page.here) == (Word.WAITS, None, True)
    sync(session)
    device.server.settle()
    (page,) = follow(session, tracking)
    assert (page.word, page.said and page.said.state) in ((Word.ARRIVED, None), (Word.SAID, "received"))
    day = centre.now().date() + timedelta(days=10)
    say_status(centre, tracking, Saying("incomplete", BY, note="صورة العقد", until=day))
    before = session.store.journal.state().seq
    assert REQUEST_STATUS in sync(session).applied
    assert session.store.journal.state().seq > before
    (page,) = follow(session, tracking.lower())
    assert page.said is not None
    assert (page.word, page.said.state, page.said.note, page.said.until) == (
        Word.SAID,
        "incomplete",
        "صورة العقد",
        day,
    )
    assert (page.overdue, page.papers) == (False, ())
    assert page.age is not None
    assert datetime.now(UTC) - page.age.as_of < timedelta(minutes=5)
    another_device_answers_too(device, tracking, tmp_path)
    say_status(centre, tracking, Saying("refused", BY, note="لم يُستكمل"))
    sync(session)
    (page,) = follow(session, tracking)
    assert page.said is not None
    assert (page.said.state, page.left) == ("refused", 0)


def another_device_answers_too(device: EnrolledDevice, tracking: str, folder: Path) -> None:
    """One of the same unit, which has what the centre says from a stick."""
    other = make_enrolled(folder / "other", device.server)
    session, stick = other.unlock("SUP-1"), folder / "stick"
    place = Place.of(session.store)
    put_told(session.store.db, [])
    session.store.db.conn.execute("DELETE FROM snapshot_applied WHERE dataset = ?", (REQUEST_STATUS,))
    assert code(lambda: follow(session, tracking)) == "follow.never_told"
    stick.mkdir()
    export_stick(device.server.centre, place.me.device, stick)
    assert REQUEST_STATUS in take_stick(place, stick).applied
    (page,) = follow(session, tracking)
    assert page.said is not None
    assert (page.here, page.said.state, page.left) == (False, "incomplete", 0)
    assert page.name is not None
    assert code(lambda: follow(session, f"{tracking[:-6]}999999")) == "follow.not_told"
    other.close()


def several(count: int, state: str = "accepted") -> tuple[RequestStatus, ...]:
    return tuple(
        replace(INCOMPLETE, tracking=f"D00000042-2026-{n:06d}", state=state, note=None, until=None)
        for n in range(1, count + 1)
    )


def version_of(number: int, count: int) -> tuple[DatasetRef, bytes]:
    data = statuses_content(RequestStatuses(unit="U-0101", statuses=several(count)))
    ref = DatasetRef(
        name=REQUEST_STATUS, version=number, form="plain", hash="ab" * 32, file="cd" * 32, size=1,
        plain_size=len(data), rows=count, as_of=datetime(2026, 7, 1, tzinfo=UTC), valid_until=None,
        applied=None,
    )  # fmt: skip
    return ref, data


def test_a_great_loss_waits_for_a_person_and_what_cannot_be_read_leaves_the_one_before(
    copy: EnrolledDevice,
) -> None:
    session = copy.unlock("TEL-1")
    place, db = Place.of(session.store), session.store.db
    first = held_version(db) + 1
    apply_statuses(place, *version_of(first, 60))
    ref, less = version_of(first + 1, 29)
    assert code(lambda: apply_statuses(place, ref, less)) == "sync.statuses_shrunk"
    assert (told_count(db), held_version(db)) == (60, first)
    assert code(lambda: apply_statuses(place, ref, less[:-2])) == "sync.unreadable_data"
    personal = less.replace(b'"note":null', b'"note":"01012345678"', 1)
    assert code(lambda: apply_statuses(place, ref, personal)) == "sync.unreadable_data"
    assert (told_count(db), held_version(db)) == (60, first)
    apply_statuses(place, ref, less, accept_smaller=True)
    assert (told_count(db), held_version(db)) == (29, first + 1)
    entries = session.store.journal.state().seq
    apply_statuses(place, ref, less)
    assert session.store.journal.state().seq == entries, "the same version makes one entry"


def test_a_version_is_put_in_use_with_its_entry_or_not_at_all(
    copy: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = copy.unlock("TEL-1")
    place, db = Place.of(session.store), session.store.db
    first = held_version(db) + 1
    apply_statuses(place, *version_of(first, 3))

    def fail(*_: object) -> None:
        raise OSError("power")

    monkeypatch.setattr("kiosk.sync.place.Act.append", fail)
    with pytest.raises(OSError, match="power"):
        apply_statuses(place, *version_of(first + 1, 5))
    assert (told_count(db), held_version(db)) == (3, first)
