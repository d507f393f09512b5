"""How long a verification of the whole journal takes on the live store: what an auditor waits for."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bulk import lengthen, till
from benchmarks.frame import Figure, against_limit, seconds_of
from kiosk.store.verify_journal import verify_journal

ENTRIES = 200_000
_ROUNDS = 3


def verify_200k() -> Iterator[Figure]:
    """The best of three, in s: hashes, order, kept types, signatures, rights, totals, checkpoints."""
    with tempfile.TemporaryDirectory() as folder, till(Path(folder) / "till") as session:
        lengthen(session, ENTRIES)
        if not verify_journal(session.store).clean:
            raise RuntimeError("the journal that was made is not sound")
        best = min(seconds_of(lambda: verify_journal(session.store)) for _ in range(_ROUNDS))
    yield against_limit("store.verify_200k", best, "s", limit=2)
