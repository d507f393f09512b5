"""A file of debts is read whole, or each mistake is named with its line and column."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.debts import read_debts
from kiosk.core.debts.csv_check import DebtFileNotCleanError
from kiosk.core.debts.csv_columns import COLUMNS
from kiosk.core.errors import KnownError
from tests.quality.tree import ROOT

SAMPLE = ROOT / "tests" / "data" / "debts_sample.csv"
ROW = {
    "debtor_code": "DB-1", "debtor_name": "محمد", "father_name": "", "national_number": "29001010101234",
    "phone": "01001234567", "address": "", "account": "A-1", "contract": "", "kind": "rent", "body": "B",
    "fund": "F", "deposit": "no", "lease_to": "unit", "lease_holder": "U-1", "lease_until": "2027-01-01",
    "charge_id": "1", "component": "principal", "due": "2026-01-01", "amount": "12.50", "label": "إيجار",
}  # fmt: skip


def written(path: Path, *rows: dict[str, str], head: str = ",".join(COLUMNS)) -> Path:
    lines = [head, *(",".join(row[name] for name in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def codes(path: Path) -> list[str]:
    with pytest.raises(KnownError) as caught:
        read_debts(path)
    return [one.code for one in _problems(caught.value)]


def _problems(error: KnownError) -> list[KnownError]:
    return error.check.problems if isinstance(error, DebtFileNotCleanError) else [error]


def test_the_sample_file_is_read_as_the_kiosk_reads_it() -> None:
    rows = read_debts(SAMPLE)
    assert (len(rows), sum(len(row.debts) for row in rows)) == (40, 48)


def test_a_row_becomes_a_debt_to_the_piastre(tmp_path: Path) -> None:
    row = read_debts(written(tmp_path / "a.csv", ROW))[0]
    assert (row.code, row.phone, row.national) == ("DB-1", "+201001234567", "29001010101234")
    assert [one.charge.owed for one in row.debts[0].charges] == [1250]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": "12.505"}, "debt_file.cell"),
        ({"amount": ""}, "debt_file.blank"),
        ({"due": "1/7/2026"}, "debt_file.date"),
        ({"due": "2026-13-01"}, "debt_file.date"),
        ({"component": "interest"}, "debt_file.choice"),
        ({"deposit": "maybe"}, "debt_file.choice"),
        ({"debtor_code": "ك"}, "debt_file.code"),
        ({"lease_to": "none"}, "debt_file.lease"),
        ({"national_number": "123"}, "debt_file.code"),
        ({"phone": "0222222222"}, "debt_file.cell"),
        ({"label": "ط" * 201}, "debt_file.text"),
    ],
)
def test_each_mistake_has_its_name(tmp_path: Path, change: dict[str, str], code: str) -> None:
    assert code in codes(written(tmp_path / "a.csv", {**ROW, **change}))


def test_a_number_of_a_person_is_never_quoted(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", {**ROW, "national_number": "990010101012345"})
    with pytest.raises(DebtFileNotCleanError) as caught:
        read_debts(path)
    assert all("99001010101" not in one.sentence() for one in caught.value.check.problems)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (({}, {}), "debt_file.charge_twice"),
        (({}, {"charge_id": "2", "fund": "F2"}), "debt_file.differs"),
        (({}, {"charge_id": "2", "debtor_name": "علي"}), "debt_file.differs"),
        (({}, {"debtor_code": "DB-2", "account": "A-2"}, {"charge_id": "3"}), "debt_file.scattered"),
        (({}, {"debtor_code": "DB-2"}), "debt_file.account_twice"),
    ],
)
def test_rows_that_contradict_each_other_are_named(
    tmp_path: Path, changes: tuple[dict[str, str], ...], code: str
) -> None:
    assert code in codes(written(tmp_path / "a.csv", *({**ROW, **change} for change in changes)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "debt_file.empty"),
        ("a;b;c\n", "debt_file.separator"),
        (",".join((*COLUMNS, "extra")), "debt_file.column_unknown"),
        (",".join((*COLUMNS, "label")), "debt_file.column_twice"),
        (",".join(COLUMNS), "debt_file.empty"),
        (",".join(COLUMNS) + "\n1,2\n", "debt_file.cells"),
        (",".join(COLUMNS) + '\n"open', "debt_file.quotes"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert code in codes(path)


@settings(max_examples=60)
@given(
    st.text(max_size=200) | st.text('",\n;ab١', max_size=80).map(lambda text: ",".join(COLUMNS) + "\n" + text)
)
def test_whatever_a_file_holds_the_answer_is_known(text: str) -> None:

    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text.encode("utf-8", "replace"))
        assert codes(path)
