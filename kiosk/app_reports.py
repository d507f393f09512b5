"""Drops crash reports and old logs when their time is over, each time that somebody begins to work."""

from datetime import timedelta
from typing import TYPE_CHECKING

from kiosk.report_files import CRASH_KIND, LOG_KIND, Reporting

if TYPE_CHECKING:
    from kiosk.desk.session import Session


class KeptReports:
    """A companion of the desk. The log tells that somebody began and ended, not who."""

    def __init__(self, reporting: Reporting) -> None:
        self._reporting = reporting

    def begin(self, session: "Session") -> None:
        """Drop what is past the period of the policy."""
        from kiosk.core.wire.times import from_ms
        from kiosk.desk.privacy import days_kept

        self._reporting.note("unlocked")
        kept = days_kept(session)
        for kind in (LOG_KIND, CRASH_KIND):
            days = kept.get(kind)
            if days is not None:
                self._reporting.drop_before(kind, from_ms(session.believed_ms()) - timedelta(days=days))

    def end(self) -> None:
        """Say so."""
        self._reporting.note("locked")
