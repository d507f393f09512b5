"""An error told as kinds and lines of the program: what may be written or shown where values may not be."""

import traceback
from pathlib import PurePath

from kiosk.core.errors import KnownError

_OURS = PurePath(__file__).parent.parent.parent


def crash_text(error: BaseException) -> str:
    """Say an error as kinds, modules and line numbers, with its causes; never what it says.

    Of a KnownError the code is there too: it is one of the program's own list.
    """
    lines: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        kind = type(at)
        said = f" {at.code}" if isinstance(at, KnownError) else ""
        lines.append(f"{kind.__module__}.{kind.__qualname__}{said}")
        lines += [f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in _frames(at)]
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
        if at is not None and id(at) not in seen:
            lines.append("because of")
    return "\n".join(lines)


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    walked = traceback.walk_tb(error.__traceback__)
    return list(traceback.StackSummary.extract(walked, lookup_lines=False, capture_locals=False))


def _place(filename: str) -> str:
    """A file of the program as its path in it; of others only the name."""
    path = PurePath(filename)
    return path.relative_to(_OURS).as_posix() if path.is_relative_to(_OURS) else path.name
