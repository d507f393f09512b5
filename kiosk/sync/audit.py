"""Writes an auditor's copy of the journal: one readable file (docs/audit-export.md), read back afterwards.

Amounts and staff codes in it are readable by anyone; personal details are not in the journal, so not in it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Record
from kiosk.core.wire.export_journal import (
    SUFFIX,
    Confirmed,
    DevicePublicKey,
    JournalHead,
    Written,
    journal_lines,
)
from kiosk.core.wire.export_manifest import folder_name
from kiosk.core.wire.signed import kid_of
from kiosk.store.files import write_pieces_durably
from kiosk.store.journal import read_signatures
from kiosk.store.sync_state import centre_of
from kiosk.sync.stick import hash_on_medium, stick_errors


def export_plain(
    db: Database, key: Ed25519PublicKey, *, device: str, stream: str, root: Path
) -> tuple[Path, Written]:
    """Write the whole journal below `root` as one file; returns its path and what it holds.

    What was tampered with is written as it is: an auditor is to see it. Raises KnownError `export.*`.
    """
    head = JournalHead(
        device=device,
        stream=stream,
        by="device",
        keys=(DevicePublicKey(kid=kid_of(key), public=key.public_bytes_raw().hex()),),
    )
    checkpoints: dict[int, list[bytes]] = {}
    for seq, data in db.conn.execute("SELECT seq, bytes FROM checkpoint ORDER BY seq"):
        checkpoints.setdefault(seq, []).append(data)
    written, digest = Written(), hashlib.sha256()
    if not root.is_dir():
        raise KnownError("export.missing", path=root)
    path = root / (folder_name(device, stream) + SUFFIX)
    lines = journal_lines(head, _records(db), checkpoints, confirmed_of(db), written)
    with stick_errors(root):
        write_pieces_durably(path, _hashed(lines, digest))
    if hash_on_medium(path) != digest.digest():
        raise KnownError("export.not_read_back", name=path.name)
    return path, written


def confirmed_of(db: Database) -> Confirmed | None:
    """The newest acknowledgement and who vouches for it; None before the first."""
    row = db.conn.execute("SELECT bytes FROM acknowledgement").fetchone()
    centre = centre_of(db)
    if row is None or centre is None:
        return None
    return Confirmed(acknowledgement=row[0].decode(), root=centre.root, delegations=centre.delegations)


def _records(db: Database) -> Iterator[Record]:
    """Every row of the journal; signatures that cannot be read are missing, which the verifier names."""
    for seq, data, hash_, text in db.conn.execute("SELECT seq, bytes, hash, sigs FROM journal ORDER BY seq"):
        try:
            sigs = read_signatures(seq, text)
        except KnownError:
            sigs = ()
        yield Record(seq, data, hash_, sigs)


def _hashed(lines: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for line in lines:
        digest.update(line)
        yield line
