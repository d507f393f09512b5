"""Files of debts (CSV) that are handed to a trial device: read strictly, or not at all (docs/store.md)."""

from kiosk.debt_files.check import (
    DebtFileCheck,
    DebtFileNotCleanError,
    check_debt_file,
    read_debtors,
)
from kiosk.debt_files.columns import COLUMNS
from kiosk.debt_files.rows import Reading

__all__ = [
    "COLUMNS",
    "DebtFileCheck",
    "DebtFileNotCleanError",
    "Reading",
    "check_debt_file",
    "read_debtors",
]
