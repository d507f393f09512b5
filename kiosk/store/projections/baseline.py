"""Projection of the baseline: a period begins, and the numbers that were used before it stay used.

Where the periods before are gone, `kiosk.store.rebuild` restores what it carries first.
"""

from sqlite_utils import Database

from kiosk.core.entries.baseline import JournalBaseline
from kiosk.core.wire.entry import Entry


def begin_period(db: Database, _entry: Entry, body: JournalBaseline) -> None:
    """Entries go into this period from now on."""
    open_period(db, body.period)
    for book in body.books:
        db.conn.execute("UPDATE book_taken SET used = ? WHERE series = ?", (book.serial, book.series))


def open_period(db: Database, number: int) -> None:
    """Let the next entry, which is the baseline, go into this period."""
    db.conn.execute("UPDATE stream SET period = ?", (number,))
