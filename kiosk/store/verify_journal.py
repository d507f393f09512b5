"""Verifies the journal of a live store fast: 200,000 entries in seconds, page by page while it is read.

The usual entries are judged from what SQLite reads of them, thousands at a time, while a second thread
decrypts the next ones. Whatever needs a person's signature, and every piece in which something is wrong,
goes through `kiosk.core.wire.chain`, which judges whole bodies and names the fault: a piece that passes here
passes there as well, but for the form of bodies and envelopes, which `kiosk.store.verify` judges.
"""

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, cast

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.baseline import state_at
from kiosk.core.wire.chain import ChainState, ChainVerifier, Finding
from kiosk.core.wire.checkpoint import Checkpoint, glance, parse_checkpoint
from kiosk.core.wire.entry import EntrySignature, Record, entry_hash, parse_entry
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.totals import Totals
from kiosk.store.journal import CHECKPOINT_EVERY, read_signatures
from kiosk.store.rebuild import baseline_of
from kiosk.store.sqlite import OperationalError, store_errors
from kiosk.store.store import Store

AT_ONCE = 4_000
"""Entries in a piece: 5 MB, 20 ms."""
_AHEAD = 2
"""Pieces that wait to be judged."""

Progress = Callable[[int, int], None]
"""Told how many entries are judged, of how many."""

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
"""Entries that nobody signs and whose effect on the totals can be read without their whole body.

A test holds their effects to those of the bodies.
"""
STATED = ("payment.taken", "receipt.issued")
"""Those of them that state the totals after them."""
_KIND = " ".join(f"WHEN '{name}' THEN {kind}" for name, kind in USUAL.items())
_PIECE = f"""
SELECT count(*), max(seq), CAST(group_concat(entry, char(10)) AS BLOB),
       CAST(group_concat(CAST(hash AS TEXT), '') AS BLOB),
       total(entry ->> '$.seq' = seq AND entry ->> '$.type' = type AND entry ->> '$.stream' = ?1),
       group_concat(CASE WHEN sigs <> '[]' OR entry ->> '$.tv' <> 1 THEN {WHOLE}
                         WHEN type = 'payment.taken' AND entry ->> '$.body.what_for.confirmed_by' IS NOT NULL
                         THEN {WHOLE} ELSE CASE type {_KIND} ELSE {WHOLE} END END, ''),
       group_concat(CASE WHEN type IN {STATED} THEN coalesce(entry -> '$.body.totals', 'null') END),
       group_concat(CASE WHEN type = 'payment.taken' THEN coalesce(entry -> '$.body.tenders', 'null') END)
  FROM (SELECT seq, type, CAST(bytes AS TEXT) AS entry, hash, sigs FROM journal
         WHERE seq > ?2 ORDER BY seq LIMIT ?3)
"""  # noqa: S608 - our own names and numbers
_ROWS = "SELECT seq, type, bytes, hash, sigs FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"


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


class UnsoundError(Exception):
    """A piece of the journal is not as it must be: it is to be judged entry by entry."""


@dataclass(frozen=True)
class Kept:
    """What stands beside the entries: counter row (seq, head, totals) and checkpoints by seq."""

    counter: tuple[int, bytes, str] | None
    checkpoints: dict[int, bytes]


@dataclass(frozen=True)
class Piece:
    """What SQLite read of the entries after `after`, up to `last`; `found` is None if they are no JSON."""

    after: int
    last: int
    found: tuple[Any, ...] | None


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
        self._db = store.db
        start, found = start_of(store)
        self._keys: dict[str, Ed25519PublicKey] = dict(start.device_keys)
        self._stream = start.stream
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
        before, found = (
            (self.verifier.seq, self.verifier.head, self.verifier.totals),
            len(self.verifier.findings),
        )
        if piece.found is not None:
            with suppress(UnsoundError, StopIteration):
                self._glance(piece)
                return
        self.verifier.pass_by(*before)
        del self.verifier.findings[found:]
        self._each(piece)

    def _glance(self, piece: Piece) -> None:
        count, last, joined, hashes, fitting, kinds, stated, tenders = piece.found or ()
        entries, heads = joined.split(b"\n"), hashes
        seq, head, totals = self.verifier.seq, self.verifier.head, self.verifier.totals.to_map()
        if not len(entries) == count == fitting == last - seq == len(kinds) or len(heads) != 32 * count:
            raise UnsoundError
        after, given = iter(_listed(stated)), iter(_listed(tenders))
        for n, kind in enumerate(map(int, kinds)):
            seq += 1
            previous, head = head, heads[32 * n : 32 * n + 32]
            if entry_hash(previous, seq, entries[n]) != head:
                raise UnsoundError
            if kind == WHOLE:
                totals = self._whole(seq, previous, totals, after, given)
            elif kind != NOTHING:
                add_effect(totals, kind, next(given) if kind == PAYMENT else None)
                if kind <= RECEIPT and next(after) != totals:
                    raise UnsoundError
            if seq in self._checkpoints:
                self._compare(seq, head, totals)
        self.verifier.pass_by(seq, head, Totals(**totals))

    def _whole(
        self, seq: int, previous: bytes, totals: dict[str, int], stated: Iterator[Any], tenders: Iterator[Any]
    ) -> dict[str, int]:
        """Judge one entry with its body; the totals after it."""
        found = len(self.verifier.findings)
        self.verifier.pass_by(seq - 1, previous, Totals(**totals))
        (record,), (kind,) = self._records(seq - 1, seq), self._kinds(seq)
        if kind in STATED:
            next(stated)
        if kind == "payment.taken":
            next(tenders)
        self.verifier.take(record)
        if any(one.breaks for one in self.verifier.findings[found:]):
            raise UnsoundError
        return self.verifier.totals.to_map()

    def _kinds(self, seq: int) -> tuple[str]:
        """The type that is kept beside an entry."""
        return cast(
            tuple[str], self._db.conn.execute("SELECT type FROM journal WHERE seq = ?", (seq,)).fetchone()
        )

    def _compare(self, seq: int, head: bytes, totals: dict[str, int]) -> None:
        plain = glance(self._checkpoints[seq], self._keys)
        expected = {"stream": self._stream, "seq": seq, "head": head.hex(), "totals": totals}
        if plain is None or any(plain.get(name) != value for name, value in expected.items()):
            raise UnsoundError

    def _each(self, piece: Piece) -> None:
        for record in self._records(piece.after, piece.last, judged=True):
            self.verifier.take(record)
            checkpoint = self._checkpoint(record.seq)
            if checkpoint is not None and checkpoint.seq == self.verifier.seq:
                self.verifier.compare(checkpoint)
            elif checkpoint is not None:
                self.verifier.misplaced(checkpoint)

    def _records(self, after: int, last: int, *, judged: bool = False) -> Iterator[Record]:
        """The records after `after` up to `last`; what stands beside their bytes is noted if `judged`."""
        query = "SELECT seq, type, bytes, hash, sigs FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq"
        for seq, kind, data, hash_, sigs in self._db.conn.execute(query, (after, last)):
            signatures: tuple[EntrySignature, ...] = ()
            try:
                signatures = read_signatures(seq, sigs)
                if judged and parse_entry(data).type != kind:
                    self.beside.append(KnownError("verify.type_differs", seq=seq))
            except KnownError as error:
                if not judged:
                    raise UnsoundError from error
                if error.code == "chain.bad_signature":
                    self.beside.append(error)
            yield Record(seq, data, hash_, signatures)

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


def add_effect(totals: dict[str, int], kind: int, tenders: Any) -> None:
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


def _listed(joined: str | None) -> list[Any]:
    """Values that SQLite put together with commas."""
    return cast(list[Any], orjson.loads(f"[{joined or ''}]"))


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
            rows = db.conn.execute("SELECT seq, bytes FROM checkpoint ORDER BY seq").fetchall()
            out.put(Kept(counter, dict(rows)))
            row = db.conn.execute("SELECT seq FROM journal ORDER BY seq LIMIT 1").fetchone()
            after = None if row is None else row[0] - 1
            while after is not None and not stop.is_set():
                piece = _read_piece(db.conn, store.unlocked.stream, after, at_once)
                if piece is None:
                    break
                out.put(piece)
                after = piece.last
        out.put(None)
    except BaseException as error:  # noqa: BLE001 - raised where the pieces are taken
        out.put(error)


def _read_piece(connection: Any, stream: str, after: int, at_once: int) -> Piece | None:
    try:
        found = connection.execute(_PIECE, (stream, after, at_once)).fetchone()
    except OperationalError as error:
        if "JSON" not in str(error):
            raise
        found = None
        last = connection.execute(f"SELECT max(seq) FROM ({_ROWS})", (after, at_once)).fetchone()[0]  # noqa: S608
    else:
        last = found[1]
    if last is None:
        return None
    if last <= after:
        raise BugError("a piece that does not go on")
    return Piece(after, last, found)
