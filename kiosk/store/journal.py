"""The journal: appends entries inside the act's transaction, and reads them back as the bytes they were.

Nothing else inserts into the journal. Each append also moves the derived tables (`kiosk.store.projections`),
so they can never be ahead of the facts or behind them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlite_utils import Database

from kiosk.core.entries.body import Body, with_totals
from kiosk.core.entries.build import Circumstances, build_entry
from kiosk.core.entries.signatures import check_signatures
from kiosk.core.entries.staff import StreamOpened
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.checkpoint import checkpoint_bytes, sign_checkpoint
from kiosk.core.wire.codec import dump, load
from kiosk.core.wire.entry import (
    FIRST_PREVIOUS,
    EntrySignature,
    Link,
    Record,
    entry_bytes,
    entry_hash,
    sign_entry,
)
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.times import parse_utc
from kiosk.core.wire.totals import Totals, read_totals
from kiosk.store.moments import Moment
from kiosk.store.projections import project
from kiosk.store.projections.stream import move_stream
from kiosk.store.rows import insert
from kiosk.store.sqlite import IntegrityError

CHECKPOINT_EVERY = 50
"""Entries between checkpoints at the most (DESIGN: at every sync batch, shift close and 50 entries)."""


@dataclass(frozen=True)
class Signer:
    """Someone who signs entries: staff code or device code, and the key that only he can open."""

    by: str
    key: Ed25519PrivateKey

    @property
    def kid(self) -> str:
        """Name of the key, as signatures carry it."""
        return kid_of(self.key.public_key())

    def __repr__(self) -> str:
        return f"<signer {self.by}>"


@dataclass(frozen=True)
class StreamState:
    """Where the journal stands: `seq` entries, hash of the last, perpetual totals after it."""

    stream: str
    device: str
    trial: bool
    seq: int
    head: bytes
    at: datetime
    totals: Totals
    period: int = 1
    """The period of the journal to which the next entry is added (`kiosk.store.periods`)."""


class Journal:
    """The append-only journal of one store."""

    def __init__(self, db: Database, device: Signer) -> None:
        self._db = db
        self._device = device
        self._read: tuple[tuple[Any, ...], StreamState] | None = None
        """The counter row as last read or moved, and what it says: parsed once, and read once an act."""
        self._in_act = False
        self._sure = False
        """Whether `_read` is what the row holds: within an act nobody else moves it."""

    def begin_act(self) -> None:
        """An act has begun: the counter row is read when first asked, and moves through `append` alone."""
        self._in_act, self._sure = True, False

    def end_act(self) -> None:
        """The act has ended, whichever way: others may move the counter row again."""
        self._in_act = self._sure = False

    def read_anew(self) -> None:
        """The counter row was moved by other means (a rebuild, a new period): it is to be read again."""
        self._sure = False

    def state(self) -> StreamState:
        """Return where the journal stands.

        Raises BugError on a store without its first entry, KnownError `journal.torn` when its counter row
        was altered.
        """
        if self._sure and self._read is not None:
            return self._read[1]
        row = self._db.conn.execute(
            "SELECT stream, device, trial, seq, head, at, totals, period FROM stream"
        ).fetchone()
        self._sure = self._in_act
        if self._read is not None and self._read[0] == row:
            return self._read[1]
        if row is None:
            if self._db.execute("SELECT 1 FROM journal").fetchone():
                raise KnownError("journal.torn")
            raise BugError("the journal has not been started")
        try:
            state = StreamState(
                stream=row[0],
                device=row[1],
                trial=bool(row[2]),
                seq=row[3],
                head=row[4],
                at=parse_utc(row[5]),
                totals=read_totals(json.loads(row[6])),
                period=row[7],
            )
        except (KnownError, ValueError) as error:
            raise KnownError("journal.torn") from error
        self._read = row, state
        return state

    def append(
        self,
        body: Body,
        moment: Moment,
        *,
        staff: str | None = None,
        shift: int | None = None,
        signers: Sequence[Signer] = (),
    ) -> Link:
        """Write the next entry inside the open transaction and return its link.

        `shift` is the seq of the shift's opening. The body gets the perpetual totals after it. What is out of
        form or lacks a signature is not written: BugError, or KnownError `entry.*` for what people can mend,
        `journal.torn` when the last entry is not the one after which this one is to come.
        """
        by = _By(moment, staff, shift, tuple(signers))
        return self._append(self.state(), body, by)

    def start(self, stream: str, body: StreamOpened, moment: Moment) -> Link:
        """Write the first entry of a new stream (`stream.opened`) inside the open transaction."""
        if self._db.execute("SELECT 1 FROM stream").fetchone():
            raise BugError("the journal has been started already")
        nothing = StreamState(
            stream=stream,
            device=self._device.by,
            trial=body.trial,
            seq=0,
            head=FIRST_PREVIOUS,
            at=moment.at,
            totals=Totals(),
        )
        return self._append(nothing, body, _By(moment, None, None, (self._device,)))

    def checkpoint(self, moment: Moment) -> None:
        """Sign where the journal stands, inside the open transaction; once for each entry at the most."""
        state = self.state()
        if self._db.execute("SELECT 1 FROM checkpoint WHERE seq = ?", (state.seq,)).fetchone():
            return
        signed = sign_checkpoint(
            stream=state.stream,
            seq=state.seq,
            head=state.head,
            totals=state.totals,
            time=moment.at,
            key=self._device.key,
            kid=self._device.kid,
        )
        insert(self._db, "checkpoint", seq=state.seq, bytes=checkpoint_bytes(signed))

    def records(self, first: int = 1, last: int | None = None) -> Iterator[Record]:
        """Yield entries `first` … `last` as exact bytes, hash and signatures.

        Raises KnownError `chain.bad_signature` at signatures that cannot be read.
        """
        rows = self._db.execute(
            "SELECT seq, bytes, hash, sigs FROM journal WHERE seq BETWEEN ? AND ? ORDER BY seq",
            (first, last if last is not None else 2**62),
        )
        for seq, data, hash_, sigs in rows:
            yield Record(seq, data, hash_, read_signatures(seq, sigs))

    def checkpoints(self) -> Iterator[bytes]:
        """Yield the signed checkpoints, oldest first."""
        for (data,) in self._db.execute("SELECT bytes FROM checkpoint ORDER BY seq"):
            yield data

    def _append(self, state: StreamState, body: Body, by: "_By") -> Link:
        if not self._db.conn.in_transaction:
            raise BugError("an entry outside an act")
        body, totals = with_totals(body, state.totals)
        circumstances = Circumstances(
            at=by.moment.at,
            local=by.moment.local(money=body.MONEY),
            clock=by.moment.clock,
            staff=by.staff,
            shift=None if by.shift is None else Link(state.stream, by.shift),
        )
        entry = build_entry(state.stream, state.seq + 1, body, circumstances)
        data = entry_bytes(entry)
        head = entry_hash(state.head, entry.seq, data)
        sigs = [sign_entry(head, by=one.by, kid=one.kid, key=one.key) for one in by.signers]
        check_signatures(entry.type, body, by.staff, signed_by=[one.by for one in sigs], device=state.device)
        try:
            insert(
                self._db,
                f"journal_{state.period}",
                seq=entry.seq,
                type=entry.type,
                bytes=data,
                hash=head,
                sigs=json.dumps([dump(one) for one in sigs]) if sigs else "[]",
            )
        except IntegrityError as error:
            raise KnownError("journal.torn") from error
        at, text = move_stream(self._db, entry, head, totals)
        after = StreamState(
            state.stream, state.device, state.trial, entry.seq, head, entry.at, totals, state.period
        )
        row = (state.stream, state.device, state.trial, entry.seq, head, at, text, state.period)
        self._read = row, after
        project(self._db, entry, body)
        if entry.seq % CHECKPOINT_EVERY == 0:
            self.checkpoint(by.moment)
        return entry.link


def read_signatures(seq: int, text: str) -> tuple[EntrySignature, ...]:
    """Read the signatures kept beside entry `seq`. Raises KnownError `chain.bad_signature`."""
    if text == "[]":
        return ()
    try:
        return tuple(load(EntrySignature, one) for one in json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise KnownError("chain.bad_signature", seq=seq, by="?") from error


@dataclass(frozen=True)
class _By:
    """Who writes an entry, when, in which shift, and who signs it."""

    moment: Moment
    staff: str | None
    shift: int | None
    signers: tuple[Signer, ...]
