"""Takes in the answer of the centre from a stick: the same signed acknowledgement as over the line."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE, Acknowledgement
from kiosk.core.wire.export_manifest import ACKNOWLEDGEMENT, folder_name
from kiosk.sync.place import Place, now
from kiosk.sync.stick import read_from_medium
from kiosk.sync.uplink import settle


def take_answer(place: Place, root: Path) -> Acknowledgement:
    """Take the answer from an export or a second medium below `root`; the newest, if there are several.

    It counts as one over the line does: signed by the centre for this device and stream, and its head our own
    hash. Its nonce is that of a batch which the medium may have rewritten since, and is not asked for: an old
    answer that is shown again confirms only what it confirmed before.
    Raises KnownError `export.no_acknowledgement`, `export.missing`, `ack.not_ours`, `signed.*`, `sync.fork`,
    `sync.ahead`.
    """
    found = [_read(place, folder) for folder in _folders(place, root)]
    if not found:
        raise KnownError("export.no_acknowledgement", path=root)
    for ack, signed in sorted(found, key=lambda one: (one[0].epoch, one[0].stored_through)):
        settle(place, ack, signed, online=False)
    return max((ack for ack, _ in found), key=lambda ack: (ack.epoch, ack.stored_through))


def _folders(place: Place, root: Path) -> Iterator[Path]:
    if not root.is_dir():
        raise KnownError("export.missing", path=root)
    for export in (False, True):
        folder = root / folder_name(place.me.device, place.me.stream, export=export)
        if (folder / ACKNOWLEDGEMENT).is_file():
            yield folder


def _read(place: Place, folder: Path) -> tuple[Acknowledgement, bytes]:
    signed = read_from_medium(folder / ACKNOWLEDGEMENT)
    ack = place.me.authority.read(Acknowledgement, PURPOSE, signed, now=now())
    if (ack.device, ack.stream) != (place.me.device, place.me.stream):
        raise KnownError("ack.not_ours")
    return ack, signed
