"""Scans on a stick: the device's signed list of those it wrote, and the centre's answers to it.

The files hold the sealed bytes as they go over the line; the list says of each what an upload says before its
bytes. The answers are those of the line, one signature a scan, with the nonce of the list.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.attachments_upload import Upload
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump, fail
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64
from kiosk.core.wire.forms import SignedText
from kiosk.core.wire.payload import claimed_device, open_record, read_bytes, sign_record

PURPOSE = "export-scans"
LIST, HELD = "scans.json", "scans-held.json"
"""Names of the files: the list in the folder of an export, and the answer that the centre leaves there."""
MAX_LIST_BYTES = 8 << 20
MOST_ASKED = 2000
"""Scans that one list names at most, written or asked for."""
_SPAN = timedelta(days=36_500)


@dataclass(frozen=True, kw_only=True)
class ScanList:
    """The scans on a stick. `left`: how many more wait on the device, for which there was no space.

    `asked`: sealed sums of scans that the centre said it holds, to hear whether a back-up has them by now.
    """

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    made: datetime
    scans: tuple[Upload, ...]
    left: Count
    asked: tuple[Hex64, ...]

    def check(self) -> None:
        """Each is named once, and they are not too many."""
        names = [*(one.sealed for one in self.scans), *self.asked]
        if len(set(names)) < len(names):
            fail("scans", "one twice")
        if len(names) > MOST_ASKED:
            fail("scans", "more than a list names")


@dataclass(frozen=True, kw_only=True)
class ScansHeld:
    """What the centre holds of a list: signed objects of purpose `scan-held`."""

    device: DeviceCode
    held: tuple[SignedText, ...]


def scan_file(sealed: str) -> str:
    """The name of the file with these sealed bytes."""
    return f"scan-{sealed}.sealed"


def sign_list(listed: ScanList, key: Ed25519PrivateKey) -> bytes:
    """Sign with the device key."""
    return sign_record(PURPOSE, listed, key=key, issued=listed.made, expires=listed.made + _SPAN)


def list_device(data: bytes) -> str:
    """The device a list says it is from, to find its key. Raises KnownError `signed.malformed`, `wire.*`."""
    return claimed_device(data, max_bytes=MAX_LIST_BYTES)


def open_list(data: bytes, key: Ed25519PublicKey, *, now: datetime) -> ScanList:
    """Check a list against the key of its device; times are not judged.

    Raises KnownError `signed.*`, `wire.*`, `protocol.malformed`.
    """
    return open_record(ScanList, PURPOSE, data, key=key, now=now, max_bytes=MAX_LIST_BYTES)


def write_held(answers: ScansHeld) -> bytes:
    """The answers in a file."""
    return canonical(dump(answers))


def read_held(data: bytes) -> ScansHeld:
    """Read them again; each is judged by its own signature.

    Raises KnownError `protocol.malformed`, `wire.*`.
    """
    return read_bytes(ScansHeld, data, "scans-held", max_bytes=MAX_LIST_BYTES)
