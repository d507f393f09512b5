"""What a device keeps of the centre: who it is, what it has acknowledged, its time, what needs attention.

Nothing here is a fact of the journal. Losing all of it costs one repeated upload, never an entry.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlite_utils import Database

from kiosk.core.clock import ClockReading, ClockState, TrustedTime, judge
from kiosk.core.contact import DeviceSide
from kiosk.core.errors import BugError
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.heartbeat import Denied, OrderNumber
from kiosk.core.wire.outcomes import Decided, Outcomes, Quarantined
from kiosk.core.wire.times import parse_utc, utc_ms, utc_text
from kiosk.store.rows import Value, insert

_READINGS = (
    "SELECT entry ->> 'at', entry ->> '$.clock.boot', entry ->> '$.clock.mono_ms'"
    " FROM (SELECT seq, CAST(bytes AS TEXT) AS entry FROM journal WHERE seq > ?) ORDER BY seq"
)
_CENTRE, _ANCHOR, _CLOCK, _INCIDENT = "centre", "anchor", "clock", "sync_incident"
_DELIVERED, _PERSONS_SAFE = "persons_delivered", "persons_safe"
_PERSONS, _MANIFEST, _CONTACT = "persons_through", "manifest_digest", "centre_reached"
_CONFIRMED = "data_confirmed"
_RETIRED = "retired_series"
_CONTACT_TOKEN, _DENIED, _ORDER, _PAPERS = "contact_token", "denied", "order_seen", "enrolment_papers"


@dataclass(frozen=True, kw_only=True)
class CentreRecord:
    """The centre that enrolled this device. Keys and certificates are hex, delegations signed texts.

    `root` is pinned here for good: only what it signed, or delegated, is believed. `certificate` and
    `tls_key` are the device's own.
    """

    address: str
    ca: str
    root: str
    delegations: tuple[str, ...]
    intake: str
    unit: str
    unit_name: str
    vehicle: str | None
    collector: str | None
    epoch: int
    certificate: str
    tls_key: str

    def authority(self, now: datetime) -> Authority:
        """Whom to believe. Raises KnownError `signed.*`."""
        root = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.root))
        return Authority(root, [one.encode() for one in self.delegations], now=now)

    def __repr__(self) -> str:
        return f"<centre {self.address}>"


@dataclass(frozen=True)
class Kept:
    """The newest acknowledgement: what the centre holds, and since when (its own time)."""

    epoch: int
    stored_through: int
    safe_through: int
    server_time: datetime


@dataclass(frozen=True)
class Incident:
    """Journal and centre contradict each other: `kind` is `fork` or `ahead`; `seq`: how far we were then."""

    kind: Literal["ahead", "fork"]
    at: int
    seq: int


def setting(db: Database, name: str) -> Any:
    """A kept value, or None."""
    row = db.conn.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return json.loads(row[0]) if row else None


def keep_setting(db: Database, name: str, value: object) -> None:
    """Keep a JSON value, inside the open transaction or as one of its own."""
    db.conn.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json.dumps(value, ensure_ascii=False)),
    )


def keep_centre(db: Database, record: CentreRecord) -> None:
    """Keep who the centre is, inside the open transaction."""
    keep_setting(db, _CENTRE, vars(record))


def centre_of(db: Database) -> CentreRecord | None:
    """The centre of this device; None on a trial."""
    plain = setting(db, _CENTRE)
    if plain is None:
        return None
    return CentreRecord(**{**plain, "delegations": tuple(plain["delegations"])})


def acknowledged(db: Database) -> Kept | None:
    """The newest acknowledgement, or None."""
    row = db.conn.execute(
        "SELECT epoch, stored_through, safe_through, server_time FROM acknowledgement"
    ).fetchone()
    return Kept(row[0], row[1], row[2], parse_utc(row[3])) if row else None


def keep_acknowledgement(db: Database, ack: Acknowledgement, signed: bytes) -> bool:
    """Keep an acknowledgement that was found to be genuine and to fit our chain, inside a transaction.

    Within an epoch it only rises: an older one changes nothing and False is returned. A new epoch (a server
    restored from a backup) may hold less; then the rest is sent again, and every personal record.
    """
    before = acknowledged(db)
    if before is not None:
        older = ack.epoch < before.epoch
        if older or (ack.epoch == before.epoch and ack.stored_through < before.stored_through):
            return False
        if ack.epoch > before.epoch:
            # A back-up may hold an entry and not yet the record that it names, which comes after it.
            forget_persons(db, 0)
    values: dict[str, Value] = {
        "epoch": ack.epoch,
        "stored_through": ack.stored_through,
        "safe_through": ack.safe_through,
        "head": bytes.fromhex(ack.head),
        "server_time": utc_text(ack.server_time),
        "bytes": signed,
    }
    if before is None:
        insert(db, "acknowledgement", one=1, **values)
    else:
        names = ", ".join(f"{name} = ?" for name in values)
        db.conn.execute(f"UPDATE acknowledgement SET {names}", tuple(values.values()))  # noqa: S608 - ours
    return True


def persons_through(db: Database) -> int:
    """Up to which entry the personal records that entries name are at the centre."""
    return int(setting(db, _PERSONS) or 0)


def keep_persons_through(db: Database, seq: int, *, delivered: bool = False) -> None:
    """The centre has answered for the records of all entries up to this one; `delivered`: some were sent now,
    and else none of the newer entries names a person.
    """
    keep_setting(db, _PERSONS, seq)
    if delivered:
        keep_persons_delivered(db, seq)


def keep_persons_delivered(db: Database, seq: int) -> None:
    """Keep up to which entry records went to the centre."""
    keep_setting(db, _DELIVERED, seq)


def persons_delivered(db: Database) -> int:
    """The entry up to which records went to the centre; newer ones that it answered for name nobody."""
    return int(setting(db, _DELIVERED) or 0)


def forget_persons(db: Database, seq: int) -> None:
    """The centre has records up to this entry and no more: those after it are sent again, and count as being
    in no archive until it says so anew.
    """
    for name in (_PERSONS, _DELIVERED):
        keep_setting(db, name, seq)
    keep_persons_safe(db, min(int(setting(db, _PERSONS_SAFE) or 0), seq))


def keep_persons_safe(db: Database, seq: int) -> None:
    """Keep up to which entry the centre says that personal records are in an archive or standby."""
    keep_setting(db, _PERSONS_SAFE, seq)


def persons_safe(db: Database) -> int:
    """Up to which entry the personal records that entries name are in an archive or standby."""
    told = int(setting(db, _PERSONS_SAFE) or 0)
    return persons_through(db) if told >= persons_delivered(db) else told


def kept_anchor(db: Database) -> TrustedTime | None:
    """The newest time from the centre, as the clock of a session takes it."""
    plain = setting(db, _ANCHOR)
    return TrustedTime(**plain) if plain else None


def keep_anchor(db: Database, anchor: TrustedTime) -> None:
    """Keep a time from the centre."""
    keep_setting(db, _ANCHOR, vars(anchor))


def kept_clock(db: Database) -> ClockState | None:
    """What the clock of the last entry knew: a state kept some entries before, and their readings since.

    Raises BugError for a state that is not ours.
    """
    kept = setting(db, _CLOCK)
    if kept is None:
        return None
    try:
        seq = kept.pop("seq")
        state = ClockState(ClockReading(**kept.pop("reading")), **kept)
    except (KeyError, TypeError) as error:
        raise BugError("the kept clock state is not ours") from error
    anchor = kept_anchor(db)
    for at, boot, mono_ms in db.conn.execute(_READINGS, (seq,)):
        state = judge(state, ClockReading(utc_ms(parse_utc(at)), boot, mono_ms), anchor)[1]
    return state


def keep_clock(db: Database, state: ClockState, seq: int) -> None:
    """Keep the state of the clock at entry `seq`; what later entries say of it need not be kept again."""
    keep_setting(db, _CLOCK, {**vars(state), "reading": vars(state.reading), "seq": seq})


def incident_of(db: Database) -> Incident | None:
    """The contradiction between journal and centre that stops new money, or None."""
    plain = setting(db, _INCIDENT)
    return Incident(**plain) if plain else None


def keep_incident(db: Database, incident: Incident) -> None:
    """Note a contradiction: what follows drains to a branch at the centre, also when its stop was lifted."""
    keep_setting(db, _INCIDENT, vars(incident))


def forget_incident(db: Database) -> None:
    """The centre's answer fits our journal again (it was restored to before the contradiction)."""
    db.conn.execute("DELETE FROM setting WHERE name = ?", (_INCIDENT,))


def quarantined(db: Database) -> list[Quarantined]:
    """Entries that wait for a person at the centre, with their reasons."""
    rows = db.conn.execute("SELECT seq, code, ar, en FROM quarantined ORDER BY seq")
    return [Quarantined(seq=seq, code=code, ar=ar, en=en) for seq, code, ar, en in rows]


def keep_quarantined(db: Database, found: Iterable[Quarantined]) -> None:
    """Put the centre's list in place of the one before, inside a transaction."""
    db.conn.execute("DELETE FROM quarantined")
    for one in found:
        insert(db, "quarantined", seq=one.seq, code=one.code, ar=one.ar, en=one.en)


def keep_outcomes(db: Database, told: Outcomes) -> None:
    """Put what the centre says of our entries in place of what it said before, inside a transaction."""
    keep_quarantined(db, told.quarantined)
    db.conn.execute("DELETE FROM decided")
    for one in told.decided:
        insert(
            db, "decided", seq=one.seq, decision=one.decision, at=utc_text(one.at), ar=one.ar, en=one.en,
            note=one.note,
        )  # fmt: skip


def decided(db: Database) -> list[Decided]:
    """What people of the centre decided on entries that had waited, the newest first."""
    rows = db.conn.execute("SELECT seq, decision, at, ar, en, note FROM decided ORDER BY at DESC, seq")
    return [
        Decided(seq=seq, decision=decision, at=parse_utc(at), ar=ar, en=en, note=note)
        for seq, decision, at, ar, en, note in rows
    ]


def retired_series(db: Database) -> frozenset[str]:
    """Series of receipt books that the centre retired: no new money is taken with them."""
    return frozenset(setting(db, _RETIRED) or ())


def keep_retired_series(db: Database, series: Iterable[str]) -> None:
    """Keep what the centre says of them."""
    keep_setting(db, _RETIRED, sorted(series))


def manifest_digest(db: Database) -> str:
    """Digest of the manifest that was last applied whole; '' before the first."""
    return setting(db, _MANIFEST) or ""


def keep_manifest_digest(db: Database, digest: str) -> None:
    """Everything of the manifest with this digest is in use."""
    keep_setting(db, _MANIFEST, digest)


def confirmed_at(db: Database) -> datetime | None:
    """The centre's own time when it last said that all data in use here are the newest, or None."""
    text = setting(db, _CONFIRMED)
    return parse_utc(text) if text else None


def keep_confirmed(db: Database, at: datetime) -> None:
    """The centre says that it has nothing newer, at this time of its own; an earlier time changes nothing."""
    before = confirmed_at(db)
    if before is None or at > before:
        keep_setting(db, _CONFIRMED, utc_text(at))


def device_side(db: Database) -> DeviceSide:
    """What tells this store from a copy of it (`kiosk.core.contact`)."""
    plain = setting(db, _CONTACT_TOKEN)
    return DeviceSide(**plain) if plain else DeviceSide()


def keep_device_side(db: Database, side: DeviceSide) -> None:
    """Keep it; before a heartbeat leaves it must be on the disk."""
    keep_setting(db, _CONTACT_TOKEN, vars(side))


def denied(db: Database) -> Denied | None:
    """What the centre had acknowledged and took back without a new epoch, until it was told; or None."""
    plain = setting(db, _DENIED)
    return Denied(**plain) if plain else None


def keep_denied(db: Database, found: Denied | None) -> None:
    """Keep it until the centre was told."""
    keep_setting(db, _DENIED, vars(found) if found is not None else None)


def order_seen(db: Database) -> OrderNumber | None:
    """The newest order of the centre that was carried out or passed by, or None."""
    plain = setting(db, _ORDER)
    return OrderNumber(**plain) if plain else None


def keep_order_seen(db: Database, order: OrderNumber) -> None:
    """An order was carried out or passed by; an earlier one changes nothing."""
    before = order_seen(db)
    if before is None or (order.epoch, order.n) > (before.epoch, before.n):
        keep_setting(db, _ORDER, vars(order))


def enrolment_papers(db: Database) -> tuple[str, str] | None:
    """The request by which this device was enrolled and the bundle that answered it, as they were signed."""
    plain = setting(db, _PAPERS)
    return (plain[0], plain[1]) if plain else None


def keep_enrolment_papers(db: Database, request: bytes, bundle: bytes) -> None:
    """Keep them inside the open transaction: a centre that was restored may have to be shown them."""
    keep_setting(db, _PAPERS, [request.decode("utf-8"), bundle.decode("utf-8")])


def last_contact(db: Database) -> datetime | None:
    """The device's claimed time when the centre last answered, or None."""
    text = setting(db, _CONTACT)
    return parse_utc(text) if text else None


def keep_contact(db: Database, at: datetime) -> None:
    """The centre has answered at this claimed time."""
    keep_setting(db, _CONTACT, utc_text(at))
