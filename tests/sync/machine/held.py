"""What the centre holds, as raw rows and bytes: read past the code that wrote it."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from central import schema, schema_books
from kiosk.core.wire.batch import unpack_batch
from tests.sync.machine.world import World


@dataclass
class Held:
    """One look at the centre of a history."""

    world: World

    @cached_property
    def journal(self) -> dict[str, list[tuple[int, bytes, bytes]]]:
        """Per stream: place, bytes, hash, in order."""
        found: dict[str, list[tuple[int, bytes, bytes]]] = defaultdict(list)
        table = schema.journal
        query = select(table.c.stream, table.c.seq, table.c.bytes, table.c.hash)
        for name, seq, data, hash_ in self.world.rows(query.order_by(table.c.stream, table.c.seq)):
            found[name].append((seq, bytes(data), bytes(hash_)))
        return found

    @cached_property
    def branches(self) -> dict[str, set[tuple[int, bytes, bytes]]]:
        """Per stream: the entries that contradict its journal, kept beside it."""
        found: dict[str, set[tuple[int, bytes, bytes]]] = defaultdict(set)
        for name, data in self.world.rows(select(schema.branch.c.stream, schema.branch.c.batch)):
            batch = unpack_batch(bytes(data))
            lines = zip(batch.lines, batch.chain(), strict=True)
            found[name] |= {
                (seq, one.data, hash_) for seq, (one, hash_) in enumerate(lines, batch.header.first)
            }
        return found

    @cached_property
    def streams(self) -> dict[str, Any]:
        return {row.stream: row for row in self.table(schema.stream)}

    @cached_property
    def quarantine(self) -> dict[tuple[str, int], Any]:
        return {(row.stream, row.seq): row for row in self.table(schema.quarantine)}

    @cached_property
    def entries(self) -> dict[tuple[str, int], dict[str, Any]]:
        """The entries of all journals as plain JSON."""
        return {(name, seq): json.loads(data) for name, rows in self.journal.items() for seq, data, _ in rows}

    def of_type(self, kind: str) -> dict[tuple[str, int], dict[str, Any]]:
        """The entries of a type that the centre could read, by their place."""
        unreadable = {key for key, row in self.quarantine.items() if row.code.startswith("chain.bad_body")}
        return {
            key: one for key, one in self.entries.items() if one["type"] == kind and key not in unreadable
        }

    def table(self, table: Any) -> list[Any]:
        return self.world.rows(select(table))

    def is_open(self, name: str, seq: int) -> bool:
        """Whether an entry still waits for a person."""
        row = self.quarantine.get((name, seq))
        return row is not None and row.state == "open"

    def holds_debts(self, key: tuple[str, int]) -> bool:
        """Whether the effect of an entry on debts is held back."""
        row = self.quarantine.get(key)
        return row is not None and bool(row.debts)

    def above(self, key: tuple[str, int]) -> int:
        """Piastres of a payment that were taken above what was owed, and have not paid their charge since."""
        return self._above[key]

    @cached_property
    def _above(self) -> Counter[tuple[str, int]]:
        found: Counter[tuple[str, int]] = Counter()
        for row in self.table(schema_books.credit):
            if row.charge:
                found[row.stream, row.seq] += row.left
        return found
