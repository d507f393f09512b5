"""The table of situations: every error that people see, one module per area."""

from kiosk.core.errors import Situation
from kiosk.core.situations import command_line, files, wire

_AREAS: tuple[dict[str, Situation], ...] = (
    command_line.SITUATIONS,
    files.SITUATIONS,
    wire.SITUATIONS,
)

SITUATIONS: dict[str, Situation] = {code: situation for area in _AREAS for code, situation in area.items()}
if len(SITUATIONS) != sum(map(len, _AREAS)):
    raise RuntimeError("two areas declare the same situation")
