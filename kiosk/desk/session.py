"""A person at work: the open store, his slot, the reference data in force, and the acts he makes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from kiosk.core.entries.body import Body, body_map, with_totals
from kiosk.core.entries.operations import ClockStep
from kiosk.core.entries.technical import DiskChanged
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, Role, require
from kiosk.core.stops import Act as Doing
from kiosk.core.stops import Cause
from kiosk.core.wire.entry import Link
from kiosk.core.wire.times import from_ms, utc_ms
from kiosk.desk import stops
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.reference import Reference
from kiosk.desk.standing import work_ended
from kiosk.store.disk_reserve import DiskState, DiskWatch, for_want_of_space
from kiosk.store.journal import CHECKPOINT_EVERY, Signer, StreamState
from kiosk.store.moments import ClockStepSeen, DeviceClock, Moment, read_clocks
from kiosk.store.persons import PersonRecords
from kiosk.store.store import Store
from kiosk.store.sync_state import keep_clock, kept_anchor, kept_clock
from kiosk.store.unlocked import May


@dataclass(frozen=True)
class OpenShift:
    """The shift that is not closed: its opening entry, whose it is, and whether it still takes work."""

    seq: int
    staff: str
    state: str
    series: str


class Session:
    """One person's use of an open store. The acts check rights by `require` and stops by `allow`."""

    def __init__(
        self,
        store: Store,
        reference: Reference,
        clock: DeviceClock | None = None,
        disk: DiskWatch | None = None,
    ) -> None:
        self.store = store
        self.reference = reference
        self.disk = disk or DiskWatch(store.folder.root)
        self._pending: tuple[Body, ...] = ()
        self._clock_marks: _ClockMarks | None = None
        self._clock = clock or DeviceClock(
            reference.zone, last=kept_clock(store.db), anchor=kept_anchor(store.db), read=read_clocks
        )

    @property
    def staff(self) -> str:
        """The staff code of the person at work."""
        return self.store.unlocked.code

    @property
    def roles(self) -> tuple[Role, ...]:
        """His roles on this device."""
        return tuple(Role(role) for role in self.store.unlocked.roles)

    def require(self, right: Right, way: May = May.WORK) -> None:
        """Refuse the act unless his roles hold the right and his slot still opens that way.

        Raises KnownError `roles.no_right`, or `session.expired` when his validity has run out.
        """
        require(self.roles, right)
        self.moment()
        if way not in self.store.unlocked.may(from_ms(self.believed_ms())):
            raise KnownError("session.expired")

    def allow(self, *doing: Doing) -> None:
        """Refuse an act in whose way a stop stands: asked inside the act that it concerns.

        Raises KnownError `stop.*`, which says why, what goes on, and who can lift it.
        """
        stop = stops.standing_in_the_way(self, doing)
        if stop is not None or self.stops_seen:
            self.tell(*stops.changes(self, doing, stop))
        if stop is not None:
            raise stop.error()

    def take_newer(self, dataset: str) -> bool:
        """Work with the data that sync has brought since it was last read; False when there is none newer.

        Raises KnownError `dataset.missing`.
        """
        newer = Reference(self.store.db)
        if newer.version(dataset) == self.reference.version(dataset):
            return False
        self.reference = newer
        return True

    def tell(self, *bodies: Body) -> None:
        """Let the next act that commits write these technical entries first, whoever makes it."""
        self._pending += bodies
        for body in bodies:
            if isinstance(body, DiskChanged):
                self.disk_told = body.state

    @cached_property
    def work_ended(self) -> bool:
        """Whether the centre has ended this person's work, by the orders that were taken in last."""
        return work_ended(self)

    @cached_property
    def stops_seen(self) -> set[Cause]:
        """The causes that the journal tells as standing, or will by the next act."""
        return stops.causes_seen(self)

    @cached_property
    def disk_told(self) -> DiskState:
        """How the disk stands as the journal tells it, or will by the next act."""
        return stops.disk_told(self)

    def moment(self) -> Moment:
        """What the clocks say now; nothing is written."""
        return self._clock.look()[0]

    def believed_ms(self) -> int:
        """The time surely reached (UTC, ms), by which limits go: no step of the clock lowers or jumps it."""
        state = self._clock.state
        return state.floor_ms if state else utc_ms(self.moment().at)

    def today(self) -> date:
        """The business date of now."""
        return self.date_of(self.moment())

    def latest_date(self) -> date:
        """The latest date that it can be, whatever the clock did: no paper is dated after it."""
        return self.reference.zone.local_date(max(utc_ms(self.moment().at), self.believed_ms()))

    def believed_date(self) -> date:
        """The business date surely reached: the age of data goes by it, so that no step of the clock stops
        money or makes old data young.
        """
        return self.reference.zone.local_date(self.believed_ms())

    def date_of(self, moment: Moment) -> date:
        """The business date of a moment."""
        return self.local_date(moment.at)

    def local_date(self, moment: datetime) -> date:
        """The date that the offices write at a time."""
        return self.reference.zone.local_date(utc_ms(moment))

    def link(self, seq: int) -> Link:
        """The link of an earlier entry of this stream."""
        return Link(self.store.unlocked.stream, seq)

    def shift(self) -> OpenShift | None:
        """The shift that is open on this device, whoever holds it."""
        row = self.store.db.conn.execute(
            "SELECT seq, staff, state, series FROM shift WHERE state <> 'closed'"
        ).fetchone()
        return OpenShift(*row) if row else None

    def own_shift(self, *, closing: bool = False) -> OpenShift:
        """The open shift of this person, which takes work; with `closing` also one that is being counted.

        Raises KnownError `shift.none_open`, `shift.of_another` or `shift.closing`.
        """
        shift = self.shift()
        if shift is None:
            raise KnownError("shift.none_open")
        if shift.staff != self.staff:
            raise KnownError("shift.of_another", staff=shift.staff)
        if shift.state == "closing" and not closing:
            raise KnownError("shift.closing")
        return shift

    def propose(self, body: Body) -> Proposal:
        """Make the exact body that an approver is shown: with the perpetual totals as they are to be."""
        body, _ = with_totals(body, self.store.journal.state().totals)
        return Proposal(body, body_map(body))

    def approver(self, proposal: Proposal, code: str, typed: str, right: Right) -> Approval:
        """Open the approver's own slot to sign exactly the proposal he was shown.

        Raises KnownError `entry.same_person`, `roles.no_right`, and what unlocking raises.
        """
        return Approval.by(self, proposal, code, typed, right)

    @contextmanager
    def act(self, shift: OpenShift | None = None) -> Iterator["Act"]:
        """Begin one act: everything written in it commits together or not at all."""
        self._clock.trust(kept_anchor(self.store.db))
        moment, _ = self._clock.look()
        steps, pending = self._clock.steps, self._pending
        try:
            with self.store.transaction():
                act = Act(self, moment, shift)
                for body in (*map(_clock_step, steps), *pending):
                    act.append(body)
                    if isinstance(body, DiskChanged):
                        stops.keep_disk_told(act.db, body)
                yield act
                marks = self._keep_clock(act)
        except KnownError as error:
            # When the disk is full the ballast is given up: the next try finds room.
            if for_want_of_space(error, self.store.folder.root):
                stops.give_up_reserve(self)
            raise
        self._clock_marks = marks
        self._clock.recorded(steps)
        self._pending = self._pending[len(pending) :]

    def _keep_clock(self, act: "Act") -> "_ClockMarks | None":
        """Keep the clock's state in the act when entries would not tell it, and every so many entries."""
        state, marks, seq = self._clock.state, self._clock_marks, act.state().seq
        if state is None:
            return marks
        now = _ClockMarks(seq, state.reading.boot, state.suspect)
        if marks and marks.tells(now):
            return marks
        keep_clock(act.db, state, seq)
        return now


@dataclass(frozen=True)
class _ClockMarks:
    """At which entry the clock's state was kept, in which boot, and whether it was in doubt."""

    seq: int
    boot: str
    suspect: bool

    def tells(self, now: "_ClockMarks") -> bool:
        """Whether the state of now follows from what was kept and the readings of a few entries since."""
        return (self.boot, self.suspect) == (now.boot, now.suspect) and now.seq - self.seq < CHECKPOINT_EVERY


class Act:
    """One act under way: appends entries with the person's name, moment and shift on each."""

    def __init__(self, session: Session, moment: Moment, shift: OpenShift | None) -> None:
        self._session = session
        self._shift = shift.seq if shift else None
        self.moment = moment
        self.db = session.store.db

    @property
    def persons(self) -> PersonRecords:
        """The sealed personal records."""
        return self._session.store.persons

    @property
    def believed_ms(self) -> int:
        """The time surely reached (UTC, ms), by which limits go."""
        return self._session.believed_ms()

    def state(self) -> StreamState:
        """Where the journal stands within this act."""
        return self._session.store.journal.state()

    def link(self, seq: int) -> Link:
        """The link of an earlier entry of this stream."""
        return self._session.link(seq)

    def join(self, shift: Link) -> None:
        """Let the entries that follow belong to the shift that this act has just opened."""
        self._shift = shift.seq

    def append(self, body: Body, *, sign: bool = False, approvals: Sequence[Approval] = ()) -> Link:
        """Write one entry; with `sign` the person's own key signs it, and so does each approver's.

        Raises KnownError `approval.changed` when the body is not the one the approver was shown.
        """
        if approvals:
            shown, _ = with_totals(body, self.state().totals)
            for approval in approvals:
                approval.check(body_map(shown))
        unlocked = self._session.store.unlocked
        signers = [Signer(unlocked.code, unlocked.staff_key.private)] if sign else []
        signers += [approval.signer for approval in approvals]
        return self._session.store.journal.append(
            body, self.moment, staff=unlocked.code, shift=self._shift, signers=signers
        )

    def checkpoint(self) -> None:
        """Let the device sign where the journal stands."""
        self._session.store.journal.checkpoint(self.moment)


def _clock_step(seen: ClockStepSeen) -> ClockStep:
    judgement = seen.judgement
    return ClockStep(
        cause=judgement.cause,  # type: ignore[arg-type]
        before=from_ms(utc_ms(seen.at) - judgement.off_by_ms),
        after=seen.at,
        off_by_ms=judgement.off_by_ms,
        adopted=judgement.adopted,
    )
