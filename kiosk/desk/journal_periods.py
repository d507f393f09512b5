"""The periods of the journal: what is kept, beginning a new one, dropping one that nobody needs here."""

from dataclasses import dataclass

from kiosk.core.entries.baseline import PeriodDropped
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.session import Session
from kiosk.store.drop import border_of, drop_oldest, refuse_drop
from kiosk.store.periods import Period, hash_at, periods
from kiosk.store.turn import Turned, turn
from kiosk.store.verify import verify


@dataclass(frozen=True)
class Kept:
    """A kept period; `stays` says why it cannot be dropped now, None for one that can."""

    period: Period
    current: bool
    stays: KnownError | None


def kept_periods(session: Session) -> tuple[Kept, ...]:
    """The periods on this device, oldest first. Raises KnownError `roles.no_right`, `session.expired`."""
    session.require(Right.JOURNAL_VERIFY)
    found = periods(session.store.db)
    return tuple(Kept(one, one is found[-1], _stays(session, found, one)) for one in found)


def begin_period(session: Session) -> Turned:
    """Seal the current period and begin the next one with a baseline.

    Raises KnownError as `kiosk.store.turn.turn` does, `roles.no_right`, `session.expired`, `store.*`.
    """
    session.require(Right.JOURNAL_PERIODS)
    store = session.store
    with session.act() as act:
        return turn(act.db, store.journal, store.device_signer, act.moment, _days(session))


def drop_period(session: Session) -> PeriodDropped:
    """Verify everything, then drop the oldest period; that it went is an entry of the same act.

    Raises KnownError `journal.unsound` when anything in the database is damaged, as
    `kiosk.store.drop.drop_oldest` does, `roles.no_right`, `session.expired`, `store.*`. Then nothing has
    changed.
    """
    session.require(Right.JOURNAL_PERIODS)
    store = session.store
    border = border_of(store.db, store.journal)
    refuse_drop(store.db, border, _days(session))
    if not verify(store).database_clean:
        raise KnownError("journal.unsound")
    head = hash_at(store.db, border.period.last) or b""
    with session.act() as act:
        gone = drop_oldest(act.db, store.journal, _days(session)).period
        body = PeriodDropped(period=gone.n, first=gone.first, last=gone.last, head=head.hex())
        act.append(body)
        act.checkpoint()
    return body


def _stays(session: Session, found: tuple[Period, ...], one: Period) -> KnownError | None:
    if one is not found[0] or len(found) < 2:
        return KnownError("journal.only_period") if one is found[-1] else KnownError("journal.not_oldest")
    store = session.store
    try:
        refuse_drop(store.db, border_of(store.db, store.journal), _days(session))
    except KnownError as error:
        return error
    return None


def _days(session: Session) -> int:
    return session.reference.policy(session.today()).journal_days
