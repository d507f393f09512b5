"""What a lost device held, told by the centre: the device's own register, as far as its entries arrived."""

import json

import pytest

from central.commands.base import run
from central.held import HeldKind, held_by
from central.schema import person
from kiosk.core.errors import KnownError
from kiosk.desk.privacy_register import privacy_register
from tests.acts import ask, begin, pay_debt, pay_for
from tests.desk.forms import NUMBER
from tests.sync.enrolled import EnrolledDevice, sync


def kinds(device: EnrolledDevice, code: str) -> dict[str, HeldKind]:
    return {one.kind: one for one in held_by(device.server.centre, code).kinds}


def test_the_centre_tells_what_the_device_would_have_told(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    pay_debt(session)
    for _ in range(2):
        sync(session)
    told = privacy_register(device.unlock("SUP-1"))
    code = told.device
    found = kinds(device, code)
    for one in told.holdings:
        if one.kind in ("request_person", "payer", "debtor"):
            at_centre = found[one.kind]
            assert (at_centre.count, at_centre.days, at_centre.only_there) == (one.count, one.days, 0), (
                one.kind
            )
    assert found["request_person"].count == 1
    assert found["payer"].count == 1
    for kind in ("draft", "log", "crash_report"):
        assert (found[kind].count, found[kind].only_there) == (None, None)
    held = held_by(device.server.centre, code)
    assert held.last_heard is not None
    assert held.waiting == 0


def test_what_did_not_arrive_is_said_to_be_only_there(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    ask(session)
    sync(session)
    code = session.store.device_signer.by
    with device.server.centre.storage.write() as db:
        db.execute(person.delete().where(person.c.device == code))
    found = kinds(device, code)["request_person"]
    assert (found.count, found.only_there) == (1, 1)


def test_a_device_that_never_spoke_is_told_as_such_and_an_unknown_one_is_refused(
    device: EnrolledDevice,
) -> None:
    code = device.unlock("SUP-1").store.device_signer.by
    held = held_by(device.server.centre, code)
    assert (held.last_heard, held.waiting, held.erased) == (None, None, 0)
    with pytest.raises(KnownError) as caught:
        held_by(device.server.centre, "D99999999")
    assert caught.value.code == "central.unknown_device"


def test_the_command_names_nobody_in_either_language(
    device: EnrolledDevice, capsys: pytest.CaptureFixture[str]
) -> None:
    from central.__main__ import central

    session = device.unlock("TEL-1")
    ask(session)
    sync(session)
    code, folder = session.store.device_signer.by, str(device.server.centre.folder.root)
    for words in ([], ["--english"], ["--json"]):
        assert run(central, ["device", "held", code, "--folder", folder, *words]) == 0
        said = capsys.readouterr().out
        assert NUMBER not in said
        assert code in said
    assert {one["kind"] for one in json.loads(said)["kinds"]} >= {"request_person", "payer", "log"}
