"""The commands of ESC/POS that stand alone: start, symbols, stored pictures, marks, cut and drawer."""

from hashlib import sha256

from kiosk.core.errors import BugError
from kiosk.core.raster import Bitmap
from kiosk.devices.profiles import Profile
from kiosk.devices.realtime import first_hit

INIT = b"\x1b@\x1c."
"""Start, and leave Kanji mode, in which clones from China begin."""
PLAIN_TYPE = b"\x1bR\x00\x1bM\x00"
"""American letters in font A, whatever the switches of the printer say."""
WIDEST_LOGO, TALLEST_LOGO = 8192, 2304
"""Dots of a picture that can be stored."""
KICK_ON, KICK_OFF = 50, 250
"""A drawer's pulse and the pause after it in units of 2 ms: 100 ms open most drawers."""


def checked(stream: bytes) -> bytes:
    """Return a finished stream that holds no real-time code. Raises BugError for one that does."""
    at = first_hit(stream)
    if at >= 0:
        raise BugError(f"a real-time code at byte {at} of a print stream")
    return stream


def two(number: int) -> bytes:
    """A number as two bytes, the lower first. Raises OverflowError for one that does not fit."""
    return number.to_bytes(2, "little")


def units(profile: Profile) -> bytes:
    """Make one unit of motion one dot (`GS P`), where a printer can be told so."""
    unit = profile.dots_per_inch
    return b"\x1dP" + bytes((unit, unit)) if unit < 256 else b""


def logo_digest(picture: Bitmap) -> str:
    """What names a picture: a changed logo has another name, so that the stored old one is not printed."""
    return sha256(picture.width.to_bytes(4, "big") + picture.rows).hexdigest()


def store_logo(picture: Bitmap, key: bytes) -> bytes:
    """The bytes that define a picture in the printer's own memory, once, at set-up: its writes are limited.

    `key`: two characters from 32 to 126. Raises BugError for a picture that is too large or not safe to send.
    """
    if len(key) != 2 or not all(32 <= one <= 126 for one in key):
        raise BugError(f"no key of a stored picture: {key!r}")
    head = b"\x30\x43\x30" + key + b"\x01" + two(picture.width) + two(picture.height) + b"\x31"
    size = len(head) + len(picture.rows)
    if picture.width > WIDEST_LOGO or picture.height > TALLEST_LOGO:
        raise BugError(f"a stored picture has at most {WIDEST_LOGO} by {TALLEST_LOGO} dots")
    if size <= 0xFFFF:
        return checked(INIT + b"\x1d(L" + two(size) + head + picture.rows)
    return checked(INIT + b"\x1d8L" + size.to_bytes(4, "little") + head + picture.rows)


def stored_logo(key: bytes) -> bytes:
    """The bytes that print a stored picture."""
    return b"\x1d(L\x06\x00\x30\x45" + key + b"\x01\x01"


def native_qr(text: str, dot: int) -> bytes:
    """Model 2, module size, error correction M, the text, print."""
    said = text.encode("ascii")
    return b"".join(
        (
            b"\x1d(k\x04\x00\x31\x41\x32\x00",
            b"\x1d(k\x03\x00\x31\x43" + bytes((dot,)),
            b"\x1d(k\x03\x00\x31\x45\x31",
            b"\x1d(k" + two(len(said) + 3) + b"\x31\x50\x30" + said,
            b"\x1d(k\x03\x00\x31\x51\x30",
        )
    )


def cut_code(profile: Profile) -> bytes:
    """The cut of this printer: with its own feed to the knife, or at once after the tail that was fed."""
    if profile.cut == "none":
        return b""
    if profile.cut_feeds:
        return {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00"}[profile.cut]
    return {"partial": b"\x1dV\x01", "full": b"\x1dV\x00"}[profile.cut]


def drawer_code(profile: Profile) -> bytes:
    """Open the cash drawer (`ESC p`), never by a real-time code; nothing where there is none."""
    pins = {"pin2": 0, "pin5": 1}
    return b"" if profile.drawer == "none" else b"\x1bp" + bytes((pins[profile.drawer], KICK_ON, KICK_OFF))


def numbered_mark(number: int) -> bytes:
    """Ask for an answer once everything before it is done (`GS ( H`); it is told the number back.

    `number`: 0 to 9999, in four digits. The answer is `37 22`, the digits, `00`.
    """
    if not 0 <= number <= 9999:
        raise BugError(f"no number of a mark: {number}")
    return b"\x1d(H\x06\x00\x30\x30" + f"{number:04d}".encode("ascii")
