"""`kiosk queue`: the queue is the journal, and says how much of it waits and since when."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.core.wire.outcomes import Decided, Outcomes, Quarantined
from kiosk.store.store import Store
from kiosk.store.sync_state import keep_outcomes
from tests.acts import new_trial
from tests.commands.device import Device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    trial = new_trial(tmp_path / "device")
    trial.close()
    monkeypatch.setattr("kiosk.desk.session.read_clocks", trial.clocks.read)
    return Device(trial.root, command_line, monkeypatch)


def test_everything_waits_while_there_is_no_centre(device: Device) -> None:
    said = device.json("TEL-1", "queue")
    assert said["acknowledged"] == 0
    with Store.open(device.root, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP) as store:
        sizes = [len(record.data) for record in store.journal.records()]
    assert said["waiting"] == said["entries"] == len(sizes)
    assert said["bytes"] == sum(sizes)
    assert said["oldest"].startswith("2026-11-24T07:00:")


def test_what_is_done_waits_as_its_entries(device: Device) -> None:
    before = device.json("TEL-1", "queue")["waiting"]
    device.json("TEL-1", "shift", "open", "--count", "200=1")
    unlocked, opened, unlocked_again = 1, 1, 1
    assert device.json("TEL-1", "queue")["waiting"] == before + unlocked + opened + unlocked_again


def test_it_says_so_in_both_languages(device: Device) -> None:
    said = device("TEL-1", "queue", "--english").out
    waiting = device.json("TEL-1", "queue")["waiting"] - 1
    assert f"waiting: {waiting}, the oldest from 2026-11-24T07:00:" in said
    assert "ينتظر" in device("TEL-1", "queue").out


def test_it_shows_what_waits_at_the_centre_and_what_was_decided_there(device: Device) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    told = Outcomes(
        device="D00000042",
        stream="ab" * 16,
        applied=9,
        quarantined=(
            Quarantined(seq=9, code="apply.unknown_debt", ar="المديونية غير معروفة.", en="Unknown."),
        ),
        decided=(
            Decided(
                seq=7, decision="dismissed", at=at, ar="لا أثر للقيد", en="No effect", note="راجعه المدير"
            ),
        ),
    )
    opened = Store.open(device.root, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP)
    with opened as store, store.transaction() as db:
        keep_outcomes(db, told)
    said = device.json("TEL-1", "queue")
    assert [one["seq"] for one in said["attention"]] == [9]
    assert said["decided"] == [
        {
            "seq": 7,
            "decision": "dismissed",
            "at": "2026-11-20T09:00:00.000Z",
            "ar": "لا أثر للقيد",
            "en": "No effect",
            "note": "راجعه المدير",
        }
    ]
    arabic, english = device("TEL-1", "queue").out, device("TEL-1", "queue", "--english").out
    assert "المديونية غير معروفة." in arabic
    assert "لا أثر للقيد (راجعه المدير)." in arabic
    assert "The centre on entry 7, 2026-11-20: No effect (راجعه المدير)." in english
