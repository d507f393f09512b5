"""The slot file through a rekey, and which data key of a slot is the one of the database.

Three writes, each whole or not at all: *pending* (each slot holds both data keys), then the database is
replaced, then *done* (the new one alone counts). Before the database is replaced the old key opens it and
the rekey is undone at the next unlock; after that the new one does, and it is finished. Which of the two it
is, the first 16 bytes of the database say: its salt.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.store.files import disk_errors
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_format import MOST_REKEYED, SlotDocument, read_document, write_document
from kiosk.store.slot_keys import mac_key, open_recovery, pending_mac_key, seal_later, seal_recovery
from kiosk.store.slot_model import RecoverySlot, SecretSlot, Slot, SlotHeader
from kiosk.store.unlocked import DataKey

SALT_BYTES = 16


def salt_of(database: Path) -> bytes:
    """The salt of a database file; empty when it is not there. Raises KnownError `store.*`."""
    if not database.is_file():
        return b""
    with disk_errors(), database.open("rb") as file:
        return file.read(SALT_BYTES)


def believed(
    documents: Sequence[SlotDocument], keys: Sequence[DataKey], database: Path, slot: SecretSlot | None = None
) -> tuple[SlotDocument, DataKey]:
    """The newest copy that a holder of these data keys wrote (and that holds `slot`), and the key in force.

    `keys`: oldest first. Raises KnownError `slots.altered`.
    """
    for document in documents:
        if slot is not None and document.header.find(slot.code) != slot:
            continue
        if not document.header.pending:
            if document.genuine(mac_key(keys[-1])):
                return document, keys[-1]
        elif len(keys) > 1 and document.genuine(pending_mac_key(keys[-2], keys[-1])):
            return document, keys[-1] if salt_of(database) == keys[-1].salt else keys[-2]
    raise KnownError("slots.altered")


def settled(header: SlotHeader, *, done: bool) -> SlotHeader:
    """What a pending header becomes: `done` when the database has the new key, else as it was before."""
    slots = header.slots if done else tuple(_without_new(header))
    return replace(header, generation=header.generation + 1, slots=slots, pending=False)


def _without_new(header: SlotHeader) -> Sequence[Slot]:
    newest = header.recovery_slots()[-1:]
    kept = [slot for slot in header.slots if slot not in newest]
    return [
        replace(slot, rekeyed=slot.rekeyed[:-1]) if isinstance(slot, SecretSlot) else slot for slot in kept
    ]


class SlotRekey:
    """Writes the slot file of one rekey, from the data key `before` to `after`."""

    def __init__(
        self, copies: SlotCopies, before: DataKey, after: DataKey, clock: Callable[[], datetime]
    ) -> None:
        self._copies = copies
        self._before, self._after = before, after
        self._clock = clock
        self._pending: SlotHeader | None = None

    def prepare(self) -> RecoverySlot | None:
        """Seal the new data key to everyone, in memory; return the new recovery slot (None on a trial).

        Raises KnownError `slots.altered`, `slots.absent_too_long`, `store.*`.
        """
        document, _ = believed(self._copies.read(), [self._before], Path())
        header = document.header
        for slot in header.secret_slots():
            if len(slot.rekeyed) >= MOST_REKEYED:
                raise KnownError("slots.absent_too_long", staff=slot.code)
        slots = [self._sealed(slot, header.stream) for slot in header.slots]
        recovery = None
        if header.recovery_slots():
            authority = X25519PublicKey.from_public_bytes(header.recovery_slots()[-1].public)
            recovery = seal_recovery(header.stream, self._after, authority, self._clock())
            slots.append(recovery)
        generation = header.generation + 1
        self._pending = replace(header, generation=generation, slots=tuple(slots), pending=True)
        return recovery

    @property
    def generation(self) -> int:
        """The generation of the pending file."""
        return self._held().generation

    def announce(self) -> None:
        """Write *pending*: from here on both keys are in the file. Raises KnownError `store.*`."""
        self._write(self._held(), pending_mac_key(self._before, self._after))

    def withdraw(self) -> None:
        """Write the file as it was before. Raises KnownError `store.*`."""
        self._write(settled(self._held(), done=False), mac_key(self._before))

    def conclude(self) -> SlotHeader:
        """Write *done*: the database has the new key. Raises KnownError `store.*`."""
        header = settled(self._held(), done=True)
        self._write(header, mac_key(self._after))
        return header

    def _sealed(self, slot: Slot, stream: str) -> Slot:
        return seal_later(slot, stream, self._before, self._after) if isinstance(slot, SecretSlot) else slot

    def _held(self) -> SlotHeader:
        if self._pending is None:
            raise BugError("a rekey that was not prepared")
        return self._pending

    def _write(self, header: SlotHeader, key: bytes) -> None:
        document = write_document(header, key)
        if read_document(document.data).header != header:
            raise BugError("a slot file that does not read back")
        self._copies.replace(document)


def recovered(documents: Sequence[SlotDocument], private: X25519PrivateKey, database: Path) -> DataKey:
    """The data key that the authority's recovery key finds in a slot file.

    Raises KnownError `slots.no_recovery` when it opens none, `slots.altered` when none of them wrote it.
    """
    fault = KnownError("slots.no_recovery")
    for document in documents:
        header = document.header
        keys = []
        for slot in header.recovery_slots():
            try:
                keys.append(open_recovery(slot, header.stream, private))
            except KnownError:
                continue
        if not keys:
            continue
        try:
            return believed([document], keys, database)[1]
        except KnownError as error:
            fault = error
    raise fault
