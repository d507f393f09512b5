"""Scans in the histories: attached at desks, sent over lines that fail, and found at the centre."""

from collections import Counter

from sqlalchemy import select

from central.attachments import HELD, read_scan, store_of
from central.schema_books import scan as scan_table
from central.schema_books import upload
from kiosk.core.attachments_upload import upload_id
from kiosk.desk.attach import attach
from kiosk.store.attachments import Held, State, attachments
from tests.acts import ask
from tests.desk.scans import scan
from tests.sync.machine.body import Body
from tests.sync.machine.desk import told
from tests.sync.machine.world import World

SMALL, IN_PIECES = 3_000, 21_000
"""Bytes of a scan that goes in one piece, and of one that goes in two."""
_BELIEVED = (State.SENT, State.SAFE)


def add(body: Body, size: int) -> str:
    """Take a request and attach a scan to it."""

    def act() -> str:
        session = body.session
        tracking = ask(session)
        kind = next(iter(session.reference.catalogue.papers))
        seed = f"{body.name}{session.store.journal.state().seq}"
        return attach(session, tracking, kind, scan(size, seed)).held.attachment[:8]

    return told(act)


def nothing_is_believed_that_is_not_so(world: World, body: Body) -> None:
    """What counts as sent is whole at the centre, and what counts as safe is in an archive."""
    found = [one for one in attachments(body.session.store.db) if one.state in _BELIEVED]
    if not found or body.acknowledged()[0] != world.centre.epoch:
        return
    there = {row.upload: row for row in world.rows(select(upload).where(upload.c.device == body.device))}
    for one in found:
        name = upload_id(body.device, one.sums.sealed)
        assert name in there, f"{body.name} believes that scan {one.attachment} is at the centre"
        if there[name].state == HELD:  # else it was erased
            assert store_of(world.centre.centre).holds(name), f"{body.name}: scan {one.attachment} is lost"
        safe = one.state is not State.SAFE or world.centre.archive.joinpath(name).is_file()
        assert safe, f"{body.name} believes that scan {one.attachment} is in a back-up"


def wait(body: Body) -> bool:
    """Whether a scan whose entry is at the centre is still to be sent."""
    return any(one.state is State.WAITING for one in attachments(body.session.store.db))


def are_at_the_centre(world: World, body: Body) -> None:
    """Every scan that an entry names is there, byte for byte and once; none is awaited for ever."""
    here = attachments(body.session.store.db)
    for one in here:
        if one.state is not State.ERASED:
            _is_there(world, body, one)
    named = scan_table.c.stream == body.stream
    awaited = select(scan_table.c.attachment).where(named, scan_table.c.erased.is_(None))
    rows = [row.attachment for row in world.rows(awaited)]
    held = select(upload.c.attachment).where(upload.c.device == body.device, upload.c.state == HELD)
    uploads = Counter(row.attachment for row in world.rows(held))
    assert len(set(rows)) == len(rows), f"{body.name}: a scan was named twice"
    for attachment in rows:
        assert uploads[attachment] == 1, (
            f"{body.name}: scan {attachment} is there {uploads[attachment]} times"
        )


def _is_there(world: World, body: Body, one: Held) -> None:
    assert one.state in _BELIEVED, f"{body.name}: scan {one.attachment} is {one.state.value}"
    centre, scans = world.centre.centre, body.session.store.attachments
    sealed = store_of(centre).read(upload_id(body.device, one.sums.sealed))
    assert sealed == scans.sealed(one), f"{body.name}: the bytes of scan {one.attachment} are others there"
    found, content = read_scan(centre, one.attachment)
    assert content == scans.read(one)
    assert (found.device, found.tracking, found.seq) == (body.device, one.tracking, one.seq)
