"""Takes in what the centre says on a stick of records and scans that are safe: as old as the stick."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.core.wire.export_manifest import folder_name
from kiosk.core.wire.safety import FILE, MAX_SAFETY_BYTES, Safety, open_safety
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.store.attachments import State, attachments, keep_sent
from kiosk.store.driver import transaction
from kiosk.store.sync_state import acknowledged, keep_setting, setting
from kiosk.sync.persons import hear_of_persons
from kiosk.sync.place import Place, now
from kiosk.sync.stick import read_from_medium
from kiosk.sync.told import told_at

_TOLD = "safety_told"
"""Setting: when the centre signed what was last taken in of this kind."""


def take_safety_files(place: Place, root: Path) -> int:
    """Take in what an import left in the folders of this device below `root`; as `take_safety`."""
    return sum(take_safety(place, signed) for signed in _left(place, root))


def take_safety(place: Place, signed: bytes) -> int:
    """Take it in and return how many scans it says something new of.

    It counts in the epoch of the newest acknowledgement, and only where the centre has said nothing later: an
    older stick changes nothing. Raises KnownError `ack.not_ours`, `signed.*`, `wire.*`, `protocol.malformed`.
    """
    me = place.me
    said, issued = open_safety(signed, me.authority, device=me.device, stream=me.stream, now=now())
    with transaction(place.db):
        kept, told = acknowledged(place.db), told_at(place.db)
        last = setting(place.db, _TOLD)
        older = (last is not None and issued <= parse_utc(last)) or (told is not None and issued < told)
        if kept is None or kept.epoch != said.epoch or older:
            return 0
        keep_setting(place.db, _TOLD, utc_text(issued))
        hear_of_persons(place.db, said.persons_through, said.persons_safe)
        return _hear_of_scans(place, said)


def _hear_of_scans(place: Place, said: Safety) -> int:
    """Keep what is new: held where it waited, or safe where it was held; for these very bytes."""
    here, new = {one.attachment: one for one in attachments(place.db)}, 0
    for one in said.scans:
        held = here.get(one.attachment)
        if held is None or held.sums.sealed != one.sealed:
            continue
        if held.state is State.WAITING or (held.state is State.SENT and one.safe):
            keep_sent(place.db, one.attachment, said.epoch, safe=one.safe)
            new += 1
    return new


def _left(place: Place, root: Path) -> Iterator[bytes]:
    for export in (False, True):
        path = root / folder_name(place.me.device, place.me.stream, export=export) / FILE
        if path.is_file() and not path.is_symlink():
            yield read_from_medium(path, most=MAX_SAFETY_BYTES)
