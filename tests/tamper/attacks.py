"""What somebody does to a device's folder, and what the product says of it when it is opened again."""

import json
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.core.wire.checkpoint import checkpoint_bytes, parse_checkpoint, sign_checkpoint
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import FIRST_PREVIOUS, entry_hash, sign_entry
from kiosk.desk.unlock import unlock
from kiosk.store.incidents import standing_incidents
from kiosk.store.rebuild import rebuild
from kiosk.store.store import Store
from kiosk.store.verify import verify
from tests.desk.conftest import CHEAP, SECRETS
from tests.store.damage import forge

PAGE = 4096


def named(root: Path, code: str = "SUP-1") -> set[str]:
    """Everything that unlocking and a verification say of a folder; nothing when it seems sound."""
    try:
        session = unlock(root, code, SECRETS[code][0], opening=CHEAP)
    except KnownError as error:
        return {error.code}
    try:
        found = {one.detail for one in standing_incidents(session.store.db)}
        try:
            found |= {error.code for error in verify(session.store).errors()}
        except KnownError as error:
            found.add(error.code)
        return found
    finally:
        session.store.close()


def flip(path: Path, at: int) -> None:
    """Change one bit of a file."""
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def page(data: bytes, number: int) -> bytes:
    """One page of a database file, counted from 0."""
    return data[number * PAGE : (number + 1) * PAGE]


def tables_made_anew(store: Store) -> None:
    """Whoever holds the key makes the derived tables fit the journal that he left."""
    with store.transaction() as db:
        rebuild(db, store.journal)


def history_made_anew(store: Store, seq: int, old: str, new: str) -> None:
    """Rewrite one entry, and with the keys that are in the database everything that follows from it.

    Hashes, checkpoints and tables fit afterwards. What persons signed cannot be signed again.
    """
    db, head = store.db.conn, FIRST_PREVIOUS
    statements: list[str] = []
    heads: dict[int, bytes] = {}
    for place, data in db.execute("SELECT seq, bytes FROM journal_1 ORDER BY seq").fetchall():
        changed = data.replace(old.encode(), new.encode()) if place == seq else data
        assert place != seq or changed != data
        head = heads[place] = entry_hash(head, place, changed)
        statements.append(
            f"UPDATE journal_1 SET bytes = x'{changed.hex()}', hash = x'{head.hex()}' WHERE seq = {place}"
        )
    device = store.device_signer
    for place, data in db.execute("SELECT seq, bytes FROM checkpoint").fetchall():
        before = parse_checkpoint(data)
        made = sign_checkpoint(
            stream=before.stream, seq=place, head=heads[place], totals=before.totals, time=before.time,
            key=device.key, kid=device.kid,
        )  # fmt: skip
        statements.append(
            f"UPDATE checkpoint SET bytes = x'{checkpoint_bytes(made).hex()}' WHERE seq = {place}"
        )
    for place, text in db.execute("SELECT seq, sigs FROM journal_1 WHERE sigs <> '[]'").fetchall():
        again = [
            dump(sign_entry(heads[place], by=device.by, kid=device.kid, key=device.key))
            if one["by"] == device.by
            else one
            for one in json.loads(text)
        ]
        statements.append(f"UPDATE journal_1 SET sigs = '{json.dumps(again)}' WHERE seq = {place}")
    forge(store, *statements)
    tables_made_anew(store)
