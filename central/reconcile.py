"""Takes over, after a restore, what devices show: whatever the centre itself had signed for them.

Nothing is believed because a device says so; what it says beyond its papers is noted for a person. Until a
device has shown what it holds, it is given nothing (`must_reconcile`).
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from central.books import take_over_book
from central.centre import Centre
from central.epochs import epoch_since, raise_epoch
from central.ingest import Known, find_device, report
from central.publish import Content, latest, publish
from central.reconcile_leases import compare_leases
from central.schema import dataset, forgotten, incident, reconciled, staff, tombstone
from central.storage import epoch_of, insert_into
from central.tombstones import publish_tombstones
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE as ACK
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.claims import MAX_CLAIMS_BYTES, PURPOSE, Claims
from kiosk.core.wire.heartbeat import HeldDataset
from kiosk.core.wire.manifest import DEBTS
from kiosk.core.wire.payload import claimed_device, open_record
from kiosk.core.wire.reference import STAFF, Roster, StaffMember, open_reference, read_roster
from kiosk.core.wire.request_status import REQUEST_STATUS
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.core.wire.tombstone import open_tombstone

TAKEN = canonical({"taken": True})
"""The answer to claims; it proves nothing: the next heartbeat's answer says whether more is wanted."""
WITHHELD = ("zone", "policy", "fees", "catalogue")
"""Data that people load: an older version never takes the place of a newer one that was forgotten here."""
T = TypeVar("T")


def take_claims(centre: Centre, data: bytes) -> bytes:
    """Take over what verifies, note what does not fit, and let the device be given things again.

    Raises KnownError `central.unknown_device`, `central.other_stream`, `signed.*`, `protocol.malformed`,
    `wire.*`.
    """
    code = claimed_device(data, max_bytes=MAX_CLAIMS_BYTES)
    now = centre.now()
    with centre.storage.write() as db:
        known = find_device(db, code)
        claims = open_record(Claims, PURPOSE, data, key=known.key, now=now, max_bytes=MAX_CLAIMS_BYTES)
        if (claims.device, claims.stream) != (known.code, known.stream):
            raise KnownError("central.other_stream", device=code)
        _Taking(centre, db, known, now).take(claims)
    return TAKEN


class _Taking:
    """Takes over from one device inside the open `write`."""

    def __init__(self, centre: Centre, db: Connection, known: Known, now: datetime) -> None:
        self._centre, self._db, self._known, self._now = centre, db, known, now
        delegations = [one.encode() for one in centre.keys.delegations]
        self._authority = Authority(centre.keys.root, delegations, now=now)

    def take(self, claims: Claims) -> None:
        """Everything, in the order in which one needs the other."""
        self._epoch(claims)
        for text in claims.books:
            self._book(text)
        if claims.staff is not None:
            self._staff(claims.staff)
        taken = [self._tombstone(text) for text in claims.tombstones]
        if any(taken):
            publish_tombstones(self._centre, self._db, self._known.unit)
        for one in claims.datasets:
            self._data(one)
        compare_leases(self._db, self._known, claims.leases, claims.leases_left_out, utc_text(self._now))
        values = {"epoch": epoch_of(self._db), "at": utc_text(self._now)}
        put = insert_into(self._db, reconciled).values(device=self._known.code, **values)
        self._db.execute(put.on_conflict_do_update(index_elements=["device"], set_=values))

    def _epoch(self, claims: Claims) -> None:
        """An acknowledgement of another life of this database: ours begins a new epoch, above that one."""
        if claims.acknowledgement is None:
            return
        text = claims.acknowledgement
        ack = self._opened(
            "ack", lambda: self._authority.read(Acknowledgement, ACK, text.encode(), now=self._now)
        )
        if ack is None or (ack.device, ack.stream) != (self._known.code, self._known.stream):
            return
        here, since = epoch_of(self._db), epoch_since(self._db)
        if ack.epoch > here or (ack.epoch == here and since is not None and ack.server_time < since):
            after = raise_epoch(self._db, self._now, above=ack.epoch)
            self._report("epoch_raised", found=ack.epoch, before=here, after=after)

    def _book(self, text: str) -> None:
        found = self._opened("book", lambda: take_over_book(self._centre, self._db, self._known.code, text))
        if found is not None and found[1]:
            grant = found[0]
            self._report("book_taken_over", series=grant.series, first=grant.first, last=grant.last)
            self._clear_book(grant.series)

    def _clear_book(self, series: str) -> None:
        """Its receipts came before the book itself: what was noted of them is void."""
        noted = select(incident.c.id, incident.c.detail).where(
            incident.c.device == self._known.code,
            incident.c.kind.in_(("receipt_without_book", "unknown_book")),
        )
        for id_, text in self._db.execute(noted).all():
            detail = json.loads(text)
            if detail.get("series") == series or detail.get("number", "").rpartition("-")[0] == series:
                self._db.execute(delete(incident).where(incident.c.id == id_))

    def _staff(self, text: str) -> None:
        """A roster that the data key signed: people added since the back-up, and who was revoked."""
        opened = self._opened(
            "staff", lambda: open_reference(STAFF, text.encode(), self._authority, now=self._now)
        )
        roster = self._opened("staff", lambda: read_roster(opened.content)) if opened is not None else None
        if opened is None or roster is None or roster.unit != self._known.unit:
            return
        last = latest(self._db, STAFF, f"unit:{roster.unit}")
        newer = last is None or opened.issued > parse_utc(str(last.as_of))
        changed = [self._member(roster, one, newer=newer) for one in roster.members]
        if not any(changed):
            return
        if newer:
            self._publish_roster(roster, text, opened.issued)
        else:
            self._report("roster_to_sign", unit=roster.unit)

    def _member(self, roster: Roster, one: StaffMember, *, newer: bool) -> bool:
        """Take over a person; whether anything was not known. A revocation is never taken back."""
        row = self._db.execute(select(staff).where(staff.c.code == one.code)).first()
        revoked = utc_text(one.revoked) if one.revoked else None
        values = {
            "roles": json.dumps(one.roles),
            "activation_salt": one.activation.salt if one.activation else None,
            "activation_hash": one.activation.hash if one.activation else None,
            "valid_until": utc_text(one.valid_until) if one.valid_until else None,
        }
        if row is None:
            self._db.execute(insert(staff).values(code=one.code, unit=roster.unit, revoked=revoked, **values))
            self._report("staff_taken_over", staff=one.code)
            return True
        if row.unit != roster.unit:
            return False
        after: dict[str, str | None] = {"revoked": row.revoked or revoked, **(values if newer else {})}
        if all(getattr(row, name) == value for name, value in after.items()):
            return False
        self._db.execute(update(staff).where(staff.c.code == one.code).values(**after))
        return True

    def _publish_roster(self, roster: Roster, text: str, issued: datetime) -> None:
        """As it was signed: the running server need not hold the data key."""
        opened = open_reference(STAFF, text.encode(), self._authority, now=self._now)
        content = Content(
            name=STAFF,
            scope=f"unit:{roster.unit}",
            form="signed",
            data=text.encode(),
            content=opened.content,
            rows=len(roster.members),
            as_of=issued,
            valid_until=opened.expires,
        )
        publish(self._centre, self._db, content)

    def _tombstone(self, text: str) -> bool:
        found = self._opened(
            "tombstone", lambda: open_tombstone(text.encode(), self._authority, now=self._now)
        )
        if found is None:
            return False
        one = found.tombstone
        row = self._db.execute(select(tombstone.c.signed).where(tombstone.c.number == one.number)).scalar()
        if row is not None:
            if row != text:
                self._report("tombstone_twice", number=one.number, staff=one.staff)
            return False
        unit = self._db.execute(select(staff.c.unit).where(staff.c.code == one.staff)).scalar()
        if unit is None:
            self._report("tombstone_unknown_staff", number=one.number, staff=one.staff)
            return False
        self._db.execute(
            insert(tombstone).values(
                number=one.number, unit=unit, staff=one.staff, signed=text, made=utc_text(found.issued)
            )
        )
        return True

    def _data(self, one: HeldDataset) -> None:
        """Data loaded since the back-up: noted, and what people load is not taken back to older versions."""
        if one.name not in (*WITHHELD, DEBTS, REQUEST_STATUS):
            return
        here = dataset.c.name == one.name
        if self._db.execute(select(dataset.c.version).where(here, dataset.c.hash == one.hash)).first():
            return
        self._report("data_forgotten", dataset=one.name, version=one.version, hash=one.hash[:16])
        last = latest(self._db, one.name, "")
        if one.name == DEBTS or last is None:
            return
        row = {"version": one.version, "hash": one.hash, "device": self._known.code}
        put = insert_into(self._db, forgotten).values(
            name=one.name, scope="", at=utc_text(self._now), above=last.version, **row
        )
        self._db.execute(put.on_conflict_do_nothing())

    def _opened(self, what: str, read: Callable[[], T]) -> T | None:
        """What the centre signed; anything else is noted and passed by."""
        try:
            return read()
        except KnownError as error:
            self._report("claim_refused", what=what, code=error.code)
            return None

    def _report(self, kind: str, **detail: object) -> None:
        report(
            self._db, kind, utc_text(self._now), device=self._known.code, stream=self._known.stream, seq=0,
            detail=detail,
        )  # fmt: skip
