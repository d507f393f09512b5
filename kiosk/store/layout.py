"""Names of the files in a device's data folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StoreFolder:
    """The data folder of one device; every path of the store is named here and nowhere else."""

    root: Path

    @property
    def database(self) -> Path:
        """The encrypted database; its `-wal` and `-shm` stand beside it."""
        return self.root / "kiosk.db"

    @property
    def rekeyed(self) -> Path:
        """A copy of the database under a new key, until it takes the place of the database."""
        return self.root / "kiosk.db.rekey"

    @property
    def tombstones(self) -> Path:
        """Folder of signed orders that somebody opens nothing here any more."""
        return self.root / "tombstones"

    @property
    def slots(self) -> tuple[Path, Path]:
        """Both copies of the slot file."""
        return self.root / "slots-a.json", self.root / "slots-b.json"

    @property
    def device_secret(self) -> tuple[Path, Path]:
        """Both copies of the device secret, where no hardware holds it."""
        return self.root / "device-secret-a", self.root / "device-secret-b"

    @property
    def attempts(self) -> Path:
        """The log of wrong tries to unlock."""
        return self.root / "attempts.log"

    @property
    def ballast(self) -> Path:
        """Space kept back for a full disk; it holds nothing."""
        return self.root / "ballast"

    @property
    def attachments(self) -> Path:
        """Folder of sealed scans, each named by its id."""
        return self.root / "attachments"

    @property
    def lock(self) -> Path:
        """Held by the one process that works on the store."""
        return self.root / "store.lock"
