"""Sends the journal: batches after the last acknowledged entry, until the centre holds all of it.

Only a signed acknowledgement whose head is our own hash counts. A lost answer costs one repeat.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.core.wire.batch import MAX_ENTRIES, fitting, pack_batch
from kiosk.core.wire.heartbeat import Denied
from kiosk.link.centre import CentreClient
from kiosk.store.driver import transaction
from kiosk.store.incidents import note_incident, standing_incidents
from kiosk.store.periods import first_kept
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import (
    Incident,
    Kept,
    acknowledged,
    forget_incident,
    incident_of,
    keep_acknowledgement,
    keep_contact,
    keep_denied,
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
    """What became of the journal in one round; `repeats`: batches that the centre had already.

    `denied`: entries that the centre had acknowledged in this very epoch and does not hold any more.
    """

    batches: int = 0
    repeats: int = 0
    acknowledged: int = 0
    epoch: int = 0
    denied: Denied | None = None


def send_journal(
    place: Place,
    client: CentreClient,
    *,
    most: int = MAX_ENTRIES,
    progress: Progress | None = None,
    after: int | None = None,
) -> Sent:
    """Send what waits, at most `most` entries at a time; `after`: from the entry after that one, because the
    centre says that it holds no more.

    Raises KnownError `sync.*`: of the line, `sync.no_progress`, or `sync.fork` and `sync.ahead` while their
    stop stands: all that waits has then reached the centre's branch, in order, and what is new later does
    too. Once a person at the centre has lifted the stop, the branch drains without a word.
    """
    sent = Sent(acknowledged=acknowledged_through(place.db))
    if incident_of(place.db) is None:
        try:
            return _send_on(place, client, most, progress, sent, after)
        except KnownError as error:
            if error.code not in CONTRADICTIONS:
                raise
    if _drain(place, client, most, sent):
        sent.acknowledged = acknowledged_through(place.db)
        return _send_on(place, client, most, progress, sent)
    known = incident_of(place.db)
    if known is None:
        raise BugError("a contradiction that was not noted")
    if _stands(place, known):
        raise _contradiction(known)
    return sent


def still_to_send(place: Place) -> int:
    """Entries that are neither acknowledged nor kept at the centre as a branch."""
    through = acknowledged_through(place.db)
    if incident_of(place.db) is not None:
        through = max(through, setting(place.db, _BRANCH) or 0)
    return place.seq() - through


def _stands(place: Place, known: Incident) -> bool:
    """Whether the stop of a contradiction has not been lifted."""
    return any(one.kind == known.kind for one in standing_incidents(place.db))


def _send_on(
    place: Place,
    client: CentreClient,
    most: int,
    progress: Progress | None,
    sent: Sent,
    after: int | None = None,
) -> Sent:
    """Send until the centre has acknowledged every entry."""
    start, idle = sent.acknowledged if after is None else after, 0
    while start < place.seq():
        before = acknowledged(place.db)
        ack, signed, _ = _send(place, client, start, most)
        sent.batches += 1
        sent.repeats += ack.outcome == "repeat"
        sent.epoch = ack.epoch
        settle(place, ack, signed)
        sent.denied = sent.denied or note_denied(place, before, ack.epoch, ack.stored_through)
        idle = 0 if ack.stored_through > max(start, sent.acknowledged) else idle + 1
        sent.acknowledged = acknowledged_through(place.db)
        start = ack.stored_through
        if progress is not None:
            progress(sent.acknowledged, place.seq())
        if idle == _TRIES:
            raise KnownError("sync.no_progress")
    return sent


def note_denied(place: Place, before: Kept | None, epoch: int, stored: int) -> Denied | None:
    """What the centre takes back without saying, by a new epoch, that it was restored: kept to be told to it.

    It is sent again all the same; what was acknowledged stays so here until the centre has it.
    """
    if before is None or epoch != before.epoch or stored >= before.stored_through:
        return None
    found = Denied(epoch=epoch, acknowledged=before.stored_through, stored=stored)
    with transaction(place.db):
        keep_denied(place.db, found)
    return found


def _drain(place: Place, client: CentreClient, most: int, sent: Sent) -> bool:
    """Send what follows a contradiction, so that the centre keeps it beside the journal that it holds.

    Nothing of it counts as acknowledged. How far the branch is at the centre is remembered: each entry goes
    once, but for a centre that was restored and forgot it: it is sent again from the last entry that it
    acknowledged, or from the first one where it has forgotten that too. True when the centre's answer fits
    our journal again: there is no contradiction any more. Raises KnownError `sync.*`, and `journal.dropped`
    where what it asks for has left the device.
    """
    kept = setting(place.db, _BRANCH)
    start, back = max(kept or 0, acknowledged_through(place.db)), [0, acknowledged_through(place.db)]
    while start < place.seq():
        ack, signed, last = _send(place, client, start, most)
        sent.batches += 1
        ours = place.hash_at(ack.stored_through)
        if ack.outcome == "gap":
            if not back:
                raise KnownError("sync.no_progress")
            start = min(ack.stored_through, back.pop())
        elif ack.outcome == "fork" or ours is None or ours.hex() != ack.head:
            start = last
            keep_setting(place.db, _BRANCH, last)
        else:
            settle(place, ack, signed)
            with transaction(place.db):
                forget_incident(place.db)
                keep_setting(place.db, _BRANCH, 0)
            return True
    return False


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
    found = Incident("fork", ack.fork_at, place.seq()) if ack.fork_at is not None else None
    found = found or _contradicted(place, ack.stored_through, ack.head)
    if online:
        with transaction(place.db):
            keep_contact(place.db, now())
    if found is not None:
        raise _noted(place, found)
    with transaction(place.db):
        keep_acknowledgement(place.db, ack, signed)


def compare(place: Place, stored_through: int, head: str) -> None:
    """Hold what the centre says it has against our journal: so an older disk is seen although nothing waits.

    Raises `sync.fork`, `sync.ahead`; what was noted before is not noted again.
    """
    if incident_of(place.db) is None:
        found = _contradicted(place, stored_through, head)
        if found is not None:
            raise _noted(place, found)


def _contradicted(place: Place, stored_through: int, head: str) -> Incident | None:
    """What contradicts our journal; an entry that was dropped here, being safe there, is held to nothing."""
    if stored_through > place.seq():
        return Incident("ahead", stored_through, place.seq())
    ours = place.hash_at(stored_through)
    if ours is not None and ours.hex() != head:
        return Incident("fork", stored_through, place.seq())
    return None


def _noted(place: Place, found: Incident) -> KnownError:
    """Note a contradiction in an entry, so that the desk stops at once; it is the last one that is not sent
    again and again.
    """
    error, moment = _contradiction(found), place.moment()
    with transaction(place.db):
        note_incident(place, found.kind, error.code, moment, at=found.at or None)
        keep_incident(place.db, replace(found, seq=place.seq()))
    return error


def _contradiction(incident: Incident) -> KnownError:
    if incident.kind == "ahead":
        return KnownError("sync.ahead", at=incident.at, seq=incident.seq)
    return KnownError("sync.fork", at=incident.at)
