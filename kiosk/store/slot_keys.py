"""The cryptography of one slot: from a secret to the data key and the person's own key.

slot key   = Argon2id(secret, salt, secret=device secret, ad=slot metadata)
wraps      = AES-256-GCM under HKDF(slot key, label of what is wrapped), associated data = slot metadata
rekeyed    = AES-256-GCM under HKDF(data key before) of HPKE to the person's sealing key: who is absent finds
             a later data key with his old secret, and nobody without the key before it can put one there
recovery   = HPKE (X25519, HKDF-SHA256, AES-256-GCM) to the authority's public key
"""

import hashlib
import os
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.signed import kid_of, open_object, sign_object
from kiosk.core.wire.times import from_ms, utc_ms
from kiosk.store.device_secret import FILE, DeviceSecret
from kiosk.store.secret_digits import Secret
from kiosk.store.slot_model import (
    FORMAT,
    Escrow,
    KdfParameters,
    Kind,
    Maker,
    RecoverySlot,
    SecretSlot,
    Wrapped,
)
from kiosk.store.unlocked import DataKey, StaffKey

PRODUCTION_KDF = KdfParameters(memory_kib=64 * 1024, passes=3, lanes=1)
"""162 ms on the machine that was measured, 0.4–0.8 s on a cheap tablet; also the floor for opening a slot."""
PURPOSE = "staff-slot"
_LABEL = b"kiosk-slot-1/"
_REKEY_LABEL = b"kiosk-slot-1/rekey"
_PENDING_LABEL = b"kiosk-slots-1/mac-pending"
_MAC_LABEL = b"kiosk-slots-1/mac"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def mac_key(data_key: DataKey) -> bytes:
    """The key of the slot file's MAC."""
    return data_key.derive(_MAC_LABEL)


def pending_mac_key(before: DataKey, after: DataKey) -> bytes:
    """The key of the MAC while a rekey is under way: only who holds both data keys can have written it."""
    return HKDF(SHA256(), 32, salt=before.derive(_PENDING_LABEL), info=_PENDING_LABEL).derive(after.joined())


@dataclass(frozen=True)
class OpenedSlot:
    """What a secret gave: the data keys that its slot holds, oldest first, and the person's own key."""

    slot: SecretSlot
    stream: str
    data_keys: tuple[DataKey, ...]
    staff_key: StaffKey
    slot_key: bytes = field(repr=False)

    def settled(self, data_key: DataKey) -> SecretSlot:
        """The slot with this data key alone, under the secret as it is."""
        metadata = self.slot.metadata(self.stream)
        wrapped = _wrap(self.slot_key, b"data-key", data_key.joined(), metadata)
        escrow, key = self.slot.escrow, self.escrow_key()
        if key is not None:
            escrow = _escrow(key, self.slot_key, metadata, data_key, self.staff_key)
        return replace(self.slot, data_key=wrapped, rekeyed=(), escrow=escrow)

    def escrow_key(self) -> bytes | None:
        """The key of the escrow, to wrap for it anew; None without one."""
        if self.slot.escrow is None:
            return None
        metadata = self.slot.metadata(self.stream)
        return _unwrap(self.slot_key, b"escrow-key", self.slot.escrow.key, metadata)

    def wipe(self, keep: DataKey | None = None) -> None:
        """Wipe all keys; with `keep`, all data keys but that one."""
        for one in self.data_keys:
            if one is not keep:
                one.wipe()
        if keep is None:
            self.staff_key.wipe()


def seal_slot(
    draft: SecretSlot,
    stream: str,
    secret: Secret,
    device_secret: DeviceSecret,
    data_key: DataKey,
    staff_key: StaffKey,
    escrow_key: bytes | None = None,
) -> SecretSlot:
    """Wrap both keys for a secret, with a new salt and new nonces; the other fields of `draft` are kept.

    `escrow_key` (`escrow_key_of`): what opens the slot, once, when the secret is forgotten.

    The envelope is made with the file backend, so that it opens when a chip or keyring was lost.
    """
    held_by = device_secret.holding(FILE) if draft.kind == "envelope" else device_secret
    salt = os.urandom(16)
    given = held_by.seal(draft.slot_id, _device_auth(salt, secret))
    fresh = replace(
        draft,
        salt=salt,
        backend=held_by.name,
        held=given.held,
        public=staff_key.public,
        sealing=_sealing_key(staff_key).public_key().public_bytes_raw(),
    )
    metadata = fresh.metadata(stream)
    slot_key = _slot_key(fresh, metadata, secret, given.shared)
    escrow = _escrow(escrow_key, slot_key, metadata, data_key, staff_key) if escrow_key else None
    return replace(
        fresh,
        escrow=escrow,
        data_key=_wrap(slot_key, b"data-key", data_key.joined(), metadata),
        staff_key=_wrap(slot_key, b"staff-key", bytes(staff_key.seed), metadata),
    )


def open_slot(slot: SecretSlot, stream: str, secret: Secret, device_secret: DeviceSecret) -> OpenedSlot:
    """Open a slot with a secret.

    Raises KnownError `slots.wrong_secret` for a wrong secret and for a slot whose bound fields were changed,
    `slots.altered` when the keys in it are not those it names, `device_secret.*`.
    """
    metadata = slot.metadata(stream)
    held_by = device_secret.holding(slot.backend)
    shared = held_by.unseal(slot.slot_id, _device_auth(slot.salt, secret), slot.held)
    slot_key = _slot_key(slot, metadata, secret, shared)
    data_key = DataKey(_unwrap(slot_key, b"data-key", slot.data_key, metadata))
    staff_key = StaffKey(_unwrap(slot_key, b"staff-key", slot.staff_key, metadata))
    if staff_key.public != slot.public:
        raise KnownError("slots.altered")
    data_keys = [data_key]
    for later in slot.rekeyed:
        data_keys.append(_open_later(slot, stream, data_keys[-1], staff_key, later))
    return OpenedSlot(slot, stream, tuple(data_keys), staff_key, slot_key)


def escrow_key_of(escrow: bytes, slot_id: str, device_secret: DeviceSecret) -> bytes:
    """Derive the key of a slot's escrow from the 16 bytes that the centre holds and the device's own secret.

    The file backend holds the device's part, whatever holds the slot: hardware would ask for the secret that
    was forgotten. Raises KnownError `device_secret.*`.
    """
    device = device_secret.holding(FILE).unseal(f"escrow/{slot_id}", b"")
    return HKDF(SHA256(), 32, salt=device, info=_LABEL + b"escrow").derive(escrow)


def open_escrowed(slot: SecretSlot, stream: str, escrow_key: bytes) -> OpenedSlot:
    """Open a slot with the key of its escrow.

    Raises KnownError `slots.wrong_secret`, also for a slot without one, `slots.altered`.
    """
    if slot.escrow is None:
        raise KnownError("slots.wrong_secret")
    plain = _unwrap(escrow_key, b"escrow", slot.escrow.keys, slot.metadata(stream))
    data_keys, staff_key = [DataKey(plain[:48])], StaffKey(plain[48:])
    if staff_key.public != slot.public:
        raise KnownError("slots.altered")
    for later in slot.rekeyed:
        data_keys.append(_open_later(slot, stream, data_keys[-1], staff_key, later))
    return OpenedSlot(slot, stream, tuple(data_keys), staff_key, b"")


def _escrow(key: bytes, slot_key: bytes, metadata: bytes, data_key: DataKey, staff_key: StaffKey) -> Escrow:
    return Escrow(
        key=_wrap(slot_key, b"escrow-key", key, metadata),
        keys=_wrap(key, b"escrow", data_key.joined() + bytes(staff_key.seed), metadata),
    )


def seal_later(slot: SecretSlot, stream: str, before: DataKey, after: DataKey) -> SecretSlot:
    """Add a later data key to the slot of a person who is absent."""
    info, person = _rekey_info(slot, stream), X25519PublicKey.from_public_bytes(slot.sealing)
    box, nonce = _SUITE.encrypt(after.joined(), person, info=info), os.urandom(12)
    wrapped = Wrapped(nonce, AESGCM(before.derive(_REKEY_LABEL)).encrypt(nonce, box, info))
    return replace(slot, rekeyed=(*slot.rekeyed, wrapped))


def _open_later(
    slot: SecretSlot, stream: str, before: DataKey, staff_key: StaffKey, later: Wrapped
) -> DataKey:
    info = _rekey_info(slot, stream)
    try:
        box = AESGCM(before.derive(_REKEY_LABEL)).decrypt(later.nonce, later.sealed, info)
        return DataKey(_SUITE.decrypt(box, _sealing_key(staff_key), info=info))
    except (InvalidTag, ValueError) as error:
        raise KnownError("slots.altered") from error


def _rekey_info(slot: SecretSlot, stream: str) -> bytes:
    return canonical({"format": FORMAT, "stream": stream, "id": slot.slot_id, "what": "rekeyed"})


def countersign(
    draft: SecretSlot, stream: str, public: bytes, maker_code: str, maker_key: StaffKey
) -> SecretSlot:
    """Let the maker vouch for a new person's key, from `made` to `expires`."""
    payload = _vouched(draft, stream, public, maker_code)
    signed = sign_object(
        PURPOSE,
        payload,
        key=maker_key.private,
        kid=maker_key.kid,
        issued=draft.made,
        expires=draft.expires,
    )
    return replace(draft, maker=Maker(maker_code, maker_key.public, signed.decode("utf-8")))


def check_countersignature(slot: SecretSlot, stream: str, now: datetime) -> None:
    """Check that the maker signed exactly this slot. Who the maker is, the centre certifies at a sync.

    Raises KnownError `slots.altered`.
    """
    maker_key = Ed25519PublicKey.from_public_bytes(slot.maker.public)
    try:
        signed = open_object(
            slot.maker.signed.encode("utf-8"),
            purpose=PURPOSE,
            keys={kid_of(maker_key): maker_key},
            now=now,
            times="report",
        )
    except KnownError as error:
        raise KnownError("slots.altered") from error
    if dict(signed.payload) != _vouched(slot, stream, slot.public, slot.maker.code):
        raise KnownError("slots.altered")


def seal_recovery(stream: str, data_key: DataKey, authority: X25519PublicKey, made: datetime) -> RecoverySlot:
    """Seal the data key to the authority: a recovered disk is read there when nobody here can open it."""
    slot = RecoverySlot(
        slot_id=os.urandom(16).hex(),
        made=_whole_ms(made),
        authority=authority_id(authority),
        public=authority.public_bytes_raw(),
        sealed=b"",
    )
    return replace(slot, sealed=_SUITE.encrypt(data_key.joined(), authority, info=slot.info(stream)))


def open_recovery(slot: RecoverySlot, stream: str, private: X25519PrivateKey) -> DataKey:
    """Open a recovery slot with the authority's private key. Raises KnownError `slots.no_recovery`."""
    try:
        return DataKey(_SUITE.decrypt(slot.sealed, private, info=slot.info(stream)))
    except (InvalidTag, ValueError) as error:
        raise KnownError("slots.no_recovery") from error


def authority_id(authority: X25519PublicKey) -> str:
    """Name a recovery key: the first 8 hex characters of SHA-256 over its 32 raw bytes."""
    return hashlib.sha256(authority.public_bytes_raw()).hexdigest()[:8]


def new_staff_key() -> StaffKey:
    """Draw a new Ed25519 key."""
    return StaffKey(Ed25519PrivateKey.generate().private_bytes_raw())


def new_data_key() -> DataKey:
    """Draw a new key and salt for a database."""
    return DataKey(os.urandom(48))


def draft_slot(
    kind: Kind, code: str, roles: tuple[str, ...], made: datetime, expires: datetime, kdf: KdfParameters
) -> SecretSlot:
    """A slot without keys or maker yet."""
    nothing = Wrapped(bytes(12), bytes(64))
    return SecretSlot(
        slot_id=os.urandom(16).hex(),
        kind=kind,
        code=code,
        roles=roles,
        made=_whole_ms(made),
        expires=_whole_ms(expires),
        backend="",
        kdf=kdf,
        salt=os.urandom(16),
        data_key=nothing,
        staff_key=nothing,
        public=bytes(32),
        sealing=bytes(32),
        maker=Maker(code, bytes(32), ""),
    )


def _whole_ms(moment: datetime) -> datetime:
    return from_ms(utc_ms(moment))


def _vouched(slot: SecretSlot, stream: str, public: bytes, maker_code: str) -> dict[str, object]:
    return {
        "stream": stream,
        "slot": slot.slot_id,
        "kind": slot.kind,
        "code": slot.code,
        "roles": list(slot.roles),
        "public": public.hex(),
        "maker": maker_code,
    }


def _device_auth(salt: bytes, secret: Secret) -> bytes:
    """What hardware checks: derived from the secret, so that the secret itself never leaves the program."""
    return HKDF(SHA256(), 32, salt=salt, info=_LABEL + b"device-auth").derive(secret.digits)


def _slot_key(slot: SecretSlot, metadata: bytes, secret: Secret, shared: bytes) -> bytes:
    derivation = Argon2id(
        salt=slot.salt,
        length=32,
        iterations=slot.kdf.passes,
        lanes=slot.kdf.lanes,
        memory_cost=slot.kdf.memory_kib,
        ad=metadata,
        secret=shared,
    )
    return derivation.derive(secret.digits)


def _cipher(slot_key: bytes, label: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=_LABEL + label).derive(slot_key))


def _wrap(slot_key: bytes, label: bytes, plain: bytes, metadata: bytes) -> Wrapped:
    nonce = os.urandom(12)
    return Wrapped(nonce, _cipher(slot_key, label).encrypt(nonce, plain, metadata))


def _unwrap(slot_key: bytes, label: bytes, wrapped: Wrapped, metadata: bytes) -> bytes:
    try:
        return _cipher(slot_key, label).decrypt(wrapped.nonce, wrapped.sealed, metadata)
    except InvalidTag as error:
        raise KnownError("slots.wrong_secret") from error


def _sealing_key(staff_key: StaffKey) -> X25519PrivateKey:
    """A key to seal to a person who is absent, from his own seed: a rekey needs nobody's secret but one."""
    derivation = HKDF(SHA256(), 32, salt=None, info=_LABEL + b"sealing")
    return X25519PrivateKey.from_private_bytes(derivation.derive(bytes(staff_key.seed)))
