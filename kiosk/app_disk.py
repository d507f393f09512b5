"""Keeps space back on the disk for a bad day, each time somebody unlocks."""

from contextlib import suppress
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError

if TYPE_CHECKING:
    from kiosk.desk.session import Session


class DiskReserve:
    """A companion of the desk: the ballast file is there while there is room for it."""

    def begin(self, session: "Session") -> None:
        """Lay the ballast, and let the journal tell when free space has crossed a limit."""
        from kiosk.desk.stops import keep_reserve

        # A disk in the way keeps nobody from his work: what it stops, the acts say themselves.
        with suppress(KnownError):
            keep_reserve(session)

    def end(self) -> None:
        """The ballast stays."""
