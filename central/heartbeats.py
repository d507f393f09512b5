"""Heartbeats: what devices say they hold, and the signed time with what is new for them."""

import json

from sqlalchemy import Connection, func, select

from central.centre import Centre
from central.contacts import take_contact, take_told
from central.epochs import must_reconcile, of_another_life
from central.ingest import find_device, report
from central.manifests import manifest_of
from central.orders import newest_order
from central.schema import book, heartbeat, quarantine, stream
from central.storage import epoch_of, insert_into
from kiosk.core.contact import Verdict
from kiosk.core.errors import KnownError
from kiosk.core.wire.codec import dump
from kiosk.core.wire.heartbeat import ANSWER, PURPOSE, Heartbeat, HeartbeatAnswer
from kiosk.core.wire.payload import claimed_device, open_record
from kiosk.core.wire.times import utc_text

MAX_HEARTBEAT_BYTES = 64 * 1024


def take_heartbeat(centre: Centre, data: bytes) -> bytes:
    """Keep a device's heartbeat and answer it with the signed time. A retired device is answered too.

    Raises KnownError `central.unknown_device`, `central.other_stream`, `signed.*`, `protocol.malformed`,
    `wire.*`.
    """
    code = claimed_device(data, max_bytes=MAX_HEARTBEAT_BYTES)
    with centre.storage.read() as db:
        known = find_device(db, code)
    beat = open_record(
        Heartbeat, PURPOSE, data, key=known.key, now=centre.now(), max_bytes=MAX_HEARTBEAT_BYTES
    )
    if (beat.device, beat.stream) != (known.code, known.stream):
        raise KnownError("central.other_stream", device=code)
    verdict, echo = _keep(centre, beat)
    digest = manifest_of(centre, code).digest
    with centre.storage.read() as db:
        where = db.execute(select(stream).where(stream.c.stream == known.stream)).one()
        waiting = db.execute(
            select(func.count())
            .select_from(quarantine)
            .where(quarantine.c.stream == known.stream, quarantine.c.state == "open")
        ).scalar_one()
        answer = HeartbeatAnswer(
            device=code,
            stream=known.stream,
            nonce=beat.nonce,
            server_time=centre.now(),
            epoch=epoch_of(db),
            stored_through=where.stored,
            safe_through=where.safe,
            persons_through=where.persons,
            persons_safe=where.persons_safe,
            head=where.head.hex(),
            manifest=digest,
            quarantined=waiting,
            state=known.state,  # type: ignore[arg-type]
            contact=verdict,
            echo=echo,
            order=newest_order(db, code),
            reconcile=must_reconcile(db, code) or of_another_life(db, beat),
        )
    return centre.sign(ANSWER, answer)


def _keep(centre: Centre, beat: Heartbeat) -> tuple[Verdict, str]:
    """Keep the newest heartbeat of each device, and note what contradicts what this server knows."""
    now = utc_text(centre.now())
    content = json.dumps(dump(beat), ensure_ascii=False)
    with centre.storage.write() as db:
        put = insert_into(db, heartbeat).values(device=beat.device, received=now, content=content)
        db.execute(
            put.on_conflict_do_update(index_elements=["device"], set_={"received": now, "content": content})
        )
        if not must_reconcile(db, beat.device):
            _report_books(db, beat, now)
        if beat.denied is not None and beat.denied.epoch == epoch_of(db):
            report(
                db, "behind_device", now, device=beat.device, stream=beat.stream, seq=beat.denied.stored,
                detail={"acknowledged": beat.denied.acknowledged, "epoch": beat.denied.epoch},
            )  # fmt: skip
        judged = take_contact(db, beat, now)
        take_told(db, beat, now)
        return judged


def _report_books(db: Connection, beat: Heartbeat, now: str) -> None:
    """Books that this server never gave, and did not take over from a signed grant either."""
    given = set(db.execute(select(book.c.series).where(book.c.device == beat.device)).scalars())
    for one in beat.books:
        if one.series not in given:
            detail: dict[str, object] = {"series": one.series, "first": one.first, "last": one.last}
            report(db, "unknown_book", now, device=beat.device, stream=beat.stream, seq=0, detail=detail)
