"""Unlocking: who, his secret number, wrong tries and the time to wait. No Qt."""

from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.desk_access import OnDuty, StaffSlot
from kiosk.ui.presenter import Context


@dataclass(frozen=True)
class Person:
    """A tile: a code, what he is here, and his wrong tries in words ('' for none)."""

    code: str
    roles: str
    tries: str = ""


@dataclass(frozen=True)
class UnlockState:
    """What the screen shows. `wait_s`: seconds until the chosen person may try again."""

    people: tuple[Person, ...] = ()
    chosen: str = ""
    waiting_words: str = ""
    wait_s: int = 0
    opening: bool = False
    notice: str = ""
    span: tuple[int, int] = (14, 14)
    """Fewest and most digits of the chosen person's secret number."""
    can_forget: bool = False
    """Whether the centre can help the chosen person to a new number."""


class UnlockView(Protocol):
    """The screen."""

    def show_state(self, state: UnlockState) -> None:
        """Draw the state."""

    def show_wrong(self, error: KnownError) -> None:
        """Say what was wrong; the digits are forgotten."""


class UnlockPresenter:
    """Opens the kiosk. The digits are handed to the worker and kept nowhere."""

    def __init__(self, context: Context, view: UnlockView) -> None:
        self._context, self._view = context, view
        self._slots: dict[str, StaffSlot] = {}
        self._held = ""
        self.state = UnlockState()

    def arrive(self, held: str = "", changed: str = "") -> None:
        """Show who can unlock; `held` is the person whose work waits behind the lock, `changed` who has just
        got a new secret number.
        """
        texts = self._context.texts
        if changed:
            self.state = replace(self.state, chosen=changed)
            notice = texts("forgotten.changed", code=changed)
        elif held:
            notice = texts("unlock.held", code=held)
        elif self._context.settings.waits:
            notice = texts("unlock.waits")
        else:
            notice = ""
        self._show(replace(self.state, notice=notice, opening=False))
        self._held = held
        self._context.desk.staff(self._listed, self._view.show_wrong)

    def choose(self, code: str) -> None:
        """A tile was touched."""
        slot = self._slots.get(code)
        if slot is not None:
            self.state = replace(self.state, span=slot.span)
        self.state = replace(self.state, can_forget=slot is not None and slot.escrowed)
        self._show(self._waiting(replace(self.state, chosen=code, wait_s=slot.wait_s if slot else 0)))

    def forgot(self) -> None:
        """The chosen person forgot his number."""
        if self.state.can_forget and not self.state.opening:
            self._context.go.forgot(self.state.chosen, self._slots[self.state.chosen].device)

    def second_passed(self) -> None:
        """A second of the wait is over."""
        if self.state.wait_s:
            self._show(self._waiting(replace(self.state, wait_s=self.state.wait_s - 1)))

    def open(self, digits: str) -> None:
        """Unlock with what was typed."""
        if self.state.opening:
            return
        if not self.state.chosen:
            self._view.show_wrong(KnownError("ui.nobody_chosen"))
            return
        self._show(replace(self.state, opening=True))
        self._context.desk.unlock(self.state.chosen, digits, self._opened, self._failed)

    def _opened(self, on_duty: OnDuty) -> None:
        self._show(replace(self.state, opening=False, notice=""))
        self._context.go.unlocked(on_duty.code)

    def _failed(self, error: KnownError) -> None:
        self._show(replace(self.state, opening=False))
        self._view.show_wrong(error)
        self._context.desk.staff(self._listed, self._view.show_wrong)

    def _listed(self, slots: list[StaffSlot]) -> None:
        self._slots = {one.code: one for one in slots}
        chosen = self.state.chosen if self.state.chosen in self._slots else ""
        if not chosen and self._held in self._slots:
            chosen = self._held
        if not chosen and len(slots) == 1:
            chosen = slots[0].code
        people = tuple(self._person(one) for one in slots)
        self._show(replace(self.state, people=people))
        self.choose(chosen)

    def _person(self, slot: StaffSlot) -> Person:
        texts = self._context.texts
        separator = "، " if texts.language == "ar" else ", "
        roles = separator.join(texts(f"roles.{role}") for role in slot.roles)
        return Person(slot.code, roles, texts("unlock.tries", count=slot.tries) if slot.tries else "")

    def _waiting(self, state: UnlockState) -> UnlockState:
        words = self._context.texts("unlock.wait", count=state.wait_s) if state.wait_s else ""
        return replace(state, waiting_words=words)

    def _show(self, state: UnlockState) -> None:
        self.state = state
        self._view.show_state(state)
