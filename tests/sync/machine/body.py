"""One device's folder and whoever has it open: a device, a copy of it, or what was left after a crash."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Record
from kiosk.desk.session import Session
from kiosk.desk.unlock import unlock
from kiosk.link.transport import Timeouts
from kiosk.store.sync_state import acknowledged
from kiosk.sync.outcomes import RoundResult
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound
from tests.desk.conftest import CHEAP
from tests.sync.machine.clocks import CLOCKS
from tests.sync.machine.template import TELLER

PATIENT = Timeouts(connect=60, silence=120, whole=300)
_SILENCE_S = 0.25
HASTY = Timeouts(connect=5, silence=cast(int, _SILENCE_S), whole=5)
"""For an answer that never comes: a quarter of a second is as good as fifteen."""
Written = tuple[int, bytes, bytes]
"""An entry as it stands in a journal: its place, its bytes, its hash."""


@dataclass
class Body:
    """`name` of the device; a copy that goes its own way has a name of its own and the same device."""

    name: str
    root: Path
    secrets: dict[str, str]
    who: str = TELLER
    off_ms: int = 0
    alone: bool = True
    """Whether its stream was never continued from a copy."""
    poisoned: bool = False
    paid: list[str] = field(default_factory=list)
    """Numbers of receipts that may still be voided."""
    read_through: int = 0
    looked_at: tuple[int, int, int] = (0, 0, 0)
    """Epoch, acknowledged entry and lives of the centre for which its hash was last compared."""
    _session: Session | None = None
    _round: SyncRound | None = None
    _copies: int = 0

    @property
    def session(self) -> Session:
        """Its open store; whoever was at work unlocks it when it is closed. Its clock runs now."""
        CLOCKS.off_ms = self.off_ms
        if self._session is None:
            self._session = self._unlocked()
        return self._session

    def _unlocked(self) -> Session:
        """Open it for whoever was at work; his colleague takes over when his slot is gone."""
        try:
            return unlock(self.root, self.who, self.secrets[self.who], opening=CHEAP)
        except KnownError as error:
            if self.who == TELLER or not error.code.startswith("slots."):
                raise
            self.who = TELLER
            return self._unlocked()

    @property
    def round(self) -> SyncRound:
        """Its rounds, whose connections and session at the centre live as long as the store is open."""
        session = self.session
        if self._round is None:
            self._round = SyncRound(Place.of(session.store), timeouts=PATIENT)
        return self._round

    @property
    def stream(self) -> str:
        return self.session.store.unlocked.stream

    @property
    def device(self) -> str:
        return self.session.store.device_signer.by

    def run(
        self, address: str, *, afresh: bool = False, hasty: bool = False, accept_smaller: bool = False
    ) -> RoundResult:
        """One round by this way; `afresh`: over a new connection."""
        one = self.round
        if afresh:
            one.client.close()
        one.client.transport.address = address
        one.client.transport._times = HASTY if hasty else PATIENT
        return one.run(accept_smaller=accept_smaller)

    def hang_up(self) -> None:
        """Let no connection outlive what was behind it."""
        if self._round is not None:
            self._round.client.close()

    def written(self) -> list[Written]:
        """Entries that were not looked at yet."""
        found = [(one.seq, one.data, one.hash) for one in self._records(self.read_through + 1)]
        self.read_through = found[-1][0] if found else self.read_through
        return found

    def journal(self) -> list[Written]:
        """All entries that are kept here."""
        return [(one.seq, one.data, one.hash) for one in self._records(1)]

    def acknowledged(self) -> tuple[int, int, int]:
        """Epoch, stored and safe, as the newest acknowledgement says; zeros before the first."""
        kept = acknowledged(self.session.store.db)
        return (kept.epoch, kept.stored_through, kept.safe_through) if kept else (0, 0, 0)

    def close(self) -> None:
        """Lock it, in order."""
        if self._round is not None:
            self._round.client.close()
            self._round = None
        if self._session is not None:
            self._session.store.close()
            self._session = None

    def copy(self) -> Path:
        """A copy of its folder as it is on the disk at this moment, open or not."""
        self._copies += 1
        to = self.root.with_name(f"{self.root.name}.{self._copies}")
        shutil.copytree(self.root, to)
        return to

    def go_on_from(self, root: Path) -> None:
        """Leave the folder at work for another one."""
        self.close()
        self.root = root
        self.read_through, self.looked_at = 0, (0, 0, 0)

    def _records(self, first: int) -> list[Record]:
        return list(self.session.store.journal.records(first))


def acts(error: KnownError) -> bool:
    """Whether a person at the desk may be told this in these histories: a stop, or nothing left to do."""
    return error.code.startswith(_TOLD)


_TOLD = (
    *("stop.", "session.expired", "shift.", "debts.", "collect.", "void.", "debt_data.", "slots."),
    "journal.",
    "book.",
)
