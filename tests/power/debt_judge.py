"""Holds the debts that a power cut left against the versions they can be: one of them whole, never half."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.debts.read import check_debts
from kiosk.store.verify import verify
from tests.power.debt_loads import Versions, bring, collect_one, contents, uncut
from tests.power.judge import Judge, Seen, Told


@dataclass(frozen=True)
class Resumed:
    """One load that went on behind a cut: the version before, and how many pieces need not come again."""

    version: int
    held: int


class DebtJudge(Judge):
    """A judge who also knows the versions of the debts, and lets the cut load go on to the last of them."""

    def __init__(self, folder: Path, told: Told, *, changes: bool, going_on: int) -> None:
        super().__init__(folder, told, going_on=going_on, then=self._load_goes_on)
        self._changes = changes
        self._hashes = {version: ref.hash for version, ref in Versions(changes=changes).refs.items()}
        self._whole = uncut(changes=changes)
        self.versions: dict[int, int] = {}
        """How many states had each version in use."""
        self.resumed: list[Resumed] = []

    @property
    def last(self) -> int:
        """The version that the scenario ends with."""
        return max(self._hashes)

    def _inside(self, db: Database, seen: Seen) -> Iterator[str]:
        yield from super()._inside(db, seen)
        yield from self._debts(db, seen)

    def _debts(self, db: Database, seen: Seen) -> Iterator[str]:
        version, hash_ = db.conn.execute("SELECT version, hash FROM debts_in_use").fetchone()
        seen.debts = version
        self.versions[version] = self.versions.get(version, 0) + 1
        named = "SELECT version, hash FROM snapshot_applied WHERE dataset = 'debts'"
        if db.conn.execute(named).fetchall() != [(version, hash_)]:
            yield f"the journal does not name version {version} of the debts, which is in use"
        if hash_ != self._hashes.get(version):
            yield f"version {version} of the debts is another"
        try:
            check_debts(db)
        except KnownError as error:
            yield f"half of the debts: {error.code}"
        if contents(db) != self._whole.get(version):
            yield f"version {version} of the debts, or what they are found by, is not whole"

    def _missing(self, seen: Seen, told: Sequence[dict[str, Any]]) -> Iterator[str]:
        yield from super()._missing(seen, told)
        brought = max((one["version"] for one in told if "version" in one), default=1)
        if seen.debts < brought:
            yield f"lost: version {brought} of the debts"

    def _load_goes_on(self, session: Session) -> None:
        """What was cut is done again: it ends with the last version, as if nothing had been cut."""
        db = session.store.db
        version, held = db.conn.execute("SELECT version, pieces FROM debts_in_use").fetchone()
        versions = Versions(changes=self._changes)
        last = self.last
        if version < last:
            # From version 1 on both changes at once: more than one act may make in place is made in a copy.
            bring(session, versions, versions.last, in_place=0)
            self.resumed.append(Resumed(version, held))
        assert db.conn.execute("SELECT version FROM debts_in_use").fetchone() == (last,)
        assert contents(db) == self._whole[last]
        collect_one(session)
        assert verify(session.store).clean
