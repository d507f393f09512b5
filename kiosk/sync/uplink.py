"""Sends the journal: batches after the last acknowledged entry, until the centre holds all of it.

Only a signed acknowledgement whose head is our own hash counts. A lost answer costs one repeat.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.core.wire.batch import MAX_ENTRIES, fitting, pack_batch
from kiosk.link.centre import CentreClient
from kiosk.store.driver import transaction
from kiosk.store.incidents import note_incident
from kiosk.store.periods import first_kept
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import (
    Incident,
    incident_of,
    keep_acknowledgement,
    keep_contact,
    keep_incident,
    keep_setting,
    setting,
)
from kiosk.sync.place import Place, now

CONTRADICTIONS = ("sync.fork", "sync.ahead")
_BRANCH = "branch_through"
"""Setting: through which entry the centre holds what contradicts its own journal, as a branch beside it."""
_TRIES = 3
"""Answers in a row that move nothing before the round gives up."""

Progress = Callable[[int, int], None]
"""Called with (acknowledged, entries of the journal) after each answer; raising stops the round."""


@dataclass
class Sent:
    """What became of the journal in one round; `repeats`: batches that the centre had already."""

    batches: int = 0
    repeats: int = 0
    acknowledged: int = 0
    epoch: int = 0


def send_journal(
    place: Place, client: CentreClient, *, most: int = MAX_ENTRIES, progress: Progress | None = None
) -> Sent:
    """Send what waits, at most `most` entries at a time.

    Raises KnownError `sync.*`: of the line, `sync.no_progress`, or `sync.fork` and `sync.ahead`, which stay
    noted: all that waits has then reached the centre's branch, in order, and what is new later does too.
    """
    sent = Sent(acknowledged=acknowledged_through(place.db))
    known = incident_of(place.db)
    if known is None:
        try:
            return _send_on(place, client, most, progress, sent)
        except KnownError as error:
            if error.code not in CONTRADICTIONS:
                raise
        known = incident_of(place.db)
        if known is None:
            raise BugError("a contradiction that was not noted")
    _drain(place, client, most)
    raise _contradiction(known)


def _send_on(place: Place, client: CentreClient, most: int, progress: Progress | None, sent: Sent) -> Sent:
    """Send until the centre has acknowledged every entry."""
    start, idle = sent.acknowledged, 0
    while start < place.seq():
        ack, signed, _ = _send(place, client, start, most)
        sent.batches += 1
        sent.repeats += ack.outcome == "repeat"
        sent.epoch = ack.epoch
        settle(place, ack, signed)
        idle = 0 if ack.stored_through > max(start, sent.acknowledged) else idle + 1
        sent.acknowledged = acknowledged_through(place.db)
        start = ack.stored_through
        if progress is not None:
            progress(sent.acknowledged, place.seq())
        if idle == _TRIES:
            raise KnownError("sync.no_progress")
    return sent


def _drain(place: Place, client: CentreClient, most: int) -> None:
    """Send what follows a contradiction, so that the centre keeps it beside the journal that it holds.

    Nothing of it counts as acknowledged. How far the branch is at the centre is remembered: each entry goes
    once, but for a centre that was restored and forgot it. Raises KnownError `sync.*`.
    """
    kept = setting(place.db, _BRANCH)
    start, again = max(kept or 0, acknowledged_through(place.db)), False
    while start < place.seq():
        ack, signed, last = _send(place, client, start, most)
        ours = place.hash_at(ack.stored_through)
        if ack.outcome == "gap":
            if again:
                raise KnownError("sync.no_progress")
            start, again = min(ack.stored_through, acknowledged_through(place.db)), True
        elif ack.outcome == "fork" or ours is None or ours.hex() != ack.head:
            start = last
            keep_setting(place.db, _BRANCH, last)
        else:
            settle(place, ack, signed)
            start = ack.stored_through


def next_batch(place: Place, start: int, most: int = MAX_ENTRIES) -> tuple[bytes, str, int]:
    """The batch after entry `start`, its nonce and its last entry.

    Raises KnownError `journal.dropped` for entries that are here no more: the centre had them safely.
    """
    if start + 1 < first_kept(place.db):
        raise KnownError("journal.dropped", seq=start + 1)
    records = list(place.journal.records(start + 1, start + min(most, MAX_ENTRIES)))
    records = records[: fitting(records, most)]
    before, nonce = place.hash_at(start), secrets.token_hex(16)
    batch = pack_batch(
        records,
        device=place.me.device,
        stream=place.me.stream,
        head_before=before or b"",
        nonce=nonce,
        made=now(),
        waiting=place.seq() - start,
        key=place.me.key,
    )
    return batch, nonce, records[-1].seq


def _send(place: Place, client: CentreClient, start: int, most: int) -> tuple[Acknowledgement, bytes, int]:
    batch, nonce, last = next_batch(place, start, most)
    return *client.journal(batch, nonce), last


def settle(place: Place, ack: Acknowledgement, signed: bytes, *, online: bool = True) -> None:
    """Keep an answer that fits our chain; note one that contradicts it. Raises `sync.fork`, `sync.ahead`.

    `online`: it came over the line just now; one on a stick is as old as the stick.
    """
    ours = place.hash_at(ack.stored_through)
    found: Incident | None = None
    if ack.fork_at is not None:
        found = Incident("fork", ack.fork_at, place.seq())
    elif ours is None:
        found = Incident("ahead", ack.stored_through, place.seq())
    elif ours.hex() != ack.head:
        found = Incident("fork", ack.stored_through, place.seq())
    moment = None if found is None else place.moment()
    with transaction(place.db):
        if online:
            keep_contact(place.db, now())
        if found is None or moment is None:
            keep_acknowledgement(place.db, ack, signed)
        else:
            # An entry, so that the desk stops at once; it is the last one that is not sent again and again.
            detail = _contradiction(found).code
            note_incident(place, found.kind, detail, moment, at=found.at or None)
            keep_incident(place.db, replace(found, seq=place.seq()))
    if found is not None:
        raise _contradiction(found)


def _contradiction(incident: Incident) -> KnownError:
    if incident.kind == "ahead":
        return KnownError("sync.ahead", at=incident.at, seq=incident.seq)
    return KnownError("sync.fork", at=incident.at)
