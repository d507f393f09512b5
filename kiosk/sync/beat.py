"""The heartbeat: says what the device holds, and brings back the signed time and whether anything is new."""

import secrets
from datetime import timedelta

from kiosk import __version__
from kiosk.core.clock import TrustedTime
from kiosk.core.wire.heartbeat import (
    PURPOSE,
    DeviceClocks,
    Heartbeat,
    HeartbeatAnswer,
    HeldBook,
    HeldDataset,
)
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.times import from_ms, utc_ms
from kiosk.link.centre import CentreClient
from kiosk.store.driver import transaction
from kiosk.store.moments import read_clocks
from kiosk.store.queries.queue import queue
from kiosk.store.sync_state import (
    acknowledged,
    keep_anchor,
    keep_confirmed,
    keep_contact,
    kept_clock,
    manifest_digest,
    quarantined,
)
from kiosk.sync.place import Place, now

_VALID = timedelta(minutes=5)
SLOWEST_MS = 10_000
"""A time whose question took longer than this is no anchor: half of it is too much doubt."""


def beat(place: Place, client: CentreClient) -> HeartbeatAnswer:
    """Exchange a heartbeat; keep the centre's time as the anchor of the next session.

    Raises KnownError `sync.*`.
    """
    nonce = secrets.token_hex(16)
    signed = sign_record(
        PURPOSE, _heartbeat(place, nonce), key=place.me.key, issued=now(), expires=now() + _VALID
    )
    asked = read_clocks()
    answer = client.heartbeat(signed, nonce)
    heard = read_clocks()
    took = heard.mono_ms - asked.mono_ms
    with transaction(place.db):
        keep_contact(place.db, now())
        if answer.manifest == manifest_digest(place.db):
            keep_confirmed(place.db, answer.server_time)
        if asked.boot == heard.boot and 0 <= took <= SLOWEST_MS:
            keep_anchor(
                place.db, TrustedTime(utc_ms(answer.server_time) + took // 2, heard.boot, heard.mono_ms)
            )
    return answer


def _heartbeat(place: Place, nonce: str) -> Heartbeat:
    waits, kept, clocks = queue(place.db), acknowledged(place.db), read_clocks()
    state = kept_clock(place.db)
    return Heartbeat(
        device=place.me.device,
        stream=place.me.stream,
        nonce=nonce,
        app=__version__,
        epoch=kept.epoch if kept else None,
        seq=waits.entries,
        acknowledged=waits.acknowledged,
        oldest=waits.oldest,
        attention=len(quarantined(place.db)),
        datasets=tuple(
            HeldDataset(name=name, version=version, hash=hash_)
            for name, version, hash_ in place.db.conn.execute(
                "SELECT dataset, version, hash FROM snapshot_applied ORDER BY dataset"
            )
        ),
        books=tuple(
            HeldBook(series=series, first=first, last=last, next=next_)
            for series, first, last, next_ in place.db.conn.execute(
                "SELECT series, first, last, next FROM book ORDER BY seq"
            )
        ),
        clock=DeviceClocks(
            utc=from_ms(clocks.utc_ms),
            boot=clocks.boot,
            mono_ms=clocks.mono_ms,
            suspect=bool(state and state.suspect),
        ),
    )
