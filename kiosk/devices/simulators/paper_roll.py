"""The paper of a simulated printer: rows of dots as whole numbers, torn off or cut into sheets."""

from kiosk.core.raster import Bitmap


class PaperRoll:
    """Paper `width` dots wide. `left`: rows until the roll ends, None for a roll that never does."""

    def __init__(self, width: int, left: int | None = None) -> None:
        self.width = width
        self.left = left
        self._rows: list[int] = []

    @property
    def rows(self) -> int:
        """Rows printed since the last cut."""
        return len(self._rows)

    @property
    def ended(self) -> bool:
        """Whether the roll is used up."""
        return self.left is not None and self.left <= 0

    def burn(self, rows: list[int], feed: int) -> None:
        """Blacken dots from where the paper stands downwards, then move it by `feed` rows.

        A row is a number of `width` bits. What the end of the roll cuts off is lost.
        """
        able = feed if self.left is None else max(0, min(feed, self.left))
        moved = [rows[n] if n < len(rows) else 0 for n in range(able)]
        self._rows += moved
        if self.left is not None:
            self.left -= able

    def cut(self) -> Bitmap:
        """Take off what was printed."""
        stride = -(-self.width // 8)
        spare = stride * 8 - self.width
        rows = b"".join((row << spare).to_bytes(stride, "big") for row in self._rows)
        self._rows.clear()
        return Bitmap(self.width, rows)
