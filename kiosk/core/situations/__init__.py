"""The table of situations: every error that people see, one module per area."""

from kiosk.core.errors import Situation
from kiosk.core.situations import arabic, catalogue, command_line, fees, files, identity, money, store, wire

_AREAS: tuple[dict[str, Situation], ...] = (
    arabic.SITUATIONS,
    catalogue.SITUATIONS,
    command_line.SITUATIONS,
    fees.SITUATIONS,
    files.SITUATIONS,
    identity.SITUATIONS,
    money.SITUATIONS,
    store.SITUATIONS,
    wire.SITUATIONS,
)

SITUATIONS: dict[str, Situation] = {code: situation for area in _AREAS for code, situation in area.items()}
if len(SITUATIONS) != sum(map(len, _AREAS)):
    raise RuntimeError("two areas declare the same situation")
