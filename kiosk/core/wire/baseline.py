"""Begins the verification of a journal at a baseline: the state before it is what the baseline itself says.

The device signed the baseline, and every entry that it carries has its own hash and signatures: they are
judged here, and give the keys and rights of the staff. The baseline's own place in the chain is judged as any
entry's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from kiosk.core.entries.baseline import JournalBaseline
from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import KnownError
from kiosk.core.wire.chain import ChainState, ChainVerifier, Finding
from kiosk.core.wire.entry import Entry, Record, parse_entry

Read = Callable[[int, int], Iterable[Record]]
"""Gives the records from one entry to another, both included."""


def parts_at(read: Read, first: int) -> list[tuple[Entry, JournalBaseline]]:
    """The parts of the baseline that begins at entry `first`, in order; none where no whole one begins.

    Raises KnownError `entry.*`, `wire.*` for a part that cannot be read.
    """
    found = list(_parts(read(first, first)))
    if not found or found[0][1].part != 1:
        return []
    parts = list(_parts(read(first, first + found[0][1].parts - 1)))
    numbers = [body.part for _, body in parts]
    return parts if numbers == list(range(1, parts[0][1].parts + 1)) else []


def _parts(records: Iterable[Record]) -> Iterator[tuple[Entry, JournalBaseline]]:
    for record in records:
        entry = parse_entry(record.data)
        body = REGISTRY.decode(entry.type, entry.tv, entry.body)
        if isinstance(body, JournalBaseline):
            yield entry, body


def carried_records(body: JournalBaseline) -> Iterator[tuple[bytes, Record]]:
    """Yield each carried entry with the hash before it. Raises KnownError for one that cannot be read."""
    for one in body.carried:
        data = one.entry.encode()
        record = Record(parse_entry(data).seq, data, bytes.fromhex(one.hash), one.sigs)
        yield bytes.fromhex(one.previous), record


def state_at(
    parts: Sequence[tuple[Entry, JournalBaseline]], start: ChainState
) -> tuple[ChainState, tuple[Finding, ...]]:
    """The state before a baseline, and what is wrong with the entries that it carries.

    `start`: the state before the first entry of the stream, for stream, device and its keys.
    """
    entry, body = parts[0]
    verifier = _CarriedVerifier(start)
    for _, part in parts:
        try:
            for previous, record in carried_records(part):
                if not verifier.last < record.seq < entry.seq:
                    verifier.note("chain.repeated", record.seq)
                    continue
                verifier.last = record.seq
                verifier.pass_by(record.seq - 1, previous, verifier.totals)
                verifier.take(record)
        except KnownError as error:
            verifier.note("chain.unreadable", entry.seq, reason=error.code)
    before = replace(verifier.state, seq=entry.seq - 1, head=bytes.fromhex(body.previous), totals=body.totals)
    return before, tuple(verifier.findings)


class _CarriedVerifier(ChainVerifier):
    """Judges entries that do not follow each other: all but what they add up to."""

    last = 0

    def _add_totals(self, entry: Entry, body: Body) -> None:
        """Totals are not added up where entries between are missing."""

    def _take_stated_totals(self, entry: Entry) -> None:
        """As above."""
