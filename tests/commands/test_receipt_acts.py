"""`kiosk receipt …`: receipts seen, voided with a second person, and entered from paper."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.desk.unlock import lock, unlock
from tests.commands.device import Device, make_device
from tests.commands.test_request import slip, whole
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS
from tests.desk.debts import load_debts
from tests.desk.test_collect import DEBTORS

VOID = ("--reason", "wrong_amount", "--recovered", "1", "--approver", "SUP-1")
PAPER = ("--form33", "٣٣ ع.ح,104233,2026-11-20", "--reason", "device_down", "--approver", "SUP-1")


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    made.json("TEL-1", "shift", "open", "--count", "10=20")
    made.approver("SUP-1")
    return made


def taken(device: Device, *money: str) -> Any:
    """A request; with the words of a payment also paid."""
    words, typed = whole(device, "CRT-01")
    return device.json("TEL-1", *words, *(money or ("--pay-later",)), typed=typed)


def pounds(piastres: int) -> str:
    return f"{piastres // 100}.{piastres % 100:02d}"


@pytest.fixture
def paid(device: Device) -> Any:
    """A request paid with a slip of one pound and the rest in cash."""
    done = taken(device)
    money = ("--cash", pounds(done["due"] - 100), "--slip", slip(100))
    return {**done, **device.json("TEL-1", "request", "pay", done["tracking"], *money)["payment"]}


def test_a_receipt_is_listed_and_shown_with_all_that_belongs_to_it(device: Device, paid: Any) -> None:
    listed = device.json("INS-1", "receipt", "list")
    assert (listed["count"], listed["voided"], listed["piastres"]) == (1, 0, paid["piastres"])
    (row,) = listed["receipts"]
    assert (row["number"], row["reference"], row["slips"]) == (paid["receipt"], paid["tracking"], 100)
    shown = device.json("TEL-1", "receipt", "show", paid["receipt"].lower())
    assert shown["staff"] == "TEL-1"
    assert sum(line["piastres"] for line in shown["lines"]) == shown["piastres"] == paid["piastres"]
    assert [one["kind"] for one in shown["tenders"]] == ["cash", "slip"]
    assert (shown["void"], shown["form33"], shown["copies_out"]) == (None, None, 1)
    said = strip_marks(device("TEL-1", "receipt", "show", paid["receipt"]).out)
    assert "مسجل – لم تتم المطابقة" in said
    assert "recorded, not reconciled" in device("TEL-1", "receipt", "show", paid["receipt"], "--english").out
    assert paid["receipt"] in strip_marks(device("TEL-1", "receipt", "list").out)
    assert device.refused("TEL-1", "receipt", "show", "TRIAL-1") == "receipt.unknown"


def test_before_any_shift_there_are_no_receipts(
    tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = make_device(tmp_path / "new", command_line, monkeypatch)
    assert device.json("TEL-1", "receipt", "list")["receipts"] == []
    assert device("TEL-1", "receipt", "list").out.endswith("\nلا توجد إيصالات.\n")


def test_a_receipt_is_voided_with_a_supervisors_signature(device: Device, paid: Any) -> None:
    void = ("receipt", "void", paid["receipt"])
    assert device.refused("TEL-1", *void, *VOID[:4]) == "approval.no_approver"
    assert device.refused("TEL-1", *void, *VOID[:2], "--recovered", "2", *VOID[4:]) == "void.copies_differ"
    assert device.refused("TEL-1", *void, "--reason", "x", *VOID[2:]) == "reason.unknown"
    done = device.json("TEL-1", *void, *VOID)
    assert (done["cash_returned"], done["copies"], done["approver"]) == (paid["piastres"] - 100, 1, "SUP-1")
    assert [one["slip_no"] for one in done["slips"]] == ["000123"]
    assert device.json("TEL-1", "request", "show", paid["tracking"])["paid"] == 0
    assert device.json("TEL-1", "receipt", "show", paid["receipt"])["void"]["reason"] == "wrong_amount"
    assert "ملغى" in device("TEL-1", "receipt", "list").out
    assert "VOID" in device("TEL-1", "receipt", "list", "--english").out
    assert device.refused("TEL-1", *void, *VOID) == "shifts.already_void"


def test_the_approver_sees_what_he_signs_and_the_teller_what_to_do(device: Device, paid: Any) -> None:
    said = device("TEL-1", "receipt", "void", paid["receipt"], *VOID)
    assert paid["receipt"] in said.err
    told = strip_marks(said.out)
    assert "اعكس على الماكينة اليوم على نفس الكارت: T-77 / 000123: 1.00." in told
    assert f"ارجع للمواطن {pounds(paid['piastres'] - 100)} نقدًا." in told


def test_nobody_voids_or_enters_alone(device: Device, paid: Any) -> None:
    void = ("receipt", "void", paid["receipt"], *VOID[:4])
    assert device.refused("TEL-1", *void, "--approver", "TEL-1") == "entry.same_person"
    device.approver("TEL-2")
    assert device.refused("TEL-1", *void, "--approver", "TEL-2") == "roles.supervisor_only"
    due = taken(device)
    enter = ("receipt", "paper", "request", due["tracking"], "--cash", pounds(due["due"]), *PAPER[:4])
    assert device.refused("TEL-1", *enter, "--approver", "TEL-2") == "roles.supervisor_only"
    assert device.refused("TEL-1", *enter) == "approval.no_approver"


def test_a_paper_receipt_is_entered_by_two_persons_once(device: Device) -> None:
    due = taken(device)
    enter = ("receipt", "paper", "request", due["tracking"], "--cash", pounds(due["due"]))
    assert device.refused("TEL-1", *enter, *PAPER[2:]) == "paper.missing"
    done = device.json("TEL-1", *enter, *PAPER)
    assert (done["series"], done["number"], done["written"]) == ("33 ع.ح", "104233", "2026-11-20")
    assert (done["piastres"], done["cash"]) == (due["due"], due["due"])
    assert device.json("TEL-1", "request", "show", due["tracking"])["paid"] == due["due"]
    again = taken(device)
    second = ("receipt", "paper", "request", again["tracking"], "--cash", pounds(again["due"]), *PAPER)
    assert device.refused("TEL-1", *second) == "paper.used"
    other = ("--form33", "٣٣ ع.ح,104234,2026-11-20", *PAPER[2:])
    said = device("TEL-1", *second[:6], *other)
    assert "سُجلت القسيمة الورقية" in said.out


def test_a_paper_receipt_of_debts_is_divided_as_any_payment(device: Device) -> None:
    session = unlock(device.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    load_debts(session, DEBTORS, as_of=session.moment().at)
    lock(session)
    owed = device.json("TEL-1", "debt", "show", "D1")["debts"]
    before = {one["account"]: one["balance"] for one in owed}
    enter = ("receipt", "paper", "debt", "D1", "--amount", "50", "--debt", "S-1", "--cash", "50")
    done = device.json("TEL-1", *enter, *PAPER)
    assert (done["piastres"], done["cash"]) == (50_00, 50_00)
    after = {one["account"]: one["balance"] for one in device.json("TEL-1", "debt", "show", "D1")["debts"]}
    assert before["S-1"] - after["S-1"] == 50_00
    assert {name: sum_ for name, sum_ in after.items() if name != "S-1"} == {
        name: sum_ for name, sum_ in before.items() if name != "S-1"
    }
    by_account = ("--account", "S-1", "--form33", "٣٣ ع.ح,104234,2026-11-20", *PAPER[2:])
    assert device.json("TEL-1", *enter, *by_account)["number"] == "104234"


def test_a_receipt_is_printed_again_by_its_number(device: Device, paid: Any) -> None:
    number = paid["receipt"]
    asked = device.json("TEL-1", "receipt", "copy", number, "--reason", "customer_lost")
    assert asked["receipt"] == number
    jobs = device.json("TEL-1", "devices", "printer", "jobs")["jobs"]
    assert (jobs[0]["job"], jobs[0]["reason"], jobs[0]["state"]) == (asked["job"], "customer_lost", "queued")
    assert device.refused("TEL-1", "receipt", "copy", "X-1", "--reason", "customer_lost") == "receipt.unknown"
