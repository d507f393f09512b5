"""Receiving cash: counted first, and only then compared with what the giver states. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds, parse_money
from kiosk.ui.count_sheet import Piece, countable
from kiosk.ui.presenter import Context, Errors, FieldError, Once
from kiosk.ui.screens.approval_presenter import Fact
from kiosk.ui.screens.paper_prints import print_document
from kiosk.ui.screens.report_lines import difference, money
from kiosk.ui.screens.shift_open_presenter import COUNT_ERRORS
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.receiving import Received, Receiving
    from kiosk.desk.session import Session

STEPS = ("from", "count", "stated", "done")
OTHER = "other"
"""The choice of cash that was given on another device or on paper only."""
FIELD_OF = {
    "typed.transfer": "transfer",
    "custody.received_already": "transfer",
    "custody.not_for_you": "transfer",
    "custody.signed_already": "transfer",
    "slots.bad_code": "giver",
    "entry.same_person": "giver",
    "custody.other_giver": "giver",
    "typed.device": "device",
    "typed.seal": "seal",
    "slip.card_number": "seal",
    "custody.not_stated": "stated",
}
"""Mistakes that the act finds, and the field they belong to."""


@dataclass(frozen=True)
class Incoming:
    """A transfer given on this device that waits for this person: number, words, giver, seal. No amount."""

    transfer: str
    words: str
    giver: str
    seal: str


@dataclass(frozen=True)
class ReceiveTyped:
    """What is typed of cash from another device: number of the transfer, giver, his device ('' on paper)."""

    transfer: str = ""
    giver: str = ""
    device: str = ""
    seal: str = ""


@dataclass(frozen=True)
class ReceiveState:
    """What the screen shows. `chosen` is a transfer number of the list, or OTHER."""

    step: str = "from"
    pieces: tuple[Piece, ...] = ()
    waiting: tuple[Incoming, ...] = ()
    chosen: str = ""
    intact: str = ""
    into: str = "bag"
    drawer: bool = False
    facts: tuple[Fact, ...] = ()
    printed: bool = False
    act: str = ""
    busy: bool = False


class ReceivePresenter:
    """What the giver states reaches this screen only with the count that was made before."""

    def __init__(self, context: Context, view: TaskView[ReceiveState]) -> None:
        self._context, self._view = context, view
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._once = Once()
        self._total = 0
        self._made: dict[str, Any] = {}
        self._counts: dict[str, int] = {}
        self._received: Received | None = None
        self.state = ReceiveState()

    def arrive(self, *, anew: bool) -> bool:
        """Begin, or go on with what was begun; True when it began anew."""
        fresh = anew and self.state.step == "done"
        if fresh:
            self._begin_anew()
        texts = self._context.texts

        def work(session: "Session") -> tuple[tuple[Piece, ...], tuple[tuple[str, str, str], ...], bool]:
            from kiosk.store.queries.custody import waiting_for

            waiting = tuple(
                (one.transfer, one.staff, one.seal or "")
                for one in waiting_for(session.store.db, session.staff)
            )
            shift = session.shift()
            mine = shift is not None and shift.staff == session.staff and shift.state == "open"
            return countable(session, texts.language), waiting, mine

        self._context.desk.ask(work, self._read, self._view.say_error)
        return fresh

    def back(self) -> bool:
        """One step back, until it is received; a count that was compared cannot be gone back to."""
        before = {"count": "from", "stated": "count"}
        if self.state.busy or self.state.step not in before:
            return False
        self._show(replace(self.state, step=before[self.state.step]))
        return True

    def choose(self, transfer: str) -> None:
        """A transfer of the list, or OTHER."""
        self._show(replace(self.state, chosen=transfer))

    def choose_intact(self, intact: str) -> None:
        """`yes` or `no`."""
        self._show(replace(self.state, intact=intact))

    def choose_into(self, into: str) -> None:
        """Into the own drawer, or kept apart as a bag."""
        self._show(replace(self.state, into=into))

    def counted(self, total: int) -> None:
        """The count has changed (piastres)."""
        self._total = total
        self._show(self.state)

    def begin(self, typed: ReceiveTyped) -> None:
        """It is known what is received: count it."""
        errors = Errors(self._context.texts)
        known = next((one for one in self.state.waiting if one.transfer == self.state.chosen), None)
        if not self.state.chosen:
            errors.add("which", KnownError("pick.transfer"))
        elif known is None:
            _check_other(errors, typed)
        if typed.seal and not self.state.intact:
            errors.add("intact", KnownError("pick.intact"))
        self._view.show_errors(errors.found)
        if errors:
            self._show(self.state)
            return
        self._made = {
            "transfer": known.transfer if known else "".join(typed.transfer.lower().split()),
            "counterpart": known.giver if known else typed.giver,
            "signs": "elsewhere" if not known and typed.device else "paper",
            "device": typed.device or None if not known else None,
            "into": self.state.into if self.state.drawer else "bag",
            "seal": typed.seal or None,
            "seal_intact": (self.state.intact == "yes") if typed.seal else None,
        }
        self._show(replace(self.state, step="count"))

    def count(self, counts: Mapping[str, int]) -> None:
        """It is counted: compare at once when the giver's entry is here, else ask what he states."""
        self._counts = dict(counts)
        known = any(one.transfer == self._made.get("transfer") for one in self.state.waiting)
        if known:
            self._finish(None)
            return
        made, pieces = self._made, self._counts
        self._view.show_errors(())
        self._show(replace(self.state, busy=True))

        def work(session: "Session") -> None:
            from kiosk.desk.receiving import count_received

            count_received(session, _receiving(made), pieces)

        def checked(_done: None) -> None:
            self._show(replace(self.state, step="stated", busy=False))

        self._context.desk.ask(work, checked, self._failed)

    def state_amount(self, typed: str) -> None:
        """What the giver states, typed after the count."""
        errors = Errors(self._context.texts)
        stated = errors.take("stated", lambda: parse_money(typed))
        self._view.show_errors(errors.found)
        if stated is None:
            self._show(self.state)
        else:
            self._finish(stated)

    def _finish(self, stated: int | None) -> None:
        if self._once.begin() is None:
            return
        self._view.show_errors(())
        self._show(replace(self.state, busy=True))
        made, pieces = self._made, self._counts

        def work(session: "Session") -> "Received":
            from kiosk.desk.receiving import Stated, count_received

            reception = count_received(session, _receiving(made), pieces)
            return reception.finish(None if stated is None else Stated(stated))

        self._context.desk.act(work, self._done, self._failed)

    def print(self) -> None:
        """Print the slip of the handover."""
        received = self._received
        if received is None or self._once.begin() is None:
            return
        entry = received.entry.seq

        def asked(_job: str) -> None:
            self._once.finished()
            self._show(replace(self.state, printed=True))

        self._context.desk.act(
            lambda session: print_document(session, "handover", entry), asked, self._failed
        )

    def _done(self, received: "Received") -> None:
        self._once.finished()
        self._received = received
        texts = self._context.texts
        facts = (
            Fact(texts("receive.counted"), money(texts, received.total), strong=True),
            Fact(texts("receive.stated"), money(texts, received.stated)),
            Fact(texts("report.difference"), difference(texts, received.difference), strong=True),
        )
        self._show(replace(self.state, step="done", busy=False, facts=facts))

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        texts = self._context.texts
        field = "count" if error.code in COUNT_ERRORS else FIELD_OF.get(error.code, "")
        step = {"": self.state.step, "count": "count", "stated": "stated"}.get(field, "from")
        if field in ("transfer", "giver") and self.state.chosen != OTHER:
            field = "which"
        self._show(replace(self.state, busy=False, step=step))
        if field:
            self._view.show_errors([FieldError(field, texts.error(error))])
        else:
            self._view.say_error(error)

    def _read(self, found: tuple[tuple[Piece, ...], tuple[tuple[str, str, str], ...], bool]) -> None:
        pieces, waiting, drawer = found
        texts = self._context.texts
        rows = tuple(
            Incoming(
                transfer,
                texts("receive.from_sealed", giver=giver, seal=seal)
                if seal
                else texts("receive.from", giver=giver),
                giver,
                seal,
            )
            for transfer, giver, seal in waiting
        )
        chosen = self.state.chosen or ("" if rows else OTHER)
        self._show(replace(self.state, pieces=pieces, waiting=rows, drawer=drawer, chosen=chosen))

    def _show(self, state: ReceiveState) -> None:
        texts = self._context.texts
        amount = format_pounds(self._total, texts.language)
        acts = {
            "from": texts("receive.go_on"),
            "count": texts("receive.do_count", amount=amount),
            "stated": texts("receive.do_receive", amount=amount),
            "done": texts("cash.finish"),
        }
        self.state = replace(state, act=acts[state.step])
        self._view.show_state(self.state)


def _check_other(errors: Errors, typed: ReceiveTyped) -> None:
    """What is typed of a transfer of another device, before it is counted rather than after."""
    from kiosk.desk.counting import a_device, a_staff_code, a_transfer

    errors.take("transfer", lambda: a_transfer("".join(typed.transfer.lower().split())))
    if typed.giver:
        errors.take("giver", lambda: a_staff_code(typed.giver))
    else:
        errors.add("giver", KnownError("pick.counterpart"))
    errors.take("device", lambda: a_device(typed.device or None))


def _receiving(made: dict[str, Any]) -> "Receiving":
    from kiosk.desk.receiving import Receiving

    return Receiving(**made)
