"""Verifies a store: pages, guards, chain, signatures, checkpoints, personal records, scans, data, tables."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial

from sqlite_utils import Database

from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.errors import KnownError
from kiosk.core.wire.chain import ChainVerifier, Finding, Verdict, verify_chain
from kiosk.core.wire.checkpoint import Checkpoint, parse_checkpoint
from kiosk.core.wire.entry import Entry, EntrySignature, Record, parse_entry
from kiosk.core.wire.person import commitment_fits
from kiosk.store.debts.read import check_debts
from kiosk.store.driver import check_pages, memory_database, transaction
from kiosk.store.journal import CHECKPOINT_EVERY, read_signatures
from kiosk.store.periods import guards, periods
from kiosk.store.persons import PersonRecords
from kiosk.store.rebuild import Progress, Replay, derived_rows
from kiosk.store.schema import migrations
from kiosk.store.sqlite import store_errors
from kiosk.store.store import Store
from kiosk.store.tables import Nature, tables_of
from kiosk.store.verify_journal import start_of
from kiosk.store.verify_scans import ScansJudged, verify_scans

_PERSON_REF = ("person", "commitment")
_PERSONS_KEPT = 1_000
"""Personal records whose judgement is kept for the entries that follow: a request, then its payment."""
_TOLD_EVERY = 500
_TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"


@dataclass(frozen=True)
class Report:
    """What a verification found.

    `findings`: of the chain. `beside`: of what stands beside the entries (signatures, checkpoints, guards,
    reference data). `persons`: of personal records. `tables`: unlike the journal; None when they could not
    be compared, because the journal itself is damaged. `scans`: the files beside the database.
    """

    entries: int
    head: bytes
    findings: tuple[Finding, ...]
    beside: tuple[KnownError, ...]
    persons: tuple[KnownError, ...]
    tables: tuple[str, ...] | None
    scans: ScansJudged

    @property
    def journal_sound(self) -> bool:
        """Nothing is damaged that the tables are made from."""
        return not any(finding.breaks for finding in self.findings) and self.tables is not None

    @property
    def can_be_mended(self) -> bool:
        """Only what is made from the journal and from tables is damaged, and neither of those."""
        return self.journal_sound and bool(self.tables or self.indexes)

    @property
    def indexes(self) -> tuple[str, ...]:
        """The tables whose indexes say something else."""
        return tuple(str(one.params["table"]) for one in self.beside if one.code == "verify.index_differs")

    @property
    def database_clean(self) -> bool:
        """Nothing in the database is damaged, whatever befell the files of scans."""
        return self.journal_sound and not (self.beside or self.persons or self.tables)

    @property
    def clean(self) -> bool:
        """Nothing is damaged."""
        return self.database_clean and not self.scans.damaged

    def errors(self) -> Iterator[KnownError]:
        """Everything that was found, as sentences."""
        for finding in self.findings:
            yield finding.error()
        yield from self.beside
        yield from self.persons
        for table in self.tables or ():
            yield KnownError("verify.table_differs", table=table)
        yield from self.scans.damaged
        yield from self.scans.unnamed


def verify(store: Store, progress: Progress | None = None) -> Report:
    """Verify everything, from the MAC of each page to each derived table; changes nothing.

    `progress` is told how many entries are judged, of how many. Raises KnownError `store.damaged` when pages
    were altered, or do not fit together as when one is older than the rest: nothing above them can then be
    judged.
    """
    with store_errors(), closing(memory_database()) as replayed:
        migrations.apply(replayed)
        return _verified(store, replayed, progress or (lambda _done, _all: None))


def _verified(store: Store, replayed: Database, progress: Progress) -> Report:
    check_pages(store.db)
    beside = [*_guards(store), *_indexes(store)]
    with transaction(replayed):
        walk = Walk(store, replayed, progress)
        verdict = walk.along()
    beside += walk.beside
    beside += _missing_checkpoints(store, verdict.state.seq)
    beside += _data(store)
    beside += _debts(store)
    tables = None
    if verdict.clean and walk.contradiction is not None:
        beside.append(walk.contradiction)
    elif verdict.clean:
        tables = tuple(_differing(store.db, replayed))
    return Report(
        entries=verdict.state.seq,
        head=verdict.state.head,
        findings=verdict.findings,
        beside=tuple(beside),
        persons=tuple(walk.persons),
        tables=tables,
        scans=verify_scans(store),
    )


class Walk:
    """One walk along the journal: each entry is read once, for the chain, the persons and the tables."""

    def __init__(self, store: Store, replayed: Database, progress: Progress) -> None:
        self._store, self._replayed, self._progress = store, replayed, progress
        self._all = store.db.conn.execute("SELECT count(*) FROM journal").fetchone()[0]
        self._done, self._kind, self._findings = 0, "", 0
        self.beside: list[KnownError] = []
        self.persons = list(_erasures(store))
        self._person_error = lru_cache(_PERSONS_KEPT)(partial(_person_error, store.persons))
        self.contradiction: KnownError | None = None
        """Why the tables cannot be made again from the journal."""
        self._replay: Replay | None = None

    def along(self) -> Verdict:
        """Judge every entry; the tables are then made again, unless something breaks or contradicts."""
        for (data,) in self._store.db.conn.execute("SELECT bytes FROM carried ORDER BY seq"):
            self._judge_persons(_entry(data))
        start, found = start_of(self._store)
        checkpoints = list(_checkpoints(self._store, self.beside))
        if not any(finding.breaks for finding in found):
            try:
                self._replay = Replay(self._replayed, self._store.journal)
            except KnownError as error:
                self.contradiction = error
        verdict = verify_chain(self._records(), start, checkpoints=checkpoints, look=self._look)
        if self._replay is not None:
            self._replay.end()
        self._progress(self._done, self._all)
        return replace(verdict, findings=(*found, *verdict.findings))

    def _records(self) -> Iterator[Record]:
        """Every row of the journal, also one whose signatures cannot be read, which is then noted."""
        rows = self._store.db.conn.execute("SELECT seq, type, bytes, hash, sigs FROM journal ORDER BY seq")
        for seq, kind, data, hash_, sigs in rows:
            self._kind = kind
            signatures: tuple[EntrySignature, ...] = ()
            try:
                signatures = read_signatures(seq, sigs)
            except KnownError as error:
                self.beside.append(error)
                self._replay, self.contradiction = None, self.contradiction or error
            yield Record(seq, data, hash_, signatures)

    def _look(self, record: Record, verifier: ChainVerifier) -> None:
        read = verifier.read
        entry = read[0] if read else _entry(record.data)
        if entry is not None and entry.type != self._kind:
            self.beside.append(KnownError("verify.type_differs", seq=record.seq))
        self._judge_persons(entry)
        broken = any(finding.breaks for finding in verifier.findings[self._findings :])
        self._findings = len(verifier.findings)
        if broken or read is None:
            self._replay = None
        if self._replay is not None and read is not None:
            try:
                self._replay.take(record, *read)
            except KnownError as error:
                self._replay, self.contradiction = None, error
        self._done += 1
        if self._done % _TOLD_EVERY == 0:
            self._progress(self._done, self._all)

    def _judge_persons(self, entry: Entry | None) -> None:
        """Each personal record that an entry names fits its commitment, but for those erased by one."""
        body = entry.body if entry is not None else {}
        for name in ("person", "payer"):
            ref = body.get(name)
            if isinstance(ref, dict) and all(isinstance(ref.get(part), str) for part in _PERSON_REF):
                error = self._person_error(ref["person"], ref["commitment"])
                if error is not None:
                    self.persons.append(error)


def _entry(data: bytes) -> Entry | None:
    """An entry, or None for bytes that cannot be read: the chain names those."""
    try:
        return parse_entry(data)
    except KnownError:
        return None


def _checkpoints(store: Store, beside: list[KnownError]) -> Iterator[Checkpoint]:
    for seq, data in store.db.conn.execute("SELECT seq, bytes FROM checkpoint ORDER BY seq"):
        try:
            checkpoint = parse_checkpoint(data)
        except KnownError:
            beside.append(KnownError("verify.checkpoint_unreadable", seq=seq))
            continue
        if checkpoint.seq != seq:
            beside.append(KnownError("chain.checkpoint_differs", seq=seq))
        yield checkpoint


def _missing_checkpoints(store: Store, last: int) -> Iterator[KnownError]:
    """The checkpoints that the journal itself makes are there, as far as the journal goes."""
    kept = {seq for (seq,) in store.db.conn.execute("SELECT seq FROM checkpoint")}
    for seq in range(CHECKPOINT_EVERY, last + 1, CHECKPOINT_EVERY):
        if seq not in kept:
            yield KnownError("verify.checkpoint_missing", seq=seq)


def _guards(store: Store) -> Iterator[KnownError]:
    """Every trigger that refuses an edit is there as this release makes it."""
    kept = dict(store.db.conn.execute(_TRIGGERS).fetchall())
    expected = {name: sql for name, sql in _guards_of_this_release() if not name.startswith("journal_1_")}
    for name, sql in (expected | guards(store.db)).items():
        if kept.get(name) != sql:
            yield KnownError("verify.guard_gone", guard=name)


def _indexes(store: Store) -> Iterator[KnownError]:
    """Every index says what its table says: a page of it that is older than the rest has the right MAC.

    The name index of the debts is left out: it is made in pieces, and whole only while it is in use.
    """
    kept = {period.table for period in periods(store.db)}
    declared = {table for nature in Nature for table in tables_of(nature)} - {"journal_1"}
    for table in sorted(kept | declared):
        if table.startswith("debtor_search"):
            continue
        if store.db.conn.execute(f"PRAGMA integrity_check({table})").fetchall() != [("ok",)]:
            yield KnownError("verify.index_differs", table=table)


@cache
def _guards_of_this_release() -> tuple[tuple[str, str], ...]:
    made = memory_database()
    try:
        migrations.apply(made)
        return tuple(made.conn.execute(_TRIGGERS).fetchall())
    finally:
        made.close()


def _data(store: Store) -> Iterator[KnownError]:
    """The bytes of each dataset that is kept whole are those that its entry named."""
    rows = store.db.conn.execute("SELECT name, version, content FROM dataset ORDER BY name, version")
    kept = {(name, version): hashlib.sha256(content).hexdigest() for name, version, content in rows}
    query = "SELECT bytes FROM known_entry WHERE type = ? ORDER BY seq"
    for (data,) in store.db.conn.execute(query, (SnapshotApplied.TYPE,)):
        body = getattr(_entry(data), "body", {})
        key = body.get("dataset"), body.get("version")
        if key in kept and kept.pop(key) != body.get("hash"):
            yield KnownError("verify.data_differs", dataset=key[0], version=key[1])


def _debts(store: Store) -> Iterator[KnownError]:
    """The debts in use are those whose hash their entry named (a minute for a million)."""
    if store.db.conn.execute("SELECT current FROM debts_in_use").fetchone() == (None,):
        return
    try:
        check_debts(store.db)
    except (KnownError, LookupError, TypeError, ValueError):
        yield KnownError("debt_data.altered")


def _erasures(store: Store) -> Iterator[KnownError]:
    """The records that entries erased, and only those, have no key."""
    erased = _erased(store)
    keyless = {row[0] for row in store.db.conn.execute("SELECT id FROM person WHERE wrapped_key IS NULL")}
    yield from (KnownError("verify.erased_without_entry", person=one) for one in sorted(keyless - erased))
    kept = {row[0] for row in store.db.conn.execute("SELECT id FROM person WHERE wrapped_key NOT NULL")}
    yield from (KnownError("verify.not_erased", person=one) for one in sorted(kept & erased))


def _person_error(persons: PersonRecords, record: str, commitment: str) -> KnownError | None:
    """What is wrong with a personal record that an entry names."""
    try:
        salt, details = persons.proof(record)
    except KnownError as error:
        return None if error.code == "person.erased" else error
    return None if commitment_fits(details, salt, commitment) else KnownError("person.damaged", person=record)


def _erased(store: Store) -> set[str]:
    """The records that entries say were erased."""
    query = "SELECT bytes FROM known_entry WHERE type = 'person.erased'"
    bodies = (getattr(_entry(data), "body", {}) for (data,) in store.db.conn.execute(query))
    lists = (body.get("persons") for body in bodies)
    return {one for found in lists if isinstance(found, list) for one in found if isinstance(one, str)}


def _differing(db: Database, replayed: Database) -> Iterator[str]:
    """Name each derived table that is not what the replay of the journal made."""
    for (table, rows), (_, expected) in zip(derived_rows(db), derived_rows(replayed), strict=True):
        if rows != expected:
            yield table
