"""Scenes of following a request: the question, the centre's word, its silence, several of one person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.wire.request_status import REQUEST_STATUS, RequestStatus
from kiosk.desk.serve import take_request
from kiosk.desk.session import Session
from kiosk.store.request_told import held_version, put_told
from tests.desk.forms import NUMBER, request, without_later
from tests.ui.scenes_shift import at_work
from tests.ui.stage import Stage

ELSEWHERE = "D00000007-2026-000112"
TOLD = RequestStatus(
    tracking=ELSEWHERE,
    service="CRT-01",
    day=date(2026, 11, 18),
    state="incomplete",
    at=datetime(2026, 11, 22, 9, 40, tzinfo=UTC),
    note="صورة عقد الإيجار موثقة، وصورة بطاقة الرقم القومي سارية للمالك",
    until=date(2026, 12, 6),
    office=None,
)


def tell(*statuses: RequestStatus) -> Callable[[Session], None]:
    """The centre's statuses come into use, as sync brings them."""

    def work(session: Session) -> None:
        version = held_version(session.store.db) + 1
        with session.act() as act:
            put_told(act.db, statuses)
            act.append(
                SnapshotApplied(
                    dataset=REQUEST_STATUS,
                    version=version,
                    hash="ab" * 32,
                    as_of=datetime(2026, 11, 24, 5, 30, tzinfo=UTC),
                    rows=len(statuses),
                    applied_through=None,
                    not_applied=(),
                )
            )

    return work


def asked(stage: Stage, number: str) -> None:
    """Type a number and look for it."""
    stage.go("follow")
    stage.type(number)
    stage.tap(stage.screen.primary)


def follow(stage: Stage) -> None:
    """The question."""
    at_work(stage)
    stage.go("follow")


def follow_incomplete(stage: Stage) -> None:
    """A request of another device, for which something is missing."""
    at_work(stage)
    stage.do(tell(TOLD))
    asked(stage, ELSEWHERE)


def follow_silent(stage: Stage) -> None:
    """Taken here with papers that may follow; the centre has said nothing, and the fee is open."""
    at_work(stage)
    taken = stage.do(lambda session: take_request(session, without_later(session, "SHP-01")))
    asked(stage, taken.tracking)


def follow_several(stage: Stage) -> None:
    """All requests of one person on this device."""
    at_work(stage)
    first = stage.do(lambda session: take_request(session, request(session, "CRT-01")))
    stage.do(lambda session: take_request(session, without_later(session, "SHP-01")))
    stage.do(tell(replace(TOLD, tracking=first.tracking, state="granted", note="مستوفٍ", until=None)))
    asked(stage, NUMBER)


SCENES: dict[str, Callable[[Stage], None]] = {
    scene.__name__.replace("_", "-"): scene for scene in (follow, follow_incomplete, follow_silent)
}
