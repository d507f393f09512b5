"""Whatever stands in the files of debts, a device says what is wrong and keeps the debts that it has."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.debts.pieces import Piece
from kiosk.core.errors import KnownError
from kiosk.core.wire.debt_files import DebtIndex, read_index
from kiosk.core.wire.manifest import BOOKS, DatasetRef, DeltaRef
from kiosk.store.debts.read import check_debts, data_version
from kiosk.sync.debts import apply_debts
from kiosk.sync.downlink import apply
from tests.core.wire.test_fuzz import EXAMPLES, bounded, broken, changed
from tests.sync.canned_debts import CannedDebts
from tests.sync.test_debts import FIRST, SECOND, Bench, bench

__all__ = ["bench"]


class Spoiled(CannedDebts):
    """Hands out what the manifest vouches for, with one text in place of another."""

    def __init__(self, sound: bytes, told: bytes) -> None:
        super().__init__()
        self._sound, self._told = sound, told

    def file(self, ref: DatasetRef | DeltaRef) -> bytes:
        return self._of(super().file(ref))

    def pieces(self, index: DebtIndex, held: int, between: Callable[[], None]) -> Iterator[Piece]:
        for one in super().pieces(index, held, between):
            yield replace(one, lines=self._of(one.lines))

    def _of(self, whole: bytes) -> bytes:
        return self._told if whole == self._sound else whole


@st.composite
def spoiled(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes broken, or canonical JSON with one place exchanged."""
    if draw(st.booleans()):
        return draw(broken(whole))
    head, feed, lines = whole.partition(b"\n")
    part = draw(st.sampled_from([0, 1] if lines else [0]))
    plain: Any = changed(draw, json.loads((head, lines)[part]))
    told = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    return told + feed + lines if part == 0 else head + feed + told


def sound_files() -> dict[str, list[bytes]]:
    """What is in the files of debts that are handed out here."""
    made = CannedDebts()
    ref = made.snapshot(SECOND)
    index = made.file(ref)
    pieces = [one.lines for one in made.pieces(read_index(index), 0, lambda: None)]
    delta = made.file(made.changed(made.snapshot(FIRST), FIRST, SECOND).deltas[0])
    return {"index": [index], "pieces": pieces[:2] + pieces[-1:], "delta": [delta]}


SOUND = sound_files()


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("what", ["index", "pieces", "delta"])
def test_spoiled_files_of_debts_are_typed_errors_and_change_nothing(
    bench: Bench, what: str, examples: int
) -> None:
    bench.apply(bench.first)
    kept = data_version(bench.place.db)

    @settings(bounded(examples), derandomize=True)
    @given(st.sampled_from(SOUND[what]).flatmap(lambda one: st.tuples(st.just(one), spoiled(one))))
    def each(texts: tuple[bytes, bytes]) -> None:
        source = Spoiled(*texts)
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
    @given(spoiled(valid))
    def each(told: bytes) -> None:
        with suppress(KnownError):
            apply(bench.place, replace(ref, version=1), told)

    each()
