"""Opens the cash drawer at the chosen printer for a command; the kiosk does it on the printer's thread."""

from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.devices.chosen_printer import read_printer
from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import PortSettings
from kiosk.devices.printer import EscPosPrinter


def open_drawer_at(folder: Path) -> bool:
    """Send the pulse to the chosen printer; False: none was chosen, or it has no drawer.

    Raises KnownError `printer.*` when it is not ready, `device.*` when it cannot be reached.
    """
    chosen = read_printer(folder)
    if chosen is None:
        return False
    kind = chosen.kind()
    connection = Connection(
        opener(chosen.port, PortSettings(baud=kind.baud, flow=chosen.flow), chosen.port), name=chosen.port
    )
    try:
        printer = EscPosPrinter(connection, kind)
        if not printer.has_drawer:
            return False
        trouble = printer.status().trouble
        if trouble is not None:
            raise KnownError(f"printer.{trouble}", device=chosen.port)
        printer.prepare()
        printer.open_drawer()
        # A port that closes throws away what was not sent: an answer shows that the pulse was.
        printer.status()
    finally:
        connection.drop()
    return True
