"""A large file comes in parts that suit the line; what came before a cut is not lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.link.parts import FIRST, LEAST, MOST, FileParts

SECOND = 10**9
FILE = bytes(n * 7 % 251 for n in range(3 * MOST))


class Line:
    """Reads of the file; each takes as long as told, and the line is cut at a byte."""

    def __init__(self, seconds: int = 0, cut: int | None = None, size: int = len(FILE)) -> None:
        self.reads: list[int] = []
        self.between = 0
        self._now, self._seconds, self._cut = 0, seconds, cut
        self.parts = FileParts(self._read, size, self._pause, lambda: self._now)

    def _read(self, into: bytearray, start: int, size: int) -> None:
        self.reads.append(size)
        self._now += self._seconds * SECOND
        end = start + size if self._cut is None else min(self._cut, start + size)
        into += FILE[start:end]
        if end < start + size:
            raise KnownError("sync.offline")

    def _pause(self) -> None:
        self.between += 1


@given(sizes=st.lists(st.integers(0, 200_000), max_size=20), skipped=st.integers(0, 100_000))
def test_the_bytes_are_those_of_the_file(sizes: list[int], skipped: int) -> None:
    line = Line(size=skipped + sum(sizes))
    line.parts.skip(skipped)
    assert b"".join(map(line.parts.take, sizes)) == FILE[skipped : skipped + sum(sizes)]
    assert sum(line.reads) == sum(sizes)


@pytest.mark.parametrize(("seconds", "last"), [(0, MOST), (3, LEAST)])
def test_parts_become_as_long_as_the_line_is_quick(seconds: int, last: int) -> None:
    line = Line(seconds)
    for _ in range(200):
        line.parts.take(8_000)
    assert line.reads[0] == FIRST
    assert last in line.reads[1:]
    assert line.between == len(line.reads) - 1


def test_whole_pieces_that_came_before_a_cut_are_handed_out_first() -> None:
    line = Line(cut=10_000)
    assert [len(line.parts.take(3_000)) for _ in range(3)] == [3_000] * 3
    for _ in range(2):
        with pytest.raises(KnownError, match=r"sync\.offline"):
            line.parts.take(3_000)
    assert len(line.reads) == 1


def test_more_than_the_file_has_is_refused() -> None:
    line = Line(size=10)
    assert line.parts.take(10) == FILE[:10]
    with pytest.raises(KnownError, match=r"manifest\.altered"):
        line.parts.take(1)
