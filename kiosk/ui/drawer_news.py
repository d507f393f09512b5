"""What became of the last order to open the cash drawer, brought to the screen that waits for it. No Qt."""

from collections.abc import Callable

from kiosk.core.errors import KnownError

Told = KnownError | bool
"""Why it was not opened; or that the pulse was sent, True where the printer answered that it gave it."""


class DrawerNews:
    """One screen listens at a time. Told and listened to on the thread of the screens."""

    def __init__(self) -> None:
        self._listener: Callable[[Told], None] | None = None

    def listen(self, listener: Callable[[Told], None] | None) -> None:
        """Tell this one from now on, and nobody else."""
        self._listener = listener

    def tell(self, said: Told) -> bool:
        """The printer's side has ended an opening; False when nobody listens."""
        if self._listener is None:
            return False
        self._listener(said)
        return True
