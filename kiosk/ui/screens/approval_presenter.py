"""A second person signs exactly what he was shown: who may, what it says in words, his secret number. No Qt.

Any screen asks for it: `go.go("approval", task=ApprovalTask(...))`. The body that he signs is made in the
worker for the code that he chose, and his keys never leave it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, Role, may
from kiosk.ui.desk_access import StaffSlot
from kiosk.ui.presenter import Context, Once

if TYPE_CHECKING:
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class Fact:
    """One line of what is signed: what it is, and its value in words; `strong` for the amounts."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True)
class ApprovalTask:
    """What a second person is asked to sign.

    `propose(session, code)` makes the body for the approver's code and `commit(session, approval)` writes the
    act with his signature; both run in the worker. `facts` says the proposal in words, on the screen's side.
    `done` gets what `commit` returned, after the screen that asked is back. `act` is the words of the button.
    `only` is the one code that may sign, '' for anyone who holds `right`.
    """

    title: str
    act: str
    right: Right
    propose: "Callable[[Session, str], Proposal]"
    facts: "Callable[[Proposal], Sequence[Fact]]"
    commit: "Callable[[Session, Approval], Any]"
    done: Callable[[Any], object]
    only: str = ""


@dataclass(frozen=True)
class Signer:
    """A tile: a code, his roles, and his wrong tries in words ('' for none)."""

    code: str
    roles: str
    tries: str = ""


@dataclass(frozen=True)
class ApprovalState:
    """What the screen shows. `facts` are those of the proposal for the chosen code."""

    title: str = ""
    act: str = ""
    people: tuple[Signer, ...] = ()
    nobody: bool = False
    chosen: str = ""
    facts: tuple[Fact, ...] = ()
    busy: bool = False
    span: tuple[int, int] = (14, 14)
    """Fewest and most digits of a secret number on this device."""


class ApprovalView(Protocol):
    """The screen."""

    def show_state(self, state: ApprovalState) -> None:
        """Draw the state."""

    def show_wrong(self, error: KnownError) -> None:
        """Say why it was refused; the digits are forgotten."""


class ApprovalPresenter:
    """Leads from a code to a signature. The digits are handed to the worker and kept nowhere."""

    def __init__(self, context: Context, view: ApprovalView) -> None:
        self._context, self._view = context, view
        self._task: ApprovalTask | None = None
        self._proposal: Proposal | None = None
        self._once = Once()
        self.state = ApprovalState()

    def arrive(self, task: ApprovalTask | None = None) -> None:
        """Ask for a task; without one, go on with the last (after a lock)."""
        if task is not None:
            self._task, self._proposal, self._once = task, None, Once()
            self._show(ApprovalState(title=task.title, act=task.act))
        if self._task is None:
            self._context.go.back()
            return
        self._context.desk.staff(self._listed, self._view.show_wrong)

    def choose(self, code: str) -> None:
        """The approver touched his tile: the body is made for him and said in words."""
        task = self._task
        if task is None or self._once.under_way:
            return
        self._proposal = None
        self._show(replace(self.state, chosen=code, facts=()))
        self._context.desk.ask(lambda session: task.propose(session, code), self._proposed, self._refused)

    def sign(self, digits: str) -> None:
        """Sign with the secret number that was typed."""
        task, proposal = self._task, self._proposal
        if task is None or proposal is None or not self.state.chosen:
            self._view.show_wrong(KnownError("ui.nobody_chosen"))
            self._show(self.state)
            return
        if self._once.begin() is None:
            return
        code = self.state.chosen
        self._show(replace(self.state, busy=True))

        def work(session: "Session") -> Any:
            with session.approver(proposal, code, digits, task.right) as approval:
                return task.commit(session, approval)

        self._context.desk.act(work, self._signed, self._failed)

    def _signed(self, result: Any) -> None:
        task, self._task, self._proposal = self._task, None, None
        self._once.finished()
        self._show(ApprovalState())
        self._context.go.back()
        if task is not None:
            task.done(result)

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._show(replace(self.state, busy=False))
        self._view.show_wrong(error)
        self._context.desk.staff(self._listed, self._view.show_wrong)
        if error.code == "approval.changed":
            self.choose(self.state.chosen)

    def _proposed(self, proposal: "Proposal") -> None:
        if self._task is not None:
            self._proposal = proposal
            self._show(replace(self.state, facts=tuple(self._task.facts(proposal))))

    def _refused(self, error: KnownError) -> None:
        self._show(replace(self.state, chosen="", facts=()))
        self._view.show_wrong(error)

    def _listed(self, slots: list[StaffSlot]) -> None:
        task, on_duty = self._task, self._context.desk.on_duty
        if task is None or on_duty is None:
            return
        people = tuple(
            self._signer(slot)
            for slot in slots
            if slot.code != on_duty.code
            and (not task.only or slot.code == task.only)
            and may([Role(role) for role in slot.roles], task.right)
        )
        span = slots[0].span if slots else self.state.span
        self._show(replace(self.state, people=people, nobody=not people, span=span))
        if len(people) == 1 and not self.state.chosen:
            self.choose(people[0].code)

    def _signer(self, slot: StaffSlot) -> Signer:
        texts = self._context.texts
        separator = "، " if texts.language == "ar" else ", "
        roles = separator.join(texts(f"roles.{role}") for role in slot.roles)
        return Signer(slot.code, roles, texts("unlock.tries", count=slot.tries) if slot.tries else "")

    def _show(self, state: ApprovalState) -> None:
        self.state = state
        self._view.show_state(state)
