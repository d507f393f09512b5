"""Scenes of prints that wait for a person."""

from kiosk.desk.session import Session
from kiosk.store.print_jobs import hold_print, next_print
from tests.ui.scenes_pay import receipt
from tests.ui.stage import Stage


def age(stage: Stage) -> None:
    """The waiting print is old."""

    def work(session: Session) -> None:
        job = next_print(session.store.db)
        assert job is not None
        with session.store.transaction() as db:
            hold_print(db, job.job)

    stage.do(work)


def prints_held(stage: Stage) -> None:
    """An old print waits for a person's word."""
    receipt(stage)
    age(stage)
    stage.go("prints")


SCENES = {"prints-held": prints_held}
