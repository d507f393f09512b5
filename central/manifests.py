"""What a device should hold: finds or makes the versions, and signs the manifest that names them."""

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from central.books import grants_of, retired_of
from central.centre import Centre
from central.debt_snapshots import deltas_of, refresh_debts, scope_of
from central.epochs import must_reconcile, waits_for_person, withheld_from
from central.ingest import Known, find_device
from central.key_list import publish_key_list
from central.publish import Content, latest, publish
from central.request_data import publish_arrivals
from central.schema import dataset, debt_file
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.unit import UNIT
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.manifest import BOOKS, DEBTS, PURPOSE, DatasetRef, Manifest, applied_entries
from kiosk.core.wire.request_status import REQUEST_STATUS
from kiosk.core.wire.times import parse_utc
from kiosk.core.wire.tombstone import TOMBSTONES

WHOLE = ("zone", "policy", "fees", "catalogue")
"""Datasets that are the same for all devices, in the order in which a device needs them."""


def manifest_of(centre: Centre, code: str) -> Manifest:
    """What this device should hold now; debts, books, keys and statuses are brought up to date first.

    Raises KnownError `central.unknown_device`.
    """
    with centre.storage.write() as db:
        known = find_device(db, code)
        _publish_books(centre, db, code)
        publish_key_list(centre, db)
        publish_arrivals(centre, db, known.unit)
    refresh_debts(centre, known)
    with centre.storage.read() as db:
        withheld = withheld_from(db, code)
        wanted = [] if waits_for_person(db, code) else wanted_by(known)
        rows = [latest(db, name, scope) for name, scope in wanted if name not in withheld]
        return Manifest(
            device=code,
            stream=known.stream,
            epoch=epoch_of(db),
            datasets=tuple(_ref(db, row, known.stream) for row in rows if row is not None),
        )


def manifest_bytes(centre: Centre, code: str) -> bytes:
    """The signed manifest of a device. Raises KnownError `central.reconcile_first`."""
    with centre.storage.read() as db:
        if must_reconcile(db, code):
            raise KnownError("central.reconcile_first", device=code)
    return centre.sign(PURPOSE, manifest_of(centre, code))


def check_file(centre: Centre, known: Known, file: str) -> None:
    """Refuse a file of no dataset of this device, in the words for one that is not there (any more).

    Raises KnownError `central.no_such_file`.
    """
    with centre.storage.read() as db:
        rows = db.execute(select(dataset.c.name, dataset.c.scope).where(dataset.c.file == file)).all()
        scopes = db.execute(select(debt_file.c.scope).where(debt_file.c.file == file)).scalars().all()
    named = {(name, scope) for name, scope in rows} | {(DEBTS, scope) for scope in scopes}
    if named.isdisjoint(wanted_by(known)) or not (centre.folder.files / file).is_file():
        raise KnownError("central.no_such_file", file=file[:64])


def wanted_by(known: Known) -> list[tuple[str, str]]:
    """Name and scope of each dataset that a device should hold."""
    return [
        *((name, "") for name in WHOLE),
        (UNIT, f"unit:{known.unit}"),
        ("staff", f"unit:{known.unit}"),
        (TOMBSTONES, f"unit:{known.unit}"),
        (REQUEST_STATUS, f"unit:{known.unit}"),
        (BOOKS, f"device:{known.code}"),
        ("receipt-keys", ""),
        (DEBTS, str(scope_of(known))),
    ]


def _publish_books(centre: Centre, db: Connection, code: str) -> None:
    plain = canonical({"grants": list(grants_of(db, code)), "retired": list(retired_of(db, code))})
    content = Content(
        name=BOOKS,
        scope=f"device:{code}",
        form="plain",
        data=plain,
        rows=len(grants_of(db, code)),
        as_of=centre.now(),
        valid_until=None,
    )
    publish(centre, db, content)


def _ref(db: Connection, row: Row[Any], stream: str) -> DatasetRef:
    through, not_applied = json.loads(row.applied).get(stream, (0, []))
    return DatasetRef(
        name=row.name,
        version=row.version,
        form=row.form,
        hash=row.hash,
        file=row.file,
        size=row.size,
        plain_size=row.plain_size,
        rows=row.rows,
        as_of=parse_utc(row.as_of),
        valid_until=parse_utc(row.valid_until) if row.valid_until else None,
        applied=applied_entries(stream, through, not_applied),
        deltas=deltas_of(db, row.scope) if row.name == DEBTS else (),
    )
