"""Which store holds the scans of a centre: a line of its database says so, and every server follows it.

The file `DATA/scans` says how a bucket is reached; it is used once `kiosk-central scans move` has changed the
line. A server that cannot reach the store which the line means says so, and takes no scan for lost.
"""

from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from central.folder import Folder
from central.object_store_config import read_place
from central.scan_store import FolderStore, ScanStore
from central.storage import put_setting, setting
from kiosk.core.errors import KnownError

if TYPE_CHECKING:
    from central.object_store import ObjectStore

_LINE = "scans.store"
FOLDER = "folder"
_Stamp = tuple[int, int, int]


def name_in_use(db: Connection) -> str:
    """`FOLDER`, or the random name of the bucket's store."""
    return setting(db, _LINE) or FOLDER


def use(db: Connection, name: str) -> None:
    """From this transaction on the scans are there."""
    put_setting(db, _LINE, name)


def still(db: Connection, name: str) -> None:
    """What was just put into this store counts only if it is still the one in use.

    Raises KnownError `central.busy`: the same again, and it goes to the new one.
    """
    if name_in_use(db) != name:
        raise KnownError("central.busy")


class Stores:
    """The stores that this process has opened; the file is read again when it was changed.

    All threads share one client of a bucket, and with it the count of requests that may wait for it.
    """

    def __init__(self) -> None:
        self._door = Lock()
        self._open: tuple[_Stamp, str, ObjectStore] | None = None
        self._seen: ObjectStore | None = None

    def named(self, folder: Folder, name: str) -> ScanStore:
        """The store of this name. Raises KnownError `scans.*`: `.no_file`, `.other_store` …"""
        if name == FOLDER:
            return FolderStore(folder.attachments)
        stamp = _stamp(folder.scans_file)
        with self._door:
            if self._open is None or self._open[:2] != (stamp, name):
                self._open = (stamp, name, bucket_of(folder, name))
            store = self._open[2]
        if self._seen is not store:
            store.see_that_it_is_ours()
            self._seen = store
        return store


def bucket_of(folder: Folder, name: str = "") -> "ObjectStore":
    """The bucket that `DATA/scans` leads to, whether it is in use or not.

    Raises KnownError `scans.no_file`, `scans.open_file`, `scans.bad_file`.
    """
    place = read_place(folder.scans_file)
    from central.object_store import ObjectStore

    return ObjectStore(place, name)


def where(folder: Folder, name: str) -> str:
    """The address of a store, for people."""
    if name != FOLDER:
        with suppress(KnownError):
            return read_place(folder.scans_file).where
        return "?"
    return str(folder.attachments)


def store_of_a_restore(folder: Folder, centre: str) -> tuple[str, ScanStore]:
    """Where a restore puts the scans: into the bucket if there is a `DATA/scans`, else into the folder.

    Raises KnownError `scans.*`.
    """
    if not folder.scans_file.exists():
        return FOLDER, FolderStore(folder.attachments)
    name = bucket_of(folder).claim(centre)
    return name, bucket_of(folder, name)


def _stamp(path: Path) -> _Stamp:
    try:
        known = path.stat()
    except OSError as error:
        raise KnownError("scans.no_file", path=path) from error
    return known.st_mtime_ns, known.st_size, known.st_ino
