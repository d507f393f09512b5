"""Giving cash away: out of the drawer during a shift, or the bag of a closed one. No Qt.

What is given is counted first. A counterpart who signs here counts too before any figure is shown to him, and
signs only when both counts agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds
from kiosk.core.roles import Right
from kiosk.ui.count_sheet import Piece, countable
from kiosk.ui.presenter import Context, Errors, FieldError, Once
from kiosk.ui.screens.approval_presenter import ApprovalTask, Fact
from kiosk.ui.screens.paper_prints import print_document
from kiosk.ui.screens.report_lines import money
from kiosk.ui.screens.shift_open_presenter import COUNT_ERRORS
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.custody import Handed, Handing
    from kiosk.desk.session import Session

Mode = Literal["give", "bag"]
Step = Literal["count", "to", "theirs", "done"]
STEPS: tuple[Step, ...] = ("count", "to", "theirs", "done")
FIELD_OF = {
    "slots.bad_code": "counterpart",
    "entry.same_person": "counterpart",
    "typed.device": "device",
    "custody.device_of_counterpart": "device",
    "typed.seal": "seal",
    "slip.card_number": "seal",
    "custody.nothing": "count",
    "custody.more_than_drawer": "count",
    "custody.bag_not_whole": "count",
}
"""Mistakes that the act finds, and the field they belong to."""


@dataclass(frozen=True)
class GiveTyped:
    """What is typed of a handover."""

    counterpart: str = ""
    device: str = ""
    seal: str = ""


@dataclass(frozen=True)
class CashState:
    """What the screen shows. `bags` are (Z number, words); `signs` is where the counterpart signs."""

    mode: Mode = "give"
    step: Step = "count"
    pieces: tuple[Piece, ...] = ()
    bags: tuple[tuple[str, str], ...] = ()
    bag: str = ""
    to: str = "treasury"
    signs: str = ""
    facts: tuple[Fact, ...] = ()
    printed: bool = False
    act: str = ""
    busy: bool = False


class CashPresenter:
    """One handover under one transfer number, however often it is tried."""

    def __init__(self, context: Context, view: TaskView[CashState]) -> None:
        self._context, self._view = context, view
        self._begin_anew()

    def _begin_anew(self, mode: Mode = "give") -> None:
        self._once = Once()
        self._transfer = ""
        self._mine: dict[str, int] = {}
        self._totals = {"count": 0, "theirs": 0}
        self._typed = GiveTyped()
        self._handed: Handed | None = None
        self.state = CashState(mode=mode)

    # --- coming and going

    def arrive(self, mode: str = "") -> bool:
        """Begin (`give` or `bag`), or go on with what was begun; True when it began anew."""
        wanted: Mode = "bag" if mode == "bag" else "give"
        anew = bool(mode) and (self.state.step == "done" or wanted != self.state.mode)
        if anew:
            self._begin_anew(wanted)
        language = self._context.texts.language
        self._context.desk.ask(
            lambda session: (countable(session, language), bags_of(session)), self._read, self._view.say_error
        )
        return anew

    def back(self) -> bool:
        """One step back, until it is given."""
        before: dict[Step, Step] = {"to": "count", "theirs": "to"}
        if self.state.busy or self.state.step not in before:
            return False
        self._show(replace(self.state, step=before[self.state.step]))
        return True

    # --- what is typed

    def counted(self, total: int) -> None:
        """The giver's count has changed (piastres)."""
        self._totals["count"] = total
        self._show(self.state)

    def counted_theirs(self, total: int) -> None:
        """The receiver's count has changed (piastres)."""
        self._totals["theirs"] = total
        self._show(self.state)

    def choose_bag(self, z: str) -> None:
        """The bag of a Z was chosen."""
        self._show(replace(self.state, bag=z))

    def choose_to(self, to: str) -> None:
        """To the treasury or to a colleague."""
        self._show(replace(self.state, to=to))

    def choose_signs(self, signs: str) -> None:
        """Where the counterpart signs."""
        self._show(replace(self.state, signs=signs))

    def count(self, counts: Mapping[str, int]) -> None:
        """The giver has counted: ask to whom."""
        errors = Errors(self._context.texts)
        if not counts:
            errors.add("count", KnownError("cash.count_empty"))
        elif not self._totals["count"]:
            errors.add("count", KnownError("custody.nothing"))
        self._view.show_errors(errors.found)
        if not errors:
            self._mine = dict(counts)
        self._show(self.state if errors else replace(self.state, step="to"))

    def give(self, typed: GiveTyped) -> None:
        """Give it; a counterpart who signs here counts first."""
        errors = Errors(self._context.texts)
        if not typed.counterpart:
            errors.add("counterpart", KnownError("pick.counterpart"))
        if not self.state.signs:
            errors.add("signs", KnownError("pick.signs"))
        if self.state.signs == "elsewhere" and not typed.device:
            errors.add("device", KnownError("custody.device_of_counterpart"))
        self._view.show_errors(errors.found)
        self._typed = typed
        if errors:
            self._show(self.state)
        elif self.state.signs == "here":
            self._show(replace(self.state, step="theirs"))
        else:
            self._hand_over()

    # --- the act

    def _hand_over(self) -> None:
        if self._once.begin() is None:
            return
        self._show(replace(self.state, busy=True))
        made = self._made()

        def work(session: "Session") -> "Handed":
            from kiosk.desk.custody import hand_over

            return hand_over(session, _handing(made))

        self._context.desk.act(work, self._given, self._failed)

    def sign(self, counts: Mapping[str, int]) -> None:
        """The receiver has counted: when the counts agree he signs what he then sees."""
        texts, made, theirs = self._context.texts, self._made(), dict(counts)

        def propose(session: "Session", _code: str) -> "Proposal":
            from kiosk.desk.custody import propose_handover

            return propose_handover(session, _handing(made), theirs)

        def commit(session: "Session", approval: "Approval") -> "Handed":
            from kiosk.desk.custody import hand_over

            return hand_over(session, _handing(made), approval)

        def agreed(_proposal: Any) -> None:
            self._show(replace(self.state, busy=False))
            self._context.go.go(
                "approval",
                task=ApprovalTask(
                    title=texts("cash.receiver_signs"),
                    act=texts("cash.sign"),
                    right=Right.HANDOVER_RECEIVE,
                    propose=propose,
                    facts=self._signed_facts,
                    commit=commit,
                    done=self._given,
                    only=self._typed.counterpart,
                ),
            )

        self._view.show_errors(())
        self._show(replace(self.state, busy=True))
        self._context.desk.ask(lambda session: propose(session, ""), agreed, self._failed)

    def print(self) -> None:
        """Print the slip of the handover."""
        handed = self._handed
        if handed is None or self._once.begin() is None:
            return
        entry = handed.entry.seq

        def asked(_job: str) -> None:
            self._once.finished()
            self._show(replace(self.state, printed=True))

        self._context.desk.act(
            lambda session: print_document(session, "handover", entry), asked, self._failed
        )

    def _given(self, handed: "Handed") -> None:
        self._once.finished()
        self._handed = handed
        texts = self._context.texts
        facts = (
            Fact(texts("cash.given"), money(texts, handed.total), strong=True),
            Fact(texts("cash.to_whom"), texts.data(self._typed.counterpart)),
            Fact(texts("cash.transfer"), texts.data(grouped(handed.transfer))),
        )
        self._show(replace(self.state, step="done", busy=False, facts=facts))

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        texts = self._context.texts
        field = "count" if error.code in COUNT_ERRORS else FIELD_OF.get(error.code, "")
        step: Step = self.state.step
        if error.code == "custody.counts_differ":
            field = "theirs"
        elif field == "count" and step == "to":
            step = "count"
        elif field and step == "theirs" and field != "count":
            step = "to"
        elif field == "count":
            field = "theirs"
        self._show(replace(self.state, busy=False, step=step))
        if field:
            self._view.show_errors([FieldError(field, texts.error(error))])
        else:
            self._view.say_error(error)

    # --- inside

    def _made(self) -> dict[str, Any]:
        from kiosk.desk.custody import new_transfer

        self._transfer = self._transfer or new_transfer()
        typed, state = self._typed, self.state
        return {
            "transfer": self._transfer,
            "counterpart": typed.counterpart,
            "pieces": self._mine,
            "to": state.to,
            "signs": state.signs,
            "device": typed.device if state.signs == "elsewhere" else None,
            "seal": typed.seal or None,
            "bag_of": int(state.bag) if state.mode == "bag" and state.bag else None,
        }

    def _signed_facts(self, proposal: "Proposal") -> Sequence[Fact]:
        texts, plain = self._context.texts, proposal.plain
        facts = [
            Fact(texts("cash.given"), money(texts, plain["total"]), strong=True),
            Fact(texts("cash.to_whom"), texts.data(plain["counterpart"])),
            Fact(texts("cash.to"), texts(f"cash.to_{plain['to']}")),
            Fact(texts("cash.source"), texts(f"cash.source_{plain['source']}")),
        ]
        if plain.get("seal"):
            facts.append(Fact(texts("cash.seal"), texts.data(plain["seal"])))
        return facts

    def _read(self, found: tuple[tuple[Piece, ...], tuple[tuple[int, str], ...]]) -> None:
        texts = self._context.texts
        pieces, bags = found
        choices = tuple((str(z), texts("cash.bag_choice", z=z, staff=staff)) for z, staff in bags)
        known = [z for z, _ in choices]
        bag = self.state.bag if self.state.bag in known or self.state.step == "done" else ""
        self._show(replace(self.state, pieces=pieces, bags=choices, bag=bag or (known[0] if known else "")))

    def _show(self, state: CashState) -> None:
        texts = self._context.texts
        if state.step in ("count", "theirs"):
            amount = format_pounds(self._totals[state.step], texts.language)
            key = "cash.do_count" if state.step == "count" else "cash.do_theirs"
            act = texts(key, amount=amount)
        elif state.step == "to":
            amount = format_pounds(self._totals["count"], texts.language)
            act = texts("cash.to_receiver") if state.signs == "here" else texts("cash.do_give", amount=amount)
        else:
            act = texts("cash.finish")
        self.state = replace(state, act=act)
        self._view.show_state(self.state)


def bags_of(session: "Session") -> tuple[tuple[int, str], ...]:
    """The bags that wait to be given: Z number and whose shift it was, no amount; runs in the worker."""
    from kiosk.store.queries.custody import bags_left

    return tuple((one.z, one.staff) for one in bags_left(session.store.db))


def grouped(transfer: str) -> str:
    """A transfer number in groups of four, to be read out and typed."""
    return " ".join(transfer[at : at + 4] for at in range(0, len(transfer), 4))


def _handing(made: dict[str, Any]) -> "Handing":
    from kiosk.desk.custody import Handing

    return Handing(**made)
