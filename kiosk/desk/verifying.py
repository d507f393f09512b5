"""Opening a store to verify it: also one whose damage keeps the unlock from being journalled."""

from pathlib import Path

from kiosk.core.errors import Kind, KnownError
from kiosk.core.roles import Right, Role, require
from kiosk.desk.unlock import unlock
from kiosk.store.rebuild import Progress, rebuild
from kiosk.store.store import Opening, Store
from kiosk.store.verify import Report, verify

_OF_DAMAGE = frozenset({"dataset.missing", "unlock.half_added", "unlock.removed", "zone.bad"})
"""What unlocking says when tables or data that it reads were altered; damage by its kind comes on top."""


def open_to_verify(root: Path, code: str, typed: str, *, opening: Opening | None = None) -> Store:
    """Open the store at `root` for a person who may verify it; the caller closes it.

    The unlock is journalled like any other. Where damage forbids that, the store is opened all the same and
    nothing is written: who may verify must be able to see what is wrong.
    Raises KnownError `roles.no_right`, and as `kiosk.desk.unlock.unlock` does for what is no damage.
    """
    try:
        store = unlock(root, code, typed, opening=opening).store
    except KnownError as error:
        if error.code not in _OF_DAMAGE and error.situation.kind is not Kind.DAMAGED:
            raise
        store = Store.open(root, code, typed, opening=opening)
    try:
        require([Role(role) for role in store.unlocked.roles], Right.JOURNAL_VERIFY)
    except BaseException:
        store.close()
        raise
    return store


def mend_tables(store: Store, report: Report, progress: Progress | None = None) -> Report:
    """Rebuild the tables that `report` found unlike the journal and the indexes, and verify again.

    `progress` is told how many entries are done, of how many: of the rebuild, then of the verification.
    Nothing is touched when the journal itself is damaged: what is made from it would be as wrong.
    """
    if not report.can_be_mended:
        return report
    with store.transaction() as db:
        db.conn.execute("REINDEX")
        rebuild(db, store.journal, progress)
    return verify(store, progress)
