"""Unlocking: opens the store for a person and journals it, with the wrong tries made before it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from kiosk.core.entries.keys import KeysPutBack
from kiosk.core.entries.staff import UnlockDone, UnlockFailedTries
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import parse_utc
from kiosk.desk.keys import finish_lodging
from kiosk.desk.reference import Reference
from kiosk.desk.revocation import take_in_orders
from kiosk.desk.rollback import look_at_counter
from kiosk.desk.session import Act, Session
from kiosk.desk.staff_repair import finish_own_change, repair_staff
from kiosk.desk.starting import begin_work
from kiosk.store.attempts import Attempt
from kiosk.store.disk_reserve import drop_ballast, for_want_of_space
from kiosk.store.layout import StoreFolder
from kiosk.store.moments import DeviceClock
from kiosk.store.sqlite import store_errors
from kiosk.store.start_check import was_left_open
from kiosk.store.store import Opening, Store
from kiosk.store.unlocked import Unlocked

NO_SLOT = "none"
"""`slot` of tries whose code has no slot on this device; what was typed there is never recorded."""
_TAKEN_IN = "tries_taken_in"


def unlock(
    root: Path, code: str, typed: str, *, opening: Opening | None = None, clock: DeviceClock | None = None
) -> Session:
    """Open the store at `root` for a person, by his code and the secret he typed.

    One act takes in the wrong tries made since the last unlock and says who unlocked. Whoever has a slot but
    no place in the journal (a half-made addition, or a slot file put back) does not get in.

    Raises KnownError `unlock.half_added`, `unlock.removed`, and as `Store.open` does.
    """
    left_open = was_left_open(StoreFolder(root))
    store = _opened(root, code, typed, opening)
    try:
        with store_errors():
            _require_journalled(store)
            session = Session(store, Reference(store.db), clock)
            begin_work(session, left_open=left_open)
            look_at_counter(session)
            _record(session)
            # What cannot be mended now is tried again at the next unlock, and before each act on staff.
            with suppress(KnownError):
                finish_own_change(session)
                store.mend_put_back()
                repair_staff(session)
                finish_lodging(session)
                take_in_orders(session)
    except BaseException:
        store.close()
        raise
    return session


def _opened(root: Path, code: str, typed: str, opening: Opening | None) -> Store:
    """Open the store; where the disk is too full even for that, give the kept space up and try once more."""
    try:
        return Store.open(root, code, typed, opening=opening)
    except KnownError as error:
        if not (for_want_of_space(error, root) and drop_ballast(StoreFolder(root))):
            raise
    return Store.open(root, code, typed, opening=opening)


def lock(session: Session) -> None:
    """Close the store and wipe the keys. Asking twice does no harm."""
    session.store.close()


def _require_journalled(store: Store) -> None:
    """The slot must be one whose key the journal knows: else what he signs would hold nowhere."""
    me = store.unlocked
    if me.kind != "staff":
        return
    row = store.db.execute(
        "SELECT public_key, removed FROM staff_known WHERE staff = ?", (me.code,)
    ).fetchone()
    if row is None or (row[1] is None and row[0] != me.staff_key.public.hex()):
        raise KnownError("unlock.half_added", staff=me.code)
    if row[1] is not None:
        raise KnownError("unlock.removed", staff=me.code)


def _record(session: Session) -> None:
    store = session.store
    tries = store.attempts.failed()
    with session.act() as act:
        for body in _failed_tries(store, _not_taken_in(act, tries), act.moment.at):
            act.append(body)
        if store.put_back is not None:
            act.append(KeysPutBack(found=store.put_back.found, expected=store.put_back.expected))
        act.append(UnlockDone(slot=store.unlocked.slot_id, method=_method(store.unlocked)))
        _remember(act, tries)
    if tries:
        # They are in the journal: a disk in the way now only means that they are offered, and known, again.
        with suppress(KnownError):
            store.attempts.absorbed(tries)


def _method(unlocked: Unlocked) -> Literal["cold", "envelope"]:
    return "envelope" if unlocked.kind == "envelope" else "cold"


def _failed_tries(store: Store, tries: Sequence[Attempt], now: datetime) -> Iterator[UnlockFailedTries]:
    """One body for each slot that was tried; tries at codes without a slot are counted together."""
    slots = {one.code: one.slot_id for one in store.slots.listed()}
    by_slot: dict[str, list[datetime]] = {}
    for one in tries:
        by_slot.setdefault(slots.get(one.code, NO_SLOT), []).append(_claimed(one, now))
    for slot, times in by_slot.items():
        yield UnlockFailedTries(slot=slot, count=len(times), first=min(times), last=max(times))


def _claimed(attempt: Attempt, now: datetime) -> datetime:
    """The time in the log; a log that was tampered with must not keep people out."""
    try:
        return parse_utc(attempt.at)
    except KnownError:
        return now


def _not_taken_in(act: Act, tries: Iterable[Attempt]) -> list[Attempt]:
    """Leave out what an earlier act took in before it was cut off from the log."""
    row = act.db.execute("SELECT value FROM setting WHERE name = ?", (_TAKEN_IN,)).fetchone()
    known = {tuple(one) for one in json.loads(row[0])} if row else set()
    return [one for one in tries if (one.number, one.code, one.at) not in known]


def _remember(act: Act, tries: Iterable[Attempt]) -> None:
    listed = [[one.number, one.code, one.at] for one in tries]
    if listed:
        act.db.conn.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_TAKEN_IN, json.dumps(listed)),
        )
