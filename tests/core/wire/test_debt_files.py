"""The files of debts are read strictly: in order, whole, of one byte form, or refused."""

import gzip
import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.debts.pieces import pieces_of, version_hash
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import FieldError, dump
from kiosk.core.wire.debt_files import (
    DebtDelta,
    DebtIndex,
    PieceHash,
    pack_piece,
    read_delta,
    read_index,
    unpack_piece,
    write_delta,
)
from kiosk.core.wire.manifest import DatasetRef, DeltaRef
from kiosk.core.wire.payload import read_record
from tests.core.wire.protocol_vectors import MANIFEST
from tests.store.snapshots import many

PIECES = [piece for piece, _ in pieces_of(many(12), size=5)]
REFS = [pack_piece(piece) for piece in PIECES]
INDEX = DebtIndex(keys=1, pieces_file="ab" * 32, pieces=tuple(ref for ref, _ in REFS))
DELTA = DebtDelta(
    base="aa" * 32, hash="bb" * 32, keys=1, gone=(3, 8), pieces=(PieceHash(first=0, rows="cc" * 32),)
)


def test_an_index_says_what_its_pieces_are() -> None:
    assert read_index(canonical(dump(INDEX))) == INDEX
    assert INDEX.hash == version_hash((piece.first, piece.rows_hash) for piece in PIECES)
    assert (INDEX.debtors, INDEX.size) == (12, sum(len(packed) for _, packed in REFS))
    for (ref, packed), piece in zip(REFS, PIECES, strict=True):
        assert unpack_piece(ref, packed) == piece


@pytest.mark.parametrize("order", [(), (1,), (0, 2, 1), (0, 0)])
def test_an_index_whose_pieces_are_not_in_order_is_refused(order: tuple[int, ...]) -> None:
    plain = dump(INDEX)
    plain["pieces"] = [plain["pieces"][place] for place in order]
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        read_index(canonical(plain))


def test_a_piece_that_was_changed_or_is_a_bomb_is_refused() -> None:
    ref, packed = REFS[0]
    bomb = gzip.compress(bytes(9 << 20), mtime=0)
    for wrong in (packed[:-1], packed + b"0", b"", REFS[1][1], bomb):
        with pytest.raises(KnownError, match=r"manifest\.altered"):
            unpack_piece(ref, wrong)
    named = replace(ref, file=hashlib.sha256(bomb).hexdigest())
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        unpack_piece(named, bomb)


def test_a_delta_is_read_as_it_was_written() -> None:
    data = write_delta(DELTA, PIECES[0].lines)
    assert read_delta(data) == (DELTA, PIECES[0].lines)
    for wrong in (replace(DELTA, gone=(8, 3)), replace(DELTA, gone=(3, 3))):
        with pytest.raises((BugError, FieldError, KnownError)):
            read_delta(write_delta(wrong, b"[]"))


@given(st.binary(max_size=200))
def test_anything_else_is_refused_in_words(data: bytes) -> None:
    for read in (read_index, read_delta):
        with pytest.raises(KnownError, match=r"manifest\.altered"):
            read(data)


def test_deltas_of_a_manifest_lead_to_its_version() -> None:
    ref = MANIFEST.datasets[0]
    link = ref.deltas[0]
    other = replace(link, base=link.hash, hash="ee" * 32)
    assert read_record(DatasetRef, dump(ref), "x") == ref
    for deltas in ((other,), (link, link), (other, link), (replace(link, hash="00" * 32),)):
        plain = {**dump(ref), "deltas": [dump(one) for one in deltas]}
        with pytest.raises(KnownError, match=r"protocol\.malformed"):
            read_record(DatasetRef, plain, "x")
    before = DeltaRef(base=other.hash, hash=link.base, file="00" * 32, size=1, plain_size=1, debtors=0)
    plain = {**dump(ref), "deltas": [dump(before), dump(link)]}
    assert read_record(DatasetRef, plain, "x").deltas == (before, link)
