"""Finds the requests of a citizen who lost his paper, by his number; who looked, and why, is noted for good.

The number itself is kept nowhere: what is compared is its keyed fingerprint, and what is noted are the
requests that were found. Records are opened with the intake key; without it nobody is looked for.
"""

import re

from central.acts import check_person, need_note, note_act
from central.centre import Centre
from central.request_log import Standing, list_requests
from central.requests import fingerprint, link_duplicates
from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.identity.passport import read_passport
from kiosk.core.wire.times import utc_text

ACT = "request.person"
"""Kind of the act that each look-up is, about each request that was found, or about `request:-`."""
_NATIONAL = re.compile(r"[23]\d{13}", re.ASCII)


def requests_of_person(
    centre: Centre, number: str, *, by: str, note: str, unit: str | None = None, state: str | None = None
) -> list[Standing]:
    """The requests of who has this national number, or this passport (`COUNTRY:NUMBER`), ended ones too.

    Raises KnownError `status.person_number`, `books.bad_person`, `books.person_revoked`, `books.note_needed`,
    `keys.missing`.
    """
    identity = fingerprint(centre, _read(number))
    _ = centre.keys.intake
    link_duplicates(centre)
    with centre.storage.write() as db:
        check_person(db, by)
        why = need_note(note)
        found = list_requests(db, unit=unit, state=state, everything=True, identity=identity)
        now = utc_text(centre.now())
        for tracking in [one.row.tracking for one in found] or ["-"]:
            note_act(db, ACT, f"request:{tracking}", by=by, now=now, why=why, found=len(found))
    return found


def _read(number: str) -> str:
    """As records keep it. Raises KnownError `status.person_number`, which does not repeat what was typed."""
    text = ascii_digits(strip_marks(number)).strip()
    bare = re.sub(r"[\s-]", "", text)
    if _NATIONAL.fullmatch(bare):
        return bare
    country, colon, rest = text.partition(":")
    try:
        passport = read_passport(country, rest if colon else "")
    except KnownError as error:
        raise KnownError("status.person_number") from error
    return f"{passport.country}:{passport.number}"
