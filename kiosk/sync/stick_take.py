"""Takes in what a stick brings from the centre: by the functions that take it in over the line.

What a stick says is as old as the stick. It never sets the clock (it shows only that a moment has passed), it
is no contact with the centre, and the age of data counts from when the centre signed, not from today.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE as ACK
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.core.wire.canonical import MAX_BYTES
from kiosk.core.wire.manifest import MAX_MANIFEST_BYTES, Manifest, open_manifest
from kiosk.core.wire.manifest import PURPOSE as MANIFEST
from kiosk.core.wire.order import MAX_ORDERS_BYTES, Orders
from kiosk.core.wire.outcomes import MAX_OUTCOMES_BYTES, open_outcomes
from kiosk.core.wire.outcomes import PURPOSE as OUTCOMES
from kiosk.core.wire.payload import read_bytes
from kiosk.core.wire.safety import MAX_SAFETY_BYTES
from kiosk.store.debts.load import SoFar
from kiosk.store.driver import transaction
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import (
    keep_confirmed,
    keep_manifest_digest,
    keep_outcomes,
)
from kiosk.sync.debts import Loading
from kiosk.sync.downlink import bring_in
from kiosk.sync.orders import take_brought
from kiosk.sync.place import Place, now
from kiosk.sync.stick_answer import take_answer
from kiosk.sync.stick_safety import take_safety, take_safety_files
from kiosk.sync.stick_scans import take_scan_answers
from kiosk.sync.stick_source import Reading, StickSource
from kiosk.sync.told import keep_told, told_at
from kiosk.sync.uplink import settle

_STOPS = ("store.", "sync.stopped")
"""What ends the taking in; everything else is a fault of one part, and the others are taken all the same."""


@dataclass
class Brought:
    """What a stick changed. `acknowledged`: through which entry the centre holds the journal, as known now.

    `applied`: datasets that came into use. `orders`: that were carried out. `scans`: of which the centre says
    that it, or a back-up, has them. `made`: when the centre signed
    the manifest, None without one. `older`: the device has newer data than the stick.
    """

    acknowledged: int = 0
    newly_acknowledged: int = 0
    quarantined: int | None = None
    orders: int = 0
    scans: int = 0
    applied: list[str] = field(default_factory=list)
    made: datetime | None = None
    older: bool = False
    faults: list[KnownError] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything is otherwise than before."""
        news = self.newly_acknowledged or self.orders or self.scans or self.applied
        return bool(news or self.quarantined is not None)


@dataclass(frozen=True)
class Answers:
    """What an import left: the newest acknowledgement, None where only scans were answered, and of how many
    scans it says something new.
    """

    acknowledgement: Acknowledgement | None
    scans: int


def take_answers(place: Place, root: Path) -> Answers:
    """Take in all that an import left in the folders of an export and of a second medium below `root`.

    Raises KnownError `export.no_acknowledgement` where there is nothing of it, and as `take_answer`,
    `take_scan_answers` and `take_safety_files` do.
    """
    ack: Acknowledgement | None = None
    missing: KnownError | None = None
    try:
        ack = take_answer(place, root)
    except KnownError as error:
        if error.code != "export.no_acknowledgement":
            raise
        missing = error
    scans = take_scan_answers(place, root) + take_safety_files(place, root)
    if missing is not None and not scans:
        raise missing
    return Answers(ack, scans)


def take_stick(
    place: Place,
    root: Path,
    *,
    accept_smaller: bool = False,
    loading: Loading | None = None,
    reading: Reading = lambda _read, _all: None,
    stop: Callable[[], bool] = lambda: False,
) -> Brought:
    """Take in what the centre wrote for this device, and its answer to an export on the same stick.

    Each part is judged as over the line: who signed it, for whom, whether it is newer, whether debts lost
    most of their rows. The same stick again changes nothing, an older one nothing either. What is wrong with
    one part is one of the `faults`, and what was in use before stays.
    `reading` is told how far it is, `loading` the same of debts. `stop` ends it between two parts: what was
    taken until then stays taken.
    Raises KnownError `stick.nothing`, `stick.other_device`, `stick.altered` for the letter, `stick.stopped`,
    `export.*`, `store.*`.
    """

    def read(parts: int, of: int) -> None:
        if stop():
            raise KnownError("sync.stopped")
        reading(parts, of)

    def loaded(so_far: SoFar, debtors: int) -> None:
        if stop():
            raise KnownError("sync.stopped")
        if loading is not None:
            loading(so_far, debtors)

    done, before = Brought(), acknowledged_through(place.db)
    try:
        _take(place, root, done, read, loaded, accept_smaller=accept_smaller)
    except KnownError as error:
        if error.code != "sync.stopped":
            raise
        raise KnownError("stick.stopped") from error
    done.acknowledged = acknowledged_through(place.db)
    done.newly_acknowledged = max(0, done.acknowledged - before)
    return done


def _take(
    place: Place, root: Path, done: Brought, read: Reading, loaded: Loading, *, accept_smaller: bool
) -> None:
    answered = _part(done, lambda: _answer(place, root))
    answered |= _part(done, lambda: _scans(place, root, done))
    answered |= _part(done, lambda: _left_safety(place, root, done))
    try:
        source = StickSource(place.me, root, read)
    except KnownError as error:
        if not (answered and error.code in ("stick.nothing", "stick.other_device")):
            raise
        return
    _part(done, lambda: _acknowledgement(place, source))
    _part(done, lambda: _outcomes(place, source, done))
    _part(done, lambda: _safety(place, source, done))
    _part(done, lambda: _orders(place, source, done))
    _part(done, lambda: _data(place, source, done, accept_smaller=accept_smaller, loading=loaded))


def _part(done: Brought, take: Callable[[], bool | None]) -> bool:
    """Take one part; what is wrong with it is noted. True when it was there, sound or not."""
    try:
        return bool(take())
    except KnownError as error:
        if error.code.startswith(_STOPS):
            raise
        done.faults.append(error)
        return True


def _answer(place: Place, root: Path) -> bool:
    """The answer that an import left in the folder of an export or a second medium; False without one."""
    try:
        take_answer(place, root)
    except KnownError as error:
        if error.code != "export.no_acknowledgement":
            raise
        return False
    return True


def _scans(place: Place, root: Path, done: Brought) -> bool:
    """What the centre says of scans in the folder of an export."""
    done.scans = take_scan_answers(place, root)
    return done.scans > 0


def _left_safety(place: Place, root: Path, done: Brought) -> bool:
    """What an import left of records and scans in the folder of an export or a second medium."""
    found = take_safety_files(place, root)
    done.scans += found
    return found > 0


def _safety(place: Place, source: StickSource, done: Brought) -> None:
    """What the centre says of records and scans; after the outcomes, which it signed before."""
    signed = source.whole("safety", MAX_SAFETY_BYTES)
    if signed is not None:
        done.scans += take_safety(place, signed)


def _acknowledgement(place: Place, source: StickSource) -> None:
    signed = source.whole("acknowledgement", MAX_BYTES)
    if signed is None:
        return
    ack = place.me.authority.read(Acknowledgement, ACK, signed, now=now())
    if (ack.device, ack.stream) != (place.me.device, place.me.stream):
        raise KnownError("ack.not_ours")
    settle(place, ack, signed, online=False)


def _outcomes(place: Place, source: StickSource, done: Brought) -> None:
    """Entries that wait at the centre, if the centre said so after what it told last."""
    signed = source.whole("outcomes", MAX_OUTCOMES_BYTES)
    if signed is None:
        return
    authority = place.me.authority
    found = open_outcomes(signed, authority, device=place.me.device, now=now())
    if found.stream != place.me.stream:
        raise KnownError("ack.not_ours")
    said = authority.open(signed, OUTCOMES, now=now(), max_bytes=MAX_OUTCOMES_BYTES).issued
    with transaction(place.db):
        last = told_at(place.db)
        if last is None or said > last:
            keep_outcomes(place.db, found)
            keep_told(place.db, said)
            done.quarantined = len(found.quarantined)


def _orders(place: Place, source: StickSource, done: Brought) -> None:
    """Each by itself, oldest first. The next round over the line asks once more, and passes them by."""
    data = source.whole("orders", MAX_ORDERS_BYTES)
    if data is None:
        return
    for text in read_bytes(Orders, data, "orders", max_bytes=MAX_ORDERS_BYTES).orders:
        _part(done, partial(_order, place, text.encode("utf-8"), done))


def _order(place: Place, order: bytes, done: Brought) -> None:
    done.orders += take_brought(place, order)


def _data(
    place: Place, source: StickSource, done: Brought, *, accept_smaller: bool, loading: Loading
) -> None:
    """The datasets of which the stick has a newer version than the device."""
    signed = source.whole("manifest", MAX_MANIFEST_BYTES)
    if signed is None:
        return
    authority, me = place.me.authority, place.me
    manifest = open_manifest(signed, authority, device=me.device, now=now())
    if manifest.stream != me.stream:
        raise KnownError("manifest.not_ours", device=manifest.device)
    done.made = authority.open(signed, MANIFEST, now=now(), max_bytes=MAX_MANIFEST_BYTES).issued
    done.older = _older(place, manifest)
    pulled = bring_in(place, manifest, source, accept_smaller=accept_smaller, loading=loading)
    done.applied, faults = pulled.applied, pulled.faults
    done.faults += faults
    if not faults and not done.older:
        with transaction(place.db):
            keep_manifest_digest(place.db, manifest.digest)
            keep_confirmed(place.db, done.made)


def _older(place: Place, manifest: Manifest) -> bool:
    """Whether any dataset is here in a later version than on the stick."""
    have = dict(place.db.conn.execute("SELECT dataset, version FROM snapshot_applied").fetchall())
    return any(one.version < have.get(one.name, 0) for one in manifest.datasets)
