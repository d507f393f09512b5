"""Writes what waits onto a stick in a person's name: entries, the entry that tells of them, then scans."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kiosk.core.entries.medium import JournalExported
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, Role, require
from kiosk.core.wire.export_manifest import ExportManifest
from kiosk.sync.export import Progress, Source, Stop, export_sealed
from kiosk.sync.place import Place
from kiosk.sync.stick_scans import ScansGiven, give_scans, scans_wait


@dataclass(frozen=True)
class Given:
    """What is on the stick: the list of the entries, None where only scans waited, and the scans."""

    manifest: ExportManifest | None
    scans: ScansGiven


def give_stick(
    place: Place,
    staff: str,
    roles: Collection[Role],
    root: Path,
    *,
    first: int | None = None,
    progress: Progress | None = None,
    scanning: Progress = lambda _done, _of: None,
    stop: Stop = lambda: False,
) -> Given:
    """Export what the centre has not confirmed, or all from entry `first` on, below `root`.

    The entry that tells of it is written only after the read-back. Screens give a place with a connection of
    its own, so that no act waits for a slow stick. `progress` is told of entries, `scanning` of scans. Raises
    KnownError `roles.no_right`, `journal.dropped`, `export.*`, `store.*`.
    """
    require(roles, Right.JOURNAL_EXPORT)
    manifest = _entries(place, root, first, progress, stop)
    if manifest is not None:
        body = JournalExported(form="sealed", first=manifest.first, last=manifest.last, head=manifest.head)
        with place.act() as act:
            act.journal.append(body, act.moment, staff=staff)
    return Given(manifest, give_scans(place, root, stop, scanning))


def _entries(
    place: Place, root: Path, first: int | None, progress: Progress | None, stop: Stop
) -> ExportManifest | None:
    """The entries; None when there are none to write, but scans."""
    try:
        return export_sealed(Source.of(place), root, first, progress, stop)
    except KnownError as error:
        if error.code != "export.nothing" or not scans_wait(place):
            raise
        return None
