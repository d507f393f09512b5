"""What `kiosk doctor` says of the second medium: whether there is one, whether it works, how old it is."""

from datetime import UTC, datetime, timedelta

from kiosk.commands.doctor_checks import Check, failed
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.medium_state import medium_of
from kiosk.store.sync_state import centre_of
from kiosk.sync.place import Place
from kiosk.sync.second_medium import check_medium, fault_error

_OLD = timedelta(days=3)


def medium_check(session: Session) -> Check:
    """Look at the card now, and compare it with the journal: a contradiction stops new money."""
    if centre_of(session.store.db) is None:
        return Check("medium", "ok", "جهاز تجريبي: لا كارت نسخة احتياطية له.",
                     "A trial device: it has no second medium.")  # fmt: skip
    try:
        check_medium(Place.of(session.store))
    except KnownError as error:
        return failed("medium", error)
    state = medium_of(session.store.db)
    if state is None:
        none = KnownError("medium.none")
        return Check("medium", "warn", none.sentence("ar"), none.sentence("en"),
                     none.remedy("ar"), none.remedy("en"))  # fmt: skip
    fault = fault_error(state)
    if fault is not None:
        return failed("medium", fault)
    through = str(state.through)
    ar, en = (
        f"كارت النسخة الاحتياطية عليه القيود حتى {ltr(through)}.",
        f"The second medium holds up to {through}.",
    )
    old = state.written_at is None or datetime.now(UTC) - state.written_at > _OLD
    if not old:
        return Check("medium", "ok", ar, en)
    return Check("medium", "warn", ar, en, "اكتب عليه الآن: kiosk medium write",
                 "Write to it now: kiosk medium write")  # fmt: skip
