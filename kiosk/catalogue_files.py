"""Finds and reads the files of the service catalogue, shipped or in a folder that an analyst edits."""

from functools import cache
from pathlib import Path

from kiosk.core.catalogue.checks import Checked, read_catalogue
from kiosk.core.catalogue.model import Catalogue
from kiosk.core.catalogue.shared import SHARED_FILES
from kiosk.core.errors import KnownError
from kiosk.core.fees.tables import FeeTables
from kiosk.core.marked import Marked, read_marked
from kiosk.resources import read_text, resources_folder


def catalogue_folder() -> Path:
    """Return the folder of the shipped catalogue."""
    return resources_folder() / "catalogue"


def check_folder(folder: Path | None = None, fees: FeeTables | None = None) -> Checked:
    """Read a catalogue folder (the shipped one by default) and check all of it, against the fees when given.

    Files that are missing or are no YAML are among the problems. Raises KnownError `file.missing` when the
    folder is not there.
    """
    root = folder or catalogue_folder()
    if not root.is_dir():
        raise KnownError("file.missing", path=root)
    files: dict[str, Marked] = {}
    before: list[KnownError] = []
    services = sorted(path for path in (root / "services").glob("*.yaml") if path.is_file())
    for path in [*(root / name for name in SHARED_FILES), *services]:
        name = path.relative_to(root).as_posix()
        try:
            files[name] = read_marked(read_text(path), name)
        except KnownError as error:
            before.append(error)
    return read_catalogue(files, fees, before)


@cache
def shipped_catalogue() -> Catalogue:
    """Return the shipped catalogue, read once. Raises KnownError `catalogue.not_clean`."""
    return clean(check_folder())


def clean(checked: Checked) -> Catalogue:
    """Return the catalogue of a check without problems. Raises KnownError `catalogue.not_clean`."""
    if checked.problems:
        first = checked.problems[0]
        raise KnownError("catalogue.not_clean", count=len(checked.problems), first=first.sentence("en"))
    return checked.catalogue
