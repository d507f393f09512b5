"""Adds a scan of a paper to a request, and opens one again to show it."""

from dataclasses import dataclass

from kiosk.core.entries.attachment import AttachmentAdded
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.stops import Act as Doing
from kiosk.core.wire.entry import Link
from kiosk.desk.session import Session
from kiosk.store.attachments import Held, attachment_of, attachments
from kiosk.store.queries.requests import request_of

_KB = 1000


@dataclass(frozen=True)
class Attached:
    """A scan that was added, and its entry."""

    entry: Link
    held: Held


def attach(session: Session, tracking: str, kind: str, content: bytes) -> Attached:
    """Add a scan of the paper `kind` (code of the catalogue) to a request that was taken here.

    The sealed file is on the disk before the entry that names it. Raises KnownError `roles.no_right`,
    `session.expired`, `request.unknown`, `person.erased`, `attachment.unknown_kind`, `.too_large`,
    `.not_a_scan`, `stop.*`, `store.*`.
    """
    session.require(Right.REQUEST_TAKE)
    person = request_of(session.store.db, tracking).body.person.person
    if kind not in session.reference.catalogue.papers:
        raise KnownError("attachment.unknown_kind", kind=kind[:40])
    limit = session.reference.policy(session.today()).scan_limit_kb
    if len(content) > limit * _KB:
        raise KnownError("attachment.too_large", size=-(-len(content) // _KB), limit=limit)
    session.allow(Doing.SCAN)
    session.store.persons.open(person)
    session.store.attachments.sweep()
    sealed = session.store.attachments.prepare(content)
    body = AttachmentAdded(
        attachment=sealed.attachment,
        tracking=tracking,
        person=person,
        kind=kind,
        media=sealed.media,
        size=sealed.sums.size,
        content=sealed.sums.content,
        sealed_size=sealed.sums.sealed_size,
        sealed=sealed.sums.sealed,
    )
    with session.act() as act:
        session.allow(Doing.SCAN)
        session.store.attachments.keep(sealed, person)
        entry = act.append(body)
    return Attached(entry, attachment_of(session.store.db, sealed.attachment))


def scans_of(session: Session, tracking: str) -> list[Held]:
    """The scans of a request. Raises KnownError `roles.no_right`, `session.expired`, `request.unknown`."""
    session.require(Right.REQUEST_TAKE)
    request_of(session.store.db, tracking)
    return attachments(session.store.db, tracking)


def read_scan(session: Session, attachment: str) -> bytes:
    """The content of a scan, to be shown; it goes into no file.

    Raises KnownError `roles.no_right`, `session.expired`, `attachment.unknown`, `.erased`, `.damaged`.
    """
    session.require(Right.REQUEST_TAKE)
    return session.store.attachments.read(attachment_of(session.store.db, attachment))
