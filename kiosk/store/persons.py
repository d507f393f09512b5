"""Personal records: details of a citizen, sealed one by one under a key of their own, beside the journal.

An entry names a record by its random id and holds a salted commitment to it (`kiosk.core.wire.person`).
Destroying the record's key erases the person and leaves every fact as it was. Format: docs/store.md.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from kiosk.core.entries.parts import PersonRef
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical, nfc, parse_canonical
from kiosk.core.wire.person import SALT_BYTES, commitment
from kiosk.store.rows import insert
from kiosk.store.unlocked import DataKey

_NONCE = 12
_SALT = re.compile(f"[0-9a-f]{{{2 * SALT_BYTES}}}")
_WRAP_LABEL = b"kiosk-person-wrap-1"
_RECORD_LABEL = b"kiosk-person-record-1"


@dataclass(frozen=True)
class SealedPerson:
    """A record that is sealed and not yet written: its reference can be shown and signed before the act."""

    ref: PersonRef
    wrapped_key: bytes
    sealed: bytes


def rewrap(db: Database, before: DataKey, after: DataKey) -> None:
    """Wrap the keys of all records under another data key, inside the open transaction.

    A wrapped key that does not open (damage that `kiosk verify` names) is left as it is.
    """
    old, new = AESGCM(before.derive(_WRAP_LABEL)), AESGCM(after.derive(_WRAP_LABEL))

    def again(record: str, wrapped: bytes) -> bytes:
        associated = bytes.fromhex(record)
        try:
            return _encrypt(new, _decrypt(old, wrapped, associated), associated)
        except (InvalidTag, ValueError):
            return wrapped

    db.conn.create_function("rewrapped", 2, again)
    db.conn.execute(
        "UPDATE person SET wrapped_key = rewrapped(id, wrapped_key) WHERE wrapped_key IS NOT NULL"
    )


class PersonRecords:
    """The sealed records of one store. Writes belong to the act that names the person."""

    def __init__(self, db: Database, data_key: DataKey) -> None:
        self._db = db
        self._wrap = AESGCM(data_key.derive(_WRAP_LABEL))

    def prepare(self, details: Mapping[str, str]) -> "SealedPerson":
        """Seal details (field codes to text as typed, in NFC) under a new key; nothing is written yet."""
        record, salt, key = secrets.token_hex(16), secrets.token_bytes(SALT_BYTES), AESGCM.generate_key(256)
        content = canonical({"details": nfc(details), "salt": salt.hex()})
        return SealedPerson(
            ref=PersonRef(person=record, commitment=commitment(details, salt)),
            wrapped_key=_encrypt(self._wrap, key, bytes.fromhex(record)),
            sealed=_encrypt(AESGCM(key), content, _RECORD_LABEL + bytes.fromhex(record)),
        )

    def keep(self, person: "SealedPerson") -> PersonRef:
        """Write a sealed record inside the open transaction and return its reference."""
        insert(self._db, "person", id=person.ref.person, wrapped_key=person.wrapped_key, sealed=person.sealed)
        return person.ref

    def seal(self, details: Mapping[str, str]) -> PersonRef:
        """Seal and write a record inside the open transaction."""
        return self.keep(self.prepare(details))

    def open(self, record: str) -> dict[str, str]:
        """Return the details of a record.

        Raises KnownError `person.unknown`, `person.erased` (its key was destroyed) or `person.damaged`.
        """
        return self._content(record)["details"]  # type: ignore[no-any-return]

    def proof(self, record: str) -> tuple[bytes, dict[str, str]]:
        """Return (salt, details): what shows that the details belong to an entry's commitment."""
        content = self._content(record)
        return bytes.fromhex(content["salt"]), content["details"]

    def erase(self, record: str) -> None:
        """Destroy the key of a record inside the open transaction; the act writes the entry that says so."""
        if not self._db.execute("SELECT 1 FROM person WHERE id = ?", (record,)).fetchone():
            raise KnownError("person.unknown", person=record)
        self._db.execute("UPDATE person SET wrapped_key = NULL WHERE id = ?", (record,))

    def _content(self, record: str) -> dict[str, Any]:
        row = self._db.execute("SELECT wrapped_key, sealed FROM person WHERE id = ?", (record,)).fetchone()
        if row is None:
            raise KnownError("person.unknown", person=record)
        if row[0] is None:
            raise KnownError("person.erased", person=record)
        try:
            key = _decrypt(self._wrap, row[0], bytes.fromhex(record))
            content = _decrypt(AESGCM(key), row[1], _RECORD_LABEL + bytes.fromhex(record))
        except (InvalidTag, ValueError) as error:
            raise KnownError("person.damaged", person=record) from error
        return _read(content, record)


def _read(content: bytes, record: str) -> dict[str, Any]:
    """What was sealed: details and salt. Whoever holds the data key could have sealed anything."""
    try:
        parsed = parse_canonical(content)
    except KnownError as error:
        raise KnownError("person.damaged", person=record) from error
    shape = parsed if isinstance(parsed, dict) else {}
    details, salt = shape.get("details"), shape.get("salt")
    texts = isinstance(details, dict) and all(isinstance(text, str) for text in details.values())
    if set(shape) != {"details", "salt"} or not texts or not _SALT.fullmatch(str(salt)):
        raise KnownError("person.damaged", person=record)
    return shape


def _encrypt(cipher: AESGCM, plain: bytes, associated: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, associated)


def _decrypt(cipher: AESGCM, sealed: bytes, associated: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], associated)
