"""Every fault of a line that a simulator can be told to have, printer and payment terminal alike.

A fault is a value, so it can be switched while the line runs. What a device itself suffers (paper, cover,
a declined card) is a handle of that device.
"""

from dataclasses import dataclass
from typing import Literal

Flow = Literal["none", "rtscts", "xonxoff"]
Moment = Literal["read", "flush"]
NAK = b"\x15"


@dataclass(frozen=True)
class Pace:
    """How fast a line really is. `baud`: bits a second at ten bits a byte (8N1), 0 as fast as it comes.

    `buffer`: bytes that the device can keep, None without limit; `eats`: bytes a second that it works off,
    0 at once. A full buffer loses bytes, unless `flow` lets the device hold the sender, and the sender heeds
    it.
    """

    baud: int = 0
    buffer: int | None = None
    eats: int = 0
    flow: Flow = "none"

    @property
    def byte(self) -> float:
        """Seconds of one byte on the line."""
        return 10 / self.baud if self.baud else 0.0


@dataclass(frozen=True)
class Faults:
    """What goes wrong on a line.

    Answers: `silent` none comes; `late` seconds before each; `previous` each is the one before it; `noise`
    and `noise_after` bytes around each; `drip` seconds between two bytes; `cut_at` each ends after so many
    bytes. `storm`: sent without end instead of answers, and what arrives is not worked on.

    At a byte, counted in `received` of the device: `deaf_at` takes no more, as with flow control stopped;
    `cover_at` the cover opens (printers); `vanish_at` the cable is pulled. `vanish_on`: it is pulled when an
    answer is due (`read`), or once everything has arrived and before anything is answered (`flush`).
    """

    silent: bool = False
    late: float = 0.0
    previous: bool = False
    noise: bytes = b""
    noise_after: bytes = b""
    drip: float = 0.0
    cut_at: int | None = None
    storm: bytes = b""
    deaf_at: int | None = None
    cover_at: int | None = None
    vanish_at: int | None = None
    vanish_on: Moment | None = None
    pace: Pace = Pace()


FAULTS: dict[str, Faults] = {
    "silent": Faults(silent=True),
    "late": Faults(late=2.0),
    "previous": Faults(previous=True),
    "noise": Faults(noise=b"\xffa\x80\x95"),
    "drip": Faults(drip=0.2),
    "storm": Faults(storm=NAK),
    "cut": Faults(cut_at=2),
    "vanish-read": Faults(vanish_on="read"),
    "vanish-flush": Faults(vanish_on="flush"),
    "slow": Faults(pace=Pace(baud=1200)),
    "small-buffer": Faults(pace=Pace(baud=115_200, buffer=4096, eats=2400)),
    "small-buffer-rtscts": Faults(pace=Pace(baud=115_200, buffer=4096, eats=2400, flow="rtscts")),
    "small-buffer-xonxoff": Faults(pace=Pace(baud=115_200, buffer=4096, eats=2400, flow="xonxoff")),
}
"""The list by the words a person types. To it come, with a place in the stream or a hand on the cable:
`stuck`, `vanish-write`, `unplug`, `plug-in` (`kiosk.devices.simulators.control`)."""
