"""What this device shows a centre that was restored: all it holds that the centre had signed for it."""

import secrets
from datetime import timedelta

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.claims import (
    MAX_CLAIMS_BYTES,
    MAX_LEASE_BYTES,
    PURPOSE,
    READMISSION,
    Claims,
    Readmission,
)
from kiosk.core.wire.heartbeat import HeldDataset
from kiosk.core.wire.manifest import BOOKS
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.tombstone import TOMBSTONES
from kiosk.store.datasets import current_dataset
from kiosk.store.debts.leases import held_leases
from kiosk.store.sync_state import enrolment_papers, order_seen, setting
from kiosk.sync.place import Place, now

SIGNED_STAFF = "signed_staff"
"""Setting that holds the roster in use as it was signed."""
_VALID = timedelta(minutes=5)


def claims(place: Place) -> bytes:
    """All of it, signed by the device. What came with the enrolment counts where nothing newer did."""
    row = place.db.conn.execute("SELECT bytes FROM acknowledgement").fetchone()
    papers = enrolment_papers(place.db)
    bundle = parse_canonical(papers[1].encode(), max_bytes=MAX_CLAIMS_BYTES)["payload"] if papers else {}
    books = _listed(place, BOOKS, "grants") or bundle.get("books", ())
    leases, left_out = held_leases(place.db, MAX_LEASE_BYTES)
    record = Claims(
        device=place.me.device,
        stream=place.me.stream,
        nonce=secrets.token_hex(16),
        acknowledgement=row[0].decode("utf-8") if row else None,
        books=tuple(books),
        staff=setting(place.db, SIGNED_STAFF) or bundle.get("staff"),
        tombstones=tuple(_listed(place, TOMBSTONES, TOMBSTONES)),
        datasets=held_datasets(place),
        order=order_seen(place.db),
        leases=leases,
        leases_left_out=left_out,
    )
    return sign_record(PURPOSE, record, key=place.me.key, issued=now(), expires=now() + _VALID)


def readmission(place: Place) -> bytes | None:
    """How the centre enrolled this device, signed by it; None for a store that kept no papers."""
    papers = enrolment_papers(place.db)
    if papers is None:
        return None
    record = Readmission(
        device=place.me.device,
        stream=place.me.stream,
        nonce=secrets.token_hex(16),
        request=papers[0],
        bundle=papers[1],
    )
    return sign_record(READMISSION, record, key=place.me.key, issued=now(), expires=now() + _VALID)


def held_datasets(place: Place) -> tuple[HeldDataset, ...]:
    """The versions in use."""
    rows = place.db.conn.execute("SELECT dataset, version, hash FROM snapshot_applied ORDER BY dataset")
    return tuple(HeldDataset(name=name, version=version, hash=hash_) for name, version, hash_ in rows)


def _listed(place: Place, name: str, field: str) -> list[str]:
    """The signed texts of a plain dataset in use; none when there is none."""
    try:
        content = current_dataset(place.db, name).content
    except KnownError as error:
        if error.code != "dataset.missing":
            raise
        return []
    return list(parse_canonical(content, max_bytes=MAX_CLAIMS_BYTES)[field])
