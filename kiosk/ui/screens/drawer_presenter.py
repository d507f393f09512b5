"""Opening the drawer without a payment: why, and it is recorded. No Qt."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from kiosk.core.errors import KnownError
from kiosk.ui.drawer_news import Told
from kiosk.ui.presenter import Context, Errors, Once
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.session import Session

Cause = Literal["count", "handover", "change", "test"]
CAUSES: tuple[Cause, ...] = ("change", "count", "handover", "test")


@dataclass(frozen=True)
class DrawerState:
    """What the screen shows. `opened`: recorded; `tone`, `said`: what became of the pulse, if known."""

    cause: str = ""
    opened: bool = False
    tone: Literal["info", "success", "warning"] = "info"
    said: str = ""
    busy: bool = False


class DrawerPresenter:
    """X and Z print how often it was done."""

    def __init__(self, context: Context, view: TaskView[DrawerState]) -> None:
        self._context, self._view = context, view
        self._once = Once()
        self.state = DrawerState()

    def arrive(self) -> None:
        """Begin anew."""
        self._context.desk.drawer.listen(None)
        self._show(DrawerState())

    def choose(self, cause: str) -> None:
        """A cause was chosen."""
        self._show(replace(self.state, cause=cause))

    def open(self) -> None:
        """Record the opening."""
        errors = Errors(self._context.texts)
        if not self.state.cause:
            errors.add("cause", KnownError("pick.reason"))
        self._view.show_errors(errors.found)
        if errors or self._once.begin() is None:
            self._show(self.state)
            return
        self._show(replace(self.state, busy=True))
        self._context.desk.drawer.listen(self._told)
        cause = cast(Cause, self.state.cause)

        def work(session: "Session") -> None:
            from kiosk.desk.drawer import open_drawer

            open_drawer(session, cause)

        self._context.desk.act(work, self._opened, self._failed)

    def _opened(self, _done: None) -> None:
        self._once.finished()
        said = self.state.said or self._context.texts("drawer.opened")
        self._show(replace(self.state, busy=False, opened=True, said=said))

    def _told(self, said: Told) -> None:
        """The printer's side has ended it; that may be known before the screen knows that it was recorded."""
        self._context.desk.drawer.listen(None)
        texts = self._context.texts
        if isinstance(said, KnownError):
            tone: Literal["success", "warning"] = "warning"
            words = texts.error(said)
        else:
            tone = "success"
            words = texts("drawer.confirmed" if said else "drawer.sent")
        self._show(replace(self.state, tone=tone, said=words))

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._context.desk.drawer.listen(None)
        self._show(replace(self.state, busy=False))
        self._view.say_error(error)

    def _show(self, state: DrawerState) -> None:
        self.state = state
        self._view.show_state(state)
