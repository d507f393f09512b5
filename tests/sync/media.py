"""A second medium for tests: a folder that stands for a card, registered for an enrolled device."""

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.core.policy import Policy
from kiosk.core.wire.export_manifest import MANIFEST, ExportManifest, folder_name
from kiosk.desk.session import Session
from kiosk.policy_files import default_policy
from kiosk.store.medium_state import MediumState, medium_of
from kiosk.sync.export import Source, read_folder
from kiosk.sync.place import Place, now
from kiosk.sync.second_medium import adopt, register, tend, write_medium

POLICY = default_policy().on(now().date())
EAGER = replace(POLICY, medium_entries=1)
"""Writes whenever anything was recorded."""


@dataclass
class Card:
    """A card that is in: `root` is where it is mounted."""

    root: Path

    def put_in(self, session: Session) -> MediumState:
        """Register it, as `kiosk medium register` does."""
        place = Place.of(session.store)
        self.root.mkdir(exist_ok=True)
        registered = register(place, self.root)
        with session.act() as act:
            act.append(registered)
            adopt(place, registered, self.root)
        return write_medium(place, "asked")

    def folder(self, session: Session) -> Path:
        unlocked = session.store.unlocked
        return self.root / folder_name(unlocked.device or "", unlocked.stream)

    def manifest(self, session: Session) -> ExportManifest:
        found = read_folder(Source.of(Place.of(session.store)), self.folder(session))
        assert found is not None, f"no readable {MANIFEST}"
        return found


def look(session: Session, policy: Policy = EAGER) -> MediumState:
    """One look of the worker."""
    state = tend(Place.of(session.store), policy)
    assert state is not None
    return state


def state_of(session: Session) -> MediumState:
    state = medium_of(session.store.db)
    assert state is not None
    return state


def types(session: Session) -> list[str]:
    """Types of all entries, in order."""
    return [kind for (kind,) in session.store.db.conn.execute("SELECT type FROM journal_1 ORDER BY seq")]
