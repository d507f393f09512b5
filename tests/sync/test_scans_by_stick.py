"""Scans on sticks: after the entries, as many as fit, taken in once, answered by the centre's signature."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from central.attachments import read_scan
from central.usb import Imported, import_sticks
from kiosk.core.attachments_upload import upload_id
from kiosk.core.wire.safety import FILE as SAFETY
from kiosk.core.wire.stick_scans import HELD, LIST, scan_file
from kiosk.desk.session import Session
from kiosk.store.attachments import Held, State
from kiosk.store.scan_rules import ScanRules
from kiosk.sync import stick_scans
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.place import Place
from kiosk.sync.stick_scans import ScansGiven, give_scans
from kiosk.sync.stick_take import take_stick
from tests.acts import begin
from tests.desk.scans import scan
from tests.sync.enrolled import EnrolledDevice, sync
from tests.sync.test_scans import add, at_centre, back_up, begun, rules, states

SIZE = 20_000


@pytest.fixture
def teller(device: EnrolledDevice) -> Session:
    session = device.unlock("TEL-1")
    begin(session)
    return session


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    root = tmp_path / "stick"
    root.mkdir()
    return root


def export(session: Session, stick: Path) -> ScansGiven:
    """What `kiosk export` writes."""
    place = Place.of(session.store)
    export_sealed(Source.of(place), stick)
    return give_scans(place, stick)


def read_in(device: EnrolledDevice, stick: Path) -> Imported:
    (done,) = import_sticks(device.server.centre, stick)
    return done


def take(session: Session, stick: Path) -> int:
    done = take_stick(Place.of(session.store), stick)
    assert done.faults == []
    return done.scans


def file_of(stick: Path, held: Held) -> Path:
    (folder,) = stick.iterdir()
    return folder / scan_file(held.sums.sealed)


def test_scans_go_by_stick_without_any_line(device: EnrolledDevice, teller: Session, stick: Path) -> None:
    both = [add(teller, SIZE, "a"), add(teller, SIZE, "b")]
    given = export(teller, stick)
    assert (given.written, given.left, given.faults) == (2, 0, [])
    assert states(teller) == [State.WAITING] * 2, "an export is no upload"
    assert scan(SIZE, "a")[40:90] not in file_of(stick, both[0]).read_bytes()
    done = read_in(device, stick)
    assert (done.faults, done.scans.taken, done.scans.left) == ([], 2, 0)
    assert [at_centre(device, one) for one in both] == [scan(SIZE, "a"), scan(SIZE, "b")]
    assert take(teller, stick) == 2
    assert states(teller) == [State.SENT] * 2
    assert (take(teller, stick), read_in(device, stick).faults) == (0, [])
    assert sync(teller).scans.bytes == 0, "the line finds nothing left"


def test_a_device_that_never_has_a_line_learns_that_its_scans_are_safe(
    device: EnrolledDevice, teller: Session, stick: Path, tmp_path: Path
) -> None:
    held = add(teller, SIZE)
    export(teller, stick)
    read_in(device, stick)
    take(teller, stick)
    back_up(device, teller, tmp_path / "archive")
    again = export(teller, stick)
    assert (again.written, file_of(stick, held).exists()) == (0, False)
    read_in(device, stick)
    assert (take(teller, stick), states(teller)) == (1, [State.SAFE])
    assert take(teller, stick) == 0


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_entries_go_first_and_as_many_scans_as_fit(
    device: EnrolledDevice, teller: Session, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large, last = add(teller, SIZE), add(teller, 5 * SIZE), add(teller, SIZE, "last")
    free = stick_scans._RESERVE + 2 * SIZE
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, free))
    given = export(teller, stick)
    assert (given.written, given.left) == (2, 1)
    done = read_in(device, stick)
    assert (done.faults, done.outcomes[0], done.scans.taken, done.scans.left) == ([], "stored", 2, 1)
    take(teller, stick)
    assert states(teller) == [State.SENT, State.WAITING, State.SENT]
    assert sync(teller).scans.whole == 1
    assert [len(at_centre(device, one)) for one in (small, large, last)] == [SIZE, 5 * SIZE, SIZE]


def test_a_scan_that_was_altered_on_the_stick_is_named_and_the_others_are_taken(
    device: EnrolledDevice, teller: Session, stick: Path
) -> None:
    bad, good, gone = (add(teller, SIZE, seed) for seed in "abc")
    export(teller, stick)
    file_of(stick, bad).write_bytes(bytes(file_of(stick, bad).stat().st_size))
    file_of(stick, gone).unlink()
    file_of(stick, gone).symlink_to("/etc/hostname")
    done = read_in(device, stick)
    assert [one.code for one in done.faults] == ["export.file_altered", "file.missing"]
    assert done.scans.taken == 1
    take(teller, stick)
    assert states(teller) == [State.WAITING, State.SENT, State.WAITING]
    assert at_centre(device, good) == scan(SIZE, "b")
    again = give_scans(Place.of(teller.store), stick)
    assert again.written == 2, "what lies there is read again, and written anew"
    assert read_in(device, stick).faults == []
    assert (take(teller, stick), states(teller)) == (2, [State.SENT] * 3)


@pytest.mark.parametrize("name", [LIST, HELD])
def test_a_list_or_an_answer_that_nobody_signed_is_believed_by_nobody(
    device: EnrolledDevice, teller: Session, stick: Path, name: str
) -> None:
    held = add(teller, SIZE)
    export(teller, stick)
    if name == HELD:
        read_in(device, stick)
        file_of(stick, held).with_name(SAFETY).unlink()
    path = file_of(stick, held).with_name(name)
    path.write_bytes(path.read_bytes().replace(b'"sealed":"', b'"sealed":"0')[:-1])
    if name == LIST:
        done = read_in(device, stick)
        assert len(done.faults) == 1
        assert begun(device, held) == -1
    brought = take_stick(Place.of(teller.store), stick)
    assert (brought.scans, len(brought.faults)) == (0, 1 if name == HELD else 0)
    assert states(teller) == [State.WAITING]


def test_what_began_over_the_line_ends_by_stick_and_damage_here_is_said(
    device: EnrolledDevice, teller: Session, stick: Path
) -> None:
    half, torn = add(teller, 5 * SIZE), add(teller, SIZE)
    teller.store.attachments.file(torn.attachment).write_bytes(b"torn")
    rules(teller, ScanRules(day_bytes=1000))
    sync(teller)
    assert 0 < begun(device, half) < 5 * SIZE
    given = give_scans(Place.of(teller.store), stick)
    assert (given.written, [one.code for one in given.faults]) == (1, ["attachment.damaged"])
    done = read_in(device, stick)
    assert (done.faults, done.scans.taken) == ([], 1)
    assert read_scan(device.server.centre, half.attachment)[1] == scan(5 * SIZE)
    take(teller, stick)
    assert states(teller) == [State.SENT, State.WAITING]
    parts = device.server.centre.folder.attachments / "parts"
    assert not parts.joinpath(upload_id(teller.store.device_signer.by, half.sums.sealed)).exists()
