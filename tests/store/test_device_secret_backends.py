"""A store per backend: people unlock, a copied folder opens for nobody, the envelope outlives hardware."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest

from kiosk.core.errors import KnownError
from kiosk.store.device_backends import (
    BACKENDS,
    available,
    backend_of,
    create_device_secret,
    device_secret_of,
)
from kiosk.store.secret_digits import (
    GENERATED,
    HARDWARE_PIN,
    NewSecret,
    choose_secret,
    generate_secret,
    read_secret,
)
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_format import write_document
from kiosk.store.slot_keys import open_recovery
from kiosk.store.slot_model import SecretSlot
from kiosk.store.slots import NewStaff, Slots
from kiosk.store.store import Opening, Store
from tests.store.emulated_tpm import EmulatedTpm
from tests.store.keyrings import MemoryKeyring
from tests.store.people import CHEAP, STREAM, Place

PIN = "739104"
Code = Callable[[Callable[[], object]], str]


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedTpm]:
    """The chip of this machine."""
    made = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", made.place)
    yield made
    made.throw_away()


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """The keyring of this machine."""
    before, made = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


class Device(Place):
    """A device whose device secret is of one backend: supervisor S1, teller C1, the sealed envelope."""

    def slots(self, *_: object) -> Slots:
        return Slots(
            self.folder,
            device_secret_of(self.folder),
            self.attempts(),
            clock=lambda: self.now,
            kdf=CHEAP,
            floor=CHEAP,
        )

    def person(self, code: str, *roles: str, days: int = 30) -> NewStaff:
        policy = device_secret_of(self.folder).policy
        self.secrets[code] = generate_secret() if policy.generated else choose_secret(PIN, policy)
        return NewStaff(code, roles, self.secrets[code], self.now + timedelta(days=days))


def device_of(root: Path, backend: str) -> Device:
    root.mkdir()
    place = Device(root)
    secret = create_device_secret(place.folder, backend)
    place.secrets["T1"] = _of(secret.policy.generated)
    slots = Slots(place.folder, secret, place.attempts(), clock=lambda: place.now, kdf=CHEAP, floor=CHEAP)
    technician = slots.create(
        stream=STREAM,
        technician=NewStaff("T1", (), place.secrets["T1"], place.now + timedelta(days=3)),
        authority=place.authority.public_key(),
        device="D00000017",
    )
    slots.add(technician, place.person("S1", "supervisor"))
    supervisor = slots.unlock("S1", place.secrets["S1"])
    slots.add(supervisor, place.person("C1", "teller"))
    slots.remove(supervisor, "T1")
    place.secrets["ENVELOPE"] = generate_secret()
    slots.set_envelope(supervisor, place.secrets["ENVELOPE"], place.now + timedelta(days=700))
    return place


def _of(generated: bool) -> NewSecret:
    return generate_secret() if generated else choose_secret(PIN, HARDWARE_PIN)


@pytest.fixture(params=BACKENDS)
def device(request: pytest.FixtureRequest, tmp_path: Path, chip: EmulatedTpm, ring: MemoryKeyring) -> Device:
    return device_of(tmp_path / "device", request.param)


def test_people_unlock_and_the_folder_says_by_itself_what_holds_its_secret(device: Device) -> None:
    keys = {device.unlock(code).data_key.joined() for code in ("S1", "C1", "ENVELOPE")}
    assert len(keys) == 1
    secret = device_secret_of(device.folder)
    assert secret.name == backend_of(device.folder)
    assert secret.name in repr(secret).lower()


def test_a_wrong_number_is_a_wrong_number_on_every_backend(device: Device) -> None:
    policy = device.slots().policy_of("C1")
    wrong = read_secret("7" * policy.shortest, policy)
    assert code_of(lambda: device.slots().unlock("C1", wrong)) == "slots.wrong_secret"
    assert code_of(lambda: device.slots().unlock("NOBODY", wrong)) == "slots.wrong_secret"
    assert [one.code for one in device.attempts().failed()] == ["C1", "?"]


def test_a_changed_secret_opens_and_the_old_one_does_not(device: Device) -> None:
    opened, old = device.unlock("C1"), device.secret("C1")
    policy = device.slots().policy_of("C1")
    new = generate_secret() if policy.generated else choose_secret("604815", policy)
    device.slots().change_secret(opened, old, new)
    assert device.slots().unlock("C1", new).code == "C1"
    assert code_of(lambda: device.slots().unlock("C1", old)) == "slots.wrong_secret"


def test_a_copied_folder_opens_for_nobody_on_another_machine_but_by_the_recovery_key(
    device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = device.unlock("C1").data_key.joined()
    shutil.copytree(device.root, tmp_path / "copy")
    copy = Device(tmp_path / "copy", authority=device.authority, secrets=device.secrets)
    monkeypatch.setattr("kiosk.store.device_secret.machine_id", lambda: b"another machine")
    for code in ("S1", "C1", "ENVELOPE"):
        assert code_of(lambda code=code: copy.unlock(code)) == "device_secret.other_machine"  # type: ignore[misc]
    header = SlotCopies(copy.folder.slots).read()[0].header
    (recovery,) = header.recovery_slots()
    assert open_recovery(recovery, header.stream, copy.authority).joined() == right


@pytest.mark.parametrize("backend", ["keyring", "tpm"])
def test_a_copy_opens_for_no_staff_even_where_the_machine_claims_to_be_the_same(
    tmp_path: Path, chip: EmulatedTpm, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    device = device_of(tmp_path / "device", backend)
    shutil.copytree(device.root, tmp_path / "copy")
    copy = Device(tmp_path / "copy", authority=device.authority, secrets=device.secrets)
    elsewhere = EmulatedTpm()
    monkeypatch.setenv("KIOSK_TPM", elsewhere.place)
    keyring.set_keyring(MemoryKeyring())
    lost = {"keyring": "device_secret.keyring_lost", "tpm": "device_secret.tpm_other"}[backend]
    for code in ("S1", "C1"):
        assert code_of(lambda code=code: copy.unlock(code)) == lost  # type: ignore[misc]
    assert copy.attempts().failed() == (), "what was not tested is no wrong try"
    elsewhere.throw_away()


@pytest.mark.parametrize("backend", ["keyring", "tpm"])
def test_the_sealed_envelope_opens_when_chip_and_keyring_are_gone(
    tmp_path: Path, chip: EmulatedTpm, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    device = device_of(tmp_path / "device", backend)
    monkeypatch.setenv("KIOSK_TPM", "/dev/no-such-tpm")
    ring.kept.clear()
    assert device.slots().policy_of("ENVELOPE") is GENERATED
    assert device.unlock("ENVELOPE").kind == "envelope"
    lost = {"keyring": "device_secret.keyring_lost", "tpm": "device_secret.tpm_missing"}[backend]
    assert code_of(lambda: device.unlock("C1")) == lost


@pytest.mark.parametrize("backend", BACKENDS)
def test_without_the_file_part_no_backend_opens(
    tmp_path: Path, chip: EmulatedTpm, ring: MemoryKeyring, backend: str
) -> None:
    device = device_of(tmp_path / "device", backend)
    for path in device.folder.device_secret:
        path.unlink()
    assert code_of(lambda: device.unlock("C1")) == "device_secret.missing"


def test_a_locked_keyring_says_so(tmp_path: Path, ring: MemoryKeyring) -> None:
    device = device_of(tmp_path / "device", "keyring")
    ring.locked = True
    assert code_of(lambda: device.unlock("C1")) == "device_secret.keyring_locked"
    ring.locked = False
    assert device.unlock("C1").code == "C1"


@pytest.mark.parametrize("spoilt", ["not base64 !", "c2hvcnQ="])
def test_what_is_no_secret_of_ours_in_the_keyring_is_lost(
    tmp_path: Path, ring: MemoryKeyring, spoilt: str
) -> None:
    device = device_of(tmp_path / "device", "keyring")
    ring.kept = dict.fromkeys(ring.kept, spoilt)
    assert code_of(lambda: device.unlock("C1")) == "device_secret.keyring_lost"


def test_the_keyring_shows_neither_device_nor_staff(tmp_path: Path, ring: MemoryKeyring) -> None:
    device_of(tmp_path / "device", "keyring")
    ((service, user),) = ring.kept
    assert service == "mobile-centre-kiosk"
    assert len(bytes.fromhex(user)) == 8


def test_a_chip_that_is_not_there_leaves_the_file_and_the_reason(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TPM", "/dev/no-such-tpm")
    chosen, reason = available("tpm")
    assert (chosen, reason and reason.code) == ("file", "device_secret.tpm_missing")
    assert available("file") == ("file", None)
    assert available("keyring") == ("keyring", None)
    assert code_of(lambda: available("smart-card")) == "device_secret.unknown_backend"


def test_a_keyring_that_keeps_nothing_is_none() -> None:
    from keyring.backends import fail, null

    before = keyring.get_keyring()
    for empty in (fail.Keyring(), null.Keyring()):  # type: ignore[no-untyped-call]
        keyring.set_keyring(empty)
        chosen, reason = available("keyring")
        assert (chosen, reason and reason.code) == ("file", "device_secret.keyring_missing")
    keyring.set_keyring(before)


def test_a_chip_that_lets_anyone_guess_is_not_trusted_with_short_numbers(
    chip: EmulatedTpm, tmp_path: Path
) -> None:
    assert available("tpm") == ("tpm", None)
    chip.allow_guessing(most=1000, interval_s=1)
    chosen, reason = available("tpm")
    assert (chosen, reason and reason.code) == ("file", "device_secret.tpm_no_limit")
    assert code_of(lambda: device_of(tmp_path / "device", "tpm")) == "device_secret.tpm_no_limit"


def test_a_slot_of_a_backend_to_come_is_named(tmp_path: Path, chip: EmulatedTpm) -> None:
    device = device_of(tmp_path / "device", "file")
    header = SlotCopies(device.folder.slots).read()[0].header
    slots = tuple(
        replace(one, backend="fido") if isinstance(one, SecretSlot) else one for one in header.slots
    )
    later = write_document(replace(header, slots=slots), bytes(32)).data
    device.put(later, later)
    assert backend_of(device.folder) == "fido"
    assert code_of(lambda: device.unlock("C1")) == "device_secret.unknown_backend"
    device.put(later[:-9], later[:-9])
    assert backend_of(device.folder) == "file", "what is wrong with the slots is said by who opens them"


def test_a_whole_store_opens_by_a_short_number_that_the_chip_guards(
    tmp_path: Path, chip: EmulatedTpm
) -> None:
    opening = Opening(CHEAP, CHEAP)
    expires = datetime.now(UTC) + timedelta(days=1)
    technician = NewStaff("T1", ("technician",), choose_secret(PIN, HARDWARE_PIN), expires)
    root = tmp_path / "store"
    Store.create(root, technician, device="D00000017", opening=opening, device_secret="tpm").close()
    assert code_of(lambda: Store.open(root, "T1", "12345", opening=opening)) == "secret.length"
    assert code_of(lambda: Store.open(root, "T1", "482915", opening=opening)) == "slots.wrong_secret"
    with Store.open(root, "T1", "٧٣٩ ١٠٤", opening=opening) as store:
        assert store.unlocked.code == "T1"
