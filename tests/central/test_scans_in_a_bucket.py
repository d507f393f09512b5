"""A centre whose scans are in a bucket does all that one with a folder does.

Beside a store that is away, wrong or in trouble money goes on, and no scan is lost; moves there and back lose
none either.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from central.__main__ import central
from central.attachments import list_scans, read_scan, store_of, sweep_erased, take_whole
from central.backup import check_backup, make_backup
from central.centre import open_centre
from central.commands.base import run
from central.ingest import find_device
from central.object_store import ObjectStore
from central.object_store_client import SLOTS
from central.object_store_config import BucketPlace
from central.restore import restore
from central.scan_store import FolderStore
from central.scan_store_move import move_scans
from central.tidy import Tidying, keep_house, tidy
from kiosk.core.attachments_upload import LEAST_PIECE, PIECE, Upload
from kiosk.core.errors import KnownError
from tests.central.device import Device
from tests.central.s3 import Fault, FaultyStore, S3Server, closed_port, elsewhere, write_scans_file
from tests.central.server import TestServer, running
from tests.central.test_attachments import (
    Sent,
    code,
    kept_of,
    new_scan,
    test_a_file_may_come_before_its_entry,
    test_a_piece_on_the_disk_without_its_row_is_sent_again,
    test_a_scan_comes_up_in_pieces_and_opens_at_the_centre,
    test_a_scan_goes_with_its_person_also_half_way,
    test_a_scan_whose_joining_failed_is_joined_when_asked,
    test_a_server_that_starts_anew_knows_how_far_every_scan_is,
    test_bytes_that_a_restored_folder_has_no_more_are_asked_for_again,
    test_bytes_that_are_not_what_was_announced_begin_anew,
    test_commands_list_scans_and_open_one,
)
from tests.central.test_backup import keys_only
from tests.central.test_backup_scans import (
    is_safe,
    keep,
    name_of,
    sent,
    test_a_scan_is_safe_once_a_back_up_that_counts_has_it,
    test_a_scan_that_is_erased_while_the_back_up_runs_is_not_lost,
    test_a_scan_that_the_centre_lost_is_named_and_asked_for_again,
)

AS_IN_THE_FOLDER = (
    sent,
    test_a_file_may_come_before_its_entry,
    test_a_piece_on_the_disk_without_its_row_is_sent_again,
    test_a_scan_comes_up_in_pieces_and_opens_at_the_centre,
    test_a_scan_goes_with_its_person_also_half_way,
    test_a_scan_is_safe_once_a_back_up_that_counts_has_it,
    test_a_scan_that_is_erased_while_the_back_up_runs_is_not_lost,
    test_a_scan_that_the_centre_lost_is_named_and_asked_for_again,
    test_a_scan_whose_joining_failed_is_joined_when_asked,
    test_a_server_that_starts_anew_knows_how_far_every_scan_is,
    test_bytes_that_a_restored_folder_has_no_more_are_asked_for_again,
    test_bytes_that_are_not_what_was_announced_begin_anew,
    test_commands_list_scans_and_open_one,
)
"""Tests that are run again here, with the server of this file."""


@pytest.fixture(scope="module")
def place(s3: S3Server) -> BucketPlace:
    return s3.place()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, place: BucketPlace) -> Iterator[TestServer]:
    """A centre of its own; its scans are in the bucket."""
    with running(tmp_path_factory.mktemp("bucket")) as started:
        started.add_people()
        started.add_data()
        write_scans_file(started.centre.folder, place)
        move_scans(started.centre, into_bucket=True)
        yield started


@contextmanager
def reaching(server: TestServer, other: BucketPlace, **lines: str) -> Iterator[None]:
    """`DATA/scans` leads elsewhere meanwhile."""
    before = server.centre.folder.scans_file.read_text()
    write_scans_file(server.centre.folder, other, lines)
    try:
        yield
    finally:
        server.centre.folder.scans_file.unlink(missing_ok=True)
        server.centre.folder.scans_file.write_text(before)
        server.centre.folder.scans_file.chmod(0o600)


def away(place: BucketPlace) -> dict[str, str]:
    return {"endpoint": closed_port(), "ca": ""}


def said(
    server: TestServer, capsys: pytest.CaptureFixture[str], *words: str, root: Path | None = None
) -> tuple[int, Any]:
    folder = str(root or server.centre.folder.root)
    capsys.readouterr()
    exit_code = run(central, [*words, "--folder", folder, "--json"])
    out = capsys.readouterr()
    return exit_code, json.loads(out.out or out.err)


def test_nothing_of_a_scan_lies_in_the_folder(server: TestServer, sent: Sent) -> None:
    assert isinstance(store_of(server.centre), ObjectStore)
    assert name_of(sent) in kept_of(server)
    assert list(FolderStore(server.centre.folder.attachments).wholes()) == []


@pytest.mark.parametrize("how", ["away", "refused", "file gone", "another store"])
def test_without_its_store_a_server_loses_no_scan_and_goes_on_with_money(
    server: TestServer, place: BucketPlace, device: Device, how: str
) -> None:
    half = new_scan(device)
    half.entry()
    half.begin()
    half.add(0)
    whole = new_scan(device, 20_000)
    whole.all()
    other = elsewhere(place) if how == "another store" else place
    lines = {"away": away(place), "refused": {"secret_key": "another"}}.get(how, {})
    with reaching(server, other, **lines):
        if how == "file gone":
            server.centre.folder.scans_file.unlink()
        for answer in (half.add(PIECE), whole.held(), whole.begin()):
            if answer.status_code != 201:
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
                assert code(answer) == "scans.later"
                assert answer.json()["error"]["params"] == {}, "nothing of our insides"
        assert half.add(PIECE).status_code == 503
        assert whole.held().status_code == 503
        before = len(list_scans(server.centre))
        new_scan(device).entry()
        assert len(list_scans(server.centre)) == before + 1, "entries are taken and applied"
        keep_house(server.centre, Tidying(server.centre))
    assert half.offset() == PIECE, "nothing of it began anew"
    assert whole.held().status_code == 200
    for start in range(PIECE, len(half.sealed), PIECE):
        half.add(start)
    assert read_scan(server.centre, half.attachment)[1] == half.content


def test_a_store_that_hangs_leaves_threads_to_those_who_bring_money(
    server: TestServer, device: Device, faulty: FaultyStore
) -> None:
    """More requests for scans than the server has threads: sixteen wait, and entries come in beside them."""
    whole, new = new_scan(device, 20_000), new_scan(device, 20_000)
    whole.all()
    answers = list[int]()

    def ask() -> None:
        with server.session() as http:
            found = http.get(f"{whole.url}?n={'0' * 32}", headers=whole.token, timeout=60)
        answers.append(found.status_code)

    with faulty.doing(Fault(silent=True)) as hanging, reaching(server, hanging):
        asking = [Thread(target=ask) for _ in range(50)]
        for one in asking:
            one.start()
        new.entry()
        assert new.attachment in {one.attachment for one in list_scans(server.centre)}
        assert any(one.is_alive() for one in asking), "they wait still"
        assert len(faulty.fault.asked) <= SLOTS
        faulty.fault.over.set()
        for one in asking:
            one.join()
    assert set(answers) == {503}
    assert whole.held().status_code == 200


def test_a_back_up_without_the_store_has_the_entries_and_says_which_scans_wait(
    server: TestServer, place: BucketPlace, sent: Sent, tmp_path: Path
) -> None:
    keep(sent, tmp_path)
    later = new_scan(sent.device, 10_000)
    later.entry()
    later.all()
    with reaching(server, place, **away(place)):
        made = make_backup(server.centre, tmp_path, off_machine=True)
        check_backup(made.folder, server.centre.keys, server.centre.now())
    assert made.scans.fault is not None
    assert (made.scans.fault.code, made.scans.lost) == ("scans.away", ())
    assert name_of(sent) in made.scans.lines, "an earlier back-up has copied it"
    assert name_of(later) in made.scans.missing
    assert (is_safe(sent), is_safe(later)) == (True, False)
    again = make_backup(server.centre, tmp_path, off_machine=True)
    assert (again.scans.unreached, is_safe(later)) == (0, True)


def test_scans_of_a_stick_go_into_the_bucket_and_wait_while_it_is_away(
    server: TestServer, place: BucketPlace, device: Device
) -> None:
    one = new_scan(device, 20_000)
    with server.centre.storage.read() as db:
        known = find_device(db, device.code)
    wish = Upload(attachment=one.attachment, sealed=one.digest, size=len(one.sealed), key="ef" * 48)
    with reaching(server, place, **away(place)), pytest.raises(KnownError, match="away"):
        take_whole(server.centre, known, wish, one.sealed)
    assert one.held().status_code == 409
    take_whole(server.centre, known, wish, one.sealed)
    assert store_of(server.centre).read(name_of(one)) == one.sealed


def test_what_was_erased_goes_when_the_store_is_back(
    server: TestServer, place: BucketPlace, sent: Sent
) -> None:
    with reaching(server, place, **away(place)):
        sent.erase()
        with pytest.raises(KnownError, match="away"):
            sweep_erased(server.centre)
        keep_house(server.centre, Tidying(server.centre))
    assert name_of(sent) in kept_of(server)
    sweep_erased(server.centre)
    assert name_of(sent) not in kept_of(server)


def test_parts_that_nobody_goes_on_sending_go_from_the_bucket(server: TestServer, device: Device) -> None:
    half = new_scan(device, 20_000)
    half.begin()
    half.add(0, LEAST_PIECE)
    store_of(server.centre).put_piece(name_of(half), (7, 9), b"x" * 9)
    assert name_of(half) not in {one.upload for one in tidy(server.centre).parts}
    now = server.clock.ahead
    try:
        for days, names in ((2, ("7-9",)), (40, (f"0-{LEAST_PIECE}",))):
            server.clock.ahead = now + timedelta(days=days)
            (gone,) = [one for one in tidy(server.centre).parts if one.upload == name_of(half)]
            assert gone.names == names
    finally:
        server.clock.ahead = now
    assert f"parts/{name_of(half)}" not in kept_of(server)


def test_a_centre_that_burned_down_has_its_scans_in_the_bucket_again(
    server: TestServer, place: BucketPlace, sent: Sent, tmp_path: Path
) -> None:
    made = make_backup(server.centre, tmp_path / "archive", off_machine=True)
    folder = keys_only(server, tmp_path / "new")
    write_scans_file(folder, elsewhere(place))
    restore(folder, made.folder, now=server.centre.now(), off_machine=True)
    again = open_centre(folder.root)
    try:
        assert isinstance(store_of(again), ObjectStore)
        assert read_scan(again, sent.attachment)[1] == sent.content
        move_scans(again, into_bucket=False)
        folder.scans_file.unlink()
        assert read_scan(again, sent.attachment)[1] == sent.content
    finally:
        again.close()


def test_commands_say_what_the_store_is_and_what_ails_it(
    server: TestServer, place: BucketPlace, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    found, checked = said(server, capsys, "scans", "check")
    assert (found, checked["store"], checked["problem"], checked["public"]) == (0, "bucket", None, False)
    assert checked["held"] >= 1
    store_of(server.centre).remove(name_of(sent))
    store_of(server.centre).put("0" * 64, b"whose?")
    found, checked = said(server, capsys, "scans", "check")
    assert (found, checked["missing"], checked["others"]) == (5, [name_of(sent)], 1)
    store_of(server.centre).remove("0" * 64)
    sent.all()
    for lines, problem in (({"endpoint": closed_port(), "ca": ""}, "scans.away"), ({}, "scans.other_store")):
        with reaching(server, elsewhere(place), **lines):
            assert said(server, capsys, "status")[1]["scans"]["problem"] == problem
            found, checked = said(server, capsys, "scans", "check")
            assert (found, checked["error"]["code"]) == (4, problem)
    assert said(server, capsys, "status")[1]["scans"]["problem"] is None


@pytest.fixture
def moving(server: TestServer, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], Any]]:
    """`scans move --to`, as a command beside the running server; in the end the scans are in the bucket."""

    def move(target: str) -> Any:
        found, moved = said(server, capsys, "scans", "move", "--to", target)
        return moved if not found else (found, moved)

    yield move
    move("bucket")


def test_scans_move_there_and_back_under_a_running_server(
    server: TestServer, sent: Sent, moving: Callable[[str], Any]
) -> None:
    half = new_scan(sent.device)
    half.begin()
    half.add(0)
    moved = moving("folder")
    assert moved["copied"] == moved["scans"] >= 1
    assert read_scan(server.centre, sent.attachment)[1] == sent.content
    assert sent.held().status_code == 200
    assert half.offset() == 0, "half a scan begins anew"
    half.all()
    assert name_of(half) in dict(FolderStore(server.centre.folder.attachments).wholes())
    assert moving("folder")["copied"] == 0
    moved = moving("bucket")
    assert moved["copied"] >= 1, "what came meanwhile; the others are there still"
    assert moved["scans"] > moved["copied"]
    assert half.held().status_code == 200


def test_a_move_that_fails_changes_nothing_and_goes_on_where_it_was(
    server: TestServer, sent: Sent, moving: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    more = new_scan(sent.device, 10_000)
    more.all()
    names = sorted([name_of(sent), name_of(more)])
    real = FolderStore.put

    def torn(store: FolderStore, upload: str, data: bytes) -> None:
        real(store, upload, data[:-1] if upload == names[1] else data)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", torn)
        found, refused = moving("folder")
    assert (found, refused["error"]["code"]) == (4, "scans.not_read_back")
    assert isinstance(store_of(server.centre), ObjectStore)
    there = dict(FolderStore(server.centre.folder.attachments).wholes())
    moved = moving("folder")
    assert 1 <= moved["copied"] <= moved["scans"] - len(there) + 1
    assert [sent.held().status_code, more.held().status_code] == [200, 200]


def test_what_becomes_whole_during_a_move_comes_along(
    server: TestServer, sent: Sent, moving: Callable[[str], Any]
) -> None:
    late = new_scan(sent.device, 10_000)

    def meanwhile(_done: int, _of: int) -> None:
        if late.begin().headers["Upload-Offset"] == "0":
            late.all()

    move_scans(server.centre, into_bucket=False, progress=meanwhile)
    assert FolderStore(server.centre.folder.attachments).read(name_of(late)) == late.sealed
    assert late.held().status_code == 200


def test_a_scan_that_is_put_while_the_store_changes(
    server: TestServer, device: Device, moving: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put again: its last piece was joined in the old store, and the new one has nothing of it."""
    one = new_scan(device, 20_000)
    one.begin()
    real = ObjectStore.join

    def meanwhile(store: ObjectStore, *some: Any) -> bool:
        done = real(store, *some)
        move_scans(server.centre, into_bucket=False)
        return done

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStore, "join", meanwhile)
        assert one.add(0).status_code == 503
    assert one.offset() == 0
    one.all()
    assert one.held().status_code == 200
    assert one.sealed == store_of(server.centre).read(name_of(one))


def test_scans_that_were_lost_or_erased_do_not_come_along(
    server: TestServer, sent: Sent, moving: Callable[[str], Any]
) -> None:
    lost = new_scan(sent.device, 10_000)
    lost.all()
    store_of(server.centre).put(name_of(lost), b"x" * len(lost.sealed))
    old = FolderStore(server.centre.folder.attachments)
    old.put(name_of(sent), sent.sealed)
    sent.erase()
    sweep_erased(server.centre)
    found, moved = moving("folder")
    assert (found, moved["lost"]) == (5, [name_of(lost)])
    there = dict(old.wholes())
    assert name_of(sent) not in there
    assert name_of(lost) not in there
    assert lost.held().status_code == 409
    lost.all()
    assert lost.held().status_code == 200


def test_a_bucket_of_another_centre_is_not_moved_into(
    server: TestServer, place: BucketPlace, moving: Callable[[str], Any]
) -> None:
    other = elsewhere(place)
    ObjectStore(other).claim("another centre")
    moving("folder")
    with reaching(server, other):
        assert moving("bucket")[1]["error"]["code"] == "scans.other_centre"
    assert isinstance(store_of(server.centre), FolderStore)
