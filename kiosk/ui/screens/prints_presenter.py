"""Prints that wait: for the printer, or for a person's word because they are old. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.printed import tidy
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context, FieldError, Once
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.session import Session

LATEST = 6
"""Receipts that are offered to be printed again; any other is typed."""
MOST = 20
"""Prints on one page; the oldest come first."""


@dataclass(frozen=True)
class Waiting:
    """One print as the worker reads it: `number` of its receipt, local time at which it was asked for."""

    job: str
    document: str
    number: str
    asked: str
    fault: str
    held: bool


@dataclass(frozen=True)
class PrintRow:
    """One print as it is shown; `held`: it can be printed after all."""

    job: str
    title: str
    asked: str
    says: str
    held: bool


@dataclass(frozen=True)
class PrintsState:
    """What the screen shows."""

    head: str = ""
    rows: tuple[PrintRow, ...] = ()
    busy: bool = False
    latest: tuple[str, ...] = ()
    """Numbers of the latest receipts of the shift, newest first."""


class PrintsPresenter:
    """Nothing is printed here by itself, and giving a print up undoes no act."""

    def __init__(self, context: Context, view: TaskView[PrintsState]) -> None:
        self._context, self._view = context, view
        self._once = Once()
        self.state = PrintsState()

    def look(self) -> None:
        """Read what waits."""
        self._context.desk.ask(
            lambda session: (read_waiting(session), latest_receipts(session)),
            self._told,
            self._view.say_error,
        )

    def print_now(self, job: str) -> None:
        """It is still wanted."""

        def work(session: "Session") -> bool:
            from kiosk.paperwork.printing import print_now

            return print_now(session, job)

        self._do(work)

    def drop(self, job: str) -> None:
        """It is wanted no more."""

        def work(session: "Session") -> bool:
            from kiosk.devices.chosen_printer import CODE
            from kiosk.paperwork.printing import give_up

            return give_up(session, job, CODE)

        self._do(work)

    def find(self, typed: str) -> None:
        """A receipt is wanted again: its own screen says how its prints stand and makes the copy."""
        self._view.show_errors(())
        self._context.desk.ask(receipt_like(typed), self.open, self._not_found)

    def open(self, number: str) -> None:
        """Show a receipt."""
        self._context.go.go("receipt", number=number)

    def _not_found(self, error: KnownError) -> None:
        self._view.show_errors([FieldError("number", self._context.texts.error(error))])

    def _do(self, work: "Callable[[Session], bool]") -> None:
        if self._once.begin() is None:
            return
        self._context.desk.act(work, self._done, self._failed)

    def _done(self, _changed: bool) -> None:
        self._once.finished()
        self.look()

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._view.say_error(error)

    def _told(self, read: tuple[tuple[Waiting, ...], tuple[str, ...]]) -> None:
        waiting, latest = read
        texts = self._context.texts
        rows = tuple(
            PrintRow(
                job=one.job,
                title=texts(f"prints.document_{one.document}", number=one.number)
                if one.number
                else texts(f"prints.document_{one.document}"),
                asked=texts("prints.asked", at=one.asked),
                says=texts.error(KnownError(one.fault, device=texts("receipt.printer")))
                if one.fault
                else texts("prints.waits"),
                held=one.held,
            )
            for one in waiting[:MOST]
        )
        head = texts("prints.some" if rows else "prints.nothing")
        self.state = PrintsState(head=head, rows=rows, latest=latest)
        self._view.show_state(self.state)


def read_waiting(session: "Session") -> tuple[Waiting, ...]:
    """What waits, oldest first; runs in the worker."""
    from datetime import UTC, datetime

    from kiosk.desk.pay import RECEIPT
    from kiosk.store.print_jobs import waiting_prints
    from kiosk.store.queries.receipts import receipt_number_of

    offset = session.moment().local(money=False).offset
    db = session.store.db
    return tuple(
        Waiting(
            job=one.job,
            document=one.document,
            number=receipt_number_of(db, one.entry) if one.document == RECEIPT else "",
            asked=local_text(datetime.fromtimestamp(one.asked, UTC), offset),
            fault=one.fault or "",
            held=one.held,
        )
        for one in waiting_prints(db)
    )


def latest_receipts(session: "Session") -> tuple[str, ...]:
    """The latest receipts of the shift that is open, newest first; runs in the worker."""
    from kiosk.store.queries.receipts import receipts_of_shift

    shift = session.shift()
    rows = receipts_of_shift(session.store.db, shift.seq) if shift else ()
    return tuple(one.number for one in rows[: -LATEST - 1 : -1])


def receipt_like(typed: str) -> "Callable[[Session], str]":
    """The number of a receipt of this device by all of it, or by its end among those of the open shift.

    The work raises KnownError `pick.receipt`.
    """

    def work(session: "Session") -> str:
        from kiosk.store.queries.receipts import find_receipt, receipts_of_shift

        number, db, shift = tidy(typed).upper(), session.store.db, session.shift()
        whole = find_receipt(db, number)
        if whole is not None:
            return whole.row.number
        rows = receipts_of_shift(db, shift.seq) if shift and number else ()
        ends = [one.number for one in rows if one.number.endswith(number)]
        if len(ends) != 1:
            raise KnownError("pick.receipt", number=excerpt(number))
        return ends[0]

    return work
