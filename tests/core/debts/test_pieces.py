"""Pieces of debts: one byte form, hashes of their rows, and keys of one known version."""

import hashlib
from dataclasses import replace

import orjson
import pytest

from kiosk.core.arabic import exact_key, loose_key
from kiosk.core.debts.keys import KEYS_VERSION, code_key, name_keys
from kiosk.core.debts.pieces import (
    Totals,
    line_of,
    make_piece,
    pieces_of,
    rows_bytes,
    rows_hash,
    totals_of,
    version_hash,
)
from kiosk.core.debts.snapshot import DebtorRow, read_debts
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical
from tests.store.snapshots import charge, debt, debtor, many

NAMES = (
    "محمد أحمد النجّار", "فاطمة عبد الرحمن", "أبو زيد ابن علي", "إيمان مصطفى", "نور الدين ضياء", "Smith-Jones",
    "عبدالله آدم", "رؤى هانئ", "هبة الله ـ السيد", "چاكلين ڤيكتور پيتر", "ﷺ ﻋﻠﻲ", "١٢ شارع",
)  # fmt: skip
CODES = ("LR-0001/17", "أ-١٢/٣", "x_Y.9", "", "٢٠٢٤-ب")
KEYS_1 = "030a270941f5"


def test_the_keys_of_this_version_are_these() -> None:
    """When this fails the keys have changed: raise `KEYS_VERSION`, and let devices rework those they have."""
    keys = [name_keys(name) for name in NAMES] + [[code_key(code)] for code in CODES]
    digest = hashlib.sha256(orjson.dumps(keys)).hexdigest()[:12]
    assert (KEYS_VERSION, digest) == (1, KEYS_1)
    assert [name_keys(name) for name in NAMES] == [(exact_key(name), loose_key(name)) for name in NAMES]


def test_rows_and_lines_are_canonical_json() -> None:
    rows = [[number, *row.plain()] for number, row in enumerate(many(3), 1)]
    assert rows_bytes(rows) == canonical(rows)
    piece = make_piece(1, rows)
    assert piece.lines == canonical([line_of(row) for row in rows])
    assert piece.rows_hash == hashlib.sha256(b"kiosk-debts-2\0rows" + canonical(rows)).hexdigest()
    listed = canonical([[0, "aa"], [7, "bb"]])
    assert (
        version_hash([(0, "aa"), (7, "bb")]) == hashlib.sha256(b"kiosk-debts-2\0version" + listed).hexdigest()
    )


def test_a_line_has_the_keys_that_differ_from_the_text_before_them() -> None:
    row = [4, *debtor("A", "أحمد", debt("L-1/2", charge("1", 5), contract="K 9"), debt("X")).plain()]
    assert line_of(row)[:5] == [4, "A", "أحمد", "احمد", None]
    assert line_of(row)[10] == [["l12", "k9"], ["x"]]
    assert line_of([4, *debtor("A", "smith").plain()])[3:5] == [None, None]


def test_debtors_are_cut_into_pieces_that_begin_where_the_last_ended() -> None:
    made = list(pieces_of(many(12), size=5))
    assert [(piece.first, piece.debtors) for piece, _ in made] == [(0, 5), (6, 5), (11, 2)]
    assert sum((totals for _, totals in made), Totals()) == totals_of(
        [[number, *row.plain()] for number, row in enumerate(many(12), 1)]
    )
    ((empty, _),) = pieces_of([])
    assert (empty.first, empty.lines, empty.rows_hash) == (0, b"[]", rows_hash(b"[]"))


@pytest.mark.parametrize("name", ["\u0627\u0653\u0645\u0627\u0644", "a\0b", "\ud800"])
def test_text_that_is_not_composed_or_would_be_cut_is_a_bug(name: str) -> None:
    with pytest.raises(BugError):
        list(pieces_of([debtor("A", name)]))


def test_a_charge_that_is_there_twice_is_named() -> None:
    with pytest.raises(KnownError) as caught:
        list(pieces_of([debtor("A", "علي", debt("X-1", charge("1", 5), charge("1", 6)))]))
    assert (caught.value.code, caught.value.params["which"]) == ("debt_data.twice", "X-1")


def test_debts_are_read_as_they_were_written() -> None:
    row: DebtorRow = many(1)[0]
    row = replace(row, debts=(*row.debts, debt("E"), debt("F", charge("9", 0), contract="C")))
    assert read_debts(canonical([one.plain() for one in row.debts])) == row.debts


@pytest.mark.parametrize(
    "text",
    ["{}", "1", "x", '[["x"]]', '[["a","b","c","d",2,"unit","",null,null,null,[]]]', "[null]", '["a"]'],
)
def test_what_is_no_list_of_debts_is_refused(text: str) -> None:
    with pytest.raises(KnownError, match=r"debt_data\.altered"):
        read_debts(text)
