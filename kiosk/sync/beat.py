"""The heartbeat: says what the device holds, and brings back the signed time and whether anything is new."""

import secrets
from datetime import timedelta

from kiosk import __version__
from kiosk.core.clock import TrustedTime
from kiosk.core.contact import Contact
from kiosk.core.wire.heartbeat import (
    PURPOSE,
    DeviceClocks,
    Heartbeat,
    HeartbeatAnswer,
    HeldBook,
    StandingStop,
)
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.times import from_ms, utc_ms
from kiosk.link.centre import CentreClient
from kiosk.store.driver import transaction
from kiosk.store.incidents import StandingIncident, note_incident, standing_incidents
from kiosk.store.moments import Moment, read_clocks
from kiosk.store.queries.queue import queue
from kiosk.store.sync_state import (
    acknowledged,
    denied,
    device_side,
    keep_anchor,
    keep_confirmed,
    keep_contact,
    keep_denied,
    keep_device_side,
    keep_persons_safe,
    kept_clock,
    manifest_digest,
    order_seen,
    quarantined,
    retired_series,
)
from kiosk.sync.claims import claims, held_datasets
from kiosk.sync.place import Place, now
from kiosk.sync.told import keep_told

_VALID = timedelta(minutes=5)
SLOWEST_MS = 10_000
"""A time whose question took longer than this is no anchor: half of it is too much doubt."""


def beat(place: Place, client: CentreClient) -> HeartbeatAnswer:
    """Exchange a heartbeat; keep the centre's time as the anchor of the next session.

    A centre that was restored is shown what it asks for. An answer which tells that a copy of this device is
    at work is noted as an incident: new money stops; so is one by which this disk is older than the centre's
    journal. Raises KnownError `sync.*`.
    """
    answer = _exchange(place, client)
    if answer.contact == "behind":
        # The centre cannot tell a copy from a heartbeat that came late; we can, and say so.
        answer = _exchange(place, client)
    if answer.reconcile:
        client.claims(claims(place))
        answer = _exchange(place, client)
    return answer


def _exchange(place: Place, client: CentreClient) -> HeartbeatAnswer:
    nonce = secrets.token_hex(16)
    with transaction(place.db):
        side, contact = device_side(place.db).begin(secrets.token_hex(16))
        keep_device_side(place.db, side)
    told = denied(place.db)
    said = _heartbeat(place, nonce, contact)
    signed = sign_record(PURPOSE, said, key=place.me.key, issued=now(), expires=now() + _VALID)
    asked = read_clocks()
    answer = client.heartbeat(signed, nonce)
    heard = read_clocks()
    took = heard.mono_ms - asked.mono_ms
    moment = place.moment() if answer.contact != "known" else None
    with transaction(place.db):
        keep_contact(place.db, now())
        keep_told(place.db, answer.server_time)
        keep_persons_safe(place.db, answer.persons_safe)
        if answer.manifest == manifest_digest(place.db):
            keep_confirmed(place.db, answer.server_time)
        if asked.boot == heard.boot and 0 <= took <= SLOWEST_MS:
            keep_anchor(
                place.db, TrustedTime(utc_ms(answer.server_time) + took // 2, heard.boot, heard.mono_ms)
            )
        if told is not None:
            keep_denied(place.db, None)
        before = device_side(place.db)
        keep_device_side(place.db, before.heard(contact, answer.contact, answer.echo))
        if moment is not None and before.concerns(contact):
            _note_clone(place, moment, said.seq)
    return answer


def _note_clone(place: Place, moment: Moment, at: int) -> None:
    """Note that a copy is at work, once as long as nobody has lifted it; inside the open transaction. `at`:
    the last entry when the centre was asked, as the centre notes it.
    """
    if not any(one.kind == "clone" for one in standing_incidents(place.db)):
        note_incident(place, "clone", "sync.clone", moment, at=at)


def _stop(one: StandingIncident) -> StandingStop:
    return StandingStop(kind=one.kind, at=one.at)  # type: ignore[arg-type]


def _heartbeat(place: Place, nonce: str, contact: Contact) -> Heartbeat:
    waits, kept, clocks = queue(place.db), acknowledged(place.db), read_clocks()
    state, retired = kept_clock(place.db), retired_series(place.db)
    return Heartbeat(
        device=place.me.device,
        stream=place.me.stream,
        nonce=nonce,
        app=__version__,
        epoch=kept.epoch if kept else None,
        confirmed=kept.server_time if kept else None,
        seq=waits.entries,
        acknowledged=waits.acknowledged,
        denied=denied(place.db),
        oldest=waits.oldest,
        attention=len(quarantined(place.db)),
        datasets=held_datasets(place),
        books=tuple(
            HeldBook(series=series, first=first, last=last, next=next_, retired=series in retired)
            for series, first, last, next_ in place.db.conn.execute(
                "SELECT series, first, last, next FROM book ORDER BY seq"
            )
        ),
        stops=tuple(_stop(one) for one in standing_incidents(place.db)),
        order=order_seen(place.db),
        contact=contact,
        clock=DeviceClocks(
            utc=from_ms(clocks.utc_ms),
            boot=clocks.boot,
            mono_ms=clocks.mono_ms,
            suspect=bool(state and state.suspect),
        ),
    )
