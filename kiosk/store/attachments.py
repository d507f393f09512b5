"""Sealed scans of one store: the keys in its database, the sealed bytes in files beside it.

A file is on the disk before the entry that names it; its key is written with that entry. A file without its
key opens for nobody: what a crash leaves between the two is only litter, and erasing is destroying the key.
Format: docs/store.md.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from kiosk.core.attachments import (
    KEY_BYTES,
    Media,
    Sums,
    check_content,
    media_of,
    open_chunks,
    sealed_chunks,
    sealed_size,
)
from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors, make_private_folder, remove_durably, write_pieces_durably
from kiosk.store.rows import insert
from kiosk.store.unlocked import DataKey

_NONCE = 12
_WRAP_LABEL = b"kiosk-attachment-wrap-1"
_COLUMNS = (
    "SELECT a.id, a.seq, a.tracking, a.person, a.kind, a.media, a.content, a.size, a.sealed, a.sealed_size,"
    " a.erased IS NOT NULL, k.id IS NOT NULL, s.safe"
    " FROM attachment a LEFT JOIN attachment_key k ON k.id = a.id"
    " LEFT JOIN attachment_sent s ON s.id = a.id"
    " AND s.epoch = (SELECT epoch FROM acknowledgement)"
)


class State(StrEnum):
    """Where a scan is."""

    WAITING = "waiting"
    """Only here."""
    SENT = "sent"
    """The centre has signed that it holds it whole, in no back-up yet: nothing here may let it go."""
    SAFE = "safe"
    """The centre has signed that a back-up holds it, too."""
    ERASED = "erased"
    """Its key was destroyed with the details of its person."""
    ABSENT = "absent"
    """Named by a journal that was fetched from the centre; its key is not here, so neither is it."""


@dataclass(frozen=True)
class Held:
    """A scan as the tables know it."""

    attachment: str
    seq: int
    tracking: str
    person: str
    kind: str
    media: str
    sums: Sums
    state: State


@dataclass(frozen=True)
class SealedFile:
    """A scan whose sealed file is on the disk and that no entry names yet."""

    attachment: str
    media: Media
    sums: Sums
    wrapped_key: bytes


def rewrap_attachments(db: Database, before: DataKey, after: DataKey) -> None:
    """Wrap the keys of all scans under another data key, inside the open transaction; files stay as they are.

    A wrapped key that does not open is left as it is.
    """
    old, new = AESGCM(before.derive(_WRAP_LABEL)), AESGCM(after.derive(_WRAP_LABEL))

    def again(attachment: str, wrapped: bytes) -> bytes:
        try:
            return _wrapped(new, _unwrapped(old, wrapped, attachment), attachment)
        except (InvalidTag, ValueError):
            return wrapped

    db.conn.create_function("rewrapped_scan", 2, again)
    db.conn.execute(
        "UPDATE attachment_key SET wrapped_key = rewrapped_scan(id, wrapped_key)"
        " WHERE wrapped_key IS NOT NULL"
    )


class Attachments:
    """The scans of one store, on one connection."""

    def __init__(self, db: Database, data_key: DataKey, folder: Path) -> None:
        self._db = db
        self._wrap = AESGCM(data_key.derive(_WRAP_LABEL))
        self._folder = folder

    def prepare(self, content: bytes) -> SealedFile:
        """Seal a scan under a new key into a file of its own, on the disk when this returns.

        The act that names it calls `keep`. Raises KnownError `attachment.not_a_scan`, `store.*`.
        """
        media, attachment = media_of(content), secrets.token_hex(16)
        key, digest = secrets.token_bytes(KEY_BYTES), hashlib.sha256()

        def chunks() -> Iterator[bytes]:
            for chunk in sealed_chunks(content, key, attachment):
                digest.update(chunk)
                yield chunk

        make_private_folder(self._folder)
        write_pieces_durably(self.file(attachment), chunks())
        size = len(content)
        sums = Sums(hashlib.sha256(content).hexdigest(), size, digest.hexdigest(), sealed_size(size))
        return SealedFile(attachment, media, sums, _wrapped(self._wrap, key, attachment))

    def keep(self, sealed: SealedFile, person: str) -> None:
        """Write the key of a sealed file, inside the transaction of the entry that names it."""
        insert(
            self._db,
            "attachment_key",
            id=sealed.attachment,
            person=person,
            wrapped_key=sealed.wrapped_key,
        )

    def read(self, held: Held) -> bytes:
        """The content of a scan.

        Raises KnownError `attachment.unknown` (its key is not here), `.erased`, `.damaged`, `store.*`.
        """
        key = self.key(held.attachment)
        content = open_chunks(self.sealed(held), key, held.attachment)
        check_content(content, held.attachment, held.sums)
        return content

    def sealed(self, held: Held) -> bytes:
        """The sealed bytes that the entry names. Raises KnownError `attachment.damaged`, `store.*`."""
        path = self.file(held.attachment)
        if not path.is_file():
            raise KnownError("attachment.damaged", attachment=held.attachment)
        with disk_errors():
            sealed = path.read_bytes()
        if hashlib.sha256(sealed).hexdigest() != held.sums.sealed:
            raise KnownError("attachment.damaged", attachment=held.attachment)
        return sealed

    def key(self, attachment: str) -> bytes:
        """The key of a scan. Raises KnownError `attachment.unknown`, `.erased`, `.damaged`."""
        row = self._db.conn.execute(
            "SELECT wrapped_key FROM attachment_key WHERE id = ?", (attachment,)
        ).fetchone()
        if row is None:
            raise KnownError("attachment.unknown", attachment=attachment)
        if row[0] is None:
            raise KnownError("attachment.erased", attachment=attachment)
        try:
            return _unwrapped(self._wrap, row[0], attachment)
        except (InvalidTag, ValueError) as error:
            raise KnownError("attachment.damaged", attachment=attachment) from error

    def file(self, attachment: str) -> Path:
        """The file of a scan."""
        return self._folder / attachment

    def sweep(self) -> int:
        """Remove the files that open for nobody; return how many. Only for the thread that adds scans.

        These are files of erased scans, and those that a crash left without their entry.
        Raises KnownError `store.*`.
        """
        if not self._folder.is_dir():
            return 0
        rows = self._db.conn.execute("SELECT id FROM attachment_key WHERE wrapped_key NOT NULL")
        open_here = {attachment for (attachment,) in rows.fetchall()}
        with disk_errors():
            litter = [one for one in self._folder.iterdir() if one.name not in open_here]
        for one in litter:
            remove_durably(one)
        return len(litter)


def attachments(db: Database, tracking: str | None = None) -> list[Held]:
    """The scans of a request, or all, in the order in which they were added."""
    rows = db.conn.execute(
        f"{_COLUMNS} WHERE ?1 IS NULL OR a.tracking = ?1 ORDER BY a.seq", (tracking,)
    ).fetchall()
    return [_held(*row) for row in rows]


def attachments_of_person(db: Database, person: str) -> list[Held]:
    """The scans that are erased together with a personal record."""
    rows = db.conn.execute(f"{_COLUMNS} WHERE a.person = ? ORDER BY a.seq", (person,)).fetchall()
    return [_held(*row) for row in rows]


def attachment_of(db: Database, attachment: str) -> Held:
    """One scan by its id. Raises KnownError `attachment.unknown`."""
    row = db.conn.execute(f"{_COLUMNS} WHERE a.id = ?", (attachment,)).fetchone()
    if row is None:
        raise KnownError("attachment.unknown", attachment=attachment[:40])
    return _held(*row)


def keep_sent(db: Database, attachment: str, epoch: int, *, safe: bool) -> None:
    """The centre of this epoch has signed that it holds a scan, inside the open transaction.

    `safe`: in a back-up, too. In a later epoch it is asked again: it may be of before the scan came.
    """
    db.conn.execute(
        "INSERT OR REPLACE INTO attachment_sent (id, epoch, safe) VALUES (?, ?, ?)",
        (attachment, epoch, int(safe)),
    )


def forget_sent(db: Database, attachment: str) -> None:
    """The centre holds a scan no more that was in no back-up: it waits again, inside the open transaction."""
    db.conn.execute("DELETE FROM attachment_sent WHERE id = ? AND safe = 0", (attachment,))


def _held(
    attachment: str,
    seq: int,
    tracking: str,
    person: str,
    kind: str,
    media: str,
    content: str,
    size: int,
    sealed: str,
    sealed_bytes: int,
    erased: int,
    here: int,
    safe: int | None,
) -> Held:
    state = State.WAITING if here else State.ABSENT
    if safe is not None:
        state = State.SAFE if safe else State.SENT
    return Held(
        attachment,
        seq,
        tracking,
        person,
        kind,
        media,
        Sums(content, size, sealed, sealed_bytes),
        State.ERASED if erased else state,
    )


def _wrapped(cipher: AESGCM, key: bytes, attachment: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher.encrypt(nonce, key, bytes.fromhex(attachment))


def _unwrapped(cipher: AESGCM, wrapped: bytes, attachment: str) -> bytes:
    return cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bytes.fromhex(attachment))
