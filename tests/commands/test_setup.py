"""`kiosk setup --trial` makes a device that says it is a trial, and shows each secret once."""

from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.quality.tree import ROOT
from tests.store.emulated_tpm import EmulatedTpm

SAMPLE = ROOT / "tests/data/debts_sample.csv"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)


def test_the_people_of_a_trial_work_with_the_secrets_shown(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "trial"
    said = command_line("setup", "--trial", str(root), "--json").json
    assert (said["trial"], said["device"]) == (True, "D00000000")
    assert [(one["code"], one["roles"]) for one in said["staff"]] == [
        ("SUP-1", ["supervisor"]),
        ("TEL-1", ["teller"]),
        ("TEL-2", ["teller"]),
        ("COL-1", ["collector"]),
    ]
    for one in said["staff"]:
        monkeypatch.setenv("KIOSK_SECRET", one["secret"])
        words = ("shift", "status", "--store", str(root), "--staff", one["code"], "--json")
        assert command_line(*words).json == {"open": False}


def test_the_answer_says_that_it_is_a_trial(command_line: CommandLine, tmp_path: Path) -> None:
    arabic = command_line("setup", "--trial", str(tmp_path / "a")).out
    assert arabic.startswith("جهاز تجريبي للتعلم فقط، لا للعمل الفعلي")
    assert "مشرف" in arabic
    english = command_line("setup", "--trial", str(tmp_path / "b"), "--english").out
    assert english.startswith("A trial device for learning, never for real work")


def test_staff_unit_and_vehicle_can_be_named(command_line: CommandLine, tmp_path: Path) -> None:
    words = ("--staff", "BOSS:supervisor+teller", "--staff", "INS-1:inspector")
    place = ("--unit", "U-0101", "--vehicle", "V-07")
    said = command_line("setup", "--trial", str(tmp_path / "c"), *words, *place, "--json").json
    assert [(one["code"], one["roles"]) for one in said["staff"]] == [
        ("BOSS", ["supervisor", "teller"]),
        ("INS-1", ["inspector"]),
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--staff", "TEL-1:teller"), "setup.no_supervisor"),
        (("--staff", "SUP-1"), "setup.staff_form"),
        (("--staff", "SUP-1:king"), "setup.staff_form"),
        (("--staff", "sup 1:supervisor"), "setup.staff_form"),
        (("--staff", "SUP-1:supervisor", "--staff", "SUP-1:teller"), "setup.staff_form"),
        (("--unit", "الوحدة"), "setup.bad_code"),
        (("--governorate", "99"), "setup.governorate"),
        (("--governorate", "الإسكندرية"), "setup.governorate"),
    ],
)
def test_what_is_typed_wrong_makes_no_device(
    command_line: CommandLine, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    root = tmp_path / "d"
    said = command_line("setup", "--trial", str(root), *words, "--json")
    assert (said.code, said.json["error"]["code"]) == (2, code)
    assert not root.exists()


def test_a_trial_is_never_written_over_another(command_line: CommandLine, tmp_path: Path) -> None:
    root = str(tmp_path / "e")
    assert command_line("setup", "--trial", root).code == 0
    said = command_line("setup", "--trial", root, "--json")
    assert (said.code, said.json["error"]["code"]) == (3, "store.exists")


def test_the_governorate_of_the_unit_can_be_named_in_any_digits(
    command_line: CommandLine, tmp_path: Path
) -> None:
    said = command_line("setup", "--trial", str(tmp_path / "j"), "--governorate", "٠٢", "--json").json
    assert (said["unit"], said["governorate"]) == ("U-TRIAL", "02")
    arabic = command_line("setup", "--trial", str(tmp_path / "k"), "--governorate", "02").out
    assert "المحافظة: الإسكندرية." in arabic
    assert command_line("setup", "--trial", str(tmp_path / "l"), "--json").json["governorate"] is None


def test_debts_are_imported_with_the_day_they_tell_of(command_line: CommandLine, tmp_path: Path) -> None:
    words = ("--debts", str(SAMPLE), "--as-of", "2026-11-01", "--json")
    said = command_line("setup", "--trial", str(tmp_path / "f"), *words).json["debts"]
    assert (said["version"], said["as_of"]) == (1, "2026-10-31T22:00:00.000Z")
    assert said["debtors"] > 0
    assert said["owed"] > 0


def test_a_file_of_debts_with_a_mistake_makes_no_device(command_line: CommandLine, tmp_path: Path) -> None:
    file, root = tmp_path / "debts.csv", tmp_path / "g"
    file.write_text(SAMPLE.read_text(encoding="utf-8").replace(",257.25,", ",25x,", 1), encoding="utf-8")
    said = command_line("setup", "--trial", str(root), "--debts", str(file), "--json")
    assert said.code == 2
    assert len(said.json["problems"]) == 1
    assert not root.exists()


def test_a_chip_gives_short_secrets_and_its_owner_chooses_another(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip, root = EmulatedTpm(), str(tmp_path / "chip")
    monkeypatch.setenv("KIOSK_TPM", chip.place)
    words = ("setup", "--trial", root, "--staff", "SUP-1:supervisor", "--device-secret", "tpm", "--json")
    said = command_line(*words).json
    assert (said["device_secret"], said["device_secret_instead"]) == ("tpm", None)
    given = said["staff"][0]["secret"]
    assert len(given.replace("-", "")) == 8
    monkeypatch.setenv("KIOSK_SECRET", given)
    person = ("--store", root, "--staff", "SUP-1", "--json")
    monkeypatch.setenv("KIOSK_NEW_SECRET", "123456")
    assert command_line("staff", "secret", *person).json["error"]["code"] == "secret.weak"
    monkeypatch.setenv("KIOSK_NEW_SECRET", "٧٣٩١٠٤")
    assert command_line("staff", "secret", *person).json["changed"]
    monkeypatch.setenv("KIOSK_SECRET", "739104")
    assert command_line("shift", "status", *person).json == {"open": False}
    chip.throw_away()


def test_without_the_chip_that_was_asked_for_the_file_is_used_and_the_reason_told(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TPM", "/dev/no-such-tpm")
    words = ("setup", "--device-secret", "tpm", "--trial")
    said = command_line(*words, str(tmp_path / "a"), "--json").json
    assert said["device_secret"] == "file"
    assert said["device_secret_instead"]["code"] == "device_secret.tpm_missing"
    assert len(said["staff"][0]["secret"].replace("-", "")) == 14
    arabic = command_line(*words, str(tmp_path / "b")).out
    assert "شريحة الأمان (TPM) لا ترد" in arabic
    assert "الرقم السري 14 رقمًا" in arabic
