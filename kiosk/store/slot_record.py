"""What the database remembers of the slot file, so that an older one put back is noticed and named.

After each change and each unlock the generation of the file is kept here, inside the encrypted database, with
a digest of each slot. A file below that generation was put back: of its slots only those count that are as
the newest file had them. Who changed nothing may work on; a removed person's slot, and a slot under an
earlier secret, open nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.store.slot_model import SecretSlot, SlotHeader
from kiosk.store.sync_state import keep_setting, setting

_SEEN = "slots_seen"


@dataclass(frozen=True)
class PutBack:
    """An older slot file was found: its generation, that of the newest one, and which slots still count."""

    found: int
    expected: int
    valid: tuple[str, ...]


def note_slots(db: Database, header: SlotHeader) -> None:
    """Remember this slot file, inside the open transaction or by itself; the same again writes nothing."""
    slots = {slot.slot_id: digest_of(slot, header.stream) for slot in header.secret_slots()}
    seen = {"generation": header.generation, "slots": slots}
    if setting(db, _SEEN) != seen:
        keep_setting(db, _SEEN, seen)


def raise_generation(db: Database, generation: int) -> None:
    """Expect a later file with the same slots: a rekey is about to write it."""
    seen = setting(db, _SEEN)
    if seen is not None:
        keep_setting(db, _SEEN, {**seen, "generation": max(seen["generation"], generation)})


def put_back(db: Database, header: SlotHeader) -> PutBack | None:
    """Compare a slot file with what is remembered; None when it is as new or newer."""
    seen = setting(db, _SEEN)
    if seen is None or header.generation > seen["generation"]:
        return None
    kept: Mapping[str, str] = seen["slots"]
    valid = [
        slot.slot_id
        for slot in header.secret_slots()
        if kept.get(slot.slot_id) == digest_of(slot, header.stream)
    ]
    same = len(valid) == len(header.secret_slots()) == len(kept)
    if header.generation == seen["generation"] and same:
        return None
    return PutBack(header.generation, seen["generation"], tuple(valid))


def refuse_put_back(db: Database, header: SlotHeader, slot_id: str) -> PutBack | None:
    """As `put_back`, and refuse the slot that was opened when it is not as the newest file had it.

    Raises KnownError `slots.put_back`.
    """
    found = put_back(db, header)
    if found is not None and slot_id not in found.valid:
        code = next(slot.code for slot in header.secret_slots() if slot.slot_id == slot_id)
        raise KnownError("slots.put_back", staff=code)
    return found


def digest_of(slot: SecretSlot, stream: str) -> str:
    """Names a slot as its owner knows it: who, roles, until when, which secret (by its salt), which key.

    Not which data key: a rekey changes that for all.
    """
    return hashlib.sha256(slot.metadata(stream) + slot.public).hexdigest()
