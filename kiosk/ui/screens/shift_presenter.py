"""The shift and its cash: how it stands and what may be done now. No figure of cash is in it. No Qt."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context, Once
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.reports import Report
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class ShiftNow:
    """How the shift of this device stands, as plain values; `state` is '' when none is open.

    `last_z` is the number of the last Z (0: none), `bags` how many wait to be given, `waiting` how many
    transfers wait for this person, `cards` how many card payments have not ended.
    """

    state: str = ""
    staff: str = ""
    since: str = ""
    series: str = ""
    receipts_left: int = 0
    handover_due: bool = False
    recount: bool = False
    last_z: int = 0
    bags: int = 0
    waiting: int = 0
    cards: int = 0


@dataclass(frozen=True)
class Action:
    """Something that may be done: its name, and how many wait for it (0: not counted)."""

    name: str
    count: int = 0


@dataclass(frozen=True)
class ShiftState:
    """What the screen shows. `main` is the action of the primary button, '' for none."""

    read: bool = False
    heading: str = ""
    detail: str = ""
    mine: bool = False
    main: str = ""
    actions: tuple[Action, ...] = ()
    handover_due: bool = False
    busy: bool = False


PLACES = {
    "open": ("shift_open", {}),
    "close": ("shift_close", {}),
    "give": ("cash", {"mode": "give"}),
    "bag": ("cash", {"mode": "bag"}),
    "receive": ("receive", {"mode": "new"}),
    "drawer": ("drawer", {}),
    "void": ("void", {}),
    "cards": ("card_open", {}),
}
"""Where the actions lead; `x` and `z` are reports."""


class ShiftPresenter:
    """Reads afresh at each visit."""

    def __init__(self, context: Context, view: TaskView[ShiftState]) -> None:
        self._context, self._view = context, view
        self._now = ShiftNow()
        self._once = Once()
        self.state = ShiftState()

    def arrive(self) -> None:
        """Read how the shift stands."""
        self._context.desk.ask(shift_now, self._told, self._view.say_error)

    def do(self, name: str) -> None:
        """An action was chosen."""
        if name == "x":
            self._make_x()
        elif name == "z":
            self._context.go.go("report", z=self._now.last_z)
        else:
            place, arguments = PLACES[name]
            self._context.go.go(place, **arguments)

    def _make_x(self) -> None:
        if self._once.begin() is None:
            return
        self._show(replace(self.state, busy=True))

        def work(session: "Session") -> "Report":
            from kiosk.desk.reports import report_x

            return report_x(session)

        def made(report: "Report") -> None:
            self._once.finished()
            self._show(replace(self.state, busy=False))
            self._context.go.go("report", report=report)

        def refused(error: KnownError) -> None:
            self._once.failed()
            self._show(replace(self.state, busy=False))
            self._view.say_error(error)

        self._context.desk.act(work, made, refused)

    def _told(self, now: ShiftNow) -> None:
        self._now = now
        heading, detail = self._words(now)
        main, actions = self._actions(now)
        self._show(
            ShiftState(
                read=True,
                heading=heading,
                detail=detail,
                mine=bool(now.state) and now.staff == self._me,
                main=main,
                actions=actions,
                handover_due=now.handover_due and now.staff == self._me and now.state == "open",
            )
        )

    def _words(self, now: ShiftNow) -> tuple[str, str]:
        texts = self._context.texts
        if not now.state:
            return texts("shift.none"), texts("shift.none_detail")
        mine = now.staff == self._me
        key = f"shift.{now.state}" if mine else "shift.of_another"
        heading = texts(key, code=now.staff, since=now.since)
        if now.state == "closing":
            return heading, texts("shift.recount_next" if now.recount else "shift.closing_detail")
        return heading, texts("shift.book_left", series=now.series, count=now.receipts_left)

    def _actions(self, now: ShiftNow) -> tuple[str, tuple[Action, ...]]:
        me = self._context.desk.require_on_duty()
        mine = now.staff == me.code
        main = ""
        names: list[Action] = []
        if not now.state:
            main = "open" if me.may(Right.SHIFT_OPEN) else ""
        elif mine or me.may(Right.DIFFERENCE_APPROVE):
            main = "close"
        if now.state == "open" and mine:
            names += [Action("give"), Action("void")]
        if now.state and me.may(Right.REPORT_X):
            names.append(Action("x"))
        if now.bags and me.may(Right.HANDOVER_GIVE):
            names.append(Action("bag", now.bags))
        if me.may(Right.HANDOVER_RECEIVE):
            names.append(Action("receive", now.waiting))
        if now.state and mine:
            names.append(Action("drawer"))
        if now.last_z:
            names.append(Action("z"))
        if now.cards or self._context.desk.cards.terminal():
            names.append(Action("cards", now.cards))
        return main, tuple(names)

    @property
    def _me(self) -> str:
        on_duty = self._context.desk.on_duty
        return on_duty.code if on_duty else ""

    def _show(self, state: ShiftState) -> None:
        self.state = state
        self._view.show_state(state)


def shift_now(session: "Session") -> ShiftNow:
    """How the shift of this device stands; runs in the worker. Raises what `shift_status` raises."""
    from kiosk.core.shift_close import Step
    from kiosk.desk.card_complete import open_cards
    from kiosk.desk.shift_status import shift_status
    from kiosk.store.queries.custody import bags_left, waiting_for

    status = shift_status(session)
    db = session.store.db
    beside = ShiftNow(
        last_z=session.store.journal.state().totals.shifts,
        bags=len(bags_left(db)),
        waiting=len(waiting_for(db, session.staff)),
        cards=len(open_cards(session)),
    )
    if status is None:
        return beside
    offset = session.moment().local(money=False).offset
    return replace(
        beside,
        state=status.shift.state,
        staff=status.shift.staff,
        since=local_text(status.opened_at, offset),
        series=status.shift.series,
        receipts_left=status.receipts_left,
        handover_due=status.handover_due,
        recount=status.next is Step.RECOUNT,
    )
