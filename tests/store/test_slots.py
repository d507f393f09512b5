"""People open the store with their secret and nothing else; supervisors make and remove their slots."""

import pickle
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from kiosk.core.errors import BugError, KnownError
from kiosk.store.device_secret import FileDeviceSecret
from kiosk.store.driver import open_database
from kiosk.store.secret_digits import GENERATED, generate_secret, read_secret
from kiosk.store.slot_format import read_document
from kiosk.store.slot_keys import PRODUCTION_KDF
from kiosk.store.slot_model import ENVELOPE_CODE, KdfParameters
from kiosk.store.slot_rekey import recovered
from kiosk.store.slots import Slots
from kiosk.store.unlocked import DataKey, May
from tests.store.people import STREAM, Place, new_place, staffed_place, wrong_secret


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return staffed_place(tmp_path)


def recover(place: Place, private: X25519PrivateKey) -> DataKey:
    return recovered([read_document(data) for data in place.copies()], private, place.folder.database)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def test_everyone_reaches_the_same_data_with_a_secret_of_his_own(place: Place) -> None:
    supervisor = place.unlock("S1")
    db = open_database(place.folder.database, supervisor.dek, supervisor.salt, create=True)
    db.table("note").insert({"id": 1})
    db.close()
    for code in ("C1", ENVELOPE_CODE):
        person = place.unlock(code)
        db = open_database(place.folder.database, person.dek, person.salt)
        assert db.table("note").count == 1
        db.close()


def test_a_person_signs_with_a_key_of_his_own_that_the_supervisor_vouches_for(place: Place) -> None:
    teller, again, supervisor = place.unlock("C1"), place.unlock("C1"), place.unlock("S1")
    assert teller.staff_key.public == again.staff_key.public != supervisor.staff_key.public
    signature = teller.staff_key.private.sign(b"shift")
    teller.staff_key.private.public_key().verify(signature, b"shift")
    assert (teller.code, teller.roles, teller.kind) == ("C1", ("teller",), "staff")
    assert (teller.stream, teller.device) == (STREAM, "D00000017")
    assert supervisor.roles == ("supervisor", "teller")


def test_arabic_digits_and_spaces_open_too(place: Place) -> None:
    digits = place.secrets["C1"].digits.decode().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    typed = f"{digits[:4]} {digits[4:9]}-{digits[9:]}"
    assert place.slots().unlock("C1", read_secret(typed, GENERATED)).code == "C1"


def test_a_wrong_secret_and_an_unknown_code_are_told_the_same(place: Place) -> None:
    errors = []
    for code in ("C1", "C9"):
        with pytest.raises(KnownError) as caught:
            place.slots().unlock(code, wrong_secret(place, "C1"))
        errors.append(str(caught.value))
    assert errors[0] == errors[1]
    assert errors[0].startswith("slots.wrong_secret")


def test_an_unknown_code_costs_as_much_as_a_known_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[tuple[int, int, int]] = []

    def counted(**given: Any) -> Argon2id:
        costs.append((given["memory_cost"], given["iterations"], given["lanes"]))
        return Argon2id(**given)

    monkeypatch.setattr("kiosk.store.slot_keys.Argon2id", counted)
    for code in ("C1", "C9"):
        wrong = wrong_secret(place, "C1")
        assert code_of(partial(place.slots().unlock, code, wrong)) == "slots.wrong_secret"
    assert costs == [(8, 1, 1)] * 2


def test_what_was_typed_as_an_unknown_code_is_not_logged(place: Place) -> None:
    typed = place.secrets["C1"].digits.decode()
    assert code_of(lambda: place.slots().unlock(typed, wrong_secret(place, "C1"))) == "slots.wrong_secret"
    assert typed not in place.folder.attempts.read_text()
    assert [attempt.code for attempt in place.attempts().failed()] == ["?"]


def test_wrong_tries_make_the_person_wait_and_the_right_secret_ends_it(place: Place) -> None:
    for _ in range(3):
        assert code_of(lambda: place.slots().unlock("C1", wrong_secret(place, "C1"))) == "slots.wrong_secret"
    assert code_of(lambda: place.unlock("C1")) == "slots.wait"
    assert place.unlock("S1").code == "S1"
    place.ticks_ms += 5_000
    assert place.unlock("C1").code == "C1"
    assert place.attempts().wait_ms("C1") == 0
    assert len(place.attempts().failed()) == 3


def test_a_try_that_could_not_be_tested_does_not_count(place: Place) -> None:
    for path in place.folder.device_secret:
        path.rename(path.with_suffix(".away"))
    for _ in range(5):
        assert code_of(lambda: place.unlock("C1")) == "device_secret.missing"
    for path in place.folder.device_secret:
        path.with_suffix(".away").rename(path)
    assert place.unlock("C1").code == "C1"
    assert place.attempts().failed() == ()


def test_the_slot_file_of_one_machine_opens_on_no_other(place: Place, tmp_path: Path) -> None:
    other = Place(tmp_path / "stolen", secrets=place.secrets)
    other.root.mkdir()
    other.put(*place.copies())
    assert code_of(lambda: other.unlock("C1")) == "device_secret.missing"
    FileDeviceSecret.create(other.folder.device_secret)
    assert code_of(lambda: other.unlock("C1")) == "slots.wrong_secret"


def test_a_slot_cheaper_than_the_floor_is_refused_before_the_secret_is_used(place: Place) -> None:
    dearer = KdfParameters(memory_kib=16, passes=1, lanes=1)
    assert code_of(lambda: place.slots(dearer, dearer).unlock("C1", place.secret("C1"))) == "slots.weak_kdf"
    assert place.attempts().failed() == ()


def test_the_floor_is_the_production_cost_unless_a_test_says_otherwise(place: Place) -> None:
    real = Slots(place.folder, FileDeviceSecret(place.folder.device_secret), place.attempts())
    assert code_of(lambda: real.unlock("C1", place.secret("C1"))) == "slots.weak_kdf"
    assert KdfParameters(65536, 3, 1) == PRODUCTION_KDF
    for weaker in (KdfParameters(65535, 3, 1), KdfParameters(65536, 2, 1), KdfParameters(65536, 3, 2)):
        assert not weaker.meets(PRODUCTION_KDF)
        with pytest.raises(BugError):
            place.slots(kdf=weaker, floor=PRODUCTION_KDF)


def test_the_production_cost_works(tmp_path: Path) -> None:
    place = Place(tmp_path)
    FileDeviceSecret.create(place.folder.device_secret)
    slots = place.slots(PRODUCTION_KDF, PRODUCTION_KDF)
    made = slots.create(stream=STREAM, technician=place.person("T1"), authority=None)
    assert bytes(slots.unlock("T1", place.secret("T1")).dek) == bytes(made.dek)


def test_an_expired_slot_still_drains_and_closes_but_no_longer_works(place: Place) -> None:
    teller = place.unlock("C1")
    assert teller.may(place.now) == {May.WORK, May.DRAIN, May.CLOSE}
    place.now += timedelta(days=31)
    expired = place.unlock("C1")
    assert expired.may(place.now) == {May.DRAIN, May.CLOSE}
    supervisor = place.unlock("S1")
    assert code_of(lambda: place.slots().add(supervisor, place.person("C2", "teller"))) == (
        "slots.supervisor_needed"
    )


def test_the_envelope_may_only_drain_close_and_rekey(place: Place) -> None:
    envelope = place.unlock(ENVELOPE_CODE)
    assert envelope.may(place.now) == {May.DRAIN, May.CLOSE, May.REKEY}
    assert envelope.may(place.now + timedelta(days=9999)) == {May.DRAIN, May.CLOSE, May.REKEY}
    assert code_of(lambda: place.slots().add(envelope, place.person("C2", "teller"))) == (
        "slots.supervisor_needed"
    )


def test_a_new_envelope_replaces_the_old_paper(place: Place) -> None:
    old = place.secrets[ENVELOPE_CODE]
    new = generate_secret()
    place.slots().set_envelope(place.unlock("S1"), new, place.now + timedelta(days=730))
    assert code_of(lambda: place.slots().unlock(ENVELOPE_CODE, old)) == "slots.wrong_secret"
    assert place.slots().unlock(ENVELOPE_CODE, new).kind == "envelope"


class TestTheTechnician:
    def test_sets_up_and_nothing_else(self, tmp_path: Path) -> None:
        technician = new_place(tmp_path).unlock("T1")
        assert technician.may(technician.expires - timedelta(days=1)) == {May.SET_UP}
        assert technician.may(technician.expires) == frozenset()

    def test_adds_the_first_supervisor_only(self, tmp_path: Path) -> None:
        place = new_place(tmp_path)
        technician = place.unlock("T1")
        add = place.slots().add
        assert code_of(lambda: add(technician, place.person("C1", "teller"))) == "slots.first_supervisor_only"
        add(technician, place.person("S1", "supervisor"))
        assert code_of(lambda: add(technician, place.person("S2", "supervisor"))) == (
            "slots.first_supervisor_only"
        )

    def test_leaves_only_when_a_supervisor_is_there(self, tmp_path: Path) -> None:
        place = new_place(tmp_path)
        technician = place.unlock("T1")
        assert code_of(lambda: place.slots().remove(technician, "T1")) == "slots.no_supervisor"
        place.slots().add(technician, place.person("S1", "supervisor"))
        assert code_of(lambda: place.slots().remove(technician, "S1")) == "slots.supervisor_needed"
        place.slots().remove(technician, "T1")
        assert [listed.code for listed in place.slots().listed()] == ["S1"]
        assert code_of(lambda: place.unlock("T1")) == "slots.wrong_secret"

    def test_does_not_make_a_second_store_over_the_first(self, tmp_path: Path) -> None:
        place = new_place(tmp_path)
        before = place.copies()
        person = place.person("T2")
        assert code_of(lambda: place.slots().create(stream=STREAM, technician=person, authority=None)) == (
            "store.exists"
        )
        assert place.copies() == before


class TestASupervisor:
    def test_adds_people_under_codes_that_are_free_and_well_written(self, place: Place) -> None:
        supervisor = place.unlock("S1")
        add = place.slots().add
        assert code_of(lambda: add(supervisor, place.person("C1", "teller"))) == "slots.code_taken"
        for bad in ("", "c2", "محمود", "C 2", "-C2", "C" * 17, ENVELOPE_CODE):
            before = place.copies()
            person = place.person(bad, "teller")
            assert code_of(partial(add, supervisor, person)) in ("slots.bad_code", "slots.code_taken")
            assert place.copies() == before
        add(supervisor, place.person("C-2", "collector"))
        assert place.unlock("C-2").roles == ("collector",)

    def test_removes_others_but_not_himself(self, place: Place) -> None:
        supervisor = place.unlock("S1")
        assert code_of(lambda: place.slots().remove(supervisor, "S1")) == "slots.own_key"
        assert code_of(lambda: place.slots().remove(supervisor, "C9")) == "slots.no_such_code"
        place.slots().remove(supervisor, "C1")
        assert code_of(lambda: place.unlock("C1")) == "slots.wrong_secret"

    def test_is_needed(self, place: Place) -> None:
        teller = place.unlock("C1")
        assert code_of(lambda: place.slots().add(teller, place.person("C2", "teller"))) == (
            "slots.supervisor_needed"
        )
        assert code_of(lambda: place.slots().remove(teller, "S1")) == "slots.supervisor_needed"

    def test_vouches_for_each_key_he_makes(self, place: Place) -> None:
        header = read_document(place.copies()[0]).header
        made = header.find("C1")
        supervisor = header.find("S1")
        assert made is not None
        assert supervisor is not None
        assert (made.maker.code, made.maker.public) == ("S1", supervisor.public)


def test_a_changed_secret_opens_and_the_old_one_no_longer_does(place: Place) -> None:
    teller = place.unlock("C1")
    old, new = place.secrets["C1"], generate_secret()
    assert code_of(lambda: place.slots().change_secret(teller, wrong_secret(place, "C1"), new)) == (
        "slots.wrong_secret"
    )
    place.slots().change_secret(teller, old, new)
    assert code_of(lambda: place.slots().unlock("C1", old)) == "slots.wrong_secret"
    again = place.slots().unlock("C1", new)
    assert again.staff_key.public == teller.staff_key.public


def test_every_change_raises_the_generation(place: Place) -> None:
    supervisor = place.unlock("S1")
    place.slots().remove(supervisor, "C1")
    assert place.unlock("S1").generation == supervisor.generation + 1


def test_the_device_id_is_written_once(tmp_path: Path) -> None:
    place = Place(tmp_path)
    FileDeviceSecret.create(place.folder.device_secret)
    technician = place.slots().create(stream=STREAM, technician=place.person("T1"), authority=None)
    place.slots().assign_device(technician, "D00000042")
    assert place.unlock("T1").device == "D00000042"
    with pytest.raises(BugError):
        place.slots().assign_device(technician, "D00000043")


def test_the_authority_opens_a_store_whose_people_are_gone(place: Place) -> None:
    supervisor = place.unlock("S1")
    recovered = recover(place, place.authority)
    assert (bytes(recovered.key), bytes(recovered.salt)) == (bytes(supervisor.dek), bytes(supervisor.salt))
    stranger = X25519PrivateKey.generate()
    assert code_of(lambda: recover(place, stranger)) == "slots.no_recovery"


def test_a_store_without_recovery_slot_says_so(tmp_path: Path) -> None:
    place = Place(tmp_path)
    FileDeviceSecret.create(place.folder.device_secret)
    place.slots().create(stream=STREAM, technician=place.person("T1"), authority=None)
    assert code_of(lambda: recover(place, place.authority)) == "slots.no_recovery"


def test_locking_wipes_the_keys_and_using_them_afterwards_is_a_bug(place: Place) -> None:
    teller = place.unlock("C1")
    dek, seed = teller.dek, teller.staff_key.seed
    teller.lock()
    teller.lock()
    assert bytes(dek) == bytes(32)
    assert bytes(seed) == bytes(32)
    for use in (lambda: teller.dek, lambda: teller.salt, lambda: teller.staff_key.private):
        with pytest.raises(BugError):
            use()


def test_keys_and_secrets_are_not_shown_or_copied(place: Place) -> None:
    teller = place.unlock("C1")
    shown = repr(teller) + repr(place.secrets) + repr(place.person("C3", "teller"))
    for hidden in (teller.dek.hex(), repr(bytes(teller.dek)), place.secrets["C1"].digits.decode()):
        assert hidden not in shown
    for kept in (teller.data_key, teller.staff_key, place.secrets["C1"]):
        with pytest.raises(BugError):
            pickle.dumps(kept)


def test_the_files_beside_the_database_are_for_their_user_only(place: Place) -> None:
    for path in (*place.folder.slots, *place.folder.device_secret, place.folder.attempts):
        assert path.stat().st_mode & 0o777 == 0o600
