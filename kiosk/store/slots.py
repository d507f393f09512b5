"""Who may open the store: unlocking, adding, changing and removing the slots of people.

The rules of who may make or remove whom stand here and not in a screen. The person whose slot is made is
present: his secret is typed (or shown to him) on this device and goes nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.store.attempts import UNKNOWN_CODE, AttemptLog, utc_now
from kiosk.store.device_secret import DeviceSecret
from kiosk.store.layout import StoreFolder
from kiosk.store.secret_digits import NewSecret, Secret, SecretPolicy
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_format import SlotDocument, read_document, write_document
from kiosk.store.slot_keys import (
    PRODUCTION_KDF,
    check_countersignature,
    countersign,
    draft_slot,
    mac_key,
    new_data_key,
    new_staff_key,
    open_recovery,
    open_slot,
    seal_recovery,
    seal_slot,
)
from kiosk.store.slot_model import (
    CODE,
    ENVELOPE_CODE,
    KdfParameters,
    Kind,
    RecoverySlot,
    SecretSlot,
    Slot,
    SlotHeader,
)
from kiosk.store.unlocked import SUPERVISOR, DataKey, May, StaffKey, Unlocked

TECHNICIAN = "technician"


@dataclass(frozen=True)
class NewStaff:
    """A person about to get a slot: staff code, roles, a secret that fits the policy, and until when."""

    code: str
    roles: tuple[str, ...]
    secret: NewSecret
    expires: datetime


@dataclass(frozen=True)
class Listed:
    """A slot as anyone may see it before unlocking; nothing vouches for it until somebody unlocks."""

    code: str
    kind: Kind
    roles: tuple[str, ...]
    expires: datetime
    slot_id: str
    public: bytes


class Slots:
    """The slots of one store.

    `kdf` is the cost of new slots; a slot cheaper than `floor` is refused (tests alone pass a low one).
    """

    def __init__(
        self,
        folder: StoreFolder,
        device_secret: DeviceSecret,
        attempts: AttemptLog,
        *,
        clock: Callable[[], datetime] = utc_now,
        kdf: KdfParameters = PRODUCTION_KDF,
        floor: KdfParameters = PRODUCTION_KDF,
    ) -> None:
        if not kdf.meets(floor):
            raise BugError("new slots would be cheaper than the floor")
        self._copies = SlotCopies(folder.slots)
        self._device_secret = device_secret
        self._attempts = attempts
        self._clock = clock
        self._kdf = kdf
        self._floor = floor

    def create(
        self,
        *,
        stream: str,
        technician: NewStaff,
        authority: X25519PublicKey | None,
        device: str | None = None,
    ) -> Unlocked:
        """Draw the data key of a new store; make its first slot, the technician's, and the recovery slot.

        `stream` is 32 hex digits; `authority` may be None only in a trial, which nobody will recover.
        Raises KnownError `store.exists` when there are slots already, `slots.bad_code`, `store.*`.
        """
        if self._copies.present():
            raise KnownError("store.exists", path=self._copies.folder)
        now, data_key, staff_key = self._clock(), new_data_key(), new_staff_key()
        slot = self._made("technician", technician, (TECHNICIAN,), stream, data_key, staff_key, None)
        slots: list[Slot] = [slot]
        if authority is not None:
            slots.append(seal_recovery(stream, data_key, authority, now))
        header = SlotHeader(generation=1, device=device, stream=stream, slots=tuple(slots))
        self._write(header, data_key)
        return _unlocked(header, slot, data_key, staff_key)

    def listed(self) -> tuple[Listed, ...]:
        """The slots on this device, for the unlock screen. Raises KnownError `slots.*`, `store.*`."""
        newest = self._copies.read()[0].header
        return tuple(
            Listed(one.code, one.kind, one.roles, one.expires, one.slot_id, one.public)
            for one in newest.secret_slots()
        )

    def policy_of(self, code: str) -> SecretPolicy:
        """What the secret of a code looks like: by the backend of its slot; unknown codes are as the staff's.

        Raises KnownError `slots.*`, `store.*`.
        """
        slot = self._copies.read()[0].header.find(code)
        return self._device_secret.holding(slot.backend if slot else self._device_secret.name).policy

    def unlock(self, code: str, secret: Secret) -> Unlocked:
        """Open the store for a person. An expired slot opens too, to drain and close (`Unlocked.may`).

        An unknown code gets the same sentence, at the same cost, as a wrong secret. Both copies of the file
        are mended from the genuine one.

        Raises KnownError `slots.wait`, `slots.wrong_secret`, `slots.weak_kdf`, `slots.altered`,
        `slots.missing`, `slots.lost`, `slots.newer`, `device_secret.*`, `store.*`.
        """
        documents = self._copies.read()
        slot = documents[0].header.find(code)
        data_key, staff_key = self._tried(slot, documents[0].header, secret)
        if slot is None:
            raise BugError("a decoy opened")
        try:
            document = _genuine(documents, data_key, slot)
            check_countersignature(slot, document.header.stream, self._clock())
            self._copies.mend(document)
        except BaseException:
            data_key.wipe()
            staff_key.wipe()
            raise
        return _unlocked(document.header, slot, data_key, staff_key)

    def add(self, by: Unlocked, person: NewStaff, kind: Literal["staff", "technician"] = "staff") -> None:
        """Give a person who is present a slot. A technician adds the first supervisor, a supervisor anyone.

        Raises KnownError `slots.supervisor_needed`, `slots.first_supervisor_only`, `slots.bad_code`,
        `slots.code_taken`, `slots.altered`, `store.*`.
        """
        self._add(by, person, kind)

    def set_envelope(self, by: Unlocked, secret: NewSecret, expires: datetime) -> None:
        """Make the sealed envelope's slot anew; the paper printed earlier opens nothing from then on.

        Raises KnownError as `add`.
        """
        self._add(by, NewStaff(ENVELOPE_CODE, (), secret, expires), "envelope")

    def change_secret(self, by: Unlocked, current: Secret, new: NewSecret) -> None:
        """Wrap a person's own keys under a new secret, after the current one was typed again.

        Raises KnownError `slots.wrong_secret`, `slots.wait` and the others of `unlock`.
        """
        header = self._current(by).header
        slot = header.find(by.code)
        self._tried(slot, header, current)
        if slot is None:
            raise BugError("a decoy opened")
        again = self._sealed(replace(slot, kdf=self._kdf), header.stream, new, by.data_key, by.staff_key)
        kept = tuple(again if one is slot else one for one in header.slots)
        self._write(replace(header, generation=header.generation + 1, slots=kept), by.data_key)

    def remove(self, by: Unlocked, code: str) -> None:
        """Take a slot away: a supervisor another's; the technician his own, once there is a supervisor.

        Who may have copied the data key keeps it until a rekey.
        Raises KnownError `slots.supervisor_needed`, `slots.own_key`, `slots.no_supervisor`,
        `slots.no_such_code`, `slots.altered`, `store.*`.
        """
        header = self._current(by).header
        if by.kind == "technician" and code == by.code:
            if not _has_supervisor(header):
                raise KnownError("slots.no_supervisor")
        elif not self._works_as_supervisor(by):
            raise KnownError("slots.supervisor_needed")
        elif code == by.code:
            raise KnownError("slots.own_key")
        gone = header.find(code)
        if gone is None:
            raise KnownError("slots.no_such_code", staff=code[:16])
        kept = tuple(one for one in header.slots if one is not gone)
        self._write(replace(header, generation=header.generation + 1, slots=kept), by.data_key)

    def assign_device(self, by: Unlocked, device: str) -> None:
        """Write the device id that enrolment gave; once. Raises KnownError `slots.altered`, `store.*`."""
        header = self._current(by).header
        if header.device is not None:
            raise BugError("a device id is given once")
        self._write(replace(header, generation=header.generation + 1, device=device), by.data_key)

    def _add(self, by: Unlocked, person: NewStaff, kind: Kind) -> None:
        header = self._current(by).header
        self._check_maker(by, header, kind, person.roles)
        earlier = header.find(person.code)
        if earlier is not None and kind != "envelope":
            raise KnownError("slots.code_taken", staff=person.code)
        slot = self._made(kind, person, person.roles, header.stream, by.data_key, new_staff_key(), by)
        kept = tuple(one for one in header.slots if one is not earlier)
        self._write(replace(header, generation=header.generation + 1, slots=(*kept, slot)), by.data_key)

    def _check_maker(self, by: Unlocked, header: SlotHeader, kind: Kind, roles: tuple[str, ...]) -> None:
        if by.kind == "technician" and May.SET_UP in by.may(self._clock()):
            first = kind == "staff" and SUPERVISOR in roles and not _has_supervisor(header)
            if not first and kind != "envelope":
                raise KnownError("slots.first_supervisor_only")
        elif not self._works_as_supervisor(by):
            raise KnownError("slots.supervisor_needed")

    def _works_as_supervisor(self, by: Unlocked) -> bool:
        return by.kind == "staff" and SUPERVISOR in by.roles and May.WORK in by.may(self._clock())

    def _made(
        self,
        kind: Kind,
        person: NewStaff,
        roles: tuple[str, ...],
        stream: str,
        data_key: DataKey,
        staff_key: StaffKey,
        by: Unlocked | None,
    ) -> SecretSlot:
        """Make a slot; the first of all vouches for itself."""
        if not CODE.fullmatch(person.code) or (person.code == ENVELOPE_CODE) != (kind == "envelope"):
            raise KnownError("slots.bad_code", staff=person.code[:16])
        draft = draft_slot(kind, person.code, tuple(sorted(roles)), self._clock(), person.expires, self._kdf)
        maker_code, maker_key = (by.code, by.staff_key) if by else (person.code, staff_key)
        signed = countersign(draft, stream, staff_key.public, maker_code, maker_key)
        return self._sealed(signed, stream, person.secret, data_key, staff_key)

    def _sealed(
        self, draft: SecretSlot, stream: str, secret: NewSecret, data_key: DataKey, staff_key: StaffKey
    ) -> SecretSlot:
        """Seal a slot and open it before anything is written: one that fails would lock a person out."""
        slot = seal_slot(draft, stream, secret, self._device_secret, data_key, staff_key)
        opened, key = open_slot(slot, stream, secret, self._device_secret)
        if opened.joined() != data_key.joined() or key.public != staff_key.public:
            raise BugError("a new slot does not open")
        opened.wipe()
        key.wipe()
        return slot

    def _tried(self, slot: SecretSlot | None, header: SlotHeader, secret: Secret) -> tuple[DataKey, StaffKey]:
        """Test a secret as one logged try; without a slot a decoy costs the same and never opens."""
        tested = slot or self._decoy(header)
        if not tested.kdf.meets(self._floor):
            raise KnownError("slots.weak_kdf", staff=tested.code)
        number = self._attempts.begin(slot.code if slot else UNKNOWN_CODE)
        try:
            keys = open_slot(tested, header.stream, secret, self._device_secret)
        except KnownError as error:
            if error.code != "slots.wrong_secret":
                self._attempts.void(number)
            raise
        self._attempts.opened(number)
        return keys

    def _decoy(self, header: SlotHeader) -> SecretSlot:
        cost = next((one.kdf for one in header.secret_slots()), self._kdf)
        now = self._clock()
        return draft_slot("staff", UNKNOWN_CODE, (), now, now, cost)

    def _current(self, by: Unlocked) -> SlotDocument:
        return _genuine(self._copies.read(), by.data_key)

    def _write(self, header: SlotHeader, data_key: DataKey) -> None:
        document = write_document(header, mac_key(data_key))
        if read_document(document.data).header != header:
            raise BugError("a slot file that does not read back")
        self._copies.replace(document)


def recover(slot_file: bytes, private: X25519PrivateKey) -> DataKey:
    """Open a slot file with the authority's recovery key: on another machine, without staff secrets.

    Raises KnownError `slots.no_recovery`, `slots.altered`, `slots.newer`, `slots.unreadable`, `wire.*`.
    """
    document = read_document(slot_file)
    for slot in document.header.slots:
        if isinstance(slot, RecoverySlot):
            data_key = open_recovery(slot, document.header.stream, private)
            _genuine((document,), data_key)
            return data_key
    raise KnownError("slots.no_recovery")


def _genuine(
    documents: tuple[SlotDocument, ...], data_key: DataKey, slot: SecretSlot | None = None
) -> SlotDocument:
    """The newest copy written by a holder of the data key (and holding `slot`), else `slots.altered`."""
    key = mac_key(data_key)
    for document in documents:
        if document.genuine(key) and (slot is None or document.header.find(slot.code) == slot):
            return document
    raise KnownError("slots.altered")


def _has_supervisor(header: SlotHeader) -> bool:
    return any(one.kind == "staff" and SUPERVISOR in one.roles for one in header.secret_slots())


def _unlocked(header: SlotHeader, slot: SecretSlot, data_key: DataKey, staff_key: StaffKey) -> Unlocked:
    return Unlocked(
        slot_id=slot.slot_id,
        kind=slot.kind,
        code=slot.code,
        roles=slot.roles,
        expires=slot.expires,
        device=header.device,
        stream=header.stream,
        generation=header.generation,
        data_key=data_key,
        staff_key=staff_key,
    )
