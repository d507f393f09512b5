"""Finds and reads the files shipped with the program (`resources/`) and files that people hand to it."""

from functools import cache
from pathlib import Path

from kiosk.core.errors import KnownError


@cache
def resources_folder() -> Path:
    """Return the folder of shipped data: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "resources"
    return installed if installed.is_dir() else here.parent / "resources"


def read_text(path: Path) -> str:
    """Read a UTF-8 file. Raises KnownError `file.missing`, `file.not_utf8` or `file.unreadable`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise KnownError("file.missing", path=path) from error
    except UnicodeDecodeError as error:
        raise KnownError("file.not_utf8", path=path) from error
    except OSError as error:
        raise KnownError("file.unreadable", path=path, reason=error.strerror or "?") from error


def read_resource(*parts: str) -> str:
    """Read a shipped UTF-8 file, named by its path below `resources/`."""
    return read_text(resources_folder().joinpath(*parts))
