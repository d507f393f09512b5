"""The second medium: a registered card or stick with the whole journal and the scans that are not safe yet.

A dead disk then loses nothing, and a disk that was put back to an older state shows at the next start. It is
written in the background; what goes wrong with it never fails or delays an act.
"""

import secrets
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args

from kiosk.core.entries.medium import MediumFailed, MediumFault, MediumRegistered, MediumWritten
from kiosk.core.errors import KnownError
from kiosk.core.policy import Policy
from kiosk.core.wire.batch import MAX_ENTRIES
from kiosk.core.wire.export_manifest import (
    MARK,
    ExportManifest,
    ListedFile,
    MediumMark,
    folder_name,
    open_mark,
    sign_mark,
)
from kiosk.core.wire.times import parse_utc
from kiosk.store.driver import transaction
from kiosk.store.incidents import note_incident
from kiosk.store.medium_state import MediumState, keep_medium, medium_of
from kiosk.store.periods import first_kept
from kiosk.store.queries.queue import acknowledged_through
from kiosk.sync.export import Source, Stop, check_folder, read_folder, write_folder
from kiosk.sync.place import Place, now
from kiosk.sync.stick import hash_on_medium, read_from_medium, stick_errors, write_and_read_back
from kiosk.sync.stick_scans import check_scans, copy_scans

Cause = Literal["close", "count", "age", "asked"]
FAULTS: tuple[MediumFault, ...] = get_args(MediumFault)
_SLICE_NS = 20 * 10**9
"""After so long with scans it looks again whether entries wait."""
_CONTRADICTIONS = ("medium.knows_more", "medium.differs")
_OF_WRITING: dict[str, MediumFault] = {
    "export.missing": "missing",
    "export.full": "full",
    "export.read_only": "read_only",
    "export.failing": "failing",
    "export.not_read_back": "damaged",
    "export.file_altered": "damaged",
}
_PENDING = (
    "SELECT count(*), min(CAST(bytes AS TEXT) ->> '$.at') FROM journal"
    " WHERE seq > ? AND type NOT IN ('medium.registered', 'medium.written', 'medium.failed')"
)
_TOLD = "SELECT 1 FROM incident WHERE at = ? AND detail IN ('medium.knows_more', 'medium.differs')"
_CLOSED = "SELECT EXISTS (SELECT 1 FROM journal WHERE seq > ? AND type = 'shift.closed')"


def register(place: Place, path: Path) -> MediumRegistered:
    """Make a card or stick at `path` the second medium; the caller writes the entry, then calls `adopt`.

    One that is this device's already keeps its id, and one that knows more than the journal is refused.
    Raises KnownError `export.*`, `medium.knows_more`, `medium.differs`.
    """
    source = Source.of(place)
    folder = _folder(source, path)
    with stick_errors(path):
        if not path.is_dir():
            raise KnownError("export.missing", path=path)
        folder.mkdir(exist_ok=True)
    mark = _mark(source, folder)
    if mark is None:
        mark = MediumMark(device=source.device, stream=source.stream, medium=secrets.token_hex(16))
        write_and_read_back(folder / MARK, sign_mark(mark, source.key, now()))
    known = read_folder(source, folder)
    if known is not None:
        compare(source, known)
    before = medium_of(place.db)
    replaced = before.medium if before and before.medium != mark.medium else None
    return MediumRegistered(medium=mark.medium, replaces=replaced)


def adopt(place: Place, registered: MediumRegistered, path: Path) -> None:
    """From now on the medium at `path` is written to. Inside the transaction that writes the entry."""
    keep_medium(place.db, MediumState(registered.medium, str(path.absolute())))


def compare(source: Source, manifest: ExportManifest) -> None:
    """Hold what the medium knows to the journal.

    Of entries that were dropped since, no hash may be left to hold it to. Raises KnownError
    `medium.knows_more` or `medium.differs`: the disk is older than the medium, or another.
    """
    ours = source.hash_at(manifest.last)
    if ours is None and manifest.last < first_kept(source.db):
        return
    if ours is None:
        raise KnownError("medium.knows_more", last=manifest.last, seq=source.last()[0])
    if ours.hex() != manifest.head:
        raise KnownError("medium.differs", seq=manifest.last)


def check_medium(place: Place) -> MediumState | None:
    """At start: compare the medium with the journal, and note an incident if they contradict each other.

    None without a medium. A medium that is not there says nothing. Raises KnownError `medium.*`, `export.*`.
    """
    state = medium_of(place.db)
    if state is None:
        return None
    source = Source.of(place)
    try:
        _, manifest = _present(source, state)
        if manifest is not None:
            compare(source, manifest)
    except KnownError as error:
        if error.code in _CONTRADICTIONS:
            _report(place, error)
        raise
    return state


def tend(place: Place, policy: Policy, stop: Stop = lambda: False) -> MediumState | None:
    """Write to the medium if something is due, and say in an entry what came of it. None without a medium.

    `stop` ends it between two scans.

    A medium that fails is no error: the state says since when and why. Contradictions stop new money.
    """
    state = medium_of(place.db)
    if state is None:
        return None
    cause = due(place, state, policy)
    if cause is None and state.scans_due and state.fault is not None:
        cause = "age"
    if cause is None and not state.scans_due:
        return state
    try:
        if cause is None:
            return _write_scans(place, Source.of(place), state, read=False, stop=stop)
        return write_medium(place, cause, stop)
    except KnownError as error:
        state = medium_of(place.db) or state
        if error.code in _CONTRADICTIONS:
            _report(place, error)
            return _failed(place, state, "contradicts")
        if not error.code.startswith(("export.", "medium.")):
            raise
        return _failed(place, state, _fault_of(error))


def due(place: Place, state: MediumState, policy: Policy) -> Cause | None:
    """Why the medium is to be written now, or None: a close, so many entries, or the age of the oldest.

    Count and age look at what is neither on the medium nor at the centre; entries about the medium itself
    do not count, lest each one call for the next.
    """
    if place.db.conn.execute(_CLOSED, (state.through,)).fetchone()[0]:
        return "close"
    safe = max(state.through, acknowledged_through(place.db))
    count, oldest = place.db.conn.execute(_PENDING, (safe,)).fetchone()
    if count >= policy.medium_entries:
        return "count"
    if count and now() - parse_utc(oldest) >= timedelta(minutes=policy.medium_minutes):
        return "age"
    return None


def write_medium(place: Place, cause: Cause, stop: Stop = lambda: False) -> MediumState:
    """Bring the medium up to the last entry, read it back, and write the entry that says so; then the scans.

    At a close, and when somebody asks, the files that stay are read again too, and those that have rotted
    are written anew; at other times they are only looked for.
    Raises KnownError `medium.*`, `export.*`; a medium that contradicts the journal is left as it is.
    """
    state = medium_of(place.db)
    if state is None:
        raise KnownError("medium.none")
    source = Source.of(place)
    folder, known = _present(source, state)
    read = cause in ("close", "asked")
    if known is not None:
        compare(source, known)
    kept = _kept(folder, known, state, read=read)
    start = kept[-1].last + 1 if kept else _first(place)
    if start < _first(place):
        kept, start = (), _first(place)
    written = write_folder(source, folder, start=start, kept=kept, medium=state.medium)
    through = known.last if known is not None and known.medium == state.medium else written.first - 1
    body = MediumWritten(
        medium=state.medium,
        first=min(through + 1, written.last),
        last=written.last,
        head=written.head,
        cause=cause,
    )
    after = replace(state, through=written.last, written_at=now(), fault=None, since=None)
    with place.act() as act:
        act.append(body)
        keep_medium(place.db, after)
    return _write_scans(place, source, after, read=read, stop=stop)


def _write_scans(place: Place, source: Source, state: MediumState, *, read: bool, stop: Stop) -> MediumState:
    """Copy the scans that are not safe yet, for a while: entries that come meanwhile wait no longer."""
    folder, known = _present(source, state)
    if known is not None:
        compare(source, known)
    ends = time.monotonic_ns() + _SLICE_NS
    done = copy_scans(place, folder, read=read, stop=lambda: stop() or time.monotonic_ns() >= ends)
    after = replace(state, scans=done.written, scans_left=done.left, scans_due=done.more)
    if after != state:
        with transaction(place.db):
            keep_medium(place.db, after)
    return after


def verify_medium(place: Place) -> ExportManifest | None:
    """Read the whole medium again and hold each file to the manifest; None for one not written yet.

    Raises KnownError `medium.*`, `export.*`.
    """
    state = medium_of(place.db)
    if state is None:
        raise KnownError("medium.none")
    source = Source.of(place)
    folder, manifest = _present(source, state)
    if manifest is not None:
        compare(source, manifest)
        check_folder(folder, manifest)
        check_scans(place, folder)
    return manifest


def fault_error(state: MediumState) -> KnownError | None:
    """What is wrong with the medium, as a sentence; None while it works."""
    if state.fault is None:
        return None
    return KnownError(f"medium.{state.fault}", path=state.path)


def _folder(source: Source, path: Path) -> Path:
    return path / folder_name(source.device, source.stream)


def _mark(source: Source, folder: Path) -> MediumMark | None:
    """The mark of this device in a folder; None when there is none or it is another's."""
    with stick_errors(folder):
        if not (folder / MARK).exists():
            return None
    try:
        mark = open_mark(read_from_medium(folder / MARK), source.key.public_key(), now=now())
    except KnownError as error:
        if error.code.startswith("export."):
            raise
        return None
    return mark if (mark.device, mark.stream) == (source.device, source.stream) else None


def _present(source: Source, state: MediumState) -> tuple[Path, ExportManifest | None]:
    """The folder on the registered medium and its manifest. Raises `medium.missing`, `medium.other`."""
    folder = _folder(source, Path(state.path))
    if not (folder / MARK).exists():
        # An empty mount point is a folder too: without its mark nothing is written, lest the copy lie on the
        # very disk it is to survive.
        raise KnownError("medium.missing", path=state.path)
    mark = _mark(source, folder)
    if mark is None or mark.medium != state.medium:
        raise KnownError("medium.other", path=state.path)
    return folder, read_folder(source, folder)


def _kept(
    folder: Path, known: ExportManifest | None, state: MediumState, *, read: bool
) -> tuple[ListedFile, ...]:
    """Files that stay: those of full batches, as far as they are whole on the medium."""
    if known is None or known.medium != state.medium:
        return ()
    stays = 0
    for batch in known.batches():
        full = batch.last - batch.first + 1 == MAX_ENTRIES
        mine = [one for one in known.files if one.first == batch.first]
        if not full or not all(_there(folder, one, read=read) for one in mine):
            break
        stays = batch.last
    return tuple(one for one in known.files if one.last <= stays)


def _there(folder: Path, listed: ListedFile, *, read: bool) -> bool:
    path = folder / listed.name
    with stick_errors(folder):
        if not path.is_file() or path.stat().st_size != listed.size:
            return False
    return not read or hash_on_medium(path).hex() == listed.hash


def same_disk(root: Path, path: Path) -> bool:
    """Whether a folder lies on the same file system as the device's data: it would die with it.

    Raises KnownError `export.*`.
    """
    with stick_errors(path):
        return root.stat().st_dev == path.stat().st_dev


def _first(place: Place) -> int:
    return first_kept(place.db)


def _report(place: Place, error: KnownError) -> None:
    """New money stops until the centre lifts it (docs/store.md); once for each last entry of a medium.

    A journal that grows past that entry contradicts it in another way, but that is no news.
    """
    ahead = error.code == "medium.knows_more"
    last = int(str(error.params["last" if ahead else "seq"]))
    if place.db.conn.execute(_TOLD, (last,)).fetchone() is None:
        note_incident(place, "rollback" if ahead else "fork", error.code, place.moment(), at=last)


def _fault_of(error: KnownError) -> MediumFault:
    named = error.code.removeprefix("medium.")
    for fault in FAULTS:
        if fault == named:
            return fault
    return _OF_WRITING.get(error.code, "failing")


def _failed(place: Place, state: MediumState, fault: MediumFault) -> MediumState:
    """Keep why nothing was written; the first time it is an entry."""
    if state.fault == fault:
        return state
    after = replace(state, fault=fault, since=state.since or now(), scans_due=True)
    body = MediumFailed(medium=state.medium, fault=fault, through=state.through)
    if state.fault is not None:
        with transaction(place.db):
            keep_medium(place.db, after)
        return after
    with place.act() as act:
        act.append(body)
        keep_medium(place.db, after)
    return after
