"""Opens a copied data folder with the authority's recovery key: on another machine, with nobody's secret.

Work on a copy: opening it to read may leave the database's own helper files beside it. Nothing is written
into the database, no try is counted, and neither device secret nor hardware is asked.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlite_utils import Database

from kiosk.core.entries.keys import RecoveryPart
from kiosk.core.errors import KnownError
from kiosk.core.wire.codec import FieldError, load
from kiosk.core.wire.times import from_ms
from kiosk.store.driver import open_database
from kiosk.store.journal import Journal, Signer
from kiosk.store.layout import StoreFolder
from kiosk.store.persons import PersonRecords
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_keys import open_recovery
from kiosk.store.slot_model import RecoverySlot
from kiosk.store.slot_rekey import recovered
from kiosk.store.unlocked import DataKey


@dataclass(frozen=True)
class Lodged:
    """A recovery slot as the centre holds it, from the entry `keys.made` of a stream."""

    stream: str
    part: RecoveryPart

    @classmethod
    def of(cls, plain: object) -> "Lodged":
        """Read {stream, slot, authority, sealed}. Raises KnownError `slots.no_recovery`."""
        try:
            fields = dict(plain)  # type: ignore[call-overload]
            return cls(str(fields.pop("stream")), load(RecoveryPart, fields))
        except (FieldError, TypeError, ValueError, KeyError) as error:
            raise KnownError("slots.no_recovery") from error


@dataclass(frozen=True)
class RecoveredStore:
    """A store open to read and export: journal, personal records, and the device's own key."""

    db: Database
    journal: Journal
    persons: PersonRecords
    device_signer: Signer
    stream: str
    data_key: DataKey

    def close(self) -> None:
        """Close the database and wipe the key; asking twice does no harm."""
        self.db.close()
        self.data_key.wipe()

    def __enter__(self) -> "RecoveredStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_recovered(root: Path, private: X25519PrivateKey, lodged: Lodged | None = None) -> RecoveredStore:
    """Open the copy of a data folder. `lodged`: for one whose slot file is gone or was wiped.

    Raises KnownError `store.missing`, `slots.no_recovery` when the key opens none of its recovery slots,
    `slots.missing`, `slots.lost`, `slots.altered`, `store.*`.
    """
    folder = StoreFolder(root)
    if not folder.database.is_file():
        raise KnownError("store.missing", path=root)
    data_key = _data_key(folder, private, lodged)
    try:
        db = open_database(folder.database, data_key.key, data_key.salt, readonly=True)
    except BaseException:
        data_key.wipe()
        raise
    row = db.execute("SELECT private FROM device_key").fetchone()
    stream, device = db.execute("SELECT stream, device FROM stream").fetchone()
    signer = Signer(device, Ed25519PrivateKey.from_private_bytes(row[0]))
    return RecoveredStore(db, Journal(db, signer), PersonRecords(db, data_key), signer, stream, data_key)


def _data_key(folder: StoreFolder, private: X25519PrivateKey, lodged: Lodged | None) -> DataKey:
    if lodged is None:
        return recovered(SlotCopies(folder.slots).read(), private, folder.database)
    part = lodged.part
    slot = RecoverySlot(part.slot, from_ms(0), part.authority, bytes(32), bytes.fromhex(part.sealed))
    return open_recovery(slot, lodged.stream, private)
