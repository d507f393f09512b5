"""The options that say which printer a command means, and the printer behind them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.core.bidi import ltr
from kiosk.devices.connection import Connection, opener
from kiosk.devices.estimate import is_slow, pace, tenths, usual_bytes
from kiosk.devices.own_files import profile_of
from kiosk.devices.port import PortSettings
from kiosk.devices.printer import EscPosPrinter
from kiosk.devices.profiles import DEFAULT, Profile

Function = TypeVar("Function", bound=Callable[..., Any])


def printer_options(function: Function) -> Function:
    """Give a command the options that say which printer: port, profile, speed and flow control."""
    port = click.option(
        "--port", required=True, metavar="ADDRESS", help="عنوان الطابعة · address or port of the printer"
    )
    profile = click.option(
        "--profile", default=DEFAULT, show_default=True, metavar="NAME", help="نوع الطابعة · kind of printer"
    )
    baud = click.option(
        "--baud", type=click.IntRange(1200, 4_000_000), metavar="N", help="السرعة · speed of the line"
    )
    flow = click.option(
        "--flow",
        type=click.Choice(["none", "rtscts", "xonxoff"]),
        help="التحكم في التدفق، وإلا فما يقوله النوع · flow control; else what the kind says",
    )
    return port(profile(baud(flow(function))))


def store_option(*, required: bool) -> Callable[[Function], Function]:
    """The option that names the data folder, where this device's own kinds of printers lie."""
    return click.option(
        "--store",
        envvar="KIOSK_STORE",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="FOLDER",
        required=required,
        help="مجلد بيانات الجهاز · the device's data folder",
    )


@contextmanager
def opened(
    port: str, profile: str, baud: int | None, flow: Any, store: Path | None = None
) -> Iterator[EscPosPrinter]:
    """A printer that is opened when it is first asked. Raises KnownError `printer.profile_*`."""
    kind = profile_of(profile, store)
    speed = baud or kind.baud
    settings = PortSettings(baud=speed, flow=flow or kind.flow, pace=pace(speed))
    connection = Connection(opener(port, settings, port), name=port)
    try:
        yield EscPosPrinter(connection, kind)
    finally:
        connection.drop()


def usual_time(kind: Profile) -> tuple[dict[str, object], str, str]:
    """What a usual receipt takes: for the payload, in Arabic, in English. Slow lines are said."""
    took = tenths(usual_bytes(kind), kind.baud)
    slow = is_slow(usual_bytes(kind), kind.baud)
    text = f"{took // 10}.{took % 10}"
    ar = f"الإيصال المعتاد يستغرق نحو {ltr(text)} ثانية على هذه السرعة."
    en = f"A usual receipt takes about {text} s at this speed."
    if slow:
        ar += " هذا بطيء، فتُطبع الإيصالات مختصرة. ارفع السرعة إلى 115200 إن أمكن."
        en += " That is slow, so receipts are printed compact. Set 115200 baud if you can."
    return {"tenths_per_receipt": took, "compact": slow}, ar, en
