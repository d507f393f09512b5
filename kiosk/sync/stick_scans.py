"""Scans on a stick or on the second medium: written after the entries, and the centre's answers taken in.

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
    open_list,
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
MEDIUM_RESERVE = 64 << 20
"""Bytes that scans leave free on the second medium: more than a year of a busy vehicle's entries takes."""


@dataclass
class ScansGiven:
    """What an export did for scans. `written`: how many are there, `left`: how many had no place.

    `bytes`: of those on the stick. `more`: it was ended before all were tried. `faults`: of scans that are
    damaged here and went nowhere.
    """

    written: int = 0
    left: int = 0
    bytes: int = 0
    more: bool = False
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
            listed += _give(place, folder, one, given, _RESERVE)
    _finish(place, folder, listed, asked[: MOST_ASKED - len(listed)], given)
    return given


def copy_scans(
    place: Place, folder: Path, *, read: bool, stop: Callable[[], bool] = lambda: False
) -> ScansGiven:
    """Let the scans that are not safe yet lie in the folder of the second medium, and no others.

    First those that only this device has, the oldest first; those that the centre holds in no back-up go when
    there is no room for one of these. Each is written once; with `read` those that lie there are read again.
    `stop` ends it between two scans: `more` then says so. Raises KnownError `export.*`, `store.*`.
    """
    found = attachments(place.db)
    before = listed_scans(place, folder)
    if not before and not any(one.state in (State.WAITING, State.SENT) for one in found):
        return ScansGiven()
    known = {one.sealed: one for one in before}
    given, listed = ScansGiven(), list[Upload]()
    for state in (State.WAITING, State.SENT):
        if not given.left:
            listed += _copy(
                place, folder, [one for one in found if one.state is state], known, given, read, stop
            )
    names = [one.sealed for one in listed]
    given.more = given.more or bool(given.left and known.keys() - set(names))
    if names != [one.sealed for one in before] or not (folder / LIST).is_file():
        _finish(place, folder, listed, [], given)
    return given


def _copy(
    place: Place,
    folder: Path,
    wanted: list[Held],
    known: dict[str, Upload],
    given: ScansGiven,
    read: bool,
    stop: Callable[[], bool],
) -> Iterator[Upload]:
    """Those of one state, as far as there is room. What lies there and is whole stays as it is listed."""
    for one in wanted:
        upload = known.get(one.sums.sealed)
        if upload is not None and _lies_there(folder / scan_file(upload.sealed), upload, read=read):
            given.written += 1
            given.bytes += upload.size
            yield upload
        elif given.written == MOST_ASKED:
            given.left += 1
        elif stop():
            given.more = True
        else:
            yield from _give(place, folder, one, given, MEDIUM_RESERVE)


def listed_scans(place: Place, folder: Path) -> tuple[Upload, ...]:
    """What this device's own list in a folder names; nothing where there is none that it signed."""
    if not (folder / LIST).is_file():
        return ()
    try:
        listed = open_list(
            read_from_medium(folder / LIST, most=MAX_LIST_BYTES), place.me.key.public_key(), now=now()
        )
    except KnownError as error:
        if error.code.startswith("export."):
            raise
        return ()
    return listed.scans if (listed.device, listed.stream) == (place.me.device, place.me.stream) else ()


def check_scans(place: Place, folder: Path) -> int:
    """Read every listed scan again and hold it to the list; return how many. Raises KnownError `export.*`."""
    listed = listed_scans(place, folder)
    for one in listed:
        name = scan_file(one.sealed)
        if not _lies_there(folder / name, one):
            raise KnownError("export.file_altered", name=name)
    return len(listed)


def _give(place: Place, folder: Path, one: Held, given: ScansGiven, reserve: int) -> Iterator[Upload]:
    """Write one scan, if there is space; one that lies there already is only read again."""
    try:
        sealed, upload = sealed_for_centre(place, one)
    except KnownError as error:
        if not error.code.startswith("attachment."):
            raise
        given.faults.append(error)
        return
    if _put(folder / scan_file(upload.sealed), sealed, upload, reserve):
        given.written += 1
        given.bytes += len(sealed)
        yield upload
    else:
        given.left += 1


def _put(path: Path, sealed: bytes, upload: Upload, reserve: int) -> bool:
    """Let a scan be on the stick; False when there is no space for it."""
    if _lies_there(path, upload):
        return True
    with stick_errors(path.parent):
        if shutil.disk_usage(path.parent).free < len(sealed) + reserve:
            return False
    try:
        write_and_read_back(path, sealed)
    except KnownError as error:
        if error.code != "export.full":
            raise
        return False
    return True


def _lies_there(path: Path, upload: Upload, *, read: bool = True) -> bool:
    with stick_errors(path.parent):
        if path.is_symlink() or not path.is_file() or path.stat().st_size != upload.size:
            return False
    return not read or hash_on_medium(path).hex() == upload.sealed


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
    """Take in what the centre signed of scans on a stick or medium; return of how many it says something new.

    Each answer counts as over the line: signed for this device, in the epoch of the newest acknowledgement,
    for these very bytes. Its nonce is that of a list which the stick may have lost since, and is not asked
    for; an old answer says nothing that was not so in this epoch. Raises KnownError `export.*`, `signed.*`,
    `ack.not_ours`, `protocol.malformed`.
    """
    folders = [folder_name(place.me.device, place.me.stream, export=export) for export in (False, True)]
    return sum(_take_answers(place, root / one / HELD) for one in folders if (root / one / HELD).is_file())


def _take_answers(place: Place, path: Path) -> int:
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
