"""Finds the driver of a payment terminal by name: those shipped, and those that a bank's package adds.

A package declares an entry point of the group `kiosk.payment_terminals`; it names a function that is given a
`Place` and returns a `PaymentTerminal` (docs/payment-drivers.md).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

from kiosk.core.bidi import excerpt
from kiosk.core.card_terminal import EGP, PaymentTerminal
from kiosk.core.errors import KnownError
from kiosk.devices.connection import Connection, opener
from kiosk.devices.payment.framing import ZVT_SERIAL
from kiosk.devices.payment.zvt import TCP_PORT, Timing, ZvtTerminal
from kiosk.devices.port import PortSettings, Tape

GROUP = "kiosk.payment_terminals"


@dataclass(frozen=True)
class Place:
    """Where a terminal is and what it is called.

    `address`: a device as `kiosk devices list` writes it, or a host with or without a port for TCP.
    `settings`: what the driver alone understands, by name, as it was set up. `tape`: what a driver gives to
    the port that it opens, so that a technician can record the line; of a protocol that
    `kiosk.devices.redaction` does not know nothing but lengths is kept.
    """

    address: str
    terminal_id: str
    baud: int = 9600
    currency: int = EGP
    settings: Mapping[str, str] = field(default_factory=dict)
    tape: Tape | None = None


Driver = Callable[[Place], PaymentTerminal]
"""Makes a terminal; opens nothing yet."""


def zvt_serial(place: Place, timing: Timing | None = None) -> ZvtTerminal:
    """ZVT on a serial line: 9600 baud, eight bits, no parity, two stop bits, unless set up otherwise."""
    port = PortSettings(baud=place.baud, stop_bits=2)
    connection = Connection(
        opener(place.address, port, place.terminal_id, place.tape), name=place.terminal_id
    )
    return ZvtTerminal(
        connection,
        place.terminal_id,
        framing=ZVT_SERIAL,
        password=place.settings.get("password", "000000"),
        timing=timing,
        currency=place.currency,
    )


def zvt_tcp(place: Place, timing: Timing | None = None) -> ZvtTerminal:
    """ZVT over TCP: `address` is a host, with a port where it is not 20007."""
    url = place.address if "://" in place.address else f"socket://{_with_port(place.address)}"
    connection = Connection(
        opener(url, PortSettings(), place.terminal_id, place.tape), name=place.terminal_id
    )
    return ZvtTerminal(
        connection,
        place.terminal_id,
        framing=None,
        password=place.settings.get("password", "000000"),
        timing=timing,
        currency=place.currency,
    )


SHIPPED: Mapping[str, Driver] = {"zvt-serial": zvt_serial, "zvt-tcp": zvt_tcp}
"""The drivers of this package. Those of others cannot take their names."""


def driver_names(found: Callable[[], Iterator[EntryPoint]] | None = None) -> tuple[str, ...]:
    """Every driver that is installed, the shipped ones first."""
    return (*SHIPPED, *sorted(one.name for one in (found or _installed)() if one.name not in SHIPPED))


def driver(name: str, found: Callable[[], Iterator[EntryPoint]] | None = None) -> Driver:
    """The driver of a name. Raises KnownError `terminal.driver_unknown`, `terminal.driver_broken`."""
    if name in SHIPPED:
        return SHIPPED[name]
    chosen = [one for one in (found or _installed)() if one.name == name]
    if not chosen:
        raise KnownError("terminal.driver_unknown", name=excerpt(name), known=", ".join(driver_names(found)))
    try:
        loaded = chosen[0].load()
    except Exception as error:  # somebody else's package: any error of it is its own
        raise KnownError("terminal.driver_broken", name=excerpt(name)) from error
    if not callable(loaded):
        raise KnownError("terminal.driver_broken", name=excerpt(name))
    made: Driver = loaded
    return made


def _installed() -> Iterator[EntryPoint]:
    yield from entry_points(group=GROUP)


def _with_port(host: str) -> str:
    return host if ":" in host else f"{host}:{TCP_PORT}"
