"""Which device is which: by vendor, product and serial number, or by its socket; never by port name.

CH340 and PL2303 clones report no serial number or "0", so two of them differ only by the USB socket.
No device is ever recognised by writing to it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from serial.tools import list_ports

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError

_KEY = re.compile(
    r"usb:(?P<vid>[0-9a-f]{4}):(?P<pid>[0-9a-f]{4}):(?:at:(?P<location>[^\s]+)|(?P<serial>[^\s]+))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DeviceKey:
    """Vendor and product number, and either a real serial number or the location of the USB socket."""

    vid: int
    pid: int
    serial: str | None
    location: str | None

    def __str__(self) -> str:
        which = self.serial if self.serial is not None else f"at:{self.location}"
        return f"usb:{self.vid:04x}:{self.pid:04x}:{which}"


@dataclass(frozen=True)
class FoundDevice:
    """A port that is there now. `key` is None for a port that is not on USB."""

    url: str
    key: DeviceKey | None
    product: str | None


def present(ports: Callable[[], Iterable[Any]] = list_ports.comports) -> list[FoundDevice]:
    """List the ports that are there. May take seconds on Windows with Bluetooth: not in a screen's thread."""
    found = [FoundDevice(port.device, _key_of(port), port.product) for port in ports()]
    return sorted(found, key=lambda device: device.url)


def locate(address: str, look: Callable[[], list[FoundDevice]] = present) -> str:
    """The port name, at this moment, of an address: a key as `kiosk devices list` shows it, or a plain URL.

    Raises KnownError `device.missing`, `device.ambiguous` or `device.bad_address`.
    """
    if not address.lower().startswith("usb:"):
        return address
    match = _KEY.fullmatch(address)
    if match is None:
        raise KnownError("device.bad_address", device=excerpt(address))
    wanted = DeviceKey(int(match["vid"], 16), int(match["pid"], 16), match["serial"], match["location"])
    urls = [device.url for device in look() if device.key == wanted]
    if not urls:
        raise KnownError("device.missing", device=address)
    if len(urls) > 1:
        raise KnownError("device.ambiguous", device=address)
    return urls[0]


def _key_of(port: Any) -> DeviceKey | None:
    if port.vid is None or port.pid is None:
        return None
    number = (port.serial_number or "").strip()
    if number.strip("0") and not re.search(r"\s", number):
        return DeviceKey(port.vid, port.pid, number, None)
    return DeviceKey(port.vid, port.pid, None, port.location) if port.location else None
