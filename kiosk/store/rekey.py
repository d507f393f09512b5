"""Gives the database a new data key: a copy under the new key takes the place of the old file, whole.

The order of writes makes every instant recoverable (`kiosk.store.slot_rekey`): the copy is made, synced and
opened with the new key; the slot file gets both keys; the copy is renamed over the database; the slot file
keeps the new key alone. Killed before the rename, the old key opens the old file and the next unlock undoes
the rest; killed after it, the new key opens the new one and the next unlock finishes. Nobody's secret is
needed but that of the one who is unlocked.

A test of power cuts opens a store (`Store.open`), calls `rekey(store)`, and opens each state of the folder
with any secret of before; nothing else need be done, and no centre is needed.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlite_utils import Database

from kiosk.core.errors import BugError, KnownError
from kiosk.store.attachments import rewrap_attachments
from kiosk.store.driver import (
    become_sole,
    copy_under,
    hold_still,
    open_database,
    resume_log,
    transaction,
)
from kiosk.store.files import remove_if_there, replace_durably, sync_file
from kiosk.store.journal import Journal
from kiosk.store.person_index import index_key, keep_index_key
from kiosk.store.persons import rewrap
from kiosk.store.slot_keys import new_data_key
from kiosk.store.slot_model import RecoverySlot
from kiosk.store.slot_record import raise_generation
from kiosk.store.slot_rekey import SlotRekey
from kiosk.store.store import Store
from kiosk.store.unlocked import DataKey

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rekeying:
    """The copy under the new key before it counts: entries written here commit with the rekey or not at all.

    `recovery`: the new recovery slot, to be lodged at the centre; None on a trial device.
    """

    db: Database
    journal: Journal
    recovery: RecoverySlot | None


def rekey(
    store: Store,
    *,
    record: Callable[[Rekeying], None] | None = None,
    progress: Progress | None = None,
) -> None:
    """Change the data key of an open store; afterwards it is open under the new one.

    This must be the only connection (a sync in the background is stopped first), and what was made from
    `store.db`, `store.journal`, `store.persons` or `store.unlocked` is to be made anew. `record` writes the
    entries that tell of it, inside the transaction; `progress` gets pages copied and pages in all. It takes
    as long as a backup, and as much free space as the database has.

    Raises KnownError `slots.supervisor_needed`, `slots.absent_too_long`, `store.busy` and `store.disk_full`
    with the store open as before; after any error from the moment that the slot file is written the store is
    closed, and the next unlock finishes or undoes.
    """
    after = new_data_key()
    steps = store.slots.rekey(store.unlocked, after)
    recovery = steps.prepare()
    remove_if_there(store.folder.rekeyed)
    try:
        become_sole(store.db)
        hold_still(store.db)
        _make_copy(store, after, recovery, steps.generation, record, progress)
    except BaseException:
        _go_on(store)
        raise
    try:
        _switch(store, steps, after)
    except BaseException:
        store.close()
        raise


def _make_copy(
    store: Store,
    after: DataKey,
    recovery: RecoverySlot | None,
    generation: int,
    record: Callable[[Rekeying], None] | None,
    progress: Progress | None,
) -> None:
    before, path = store.unlocked.data_key, store.folder.rekeyed
    copy = copy_under(store.db, path, after.key, after.salt, progress)
    try:
        with transaction(copy):
            rewrap(copy, before, after)
            rewrap_attachments(copy, before, after)
            keep_index_key(copy, index_key(copy, before))
            raise_generation(copy, generation)
            journal = Journal(copy, store.device_signer)
            if record is not None:
                record(Rekeying(copy, journal, recovery))
            written = _head(copy)
    finally:
        copy.close()
    sync_file(path)
    opened = open_database(path, after.key, after.salt, readonly=True)
    try:
        if _head(opened) != written:
            raise BugError("the copy under the new key is not what was written")
    finally:
        opened.close()


def _switch(store: Store, steps: SlotRekey, after: DataKey) -> None:
    before = store.unlocked
    steps.announce()
    store.db.close()
    for end in ("-wal", "-shm", "-journal"):
        beside = store.folder.database.with_name(store.folder.database.name + end)
        remove_if_there(beside)
    replace_durably(store.folder.rekeyed, store.folder.database)
    header = steps.conclude()
    store.reopen(replace(before, data_key=after, generation=header.generation))
    before.data_key.wipe()


def _go_on(store: Store) -> None:
    """Nothing has changed: the store goes on as it was."""
    if store.db.conn.in_transaction:
        store.db.conn.execute("ROLLBACK")
    resume_log(store.db)
    with suppress(KnownError):
        remove_if_there(store.folder.rekeyed)


def _head(db: Database) -> tuple[object, ...] | None:
    """Where the journal stands; None before its first entry."""
    row: tuple[object, ...] | None = db.conn.execute("SELECT seq, head FROM stream").fetchone()
    return row
