"""Loads the fee tables from YAML files: those shipped, or a folder that an analyst edits."""

from functools import cache
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.core.fees import FeeTables, build_fee_tables, check_fee_tables
from kiosk.core.marked import Marked, read_marked
from kiosk.resources import read_text, resources_folder


def read_fee_files(folder: Path | None = None) -> list[Marked]:
    """Read every `*.yaml` of a folder (default: the shipped tables), in order of name.

    Raises KnownError `file.*` or `yaml.*`, with file and line.
    """
    place = folder or resources_folder() / "fees"
    if not place.is_dir():
        raise KnownError("file.missing", path=place)
    return [read_marked(read_text(path), path.name) for path in sorted(place.glob("*.yaml"))]


def load_fee_tables(folder: Path | None = None) -> FeeTables:
    """Load the fee tables. Raises the first KnownError of `check_fee_folder` when they hold a mistake."""
    tables, found = build_fee_tables(read_fee_files(folder))
    if tables is None:
        raise found[0]
    return tables


@cache
def shipped_fee_tables() -> FeeTables:
    """The tables shipped with the program, read once."""
    return load_fee_tables()


def check_fee_folder(folder: Path | None = None) -> list[KnownError]:
    """Every mistake of a folder of fee files, with file and line; a file that cannot be parsed is one."""
    place = folder or resources_folder() / "fees"
    found: list[KnownError] = []
    files: list[Marked] = []
    for path in sorted(place.glob("*.yaml")):
        try:
            files.append(read_marked(read_text(path), path.name))
        except KnownError as error:
            found.append(error)
    if not files and not found:
        found.append(KnownError("file.missing", path=place / "*.yaml"))
    return found or check_fee_tables(files)
