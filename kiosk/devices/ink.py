"""Reads the ink of a bitmap as whole numbers: a row of dots is one number, its first dot the highest bit."""

from dataclasses import dataclass

from kiosk.core.raster import Bitmap


@dataclass(frozen=True)
class Ink:
    """The rows of a bitmap as numbers of `width` bits."""

    width: int
    rows: tuple[int, ...]

    @classmethod
    def of(cls, bitmap: Bitmap) -> "Ink":
        """Read a bitmap; what stands in the unused bits of its rows is dropped."""
        stride, dots = bitmap.stride, bitmap.rows
        spare = stride * 8 - bitmap.width
        rows = (dots[at : at + stride] for at in range(0, len(dots), stride))
        return cls(bitmap.width, tuple([int.from_bytes(row, "big") >> spare for row in rows]))

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def blank(self, y: int) -> bool:
        """Whether a row is white."""
        return not self.rows[y]

    def extent(self, top: int, bottom: int) -> tuple[int, int]:
        """First dot with ink and first dot after the last, in rows `top` up to `bottom`; white: (0, 0)."""
        joined = 0
        for row in self.rows[top:bottom]:
            joined |= row
        if not joined:
            return 0, 0
        lowest = (joined & -joined).bit_length() - 1
        return self.width - joined.bit_length(), self.width - lowest

    def packed(self, top: int, bottom: int, left: int, right: int) -> bytes:
        """The rows from dot `left` up to `right`, packed; the last byte of a row is filled with white."""
        stride = -(-(right - left) // 8)
        shift = self.width - left - stride * 8
        mask = (1 << stride * 8) - 1
        cut = ((row >> shift if shift >= 0 else row << -shift) & mask for row in self.rows[top:bottom])
        return b"".join(row.to_bytes(stride, "big") for row in cut)

    def only_within(self, top: int, bottom: int, left: int, right: int) -> bool:
        """Whether these rows have no ink outside the dots `left` up to `right`."""
        inside = ((1 << right - left) - 1) << (self.width - right)
        return not any(row & ~inside for row in self.rows[top:bottom])
