"""What the stick screen asks of the desk and of the thread of sticks, as plain values. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, require
from kiosk.ui.desk_access import local_text
from kiosk.ui.stick_jobs import Far, StickWork

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.store.debts.load import SoFar
    from kiosk.sync.stick_plan import StickPlan
    from kiosk.sync.stick_take import Brought


@dataclass(frozen=True)
class StickFacts:
    """How the device stands. `waits`: what an export would write; `out`: what left on a stick before and is
    not acknowledged, up to which entry and when (local time). `offset`: minutes between UTC and local time.
    """

    enrolled: bool
    waits: "StickPlan | None" = None
    out: tuple[int, str] | None = None
    offset: int = 0


@dataclass(frozen=True)
class Written:
    """Entries `first` to `last` are on the stick; `end` is the last that was to be written. None: no entry
    waited. `scans` are there, for `left` there was no space or no time; `faults` are of damaged scans.
    """

    first: int | None
    last: int | None
    end: int | None
    scans: int = 0
    left: int = 0
    faults: tuple[KnownError, ...] = ()
    same_disk: bool = False
    """Whether they lie on the device's own disk and die with it."""

    @property
    def whole(self) -> bool:
        """Whether all that waited is there."""
        return self.last == self.end and not self.left and not self.faults


@dataclass(frozen=True)
class Taken:
    """What came of a stick from the centre (`kiosk.sync.stick_take.Brought`), `made` as local time or ''."""

    changed: bool
    acknowledged: int
    newly: int
    orders: int
    quarantined: int
    applied: tuple[str, ...]
    made: str
    older: bool
    faults: tuple[KnownError, ...]
    scans: int = 0


def facts_of(session: "Session") -> StickFacts:
    """Read what waits; in the worker of the store."""
    from kiosk.store.queries.queue import taken_out
    from kiosk.store.sync_state import centre_of
    from kiosk.sync.stick_plan import plan_export

    db = session.store.db
    if centre_of(db) is None:
        return StickFacts(enrolled=False)
    offset = session.moment().local(money=False).offset
    plan, out = plan_export(db), taken_out(db)
    told = (out.through, local_text(out.at, offset)) if out else None
    return StickFacts(enrolled=True, waits=plan, out=told, offset=offset)


def giving(root: Path) -> Callable[[StickWork], Written]:
    """The work that writes what waits below a folder, in the thread of sticks."""

    def work(given: StickWork) -> Written:
        from kiosk.store.queries.queue import acknowledged_through
        from kiosk.sync.second_medium import same_disk
        from kiosk.sync.stick_give import give_stick

        _require_folder(root)
        before, ends = acknowledged_through(given.place.db), [0]

        def progress(written: int, last: int) -> None:
            ends[0] = last
            given.run.far = Far("written", written - before, last - before)

        def scanning(tried: int, of: int) -> None:
            given.run.far = Far("scans", tried, of)

        done = give_stick(
            given.place,
            given.staff,
            given.roles,
            root,
            progress=progress,
            scanning=scanning,
            stop=lambda: given.run.stopping,
        )
        written, scans = done.manifest, done.scans
        return Written(
            first=written.first if written else None,
            last=written.last if written else None,
            end=max(ends[0], written.last) if written else None,
            scans=scans.written,
            left=scans.left,
            faults=tuple(scans.faults),
            same_disk=same_disk(given.place.root, root),
        )

    return work


def taking(root: Path, offset: int, *, accept_smaller: bool) -> Callable[[StickWork], Taken]:
    """The work that takes in what the centre wrote below a folder, in the thread of sticks."""

    def work(given: StickWork) -> Taken:
        from kiosk.sync.stick_take import take_stick

        require(given.roles, Right.SYNC)
        _require_folder(root)

        def loading(so_far: "SoFar", debtors: int) -> None:
            given.run.far = Far("searchable" if so_far.searchable else "debts", so_far.debtors, debtors)

        def reading(parts: int, of: int) -> None:
            given.run.far = Far("read", parts, of)

        brought = take_stick(
            given.place,
            root,
            accept_smaller=accept_smaller,
            loading=loading,
            reading=reading,
            stop=lambda: given.run.stopping,
        )
        return _plain(brought, offset)

    return work


def take_in(session: "Session") -> tuple[str, ...]:
    """Let what the stick said about people count at once, as after a round of sync; whose keys went."""
    from kiosk.core.stops import Cause, Stop
    from kiosk.desk.revocation import take_in_orders

    gone = tuple(take_in_orders(session))
    if session.work_ended:
        raise Stop(Cause.REVOKED, {"staff": session.staff}).error()
    return gone


def _require_folder(root: Path) -> None:
    if not root.is_absolute() or not root.is_dir():
        raise KnownError("export.no_folder", path=root)


def _plain(brought: "Brought", offset: int) -> Taken:
    return Taken(
        changed=brought.changed,
        acknowledged=brought.acknowledged,
        newly=brought.newly_acknowledged,
        orders=brought.orders,
        quarantined=brought.quarantined or 0,
        applied=tuple(brought.applied),
        made=local_text(brought.made, offset) if brought.made else "",
        older=brought.older,
        faults=tuple(brought.faults),
        scans=brought.scans,
    )
