"""What a simulated payment terminal has done, kept in a file as a real one does: the witness of the proofs.

One JSON object a line, written and flushed to the disk before anything is said of it. A line that a stop cut
off is dropped when the file is opened again. Nothing of a card is in it but its last four digits.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["payment", "reversal", "refused", "closed"]


@dataclass(frozen=True)
class Done:
    """One transaction. `of`: the receipt number that a reversal puts back; `code`: the result, 00 is done.

    `at`: month, day and time by the terminal's clock, as MMDDHHMMSS.
    """

    kind: Kind
    trace: int
    receipt: int
    piastres: int
    currency: int
    code: str = "00"
    of: int | None = None
    last4: str | None = None
    at: str | None = None


class TerminalRecords:
    """The journal of one terminal. Without a file it forgets everything with the program."""

    def __init__(self, file: Path | None = None) -> None:
        self.done: list[Done] = []
        self._file = file
        if file is not None and file.exists():
            self.done = _read(file)

    @property
    def trace(self) -> int:
        """Its counter of transactions."""
        return self.done[-1].trace if self.done else 0

    @property
    def last(self) -> Done | None:
        """The last transaction, refused ones too."""
        return next((one for one in reversed(self.done) if one.kind != "closed"), None)

    def next(self) -> tuple[int, int]:
        """The trace and receipt number of the next transaction."""
        receipt = self.done[-1].receipt if self.done else 0
        return self.trace % 999_999 + 1, receipt % 9_999 + 1

    def keep(self, one: Done) -> None:
        """Add one, on the disk before this returns."""
        self.done.append(one)
        if self._file is None:
            return
        with self._file.open("ab") as file:
            file.write(json.dumps(asdict(one)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def payment(self, receipt: int) -> Done | None:
        """The payment of a slip, unless its day was closed."""
        return next((one for one in self._today() if one.kind == "payment" and one.receipt == receipt), None)

    def reversed(self, receipt: int) -> bool:
        """Whether the payment of a slip was put back."""
        return any(one.kind == "reversal" and one.of == receipt for one in self._today())

    def charged(self) -> dict[int, int]:
        """Every payment that was not put back: its trace, and piastres."""
        back = {one.of for one in self.done if one.kind == "reversal"}
        return {
            one.trace: one.piastres for one in self.done if one.kind == "payment" and one.receipt not in back
        }

    def day(self) -> tuple[int, int, int, int]:
        """How many payments and what sum, how many reversals and what sum, since its day was closed."""
        taken = [one.piastres for one in self._today() if one.kind == "payment"]
        back = [one.piastres for one in self._today() if one.kind == "reversal"]
        return len(taken), sum(taken), len(back), sum(back)

    def _today(self) -> list[Done]:
        closed = [at for at, one in enumerate(self.done) if one.kind == "closed"]
        return self.done[closed[-1] + 1 :] if closed else self.done


def _read(file: Path) -> list[Done]:
    data = file.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        with file.open("r+b") as torn:
            torn.truncate(len(whole))
    return [Done(**json.loads(line)) for line in whole.splitlines()]
