"""Finds the records of one person on this device without opening any: by a keyed hash of his number.

The key of the hash is derived from the data key, so that without it the index tells nothing and nobody can
test a guessed number. A trigger empties the rows of a record whose key is destroyed. No fact lives here: when
the index is lost, only the recognition of earlier requests is lost with it. A rekey keeps its key, inside the
database, so that the rows need not be made anew.
"""

import hashlib
import hmac
from typing import Literal

from sqlite_utils import Database

from kiosk.store.rows import insert
from kiosk.store.sync_state import keep_setting, setting
from kiosk.store.unlocked import DataKey

_LABEL = b"kiosk-person-index-1"
_KEPT = "person_index_key"

IdentityKind = Literal["national_number", "passport"]


def index_key(db: Database, data_key: DataKey) -> bytes:
    """The key of the index: the one that a rekey kept, else derived from the data key."""
    kept = setting(db, _KEPT)
    return bytes.fromhex(kept) if kept else data_key.derive(_LABEL)


def keep_index_key(db: Database, key: bytes) -> None:
    """Keep the key for a database whose data key is changed, inside the open transaction."""
    keep_setting(db, _KEPT, key.hex())


class PersonIndex:
    """The index of one store. Writes belong to the act that seals the record."""

    def __init__(self, db: Database, data_key: DataKey) -> None:
        self._db = db
        self._key = index_key(db, data_key)

    def key(self, kind: IdentityKind, number: str) -> bytes:
        """The 32 bytes under which the records of an identity stand; `number` as it is kept, not as typed."""
        return hmac.digest(self._key, f"{kind}:{number}".encode(), hashlib.sha256)

    def add(self, person: str, key: bytes) -> None:
        """Let the record `person` be found by a key, inside the open transaction."""
        insert(self._db, "person_index", key=key, person=person)
