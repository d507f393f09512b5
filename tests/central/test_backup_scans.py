"""Back-ups hold the scans: each is copied once, read back, found out when it is damaged, and given back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from central.attachments import list_scans, read_scan, store_of, sweep_erased
from central.backup import MANIFEST, Made, check_backup, make_backup, tidy_backups
from central.backup_scans import SCANS, KeptScans, check_scans, keep_scans
from central.centre import open_centre
from central.restore import restore
from kiosk.core.attachments_upload import PURPOSE, ScanHeld
from kiosk.core.errors import KnownError
from tests.central.device import Device
from tests.central.server import TestServer
from tests.central.test_attachments import Sent, new_scan
from tests.central.test_backup import emptied, keys_only


@pytest.fixture
def sent(device: Device) -> Sent:
    """A scan that is whole at the centre, and its entry."""
    made = new_scan(device, 20_000)
    made.entry()
    made.all()
    return made


def name_of(sent: Sent) -> str:
    return sent.url.rpartition("/")[2]


def is_safe(sent: Sent) -> bool:
    """What the centre tells the device."""
    data = sent.held().content
    server = sent.device.server
    return sent.device.authority.read(ScanHeld, PURPOSE, data, now=server.clock.now()).safe


def back_up(sent: Sent, out: Path, *, off_machine: bool = True) -> Made:
    return make_backup(sent.device.server.centre, out, off_machine=off_machine)


def in_pool(sent: Sent, out: Path) -> Path:
    return out.joinpath(SCANS, name_of(sent))


def line_of(sent: Sent) -> dict[str, tuple[int, str]]:
    """How a manifest lists it."""
    return {name_of(sent): (len(sent.sealed), sent.digest)}


def keep(sent: Sent, out: Path, *, reread: bool = False) -> KeptScans:
    """What a back-up does for this scan alone."""
    return keep_scans(sent.device.server.centre, out, line_of(sent), reread=reread)


def test_a_scan_is_safe_once_a_back_up_that_counts_has_it(sent: Sent, tmp_path: Path) -> None:
    assert not is_safe(sent)
    first = back_up(sent, tmp_path, off_machine=False)
    assert name_of(sent) in first.scans.lines
    assert not is_safe(sent)
    second = back_up(sent, tmp_path)
    assert (second.counts, is_safe(sent)) == (True, True)
    (listed,) = [one for one in list_scans(sent.device.server.centre) if one.attachment == sent.attachment]
    assert listed.safe


def test_the_next_back_up_copies_only_what_is_new(sent: Sent, tmp_path: Path) -> None:
    first = back_up(sent, tmp_path)
    assert first.scans.copied == len(first.scans.lines) >= 1
    before = in_pool(sent, tmp_path).stat()
    later = new_scan(sent.device, 10_000)
    later.all()
    second = back_up(sent, tmp_path)
    assert second.scans.copied == 1
    assert in_pool(sent, tmp_path).stat().st_ino == before.st_ino
    assert second.scans.lines.keys() == {*first.scans.lines, name_of(later)}
    assert len(list((tmp_path / SCANS).iterdir())) == len(second.scans.lines)
    assert not [one for one in second.folder.rglob("*") if one.name == name_of(sent)]


def test_tidying_removes_only_what_no_back_up_lists(sent: Sent, tmp_path: Path) -> None:
    centre, keys = sent.device.server.centre, sent.device.server.centre.keys
    first = back_up(sent, tmp_path)
    sent.erase()
    second = back_up(sent, tmp_path)
    assert tidy_backups(tmp_path, keys, centre.now()) == 0
    for file in sorted(first.folder.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    manifest = second.folder / MANIFEST
    signed = manifest.read_bytes()
    manifest.write_bytes(signed[:-9])
    with pytest.raises(KnownError) as caught:
        tidy_backups(tmp_path, keys, centre.now())
    assert caught.value.code == "backup.other_centre"
    manifest.write_bytes(signed)
    assert tidy_backups(tmp_path, keys, centre.now()) == len(first.scans.lines.keys() - second.scans.lines)
    assert not in_pool(sent, tmp_path).exists()
    check_backup(second.folder, keys, centre.now())


def test_what_is_no_whole_scan_is_in_no_back_up(sent: Sent, tmp_path: Path) -> None:
    half = new_scan(sent.device, 20_000)
    half.begin()
    half.add(0, 10_000)
    done = back_up(sent, tmp_path)
    assert name_of(half) not in {*done.scans.lines, *done.scans.missing}
    assert not in_pool(half, tmp_path).exists()


def test_a_scan_that_is_damaged_in_the_archive_is_found_out_and_copied_anew(
    sent: Sent, tmp_path: Path
) -> None:
    file = in_pool(sent, tmp_path)
    keep(sent, tmp_path)
    for wrong in (None, sent.sealed[:-1], bytes(len(sent.sealed))):
        file.unlink()
        if wrong is not None:
            file.write_bytes(wrong)
        with pytest.raises(KnownError) as caught:
            check_scans(tmp_path, line_of(sent))
        assert caught.value.params["problem"] == f"{SCANS}/{name_of(sent)}"
        assert keep(sent, tmp_path, reread=wrong == bytes(len(sent.sealed))).copied == 1
        assert file.read_bytes() == sent.sealed


def test_a_manifest_that_leaves_a_scan_out_is_no_manifest_of_this_database(
    sent: Sent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget_one(*some: Any, **more: Any) -> KeptScans:
        found = keep_scans(*some, **more)
        found.lines.pop(name_of(sent))
        return found

    with monkeypatch.context() as patch:
        patch.setattr("central.backup.keep_scans", forget_one)
        with pytest.raises(KnownError) as caught:
            back_up(sent, tmp_path)
    assert caught.value.code == "backup.damaged"
    assert not is_safe(sent)


def test_a_medium_that_gives_back_something_else_is_found_out(
    sent: Sent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.backup_scans.hash_of", lambda _file: "ab" * 32)
    with pytest.raises(KnownError) as caught:
        keep(sent, tmp_path)
    assert caught.value.code == "backup.damaged"


@pytest.mark.parametrize("how", ["gone", "altered"])
def test_a_scan_that_the_centre_lost_is_named_and_asked_for_again(
    sent: Sent, tmp_path: Path, how: str
) -> None:
    centre = sent.device.server.centre
    if how == "gone":
        store_of(centre).remove(name_of(sent))
    else:
        store_of(centre).put(name_of(sent), bytes(len(sent.sealed)))
    done = keep(sent, tmp_path)
    assert done == KeptScans({}, 0, (name_of(sent),), (name_of(sent),))
    assert sent.held().status_code == 409
    sent.all()
    assert keep(sent, tmp_path).copied == 1


def test_a_back_up_without_a_lost_scan_is_whole_and_makes_that_scan_not_safe(
    sent: Sent, tmp_path: Path
) -> None:
    centre = sent.device.server.centre
    store_of(centre).remove(name_of(sent))
    done = back_up(sent, tmp_path)
    assert name_of(sent) in done.scans.lost
    check_backup(done.folder, centre.keys, centre.now())
    sent.all()
    assert not is_safe(sent)


def test_a_scan_that_is_erased_while_the_back_up_runs_is_not_lost(sent: Sent, tmp_path: Path) -> None:
    sent.erase()
    sweep_erased(sent.device.server.centre)
    assert keep(sent, tmp_path) == KeptScans({}, 0, (name_of(sent),), ())


def test_a_centre_that_burned_down_has_its_scans_again(
    server: TestServer, sent: Sent, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    made = back_up(sent, tmp_path / "archive")
    folder = keys_only(server, tmp_path / "new")
    database = emptied(new_database()) if server.centre.storage.is_postgres else None
    damaged = folder.attachments.joinpath(name_of(sent))
    folder.attachments.mkdir()
    damaged.write_bytes(b"torn")
    done = restore(folder, made.folder, now=server.centre.now(), database=database, off_machine=True)
    assert done.scans == len(made.scans.lines)
    again = open_centre(folder.root, database=database)
    try:
        found, content = read_scan(again, sent.attachment)
    finally:
        again.close()
    assert (content, found.safe) == (sent.content, True)


def test_without_its_scans_a_back_up_is_not_put_back(server: TestServer, sent: Sent, tmp_path: Path) -> None:
    made = back_up(sent, tmp_path / "archive")
    in_pool(sent, tmp_path / "archive").unlink()
    folder = keys_only(server, tmp_path / "new")
    with pytest.raises(KnownError) as caught:
        restore(folder, made.folder, now=server.centre.now(), database=None)
    assert caught.value.code == "backup.damaged"
    assert not folder.database.exists()
