"""Verifies scans: each that an entry names is here, opens, and is what the entry says; and other files."""

from dataclasses import dataclass

from kiosk.core.errors import KnownError
from kiosk.store.attachments import Held, State, attachments
from kiosk.store.files import disk_errors
from kiosk.store.store import Store

_AT_CENTRE = (State.SENT, State.SAFE)


@dataclass(frozen=True)
class ScansJudged:
    """How many scans should be here, what is wrong with them, and the files that no entry names."""

    count: int
    damaged: tuple[KnownError, ...]
    unnamed: tuple[KnownError, ...]


def verify_scans(store: Store) -> ScansJudged:
    """Read and open every scan; changes nothing. Raises KnownError `store.*`.

    A file that nobody names is what a crash leaves between file and entry, or of a scan that was erased: it
    opens for nobody, and is told without being damage.
    """
    found = attachments(store.db)
    kept = [one for one in found if one.state is not State.ERASED]
    damaged = [error for one in kept if (error := _damage(store, one)) is not None]
    damaged += _kept_keys(store)
    folder, named = store.folder.attachments, {one.attachment for one in kept}
    with disk_errors():
        names = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    unnamed = tuple(KnownError("verify.scan_unnamed", name=name) for name in names if name not in named)
    return ScansJudged(len(kept), tuple(damaged), unnamed)


def _damage(store: Store, one: Held) -> KnownError | None:
    """What is wrong with a scan that should be here."""
    try:
        store.attachments.read(one)
    except KnownError as error:
        if not error.code.startswith("attachment."):
            raise
        if one.state in _AT_CENTRE:
            return KnownError("verify.scan_only_at_centre", attachment=one.attachment, tracking=one.tracking)
        return KnownError("verify.scan_lost", attachment=one.attachment, tracking=one.tracking)
    return None


def _kept_keys(store: Store) -> list[KnownError]:
    """Keys of scans that entries erased: they must be gone."""
    rows = store.db.conn.execute(
        "SELECT a.id FROM attachment a JOIN attachment_key k ON k.id = a.id"
        " WHERE a.erased IS NOT NULL AND k.wrapped_key IS NOT NULL ORDER BY a.seq"
    )
    return [KnownError("verify.scan_not_erased", attachment=attachment) for (attachment,) in rows]
