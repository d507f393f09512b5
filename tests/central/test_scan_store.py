"""One suite for both stores of scans, the folder and the bucket: whole or not at all."""

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.object_store import ObjectStore
from central.object_store_client import Limits
from central.scan_store import FolderStore, Piece, ScanStore
from kiosk.core.errors import KnownError
from tests.central.s3 import S3Server

SIZE, STEP = 100_000, 30_000


@pytest.fixture(params=["folder", "bucket"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ScanStore, ScanStore]:
    """The same place as two servers of one centre have it."""
    if request.param == "folder":
        return FolderStore(tmp_path / "scans"), FolderStore(tmp_path / "scans")
    s3: S3Server = request.getfixturevalue("s3")
    place = s3.place()
    name = ObjectStore(place).claim("CODE")
    return ObjectStore(place, name, Limits(page=3)), ObjectStore(place, name)


@pytest.fixture
def store(stores: tuple[ScanStore, ScanStore]) -> ScanStore:
    return stores[0]


def some(upload: str = "") -> tuple[str, bytes, str, list[Piece]]:
    """An upload: its id, bytes, their SHA-256, and its pieces."""
    data = secrets.token_bytes(SIZE)
    pieces = [(start, len(data[start : start + STEP])) for start in range(0, SIZE, STEP)]
    return upload or secrets.token_hex(32), data, hashlib.sha256(data).hexdigest(), pieces


def put_all(store: ScanStore, upload: str, data: bytes, pieces: list[Piece]) -> None:
    for start, length in pieces:
        store.put_piece(upload, (start, length), data[start : start + length])


def test_pieces_become_a_whole_that_any_server_reads(stores: tuple[ScanStore, ScanStore]) -> None:
    one, other = stores
    upload, data, sealed, pieces = some()
    put_all(one, upload, data, pieces)
    assert not other.holds(upload)
    assert other.join(upload, pieces, sealed)
    assert (one.holds(upload), one.read(upload)) == (True, data)
    one.drop_pieces(upload)
    assert list(other.begun()) == []
    assert other.join(upload, [], sealed), "one that is whole is joined already"


def test_nothing_is_whole_before_it_is_what_was_announced(store: ScanStore) -> None:
    upload, data, sealed, pieces = some()
    put_all(store, upload, data, pieces[:-1])
    assert not store.join(upload, pieces, sealed)
    put_all(store, upload, bytes(SIZE), pieces[-1:])
    assert not store.join(upload, pieces, sealed)
    assert (store.holds(upload), list(store.wholes())) == (False, [])
    put_all(store, upload, data, pieces[-1:])
    assert store.join(upload, pieces, sealed)


def test_two_servers_that_are_given_the_same_scan_at_once_spoil_nothing(
    stores: tuple[ScanStore, ScanStore],
) -> None:
    upload, data, sealed, pieces = some()

    def all_of_it(store: ScanStore) -> bool:
        """Until it works, as a device does: rclone fails now and then when two write one object."""
        for _ in range(20):
            with suppress(KnownError):
                put_all(store, upload, data, pieces)
                return store.join(upload, pieces, sealed)
        return False

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(all_of_it, [*stores, *stores]))
    assert stores[0].read(upload) == data


def test_what_is_put_takes_the_place_of_what_was_there(store: ScanStore) -> None:
    upload, data, _, _ = some()
    store.put(upload, b"torn")
    store.put(upload, data)
    assert store.read(upload) == data


def test_what_is_not_there_is_said_and_removing_it_is_no_fault(store: ScanStore) -> None:
    upload = secrets.token_hex(32)
    with pytest.raises(KnownError) as caught:
        store.read(upload)
    assert caught.value.code == "attachment.unknown"
    assert not store.holds(upload)
    store.put_aside(upload)
    store.drop_piece(upload, "0-1")
    store.remove(upload)


def test_what_was_put_aside_counts_no_more(store: ScanStore) -> None:
    upload, data, _, _ = some()
    store.put(upload, data)
    store.put_aside(upload)
    assert (store.holds(upload), list(store.wholes())) == (False, [])


def test_removing_takes_whole_and_pieces_and_leaves_others(store: ScanStore) -> None:
    gone, data, _, pieces = some()
    kept = some()[0]
    for upload in (gone, kept):
        store.put(upload, data)
        put_all(store, upload, data, pieces)
    store.remove(gone)
    assert [name for name, _ in store.wholes()] == [kept]
    assert [one.upload for one in store.begun()] == [kept]


def test_every_whole_and_every_piece_is_listed(store: ScanStore) -> None:
    sizes = {f"{number:064x}": 10 + number for number in range(5)}
    for upload, size in sizes.items():
        store.put(upload, bytes(size))
        store.put_piece(upload, (0, size), bytes(size))
        store.put_piece(upload, (size, 1), b"x")
    assert dict(store.wholes()) == sizes
    begun = {one.upload: one for one in store.begun()}
    assert begun.keys() == sizes.keys()
    for upload, size in sizes.items():
        assert {(one.name, one.size) for one in begun[upload].parts} == {
            (f"0-{size}", size),
            (f"{size}-1", 1),
        }
        assert abs(begun[upload].touched - datetime.now(UTC)) < timedelta(minutes=5)
    some_upload = min(sizes)
    store.drop_piece(some_upload, f"0-{sizes[some_upload]}")
    (left,) = [one for one in store.begun() if one.upload == some_upload]
    assert [one.size for one in left.parts] == [1]
