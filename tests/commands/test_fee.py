"""`kiosk fee`: lines, marks, sources and keys in both languages and JSON, and the check of edited tables."""

import shutil
from pathlib import Path

import pytest

from kiosk.core.bidi import ltr, strip_marks
from kiosk.resources import resources_folder
from tests.conftest import CommandLine

DAY = ("--on", "2026-11-24")


def test_lines_and_total_are_printed_with_their_marks(command_line: CommandLine) -> None:
    said = command_line("fee", "UTL-06", "area_m2=210.25", *DAY)
    assert (said.code, said.err) == (0, "")
    lines = [" ".join(line.split()) for line in strip_marks(said.out).splitlines()]
    assert lines == [
        "UTL-06 في 24/11/2026 جدول 2026-07",
        "كشف مرافق 262.81 [قيمة تجريبية]",
        "ضريبة القيمة المضافة 36.79 [قيمة تجريبية]",
        "طابع الشهيد 5.00 [غير مؤكدة رسميًا]",
        "رسم تنمية 6.00 [غير مؤكدة رسميًا]",
        "-" * 58,
        "الإجمالي 310.60 [قيمة تجريبية]",
    ]
    assert ltr("        262.81") in said.out


def test_amounts_stand_in_one_column(command_line: CommandLine) -> None:
    said = command_line(
        "fee", "BLD-03", "construction_cost=850,000", "floors=3", "place=city", "--english", *DAY
    )
    rows = [line for line in said.out.splitlines() if ".0" in line]
    assert len(rows) == 7
    assert {line.index(".00") for line in rows} == {55}


def test_deposits_have_a_total_of_their_own(command_line: CommandLine) -> None:
    out = strip_marks(
        command_line("fee", "OCC-01", "area_m2=6.5", "road_grade=second", "period_months=3", *DAY).out
    )
    said = [" ".join(line.split()) for line in out.splitlines()]
    assert "تأمين إشغال 500.00 [قيمة تجريبية - تأمين مسترد]" in said
    assert said[-3:] == ["الرسوم 397.00", "تأمينات مستردة 500.00", "الإجمالي 897.00 [قيمة تجريبية]"]


def test_a_plan_says_what_is_due_today(command_line: CommandLine) -> None:
    words = ("payment_plan=instalments", "instalments=2", "quoted_amount=5,000", "quote_reference=90")
    said = command_line("fee", "UTL-04", *words, "--english", *DAY).out
    rows = [" ".join(line.split()) for line in said.splitlines()]
    assert rows[1:] == [
        "Gas connection estimate (90) 5,000.00 [sample value]",
        "Down payment 2026-11-24 1,000.00",
        "Instalment 1 2026-12-24 2,000.00",
        "Instalment 2 2027-01-24 2,000.00",
        "-" * 58,
        "Total 5,000.00 [sample value]",
        "Due today 1,000.00",
    ]


def test_a_discount_is_said_as_less_and_not_with_a_minus(command_line: CommandLine) -> None:
    said = command_line("fee", "LND-10", "waste_class=micro", "months=5", *DAY).out
    assert "يخصم: تخفيض المشروع متناهي الصغر" in said
    assert "-125" not in strip_marks(said)


def test_a_debt_shows_its_account_and_terms(command_line: CommandLine) -> None:
    words = ("account_number=31-0044", "tax_use=home", "timely_return=yes")
    said = strip_marks(command_line("fee", "PTX-01", *words, "--english", *DAY).out)
    assert "Built-property tax: from account 31-0044  [sample value]" in said
    assert "Late charge: 0%, never above the principal" in said
    assert "Discount: 25%" in said
    assert "Total" not in said


def test_sources_are_shown_when_asked_for(command_line: CommandLine) -> None:
    words = ("fee", "REC-01", "area_m2=90", "place=village", *DAY)
    assert "المصدر" not in command_line(*words).out
    said = strip_marks(command_line(*words, "--sources").out)
    assert "125.00 EGP - من 01/07/2025 - نشر صحفي غير مؤكد رسميًا - موقع arabkhabar.com" in said


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        (("BLD-06",), "قيمة تجريبية"),
        (("VIT-02", "copies=1"), "غير مؤكدة رسميًا"),
        (("LND-07",), "قيمة تجريبية"),
    ],
)
def test_no_unofficial_amount_goes_unmarked(
    command_line: CommandLine, words: tuple[str, ...], mark: str
) -> None:
    said = command_line("fee", *words, *DAY)
    assert mark in said.out
    payload = command_line("fee", *words, "--json", *DAY).json
    assert payload["basis"] in ("sample", "press")
    assert payload["sample"] == (mark == "قيمة تجريبية")


def test_an_expired_table_is_used_and_says_so(command_line: CommandLine) -> None:
    for words in (("BLD-06",), ("PAY-02", "request_number=7")):
        late = ("fee", *words, "--on", "2027-07-01")
        assert "جدول منتهي" in command_line(*late).out
        assert "expired table" in command_line(*late, "--english").out
        assert command_line(*late, "--json").json["expired"] is True
        assert "منتهي" not in command_line("fee", *words, "--on", "2027-06-30").out


def test_json_has_lines_subtotals_and_total_in_piastres(command_line: CommandLine) -> None:
    payload = command_line(
        "fee", "OCC-01", "area_m2=6.5", "road_grade=second", "period_months=3", "--json", *DAY
    ).json
    assert [line["piastres"] for line in payload["lines"]] == [39000, 200, 500, 50000]
    assert (payload["revenue"], payload["deposits"], payload["total"]) == (39700, 50000, 89700)
    assert (payload["service"], payload["on"], payload["fee_version"]) == ("OCC-01", "2026-11-24", "2026-07")
    assert [line["kind"] for line in payload["lines"]] == ["base", "stamp", "stamp", "deposit"]
    assert payload["lines"][3]["refundable"] is True


def test_keys_list_what_a_service_takes(command_line: CommandLine) -> None:
    arabic = strip_marks(command_line("fee", "LND-01", "--keys").out)
    assert "land_kind" in arabic
    assert "المساحة بالفدان (فدان)  [عند land_kind:farm]" in arabic
    english = command_line("fee", "UTL-04", "--keys", "--english").out
    assert "How it is paid  [optional: at_once]" in english
    payload = command_line("fee", "LND-01", "--keys", "--json").json
    assert [(part["name"], part["required"]) for part in payload["inputs"]] == [
        ("land_kind", True),
        ("area_feddans", False),
        ("place", False),
        ("area_m2", False),
    ]
    assert payload["inputs"][1]["needed_when"] == [["land_kind:farm"]]
    assert "لا تحتاج" in command_line("fee", "BLD-06", "--keys").out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("XXX-01",), "fees.service_unknown"),
        (("BLD-01",), "fees.input_missing"),
        (("BLD-01", "place=town"), "fees.choice_unknown"),
        (("BLD-01", "place=city", "aera=3"), "fees.input_unknown"),
        (("BLD-02", "area_m2=-5"), "fees.input_not_number"),
        (("BLD-01", "place"), "command.key_value"),
        (("BLD-01", "place=city", "place=village"), "command.key_value"),
        (("BLD-01", "place=city", "--on", "yesterday"), "command.value"),
        ((), "command.missing"),
    ],
)
def test_what_is_typed_wrong_ends_with_code_2(
    command_line: CommandLine, words: tuple[str, ...], code: str
) -> None:
    said = command_line("fee", *words, "--json")
    assert (said.code, said.out) == (2, "")
    assert said.json["error"]["code"] == code


def test_edited_tables_are_checked(command_line: CommandLine, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(resources_folder() / "fees", tmp_path / "fees"))
    assert command_line("fee", "--check", str(folder)).out == "الجداول سليمة.\n"
    path = folder / "shops.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("FIXED(shop_transfer)", "FIXED(shop)"), "utf-8")
    said = command_line("fee", "--check", str(folder), "--english")
    assert said.code == 2
    assert "shops.yaml line" in said.out
    problems = command_line("fee", "--check", str(folder), "--json").json
    assert (problems["ok"], [problem["code"] for problem in problems["problems"]]) == (
        False,
        ["fees.parameter_unknown"],
    )
