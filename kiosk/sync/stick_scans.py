"""Scans on a stick: written after the entries as far as there is space, and the centre's answers taken in.

As the export of entries, it is no upload: only what the centre signed counts.
"""

import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.core.attachments_upload import PURPOSE, ScanHeld, Upload
from kiosk.core.errors import KnownError
from kiosk.core.wire.export_manifest import folder_name
from kiosk.core.wire.stick_scans import (
    HELD,
    LIST,
    MAX_LIST_BYTES,
    MOST_ASKED,
    ScanList,
    read_held,
    scan_file,
    sign_list,
)
from kiosk.store.attachments import Held, State, attachments, keep_sent
from kiosk.store.driver import transaction
from kiosk.store.files import remove_durably
from kiosk.store.sync_state import acknowledged
from kiosk.sync.attachments import sealed_for_centre
from kiosk.sync.place import Place, now
from kiosk.sync.stick import hash_on_medium, read_from_medium, stick_errors, write_and_read_back

_OURS = re.compile(r"scan-[0-9a-f]{64}\.sealed(\.new)?", re.ASCII)
_RESERVE = 1 << 20
"""Bytes that stay free on the stick: for the list, and for the centre's answers."""


@dataclass
class ScansGiven:
    """What an export did for scans. `written`: how many are there, `left`: how many had no place.

    `bytes`: of those on the stick. `faults`: of scans that are damaged here and went nowhere.
    """

    written: int = 0
    left: int = 0
    bytes: int = 0
    faults: list[KnownError] = field(default_factory=list)


def scans_wait(place: Place) -> bool:
    """Whether a scan is only on this device."""
    return any(one.state is State.WAITING for one in attachments(place.db))


def give_scans(
    place: Place,
    root: Path,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> ScansGiven:
    """Write the scans that the centre does not have into the folder of the export below `root`.

    Oldest first, whatever still fits: entries are there before, and what has no place is counted. `stop` ends
    it between two scans, `progress` is told before each how many were tried, of how many. Each is read back;
    the list comes last, and then the scans of earlier lists go. Raises KnownError `export.*`, `store.*`.
    """
    found = attachments(place.db)
    waiting = [one for one in found if one.state is State.WAITING]
    asked = [one.sums.sealed for one in found if one.state is State.SENT]
    folder = root / folder_name(place.me.device, place.me.stream, export=True)
    if not (waiting or asked) and not (folder / LIST).is_file():
        return ScansGiven()
    with stick_errors(root):
        if not root.is_dir():
            raise KnownError("export.missing", path=root)
        folder.mkdir(exist_ok=True)
    given, listed = ScansGiven(), list[Upload]()
    for n, one in enumerate(waiting):
        progress(n, len(waiting))
        if stop() or len(listed) == MOST_ASKED:
            given.left += 1
        else:
            listed += _give(place, folder, one, given)
    _finish(place, folder, listed, asked[: MOST_ASKED - len(listed)], given)
    return given


def _give(place: Place, folder: Path, one: Held, given: ScansGiven) -> Iterator[Upload]:
    """Write one scan, if there is space; one that lies there already is only read again."""
    try:
        sealed, upload = sealed_for_centre(place, one)
    except KnownError as error:
        if not error.code.startswith("attachment."):
            raise
        given.faults.append(error)
        return
    if _put(folder / scan_file(upload.sealed), sealed, upload):
        given.written += 1
        given.bytes += len(sealed)
        yield upload
    else:
        given.left += 1


def _put(path: Path, sealed: bytes, upload: Upload) -> bool:
    """Let a scan be on the stick; False when there is no space for it."""
    if _lies_there(path, upload):
        return True
    with stick_errors(path.parent):
        if shutil.disk_usage(path.parent).free < len(sealed) + _RESERVE:
            return False
    try:
        write_and_read_back(path, sealed)
    except KnownError as error:
        if error.code != "export.full":
            raise
        return False
    return True


def _lies_there(path: Path, upload: Upload) -> bool:
    if path.is_symlink() or not path.is_file() or path.stat().st_size != upload.size:
        return False
    return hash_on_medium(path).hex() == upload.sealed


def _finish(place: Place, folder: Path, listed: list[Upload], asked: list[str], given: ScansGiven) -> None:
    """The signed list, and away with what it does not name."""
    plain = ScanList(
        device=place.me.device,
        stream=place.me.stream,
        nonce=secrets.token_hex(16),
        made=now(),
        scans=tuple(listed),
        left=given.left,
        asked=tuple(asked),
    )
    write_and_read_back(folder / LIST, sign_list(plain, place.me.key))
    names = {scan_file(one.sealed) for one in listed}
    with stick_errors(folder):
        for path in folder.iterdir():
            if path.name not in names and _OURS.fullmatch(path.name):
                remove_durably(path)


def take_scan_answers(place: Place, root: Path) -> int:
    """Take in what the centre signed of scans on a stick; return of how many it says something new.

    Each answer counts as over the line: signed for this device, in the epoch of the newest acknowledgement,
    for these very bytes. Its nonce is that of a list which the stick may have lost since, and is not asked
    for; an old answer says nothing that was not so in this epoch. Raises KnownError `export.*`, `signed.*`,
    `ack.not_ours`, `protocol.malformed`.
    """
    path = root / folder_name(place.me.device, place.me.stream, export=True) / HELD
    if not path.is_file():
        return 0
    answers = read_held(read_from_medium(path, most=MAX_LIST_BYTES))
    said = [
        place.me.authority.read(ScanHeld, PURPOSE, one.encode("utf-8"), now=now()) for one in answers.held
    ]
    if any(one.device != place.me.device for one in said):
        raise KnownError("ack.not_ours")
    here, kept = {one.attachment: one for one in attachments(place.db)}, acknowledged(place.db)
    new = [one for one in said if kept and one.epoch == kept.epoch and _is_new(one, here.get(one.attachment))]
    with transaction(place.db):
        for one in new:
            keep_sent(place.db, one.attachment, one.epoch, safe=one.safe)
    return len(new)


def _is_new(said: ScanHeld, held: Held | None) -> bool:
    if held is None or held.sums.sealed != said.sealed:
        return False
    return held.state is State.WAITING or (held.state is State.SENT and said.safe)
