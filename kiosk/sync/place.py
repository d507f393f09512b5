"""The store as sync uses it: a connection of its own, the device's key, and moments for its entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Link
from kiosk.link.centre import CentreClient, Me
from kiosk.link.transport import Transport
from kiosk.store.attachments import Attachments
from kiosk.store.datasets import current_dataset
from kiosk.store.driver import transaction
from kiosk.store.journal import Journal
from kiosk.store.moments import DeviceClock, Moment, read_clocks
from kiosk.store.periods import hash_at
from kiosk.store.persons import PersonRecords
from kiosk.store.store import Store
from kiosk.store.sync_state import CentreRecord, centre_of, kept_anchor, kept_clock
from kiosk.zone_files import read_zone


def now() -> datetime:
    """Claimed UTC of this machine: it only decides what a signature's span is reported to be."""
    return datetime.now(UTC)


@dataclass
class Act:
    """What sync writes in one transaction: entries of the device itself, without a person."""

    db: Database
    journal: Journal
    moment: Moment

    def append(self, body: Body) -> Link:
        """Write one entry."""
        return self.journal.append(body, self.moment)


@dataclass
class Place:
    """One device's journal and records on one connection, which belongs to one thread; `root`: its folder."""

    db: Database
    journal: Journal
    persons: PersonRecords
    scans: Attachments
    me: Me
    centre: CentreRecord
    root: Path
    own_connection: bool = field(default=False)

    @classmethod
    def of(cls, store: Store, *, own_connection: bool = False) -> "Place":
        """Use an open store, with `own_connection` from another thread than the one that opened it.

        Raises KnownError `sync.not_enrolled` on a trial device, `store.*`.
        """
        db = store.connect() if own_connection else store.db
        try:
            centre = _centre(db)
            signer = store.device_signer
            me = Me(signer.by, store.unlocked.stream, signer.key, centre.authority(now()))
            persons = PersonRecords(db, store.unlocked.data_key)
            scans = Attachments(db, store.unlocked.data_key, store.folder.attachments)
            return cls(db, Journal(db, signer), persons, scans, me, centre, store.folder.root, own_connection)
        except BaseException:
            if own_connection:
                db.close()
            raise

    def client(self, transport: Transport) -> CentreClient:
        """The centre as this device asks it."""
        return CentreClient(transport, self.me, now)

    def close(self) -> None:
        """Give up the connection, if it is our own."""
        if self.own_connection:
            self.db.close()

    def moment(self) -> Moment:
        """What the clocks say now, with the zone and the anchor in force."""
        zone = read_zone(current_dataset(self.db, "zone").content.decode(), "zone")
        clock = DeviceClock(zone, last=kept_clock(self.db), anchor=kept_anchor(self.db), read=read_clocks)
        return clock.look()[0]

    @contextmanager
    def act(self) -> Iterator[Act]:
        """One act of the device itself: whole or not at all."""
        moment = self.moment()
        with transaction(self.db) as db:
            yield Act(db, self.journal, moment)

    def seq(self) -> int:
        """How many entries the journal has."""
        return self.journal.state().seq

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of an entry, 32 zero bytes before the first, None beyond the last."""
        return hash_at(self.db, seq)


def _centre(db: Database) -> CentreRecord:
    centre = centre_of(db)
    if centre is None:
        raise KnownError("sync.not_enrolled")
    return centre
