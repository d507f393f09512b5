"""An open store: the database, the journal, the sealed records and the slots of one device's data folder.

One process holds a store; the thread that opened it writes. `close` closes everything and wipes the keys.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlite_utils import Database

from kiosk.core.errors import BugError, KnownError
from kiosk.store.attachments import Attachments
from kiosk.store.attempts import AttemptLog, utc_now
from kiosk.store.device_backends import create_device_secret, device_secret_of
from kiosk.store.device_secret import FILE, TPM, DeviceSecret
from kiosk.store.driver import open_database, transaction
from kiosk.store.files import make_private_folder, remove_if_there
from kiosk.store.journal import Journal, Signer
from kiosk.store.layout import StoreFolder
from kiosk.store.persons import PersonRecords
from kiosk.store.rollback_counter import keep_counter
from kiosk.store.rows import insert
from kiosk.store.schema import migrations
from kiosk.store.secret_digits import read_secret
from kiosk.store.single import StoreHold
from kiosk.store.slot_keys import PRODUCTION_KDF
from kiosk.store.slot_model import KdfParameters
from kiosk.store.slot_record import PutBack, note_slots, refuse_put_back
from kiosk.store.slot_rekey import salt_of
from kiosk.store.slots import NewStaff, Slots
from kiosk.store.tombstone import refuse_entombed
from kiosk.store.tpm.chip import Tpm
from kiosk.store.tpm_counter import TpmCounter
from kiosk.store.unlocked import Unlocked

ALGORITHM = "ed25519"


@dataclass(frozen=True)
class Opening:
    """How stores are opened: the cost of new slots and the least that is accepted (tests pass less)."""

    kdf: KdfParameters = PRODUCTION_KDF
    floor: KdfParameters = PRODUCTION_KDF


@dataclass(frozen=True)
class EnrolledKeys:
    """What a device told the centre before it had a store: its stream (32 hex digits) and its key."""

    stream: str
    key: Ed25519PrivateKey


class Store:
    """One device's data, open to one person. `unlocked` is his slot; others can be unlocked to approve.

    `put_back`: an older slot file was found at the opening; who opened it is in it as he should be.
    """

    def __init__(
        self, folder: StoreFolder, hold: StoreHold, slots: Slots, attempts: AttemptLog, unlocked: Unlocked
    ) -> None:
        self.folder = folder
        self.slots = slots
        self.attempts = attempts
        self.unlocked = unlocked
        self.put_back: PutBack | None = None
        self._hold = hold
        self.db: Database
        self.journal: Journal
        self.persons: PersonRecords
        self.attachments: Attachments

    @classmethod
    def create(
        cls,
        root: Path,
        technician: NewStaff,
        *,
        device: str,
        authority: X25519PublicKey | None = None,
        enrolled: "EnrolledKeys | None" = None,
        opening: Opening | None = None,
        device_secret: str = FILE,
    ) -> "Store":
        """Make a new store in an empty or missing folder and open it to the technician who sets it up.

        `enrolled`: stream and key that the centre already knows; without, both are drawn here.
        `device_secret`: the backend that holds it (`kiosk.store.device_backends`). Its journal is still
        empty: the first act writes `stream.opened`. Raises KnownError `store.exists`, `store.*`, `slots.*`,
        `device_secret.*`. What was begun is left in the folder when it fails; it opens for nobody.
        """
        folder = StoreFolder(root)
        make_private_folder(root)
        with _held(folder) as hold:
            secret = create_device_secret(folder, device_secret)
            attempts = AttemptLog(folder.attempts)
            slots = _slots(folder, secret, attempts, opening)
            stream = enrolled.stream if enrolled else secrets.token_hex(16)
            unlocked = slots.create(stream=stream, technician=technician, authority=authority, device=device)
            store = cls(folder, hold, slots, attempts, unlocked)
            store.db = open_database(folder.database, unlocked.dek, unlocked.salt, create=True)
            migrations.apply(store.db)
            with transaction(store.db):
                key = enrolled.key if enrolled else Ed25519PrivateKey.generate()
                raw = key.private_bytes_raw()
                insert(store.db, "device_key", one=1, alg=ALGORITHM, private=raw)
            store._take_up()
            store._watch_slots()
            if device_secret == TPM:
                keep_counter(store.db, TpmCounter.create(Tpm()))
            return store

    @classmethod
    def open(cls, root: Path, code: str, typed: str, *, opening: Opening | None = None) -> "Store":
        """Open a store for a staff member by his code and the secret he typed.

        A wrong secret costs a logged try and changes nothing else. Raises KnownError `store.*` (missing, in
        use, damaged …), `secret.*`, `slots.*`, `device_secret.*`.
        """
        return cls._opened(
            root, lambda slots: slots.unlock(code, read_secret(typed, slots.policy_of(code))), opening
        )

    @classmethod
    def open_escrowed(
        cls, root: Path, code: str, escrow: bytes, *, opening: Opening | None = None
    ) -> "Store":
        """Open a store for a person who forgot his secret (`Slots.unlock_escrowed`). Raises as `open`."""
        return cls._opened(root, lambda slots: slots.unlock_escrowed(code, escrow), opening)

    @classmethod
    def _opened(cls, root: Path, unlock: Callable[[Slots], Unlocked], opening: Opening | None) -> "Store":
        folder = StoreFolder(root)
        if not folder.database.is_file():
            raise KnownError("store.missing", path=root)
        with _held(folder) as hold:
            attempts = AttemptLog(folder.attempts)
            slots = _slots(folder, device_secret_of(folder), attempts, opening)
            unlocked = unlock(slots)
            store = cls(folder, hold, slots, attempts, unlocked)
            try:
                remove_if_there(folder.rekeyed)
                store._open()
                migrations.apply(store.db)
                store._take_up()
                store._refuse_entombed(unlocked)
                store.put_back = refuse_put_back(store.db, slots.header_of(unlocked), unlocked.slot_id)
                if store.put_back is None:
                    store._watch_slots()
            except BaseException:
                store.close()
                raise
            return store

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """One act, whole or not at all (`kiosk.store.driver.transaction`)."""
        with transaction(self.db) as db:
            journal = self.journal
            journal.begin_act()
            try:
                yield db
            finally:
                journal.end_act()

    def unlock_another(self, code: str, typed: str) -> Unlocked:
        """Open another person's slot while this store is open: to approve. Wipe it with `lock` when done.

        Raises KnownError as `Slots.unlock`, and `secret.*`.
        """
        another = self.slots.unlock(code, read_secret(typed, self.slots.policy_of(code)))
        try:
            self._refuse_entombed(another)
            refuse_put_back(self.db, self.slots.header_of(another), another.slot_id)
        except BaseException:
            another.lock()
            raise
        return another

    def mend_put_back(self) -> PutBack | None:
        """Drop what an older slot file brought back, and say what was found; None when there is nothing.

        Raises KnownError `slots.*`, `store.*`.
        """
        found = self.put_back
        if found is not None:
            self.slots.keep_only(self.unlocked, found.valid, found.expected)
            self._watch_slots()
            self.put_back = None
        return found

    def reopen(self, unlocked: Unlocked) -> None:
        """Go on under another data key, after the database was closed (`kiosk.store.rekey`)."""
        self.unlocked = unlocked
        self._open()
        self._take_up()
        self._watch_slots()

    def connect(self) -> Database:
        """Another connection to the same database, for another thread of this process."""
        return open_database(self.folder.database, self.unlocked.dek, self.unlocked.salt)

    @property
    def device_signer(self) -> Signer:
        """The device's own key, under its device code."""
        return self._device

    def close(self) -> None:
        """Close the database, wipe the keys, let another process in. Asking twice does no harm."""
        with suppress(AttributeError):
            self.db.close()
        self.unlocked.lock()
        self._hold.release()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        """Open the database. Raises KnownError `slots.other_database`, `store.*`."""
        database, me = self.folder.database, self.unlocked
        try:
            self.db = open_database(database, me.dek, me.salt)
        except KnownError as error:
            if error.code == "store.wrong_key" and salt_of(database) != me.salt:
                raise KnownError("slots.other_database") from error
            raise

    def _refuse_entombed(self, one: Unlocked) -> None:
        refuse_entombed(self.folder, self.db, self.slots.header_of(one), one.code, utc_now())

    def _watch_slots(self) -> None:
        """Remember the slot file as it is now, and after each change from now on."""
        note_slots(self.db, self.slots.header_of(self.unlocked))
        self.slots.tell(lambda header: note_slots(self.db, header))

    def _take_up(self) -> None:
        row = self.db.execute("SELECT private FROM device_key").fetchone()
        if row is None or self.unlocked.device is None:
            raise BugError("a store without its device key")
        self._device = Signer(self.unlocked.device, Ed25519PrivateKey.from_private_bytes(row[0]))
        self.journal = Journal(self.db, self._device)
        self.persons = PersonRecords(self.db, self.unlocked.data_key)
        self.attachments = Attachments(self.db, self.unlocked.data_key, self.folder.attachments)


@contextmanager
def _held(folder: StoreFolder) -> Iterator[StoreHold]:
    """Hold the store; let go of it when what follows fails."""
    hold = StoreHold(folder.lock)
    try:
        yield hold
    except BaseException:
        hold.release()
        raise


def _slots(folder: StoreFolder, secret: DeviceSecret, attempts: AttemptLog, opening: Opening | None) -> Slots:
    chosen = opening or Opening()
    return Slots(folder, secret, attempts, kdf=chosen.kdf, floor=chosen.floor)
