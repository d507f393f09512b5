"""Verifies the journal of a live store fast: 200,000 entries in seconds, piece by piece while it is read.

The usual entries are judged by what they must agree with, while a second thread decrypts the next ones.
Whatever needs a person's signature, and every piece in which
something is wrong, goes through `kiosk.core.wire.chain`, which judges whole bodies and names the fault: a
piece that passes here passes there as well, but for the form of bodies and envelopes, which
`kiosk.store.verify` judges.
"""

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, cast

import orjson

from kiosk.core.errors import KnownError
from kiosk.core.wire.baseline import state_at
from kiosk.core.wire.chain import ChainState, ChainVerifier, Finding
from kiosk.core.wire.checkpoint import Checkpoint, glance, parse_checkpoint
from kiosk.core.wire.entry import EntrySignature, Record, entry_hash, parse_entry
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.totals import Totals
from kiosk.store.journal import CHECKPOINT_EVERY, read_signatures
from kiosk.store.rebuild import Progress, baseline_of
from kiosk.store.sqlite import store_errors
from kiosk.store.store import Store

AT_ONCE = 4_000
"""Entries in a piece: 5 MB, 20 ms."""
_AHEAD = 2
"""Pieces that wait to be judged."""

PAYMENT, RECEIPT, REQUEST, COPY, NOTHING, WHOLE = range(6)
USUAL = {
    "payment.taken": PAYMENT,
    "receipt.issued": RECEIPT,
    "request.taken": REQUEST,
    "print.copied": COPY,
    "print.done": NOTHING,
    "print.failed": NOTHING,
    "shift.counted": NOTHING,
    "unlock.done": NOTHING,
}
"""Entries that nobody signs and whose effect on the totals can be told without reading their whole body.

A test holds their effects to those of the bodies.
"""
STATED = ("payment.taken", "receipt.issued")
"""Those of them that state the totals after them."""
_KIND = " ".join(f"WHEN '{name}' THEN {kind}" for name, kind in USUAL.items())
_PIECE = f"""
SELECT count(*), max(seq), CAST(group_concat(CAST(bytes AS TEXT), char(10)) AS BLOB),
       CAST(group_concat(CAST(hash AS TEXT), '') AS BLOB),
       group_concat(CASE WHEN sigs = '[]' AND substr(bytes, -length(ending)) = CAST(ending AS BLOB)
                          AND instr(substr(bytes, -300), CAST('}},"seq":' || seq || ',"shift":' AS BLOB))
                         THEN CASE type {_KIND} ELSE {WHOLE} END ELSE {WHOLE} END, '')
  FROM (SELECT seq, type, bytes, hash, sigs, ?3 || type || '","v":1}}' AS ending
          FROM journal WHERE seq > ?1 ORDER BY seq LIMIT ?2)
"""  # noqa: S608 - our own names and numbers
"""One row for a piece: for each row more, two threads would wait for each other's hold of Python's lock.

The keys of an entry are sorted, so seq, shift, staff, stream, version and type end it: whether those fit is
told without reading the rest. A form that hides others behind them is for `kiosk.store.verify` to judge.
"""
_ROWS = "SELECT seq, type, bytes, hash, sigs FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq"


class UnsoundError(Exception):
    """A piece of the journal is not as it must be: it is to be judged entry by entry."""


@dataclass(frozen=True)
class JournalReport:
    """What was found: `findings` of the chain, `beside` of what stands beside the entries."""

    entries: int
    head: bytes
    findings: tuple[Finding, ...]
    beside: tuple[KnownError, ...]

    @property
    def clean(self) -> bool:
        """Nothing is damaged."""
        return not (self.beside or any(finding.breaks for finding in self.findings))

    def errors(self) -> Iterator[KnownError]:
        """Everything that was found, as sentences."""
        for finding in self.findings:
            yield finding.error()
        yield from self.beside


@dataclass(frozen=True)
class Kept:
    """What stands beside the entries: counter row (seq, head, totals) and checkpoints by seq."""

    counter: tuple[int, bytes, str] | None
    checkpoints: dict[int, bytes]


@dataclass(frozen=True)
class Piece:
    """The entries after `after` up to `last`: how many, joined bytes and hashes, and what each is to be."""

    after: int
    last: int
    count: int
    data: bytes
    hashes: bytes
    kinds: str

    def entries(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Kind, bytes and hash of each. Raises UnsoundError if they are not one of each."""
        data = self.data.split(b"\n")
        if not len(data) == len(self.kinds) == self.count or len(self.hashes) != 32 * self.count:
            raise UnsoundError
        heads = [self.hashes[place : place + 32] for place in range(0, len(self.hashes), 32)]
        return zip(map(int, self.kinds), data, heads, strict=True)


_Queue = queue.Queue[Kept | Piece | BaseException | None]


def verify_journal(
    store: Store, progress: Progress | None = None, *, at_once: int = AT_ONCE
) -> JournalReport:
    """Judge order, bytes, hashes, kept types, persons' signatures and rights, totals and checkpoints.

    Changes nothing. Raises KnownError `store.damaged` when a page cannot be read.
    """
    with store_errors(), closing(_pieces(store, at_once)) as pieces:
        judge = _Judge(store, cast(Kept, next(pieces)))
        for piece in pieces:
            judge.take(cast(Piece, piece))
            if progress is not None:
                progress(judge.verifier.seq, max(judge.expected, judge.verifier.seq))
        judge.end()
    return JournalReport(
        judge.verifier.seq, judge.verifier.head, tuple(judge.verifier.findings), tuple(judge.beside)
    )


def start_of(store: Store) -> tuple[ChainState, tuple[Finding, ...]]:
    """The state before the first entry that this store holds, and what is wrong with what tells it.

    Where periods were dropped, that is the baseline which begins the first kept one.
    """
    device = store.device_signer
    public = device.key.public_key()
    start = ChainState(stream=store.unlocked.stream, device=device.by, device_keys={kid_of(public): public})
    try:
        parts = baseline_of(store.journal)
    except KnownError:
        return start, ()
    return state_at(parts, start) if parts else (start, ())


class _Judge:
    """Takes one piece after the other."""

    def __init__(self, store: Store, kept: Kept) -> None:
        self._db, device = store.db, store.device_signer
        start, found = start_of(store)
        self._stream, self._own = start.stream, (device.kid, device.key)
        self.verifier = ChainVerifier(start)
        self.verifier.findings += found
        self.beside: list[KnownError] = []
        self._counter, self._checkpoints = kept.counter, kept.checkpoints
        before = self._checkpoint(start.seq)
        if before is not None and start.seq:
            self.verifier.compare(before)
        self.expected = kept.counter[0] if kept.counter else 0

    def take(self, piece: Piece) -> None:
        """Judge a piece by a glance, and entry by entry if that does not do."""
        verifier = self.verifier
        before, found = (verifier.seq, verifier.head, verifier.totals), len(verifier.findings)
        with suppress(UnsoundError, ValueError, TypeError, KeyError, KnownError):
            self._glance(piece)
            return
        verifier.pass_by(*before)
        del verifier.findings[found:]
        self._each(piece.after, piece.last)

    def _glance(self, piece: Piece) -> None:
        """Raise UnsoundError, or what comes of a value of another form, unless all is as it must be."""
        seq, head, totals = self.verifier.seq, self.verifier.head, self.verifier.totals.to_map()
        if piece.count != piece.last - seq:
            raise UnsoundError
        for kind, data, hash_ in piece.entries():
            seq += 1
            if entry_hash(head, seq, data) != hash_:
                raise UnsoundError
            if kind == WHOLE:
                totals = self._whole(seq, head, totals)
            elif kind <= RECEIPT:
                stated = _stated(data, kind)
                add_effect(totals, kind, stated.get("tenders"))
                if stated["totals"] != totals:
                    raise UnsoundError
            elif kind != NOTHING:
                add_effect(totals, kind)
            head = hash_
            if seq in self._checkpoints:
                self._compare(seq, head, totals)
        self.verifier.pass_by(seq, head, Totals(**totals))

    def _whole(self, seq: int, previous: bytes, totals: dict[str, int]) -> dict[str, int]:
        """Judge one entry with its body; the totals after it."""
        verifier, found = self.verifier, len(self.verifier.findings)
        _, kind, data, hash_, sigs = self._db.conn.execute(_ROWS, (seq - 1, seq)).fetchone()
        verifier.pass_by(seq - 1, previous, Totals(**totals))
        verifier.take(Record(seq, data, hash_, read_signatures(seq, sigs)))
        unlike = verifier.read is None or verifier.read[0].type != kind
        if unlike or any(one.breaks for one in verifier.findings[found:]):
            raise UnsoundError
        return verifier.totals.to_map()

    def _compare(self, seq: int, head: bytes, totals: dict[str, int]) -> None:
        plain = glance(self._checkpoints[seq], *self._own)
        expected = {"stream": self._stream, "seq": seq, "head": head.hex(), "totals": totals}
        if plain is None or any(plain.get(name) != value for name, value in expected.items()):
            raise UnsoundError

    def _each(self, after: int, last: int) -> None:
        for seq, kind, data, hash_, sigs in self._db.conn.execute(_ROWS, (after, last)):
            signatures: tuple[EntrySignature, ...] = ()
            try:
                signatures = read_signatures(seq, sigs)
            except KnownError as error:
                self.beside.append(error)
            self.verifier.take(Record(seq, data, hash_, signatures))
            self._judge_type(seq, kind, data)
            checkpoint = self._checkpoint(seq)
            if checkpoint is not None and checkpoint.seq == self.verifier.seq:
                self.verifier.compare(checkpoint)
            elif checkpoint is not None:
                self.verifier.misplaced(checkpoint)

    def _judge_type(self, seq: int, kind: str, data: bytes) -> None:
        """The type that is kept beside an entry is its own; one that cannot be read is named by the chain."""
        with suppress(KnownError):
            if parse_entry(data).type != kind:
                self.beside.append(KnownError("verify.type_differs", seq=seq))

    def _checkpoint(self, seq: int) -> Checkpoint | None:
        data = self._checkpoints.get(seq)
        if data is None:
            return None
        try:
            checkpoint = parse_checkpoint(data)
        except KnownError:
            self.beside.append(KnownError("verify.checkpoint_unreadable", seq=seq))
            return None
        if checkpoint.seq != seq:
            self.beside.append(KnownError("chain.checkpoint_differs", seq=seq))
        return checkpoint

    def end(self) -> None:
        """Judge what the last entry must agree with: checkpoints beyond it, those missing, the counter."""
        last = self.verifier.seq
        for seq in self._checkpoints:
            beyond = self._checkpoint(seq) if seq > last else None
            if beyond is not None:
                self.verifier.beyond(beyond)
        self.beside += [
            KnownError("verify.checkpoint_missing", seq=seq)
            for seq in range(CHECKPOINT_EVERY, last + 1, CHECKPOINT_EVERY)
            if seq not in self._checkpoints
        ]
        state = last, self.verifier.head, self.verifier.totals.to_map()
        if self._counter is None or (*self._counter[:2], _loaded(self._counter[2])) != state:
            self.beside.append(KnownError("journal.torn"))


def add_effect(totals: dict[str, int], kind: int, tenders: Any = None) -> None:
    """Add the effect of a usual entry to plain totals. Raises UnsoundError for tenders out of form."""
    if kind == RECEIPT:
        totals["receipts"] += 1
    elif kind == PAYMENT:
        try:
            for one in tenders:
                name = one["kind"]
                part = "applied" if name == "cash" else "piastres"
                if name not in ("cash", "slip", "card") or type(one[part]) is not int or one[part] <= 0:
                    raise UnsoundError
                totals[name] += one[part]
        except (TypeError, KeyError) as error:
            raise UnsoundError from error
    elif kind == REQUEST:
        totals["requests"] += 1
    elif kind == COPY:
        totals["copies"] += 1


def _stated(data: bytes, does: int) -> dict[str, Any]:
    """The totals after a payment or a receipt, and the tenders of a payment, cut out by their sorted keys.

    Raises ValueError for what is not there, and for a payment that a second person should have signed.
    """
    if does == RECEIPT:
        begin = data.rindex(b'"totals":{')
        end = data.index(b"}", begin) + 1
    else:
        begin = data.index(b'"tenders":[')
        end = data.index(b',"what_for":', begin)
        if b'"confirmed_by":"' in data:
            raise ValueError("signed by nobody")
    return cast(dict[str, Any], orjson.loads(b"{%b}" % data[begin:end]))


def _loaded(text: str) -> object:
    try:
        return cast(object, orjson.loads(text))
    except orjson.JSONDecodeError:
        return None


def _pieces(store: Store, at_once: int) -> Generator[Kept | Piece, None, None]:
    """What is kept beside the journal, then its pieces in order, read ahead by a thread of its own.

    It sees one moment: what is written meanwhile is not judged.
    """
    waiting: _Queue = queue.Queue(_AHEAD)
    stop = threading.Event()
    thread = threading.Thread(target=_read_ahead, args=(store, waiting, stop, at_once), name="journal reader")
    thread.start()
    try:
        while (piece := waiting.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        stop.set()
        while thread.is_alive():
            with suppress(queue.Empty):
                waiting.get(timeout=0.01)
        thread.join()


def _read_ahead(store: Store, out: _Queue, stop: threading.Event, at_once: int) -> None:
    try:
        with closing(store.connect()) as db:
            db.conn.execute("BEGIN")
            counter = db.conn.execute("SELECT seq, head, totals FROM stream").fetchone()
            checkpoints = dict(db.conn.execute("SELECT seq, bytes FROM checkpoint ORDER BY seq").fetchall())
            out.put(Kept(counter, checkpoints))
            row = db.conn.execute("SELECT seq FROM journal ORDER BY seq LIMIT 1").fetchone()
            after = None if row is None else row[0] - 1
            begins = f',"stream":"{store.unlocked.stream}","tv":1,"type":"'
            while after is not None and not stop.is_set():
                count, last, *joined = db.conn.execute(_PIECE, (after, at_once, begins)).fetchone()
                if not count:
                    break
                out.put(Piece(after, last, count, *joined))
                after = last
        out.put(None)
    except BaseException as error:  # noqa: BLE001 - raised where the pieces are taken
        out.put(error)
