"""The second medium holds the whole journal, says when it cannot, and knows a disk that was put back."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from kiosk.commands import desk_session
from kiosk.core.errors import KnownError
from kiosk.core.wire.batch import MAX_ENTRIES
from kiosk.core.wire.export_manifest import MANIFEST, MARK, sign_manifest
from kiosk.store.incidents import standing_incidents
from kiosk.store.verify import verify
from kiosk.sync import export, second_medium, stick
from kiosk.sync.export import check_folder
from kiosk.sync.medium_worker import MediumWorker
from kiosk.sync.place import Place, now
from kiosk.sync.second_medium import check_medium, due, fault_error, verify_medium, write_medium
from tests.acts import ask, begin, finish, in_drawer, pay_for, read_x, tally
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.sync.enrolled import EnrolledDevice, sync
from tests.sync.media import EAGER, POLICY, Card, look, state_of, types


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return Card(tmp_path / "card")


def test_a_registered_card_holds_every_entry_at_once_and_says_so_in_the_journal(
    copy: EnrolledDevice, card: Card
) -> None:
    session = copy.unlock("SUP-1")
    state = card.put_in(session)
    manifest = card.manifest(session)
    assert (manifest.first, manifest.last) == (1, state.through)
    assert types(session)[-2:] == ["medium.registered", "medium.written"]
    assert verify_medium(Place.of(session.store)) == manifest
    assert verify(session.store).clean


def test_it_is_written_at_a_close_after_so_many_entries_and_after_an_hour(
    copy: EnrolledDevice, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    place = Place.of(session.store)
    assert due(place, state_of(session), EAGER) is None
    begin(session)
    few = replace(POLICY, medium_entries=3, medium_minutes=60)
    assert due(place, state_of(session), few) is None
    read_x(session)
    read_x(session)
    assert due(place, state_of(session), few) == "count"
    assert look(session, few).through == place.seq() - 1
    read_x(session)
    later = now() + timedelta(minutes=61)
    monkeypatch.setattr(second_medium, "now", lambda: later)
    assert due(place, state_of(session), few) == "age"
    look(session, few)
    assert due(place, state_of(session), few) is None
    monkeypatch.undo()
    tally(session)
    finish(session, in_drawer(session))
    assert due(place, state_of(session), POLICY) == "close"
    look(session, POLICY)
    assert card.manifest(session).last == place.seq() - 1


def test_what_the_centre_has_confirmed_is_not_urgent(device: EnrolledDevice, card: Card) -> None:
    session = device.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    sync(session)
    waits = replace(POLICY, medium_entries=2)
    assert due(Place.of(session.store), state_of(session), waits) is None


def test_the_last_batch_grows_and_full_ones_stay(
    copy: EnrolledDevice, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.export.MAX_ENTRIES", 5)
    monkeypatch.setattr("kiosk.sync.second_medium.MAX_ENTRIES", 5)
    session = copy.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    look(session)
    before = card.manifest(session)
    for _ in range(4):
        read_x(session)
        look(session)
    after = card.manifest(session)
    full = [one for one in before.batches() if one.last - one.first == 4]
    assert full
    assert after.batches()[: len(full)] == tuple(full)
    assert {path.name for path in card.folder(session).iterdir()} == {
        MARK, MANIFEST, *(one.name for one in after.files),
    }  # fmt: skip
    assert MAX_ENTRIES == 500


def test_a_card_that_is_out_full_or_locked_fails_no_act_and_is_told_once(
    copy: EnrolledDevice, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    away = card.root.with_name("away")
    card.root.rename(away)
    assert look(session).fault == "missing"
    card.root.mkdir()
    assert look(session).fault == "missing", "an empty mount point is no card"
    assert not any(card.root.iterdir())
    pay_for(session, ask(session))
    assert look(session).fault == "missing"
    assert types(session).count("medium.failed") == 1
    error = fault_error(state_of(session))
    assert error is not None
    assert error.code == "medium.missing"
    card.root.rmdir()
    away.rename(card.root)
    for number, fault in ((errno.ENOSPC, "full"), (errno.EROFS, "read_only"), (errno.EIO, "failing")):
        monkeypatch.setattr(stick, "write_durably", _refusing(number))
        assert look(session).fault == fault
    monkeypatch.undo()
    healed = look(session)
    assert (healed.fault, healed.since) == (None, None)
    assert card.manifest(session).last == healed.through
    assert types(session).count("medium.failed") == 1
    assert verify(session.store).clean


def _refusing(number: int) -> object:
    def refuse(path: Path, data: bytes) -> None:
        raise OSError(number, os.strerror(number), str(path))

    return refuse


def test_a_card_that_gives_back_other_bytes_is_not_called_written(
    copy: EnrolledDevice, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = copy.unlock("TEL-1")
    through = card.put_in(session).through
    begin(session)
    monkeypatch.setattr(stick, "write_durably", lambda path, data: path.write_bytes(data[:-1] + b"?"))
    state = look(session)
    assert (state.fault, state.through) == ("damaged", through)


def test_another_card_in_its_place_is_not_written_to(
    copy: EnrolledDevice, card: Card, tmp_path: Path
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    other = Card(tmp_path / "other")
    shutil.copytree(card.root, other.root)
    (card.folder(session) / MARK).unlink()
    replaced = other.put_in(session)
    assert replaced.medium == state_of(session).medium
    again = Card(card.root)
    fresh = again.put_in(session)
    assert fresh.medium != replaced.medium
    shutil.rmtree(card.root)
    shutil.copytree(other.root, card.root)
    begin(session)
    assert look(session).fault == "other"


def put_back(copy: EnrolledDevice, older: Path) -> None:
    """The disk as it was when `older` was copied."""
    copy.close()
    shutil.rmtree(copy.root)
    shutil.copytree(older, copy.root)


def test_a_disk_put_back_to_an_older_state_is_found_by_the_card_and_stops_new_money(
    copy: EnrolledDevice, card: Card, tmp_path: Path
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    copy.close()
    shutil.copytree(copy.root, tmp_path / "older")
    session = copy.unlock("TEL-1")
    for _ in range(3):
        pay_for(session, ask(session))
    known = look(session).through
    put_back(copy, tmp_path / "older")
    session = copy.unlock("TEL-1")
    place = Place.of(session.store)
    with pytest.raises(KnownError) as caught:
        check_medium(place)
    assert caught.value.code == "medium.knows_more"
    assert [(one.kind, one.at) for one in standing_incidents(session.store.db)] == [("rollback", known)]
    assert card.manifest(session).last == known, "the evidence is left as it is"
    with pytest.raises(KnownError, match=r"medium\.knows_more"):
        card.put_in(session)


def test_no_command_opens_a_shift_on_a_disk_that_was_put_back(
    copy: EnrolledDevice,
    card: Card,
    tmp_path: Path,
    command_line: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    copy.close()
    shutil.copytree(copy.root, tmp_path / "older")
    look_again = copy.unlock("TEL-1")
    for _ in range(3):
        write_medium(Place.of(look_again.store), "asked")
    put_back(copy, tmp_path / "older")
    monkeypatch.setattr(desk_session, "OPENING", CHEAP)
    monkeypatch.setenv("KIOSK_STORE", str(copy.root))
    monkeypatch.setenv("KIOSK_STAFF", "TEL-1")
    monkeypatch.setenv("KIOSK_SECRET", copy.secrets["TEL-1"])
    refused = command_line("shift", "open", "--count", "200=1", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (3, "stop.incident")
    for _ in range(2):
        assert command_line("medium", "check", "--json").json["error"]["code"] == "medium.differs"
    assert types(copy.unlock("TEL-1")).count("technical.incident") == 1
    copy.close()
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    monkeypatch.setenv("KIOSK_STAFF", "SUP-1")
    monkeypatch.setenv("KIOSK_SECRET", copy.secrets["SUP-1"])
    said = command_line("medium", "register", str(fresh), "--json").json["medium"]
    assert (said["path"], said["error"]) == (str(fresh), None), "a new card serves, the old one is evidence"


def test_a_journal_that_went_another_way_is_found_when_the_card_is_written(
    copy: EnrolledDevice, card: Card, tmp_path: Path
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    copy.close()
    shutil.copytree(copy.root, tmp_path / "older")
    session = copy.unlock("TEL-1")
    read_x(session)
    look(session)
    put_back(copy, tmp_path / "older")
    session = copy.unlock("TEL-1")
    for _ in range(6):
        read_x(session)
    look(session)
    assert [one.kind for one in standing_incidents(session.store.db)] == ["fork"]
    assert types(session)[-2:] == ["technical.incident", "medium.failed"]
    assert state_of(session).fault == "contradicts"
    assert look(session).fault == "contradicts"
    assert types(session).count("medium.failed") == 1


def test_nobody_frames_a_device_with_a_later_manifest(
    copy: EnrolledDevice, card: Card, server: object, tmp_path: Path
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    forged = replace(card.manifest(session), first=1, last=9_000, count=9_000)
    stranger = session.store.unlocked.staff_key.private
    forged = replace(forged, files=(replace(forged.batches()[0], first=1, last=9_000),))
    (card.folder(session) / MANIFEST).write_bytes(sign_manifest(forged, stranger))
    assert check_medium(Place.of(session.store)) is not None
    assert standing_incidents(session.store.db) == ()
    begin(session)
    assert look(session).fault is None
    assert card.manifest(session).last == state_of(session).through


def test_a_damaged_file_is_named_by_the_check(copy: EnrolledDevice, card: Card) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    path = card.folder(session) / card.manifest(session).batches()[0].name
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(KnownError, match=r"export\.file_altered"):
        verify_medium(Place.of(session.store))


def test_a_file_that_rots_is_written_anew_at_the_next_close(
    copy: EnrolledDevice, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.export.MAX_ENTRIES", 5)
    monkeypatch.setattr("kiosk.sync.second_medium.MAX_ENTRIES", 5)
    session = copy.unlock("TEL-1")
    card.put_in(session)
    path = card.folder(session) / card.manifest(session).batches()[1].name
    path.write_bytes(bytes(len(path.read_bytes())))
    begin(session)
    look(session)
    with pytest.raises(KnownError, match=r"export\.file_altered"):
        verify_medium(Place.of(session.store))
    tally(session)
    finish(session, in_drawer(session))
    assert look(session).fault is None
    assert verify_medium(Place.of(session.store)) == card.manifest(session)


def test_nothing_on_the_card_tells_an_amount_a_name_or_who_worked(copy: EnrolledDevice, card: Card) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    pay_for(session, ask(session))
    look(session)
    everything = b"".join(path.read_bytes() for path in card.folder(session).iterdir())
    for secret in (b"TEL-1", b"payment.taken", b"piastres", "سعاد".encode(), b"20000"):
        assert secret not in everything


def test_the_worker_writes_in_the_background_and_tells(copy: EnrolledDevice, card: Card) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    tally(session)
    finish(session, in_drawer(session))
    told, bugs = Event(), list[Exception]()
    worker = MediumWorker(session.store, told.set, bugs.append)
    worker.start()
    try:
        assert told.wait(20)
    finally:
        assert worker.stop()
    assert bugs == []
    assert card.manifest(session).last == state_of(session).through
    assert types(session)[-1] == "medium.written"


class CutError(Exception):
    """The power went, or the card was pulled out."""


def test_a_cut_at_any_file_leaves_a_list_whose_files_are_all_there(
    copy: EnrolledDevice, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = copy.unlock("TEL-1")
    card.put_in(session)
    begin(session)
    seen: list[str] = []
    for done in range(20):
        pay_for(session, ask(session))
        seen = cut_after(monkeypatch, done)
        with suppress(CutError):
            look(session)
        monkeypatch.undo()
        manifest = card.manifest(session)
        check_folder(card.folder(session), manifest)
        assert manifest.last >= state_of(session).through
        if len(seen) < done:
            break
    assert 3 < len(seen) < done, "the last one was not cut: every place was tried"
    assert look(session).fault is None
    assert verify_medium(Place.of(session.store)) == card.manifest(session)
    assert verify(session.store).clean


def cut_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> list[str]:
    """Let so many steps on the card happen; the names of those that did."""
    seen: list[str] = []

    def stepwise(act: Callable[..., None]) -> Callable[..., None]:
        def step(path: Path, *more: bytes) -> None:
            if len(seen) == steps:
                raise CutError
            seen.append(path.name)
            act(path, *more)

        return step

    for module, name in ((stick, "write_durably"), (export, "remove_durably")):
        monkeypatch.setattr(module, name, stepwise(getattr(module, name)))
    return seen
