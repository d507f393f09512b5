"""Looks at the chip's counter at each unlock and shift close: a disk that was put back is an incident."""

from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.incidents import note_incident
from kiosk.store.rollback_counter import Verdict, kept_counter, step
from kiosk.store.tpm.chip import Tpm
from kiosk.store.tpm_counter import TpmCounter

_DETAILS = {Verdict.PUT_BACK: "counter.ahead", Verdict.OTHER: "counter.behind"}
_LOST = "counter.lost"


def look_at_counter(session: Session) -> Verdict | None:
    """Count one up and journal an incident when the disk does not fit the counter; None without a counter.

    A chip that does not answer stops nobody: who got in without it had the sealed envelope. One that answers
    without our counter was cleared or is another's, and that is an incident. Raises KnownError `store.*`.
    """
    store = session.store
    record = kept_counter(store.db)
    if record is None:
        return None
    last = store.journal.state().seq
    try:
        verdict = step(store.db, TpmCounter.kept(Tpm(), record))
    except KnownError as error:
        if error.code == "device_secret.tpm_counter_lost":
            note_incident(store, "rollback", _LOST, session.moment(), at=last)
            return Verdict.OTHER
        if error.code.startswith("device_secret."):
            return None
        raise
    if verdict is not Verdict.SAME:
        note_incident(store, "rollback", _DETAILS[verdict], session.moment(), at=last)
    return verdict
