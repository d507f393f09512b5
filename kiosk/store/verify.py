"""Verifies a store: pages, guards, chain, signatures, checkpoints, personal records, data, derived tables."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.errors import KnownError
from kiosk.core.wire.chain import Finding, Verdict, verify_chain
from kiosk.core.wire.checkpoint import Checkpoint, parse_checkpoint
from kiosk.core.wire.entry import Entry, Record, parse_entry
from kiosk.core.wire.person import commitment_fits
from kiosk.store.debts.read import check_debts
from kiosk.store.driver import check_pages, memory_database, transaction
from kiosk.store.journal import CHECKPOINT_EVERY, read_signatures
from kiosk.store.periods import guards, periods
from kiosk.store.rebuild import derived_rows, rebuild
from kiosk.store.schema import migrations
from kiosk.store.sqlite import store_errors
from kiosk.store.store import Store
from kiosk.store.tables import Nature, tables_of
from kiosk.store.verify_journal import start_of

_PERSON_REF = ("person", "commitment")
_TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"


@dataclass(frozen=True)
class Report:
    """What a verification found.

    `findings`: of the chain. `beside`: of what stands beside the entries (signatures, checkpoints, guards,
    reference data). `persons`: of personal records. `tables`: unlike the journal; None when they could not
    be compared, because the journal itself is damaged.
    """

    entries: int
    head: bytes
    findings: tuple[Finding, ...]
    beside: tuple[KnownError, ...]
    persons: tuple[KnownError, ...]
    tables: tuple[str, ...] | None

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
    def clean(self) -> bool:
        """Nothing is damaged."""
        return self.journal_sound and not (self.beside or self.persons or self.tables)

    def errors(self) -> Iterator[KnownError]:
        """Everything that was found, as sentences."""
        for finding in self.findings:
            yield finding.error()
        yield from self.beside
        yield from self.persons
        for table in self.tables or ():
            yield KnownError("verify.table_differs", table=table)


def verify(store: Store) -> Report:
    """Verify everything, from the MAC of each page to each derived table; changes nothing.

    Raises KnownError `store.damaged` when pages were altered, or do not fit together as when one is older
    than the rest: nothing above them can then be judged.
    """
    with store_errors():
        return _verified(store)


def _verified(store: Store) -> Report:
    check_pages(store.db)
    beside = [*_guards(store), *_indexes(store)]
    verdict = _chain(store, beside)
    beside += _missing_checkpoints(store, verdict.state.seq)
    beside += _data(store)
    beside += _debts(store)
    tables = None
    if verdict.clean:
        try:
            tables = tuple(_tables(store))
        except KnownError as error:
            beside.append(error)
    return Report(
        entries=verdict.state.seq,
        head=verdict.state.head,
        findings=verdict.findings,
        beside=tuple(beside),
        persons=tuple(_persons(store)),
        tables=tables,
    )


def _chain(store: Store, beside: list[KnownError]) -> Verdict:
    start, found = start_of(store)
    checkpoints = list(_checkpoints(store, beside))
    verdict = verify_chain(_records(store, beside), start, checkpoints=checkpoints)
    return replace(verdict, findings=(*found, *verdict.findings))


def _records(store: Store, beside: list[KnownError]) -> Iterator[Record]:
    """Every row of the journal, also one whose signatures cannot be read, which is then noted."""
    rows = store.db.conn.execute("SELECT seq, type, bytes, hash, sigs FROM journal ORDER BY seq")
    for seq, kind, data, hash_, sigs in rows:
        try:
            signatures = read_signatures(seq, sigs)
        except KnownError as error:
            beside.append(error)
            signatures = ()
        entry = _entry(data)
        if entry is not None and entry.type != kind:
            beside.append(KnownError("verify.type_differs", seq=seq))
        yield Record(seq, data, hash_, signatures)


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


def _persons(store: Store) -> Iterator[KnownError]:
    """Every personal record that an entry names fits the entry's commitment, but for those erased by one."""
    erased = _erased(store)
    keyless = {row[0] for row in store.db.conn.execute("SELECT id FROM person WHERE wrapped_key IS NULL")}
    yield from (KnownError("verify.erased_without_entry", person=one) for one in sorted(keyless - erased))
    kept = {row[0] for row in store.db.conn.execute("SELECT id FROM person WHERE wrapped_key NOT NULL")}
    yield from (KnownError("verify.not_erased", person=one) for one in sorted(kept & erased))
    for (data,) in store.db.conn.execute("SELECT bytes FROM known_entry ORDER BY seq"):
        body = getattr(_entry(data), "body", {})
        for name in ("person", "payer"):
            ref = body.get(name)
            if not isinstance(ref, dict) or not all(isinstance(ref.get(part), str) for part in _PERSON_REF):
                continue
            try:
                salt, details = store.persons.proof(ref["person"])
            except KnownError as error:
                if error.code != "person.erased":
                    yield error
                continue
            if not commitment_fits(details, salt, ref["commitment"]):
                yield KnownError("person.damaged", person=ref["person"])


def _erased(store: Store) -> set[str]:
    """The records that entries say were erased."""
    query = "SELECT bytes FROM known_entry WHERE type = 'person.erased'"
    bodies = (getattr(_entry(data), "body", {}) for (data,) in store.db.conn.execute(query))
    lists = (body.get("persons") for body in bodies)
    return {one for found in lists if isinstance(found, list) for one in found if isinstance(one, str)}


def _tables(store: Store) -> Iterator[str]:
    """Name each derived table that is not what the journal says: it is replayed into memory and compared.

    Raises KnownError as `rebuild` does.
    """
    replayed = memory_database()
    try:
        migrations.apply(replayed)
        with transaction(replayed):
            rebuild(replayed, store.journal)
        expected = dict(derived_rows(replayed))
    finally:
        replayed.close()
    yield from (table for table, rows in derived_rows(store.db) if rows != expected[table])
