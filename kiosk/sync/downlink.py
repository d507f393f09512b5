"""Brings the centre's data into use: what the signed manifest names and the device does not have yet.

Each version is checked against manifest and signature, read as the desk will read it, and only then applied,
in one transaction with its entry. What cannot be read leaves the version before it in use.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from sqlite_utils import Database

from kiosk.core.catalogue.plain import from_plain as catalogue_from_plain
from kiosk.core.entries.operations import BookTaken, SnapshotApplied
from kiosk.core.errors import InBoth, KnownError
from kiosk.core.fees import tables_from_plain
from kiosk.core.receipt_keys import PURPOSE as KEY_LIST
from kiosk.core.receipt_keys import open_key_list
from kiosk.core.unit import UNIT, read_unit
from kiosk.core.wire.bundle import BookGrant, open_grant, read_books
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.manifest import BOOKS, DEBTS, DatasetRef, Manifest
from kiosk.core.wire.reference import STAFF, open_reference, read_roster
from kiosk.core.wire.request_status import REQUEST_STATUS
from kiosk.core.wire.times import parse_utc
from kiosk.link.centre import CentreClient
from kiosk.policy_files import read_policy
from kiosk.store.datasets import keep_dataset
from kiosk.store.driver import transaction
from kiosk.store.sync_state import keep_manifest_digest, keep_retired_series, keep_setting
from kiosk.sync.claims import SIGNED_STAFF
from kiosk.sync.debts import Loading, apply_debts, counted
from kiosk.sync.place import Place, now
from kiosk.sync.request_status import apply_statuses
from kiosk.sync.source import Source
from kiosk.zone_files import read_zone

T = TypeVar("T")
SIGNED_KEY_LIST = "receipt_keys"
"""Setting that holds the signed list of keys as it came, for checking receipts offline."""
_LARGEST = 16 << 20
_SAME_FOR = timedelta(hours=6)
"""How much younger a snapshot with the same rows must be to be worth an entry and a download."""
_OF_THE_LINE = ("sync.", "store.", "debt_data.overtaken")


@dataclass
class Pulled:
    """What the downlink did: datasets that came into use, and what keeps others from it."""

    applied: list[str] = field(default_factory=list)
    faults: list[KnownError] = field(default_factory=list)


def pull(
    place: Place,
    client: CentreClient,
    *,
    accept_smaller: bool = False,
    loading: Loading | None = None,
) -> Pulled:
    """Fetch and apply what is new. A fault of one dataset does not stop the others.

    With `accept_smaller` a person has said that a great loss of debts, or of statuses of requests, is right.
    `loading` is told how far the debts are. Raises KnownError `sync.*` when the line fails: what was applied
    before stays.
    """
    manifest = client.manifest()
    done = bring_in(place, manifest, client, accept_smaller=accept_smaller, loading=loading)
    with transaction(place.db):
        keep_manifest_digest(place.db, manifest.digest if not done.faults else "")
    return done


def bring_in(
    place: Place,
    manifest: Manifest,
    source: Source,
    *,
    accept_smaller: bool = False,
    loading: Loading | None = None,
) -> Pulled:
    """Bring what a manifest names and is missing here into use, wherever its files come from; as `pull`."""
    done = Pulled()
    for ref in missing(place, manifest):
        try:
            if ref.form == "debts":
                apply_debts(place, ref, source, accept_smaller=accept_smaller, loading=loading)
            elif ref.name == REQUEST_STATUS:
                apply_statuses(place, ref, source.file(ref), accept_smaller=accept_smaller)
            else:
                apply(place, ref, source.file(ref))
        except KnownError as error:
            held = error.code in ("sync.debts_shrunk", "sync.statuses_shrunk", "sync.unreadable_data")
            if error.code.startswith(_OF_THE_LINE) and not held:
                raise
            done.faults.append(error)
        else:
            done.applied.append(ref.name)
    return done


def missing(place: Place, manifest: Manifest) -> list[DatasetRef]:
    """The datasets of which the device has no version, or an older one; debts last."""
    have = dict(place.db.conn.execute("SELECT dataset, version FROM snapshot_applied").fetchall())
    wanted = [
        one
        for one in manifest.datasets
        if one.version > have.get(one.name, 0) and not (one.name == DEBTS and _says_the_same(place, one))
    ]
    return sorted(wanted, key=lambda one: one.name == DEBTS)


def _says_the_same(place: Place, ref: DatasetRef) -> bool:
    """Whether a new snapshot of debts would show what is shown already: same rows, hardly younger, and none
    of our collections lies between the entries that the two have counted.
    """
    row = place.db.conn.execute(
        "SELECT hash, as_of, applied_through, not_applied FROM snapshot_applied WHERE dataset = ?", (DEBTS,)
    ).fetchone()
    if row is None or row[0] != ref.hash or ref.as_of - parse_utc(row[1]) > _SAME_FOR:
        return False
    through, left_out = counted(place, ref)
    if list(left_out) != json.loads(row[3]):
        return False
    between = row[2], through.seq if through else 0
    return not place.db.conn.execute(
        "SELECT 1 FROM allocation WHERE seq > ? AND seq <= ?", (min(between), max(between))
    ).fetchone()


def apply(place: Place, ref: DatasetRef, plain: bytes) -> None:
    """Bring one version of anything but debts into use. Raises KnownError `sync.unreadable_data`, …"""
    if ref.name == BOOKS:
        _apply_books(place, ref, plain)
    else:
        content = checked_content(place, ref, plain)
        with place.act() as act:
            if _is_here(act.db, ref):
                return
            if ref.name == KEY_LIST:
                keep_setting(act.db, SIGNED_KEY_LIST, plain.decode())
            if ref.name == STAFF:
                keep_setting(act.db, SIGNED_STAFF, plain.decode())
            keep_dataset(act.db, ref.name, ref.version, content)
            act.append(_applied(place, ref, rows=max(1, ref.rows)))


def checked_content(place: Place, ref: DatasetRef, plain: bytes) -> bytes:
    """The content of a signed dataset, readable by this release. Raises KnownError `sync.unreadable_data`."""
    try:
        if ref.name == KEY_LIST:
            open_key_list(plain, trusted=place.me.authority.keys(KEY_LIST), now=now())
            content = canonical(parse_canonical(plain, max_bytes=_LARGEST)["payload"])
        elif ref.form == "signed":
            content = open_reference(ref.name, plain, place.me.authority, now=now()).content
        else:
            content = plain
        read_content(ref.name, content)
    except KnownError as error:
        raise _unreadable(ref, error) from error
    return content


def _readable(ref: DatasetRef, read: Callable[[], T]) -> T:
    try:
        return read()
    except KnownError as error:
        raise _unreadable(ref, error) from error


def _unreadable(ref: DatasetRef, error: KnownError) -> KnownError:
    reason = InBoth(error.sentence("ar"), error.sentence("en"))
    return KnownError("sync.unreadable_data", name=ref.name, reason=reason)


def read_content(name: str, content: bytes) -> None:
    """Read a dataset as the desk will; an unknown one is kept unread. Raises KnownError of its area."""
    if name == "zone":
        read_zone(content.decode(), name)
    elif name == "policy":
        read_policy(content.decode(), name)
    elif name == "fees":
        tables_from_plain(parse_canonical(content, max_bytes=_LARGEST))
    elif name == "catalogue":
        catalogue_from_plain(parse_canonical(content, max_bytes=_LARGEST))
    elif name == STAFF:
        read_roster(content)
    elif name == UNIT:
        read_unit(content)


def _apply_books(place: Place, ref: DatasetRef, plain: bytes) -> None:
    """Take every receipt book that the device does not have yet, and learn which series are retired.

    Raises KnownError `sync.unreadable_data` for a file of another form.
    """
    listed = _readable(ref, lambda: read_books(plain))
    opened = [open_grant(text.encode(), place.me.authority, now=now()) for text in listed.grants]
    if any(grant.device != place.me.device for grant, _ in opened):
        raise KnownError("manifest.not_ours", device=place.me.device)
    with place.act() as act:
        if _is_here(act.db, ref):
            return
        held = {row[0] for row in act.db.conn.execute("SELECT series FROM book")}
        for grant, named in opened:
            if grant.series not in held:
                act.append(book_body(grant, named))
        keep_retired_series(act.db, listed.retired)
        keep_dataset(act.db, ref.name, ref.version, plain)
        act.append(_applied(place, ref, rows=ref.rows))


def _is_here(db: Database, ref: DatasetRef) -> bool:
    """Whether this version came into use meanwhile: a stick and the line may bring the same one."""
    row = db.conn.execute("SELECT version FROM snapshot_applied WHERE dataset = ?", (ref.name,)).fetchone()
    return row is not None and row[0] >= ref.version


def book_body(grant: BookGrant, named: str) -> BookTaken:
    """The entry of a receipt book that was granted."""
    return BookTaken(series=grant.series, first=grant.first, last=grant.last, grant=named)


def _applied(place: Place, ref: DatasetRef, rows: int) -> SnapshotApplied:
    through, left_out = counted(place, ref)
    return SnapshotApplied(
        dataset=ref.name,
        version=ref.version,
        hash=ref.hash,
        as_of=ref.as_of,
        rows=rows,
        applied_through=through,
        not_applied=left_out,
    )
