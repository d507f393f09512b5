"""Verifies a store: pages, chain, signatures, checkpoints, personal records, and the derived tables."""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.chain import ChainState, Finding, verify_chain
from kiosk.core.wire.checkpoint import parse_checkpoint
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.person import commitment_fits
from kiosk.core.wire.signed import kid_of
from kiosk.store.driver import check_pages, memory_database, transaction
from kiosk.store.rebuild import derived_rows, rebuild
from kiosk.store.schema import migrations
from kiosk.store.store import Store


@dataclass(frozen=True)
class Report:
    """What a verification found: of the journal, of personal records, of tables unlike the journal."""

    entries: int
    head: bytes
    findings: tuple[Finding, ...]
    persons: tuple[KnownError, ...]
    tables: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing is damaged."""
        broken = any(finding.breaks for finding in self.findings)
        return not (broken or self.persons or self.tables)

    def errors(self) -> Iterator[KnownError]:
        """Everything that was found, as sentences."""
        for finding in self.findings:
            yield finding.error()
        yield from self.persons
        for table in self.tables:
            yield KnownError("verify.table_differs", table=table)


def verify(store: Store) -> Report:
    """Verify everything, from the MAC of each page to each derived table; changes nothing.

    Raises KnownError `store.damaged` when pages were altered: nothing above them can then be judged.
    """
    check_pages(store.db)
    device = store.device_signer
    public = Ed25519PublicKey.from_public_bytes(device.key.public_key().public_bytes_raw())
    start = ChainState(stream=store.unlocked.stream, device=device.by, device_keys={kid_of(public): public})
    checkpoints = [parse_checkpoint(data) for data in store.journal.checkpoints()]
    verdict = verify_chain(store.journal.records(), start, checkpoints=checkpoints)
    return Report(
        entries=verdict.state.seq,
        head=verdict.state.head,
        findings=verdict.findings,
        persons=tuple(_persons(store)),
        tables=tuple(_tables(store)),
    )


def _persons(store: Store) -> Iterator[KnownError]:
    """Every personal record that an entry names and that was not erased fits the entry's commitment."""
    for record in store.journal.records():
        try:
            body = parse_entry(record.data).body
        except KnownError:
            continue  # the chain has named it
        for name in ("person", "payer"):
            ref = body.get(name)
            if not isinstance(ref, dict) or "commitment" not in ref:
                continue
            try:
                salt, details = store.persons.proof(ref["person"])
            except KnownError as error:
                if error.code != "person.erased":
                    yield error
                continue
            if not commitment_fits(details, salt, ref["commitment"]):
                yield KnownError("person.damaged", person=ref["person"])


def _tables(store: Store) -> Iterator[str]:
    """Name each derived table that is not what the journal says: it is replayed into memory and compared."""
    replayed = memory_database()
    try:
        migrations.apply(replayed)
        with transaction(replayed):
            rebuild(replayed, store.journal)
        expected = dict(derived_rows(replayed))
    except KnownError:
        return  # an entry that cannot be read: the chain has named it
    finally:
        replayed.close()
    yield from (table for table, rows in derived_rows(store.db) if rows != expected[table])
