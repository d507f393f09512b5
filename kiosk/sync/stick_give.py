"""Writes what waits onto a stick in a person's name: the export, and the entry that tells of it."""

from collections.abc import Collection
from pathlib import Path

from kiosk.core.entries.medium import JournalExported
from kiosk.core.roles import Right, Role, require
from kiosk.core.wire.export_manifest import ExportManifest
from kiosk.sync.export import Progress, Source, Stop, export_sealed
from kiosk.sync.place import Place


def give_stick(
    place: Place, staff: str, roles: Collection[Role], root: Path, *, progress: Progress, stop: Stop
) -> ExportManifest:
    """Export what the centre has not confirmed below `root`; the entry is written only after the read-back.

    On a connection of its own, so that no act waits for a slow stick. Raises KnownError `roles.no_right`,
    `export.*`, `store.*`.
    """
    require(roles, Right.JOURNAL_EXPORT)
    manifest = export_sealed(Source.of(place), root, progress=progress, stop=stop)
    body = JournalExported(form="sealed", first=manifest.first, last=manifest.last, head=manifest.head)
    with place.act() as act:
        act.journal.append(body, act.moment, staff=staff)
    return manifest
