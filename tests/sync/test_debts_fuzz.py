"""Whatever stands in the files of debts, a device says what is wrong and keeps the debts that it has."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.debts.pieces import Piece
from kiosk.core.errors import KnownError
from kiosk.core.wire.debt_files import DebtIndex
from kiosk.core.wire.manifest import BOOKS, DatasetRef, DeltaRef
from kiosk.store.debts.read import check_debts, data_version
from kiosk.sync.debts import apply_debts
from kiosk.sync.downlink import apply
from tests.core.wire.test_fuzz import EXAMPLES, bounded, broken, changed
from tests.sync.canned_debts import CannedDebts
from tests.sync.test_debts import FIRST, SECOND, Bench, bench

__all__ = ["bench"]


class Spoiled(CannedDebts):
    """Hands out what the manifest vouches for, but spoiled before it was signed."""

    def __init__(self, spoil: Callable[[bytes], bytes], *, pieces: bool) -> None:
        super().__init__()
        self._spoil, self._pieces_too = spoil, pieces

    def file(self, ref: DatasetRef | DeltaRef) -> bytes:
        whole = super().file(ref)
        return whole if self._pieces_too else self._spoil(whole)

    def pieces(self, index: DebtIndex, held: int, between: Callable[[], None]) -> Iterator[Piece]:
        for one in super().pieces(index, held, between):
            yield replace(one, lines=self._spoil(one.lines)) if self._pieces_too else one


def spoiling(data: st.DataObject) -> Callable[[bytes], bytes]:
    """Bytes broken, or canonical JSON with one place exchanged."""

    def spoil(whole: bytes) -> bytes:
        head, feed, lines = whole.partition(b"\n")
        if not data.draw(st.booleans()):
            return data.draw(broken(whole))
        part = data.draw(st.sampled_from([0, 1] if lines else [0]))
        plain: Any = data.draw(st.composite(changed)(json.loads((head, lines)[part])))
        told = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
        return told + feed + lines if part == 0 else head + feed + told

    return spoil


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("what", ["index", "pieces", "delta"])
def test_spoiled_files_of_debts_are_typed_errors_and_change_nothing(
    bench: Bench, what: str, examples: int
) -> None:
    bench.apply(bench.first)
    kept = data_version(bench.place.db)

    @bounded(examples)
    @given(st.data())
    def each(data: st.DataObject) -> None:
        source = Spoiled(spoiling(data), pieces=what == "pieces")
        ref = source.snapshot(FIRST if what == "delta" else SECOND, kept.version + 1)
        if what == "delta":
            ref = source.changed(ref, FIRST, SECOND)
        before = data_version(bench.place.db)
        try:
            apply_debts(bench.place, ref, source, accept_smaller=True)
        except KnownError:
            assert data_version(bench.place.db) == before
        check_debts(bench.place.db)

    each()


@pytest.mark.parametrize("examples", EXAMPLES)
def test_a_spoiled_list_of_books_is_a_typed_error(bench: Bench, examples: int) -> None:
    ref = replace(bench.first, name=BOOKS, form="plain", version=1_000_000)
    valid = json.dumps({"grants": [], "retired": ["D00000042-E1B1"]}).encode()
    for malformed in (b"{}", b"[]", b'{"grants":5,"retired":[]}', b'{"grants":["{1}"],"retired":[]}'):
        with pytest.raises(KnownError):
            apply(bench.place, ref, malformed)

    @bounded(examples)
    @given(st.data())
    def each(data: st.DataObject) -> None:
        with suppress(KnownError):
            apply(bench.place, replace(ref, version=1), spoiling(data)(valid))

    each()
