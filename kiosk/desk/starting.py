"""What is looked at once at each unlock: how the program ended, the end of the journal, the zone.

Damage that is found becomes an incident, which stops new money and nothing else (`kiosk.core.stops`).
"""

from collections.abc import Callable, Iterator

from kiosk.core.entries.body import Body
from kiosk.core.entries.technical import UncleanStop, ZoneChanged
from kiosk.core.wire.times import utc_ms
from kiosk.desk.lifting import has_lifting_key, new_lifting_key
from kiosk.desk.reference import ZONE
from kiosk.desk.session import Act, Session
from kiosk.store.datasets import kept_content
from kiosk.store.incidents import note_incident
from kiosk.store.start_check import check_tail, pages_sound
from kiosk.store.sync_state import centre_of, keep_setting, setting
from kiosk.zone_files import read_zone

_ZONE = "zone_told"

Progress = Callable[[str], object]
"""Told what is being looked at: `pages`, then `journal`."""


def begin_work(session: Session, *, left_open: bool, progress: Progress = lambda _what: None) -> None:
    """Look at the store and journal what was found, in acts of their own; nothing where all is well.

    `left_open`: the program ended without closing it (`kiosk.store.start_check.was_left_open`, asked before
    it was opened). Raises KnownError `store.*`, `journal.torn`.
    """
    last = session.store.journal.state().seq
    sound = True
    if left_open:
        progress("pages")
        sound = pages_sound(session.store)
        if not sound:
            note_incident(session.store, "damaged", "store.damaged", session.moment())
    progress("journal")
    tail = check_tail(session.store)
    if tail.findings:
        worst = tail.findings[0]
        note_incident(session.store, "broken_chain", worst.code, session.moment(), at=worst.seq or None)
    if left_open or setting(session.store.db, _ZONE) != _zone_in_use(session) or _lacks_key(session):
        with session.act() as act:
            if left_open:
                act.append(UncleanStop(last=session.link(last), pages="sound" if sound else "damaged"))
            for body in _news(session, act):
                act.append(body)


def _news(session: Session, act: Act) -> Iterator[Body]:
    changed = _zone_changed(session, act)
    if changed is not None:
        yield changed
    key = new_lifting_key(session, act)
    if key is not None:
        yield key


def _lacks_key(session: Session) -> bool:
    return centre_of(session.store.db) is not None and not has_lifting_key(session)


def _zone_in_use(session: Session) -> int:
    return session.reference.version(ZONE).version


def _zone_changed(session: Session, act: Act) -> ZoneChanged | None:
    """Other rules of the zone since the last unlock: told with the offsets by both, at this moment."""
    told, used = setting(act.db, _ZONE), session.reference.version(ZONE)
    keep_setting(act.db, _ZONE, used.version)
    if told is None or told == used.version:
        return None
    before = read_zone(kept_content(act.db, ZONE, told).decode(), ZONE)
    now = utc_ms(act.moment.at)
    return ZoneChanged(
        version=used.version,
        hash=used.hash,
        offset_before=before.offset(now),
        offset_after=session.reference.zone.offset(now),
    )
