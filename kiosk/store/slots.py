"""Who may open the store: unlocking, adding, changing and removing the slots of people.

The rules of who may make or remove whom stand here and not in a screen. The person whose slot is made is
present: his secret is typed (or shown to him) on this device and goes nowhere else.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.store.attempts import UNKNOWN_CODE, AttemptLog, utc_now
from kiosk.store.device_secret import DeviceSecret
from kiosk.store.layout import StoreFolder
from kiosk.store.secret_digits import NewSecret, Secret, SecretPolicy
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_format import SlotDocument, read_document, write_document
from kiosk.store.slot_keys import (
    PRODUCTION_KDF,
    OpenedSlot,
    check_countersignature,
    countersign,
    draft_slot,
    escrow_key_of,
    mac_key,
    new_data_key,
    new_staff_key,
    open_escrowed,
    open_slot,
    seal_recovery,
    seal_slot,
)
from kiosk.store.slot_model import (
    CODE,
    ENVELOPE_CODE,
    KdfParameters,
    Kind,
    SecretSlot,
    Slot,
    SlotHeader,
)
from kiosk.store.slot_rekey import SlotRekey, believed, settled
from kiosk.store.unlocked import SUPERVISOR, DataKey, May, StaffKey, Unlocked

TECHNICIAN = "technician"


@dataclass(frozen=True)
class NewStaff:
    """A person about to get a slot: staff code, roles, a secret that fits the policy, and until when."""

    code: str
    roles: tuple[str, ...]
    secret: NewSecret
    expires: datetime
    chosen: bool = False
    """He chose his secret himself: it is shown to nobody."""


@dataclass(frozen=True)
class Listed:
    """A slot as anyone may see it before unlocking; nothing vouches for it until somebody unlocks."""

    code: str
    kind: Kind
    roles: tuple[str, ...]
    expires: datetime
    slot_id: str
    public: bytes
    escrowed: bool = False
    """Whether the centre can open it once for who forgot his secret."""


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
        self._database = folder.database
        self._device_secret = device_secret
        self._attempts = attempts
        self._clock = clock
        self._kdf = kdf
        self._floor = floor
        self._written: Callable[[SlotHeader], None] = _nothing

    def tell(self, written: Callable[[SlotHeader], None] | None) -> None:
        """Call `written` after each change of the slot file from now on; None: nobody."""
        self._written = written or _nothing

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
            Listed(
                one.code, one.kind, one.roles, one.expires, one.slot_id, one.public, one.escrow is not None
            )
            for one in newest.secret_slots()
        )

    def device(self) -> str | None:
        """The code of this device, None on a trial: people read it out by telephone. Raises as `listed`."""
        return self._copies.read()[0].header.device

    @property
    def policy(self) -> SecretPolicy:
        """What the secrets of new slots of people look like on this device."""
        return self._device_secret.policy

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
        opened = self._tried(slot, documents[0].header, secret)
        if slot is None:
            raise BugError("a decoy opened")
        try:
            document, data_key = believed(documents, opened.data_keys, self._database, slot)
            check_countersignature(slot, document.header.stream, self._clock())
            header = self._tidied(document, opened, data_key)
        except BaseException:
            opened.wipe()
            raise
        opened.wipe(keep=data_key)
        return _unlocked(header, slot, data_key, opened.staff_key)

    def header_of(self, by: Unlocked) -> SlotHeader:
        """The slot file as it is now, its MAC checked. Raises KnownError `slots.altered`, `store.*`."""
        return self._current(by).header

    def add(
        self,
        by: Unlocked,
        person: NewStaff,
        kind: Literal["staff", "technician"] = "staff",
        escrow: bytes | None = None,
    ) -> None:
        """Give a person who is present a slot. A technician adds the first supervisor, a supervisor anyone.

        `escrow`: 16 bytes that open it once if he forgets his secret; the caller seals them to the centre.
        Raises KnownError `slots.supervisor_needed`, `slots.first_supervisor_only`, `slots.bad_code`,
        `slots.code_taken`, `slots.altered`, `store.*`.
        """
        self._add(by, person, kind, escrow)

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
        key = self._tried(slot, header, current).escrow_key()
        if slot is None:
            raise BugError("a decoy opened")
        draft = replace(slot, kdf=self._kdf, rekeyed=())
        again = self._sealed(draft, header.stream, new, by.data_key, by.staff_key, key)
        kept = tuple(again if one is slot else one for one in header.slots)
        self._write(replace(header, generation=header.generation + 1, slots=kept), by.data_key)

    def unlock_escrowed(self, code: str, escrow: bytes) -> Unlocked:
        """Open the store for a person who forgot his secret, with the 16 bytes that the centre read out.

        A logged try like any other. `renew_forgotten` follows: then these bytes open nothing any more.
        Raises KnownError as `unlock`.
        """
        documents = self._copies.read()
        slot = documents[0].header.find(code)
        number = self._attempts.begin(slot.code if slot else UNKNOWN_CODE)
        if slot is None:
            raise KnownError("slots.wrong_secret")
        stream = documents[0].header.stream
        opened = open_escrowed(slot, stream, escrow_key_of(escrow, slot.slot_id, self._device_secret))
        self._attempts.opened(number)
        document, data_key = believed(documents, opened.data_keys, self._database, slot)
        header = document.header
        if header.pending:
            header = settled(header, done=data_key is opened.data_keys[-1])
            self._write(header, data_key)
        opened.wipe(keep=data_key)
        return _unlocked(header, slot, data_key, opened.staff_key)

    def renew_forgotten(self, by: Unlocked, new: NewSecret, escrow: bytes | None) -> None:
        """Give who came in by `unlock_escrowed` a slot of his own making: new secret, new key, new escrow.

        Raises KnownError `slots.altered`, `store.*`.
        """
        header = self._current(by).header
        before = header.find(by.code)
        if before is None:
            raise KnownError("slots.no_such_code", staff=by.code)
        person = NewStaff(by.code, before.roles, new, before.expires)
        slot = self._made(
            before.kind, person, before.roles, header.stream, by.data_key, new_staff_key(), by, escrow
        )
        kept = tuple(slot if one is before else one for one in header.slots)
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

    def destroy(self, by: Unlocked, codes: Collection[str]) -> None:
        """Take slots away because the centre ordered it, whoever is unlocked; one that is gone is no fault.

        Raises KnownError `slots.altered`, `store.*`.
        """
        header = self._current(by).header
        gone = [one for one in header.secret_slots() if one.code in codes]
        if gone:
            kept = tuple(one for one in header.slots if one not in gone)
            self._write(replace(header, generation=header.generation + 1, slots=kept), by.data_key)

    def keep_only(self, by: Unlocked, slot_ids: Collection[str], least: int) -> None:
        """Drop all slots of people but these, and give the file a generation above `least`.

        For a file that was put back. Raises KnownError `slots.altered`, `store.*`.
        """
        header = self._current(by).header
        kept = tuple(
            one for one in header.slots if not isinstance(one, SecretSlot) or one.slot_id in slot_ids
        )
        generation = max(header.generation, least) + 1
        self._write(replace(header, generation=generation, slots=kept), by.data_key)

    def drop_old_recovery(self, by: Unlocked) -> None:
        """Leave the newest recovery slot alone: the centre holds it now. Raises KnownError `slots.*`."""
        header = self._current(by).header
        old = header.recovery_slots()[:-1]
        if old:
            kept = tuple(one for one in header.slots if one not in old)
            self._write(replace(header, generation=header.generation + 1, slots=kept), by.data_key)

    def rekey(self, by: Unlocked, after: DataKey) -> SlotRekey:
        """What writes the slot file of a rekey by a supervisor or by who opened the envelope.

        Raises KnownError `slots.supervisor_needed`.
        """
        if May.REKEY not in by.may(self._clock()):
            raise KnownError("slots.supervisor_needed")
        return SlotRekey(self._copies, by.data_key, after, self._clock)

    def assign_device(self, by: Unlocked, device: str) -> None:
        """Write the device id that enrolment gave; once. Raises KnownError `slots.altered`, `store.*`."""
        header = self._current(by).header
        if header.device is not None:
            raise BugError("a device id is given once")
        self._write(replace(header, generation=header.generation + 1, device=device), by.data_key)

    def _add(self, by: Unlocked, person: NewStaff, kind: Kind, escrow: bytes | None = None) -> None:
        header = self._current(by).header
        self._check_maker(by, header, kind, person.roles)
        earlier = header.find(person.code)
        if earlier is not None and kind != "envelope":
            raise KnownError("slots.code_taken", staff=person.code)
        slot = self._made(kind, person, person.roles, header.stream, by.data_key, new_staff_key(), by, escrow)
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
        escrow: bytes | None = None,
    ) -> SecretSlot:
        """Make a slot; the first of all vouches for itself."""
        if not CODE.fullmatch(person.code) or (person.code == ENVELOPE_CODE) != (kind == "envelope"):
            raise KnownError("slots.bad_code", staff=person.code[:16])
        draft = draft_slot(kind, person.code, tuple(sorted(roles)), self._clock(), person.expires, self._kdf)
        maker_code, maker_key = (by.code, by.staff_key) if by else (person.code, staff_key)
        signed = countersign(draft, stream, staff_key.public, maker_code, maker_key)
        key = escrow_key_of(escrow, draft.slot_id, self._device_secret) if escrow else None
        return self._sealed(signed, stream, person.secret, data_key, staff_key, key)

    def _sealed(
        self,
        draft: SecretSlot,
        stream: str,
        secret: NewSecret,
        data_key: DataKey,
        staff_key: StaffKey,
        escrow_key: bytes | None = None,
    ) -> SecretSlot:
        """Seal a slot and open it before anything is written: one that fails would lock a person out."""
        slot = seal_slot(draft, stream, secret, self._device_secret, data_key, staff_key, escrow_key)
        opened = open_slot(slot, stream, secret, self._device_secret)
        joined = [key.joined() for key in opened.data_keys]
        if joined != [data_key.joined()] or opened.staff_key.public != staff_key.public:
            raise BugError("a new slot does not open")
        opened.wipe()
        return slot

    def _tidied(self, document: SlotDocument, opened: OpenedSlot, data_key: DataKey) -> SlotHeader:
        """Finish or undo a rekey that was cut, let this person's slot hold the key in force alone, mend.

        A full disk leaves all of it for the next time.
        """
        header = document.header
        if header.pending:
            header = settled(header, done=data_key is opened.data_keys[-1])
        slot = header.find(opened.slot.code)
        if slot is not None and slot.rekeyed:
            own = opened.settled(data_key)
            kept = tuple(own if one is slot else one for one in header.slots)
            generation = document.header.generation + 1
            header = replace(header, generation=generation, slots=kept)
        if header is document.header:
            self._copies.mend(document)
            return header
        try:
            self._write(header, data_key)
        except KnownError as error:
            if error.code != "store.disk_full":
                raise
            return document.header
        return header

    def _tried(self, slot: SecretSlot | None, header: SlotHeader, secret: Secret) -> OpenedSlot:
        """Test a secret as one logged try; without a slot a decoy costs the same and never opens."""
        tested = slot or self._decoy(header)
        if not tested.kdf.meets(self._floor):
            raise KnownError("slots.weak_kdf", staff=tested.code)
        number = self._attempts.begin(slot.code if slot else UNKNOWN_CODE)
        try:
            opened = open_slot(tested, header.stream, secret, self._device_secret)
        except KnownError as error:
            if error.code != "slots.wrong_secret":
                self._attempts.void(number)
            raise
        self._attempts.opened(number)
        return opened

    def _decoy(self, header: SlotHeader) -> SecretSlot:
        cost = next((one.kdf for one in header.secret_slots()), self._kdf)
        now = self._clock()
        return draft_slot("staff", UNKNOWN_CODE, (), now, now, cost)

    def _current(self, by: Unlocked) -> SlotDocument:
        documents = self._copies.read()
        if documents[0].header.pending:
            raise KnownError("slots.rekey_unfinished")
        return believed(documents, [by.data_key], self._database)[0]

    def _write(self, header: SlotHeader, data_key: DataKey) -> None:
        document = write_document(header, mac_key(data_key))
        if read_document(document.data).header != header:
            raise BugError("a slot file that does not read back")
        self._copies.replace(document)
        self._written(header)


def _nothing(_header: SlotHeader) -> None:
    """Nobody wants to know."""


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
