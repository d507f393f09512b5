"""An X that was just made or a Z read again, and its print. No Qt."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context, Once
from kiosk.ui.screens.paper_prints import print_document, print_state
from kiosk.ui.screens.report_lines import Part, report_parts
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.reports import Report
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class ReportState:
    """What the screen shows; `printing` says how the print stands, '' before it was
    asked for; `waits` while it has not ended."""

    title: str = ""
    detail: str = ""
    trial: bool = False
    closed: bool = False
    parts: tuple[Part, ...] = ()
    printing: str = ""
    waits: bool = False
    busy: bool = False


class ReportPresenter:
    """A Z is the same each time; an X is not made again by looking at it."""

    def __init__(self, context: Context, view: TaskView[ReportState]) -> None:
        self._context, self._view = context, view
        self._report: Report | None = None
        self._offset = 0
        self._once = Once()
        self.state = ReportState()

    def arrive(self, report: "Report | None" = None, z: int | None = None, *, closed: bool = False) -> None:
        """Show a report that was made, or the Z of a number; `closed`: the close was this moment's act."""
        if report is not None:
            self._report = report
            self._begin(closed)
            self._context.desk.ask(_offset, self._drawn, self._view.say_error)
        elif z is not None:
            self._begin(closed)
            self._context.desk.ask(lambda session: _read(session, z), self._read, self._view.say_error)
        elif self._report is None:
            self._context.go.back()

    def print(self) -> None:
        """Print it; the first print only, a copy is asked for by its reason elsewhere."""
        report = self._report
        if report is None or self._once.begin() is None:
            return
        self._show(replace(self.state, busy=True))
        kind, entry = report.kind, report.entry
        self._context.desk.act(
            lambda session: print_document(session, kind, entry), self._asked, self._failed
        )

    def look(self) -> None:
        """See how the print stands; asked again and again until it has ended."""
        report = self._report
        if report is not None:
            kind, entry = report.kind, report.entry
            self._context.desk.ask(
                lambda session: print_state(session, kind, entry), self._stands, self._view.say_error
            )

    def _begin(self, closed: bool) -> None:
        self._once = Once()
        self.state = ReportState(closed=closed)

    def _read(self, found: "tuple[Report, int]") -> None:
        self._report = found[0]
        self._drawn(found[1])

    def _drawn(self, offset: int) -> None:
        report, texts = self._report, self._context.texts
        if report is None:
            return
        detail = texts(
            "report.detail",
            staff=report.holder,
            opened=local_text(report.opened_at, offset),
            made=local_text(report.made_at, offset),
        )
        self._show(
            replace(
                self.state,
                title=texts(f"report.{report.kind}", number=report.number),
                detail=detail,
                trial=report.trial,
                parts=report_parts(report, texts),
            )
        )
        self.look()

    def _asked(self, _job: str) -> None:
        self._once.finished()
        self._show(replace(self.state, busy=False))
        self.look()

    def _stands(self, state: str) -> None:
        words = self._context.texts(f"report.print_{state}") if state else ""
        self._show(replace(self.state, printing=words, waits=state in ("queued", "sending")))

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._show(replace(self.state, busy=False))
        self._view.say_error(error)

    def _show(self, state: ReportState) -> None:
        self.state = state
        self._view.show_state(state)


def _offset(session: "Session") -> int:
    return session.moment().local(money=False).offset


def _read(session: "Session", z: int) -> "tuple[Report, int]":
    from kiosk.desk.reports import read_z

    return read_z(session, z), _offset(session)
