"""What a person holds while the store is open to him: the data key, his own key, and what he may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.core.errors import BugError
from kiosk.core.wire.signed import kid_of
from kiosk.store.slot_model import Kind

DATA_KEY_BYTES = 48
"""32 bytes of key, 16 of salt, wrapped together."""
SUPERVISOR = "supervisor"


class May(StrEnum):
    """What an unlocked slot opens the way to; roles and rules of each act come on top."""

    WORK = "work"
    """Shifts, requests, money, as the roles allow."""
    DRAIN = "drain"
    """Send and export what was recorded."""
    CLOSE = "close"
    """Close an open shift and hand cash over. An expired slot keeps this: draining is never frozen."""
    REKEY = "rekey"
    """Give the store a new key."""
    SET_UP = "set_up"
    """Set-up and device bench: no citizens' data, no money."""


class _KeptInMemory:
    """Bytes that `repr` does not show, that are not copied out, and that are overwritten when done."""

    def __init__(self, **parts: bytes | bytearray) -> None:
        self._parts = {name: bytearray(value) for name, value in parts.items()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{'' if self._parts else ' wiped'}>"

    def __reduce__(self) -> NoReturn:
        raise BugError("a key is not copied out of memory")

    def _part(self, name: str) -> bytearray:
        if name not in self._parts:
            raise BugError("a key used after it was wiped")
        return self._parts[name]

    def wipe(self) -> None:
        """Overwrite the bytes. Python and libraries may have made copies that this cannot reach."""
        for part in self._parts.values():
            part[:] = bytes(len(part))
        self._parts.clear()


class DataKey(_KeptInMemory):
    """The database's raw key (32 bytes) and salt (16 bytes)."""

    def __init__(self, key_and_salt: bytes | bytearray) -> None:
        if len(key_and_salt) != DATA_KEY_BYTES:
            raise BugError("a data key is 32 bytes of key and 16 of salt")
        super().__init__(key=key_and_salt[:32], salt=key_and_salt[32:])

    @property
    def key(self) -> bytearray:
        """The 32 bytes themselves, not a copy. Raises BugError once wiped."""
        return self._part("key")

    @property
    def salt(self) -> bytearray:
        """The 16 bytes themselves. Raises BugError once wiped."""
        return self._part("salt")

    def derive(self, label: bytes) -> bytes:
        """Derive 32 bytes for another use of the data key, named by its label (HKDF-SHA256)."""
        return HKDF(SHA256(), 32, salt=bytes(self.salt), info=label).derive(bytes(self.key))

    def joined(self) -> bytes:
        """Key and salt as slots wrap them."""
        return bytes(self.key) + bytes(self.salt)


class StaffKey(_KeptInMemory):
    """A person's Ed25519 key on this device, kept as its seed (32 bytes)."""

    def __init__(self, seed: bytes | bytearray) -> None:
        super().__init__(seed=seed)

    @property
    def private(self) -> Ed25519PrivateKey:
        """The key to sign with; do not keep it. Raises BugError once wiped."""
        return Ed25519PrivateKey.from_private_bytes(bytes(self._part("seed")))

    @property
    def public(self) -> bytes:
        """The public key, 32 raw bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        """The name of the key in signatures."""
        return kid_of(self.private.public_key())

    @property
    def seed(self) -> bytearray:
        """The seed itself, not a copy. Raises BugError once wiped."""
        return self._part("seed")


@dataclass(frozen=True, eq=False)
class Unlocked:
    """One person's open slot. A slot file with a lower `generation` than one seen before was put back."""

    slot_id: str
    kind: Kind
    code: str
    roles: tuple[str, ...]
    expires: datetime
    device: str | None
    stream: str
    generation: int
    data_key: DataKey
    staff_key: StaffKey

    @property
    def dek(self) -> bytearray:
        """The database's raw key, for `open_database`."""
        return self.data_key.key

    @property
    def salt(self) -> bytearray:
        """The database's salt, for `open_database`."""
        return self.data_key.salt

    def may(self, now: datetime) -> frozenset[May]:
        """What this slot opens the way to at `now`: the latest time known, lest a clock put back help."""
        if self.kind == "envelope":
            return frozenset({May.DRAIN, May.CLOSE, May.REKEY})
        expired = now >= self.expires
        if self.kind == "technician":
            return frozenset() if expired else frozenset({May.SET_UP})
        if expired:
            return frozenset({May.DRAIN, May.CLOSE})
        rekey = {May.REKEY} if SUPERVISOR in self.roles else set()
        return frozenset({May.WORK, May.DRAIN, May.CLOSE} | rekey)

    def lock(self) -> None:
        """Wipe the keys; asking twice does no harm, using one afterwards is a bug."""
        self.data_key.wipe()
        self.staff_key.wipe()
