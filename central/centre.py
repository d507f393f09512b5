"""The centre: its folder, keys, database and clock in one object that the parts of the server share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from central.folder import Folder, make_private_folder
from central.keys import ServerKeys
from central.scan_stores import Stores
from central.shifts_at_hand import ShiftsAtHand
from central.storage import Storage
from kiosk.core.wire.payload import sign_record

ANSWER_VALID = timedelta(days=3650)
"""Answers are kept as evidence; what they say is judged by `issued` and their nonce."""


def utc_now() -> datetime:
    """The time at the centre, in whole milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Settings:
    """What may differ from one centre to another. `refresh`: how old a debt snapshot may be while payments
    come in before a new one is made.
    """

    refresh: timedelta = timedelta(minutes=15)
    receipt_host: str = "RECEIPTS.EXAMPLE"
    snapshot_valid: timedelta = timedelta(days=30)


@dataclass(frozen=True)
class Centre:
    """One centre. `now` gives its time; tests pass a clock of their own."""

    folder: Folder
    keys: ServerKeys
    storage: Storage
    now: Callable[[], datetime] = utc_now
    settings: Settings = field(default_factory=Settings)
    shifts: ShiftsAtHand = field(default_factory=ShiftsAtHand)
    scans: Stores = field(default_factory=Stores)

    def sign(self, purpose: str, record: object) -> bytes:
        """Sign what the running server says, with the acknowledgement key."""
        now = self.now()
        return sign_record(purpose, record, key=self.keys.ack, issued=now, expires=now + ANSWER_VALID)

    def close(self) -> None:
        """Close the database."""
        self.storage.close()


def open_centre(
    root: Path,
    *,
    now: Callable[[], datetime] = utc_now,
    settings: Settings | None = None,
    database: str | None = None,
    bring_on: bool = False,
) -> Centre:
    """Open the centre in a folder that has its keys; the database is made when it is not there.

    `database`: address of a PostgreSQL database, `postgresql://…`; without it the folder's line decides.

    `bring_on`: as `Storage`. Raises KnownError `keys.missing`, `central.*`.
    """
    folder = Folder(root)
    keys = ServerKeys(folder)
    make_private_folder(folder.files)
    storage = Storage(folder.database_in_use(database), bring_on=bring_on)
    return Centre(folder, keys, storage, now, settings or Settings())
