"""What is no piece of debts is refused in words, wherever it is wrong, and nothing of it comes into use."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.debts.pieces import Piece, pieces_of, rows_hash
from kiosk.core.errors import KnownError
from kiosk.store.debts.load import DebtLoad
from kiosk.store.debts.stage import Stage, rows_text, stage
from tests.store.snapshots import Device, charge, debt, debtor, device, many, source


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    with device(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture
def staged(here: Device) -> Iterator[Stage]:
    with stage(here.db) as made:
        yield made


def spoilt(path: tuple[int, ...], value: Any) -> Piece:
    """A piece of one debtor in which one value is another; its hash is that of what it holds now."""
    ((piece, _),) = pieces_of([debtor("A", "علي", debt("X-1", charge("1", 5)))])
    lines = orjson.loads(piece.lines)
    place = lines[0]
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    rows = [[*line[:3], *line[5:10]] for line in lines]
    return replace(piece, lines=orjson.dumps(lines), rows_hash=rows_hash(orjson.dumps(rows)))


DEBT, CHARGE = (9, 0), (9, 0, 10, 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((0,), "x"),
        ((0,), None),
        ((1,), None),
        ((1,), 7),
        ((2,), ...),
        ((9,), {}),
        ((9,), "x"),
        ((9,), None),
        ((10,), None),
        ((*DEBT, 4), 2),
        ((*DEBT, 4), None),
        ((*DEBT, 5), "king"),
        ((*DEBT, 10), None),
        ((*DEBT, 0), ...),
        ((*CHARGE, 1), "bribe"),
        ((*CHARGE, 1), None),
        ((*CHARGE, 2), "soon"),
        ((*CHARGE, 2), None),
        ((*CHARGE, 3), -1),
        ((*CHARGE, 3), True),
        ((*CHARGE, 3), "5"),
        ((*CHARGE, 3), None),
        ((*CHARGE, 4), ...),
    ],
)
def test_a_value_out_of_form_is_refused(staged: Stage, path: tuple[int, ...], value: Any) -> None:
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        staged.take(spoilt(path, value))


def test_a_piece_with_other_rows_than_its_hash_says_is_refused(here: Device, staged: Stage) -> None:
    good, other = (next(pieces_of(many(3, mark)))[0] for mark in ("ا", "ب"))
    for piece in (
        replace(good, rows_hash=other.rows_hash),
        replace(good, debtors=2),
        replace(good, first=2),
        replace(good, lines=good.lines.replace(b"1001", b"1002")),
        replace(good, lines=b"[" + good.lines[1:-1] + b"," + good.lines[1:]),
        replace(good, lines=b"\xff"),
        replace(good, lines=b"nothing"),
        replace(good, lines=b""),
    ):
        staged.clear()
        with pytest.raises(KnownError, match=r"manifest\.altered"):
            staged.take(piece)
    staged.clear()
    staged.take(good)
    rows = [[number, *row.plain()] for number, row in enumerate(many(3, "ا"), 1)]
    assert rows_text(here.db, "incoming.debtor", 0, None) == orjson.dumps(rows)


def test_a_piece_that_does_not_follow_the_one_before_is_refused(staged: Stage) -> None:
    first, second = (piece for piece, _ in pieces_of(many(4), size=2))
    staged.take(first)
    staged.take(second)
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        staged.take(second)


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_arrives_as_it_was_sent(here: Device, text: str) -> None:
    name = unicodedata.normalize("NFC", text)
    ((piece, _),) = pieces_of([debtor("A", name, debt("X", contract=name or None))])
    with stage(here.db) as staged:
        staged.take(piece)
        kept = here.db.execute("SELECT name FROM incoming.debtor").fetchone()
    assert kept == (name,)


def test_a_load_with_a_spoilt_piece_leaves_nothing_in_use(here: Device) -> None:
    pieces = list(source(many(20), 5)(0))
    pieces[2] = replace(pieces[2], lines=pieces[2].lines.replace(b"500", b"501"))
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        DebtLoad(here.db).load(lambda _held: iter(pieces))
    assert here.db.execute("SELECT current FROM debts_in_use").fetchone() == (None,)
