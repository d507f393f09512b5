"""Acts of people at the centre: who did what, noted for good in the transaction that does it.

A person is named by his code; that it is he who sits there is for the accounts with password that come with
the administration pages. Until then whoever may run commands on the server answers for the code he gives.
"""

import json
from typing import Any

from sqlalchemy import Connection, insert, select

from central.schema import staff
from central.schema_books import act
from kiosk.core.errors import KnownError
from kiosk.core.wire.codec import FieldError, coder
from kiosk.core.wire.fields import StaffCode


def check_person(db: Connection, by: str) -> None:
    """Refuse who may not decide. Raises KnownError `books.bad_person`, `books.person_revoked`."""
    try:
        coder(StaffCode).load(by)
    except FieldError as error:
        raise KnownError("books.bad_person", staff=by[:16]) from error
    revoked = db.execute(select(staff.c.revoked).where(staff.c.code == by)).scalar()
    if revoked is not None:
        raise KnownError("books.person_revoked", staff=by)


def note_act(db: Connection, kind: str, about: str, *, by: str, now: str, **detail: Any) -> None:
    """Note an act; `about`: the account, case, credit or entry that it concerns."""
    text = json.dumps(detail, sort_keys=True, ensure_ascii=False)
    db.execute(insert(act).values(at=now, by=by, kind=kind, about=about, detail=text))


def need_note(note: str) -> str:
    """A reason of one line. Raises KnownError `books.note_needed`."""
    bare = " ".join(note.split())[:500]
    if not bare:
        raise KnownError("books.note_needed")
    return bare
