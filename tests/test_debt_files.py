"""A file of debts is read whole or not at all, and each mistake says where it is and how to mend it."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.debts import csv_rows
from kiosk.core.debts.csv_check import DebtFileCheck
from kiosk.core.debts.csv_columns import COLUMNS
from kiosk.core.debts.csv_rows import Reading
from kiosk.core.debts.model import LeasedTo
from kiosk.core.errors import KnownError
from kiosk.core.policy import Component
from kiosk.debt_files import check_debt_file, read_debtors
from kiosk.governorates import governorates

SAMPLE = Path(__file__).parent / "data" / "debts_sample.csv"
ROW = {
    "debtor_code": "DB-1",
    "debtor_name": "محمد أحمد عبد الرحمن",
    "father_name": "أحمد",
    "national_number": "29001011234567",
    "phone": "01012345678",
    "address": "كفر الشيخ، شارع البحر",
    "account": "LR-1",
    "contract": "عقد ١٢/٢٠١٠",
    "kind": "land_rent",
    "body": "B-1",
    "fund": "F-1",
    "deposit": "no",
    "lease_to": "unit",
    "lease_holder": "U-0101",
    "lease_until": "2027-06-30",
    "charge_id": "2025",
    "component": "principal",
    "due": "2025-07-01",
    "amount": "1,250.75",
    "label": "إيجار 2025",
}
Write = Callable[..., Path]


def reading() -> Reading:
    return Reading(governorates(), date(2026, 11, 24), ("land_rent", "waste"))


def text_of(*rows: dict[str, str], columns: list[str] | None = None) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(COLUMNS), lineterminator="\r\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*rows: dict[str, str], columns: list[str] | None = None, mark: str = "") -> Path:
        file = tmp_path / "debts.csv"
        file.write_text(mark + text_of(*rows, columns=columns), encoding="utf-8", newline="")
        return file

    return written


def row(**cells: str) -> dict[str, str]:
    return {**ROW, **cells}


def said(check: DebtFileCheck) -> list[tuple[str, object, object]]:
    return [
        (one.code.removeprefix("debt_file."), one.params.get("line"), one.params.get("column"))
        for one in check.problems
    ]


def test_the_sample_file_is_clean_and_adds_up() -> None:
    sample = Reading(governorates(), date(2026, 11, 24), SAMPLE_KINDS)
    check = check_debt_file(SAMPLE, sample)
    assert (check.problems, check.complete, check.doubtful_numbers) == ([], True, 0)
    read = list(read_debtors(SAMPLE, sample))
    assert (check.debtors, check.debts, check.charges) == (40, 48, 115)
    assert len({one.code for one in read}) == check.debtors
    owed = sum(one.charge.owed for debtor in read for debt in debtor.debts for one in debt.charges)
    assert owed == check.owed


SAMPLE_KINDS = (
    *("land_rent", "land_instalment", "reconciliation", "housing", "market_stall", "occupancy", "waste"),
    *("property_tax", "water", "farm_rent", "fine", "removal", "deposit"),
)


def test_a_row_becomes_a_charge_of_a_debt_of_a_debtor(write: Write) -> None:
    more = row(charge_id="late", component="late", amount="٥٫٥٠", due="٢٠٢٥-٠٧-٠١", label="غرامة")
    other = row(account="LR-2", contract="", deposit="نعم", lease_to="none", lease_holder="", lease_until="")
    (debtor,) = read_debtors(write(ROW, more, other), reading())
    assert (debtor.code, debtor.name, debtor.father) == ("DB-1", "محمد أحمد عبد الرحمن", "أحمد")
    assert (debtor.national, debtor.phone) == ("29001011234567", "+201012345678")
    first, second = debtor.debts
    assert (first.account, first.contract, first.purse.deposit) == ("LR-1", "عقد ١٢/٢٠١٠", False)
    assert first.lease.until == date(2027, 6, 30)
    assert [(one.charge.id, one.charge.component, one.charge.owed) for one in first.charges] == [
        ("2025", Component.PRINCIPAL, 125_075),
        ("late", Component.LATE, 550),
    ]
    assert (second.contract, second.purse.deposit, second.lease.to) == (None, True, LeasedTo.NONE)


def test_text_stays_as_typed_but_composed(write: Write) -> None:
    typed = row(debtor_name=" \u0627\u0653مال ‏بنت عليّ ", address='شقة "٣", =1+1')
    (debtor,) = read_debtors(write(typed), reading())
    assert debtor.name == "آمال ‏بنت عليّ"
    assert debtor.address == 'شقة "٣", =1+1'


def test_a_byte_order_mark_and_any_order_of_columns_are_fine(write: Write) -> None:
    columns = [name for name in reversed(COLUMNS) if name != "contract"]
    check = check_debt_file(write(ROW, columns=columns, mark="\ufeff"), reading())
    assert (check.problems, check.debtors) == ([], 1)


def test_a_check_digit_that_does_not_match_is_counted_and_not_refused(write: Write) -> None:
    fits = next(
        number
        for digit in "0123456789"
        if check_debt_file(
            write(row(national_number=(number := f"2900101123456{digit}"))), reading()
        ).doubtful_numbers
        == 0
    )
    wrong = fits[:-1] + ("5" if fits[-1] != "5" else "6")
    check = check_debt_file(write(row(national_number=wrong)), reading())
    assert (check.problems, check.doubtful_numbers) == ([], 1)


@pytest.mark.parametrize(
    ("cells", "problem", "column"),
    [
        ({"debtor_code": ""}, "blank", "debtor_code"),
        ({"debtor_code": "مدين 1"}, "code", "debtor_code"),
        ({"debtor_name": " "}, "blank", "debtor_name"),
        ({"debtor_name": "محمد\nأحمد"}, "text", "debtor_name"),
        ({"address": "ش" * 201}, "text", "address"),
        ({"national_number": "2900101123456"}, "cell", "national_number"),
        ({"national_number": "29013011234567"}, "cell", "national_number"),
        ({"national_number": "29001019934567"}, "cell", "national_number"),
        ({"phone": "0101234"}, "cell", "phone"),
        ({"account": "LR 1"}, "code", "account"),
        ({"kind": "rent"}, "choice", "kind"),
        ({"kind": ""}, "blank", "kind"),
        ({"body": ""}, "blank", "body"),
        ({"deposit": "maybe"}, "choice", "deposit"),
        ({"lease_to": "me"}, "choice", "lease_to"),
        ({"lease_holder": ""}, "lease", None),
        ({"lease_to": "none"}, "lease", None),
        ({"lease_until": "30/6/2027"}, "date", "lease_until"),
        ({"component": "interest"}, "choice", "component"),
        ({"charge_id": ""}, "blank", "charge_id"),
        ({"due": "2025-02-30"}, "date", "due"),
        ({"due": ""}, "blank", "due"),
        ({"amount": "-5"}, "cell", "amount"),
        ({"amount": "12,5"}, "cell", "amount"),
        ({"amount": ""}, "blank", "amount"),
        ({"label": ""}, "blank", "label"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line_and_column(
    write: Write, cells: dict[str, str], problem: str, column: str | None
) -> None:
    other = row(debtor_code="DB-2", account="LR-9")
    check = check_debt_file(write(other, row(**cells)), reading())
    assert (problem, 3, column) in said(check)
    assert {line for _, line, _ in said(check)} == {3}


def test_the_reason_and_the_remedy_are_those_of_the_number_itself(write: Write) -> None:
    (problem,) = check_debt_file(write(row(amount="12,5")), reading()).problems
    assert "12.5" in problem.remedy("ar")
    assert "amount" in problem.sentence("ar")
    assert "سطر" in problem.sentence("ar")
    assert "line 2" in problem.sentence("en").replace("\u2066", "")


def test_a_number_that_could_be_a_citizens_is_never_repeated(write: Write) -> None:
    shifted = row(deposit="29001011234567", due="01012345678", account="29001011234567 ")
    check = check_debt_file(write(shifted, row(debtor_code="x y 29001011234567")), reading())
    assert len(check.problems) > 2
    for problem in check.problems:
        shown = str(problem) + problem.sentence("ar") + str(dict(problem.params))
        assert "2900101123" not in shown
        assert "0101234" not in shown


def test_one_code_with_two_names_is_named(write: Write) -> None:
    check = check_debt_file(write(ROW, row(debtor_name="حسن علي", charge_id="2")), reading())
    assert said(check) == [("differs", 3, "debtor_name")]
    assert check.problems[0].params["first"] == 2


def test_one_account_with_two_kinds_is_named(write: Write) -> None:
    check = check_debt_file(write(ROW, row(kind="waste", charge_id="2")), reading())
    assert said(check) == [("differs", 3, "kind")]


def test_a_charge_twice_in_one_account_is_named(write: Write) -> None:
    check = check_debt_file(write(ROW, row(account="LR-2"), ROW), reading())
    assert said(check) == [("charge_twice", 4, None)]
    assert check.problems[0].params["first"] == 2


def test_rows_of_one_debtor_that_are_apart_are_named(write: Write) -> None:
    other = row(debtor_code="DB-2", account="LR-2")
    check = check_debt_file(write(ROW, other, row(account="LR-3")), reading())
    assert said(check) == [("scattered", 4, None)]
    assert check.problems[0].params["first"] == 2


def test_an_account_of_two_debtors_is_named(write: Write) -> None:
    check = check_debt_file(write(ROW, row(debtor_code="DB-2")), reading())
    assert said(check) == [("account_twice", 3, None)]


def test_a_code_given_to_a_crowd_is_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.core.debts.csv_check.MOST_ROWS", 3)
    rows = [row(charge_id=str(number)) for number in range(6)]
    assert said(check_debt_file(write(*rows), reading())) == [("too_many", 5, None)]
    assert csv_rows.MOST_ROWS > 3


def test_all_mistakes_are_collected_up_to_the_limit(write: Write) -> None:
    rows = [row(debtor_code=f"DB-{n}", account=f"L-{n}", amount="x", due="y") for n in range(20)]
    file = write(*rows)
    check = check_debt_file(file, reading())
    assert (len(check.problems), check.complete) == (40, True)
    assert [line for _, line, _ in said(check)] == sorted(line for n in range(2, 22) for line in (n, n))
    short = check_debt_file(file, reading(), limit=7)
    assert (len(short.problems), short.complete) == (7, False)


def test_the_lines_are_those_of_the_file_also_after_a_quoted_line_break(write: Write) -> None:
    broken = row(label="سطر\nوسطر")
    check = check_debt_file(write(broken, row(charge_id="2", amount="x")), reading())
    assert said(check) == [("text", 2, "label"), ("cell", 4, "amount")]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["empty"]),
        (text_of(ROW).replace(",label", ",label,,", 1), ["column_blank", "column_blank"]),
        (text_of(), ["empty"]),
        (text_of().replace(",", ";"), ["separator"]),
        (text_of(ROW).replace("debtor_name", "اسم المدين", 1), ["column_unknown", "column_missing"]),
        (text_of(ROW).replace("father_name", "address", 1), ["column_twice", "column_missing"]),
        (text_of(ROW) + "a,b\r\n", ["cells"]),
        (text_of(ROW) + '"DB-2,x\r\n', ["quotes"]),
    ],
)
def test_a_file_of_another_shape_is_named(tmp_path: Path, text: str, problems: list[str]) -> None:
    file = tmp_path / "debts.csv"
    file.write_text(text, encoding="utf-8", newline="")
    assert [code for code, _, _ in said(check_debt_file(file, reading()))] == problems


def test_a_file_of_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "debts.csv"
    file.write_bytes(text_of(ROW).encode("cp1256", "replace"))
    assert [one.code for one in check_debt_file(file, reading()).problems] == ["file.not_utf8"]


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "file.missing"), (tmp_path, "file.unreadable")):
        with pytest.raises(KnownError) as caught:
            check_debt_file(path, reading())
        assert caught.value.code == code


def test_a_file_that_went_bad_after_its_check_is_not_read_on(write: Write) -> None:
    debtors = read_debtors(write(ROW, row(debtor_code="DB-2", account="L2", amount="x")), reading())
    next(debtors)
    with pytest.raises(KnownError) as caught:
        next(debtors)
    assert caught.value.code == "debt_file.changed"


@settings(max_examples=60)
@given(junk=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)), after=st.booleans())
def test_any_bytes_give_problems_and_never_another_error(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, after: bool
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(text_of().encode() + junk if after else junk)
    check = check_debt_file(file, reading())
    assert check.problems
    assert check.charges == 0


def test_the_page_of_the_store_explains_every_column() -> None:
    page = (Path(__file__).parents[1] / "docs" / "store.md").read_text(encoding="utf-8")
    explained = {name.strip() for line in page.splitlines() for name in line.split("|")[1:2]}
    listed = {name for cell in explained for name in cell.split(", ")}
    assert set(COLUMNS) <= listed
