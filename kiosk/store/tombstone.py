"""Tombstones beside the slots: signed orders, kept as they came, that somebody opens nothing here any more.

Anyone may put one there while the store is locked; it counts only if the centre signed it, which the device
can judge once its database is open. So a forged or damaged file locks nobody out, and a person who is named
is refused even with the right secret.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.tombstone import (
    MAX_ORDER_BYTES,
    TOMBSTONE,
    OpenedTombstone,
    check_form,
    digest_of,
    open_tombstone,
)
from kiosk.store.files import disk_errors, make_private_folder, write_durably
from kiosk.store.layout import StoreFolder
from kiosk.store.slot_model import SlotHeader
from kiosk.store.sync_state import centre_of

_END = ".json"


@dataclass(frozen=True)
class Refused:
    """A file that was not believed: the hash of its bytes, and why."""

    digest: str
    reason: str


@dataclass(frozen=True)
class Laid:
    """What is beside the slots: the tombstone in force of each person, and files that are not believed."""

    standing: dict[str, OpenedTombstone]
    refused: tuple[Refused, ...]

    def names(self, code: str, slot_id: str) -> OpenedTombstone | None:
        """The tombstone that keeps this slot of this person shut, or None."""
        found = self.standing.get(code)
        if found is None or not found.tombstone.stands:
            return None
        return found if found.tombstone.slot in (None, slot_id) else None


def lay(folder: StoreFolder, data: bytes) -> Path:
    """Put a tombstone beside the slots; the same one again changes nothing. No key is needed.

    Raises KnownError `signed.malformed`, `signed.other_purpose`, `wire.*` for what cannot be one, `store.*`.
    """
    check_form(data, TOMBSTONE)
    path = folder.tombstones / f"{digest_of(data)}{_END}"
    if not path.exists():
        make_private_folder(folder.tombstones)
        write_durably(path, data)
    return path


def laid_names(folder: StoreFolder) -> frozenset[str]:
    """The names of the files that lie there, to see whether another was laid; none where none can be read."""
    with suppress(OSError):
        return frozenset(path.name for path in folder.tombstones.iterdir())
    return frozenset()


def read_laid(folder: StoreFolder, db: Database, device: str | None, now: datetime) -> Laid:
    """Judge every tombstone by the keys of this device's centre; on a trial none is believed.

    Raises KnownError `store.*` only when the folder cannot be read.
    """
    authority = _authority(db, now)
    standing: dict[str, OpenedTombstone] = {}
    refused = []
    for data in _files(folder):
        if authority is None:
            refused.append(Refused(digest_of(data), "sync.not_enrolled"))
            continue
        try:
            opened = open_tombstone(data, authority, now=now)
        except KnownError as error:
            refused.append(Refused(digest_of(data), error.code))
            continue
        one = opened.tombstone
        before = standing.get(one.staff)
        if one.device in (None, device) and (before is None or before.tombstone.number < one.number):
            standing[one.staff] = opened
    return Laid(standing, tuple(refused))


def refuse_entombed(folder: StoreFolder, db: Database, header: SlotHeader, code: str, now: datetime) -> None:
    """Refuse a person whom a tombstone names, whatever he knows. Raises KnownError `slots.tombstoned`."""
    slot = header.find(code)
    found = read_laid(folder, db, header.device, now).names(code, slot.slot_id if slot else "")
    if found is not None:
        raise KnownError("slots.tombstoned", staff=code, number=found.tombstone.number)


def _authority(db: Database, now: datetime) -> Authority | None:
    try:
        centre = centre_of(db)
        return centre.authority(now) if centre else None
    except KnownError:
        return None


def _files(folder: StoreFolder) -> Iterator[bytes]:
    """The files in the folder; one too large to be a tombstone is cut, and then not believed."""
    if not folder.tombstones.is_dir():
        return
    with disk_errors():
        for path in sorted(folder.tombstones.glob(f"*{_END}")):
            if path.is_file():
                with path.open("rb") as file:
                    yield file.read(MAX_ORDER_BYTES + 1)
