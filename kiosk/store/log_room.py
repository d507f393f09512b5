"""Gives the write-ahead log its space on the disk before work begins: a commit overwrites what is there.

A commit that makes the log longer also waits until the file system has noted its new length: 0.31 against
0.14 ms here, a second flush on flash. SQLite fills the log, moves it into the database and overwrites it from
the start; but it removes the log at each close, so the first payments after every opening would pay for it.

Zeros are no frames to SQLite: a frame of page 0, or one whose salts are not those of the log's header, ends
the log, as does whatever a power cut left of an unfinished one.
"""

from pathlib import Path

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.store.disk_reserve import MB, free_bytes
from kiosk.store.driver import transaction
from kiosk.store.files import append_durably, disk_errors

FRAME_BYTES = 24 + 4096
"""One page in the log, with its header."""
_SPARE = 24
"""Frames beyond the mark at which the log is moved: the act that passes it is still whole in the log."""


def lay_log(db: Database, database: Path, *, leave_mb: int) -> bool:
    """Let the log of an open database have the length it will reach anyway; True when it has.

    `leave_mb` (10^6 bytes) stay free beside it: else, or where the log is not moved by itself, nothing is
    done. Raises KnownError `store.*` but for a disk that is full.
    """
    log = database.with_name(database.name + "-wal")
    frames = int(db.conn.execute("PRAGMA wal_autocheckpoint").fetchone()[0])
    if not frames:
        return False
    # Whoever writes would make the log longer himself: the open act keeps everybody else from it.
    with transaction(db), disk_errors():
        missing = (frames + _SPARE) * FRAME_BYTES - log.stat().st_size
        if missing <= 0:
            return True
        if free_bytes(database.parent) < missing + leave_mb * MB:
            return False
        try:
            append_durably(log, bytes(missing))
        except KnownError as error:
            if error.code != "store.disk_full":
                raise
            return False
    return True
