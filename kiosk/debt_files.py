"""Opens the files of debts (CSV) given to a trial device: read strictly, or not at all (docs/store.md)."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from kiosk.core.debts.csv_check import LIMIT, DebtFileCheck, check_debts, stream_debts
from kiosk.core.debts.csv_rows import Reading
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import KnownError


def check_debt_file(path: Path, reading: Reading, limit: int = LIMIT) -> DebtFileCheck:
    """Read the whole file and return what it holds and what is wrong with it.

    Raises KnownError `file.missing` or `file.unreadable`; every other mistake is in the result.
    """
    return check_debts(path.name, partial(_texts, path), reading, limit)


def read_debtors(path: Path, reading: Reading) -> Iterator[DebtorRow]:
    """Yield the debtors of a file that was checked, one by one.

    Raises KnownError `debt_file.changed` when a mistake turns up after all, `file.*`.
    """
    return stream_debts(path.name, partial(_texts, path), reading)


def _texts(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from file
    except FileNotFoundError as error:
        raise KnownError("file.missing", path=path) from error
    except OSError as error:
        raise KnownError("file.unreadable", path=path, reason=error.strerror or "?") from error
