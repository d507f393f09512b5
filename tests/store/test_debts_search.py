"""A debtor is found by his numbers, or by a name however it is spelt; nothing typed can do harm."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlite_utils import Database

from kiosk.core.arabic import exact_key, loose_key
from kiosk.core.debts.keys import code_key, name_keys
from kiosk.core.errors import KnownError
from kiosk.store.debts.search import By, Found, Why, find
from tests.store.snapshots import charge, debt, debtor, device

PEOPLE = [
    debtor("DB-1", "محمد أحمد عبد الرحمن", debt("LR-1/2024", charge("1", 5)), national="29001011234567"),
    debtor("DB-2", "محمد احمد عبدالرحمن", debt("LR-2"), phone="+201012345678"),
    debtor("DB-3", "أحمد محمد حسن إبراهيم", debt("LR-3", contract="عقد ١٢/٢٠١٠")),
    debtor("DB-4", "فاطمة الزهراء مؤمن", debt("LR-4"), debt("LR-4b")),
    debtor("DB-5", "هدى يحيى أبو زيد", debt("12")),
    debtor("DB-6", "مُحَمَّد حسن", debt("LR-6"), national="29001011234567"),
    debtor("DB-7", "نور الدين بن علي", debt("LR-7")),
    debtor("db-8", "م حسن الشاذلي", debt("LR-8")),
    debtor("DB-9", "عبد المتعال الصعيدي", debt("LR-9")),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with device(tmp_path_factory.mktemp("search")) as here:
        here.bring(PEOPLE, 1)
        yield here.db


def codes(db: Database, query: str, by: By = By.NAME, limit: int = 20) -> list[str]:
    return [one.debtor for one in find(db, query, by, limit)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("فاطمه", "DB-4"),
        ("فاطمة الزهرا", "DB-4"),
        ("مومن", "DB-4"),
        ("هدي يحيي", "DB-5"),
        ("ابوزيد", "DB-5"),
        ("أبو زيد هدى", "DB-5"),
        ("نورالدين علي", "DB-7"),
        ("نور الدين ابن على", "DB-7"),
        ("ابراهيم", "DB-3"),
        ("إبراهيم حسن أحمد", "DB-3"),
        ("محـمد حسن", "DB-6"),
        ("الشاذلى", "db-8"),
        ("عبدالمتعال", "DB-9"),
        ("فاط", "DB-4"),
        ("مو فا", "DB-4"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(db: Database, typed: str, found: str) -> None:
    assert found in codes(db, typed)


def test_two_words_find_the_same_people_in_either_order(db: Database) -> None:
    assert set(codes(db, "أحمد محمد")) == set(codes(db, "محمد أحمد")) == {"DB-1", "DB-2", "DB-3"}


def test_all_words_must_be_there(db: Database) -> None:
    assert codes(db, "محمد الزهراء") == []
    assert codes(db, "محمد زوربا") == []


def test_the_very_name_comes_first_then_other_spellings_then_longer_names(db: Database) -> None:
    found = find(db, "محمد أحمد عبد الرحمن", By.NAME)
    assert [(one.debtor, one.why) for one in found] == [
        ("DB-1", Why.SAME_NAME),
        ("DB-2", Why.NAME_SPELT_DIFFERENTLY),
    ]
    found = find(db, "محمد احمد عبدالرحمن", By.NAME)
    assert [one.debtor for one in found] == ["DB-2", "DB-1"]
    whys = [one.why for one in find(db, "محمد", By.NAME)]
    assert whys == [Why.NAME_BEGINS, Why.NAME_BEGINS, Why.NAME_BEGINS, Why.NAME_HAS_WORDS]


def test_the_very_name_is_there_even_when_other_spellings_fill_the_list(tmp_path: Path) -> None:
    spelt = [debtor(f"S-{n}", "مؤمن ابراهيم", debt(f"S-{n}")) for n in range(30)]
    with device(tmp_path) as here:
        here.bring([*spelt, debtor("X", "مومن إبراهيم", debt("X"))], 1)
        found = find(here.db, "مومن إبراهيم", By.NAME, limit=5)
    assert len(found) == 5
    assert (found[0].debtor, found[0].why) == ("X", Why.SAME_NAME)


def test_a_single_letter_is_the_start_of_a_name_or_a_word_of_it(db: Database) -> None:
    assert "db-8" in codes(db, "م")
    assert codes(db, "م الشاذلي") == ["db-8"]
    assert codes(db, "م الصعيدي") == []


def test_the_limit_is_kept(db: Database) -> None:
    assert len(codes(db, "محمد", limit=2)) == 2


@pytest.mark.parametrize("typed", ["29001011234567", " ٢٩٠٠١٠١١٢٣٤٥٦٧", "2900101 1234567"])
def test_a_national_number_finds_everyone_who_has_it(db: Database, typed: str) -> None:
    assert codes(db, typed, By.NUMBER) == ["DB-1", "DB-6"]


@pytest.mark.parametrize("typed", ["01012345678", "+20 101 234 5678", "٠١٠١٢٣٤٥٦٧٨"])
def test_a_mobile_number_is_typed_in_any_usual_way(db: Database, typed: str) -> None:
    assert codes(db, typed, By.PHONE) == ["DB-2"]


@pytest.mark.parametrize(
    ("typed", "found", "why"),
    [
        ("LR-1/2024", "DB-1", Why.ACCOUNT),
        ("lr1 2024", "DB-1", Why.ACCOUNT),
        ("LR-4b", "DB-4", Why.ACCOUNT),
        ("عقد 12/2010", "DB-3", Why.CONTRACT),
        ("١٢", "DB-5", Why.ACCOUNT),
    ],
)
def test_an_account_or_contract_is_found_as_printed(db: Database, typed: str, found: str, why: Why) -> None:
    assert [(one.debtor, one.why) for one in find(db, typed, By.ACCOUNT)] == [(found, why)]


def test_a_debtor_code_is_found_in_small_and_capital_letters(db: Database) -> None:
    assert codes(db, "db-3", By.CODE) == ["DB-3"]
    assert codes(db, "DB-8", By.CODE) == ["db-8"]
    assert codes(db, "مدين", By.CODE) == []


@pytest.mark.parametrize(
    ("query", "by", "states"),
    [
        ("29001011234567", By.NUMBER, "number"),
        ("01012345678", By.PHONE, "phone"),
        ("LR-2", By.ACCOUNT, "account"),
        ("عقد 12/2010", By.ACCOUNT, "account"),
        ("DB-2", By.CODE, "account"),
        ("محمد", By.NAME, "name"),
        ("محمد أحمد عبد الرحمن", By.NAME, "name"),
    ],
)
def test_what_a_payment_may_state_of_the_search(db: Database, query: str, by: By, states: str) -> None:
    assert {one.found_by for one in find(db, query, by)} == {states}


def test_a_list_shows_who_he_is_and_only_the_last_digits(db: Database) -> None:
    one = find(db, "LR-1/2024", By.ACCOUNT)[0]
    assert (one.name, one.father, one.address) == ("محمد أحمد عبد الرحمن", "حسن", "كفر الشيخ")
    assert "4567" in one.number
    assert "29001" not in one.number
    two: Found = find(db, "LR-2", By.ACCOUNT)[0]
    assert (two.number, two.phone[-5:-1]) == ("", "5678")
    assert "محمد" not in repr(one)


@pytest.mark.parametrize(
    ("query", "by", "code"),
    [
        ("", By.NAME, "debt_data.query_empty"),
        (" \u200f ", By.CODE, "debt_data.query_empty"),
        ("-!*", By.NAME, "debt_data.query_empty"),
        ("2900101", By.NUMBER, "identity.number_length"),
        ("2900101123456x", By.NUMBER, "identity.number_character"),
        ("0101234", By.PHONE, "identity.mobile_length"),
    ],
)
def test_what_cannot_be_searched_for_is_said(db: Database, query: str, by: By, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        find(db, query, by)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "typed",
    [
        'محمد"',
        '"محمد" OR "علي"',
        "محمد*",
        "NEAR(محمد علي)",
        "loose: محمد",
        "محمد AND NOT حسن",
        "^محمد",
        "{a b}: محمد",
        "محمد'; DROP INDEX debtor_code_a; --",
        "محمد + (علي",
        "-محمد",
        "\x00محمد",
        "% _ محمد",
    ],
)
def test_operators_are_nothing_but_text(db: Database, typed: str) -> None:
    find(db, typed, By.NAME)
    assert codes(db, "محمد حسن") == ["DB-6", "DB-3"]


@given(st.text(max_size=60), st.sampled_from(By))
@example("\ud800", By.CODE)
@example("\ud800محمد", By.NAME)
@example("ﷺ", By.NAME)
@example("م" * 500, By.NAME)
@example("كلمة " * 300, By.NAME)
def test_any_text_finds_something_or_nothing(db: Database, typed: str, by: By) -> None:
    try:
        find(db, typed, by)
    except KnownError as error:
        assert by is not By.NAME or error.code == "debt_data.query_empty"  # noqa: PT017


ARABIC = st.text("ابتءأإآؤئىيةهعبدوزنلهم ", max_size=24)
SPECIAL = "محمد عبد أبو ابو الدين الله بن ابن علي ء سيد آمال هبة مؤمن"
WORDS = st.lists(st.sampled_from(SPECIAL.split(" ")), max_size=7).map(" ".join)


@given(st.one_of(ARABIC, WORDS, st.text(max_size=20)))
def test_the_keys_of_a_load_are_those_of_the_search(name: str) -> None:
    assert name_keys(name) == (exact_key(name), loose_key(name))


@given(st.text("aZ09-/ .أ٣", max_size=12))
def test_account_keys_ignore_only_what_sets_letters_and_digits_apart(text: str) -> None:
    assert code_key(text) == "".join(letter for letter in exact_key(text) if letter.isalnum())


def test_the_name_index_holds_the_words_and_nothing_splits_them_further(db: Database) -> None:
    """FTS5 of the standard library reads the loose key the same way: at the spaces."""
    plain = sqlite3.connect(":memory:")
    plain.execute("CREATE VIRTUAL TABLE f USING fts5 (loose, tokenize = 'ascii')")
    plain.execute("CREATE VIRTUAL TABLE v USING fts5vocab (f, 'row')")
    loose = loose_key("عبد الرحمن ٣ أبو زيد O'Brien")
    plain.execute("INSERT INTO f VALUES (?)", (loose,))
    assert {row[0] for row in plain.execute("SELECT term FROM v")} == set(loose.split())
    plain.close()
