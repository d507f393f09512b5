"""Scans on the second medium: those that are not safe yet, each written once; and a dead machine."""

import shutil
from pathlib import Path

import pytest

from central.usb import import_sticks
from kiosk.core.errors import KnownError
from kiosk.core.wire.stick_scans import LIST, scan_file
from kiosk.desk.session import Session
from kiosk.store.attachments import Held, State
from kiosk.store.medium_state import medium_of
from kiosk.sync import second_medium
from kiosk.sync.place import Place
from kiosk.sync.recovery import carry, left_behind, look_at
from kiosk.sync.second_medium import verify_medium, write_medium
from kiosk.sync.stick_take import take_answers
from tests.acts import begin
from tests.desk.scans import scan
from tests.sync.enrolled import EnrolledDevice, sync
from tests.sync.media import Card, look
from tests.sync.test_scans import add, at_centre, back_up, states
from tests.sync.test_scans_by_stick import Usage

SIZE, MORE = 20_000, 1 << 40


@pytest.fixture
def teller(device: EnrolledDevice) -> Session:
    session = device.unlock("TEL-1")
    begin(session)
    return session


@pytest.fixture
def card(teller: Session, tmp_path: Path) -> Card:
    made = Card(tmp_path / "card")
    made.put_in(teller)
    return made


def file_of(card: Card, session: Session, held: Held) -> Path:
    return card.folder(session) / scan_file(held.sums.sealed)


def on_card(card: Card, session: Session) -> int:
    return len(list(card.folder(session).glob("scan-*.sealed")))


def test_a_scan_lies_on_the_card_sealed_until_a_back_up_of_the_centre_holds_it(
    device: EnrolledDevice, teller: Session, card: Card, tmp_path: Path
) -> None:
    held = add(teller, SIZE)
    state = look(teller)
    assert (state.scans, state.scans_left, state.scans_due) == (1, 0, False)
    path = file_of(card, teller, held)
    written = path.stat().st_mtime_ns, (card.folder(teller) / LIST).stat().st_mtime_ns
    assert scan(SIZE, "scan")[40:90] not in path.read_bytes()
    other = add(teller, SIZE, "other")
    assert look(teller).scans == 2
    assert path.stat().st_mtime_ns == written[0], "written once"
    after = (card.folder(teller) / LIST).stat().st_mtime_ns
    write_medium(Place.of(teller.store), "asked")
    assert (card.folder(teller) / LIST).stat().st_mtime_ns == after > written[1], "only when it says another"
    sync(teller)
    assert states(teller) == [State.SENT] * 2
    assert look(teller).scans == 2, "at the centre, and in no back-up"
    back_up(device, teller, tmp_path / "archive")
    sync(teller)
    assert states(teller) == [State.SAFE] * 2
    assert (write_medium(Place.of(teller.store), "asked").scans, on_card(card, teller)) == (0, 0)
    assert not file_of(card, teller, other).exists()


def test_one_that_rotted_is_written_anew_at_the_close_and_named_by_a_check(
    teller: Session, card: Card
) -> None:
    path = file_of(card, teller, add(teller, SIZE))
    look(teller)
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    with pytest.raises(KnownError) as caught:
        verify_medium(Place.of(teller.store))
    assert caught.value.code == "export.file_altered"
    write_medium(Place.of(teller.store), "close")
    assert path.read_bytes() == sound
    assert verify_medium(Place.of(teller.store)) is not None


def test_entries_come_first_and_scans_take_what_room_is_left(
    teller: Session, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = add(teller, SIZE, "sent")
    look(teller)
    sync(teller)
    add(teller, SIZE, "new")
    free = [0, MORE, MORE]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, free.pop(0)))
    state = look(teller)
    assert state.fault is None
    assert state.through == teller.store.journal.state().seq - 1, "every entry is there"
    assert (state.scans, state.scans_left, state.scans_due) == (0, 1, True), "the sent one makes room"
    assert not file_of(card, teller, sent).exists()
    state = look(teller)
    assert (state.scans, state.scans_left) == (2, 0)


def test_a_look_that_is_ended_goes_on_with_the_next_one(
    teller: Session, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in ("a", "b"):
        add(teller, SIZE, seed)
    monkeypatch.setattr(second_medium, "_SLICE_NS", 0)
    state = look(teller)
    assert (state.scans, state.scans_due, on_card(card, teller)) == (0, True, 0)
    monkeypatch.undo()
    state = look(teller)
    assert (state.scans, state.scans_due, on_card(card, teller)) == (2, False, 2)


def test_a_card_that_is_pulled_out_among_scans_is_said_and_made_good(
    teller: Session, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(teller, SIZE)

    def gone(*_args: object, **_more: object) -> None:
        raise KnownError("export.missing", path=card.root)

    monkeypatch.setattr(second_medium, "copy_scans", gone)
    state = look(teller)
    assert (state.fault, state.through) == ("missing", teller.store.journal.state().seq - 2)
    monkeypatch.undo()
    state = look(teller)
    assert (state.fault, state.scans) == (None, 1)


def test_a_dead_machine_gives_its_scans_to_the_centre_by_its_card(
    device: EnrolledDevice, teller: Session, card: Card, tmp_path: Path
) -> None:
    held = [add(teller, SIZE, "a"), add(teller, SIZE, "b")]
    look(teller)
    (found,) = look_at(card.root)
    assert (found.faults, len(found.scans)) == ([], 2)
    stick = tmp_path / "stick"
    stick.mkdir()
    assert left_behind(found, carry(found, stick)) == 0
    (done,) = import_sticks(device.server.centre, stick)
    assert (done.faults, done.scans.taken) == ([], 2)
    assert [at_centre(device, one) for one in held] == [scan(SIZE, "a"), scan(SIZE, "b")]
    file_of(card, teller, held[0]).unlink()
    (found,) = look_at(card.root)
    assert [one.code for one in found.faults] == ["export.file_altered"]


def test_the_answer_on_the_card_counts_for_scans_as_one_on_a_stick_does(
    device: EnrolledDevice, teller: Session, card: Card
) -> None:
    add(teller, SIZE)
    look(teller)
    (done,) = import_sticks(device.server.centre, card.root)
    assert done.faults == []
    found = take_answers(Place.of(teller.store), card.root)
    assert found.acknowledgement is not None
    assert (found.scans, states(teller)) == (1, [State.SENT])
    assert take_answers(Place.of(teller.store), card.root).scans == 0
    assert medium_of(teller.store.db) is not None
