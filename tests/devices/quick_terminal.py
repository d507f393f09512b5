"""A payment terminal for proofs: the driver with short time-outs, and every way to misbehave, by name.

The time-outs are the driver's own settings; nothing is patched.
"""

import time
from dataclasses import replace

from kiosk.devices.connection import Connection, opener
from kiosk.devices.payment.framing import ZVT_SERIAL
from kiosk.devices.payment.zvt import Timing, ZvtTerminal
from kiosk.devices.port import PortSettings, Tape
from kiosk.devices.simulators.faults import NAK, Faults
from kiosk.devices.simulators.zvt_terminal import Behaviour

TERMINAL = "31000017"
TIMING = Timing(answer=0.25, transaction=0.35, idle_pause=0.01, waits=2)
FRAMING = replace(ZVT_SERIAL, gap=0.05, answer=0.1, tries=2)
SLOW_S = 0.2
"""Seconds after which the terminal of software gives up what nobody answers."""
LATE_S, TOO_LATE_S, OFF_S = 0.1, 0.4, 0.05
BEHAVIOURS: dict[str, Behaviour] = {
    "declines": Behaviour(decline=0x05),
    "gives-up": Behaviour(gives_up=True),
    "forgets": Behaviour(forgets=True),
    "silent-after-charge": Behaviour(silent_after="charge"),
    "silent-after-result": Behaviour(silent_after="result"),
    "late-result": Behaviour(late=LATE_S),
    "too-late-result": Behaviour(late=TOO_LATE_S),
    "stale-result": Behaviour(stale=True),
    "wrong-amount": Behaviour(amount=101),
    "wrong-currency": Behaviour(currency=978),
    "wrong-terminal": Behaviour(terminal="99999999"),
    "result-twice": Behaviour(twice=True),
    "power-loss": Behaviour(power=OFF_S),
    "takes-back": Behaviour(takes_back=True),
    "uncounted-refusal": Behaviour(decline=0x05, uncounted=True),
    "leaks": Behaviour(leaks=True),
}
LINES: dict[str, Faults] = {
    "silent": Faults(silent=True),
    "previous": Faults(previous=True),
    "noise": Faults(noise=b"\xffa\x80\x95"),
    "drip": Faults(drip=0.003),
    "storm": Faults(storm=NAK),
    "cut": Faults(cut_at=2),
}


def _hasty() -> float:
    """A clock by which a line that failed is tried again at once, not after seconds."""
    return 50 * time.monotonic()


def terminal_at(address: str, tape: Tape | None = None) -> ZvtTerminal:
    """The driver, over TCP for a socket:// address, else framed on a serial line."""
    connection = Connection(
        opener(address, PortSettings(baud=9600), "terminal", tape), name="terminal", clock=_hasty
    )
    framing = None if address.startswith("socket:") else FRAMING
    return ZvtTerminal(connection, TERMINAL, framing=framing, timing=TIMING)
