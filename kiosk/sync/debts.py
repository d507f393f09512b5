"""Brings the debts of a manifest into use: what changed since those in use where that leads there, else all.

Whatever way they came, the device ends with the version that the manifest names, by its hash, or it keeps the
one that it has.
"""

from collections.abc import Callable, Sequence

from kiosk.core.debts.keys import KEYS_VERSION
from kiosk.core.errors import KnownError
from kiosk.core.wire.debt_files import MAX_DELTA_BYTES, DebtDelta, read_delta, read_index
from kiosk.core.wire.entry import Link
from kiosk.core.wire.manifest import DEBTS, DatasetRef, DeltaRef
from kiosk.store.debts.delta import DebtChange
from kiosk.store.debts.load import DebtLoad, Loaded, SoFar, empty_idle
from kiosk.store.debts.version import Version
from kiosk.sync.place import Place
from kiosk.sync.source import Source

Loading = Callable[[SoFar, int], None]
"""Told how far a load of debts is, and how many debtors it has in all; raising stops it."""
Deltas = Sequence[tuple[DebtDelta, bytes]]

_MANY = 200
"""Rows below which a loss is not held: a small unit may settle most of its debts in a week."""
IN_PLACE = 1_000
"""Debtors that are changed in one act at the most: it holds the write lock for some 50 ms. More of them are
changed in a copy, in the background.
"""

_DO_NOT_FIT = ("manifest.altered", "debt_data.twice")
"""What changes say that lead from other debts than those in use: all are loaded instead."""


def apply_debts(
    place: Place,
    ref: DatasetRef,
    source: Source,
    *,
    accept_smaller: bool = False,
    loading: Loading | None = None,
) -> None:
    """Bring a version into use.

    A great loss of rows waits for a person, before anything is fetched. Raises KnownError
    `sync.debts_shrunk`, `manifest.altered`, `debt_data.*`, `sync.*`, and what `loading` raises: the next call
    goes on with the snapshot behind the last whole piece.
    """
    _hold_a_loss(place, ref, accept_smaller=accept_smaller)
    in_use, keys = place.db.conn.execute("SELECT hash, keys FROM debts_in_use").fetchone()
    # What an earlier release made is found by other keys than this one looks for: all of it is loaded anew.
    way = way_from(ref, in_use) if keys == KEYS_VERSION else None
    if way is not None:
        try:
            deltas = _fetched(source, way)
            if sum(one.debtors for one in way) <= IN_PLACE:
                _change(place, ref, deltas)
            else:
                _change_a_copy(place, ref, deltas, loading)
        except KnownError as error:
            if error.code not in _DO_NOT_FIT:
                raise
        else:
            return
    _load(place, ref, source, loading)


def way_from(ref: DatasetRef, hash_: str) -> tuple[DeltaRef, ...] | None:
    """The deltas that lead from a version with this hash to the one named, or None."""
    if hash_ == ref.hash:
        return ()
    places = [place for place, one in enumerate(ref.deltas) if one.base == hash_]
    return ref.deltas[places[-1] :] if places else None


def counted(place: Place, ref: DatasetRef) -> tuple[Link | None, tuple[int, ...]]:
    """Which of our entries a version has counted."""
    if ref.applied is None or ref.applied.stream != place.me.stream:
        return None, ()
    return Link(place.me.stream, ref.applied.through), ref.applied.not_applied


def _hold_a_loss(place: Place, ref: DatasetRef, *, accept_smaller: bool) -> None:
    row = place.db.conn.execute("SELECT rows FROM snapshot_applied WHERE dataset = ?", (DEBTS,)).fetchone()
    before = row[0] if row else 0
    if before >= _MANY and ref.rows * 2 < before and not accept_smaller:
        raise KnownError("sync.debts_shrunk", found=ref.rows, before=before)


def _version(place: Place, ref: DatasetRef) -> Version:
    through, left_out = counted(place, ref)
    return Version(
        version=ref.version, as_of=ref.as_of, rows=ref.rows, applied_through=through, not_applied=left_out
    )


def _change(place: Place, ref: DatasetRef, deltas: Deltas) -> None:
    """Change the debts in use, in one act."""
    with DebtChange(place.db, own_keys=_others_keys(deltas)) as change:
        if change.prepare(deltas) != ref.hash:
            raise KnownError("manifest.altered", name=DEBTS)
        with place.act() as act:
            change.apply(act, _version(place, ref))


def _change_a_copy(place: Place, ref: DatasetRef, deltas: Deltas, loading: Loading | None) -> None:
    """Change a copy of the debts in use, beside them, and switch in one act."""
    load = DebtLoad(place.db, own_keys=_others_keys(deltas))
    told = None if loading is None else lambda now: loading(now, now.debtors)
    loaded = load.load(None, told, lambda: deltas)
    _switch(place, ref, load, loaded)


def _switch(place: Place, ref: DatasetRef, load: DebtLoad, loaded: Loaded) -> None:
    if loaded.hash != ref.hash:
        load.give_up()
        raise KnownError("manifest.altered", name=DEBTS)
    with place.act() as act:
        load.switch(act, _version(place, ref))
    empty_idle(place.db)


def _load(place: Place, ref: DatasetRef, source: Source, loading: Loading | None) -> None:
    """Load the snapshot, and what changed since, beside the debts in use, and switch in one act."""
    index = read_index(source.file(ref))
    way = way_from(ref, index.hash)
    if way is None:
        raise KnownError("manifest.altered", name=DEBTS)
    so_far = SoFar(0)

    def told(now: SoFar) -> None:
        nonlocal so_far
        so_far = now
        if loading is not None:
            loading(now, index.debtors)

    changes = [one.file for one in way]
    load = DebtLoad(place.db, target=ref.file, changes=changes, own_keys=index.keys != KEYS_VERSION)
    loaded = load.load(
        lambda held: source.pieces(index, held, lambda: told(so_far)), told, lambda: _fetched(source, way)
    )
    _switch(place, ref, load, loaded)


def _fetched(source: Source, way: Sequence[DeltaRef]) -> Deltas:
    """Fetch deltas. Raises KnownError `manifest.altered` for one that is not what the manifest says."""
    deltas = []
    for one in way:
        if one.plain_size > MAX_DELTA_BYTES:
            raise KnownError("manifest.altered", name=DEBTS)
        delta, lines = read_delta(source.file(one))
        if (delta.base, delta.hash) != (one.base, one.hash):
            raise KnownError("manifest.altered", name=DEBTS)
        deltas.append((delta, lines))
    return deltas


def _others_keys(deltas: Deltas) -> bool:
    return any(delta.keys != KEYS_VERSION for delta, _ in deltas)
