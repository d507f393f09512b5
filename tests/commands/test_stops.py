"""`kiosk stops`: what stands still, why, who lifts it, in words and as JSON; and lifting an incident."""

from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.store.incidents import note_incident
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import Trial


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def note(device: Device) -> None:
    trial = Trial(device.root)
    session = trial.unlock("TEL-1")
    note_incident(session.store, "rollback", "tpm.counter", session.moment(), at=9)
    trial.close()


def test_nothing_stands_still_on_a_sound_device(device: Device) -> None:
    said = device.json("TEL-1", "stops")
    assert (said["stops"], said["incidents"]) == ([], [])
    assert {"new_cash", "new_shift", "close"} <= set(said["goes_on"])
    assert strip_marks(device("TEL-1", "stops").out).endswith("لا شيء متوقف على هذا الجهاز.\n")
    assert device("TEL-1", "stops", "--english").out.endswith("Nothing stands still on this device.\n")


def test_an_incident_is_shown_with_what_goes_on_and_who_lifts_it(device: Device) -> None:
    note(device)
    said = device.json("TEL-1", "stops", "show")
    (stop,) = said["stops"]
    assert (stop["cause"], stop["lifted_by"]) == (
        "incident",
        ["order_by_net", "order_by_file", "answer_by_phone"],
    )
    assert "new_shift" in stop["stops"]
    assert "close" in said["goes_on"]
    assert not set(stop["stops"]) & set(said["goes_on"])
    (incident,) = said["incidents"]
    assert (incident["kind"], incident["at"], incident["detail"]) == ("rollback", 9, "tpm.counter")
    arabic = strip_marks(device("TEL-1", "stops").out)
    for words in ("رجع القرص إلى حالة أقدم", "فتح وردية", "المستمر:", "قفل الوردية", "بالتليفون"):
        assert words in arabic
    english = device("TEL-1", "stops", "--english").out
    for words in ("put back to an older state", "opening a shift", "Goes on:", "by telephone"):
        assert words in english


def test_a_trial_device_has_no_centre_that_could_lift(device: Device, tmp_path: Path) -> None:
    note(device)
    assert device.refused("TEL-1", "stops", "challenge") == "lift.no_key"
    assert device.refused("TEL-1", "stops", "answer", "1") == "lift.no_key"
    (tmp_path / "order.json").write_text("{}")
    assert device.refused("TEL-1", "stops", "lift", str(tmp_path / "order.json")) == "sync.not_enrolled"
    assert device("TEL-1", "stops", "lift", str(tmp_path / "none.json")).code == 4
