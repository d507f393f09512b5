"""A held screen: who holds it, how sync goes on, and the short number that opens it again. No Qt."""

from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import Context
from kiosk.ui.sync_state import SyncState


@dataclass(frozen=True)
class HeldState:
    """What the screen shows: nothing of any citizen. `left`: tries in words after a wrong one."""

    holder: str = ""
    left: str = ""
    busy: bool = False


class HeldView(Protocol):
    """The screen."""

    def show_state(self, state: HeldState) -> None:
        """Draw the state."""

    def show_sync(self, state: SyncState) -> None:
        """Say how the connection stands."""

    def show_wrong(self, error: KnownError) -> None:
        """Say what was wrong; the digits are forgotten."""


class HeldPresenter:
    """Opens again for whoever knows the short number; the digits are kept nowhere."""

    def __init__(self, context: Context, view: HeldView) -> None:
        self._context, self._view = context, view
        self.state = HeldState()

    def arrive(self, code: str) -> None:
        """The screen was just held by a person, or is drawn again in another look."""
        holder = self._context.texts("held.by", code=code) if code else self.state.holder
        self._show(HeldState(holder=holder))
        self._view.show_sync(self._context.desk.sync_state)

    def open(self, digits: str) -> None:
        """Test what was typed."""
        if not self.state.busy:
            self._show(replace(self.state, busy=True))
            self._context.desk.resume(digits, self._tested, self._failed)

    def lock(self) -> None:
        """Lock fully: somebody else wants to work, or the holder goes."""
        self._context.go.lock()

    def _tested(self, left: int) -> None:
        if left == 0:
            self._show(HeldState())
            self._context.go.resumed()
        elif left < 0:
            self._context.go.lock()
        else:
            words = self._context.texts("held.left", count=left)
            self._show(replace(self.state, left=words, busy=False))
            self._view.show_wrong(KnownError("ui.short_number_wrong"))

    def _failed(self, error: KnownError) -> None:
        self._show(replace(self.state, busy=False))
        self._view.show_wrong(error)

    def _show(self, state: HeldState) -> None:
        self.state = state
        self._view.show_state(state)
