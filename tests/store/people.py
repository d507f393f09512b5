"""A store's folder with cheap keys and a hand-moved clock, for tests of slots."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.store.attempts import AttemptLog
from kiosk.store.device_secret import FileDeviceSecret
from kiosk.store.layout import StoreFolder
from kiosk.store.secret_digits import GENERATED, NewSecret, Secret, generate_secret, read_secret
from kiosk.store.slot_model import KdfParameters
from kiosk.store.slots import NewStaff, Slots
from kiosk.store.unlocked import Unlocked

CHEAP = KdfParameters(memory_kib=8, passes=1, lanes=1)
START = datetime(2026, 7, 1, 8, 0, 0, 123456, tzinfo=UTC)
STREAM = "5f" * 16


@dataclass
class Place:
    """One device: its folder, its clocks, the secrets that its people were given."""

    root: Path
    now: datetime = START
    ticks_ms: int = 50_000
    authority: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    secrets: dict[str, NewSecret] = field(default_factory=dict)

    @property
    def folder(self) -> StoreFolder:
        return StoreFolder(self.root)

    def attempts(self) -> AttemptLog:
        return AttemptLog(self.folder.attempts, clock=lambda: self.now, ticks_ms=lambda: self.ticks_ms)

    def slots(self, kdf: KdfParameters = CHEAP, floor: KdfParameters = CHEAP) -> Slots:
        """The slots as a process that has just started sees them."""
        device_secret = FileDeviceSecret(self.folder.device_secret)
        return Slots(
            self.folder, device_secret, self.attempts(), clock=lambda: self.now, kdf=kdf, floor=floor
        )

    def person(self, code: str, *roles: str, days: int = 30) -> NewStaff:
        self.secrets[code] = generate_secret()
        return NewStaff(code, roles, self.secrets[code], self.now + timedelta(days=days))

    def secret(self, code: str) -> Secret:
        return self.secrets[code]

    def unlock(self, code: str) -> Unlocked:
        return self.slots().unlock(code, self.secret(code))

    def copies(self) -> tuple[bytes, bytes]:
        first, second = self.folder.slots
        return first.read_bytes(), second.read_bytes()

    def put(self, first: bytes, second: bytes) -> None:
        for path, data in zip(self.folder.slots, (first, second), strict=True):
            path.write_bytes(data)


def new_place(root: Path) -> Place:
    """A device as the technician leaves it half-way: his own slot and the recovery slot."""
    place = Place(root)
    FileDeviceSecret.create(place.folder.device_secret)
    place.slots().create(
        stream=STREAM,
        technician=place.person("T1"),
        authority=place.authority.public_key(),
        device="D00000017",
    )
    return place


def staffed_place(root: Path) -> Place:
    """A device in use: supervisor S1, teller C1, the sealed envelope; the technician is gone."""
    place = new_place(root)
    technician = place.unlock("T1")
    place.slots().add(technician, place.person("S1", "supervisor", "teller"))
    place.slots().remove(technician, "T1")
    supervisor = place.unlock("S1")
    place.slots().add(supervisor, place.person("C1", "teller"))
    place.secrets["ENVELOPE"] = generate_secret()
    place.slots().set_envelope(supervisor, place.secrets["ENVELOPE"], place.now + timedelta(days=730))
    return place


def wrong_secret(place: Place, code: str) -> Secret:
    right = place.secrets[code].digits.decode()
    return read_secret(right[:-1] + ("0" if right[-1] != "0" else "1"), GENERATED)
