"""Debts by commands: find, show, preview, pay."""

from pathlib import Path

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.store.store import Store
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP, SECRETS
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.desk.test_collect import DEBTORS, NUMBER


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    made.json("TEL-1", "shift", "open", "--count", "10=20")
    others = debtor("D3", debt("L-3", charge("rent", 10)), name="سعاد محمد")
    from kiosk.desk.unlock import lock, unlock

    session = unlock(made.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    load_debts(session, [*DEBTORS, others], as_of=session.moment().at)
    lock(session)
    return made


def test_a_debtor_is_found_and_shown_masked_with_the_age_of_the_data(device: Device) -> None:
    found = device.json("TEL-1", "debt", "find", "حسن على ابراهيم")["found"]
    assert [one["debtor"] for one in found] == ["D1", "D2"]
    assert found[0]["number_masked"].endswith("4564")
    assert (
        device.json("TEL-1", "debt", "find", "-", "--by", "number", typed=f"{NUMBER}\n")["found"][0][
            "found_by"
        ]
        == "number"
    )
    assert device("TEL-1", "debt", "find", "لا أحد").out.endswith("\nلا يوجد مدين بهذه البيانات.\n")
    page = device.json("TEL-1", "debt", "show", "D1")
    assert page["data"]["days"] == 0
    assert {one["account"]: one["balance"] for one in page["debts"]}["L-1"] == 350_00
    assert page["debts"][0]["bands"] is None
    said = device("TEL-1", "debt", "show", "D1").out
    assert NUMBER not in said
    assert "حسب بيانات يوم" in said
    assert "\u2066L-1\u2069" in said
    english = device("TEL-1", "debt", "show", "D1", "--english").out
    assert "on account only" in english


def test_age_bands_are_shown_to_a_supervisor_alone(device: Device) -> None:
    assert device.refused("TEL-1", "debt", "show", "D1", "--ages") == "roles.supervisor_only"
    page = device.json("SUP-1", "debt", "show", "D1", "--ages")
    assert sum(row["owed"] for row in page["debts"][0]["bands"]) == 350_00


def test_an_amount_is_divided_before_and_when_it_is_paid(device: Device) -> None:
    amount = ("--amount", "70", "--debt", "S-1")
    preview = device.json("TEL-1", "debt", "preview", "D1", *amount)
    assert preview["balances"] == [{"debt": "S-1", "before": 100_00, "after": 30_00}]
    assert [part["piastres"] for part in preview["parts"]] == [50_00, 20_00]
    paid = device.json("TEL-1", "debt", "pay", "D1", *amount, "--number", NUMBER, "--cash", "100")
    assert paid["parts"] == preview["parts"]
    assert paid["payment"]["change"] == 30_00
    again = device.json("TEL-1", "debt", "preview", "D1", *amount)
    assert again["balances"][0]["before"] == 30_00


def test_the_choice_of_the_debtor_may_be_amounts(device: Device) -> None:
    words = ("debt", "pay", "D1", "--amount", "100", "--number", NUMBER, "--cash", "100")
    assert device.refused("TEL-1", *words) == "debts.several_purses"
    both = ("--debt", "L-1=60", "--debt", "S-1=40")
    assert device.refused("TEL-1", *words, "--debt", "L-1=60", "--debt", "S-1") == "offer.debts_form"
    paid = device.json("TEL-1", *words, *both)
    assert paid["chosen_by"] == "debtor"
    assert {one["debt"]: one["after"] for one in paid["balances"]} == {"L-1": 290_00, "S-1": 60_00}


def test_the_answer_says_where_the_money_went_and_as_of_when(device: Device) -> None:
    words = ("debt", "pay", "D1", "--amount", "40", "--debt", "X-1", "--account", "L 1", "--cash", "40")
    said = strip_marks(device("TEL-1", *words).out)
    assert "تحت الحساب X-1  40.00" in said
    assert "حسب بيانات يوم" in said
    words = ("debt", "pay", "D1", "--amount", "110", "--debt", "S-1", "--account", "L-1", "--cash", "110")
    english = device("TEL-1", *words, "--english").out
    assert "advance on S-1  10.00" in english
    assert "S-1: before 100.00, after 0.00" in english


def test_identity_may_come_from_a_file_of_answers(device: Device) -> None:
    words = ("debt", "pay", "D1", "--amount", "10", "--debt", "L-1", "--cash", "10", "--answers", "-")
    typed = f"number: {NUMBER}\npaid_by_name: هبة حسن علي\n"
    assert device.json("TEL-1", *words, "--capacity", "heir", typed=typed)["amount"] == 10_00
    twice = ("--phone", "01012345678")
    assert device.refused("TEL-1", *words, *twice, typed=typed) == "offer.identity_twice"


def test_a_name_alone_needs_a_second_person_who_sees_the_debts_and_signs(device: Device) -> None:
    words = ("debt", "pay", "D3", "--amount", "10", "--cash", "10")
    assert device.refused("TEL-1", *words) == "collect.needs_second"
    device.approver("TEL-2")
    said = device("TEL-1", *words, "--approver", "TEL-2")
    assert said.code == 0
    assert "سعاد محمد" in said.err
    assert device.refused("TEL-1", *words, "--approver", "TEL-1") == "debts.more_than_owed"
    device.json("SUP-1", "verify")
    with Store.open(device.root, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP) as store:
        sigs = store.db.execute("SELECT sigs FROM journal_1 WHERE type = 'payment.taken'").fetchone()[0]
    assert '"by": "TEL-2"' in sigs


def test_mistakes_in_what_is_typed_are_named(device: Device) -> None:
    pay = ("debt", "pay", "D1", "--amount", "10", "--debt", "L-1", "--cash", "10")
    assert device.refused("TEL-1", *pay, "--account", "L-2") == "collect.not_him"
    assert (
        device.refused("TEL-1", *pay, "--number", NUMBER, "--approver", "TEL-2")
        == "collect.second_not_needed"
    )
    assert device.refused("TEL-1", "debt", "show", "D9") == "collect.no_debtor"
    assert device.refused("TEL-1", "debt", "find", "123", "--by", "number") == "identity.number_length"
    assert (
        device.refused("TEL-1", "debt", "preview", "D1", "--amount", "0", "--debt", "L-1")
        == "debts.nothing_paid"
    )
    assert device.refused("INS-1", "debt", "find", "حسن") == "roles.no_right"


def test_a_trial_takes_a_file_of_debts_as_the_next_version(device: Device) -> None:
    sample = Path(__file__).parents[1] / "data" / "debts_sample.csv"
    done = device.json("SUP-1", "debt", "import", str(sample))
    assert (done["debtors"], done["emptied"]) == (40, True)
    again = device.json("SUP-1", "debt", "import", str(sample), "--as-of", done["as_of"])
    assert again["version"] == done["version"] + 1
    assert device.refused("TEL-1", "debt", "import", str(sample)) == "roles.technician_only"
