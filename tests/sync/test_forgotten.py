"""Who forgot his secret: the centre reads out a code that opens his slot once, on his device alone."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from central.escrow import read_out
from central.schema import incident
from kiosk.core.errors import KnownError
from kiosk.core.wire.escrow import read_escrow
from kiosk.desk.forgotten import renew_forgotten
from kiosk.desk.keys import change_data_key
from kiosk.store.layout import StoreFolder
from kiosk.store.secret_digits import NewSecret, SecretPolicy, generate_secret
from kiosk.store.store import Store
from kiosk.store.verify import verify
from tests.desk.conftest import CHEAP
from tests.sync.enrolled import EnrolledDevice, make_enrolled, sync


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def asked(device: EnrolledDevice, code: str) -> str:
    """Let the device sync and the centre read out."""
    session = device.unlock("SUP-1")
    sync(session)
    name = session.store.device_signer.by
    device.close()
    return read_out(device.server.centre, name, code)


def renew(device: EnrolledDevice, code: str, typed: str, *, back: str | None = None) -> NewSecret:
    new = generate_secret()

    def choose(_policy: SecretPolicy) -> tuple[NewSecret, str]:
        return new, back or new.grouped()

    renew_forgotten(device.root, code, typed, choose, opening=CHEAP)
    return new


def test_the_code_opens_once_and_leads_to_a_new_secret_and_a_new_key(device: EnrolledDevice) -> None:
    old = device.unlock("TEL-1").store.unlocked.staff_key.public
    text = asked(device, "TEL-1")
    assert refused(lambda: renew(device, "TEL-1", text, back="00000000000000")) == "staff.typed_back_differs"
    new = renew(device, "TEL-1", text.lower())
    assert refused(lambda: device.unlock("TEL-1")) == "slots.wrong_secret"
    device.secrets["TEL-1"] = new.grouped()
    session = device.unlock("TEL-1")
    assert session.store.unlocked.staff_key.public != old
    assert verify(session.store).clean
    device.close()
    assert refused(lambda: renew(device, "TEL-1", text)) == "escrow.wrong_code"
    assert asked(device, "TEL-1") != text
    with device.server.centre.storage.read() as db:
        noted = db.execute(select(incident).where(incident.c.kind == "escrow_read")).all()
    assert len([row for row in noted if row.detail.startswith("TEL-1 ")]) >= 2


def test_it_opens_after_data_keys_were_changed_before_and_after_his_last_unlock(
    device: EnrolledDevice,
) -> None:
    change_data_key(device.unlock("SUP-1"))
    device.unlock("TEL-1")
    change_data_key(device.unlock("SUP-1"))
    new = renew(device, "TEL-1", asked(device, "TEL-1"))
    device.secrets["TEL-1"] = new.grouped()
    assert verify(device.unlock("TEL-1").store).clean


def test_it_opens_after_he_changed_his_secret_himself(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    new = generate_secret()
    session.store.slots.change_secret(
        session.store.unlocked, NewSecret(device.secrets["TEL-1"].replace("-", "")), new
    )
    renew(device, "TEL-1", asked(device, "TEL-1"))


def test_it_opens_nothing_on_another_device_and_for_nobody_else(
    device: EnrolledDevice, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = make_enrolled(tmp_path_factory.mktemp("other") / "device", device.server)
    other.add("TEL-1", "teller")
    other.close()
    text = asked(device, "TEL-1")
    assert refused(lambda: renew(other, "TEL-1", text)) == "escrow.wrong_code"
    assert refused(lambda: renew(device, "SUP-1", text)) == "escrow.wrong_code"
    assert refused(lambda: renew(device, "NOBODY", text)) == "escrow.wrong_code"
    assert refused(lambda: read_out(device.server.centre, "D99999999", "TEL-1")) == "central.unknown_device"


def test_the_code_alone_opens_no_copy_of_the_folder(device: EnrolledDevice) -> None:
    text = asked(device, "TEL-1")
    for path in StoreFolder(device.root).device_secret:
        path.unlink()
    assert refused(lambda: Store.open_escrowed(device.root, "TEL-1", read_escrow(text), opening=CHEAP)) == (
        "device_secret.missing"
    )
