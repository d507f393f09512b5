"""A new secret number for who forgot his: the centre's code, then a number shown or chosen. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import Context, FieldError

if TYPE_CHECKING:
    from kiosk.desk.forgotten import Offer
    from kiosk.store.secret_digits import NewSecret

Step = Literal["code", "shown", "choose", "again"]
OF_THE_CODE = ("escrow.bad_code", "escrow.wrong_code")


@dataclass(frozen=True)
class ForgottenState:
    """What the screen shows. `number`: the drawn number in groups, only in the step `shown`."""

    staff: str = ""
    device: str = ""
    step: Step = "code"
    number: str = ""
    span: tuple[int, int] = (14, 14)
    busy: bool = False


class ForgottenView(Protocol):
    """The screen."""

    def show_state(self, state: ForgottenState) -> None:
        """Draw the state."""

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Show mistakes beside their fields; none takes them away."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""


class ForgottenPresenter:
    """Leads from the code to a new number. What was typed is kept until the screen is left, and no longer."""

    def __init__(self, context: Context, view: ForgottenView) -> None:
        self._context, self._view = context, view
        self._code = self._chosen = ""
        self._drawn: NewSecret | None = None
        self.state = ForgottenState()

    def arrive(self, staff: str, device: str) -> None:
        """Begin with the code of the centre."""
        self._forget()
        self._view.show_errors(())
        self._show(ForgottenState(staff=staff, device=device))

    def leave(self) -> None:
        """Return to the unlock screen; nothing was changed."""
        if not self.state.busy:
            self._forget()
            self._context.go.to_unlock()

    def back(self) -> None:
        """From the second typing to the first, else out."""
        if self.state.step == "again" and not self.state.busy:
            self._choose()
        else:
            self.leave()

    def try_code(self, typed: str) -> None:
        """Try what the centre read out."""
        if self.state.busy or self.state.step != "code":
            return
        self._view.show_errors(())
        self._code = typed
        self._show(replace(self.state, busy=True))
        self._context.desk.offer_new(self.state.staff, typed, self._offered, self._failed)

    def take(self, digits: str) -> None:
        """A number was typed: the shown one back, a chosen one, or that once more."""
        state = self.state
        if state.busy or state.step == "code":
            return
        self._view.show_errors(())
        if state.step == "choose":
            self._chosen = digits
            self._show(replace(state, step="again"))
        else:
            self._renew(self._drawn or self._chosen, digits)

    def _renew(self, new: "NewSecret | str", again: str) -> None:
        self._show(replace(self.state, busy=True))
        self._context.desk.renew_forgotten(
            self.state.staff, self._code, (new, again), self._renewed, self._failed
        )

    def _offered(self, offer: "Offer") -> None:
        self._drawn = offer.drawn
        span = (offer.policy.shortest, offer.policy.longest)
        if offer.drawn is None:
            self._show(replace(self.state, step="choose", span=span, busy=False))
        else:
            number = offer.drawn.grouped()
            self._show(replace(self.state, step="shown", number=number, span=span, busy=False))

    def _renewed(self, _done: None) -> None:
        staff = self.state.staff
        self._forget()
        self._context.go.to_unlock(changed=staff)

    def _failed(self, error: KnownError) -> None:
        text = self._context.texts.error(error)
        self._show(replace(self.state, busy=False))
        if error.code in OF_THE_CODE:
            self._view.show_errors([FieldError("code", text)])
        elif error.code == "staff.typed_back_differs" or error.code.startswith("secret."):
            if self.state.step == "again":
                self._choose()
            self._view.show_errors([FieldError("number", text)])
        else:
            self._view.say_error(error)

    def _choose(self) -> None:
        self._chosen = ""
        self._show(replace(self.state, step="choose"))

    def _forget(self) -> None:
        self._code = self._chosen = ""
        if self._drawn is not None:
            self._drawn.wipe()
            self._drawn = None

    def _show(self, state: ForgottenState) -> None:
        self.state = state
        self._view.show_state(state)
