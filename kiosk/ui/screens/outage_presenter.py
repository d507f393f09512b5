"""An outage of electronic collection: its state, what the law wants of it, and its end. No Qt."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.reasons import OUTAGE_CAUSES
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context, Errors, FieldError, Once
from kiosk.ui.screens.approval_presenter import Fact
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.session import Session
    from kiosk.store.queries.drawer import OpenOutage

Kind = Literal["ticket", "memo"]
FIELD_OF = {
    "reason.unknown": "cause",
    "outage.number": "number",
    "slip.card_number": "number",
    "outage.approver": "approver",
    "outage.starts_later": "started",
    "typed.remark": "remark",
    "entry.personal_text": "remark",
}
"""Mistakes that the act finds, and the field they belong to."""


@dataclass(frozen=True)
class OutageTyped:
    """What is typed. `started`: `HH:MM` of today, '' for now; `approver` only for a memo."""

    number: str = ""
    approver: str = ""
    started: str = ""


@dataclass(frozen=True)
class Outage:
    """The open outage as plain values; `since` as on a clock of the office."""

    cause: str
    kind: str
    number: str
    approver: str | None
    since: str


@dataclass(frozen=True)
class OutageState:
    """What the screen shows. `open` is None while electronic collection works."""

    read: bool = False
    open: Outage | None = None
    facts: tuple[Fact, ...] = ()
    causes: tuple[tuple[str, str], ...] = ()
    cause: str = ""
    kind: Kind = "ticket"
    act: str = ""
    said: str = ""
    busy: bool = False


class OutagePresenter:
    """One outage at a time; it ends at once when the service is back."""

    def __init__(self, context: Context, view: TaskView[OutageState]) -> None:
        self._context, self._view = context, view
        self._once = Once()
        arabic = context.texts.language == "ar"
        causes = tuple((code, words.ar if arabic else words.en) for code, words in OUTAGE_CAUSES.items())
        self.state = OutageState(causes=causes)

    def arrive(self) -> None:
        """Read whether an outage is open; what was typed stays."""
        self.state = replace(self.state, said="")
        self._context.desk.ask(outage_open, self._read, self._view.say_error)

    def choose_cause(self, code: str) -> None:
        """A cause was chosen."""
        self._show(replace(self.state, cause=code))

    def choose_kind(self, kind: str) -> None:
        """A ticket, or a memo with who approved it."""
        self._show(replace(self.state, kind="memo" if kind == "memo" else "ticket"))

    def report(self, typed: OutageTyped) -> None:
        """Record the outage."""
        if self._once.under_way:
            return
        errors = Errors(self._context.texts)
        cause, memo = self.state.cause, self.state.kind == "memo"
        if not cause:
            errors.add("cause", KnownError("pick.cause"))
        if not typed.number.strip():
            errors.add("number", KnownError("pick.number"))
        if memo and not typed.approver.strip():
            errors.add("approver", KnownError("pick.memo_approver"))
        hour = errors.take("started", lambda: hour_of(typed.started))
        self._view.show_errors(errors.found)
        if errors or self._once.begin() is None:
            self._show(self.state)
            return
        self._show(replace(self.state, busy=True))
        number, approver = typed.number, typed.approver if memo else None

        def work(session: "Session") -> Outage:
            from kiosk.desk import outage

            started = None if hour is None else at_hour(session, hour)
            made = outage.report_outage(
                session, outage.OutageTyped(cause=cause, number=number, approver=approver, started_at=started)
            )
            return _plain(session, made)

        self._context.desk.act(work, self._reported, self._failed)

    def end(self) -> None:
        """Electronic collection works again."""
        if self._once.begin() is None:
            return
        self._show(replace(self.state, busy=True))

        def work(session: "Session") -> None:
            from kiosk.desk.outage import end_outage

            end_outage(session)

        self._context.desk.act(work, self._ended, self._failed)

    def _reported(self, made: Outage) -> None:
        self._once.finished()
        self._show(replace(self.state, busy=False, cause="", kind="ticket", said="reported"))
        self._read(made)

    def _ended(self, _done: None) -> None:
        self._once.finished()
        self._show(replace(self.state, busy=False, said="ended"))
        self._read(None)

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._show(replace(self.state, busy=False))
        field = FIELD_OF.get(error.code, "")
        if field and self.state.open is None:
            self._view.show_errors([FieldError(field, self._context.texts.error(error))])
        else:
            self._view.say_error(error)
        if error.code in ("outage.already_open", "outage.none_open"):
            self.arrive()

    def _read(self, found: Outage | None) -> None:
        self._show(replace(self.state, read=True, open=found, facts=self._facts(found)))

    def _facts(self, found: Outage | None) -> tuple[Fact, ...]:
        if found is None:
            return ()
        texts = self._context.texts
        causes = dict(self.state.causes)
        facts = [
            Fact(texts("outage.since"), texts.data(found.since), strong=True),
            Fact(texts("outage.cause"), texts.data(causes.get(found.cause, found.cause))),
            Fact(texts(f"outage.{found.kind}"), texts.data(found.number), strong=True),
        ]
        if found.approver:
            facts.append(Fact(texts("outage.approver"), texts.data(found.approver)))
        return tuple(facts)

    def _show(self, state: OutageState) -> None:
        texts = self._context.texts
        self.state = replace(state, act=texts("outage.do_end" if state.open else "outage.do_report"))
        self._view.show_state(self.state)


def hour_of(typed: str) -> tuple[int, int] | None:
    """Hour and minute typed as `9:30`, `09.30` or `0930`; None for nothing. Raises KnownError `pick.hour`."""
    bare = typed.strip()
    if not bare:
        return None
    digits = bare.replace(":", "").replace(".", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (3, 4)):
        raise KnownError("pick.hour", text=excerpt(bare), example="9:30")
    hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > 23 or minute > 59:
        raise KnownError("pick.hour", text=excerpt(bare), example="9:30")
    return hour, minute


def at_hour(session: "Session", hour: tuple[int, int]) -> datetime:
    """An hour of today by the clock of the office, in UTC; runs in the worker."""
    from kiosk.core.wire.times import from_ms, utc_ms

    day = session.today()
    local_ms = utc_ms(datetime(day.year, day.month, day.day, *hour, tzinfo=UTC))
    offset = session.reference.zone.offset(local_ms)
    return from_ms(local_ms - offset * 60_000)


def outage_open(session: "Session") -> Outage | None:
    """The open outage; runs in the worker."""
    from kiosk.desk.outage import outage_now

    found = outage_now(session)
    return _plain(session, found) if found else None


def _plain(session: "Session", found: "OpenOutage") -> Outage:
    offset = session.moment().local(money=False).offset
    return Outage(
        cause=found.cause,
        kind=found.kind,
        number=found.number,
        approver=found.approver,
        since=local_text(found.started_at, offset),
    )
