"""Entries that no release of today writes: chained and shipped as any other, of a type or form of its own."""

import json
from dataclasses import replace
from typing import Any

from kiosk.core.wire.entry import Entry, entry_bytes, entry_hash, parse_entry
from kiosk.desk.session import Session
from kiosk.store.projections.stream import move_stream
from kiosk.store.rows import insert


def append_raw(session: Session, kind: str, body: dict[str, Any]) -> int:
    """Append an entry past every check of the journal; nothing but its counter moves. Its seq."""
    moment = session.moment()
    with session.store.transaction() as db:
        state = session.store.journal.state()
        last = next(session.store.journal.records(state.seq))
        entry: Entry = replace(
            parse_entry(last.data),
            seq=state.seq + 1,
            type=kind,
            tv=1,
            at=moment.at,
            local=moment.local(money=False),
            clock=moment.clock,
            staff=None,
            shift=None,
            body=body,
        )
        data = entry_bytes(entry)
        head = entry_hash(state.head, entry.seq, data)
        insert(
            db,
            f"journal_{state.period}",
            seq=entry.seq,
            type=kind,
            bytes=data,
            hash=head,
            sigs=json.dumps([]),
        )
        move_stream(db, entry, head, state.totals)
    return entry.seq
