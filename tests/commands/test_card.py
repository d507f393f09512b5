"""`kiosk card …`, `kiosk devices terminal …`: linked, paid with, in doubt, settled, reversed, closed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.desk.unlock import lock
from kiosk.devices.chosen_terminal import FILE
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.zvt_records import Done
from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, PtyZvtTerminal, Script
from tests.commands.device import Device, make_device
from tests.commands.test_receipt_acts import VOID, taken
from tests.conftest import CommandLine
from tests.e2e.card_kiosk import Kiosk

TERMINAL = "31000017"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PtyZvtTerminal]:
    """A terminal of software that gives up quickly what nobody answers."""
    made = PtyZvtTerminal(records=tmp_path / "record", link=tmp_path / "terminal", seconds=0.3)
    with made:
        yield made


@pytest.fixture
def device(
    tmp_path: Path, line: PtyZvtTerminal, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> Device:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    made.json("TEL-1", "shift", "open", "--count", "10=20")
    made.approver("SUP-1")
    added = made.json("TEL-1", *ADD, "--address", str(tmp_path / "terminal"))
    assert added["terminal"] == TERMINAL
    return made


ADD = ("devices", "terminal", "add", "--id", TERMINAL)


def refusal(device: Device, *words: str) -> str:
    """The code of a refusal that is not the person's fault."""
    code: str = device("TEL-1", *words, "--json").json["error"]["code"]
    return code


def behave(line: PtyZvtTerminal, how: str) -> None:
    with line.change() as machine:
        machine.behaviour = BEHAVIOURS[how]


def pay(device: Device, *words: str) -> tuple[int, Any]:
    due = taken(device)
    said = device("TEL-1", "card", "pay", due["tracking"], *words, "--json")
    return said.code, said.json


def test_a_terminal_is_linked_asked_and_taken_away(device: Device) -> None:
    assert device.json("TEL-1", "devices", "terminal", "status")["answers"]
    tested = device.json("TEL-1", "devices", "terminal", "test")
    assert (tested["terminal"], tested["counter"], tested["last"]) == (TERMINAL, 0, None)
    assert device.refused("TEL-1", *ADD, "--address", "x", "--driver", "bank-9") == "terminal.driver_unknown"
    device.json("TEL-1", "devices", "terminal", "remove")
    assert refusal(device, "devices", "terminal", "status") == "terminal.none"
    (device.root / FILE).write_text("{}", encoding="utf-8")
    assert refusal(device, "devices", "terminal", "status") == "terminal.choice_damaged"


def test_a_card_pays_a_request_and_the_same_intent_sends_nothing_twice(
    device: Device, line: PtyZvtTerminal
) -> None:
    due = taken(device)
    words = ("card", "pay", due["tracking"], "--intent", "ab" * 16)
    first, second = device.json("TEL-1", *words), device.json("TEL-1", *words)
    assert (first["state"], first["piastres"]) == ("completed", due["due"])
    assert second["receipt"] == first["receipt"]
    assert line.machine.orders == 1
    assert device.json("TEL-1", "request", "show", due["tracking"])["paid"] == due["due"]
    shown = device.json("TEL-1", "receipt", "show", first["receipt"])
    assert [one["kind"] for one in shown["tenders"]] == ["card"]
    assert "بطاقة على ماكينة" in device("TEL-1", "receipt", "show", first["receipt"]).out


def test_a_refusal_is_told_and_nothing_stays_open(device: Device, line: PtyZvtTerminal) -> None:
    behave(line, "declines")
    code, said = pay(device)
    assert (code, said["state"], said["receipt"]) == (0, "declined", None)
    assert device.json("TEL-1", "card", "open") == {"count": 0, "open": []}


def test_doubt_is_seen_locks_the_terminal_and_ends_by_what_two_persons_read(
    device: Device, line: PtyZvtTerminal
) -> None:
    behave(line, "takes-back")
    code, said = pay(device)
    assert (code, said["state"]) == (4, "person")
    behave(line, "well")
    seen = device("TEL-1", "card", "open", "--json")
    assert (seen.code, seen.json["count"]) == (4, 1)
    attempt = str(seen.json["open"][0]["attempt"])
    told = strip_marks(device("TEL-1", "card", "open").out)
    assert "لا نعرف هل خُصم المبلغ" in told
    other = taken(device)
    assert device.refused("TEL-1", "card", "pay", other["tracking"]) == "card.terminal_locked"
    assert device("TEL-1", "card", "resolve", attempt, "--json").code == 4
    find = ("card", "resolve", attempt, "--found", "no")
    assert device.refused("TEL-1", *find) == "approval.no_approver"
    assert device.refused("TEL-1", *find, "--approver", "TEL-1") == "entry.same_person"
    ended = device.json("TEL-1", *find, "--approver", "SUP-1", "--seen", "رُدت من الماكينة")
    assert ended["state"] == "not_done"
    assert device.refused("TEL-1", *find, "--approver", "SUP-1") == "card.no_attempt"
    assert device.json("TEL-1", "card", "pay", other["tracking"])["state"] == "completed"


def test_a_charge_that_two_persons_read_in_the_record_becomes_a_receipt(
    device: Device, line: PtyZvtTerminal
) -> None:
    kiosk = Kiosk(device.root, str(line.path))
    with line.change() as machine:
        machine.records.keep(FIRST)
    doubt = attempt_in_doubt(kiosk, line)
    with line.change() as machine:
        machine.faults = Faults()
        machine.records.keep(Done("payment", 3, 3, 150_00, 818))
    attempt = str(doubt["seq"])
    assert device("TEL-1", "card", "resolve", attempt, "--json").json["state"] == "person"
    find = ("card", "resolve", attempt, "--found", "yes", "--trace", "2", "--receipt", "2")
    assert device.refused("TEL-1", *find, "--approver", "SUP-1", "--amount", "1") == "card.finding_differs"
    ended = device.json("TEL-1", *find, "--approver", "SUP-1", "--amount", "150")
    assert (ended["state"], ended["trace"]) == ("completed", 2)
    assert device.json("TEL-1", "receipt", "show", ended["receipt"])["piastres"] == 150_00


FIRST = Done("payment", 1, 1, 150_00, 818)


def attempt_in_doubt(kiosk: Kiosk, line: PtyZvtTerminal) -> dict[str, Any]:
    """The terminal has charged and is silent since."""
    with line.change() as machine:
        pays = machine._payment

        def payment(data: bytes) -> Script:
            machine.faults = Faults(silent=True)
            return pays(data)

        machine.__dict__["_payment"] = payment
    assert kiosk.pay("cd" * 16, 150_00)["state"] == "unknown"
    (doubt,) = kiosk.look()["open"]
    lock(kiosk.session)
    with line.change() as machine:
        machine.__dict__.pop("_payment")
        if machine.records.trace == FIRST.trace:
            machine.records.keep(Done("payment", 2, 2, 150_00, 818))
    found: dict[str, Any] = doubt
    return found


def test_a_reversal_comes_before_the_void_and_the_day_adds_up(device: Device, line: PtyZvtTerminal) -> None:
    _, kept = pay(device)
    _, paid = pay(device)
    void = ("receipt", "void", paid["receipt"], *VOID)
    assert device.refused("TEL-1", *void) == "card.reverse_first"
    reverse = ("card", "reverse", paid["receipt"])
    assert device.refused("TEL-1", *reverse) == "approval.no_approver"
    done = device.json("TEL-1", *reverse, "--approver", "SUP-1")
    assert (done["kind"], done["state"]) == ("reversal", "approved")
    device.json("TEL-1", *void)
    assert device.json("TEL-1", "card", "open")["count"] == 0
    assert list(line.machine.records.charged().values()) == [kept["piastres"]]
    day = device.json("TEL-1", "devices", "terminal", "end-of-day")
    assert day["difference"] == 0
    late = ("card", "reverse", kept["receipt"], "--approver", "SUP-1")
    assert device.refused("TEL-1", *late) == "card.day_closed"


def test_without_a_terminal_the_commands_say_so(
    tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = make_device(tmp_path / "bare", command_line, monkeypatch)
    bare.json("TEL-1", "shift", "open", "--count", "10=20")
    assert refusal(bare, "card", "pay", "D00000000-2026-000001") == "terminal.none"
    assert bare.json("TEL-1", "card", "open")["count"] == 0
