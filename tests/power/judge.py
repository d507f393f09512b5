"""Opens what a power cut left, with the product's own code, and says what is wrong with it.

`Judge.look` opens a folder and returns what is there; `wrong` holds it against what had been told by then.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import FIRST_PREVIOUS, entry_hash
from kiosk.desk.session import Session
from kiosk.desk.unlock import unlock
from kiosk.store.attempts import AttemptLog
from kiosk.store.device_secret import FileDeviceSecret
from kiosk.store.driver import check_pages, open_database
from kiosk.store.incidents import standing_incidents
from kiosk.store.layout import StoreFolder
from kiosk.store.rebuild import derived_rows
from kiosk.store.secret_digits import read_secret
from kiosk.store.slots import Slots
from kiosk.store.sqlite import DatabaseError
from kiosk.store.store import Store
from kiosk.store.verify import verify
from tests.acts import ask, begin
from tests.desk.conftest import CHEAP, SECRETS, Trial
from tests.desk.prepared import at_work
from tests.power.disk import Files, State

Told = Sequence[dict[str, Any]]
CHECKED = 4
"""Every so many states the pages are checked by the product's own function too."""
VERIFIER = "TEL-2"
"""Somebody whose slot no scenario touches."""


@dataclass
class Seen:
    """What a folder holds: the hash of each entry, numbers given out, prints, whom each secret lets in."""

    faults: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    receipts: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    prints: dict[str, tuple[str, int | None, int]] = field(default_factory=dict)
    opens: dict[str, set[str]] = field(default_factory=dict)
    debts: int = 0
    """The version of the debts in use, where somebody looks for it."""


class Judge:
    """Looks at one folder after another, in `folder`, with the secrets that people had in the scenario.

    `everyone`: try every secret, not only that of who opens. Every `going_on` states `then` is done.
    """

    def __init__(
        self,
        folder: Path,
        told: Told,
        *,
        opener: str = "TEL-1",
        everyone: bool = False,
        going_on: int = 40,
        then: Callable[[Session], object] = ask,
    ) -> None:
        self._root, self._told, self._opener, self._everyone = folder / "device", told, opener, everyone
        self._tries = folder / "tries"
        self._going_on, self._then = going_on, then
        self._keys: dict[tuple[tuple[str, bytes], ...], tuple[bytes, bytes, dict[str, set[str]]]] = {}
        """By the small files of the folder, what unlocking with them gave."""
        self._replayed: dict[str, bytes] = {}
        """By the hash of a journal's last entry, its derived tables as a replay made them."""
        self._looked: dict[bytes, Seen] = {}
        self.secrets = {code: [secret] for code, (secret, _) in SECRETS.items()}
        for one in told:
            code = one.get("opens") or one.get("either")
            if code and "secret" in one and one["secret"] not in self.secrets.setdefault(code, []):
                self.secrets[code].append(one["secret"])

    @property
    def states(self) -> int:
        """How many different states were opened."""
        return len(self._looked)

    @property
    def journals(self) -> int:
        """How many different journals were found and replayed."""
        return len(self._replayed)

    def wrong(self, state: State) -> list[str]:
        """What is wrong with a state, as sentences; nothing when it is as it must be."""
        seen = self._looked.get(state.digest)
        if seen is None:
            seen = self._looked[state.digest] = self.look(state.files)
        return [*seen.faults, *self._missing(seen, self._told[: state.told])]

    def look(self, files: Files) -> Seen:
        """Open a folder that holds these files."""
        seen = Seen()
        small = tuple(sorted((name, _salt(name, data)) for name, data in files.items()))
        try:
            if small not in self._keys:
                self._lay(files)
                self._keys[small] = self._unlocked()
            key, salt, seen.opens = self._keys[small]
            self._lay(files)
            db = open_database(StoreFolder(self._root).database, key, salt)
            try:
                seen.faults += self._inside(db, seen)
            finally:
                db.close()
            if len(self._looked) % self._going_on == 0 and not seen.faults:
                self._lay(files)
                self._goes_on(seen)
        except KnownError as error:
            seen.faults.append(f"does not open: {error}")
        except DatabaseError as error:
            seen.faults.append(f"cannot be read: {error}")
        return seen

    def _lay(self, files: Files) -> None:
        """Put the files into the folder, and nothing else."""
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir(mode=0o700)
        for name, data in files.items():
            self._root.joinpath(name).touch(0o600)
            self._root.joinpath(name).write_bytes(data)

    def _unlocked(self) -> tuple[bytes, bytes, dict[str, set[str]]]:
        """Unlock the store; its key, and which secrets let whom in. Needed once for the same small files."""
        opens = dict(self._who_gets_in()) if self._everyone else {}
        secret = next(
            iter(opens.get(self._opener, self.secrets[self._opener])), self.secrets[self._opener][0]
        )
        with Store.open(self._root, self._opener, secret, opening=CHEAP) as store:
            return bytes(store.unlocked.dek), bytes(store.unlocked.salt), opens

    def _who_gets_in(self) -> Iterator[tuple[str, set[str]]]:
        """Try every secret that was ever one, each as if nobody had tried before."""
        folder = StoreFolder(self._root)
        device = FileDeviceSecret(folder.device_secret)
        for code, secrets in self.secrets.items():
            found = set()
            for secret in secrets:
                self._tries.unlink(missing_ok=True)
                slots = Slots(folder, device, AttemptLog(self._tries), kdf=CHEAP.kdf, floor=CHEAP.floor)
                try:
                    slots.unlock(code, read_secret(secret, device.policy)).lock()
                except KnownError as error:
                    if error.code != "slots.wrong_secret":
                        raise
                else:
                    found.add(secret)
            yield code, found

    def _inside(self, db: Database, seen: Seen) -> Iterator[str]:
        """What a store says of itself: its pages, its chain, its numbers, its tables."""
        if len(self._looked) % CHECKED == 0:
            check_pages(db)  # the next line reads every page as well, and each with its MAC
        rows = db.conn.execute
        for (fault,) in rows("PRAGMA integrity_check").fetchall():
            if fault != "ok" and not _of_idle_index(db, fault):
                yield f"the database is damaged: {fault}"
        previous = FIRST_PREVIOUS
        for place, (seq, data, hash_) in enumerate(
            rows("SELECT seq, bytes, hash FROM journal_1 ORDER BY seq"), 1
        ):
            previous = entry_hash(previous, seq, data)
            if (seq, hash_) != (place, previous):
                yield f"the chain breaks at {place}"
            seen.heads.append(hash_.hex())
        if rows("SELECT seq, head FROM stream").fetchall() != [(len(seen.heads), previous)]:
            yield "the counter is not where the journal is"
        seen.receipts = {row[0] for row in rows("SELECT number FROM receipt")}
        seen.requests = {row[0] for row in rows("SELECT tracking FROM request")}
        serials = [row[0] for row in rows("SELECT serial FROM receipt ORDER BY seq")]
        if serials != list(range(1, len(serials) + 1)):
            yield f"receipt numbers {serials}"
        seen.prints = {row[0]: row[1:] for row in rows("SELECT job, state, copy, sent FROM print_job")}
        yield from self._tables(db, previous.hex())

    def _tables(self, db: Database, head: str) -> Iterator[str]:
        """The derived tables are what a replay of the very same journal gave, and that replay was sound."""
        rows = hashlib.sha256(repr(list(derived_rows(db))).encode()).digest()
        if head not in self._replayed:
            self._replayed[head] = rows
            yield from self._verified()
        elif self._replayed[head] != rows:
            yield "balances are not what the journal adds up to"

    def _verified(self) -> Iterator[str]:
        """What the product's own verification says, with its replay of the whole journal."""
        secret = self.secrets[VERIFIER][0]
        with Store.open(self._root, VERIFIER, secret, opening=CHEAP) as store:
            for error in verify(store).errors():
                yield f"verify: {error.code} {error.params}"

    def _goes_on(self, seen: Seen) -> None:
        """Unlocking finds nothing amiss, and the next request gets the next number and the next place."""
        with closing(unlock(self._root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP).store) as store:
            found = [one.detail for one in standing_incidents(store.db)]
            if found:
                seen.faults.append(f"a power cut is taken for {found}")
        trial = Trial(self._root)
        session = at_work(trial, "TEL-1")
        shift = session.shift()
        if shift is None:
            begin(session)
        elif (shift.staff, shift.state) == ("TEL-1", "open"):
            self._then(session)
            state = session.store.journal.state()
            rows = session.store.db.conn.execute("SELECT tracking FROM request ORDER BY tracking")
            numbers = [int(row[0][-6:]) for row in rows]
            if state.seq <= len(seen.heads) or numbers != list(range(1, len(numbers) + 1)):
                seen.faults.append(f"work does not go on in order: {numbers}")
        trial.close()

    def _missing(self, seen: Seen, told: Told) -> Iterator[str]:
        for one in told:
            if "seq" in one and seen.heads[one["seq"] - 1 : one["seq"]] != [one["head"]]:
                yield f"lost: entry {one['seq']}, which had been told"
            if "receipt" in one and one["receipt"] not in seen.receipts:
                yield f"lost: receipt {one['receipt']}"
            if "tracking" in one and one["tracking"] not in seen.requests:
                yield f"lost: request {one['tracking']}"
        yield from self._of_prints(seen, told)
        if self._everyone:
            yield from self._of_people(seen, told)

    def _of_prints(self, seen: Seen, told: Told) -> Iterator[str]:
        """A paper of which a byte went out is known to be out, with its mark; the end of it stays told."""
        for one in told:
            job = seen.prints.get(one.get("sent") or one.get("ended", ""))
            if "sent" in one and (job is None or job[0] == "queued" or job[1:] != (one["copy"], 1)):
                yield f"printed and not known: {one}, {job}"
            if "ended" in one and (job is None or job[0] in ("queued", "sending")):
                yield f"an outcome was lost: {one}, {job}"

    def _of_people(self, seen: Seen, told: Told) -> Iterator[str]:
        """Who could unlock still can, with the secret that holds; while it is being changed, with either."""
        holds: dict[str, set[str] | None] = {code: {secret} for code, (secret, _) in SECRETS.items()}
        changing: set[str] = set()
        for one in told:
            if "either" in one:
                changing.add(one["either"])
            code = one.get("opens") or one.get("shut")
            if code:
                changing.discard(code)
                holds[code] = {one["secret"]} if "opens" in one else set()
        for code, allowed in holds.items():
            found = seen.opens.get(code, set())
            if code not in changing and found != allowed:
                yield f"{code}: {len(found)} secrets open, of which {len(found & (allowed or set()))} should"
            told_before = [one for one in told if one.get("either") == code and "secret" in one]
            if code in changing and told_before and not found:
                yield f"{code}: neither the old secret nor the new one opens"


def _of_idle_index(db: Database, fault: str) -> bool:
    """The name index of the debts that are not in use is made in pieces, and none before."""
    (current,) = db.conn.execute("SELECT current FROM debts_in_use").fetchone()
    return any(f'"debtor_search_{name}"' in fault for name in "ab" if name != current)


def _salt(name: str, data: bytes) -> bytes:
    """The whole of a small file; of a database its salt, which tells its key; of a log nothing."""
    if not name.startswith("kiosk.db"):
        return data
    return b"" if name.endswith("-wal") else data[:16]


def judged(judge: Judge, found: Iterable[State], *, stop: int = 3, enough: int | None = None) -> list[str]:
    """Judge states; what is wrong, with the point and the way of the cut, until `stop` states are wrong, or
    until `enough` different ones were opened.
    """
    wrong: list[str] = []
    for state in found:
        said = judge.wrong(state)
        wrong += [f"cut after {state.point}, {state.how}: {one}" for one in said]
        stop -= bool(said)
        if not stop or judge.states == enough:
            break
    return wrong
