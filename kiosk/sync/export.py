"""Writes the journal to a folder as sealed batches: what a person exports, and what the second medium holds.

An export is not an upload: nothing here marks an entry as acknowledged.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.core.wire.batch import MAX_ENTRIES, fitting, pack_batch
from kiosk.core.wire.entry import FIRST_PREVIOUS, Record
from kiosk.core.wire.export_manifest import (
    MANIFEST,
    ExportManifest,
    ListedFile,
    check_file,
    file_hash,
    folder_name,
    open_manifest,
    sign_manifest,
)
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.sealed_batch import seal_batch
from kiosk.core.wire.sealed_person import PURPOSE, Delivery, SealedRecord
from kiosk.store.files import remove_durably, remove_if_there
from kiosk.store.journal import Journal, Signer
from kiosk.store.periods import first_kept, hash_at
from kiosk.store.persons import PersonRecords
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import centre_of, persons_through
from kiosk.store.unlocked import DataKey
from kiosk.sync.persons import last_naming, sealed_groups
from kiosk.sync.place import Place, now
from kiosk.sync.stick import read_from_medium, stick_errors, write_and_read_back

_OURS = re.compile(r"(batch|persons)-\d{10}-\d{10}(-\d\d)?\.(sealed|json)(\.new)?", re.ASCII)
Progress = Callable[[int, int], None]
"""Called with the last entry that is written and read back, and the last of all."""
Stop = Callable[[], bool]
"""Asked before each batch but the first whether to end with those that are written."""
_VALID = timedelta(minutes=5)


@dataclass(frozen=True)
class Source:
    """What is exported: one device's journal and records, its own key, and the centre's key to seal to."""

    db: Database
    journal: Journal
    persons: PersonRecords
    device: str
    stream: str
    key: Ed25519PrivateKey
    intake: X25519PublicKey

    @classmethod
    def of(cls, place: Place) -> "Source":
        """A store that is open."""
        intake = X25519PublicKey.from_public_bytes(bytes.fromhex(place.centre.intake))
        me = place.me
        return cls(place.db, place.journal, place.persons, me.device, me.stream, me.key, intake)

    @classmethod
    def of_database(cls, db: Database, data_key: DataKey) -> "Source":
        """The database of a machine that died, opened with the recovery key; nothing in it is written.

        Raises KnownError `sync.not_enrolled` for a trial, `journal.torn`.
        """
        centre = centre_of(db)
        row = db.conn.execute("SELECT private FROM device_key").fetchone()
        where = db.conn.execute("SELECT device, stream FROM stream").fetchone()
        if centre is None:
            raise KnownError("sync.not_enrolled")
        if row is None or where is None:
            raise KnownError("journal.torn")
        key = Ed25519PrivateKey.from_private_bytes(row[0])
        intake = X25519PublicKey.from_public_bytes(bytes.fromhex(centre.intake))
        journal = Journal(db, Signer(where[0], key))
        return cls(db, journal, PersonRecords(db, data_key), where[0], where[1], key, intake)

    def last(self) -> tuple[int, bytes]:
        """The last entry and its hash; 0 and zeros for an empty journal."""
        row = self.db.conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
        return (row[0], row[1]) if row else (0, FIRST_PREVIOUS)

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of an entry, zeros before the first, None for one that is not here."""
        return hash_at(self.db, seq)


def export_sealed(
    source: Source,
    root: Path,
    first: int | None = None,
    progress: Progress | None = None,
    stop: Stop = lambda: False,
) -> ExportManifest:
    """Export the entries from `first` on (default: all that the centre has not confirmed) below `root`.

    `progress` is told after each file. Everything is read back before it counts as written. `stop` ends it
    between two batches, with a whole export of fewer entries. The list of an earlier export goes first: its
    files may be written anew under their names, and until the new list is there they speak for themselves.
    Raises KnownError `export.*`.
    """
    start = acknowledged_through(source.db) + 1 if first is None else first
    if start < first_kept(source.db):
        raise KnownError("journal.dropped", seq=start)
    if start > source.last()[0]:
        raise KnownError("export.nothing")
    folder = root / folder_name(source.device, source.stream, export=True)
    with stick_errors(root):
        if not root.is_dir():
            raise KnownError("export.missing", path=root)
        folder.mkdir(exist_ok=True)
        remove_if_there(folder / MANIFEST)
    return write_folder(source, folder, start=start, progress=progress, stop=stop)


def write_folder(
    source: Source,
    folder: Path,
    *,
    start: int,
    kept: Sequence[ListedFile] = (),
    medium: str | None = None,
    progress: Progress | None = None,
    stop: Stop = lambda: False,
) -> ExportManifest:
    """Write entries from `start` to the last as sealed batches, then the manifest that lists them.

    `kept`: files before them that are there already and stay. What the manifest no longer lists is removed
    last, so that a cut at any point leaves a manifest whose files are all there.
    Raises KnownError `export.*`.
    """
    last, head = source.last()
    made = now()
    files = list(kept)
    begin = start if medium is not None else min(start, persons_through(source.db) + 1)
    for listed, data in _files(source, start, last, begin):
        if listed.kind == "batch" and listed.first > start and stop():
            last, head = files[-1].last, bytes.fromhex(files[-1].head)
            break
        write_and_read_back(folder / listed.name, data)
        files.append(listed)
        if progress is not None and listed.last >= start:
            progress(listed.last, last)
    batches = [one for one in files if one.kind == "batch"]
    first = batches[0].first if batches else start
    manifest = ExportManifest(
        device=source.device,
        stream=source.stream,
        medium=medium,
        made=made,
        first=first,
        last=last,
        head=head.hex(),
        count=last - first + 1,
        acknowledged=acknowledged_through(source.db),
        files=tuple(files),
    )
    write_and_read_back(folder / MANIFEST, sign_manifest(manifest, source.key))
    _tidy(folder, manifest)
    return manifest


def read_folder(source: Source, folder: Path) -> ExportManifest | None:
    """The manifest of this device in a folder, None when there is none or it is not by this device's key.

    Raises KnownError `export.*` when the medium cannot be read.
    """
    if not (folder / MANIFEST).exists():
        return None
    data = read_from_medium(folder / MANIFEST)
    try:
        manifest = open_manifest(data, source.key.public_key(), now=now())
    except KnownError:
        return None
    return manifest if (manifest.device, manifest.stream) == (source.device, source.stream) else None


def check_folder(folder: Path, manifest: ExportManifest) -> None:
    """Read every file again and hold it to the manifest. Raises KnownError `export.*`."""
    for listed in manifest.files:
        check_file(listed, read_from_medium(folder / listed.name))


def _files(source: Source, start: int, last: int, begin: int) -> Iterator[tuple[ListedFile, bytes]]:
    """Each batch, and after it the records that its entries name; before them those of earlier entries from
    `begin` on, which the centre has acknowledged and whose records it may not have.
    """
    waiting, persons = last - acknowledged_through(source.db), _Persons(source, begin)
    while begin < start:
        end = min(start - 1, begin + MAX_ENTRIES - 1)
        yield from persons.files(begin, end)
        begin = end + 1
    while start <= last:
        records = list(source.journal.records(start, min(last, start + MAX_ENTRIES - 1)))
        records = records[: fitting(records)]
        if not records or records[0].seq != start:
            raise KnownError("export.gap", seq=start)
        yield _batch(source, records, max(0, waiting))
        yield from persons.files(start, records[-1].seq)
        start = records[-1].seq + 1


def _batch(source: Source, records: list[Record], waiting: int) -> tuple[ListedFile, bytes]:
    first, last = records[0].seq, records[-1].seq
    before = source.hash_at(first - 1)
    if before is None:
        raise KnownError("export.gap", seq=first - 1)
    batch = pack_batch(
        records,
        device=source.device,
        stream=source.stream,
        head_before=before,
        nonce=secrets.token_hex(16),
        made=now(),
        waiting=waiting,
        key=source.key,
    )
    data = seal_batch(batch, source.intake)
    name = f"batch-{first:010d}-{last:010d}.sealed"
    return _listed(source, "batch", name, (first, last), data), data


class _Persons:
    """The sealed records that entries name, in signed deliveries as sync sends them.

    Each says from which entry up to which it leaves nothing out, so that the centre knows what it has whole,
    also when one of the files is lost.
    """

    def __init__(self, source: Source, begin: int) -> None:
        """`begin`: the first entry whose records are wanted."""
        self._source = source
        self._after = last_naming(source.db, begin - 1)

    def files(self, first: int, last: int) -> Iterator[tuple[ListedFile, bytes]]:
        """Those of entries `first` to `last`."""
        source = self._source
        groups = sealed_groups(source.db, source.persons, source.device, source.intake, first - 1, last)
        for n, (through, records) in enumerate(groups):
            if records:
                name = f"persons-{first:010d}-{last:010d}-{n:02d}.json"
                data = self._delivery(tuple(records), through)
                yield _listed(source, "persons", name, (first, last), data), data

    def _delivery(self, records: tuple[SealedRecord, ...], through: int) -> bytes:
        source, made = self._source, now()
        delivery = Delivery(
            device=source.device,
            nonce=secrets.token_hex(16),
            records=records,
            after=self._after,
            through=through,
        )
        self._after = through
        return sign_record(PURPOSE, delivery, key=source.key, issued=made, expires=made + _VALID)


def _listed(
    source: Source, kind: Literal["batch", "persons"], name: str, of: tuple[int, int], data: bytes
) -> ListedFile:
    first, last = of
    head = source.hash_at(last)
    if head is None:
        raise KnownError("export.gap", seq=last)
    return ListedFile(
        name=name, kind=kind, first=first, last=last, head=head.hex(), size=len(data), hash=file_hash(data)
    )


def _tidy(folder: Path, manifest: ExportManifest) -> None:
    """Remove our own files that a newer one has replaced."""
    listed = {one.name for one in manifest.files}
    with stick_errors(folder):
        for path in folder.iterdir():
            if path.name not in listed and _OURS.fullmatch(path.name):
                remove_durably(path)
