"""Brings what the centre says of the unit's requests into use: whole, in one transaction with its entry."""

from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.errors import InBoth, KnownError
from kiosk.core.wire.manifest import DatasetRef
from kiosk.core.wire.request_status import RequestStatuses, read_statuses
from kiosk.store.request_told import held_version, put_told, told_count
from kiosk.sync.place import Place

_MANY = 50
"""From so many requests on, a version that has not even half of them is held for a person."""


def apply_statuses(place: Place, ref: DatasetRef, plain: bytes, *, accept_smaller: bool = False) -> None:
    """Put a version in place of the one before; what cannot be read leaves that in use.

    Raises KnownError `sync.unreadable_data`, `sync.statuses_shrunk`, `store.*`.
    """
    told = _read(ref, plain)
    before, found = told_count(place.db), len(told.statuses)
    if before >= _MANY and found * 2 < before and not accept_smaller:
        raise KnownError("sync.statuses_shrunk", found=found, before=before)
    with place.act() as act:
        if held_version(act.db) >= ref.version:
            return
        put_told(act.db, told.statuses)
        act.append(
            SnapshotApplied(
                dataset=ref.name,
                version=ref.version,
                hash=ref.hash,
                as_of=ref.as_of,
                rows=max(1, found),
                applied_through=None,
                not_applied=(),
            )
        )


def _read(ref: DatasetRef, plain: bytes) -> RequestStatuses:
    try:
        return read_statuses(plain)
    except KnownError as error:
        reason = InBoth(error.sentence("ar"), error.sentence("en"))
        raise KnownError("sync.unreadable_data", name=ref.name, reason=reason) from error
