"""Writes onto a stick, for one device, all that it would fetch over the line: sealed to it and read back.

The letter, which lists what is there, comes last, and what it no longer lists is removed after it: a cut at
any moment leaves a letter whose files are all there.
"""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import select

from central.apply import apply_all
from central.centre import Centre
from central.folder import read_file, write_durably
from central.ingest import Known, find_device
from central.manifests import manifest_bytes
from central.numbers import token_hex
from central.orders import orders_of
from central.outcomes import outcomes_of
from central.safety import safety_of
from central.schema import stream
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE, Acknowledgement
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.debt_files import read_index
from kiosk.core.wire.manifest import MAX_MANIFEST_BYTES, DatasetRef, Manifest, unpack_file
from kiosk.core.wire.order import MAX_ORDERS_BYTES
from kiosk.core.wire.outcomes import MAX_OUTCOMES_BYTES
from kiosk.core.wire.payload import read_record
from kiosk.core.wire.stick import (
    LETTER,
    PART_BYTES,
    Kind,
    Letter,
    StickFile,
    StickLabel,
    file_name,
    part_name,
    parts_of,
    seal,
    sealing_key,
    stick_folder,
)

_OURS = re.compile(r"\.?(letter|[0-9a-f]{64}-[0-9]{5})\.sealed(\.[0-9a-f]{8})?", re.ASCII)
_ADVISE: Callable[[int, int, int, int], None] | None = getattr(os, "posix_fadvise", None)
_DROP = getattr(os, "POSIX_FADV_DONTNEED", None)


@dataclass
class Exported:
    """What was written for a device. `size`: bytes on the stick; `withheld`: why it gets no data, or None."""

    device: str
    stream: str
    path: Path
    files: int = 0
    size: int = 0
    stored_through: int = 0
    orders: int = 0
    quarantined: int = 0
    datasets: list[DatasetRef] = field(default_factory=list)
    withheld: KnownError | None = None


def export_stick(centre: Centre, code: str, root: Path) -> Exported:
    """Write for a device below `root`, in place of what was written for it there before.

    What the server has stored is applied first, so that the data count it. Raises KnownError
    `central.unknown_device`, `central.retired`, `usb.no_stick`, `usb.not_read_back`, `central.cannot_write`.
    """
    if not root.is_dir():
        raise KnownError("usb.no_stick", path=root)
    with centre.storage.read() as db:
        known = find_device(db, code)
    if known.state == "retired":
        raise KnownError("central.retired", device=code)
    apply_all(centre)
    writer = _Writer(known, root / stick_folder(known.code, known.stream))
    done = Exported(known.code, known.stream, writer.folder)
    _answers(centre, known, writer, done)
    try:
        _data(centre, known, writer, done)
    except KnownError as error:
        if error.code != "central.reconcile_first":
            raise
        done.withheld = error
    writer.finish()
    done.files, done.size = len(writer.names) + 1, writer.size
    return done


def _answers(centre: Centre, known: Known, writer: "_Writer", done: Exported) -> None:
    """What the centre holds of the journal, what waits for people, and orders."""
    ack = _acknowledgement(centre, known)
    outcomes, orders = outcomes_of(centre, known), orders_of(centre, known.code)
    done.stored_through = ack.stored_through
    done.quarantined = len(parse_canonical(outcomes, max_bytes=MAX_OUTCOMES_BYTES)["payload"]["quarantined"])
    done.orders = len(parse_canonical(orders, max_bytes=MAX_ORDERS_BYTES)["orders"])
    writer.put("acknowledgement", centre.sign(PURPOSE, ack))
    writer.put("outcomes", outcomes)
    writer.put("orders", orders)
    writer.put("safety", safety_of(centre, known))


def _data(centre: Centre, known: Known, writer: "_Writer", done: Exported) -> None:
    """The manifest and each file that it names; of debts the pieces and the changes, too."""
    signed = manifest_bytes(centre, known.code)
    plain = parse_canonical(signed, max_bytes=MAX_MANIFEST_BYTES)["payload"]
    done.datasets = list(read_record(Manifest, plain, "manifest").datasets)
    writer.put("manifest", signed)
    files = centre.folder.files
    for ref in done.datasets:
        packed = read_file(files / ref.file)
        writer.put("data", packed)
        if ref.form == "debts":
            writer.put_file(files / read_index(unpack_file(ref, packed)).pieces_file)
        for delta in ref.deltas:
            writer.put("data", read_file(files / delta.file))


def _acknowledgement(centre: Centre, known: Known) -> Acknowledgement:
    """What the centre holds of the stream, without a batch that asked."""
    with centre.storage.read() as db:
        held = db.execute(select(stream).where(stream.c.stream == known.stream)).one()
        epoch = epoch_of(db)
    return Acknowledgement(
        device=known.code,
        stream=known.stream,
        stored_through=held.stored,
        safe_through=held.safe,
        head=bytes(held.head).hex(),
        epoch=epoch,
        server_time=centre.now(),
        nonce=token_hex(),
        outcome="repeat",
        fork_at=None,
    )


class _Writer:
    """One device's folder on a stick, in the making."""

    def __init__(self, known: Known, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self.size = 0
        self._known = known
        self._key: X25519PublicKey = sealing_key(known.key)
        self._files: list[StickFile] = []
        if folder.is_symlink():
            raise KnownError("central.cannot_write", path=folder, reason="symbolic link")
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise KnownError("central.cannot_write", path=folder, reason=error.strerror or "?") from error

    def put(self, kind: Kind, data: bytes) -> None:
        """Write a file in its parts. Raises KnownError as `export_stick`."""
        file = hashlib.sha256(data).hexdigest()
        if not self._lists(kind, file, len(data)):
            for part in range(parts_of(len(data))):
                self._write(part_name(file, part), data[part * PART_BYTES : (part + 1) * PART_BYTES])

    def put_file(self, path: Path) -> None:
        """Write a file of data that may be large, a part at a time; its name is its SHA-256."""
        try:
            if not self._lists("data", path.name, path.stat().st_size):
                with path.open("rb") as file:
                    part = 0
                    while piece := file.read(PART_BYTES):
                        self._write(part_name(path.name, part), piece)
                        part += 1
        except OSError as error:
            raise KnownError("file.unreadable", path=path, reason=error.strerror or "?") from error

    def finish(self) -> None:
        """Write the letter, and then remove what it does not list."""
        letter = Letter(device=self._known.code, stream=self._known.stream, files=tuple(self._files))
        listed = set(self.names)
        self._write(LETTER, canonical(dump(letter)))
        self.names = sorted(listed)
        keep = {file_name(one) for one in (*listed, LETTER)}
        try:
            for path in self.folder.iterdir():
                if path.name not in keep and _OURS.fullmatch(path.name):
                    path.unlink()
        except OSError as error:
            raise KnownError(
                "central.cannot_write", path=self.folder, reason=error.strerror or "?"
            ) from error

    def _lists(self, kind: Kind, file: str, size: int) -> bool:
        """List a file; True for data that are there already: two datasets may be the same bytes."""
        one = StickFile(kind=kind, file=file, size=size)
        if one in self._files:
            return True
        self._files.append(one)
        return False

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / file_name(name)
        label = StickLabel(device=self._known.code, stream=self._known.stream, name=name)
        sealed = seal(content, label, self._key)
        write_durably(path, sealed, mode=0o644)
        if _read_back(path) != sealed:
            raise KnownError("usb.not_read_back", name=path.name)
        self.names.append(name)
        self.size += len(sealed)


def _read_back(path: Path) -> bytes:
    """Read a file past the memory of the operating system, where the system allows it."""
    try:
        with path.open("rb") as file:
            if _ADVISE is not None and _DROP is not None:
                _ADVISE(file.fileno(), 0, 0, _DROP)
            return file.read()
    except OSError as error:
        raise KnownError("file.unreadable", path=path, reason=error.strerror or "?") from error
