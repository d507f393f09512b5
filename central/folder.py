"""Where the server keeps what it has: keys, database, files that devices fetch; and how it writes them."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from kiosk.core.errors import KnownError


@dataclass(frozen=True)
class Folder:
    """The data folder of one server."""

    root: Path

    @property
    def keys(self) -> Path:
        """Private keys (0600) and what goes with them."""
        return self.root / "keys"

    @property
    def database(self) -> Path:
        """The SQLite database."""
        return self.root / "central.db"

    @property
    def database_line(self) -> Path:
        """A file with the address of a PostgreSQL database in its one line; without it SQLite is used."""
        return self.root / "database"

    def database_in_use(self, address: str | None = None) -> Path | str:
        """Where the database is: at this address, else at that of `database_line`, else the SQLite file.

        Raises KnownError `file.unreadable`, `file.not_utf8`.
        """
        if address is None and self.database_line.exists():
            address = read_text(self.database_line).strip()
        return address or self.database

    @property
    def scans_file(self) -> Path:
        """A file that says how the object store of scans is reached, with its key (0600)."""
        return self.root / "scans"

    @property
    def files(self) -> Path:
        """Files that devices fetch, each named by the SHA-256 of its bytes."""
        return self.root / "files"

    @property
    def attachments(self) -> Path:
        """Sealed scans, each named by the id of its upload."""
        return self.root / "attachments"

    @property
    def revoked(self) -> Path:
        """The list of revoked certificates, for a proxy."""
        return self.root / "ca.crl.pem"

    def key(self, name: str) -> Path:
        """One file of the key folder."""
        return self.root / "keys" / name


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter. Raises KnownError `central.cannot_write`."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise KnownError("central.cannot_write", path=path, reason=error.strerror or "?") from error


def write_durably(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file whole or not at all: beside it, to the disk, then in its place.

    Raises KnownError `central.cannot_write`.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise KnownError("central.cannot_write", path=path, reason=error.strerror or "?") from error


def read_file(path: Path) -> bytes:
    """Read a file that people hand to the server. Raises KnownError `file.missing`, `file.unreadable`."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise KnownError("file.missing", path=path) from error
    except OSError as error:
        raise KnownError("file.unreadable", path=path, reason=error.strerror or "?") from error


def read_text(path: Path) -> str:
    """Read a UTF-8 text that people hand to the server. Raises KnownError `file.not_utf8`, `file.…`."""
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnownError("file.not_utf8", path=path) from error


def sync_folder(folder: Path) -> None:
    """Let the names of a folder's files survive a power cut."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
