"""Physical base back-ups of PostgreSQL, which an archive of WAL needs: without one it brings nothing back.

A person names one: the folder of `pg_basebackup`, which is then read and checked whole, or the backup history
file (`….backup`) that PostgreSQL puts into the archive for every base, whoever made it.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from central.postgres_programs import system_of_base, verify_base
from central.safe_evidence import place_of
from kiosk.core.errors import KnownError

MANIFEST = "backup_manifest"
_HISTORY = re.compile(r"^STOP WAL LOCATION: (\w+/\w+) \(file \w+\)$.*^STOP TIMELINE: (\d+)$", re.M | re.S)
_MOST_HISTORY = 64 * 1024


@dataclass(frozen=True)
class Base:
    """A base: where it was when it was named, SHA-256 of what describes it, the timeline and byte of WAL at
    which it ends. `system` is '' where only its history file was read, which does not say.
    """

    place: str
    digest: str
    timeline: int
    ends: int
    system: str


def read_base(path: Path) -> Base:
    """Read and check a base.

    Raises KnownError `safe.base_missing`, `safe.base_damaged`, `backup.no_program`.
    """
    manifest = path / MANIFEST
    if manifest.is_file():
        return _folder(path, manifest)
    if path.is_file() and path.name.endswith(".backup") and path.stat().st_size <= _MOST_HISTORY:
        return _history(path)
    raise KnownError("safe.base_missing", path=path)


def _folder(path: Path, manifest: Path) -> Base:
    """A folder of pg_basebackup, every file of it read and held to its manifest."""
    verify_base(path)
    data = manifest.read_bytes()
    try:
        last = json.loads(data)["WAL-Ranges"][-1]
        timeline, ends = int(last["Timeline"]), place_of(last["End-LSN"])
    except (ValueError, LookupError, TypeError) as error:
        raise KnownError("safe.base_damaged", path=path, reason=MANIFEST) from error
    return Base(str(path), hashlib.sha256(data).hexdigest(), timeline, ends, system_of_base(path))


def _history(path: Path) -> Base:
    data = path.read_bytes()
    found = _HISTORY.search(data.decode("utf-8", "replace"))
    if found is None:
        raise KnownError("safe.base_damaged", path=path, reason=path.name)
    return Base(str(path), hashlib.sha256(data).hexdigest(), int(found[2]), place_of(found[1]), "")
