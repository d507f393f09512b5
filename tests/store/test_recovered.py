"""A copied data folder opens for nobody but the recovery key, before and after a rekey."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.codec import dump
from kiosk.desk.keys import change_data_key, recovery_part
from kiosk.desk.session import Session
from kiosk.desk.unlock import unlock
from kiosk.store.device_secret import FileDeviceSecret
from kiosk.store.layout import StoreFolder
from kiosk.store.recovered import Lodged, open_recovered
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_format import write_document
from kiosk.store.slot_keys import mac_key, seal_recovery
from kiosk.store.slot_model import SlotHeader
from tests.acts import ask, begin, pay_for
from tests.desk.conftest import CHEAP, SECRETS, Trial


@pytest.fixture
def authority() -> X25519PrivateKey:
    return X25519PrivateKey.generate()


@pytest.fixture
def device(trial: Trial, authority: X25519PrivateKey) -> Trial:
    """A device with a recovery slot, as enrolment makes it, and a morning's work."""
    session = trial.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    me, header = session.store.unlocked, session.store.slots.header_of(session.store.unlocked)
    slot = seal_recovery(header.stream, me.data_key, authority.public_key(), header.secret_slots()[0].made)
    after = SlotHeader(header.generation + 1, header.device, header.stream, (*header.slots, slot))
    SlotCopies(StoreFolder(trial.root).slots).replace(write_document(after, mac_key(me.data_key)))
    trial.close()
    return trial


def opened(trial: Trial, code: str) -> Session:
    trial.close()
    trial._open = unlock(trial.root, code, SECRETS[code][0], opening=CHEAP)
    return trial._open


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def stolen(device: Trial, into: Path, *, with_secret: bool = True) -> Path:
    """The data folder as a thief has it on his own machine."""
    device.close()
    shutil.copytree(device.root, into)
    if not with_secret:
        for path in StoreFolder(into).device_secret:
            path.unlink()
    return into


def test_a_copied_folder_opens_for_nobody_on_another_machine_but_for_the_recovery_key(
    device: Trial, tmp_path: Path, authority: X25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(device, "SUP-1")
    entries = [(one.data, one.hash) for one in session.store.journal.records()]
    copy = stolen(device, tmp_path / "stolen")
    monkeypatch.setattr(FileDeviceSecret.__init__, "__defaults__", (lambda: b"the thief's own machine",))
    for code, (secret, _) in SECRETS.items():
        assert refused(lambda c=code, s=secret: unlock(copy, c, s, opening=CHEAP)) in (  # type: ignore[misc]
            "device_secret.other_machine",
            "slots.wrong_secret",
        )
    assert refused(lambda: open_recovered(copy, X25519PrivateKey.generate())) == "slots.no_recovery"
    with open_recovered(copy, authority) as store:
        assert [(one.data, one.hash) for one in store.journal.records()] == entries
        people = store.db.execute("SELECT id FROM person").fetchall()
        assert all(store.persons.open(row[0]) for row in people)


def test_without_the_device_secret_it_opens_for_nobody_either(device: Trial, tmp_path: Path) -> None:
    copy = stolen(device, tmp_path / "stolen", with_secret=False)
    for code, (secret, _) in SECRETS.items():
        assert refused(lambda c=code, s=secret: unlock(copy, c, s, opening=CHEAP)) == (  # type: ignore[misc]
            "device_secret.missing"
        )


def test_after_a_rekey_the_same_recovery_key_opens_the_new_file_and_an_older_copy(
    device: Trial, tmp_path: Path, authority: X25519PrivateKey
) -> None:
    older = stolen(device, tmp_path / "older")
    session = opened(device, "SUP-1")
    change_data_key(session)
    seq = session.store.journal.state().seq
    newer = stolen(device, tmp_path / "newer")
    with open_recovered(newer, authority) as store:
        assert store.journal.state().seq == seq
    with open_recovered(older, authority) as store:
        assert store.journal.state().seq < seq


def test_the_slot_that_the_centre_holds_opens_a_folder_whose_slots_are_gone(
    device: Trial, tmp_path: Path, authority: X25519PrivateKey
) -> None:
    session = opened(device, "SUP-1")
    header = session.store.slots.header_of(session.store.unlocked)
    part = recovery_part(header.recovery_slots()[-1])
    copy = stolen(device, tmp_path / "copy")
    for path in StoreFolder(copy).slots:
        path.unlink()
    assert refused(lambda: open_recovered(copy, authority)) == "slots.missing"
    assert part is not None
    lodged = Lodged.of({"stream": header.stream, **dump(part)})
    with open_recovered(copy, authority, lodged) as store:
        assert store.stream == header.stream
    assert refused(lambda: Lodged.of({"stream": 1})) == "slots.no_recovery"
    assert refused(lambda: Lodged.of([])) == "slots.no_recovery"
