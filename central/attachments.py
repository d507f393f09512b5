"""Scans on their arrival: taken up by offset, each piece kept before it is said, the whole checked.

The row of an upload says how many bytes are here; a piece moves it only from where it stood, so the same
piece twice, two at once or a crash between file and row change nothing. Bytes stay sealed; their key is kept
apart, sealed to the intake key, and erasing destroys it.
"""

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from central.centre import Centre
from central.ingest import Known
from central.scan_store import ScanStore
from central.scan_stores import name_in_use, still
from central.schema_books import scan, upload, upload_piece
from central.storage import epoch_of, insert_into
from kiosk.core.attachments import Sums as ScanSums
from kiosk.core.attachments import check_content, open_chunks
from kiosk.core.attachments_upload import (
    LEAST_PIECE,
    PURPOSE,
    ScanHeld,
    Upload,
    checksum,
    open_key,
    upload_id,
)
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_text

log = logging.getLogger("central")
OPEN, HELD, ERASED, GONE = "open", "held", "erased", "gone"
"""States of an upload: pieces come; whole; its key was destroyed; its bytes too."""
MOST_OPEN = 20
"""Unfinished uploads of a device: one more, and the oldest begins anew when its turn comes."""


@dataclass(frozen=True)
class Place:
    """How far an upload is, in bytes."""

    upload: str
    offset: int
    size: int


@dataclass(frozen=True)
class Scan:
    """A scan that an entry named. `here`: whether its bytes are; `erased`: when its key was destroyed.

    `safe`: a back-up that counts holds the bytes too.
    """

    device: str
    attachment: str
    tracking: str
    kind: str
    media: str
    size: int
    seq: int
    here: bool
    erased: str | None
    safe: bool

    @property
    def awaited(self) -> bool:
        """The entry came before the file."""
        return not self.here and self.erased is None


def store_of(centre: Centre) -> ScanStore:
    """Where this centre keeps the bytes now. Raises KnownError `scans.*` where that cannot be reached."""
    return _in_use(centre)[1]


def is_of_the_store(error: KnownError) -> bool:
    """Whether it is the store of scans that fails, which may pass, and nothing about one scan."""
    return error.code.startswith("scans.")


def begin_upload(centre: Centre, known: Known, wish: Upload) -> Place:
    """Begin an upload, or find the one that was begun. Raises KnownError `attachment.erased`."""
    name = upload_id(known.code, wish.sealed)
    with centre.storage.write() as db:
        gone = select(scan.c.erased).where(scan.c.device == known.code, scan.c.attachment == wish.attachment)
        if db.execute(gone).scalar() is not None:
            raise KnownError("attachment.erased", attachment=wish.attachment)
        _drop_oldest(db, known.code, name)
        row = insert_into(db, upload).values(
            upload=name,
            device=known.code,
            attachment=wish.attachment,
            sealed=wish.sealed,
            size=wish.size,
            received=0,
            key=bytes.fromhex(wish.key),
            state=OPEN,
            at=utc_text(centre.now()),
            safe=0,
        )
        db.execute(row.on_conflict_do_nothing())
        found = _row(db, known.code, name)
    if (found.attachment, found.size) != (wish.attachment, wish.size):
        raise KnownError("attachment.other_offset", offset=found.received)
    return place_of(centre, known, name)


def place_of(centre: Centre, known: Known, name: str) -> Place:
    """How far an upload of this device is. Raises KnownError `attachment.no_upload`, `.erased`."""
    with centre.storage.read() as db:
        row = _row(db, known.code, name)
    if row.state in (ERASED, GONE):
        raise KnownError("attachment.erased", attachment=row.attachment)
    if row.state == OPEN and row.received == row.size:
        return _finish(centre, row)
    if row.state == HELD and not store_of(centre).holds(name):
        return _begin_anew(centre, row, HELD)
    return Place(name, row.received, row.size)


def take_piece(centre: Centre, known: Known, name: str, offset: int, said: str, piece: bytes) -> Place:
    """Add a piece at `offset`; `said` is its checksum.

    Raises KnownError `attachment.no_upload`, `.erased`, `.other_offset`, `.bad_checksum`, `.altered` (the
    whole is not what was announced: it begins anew), `central.bad_request`, `.cannot_write`, `scans.*`.
    """
    before = place_of(centre, known, name)
    if before.offset != offset:
        raise KnownError("attachment.other_offset", offset=before.offset)
    after = offset + len(piece)
    if after > before.size or (len(piece) < LEAST_PIECE and after != before.size) or not piece:
        raise KnownError("central.bad_request")
    if said != checksum(piece):
        raise KnownError("attachment.bad_checksum")
    used, store = _in_use(centre)
    store.put_piece(name, (offset, len(piece)), piece)
    with centre.storage.write() as db:
        still(db, used)
        here = (upload.c.upload == name) & (upload.c.received == offset) & (upload.c.state == OPEN)
        if db.execute(update(upload).where(here).values(received=after)).rowcount != 1:
            raise KnownError("attachment.other_offset", offset=_row(db, known.code, name).received)
        db.execute(delete(upload_piece).where(upload_piece.c.upload == name, upload_piece.c.start == offset))
        db.execute(insert_into(db, upload_piece).values(upload=name, start=offset, length=len(piece)))
        row = _row(db, known.code, name)
    return _finish(centre, row) if after == row.size else Place(name, after, row.size)


def take_whole(centre: Centre, known: Known, wish: Upload, sealed: bytes) -> None:
    """Keep a scan that came whole, as on a stick, and is what was announced; one that is here already stays.

    Raises KnownError `attachment.erased`, `.other_offset` (these bytes were another scan's), `.altered`,
    `central.cannot_write`, `scans.*`.
    """
    name = begin_upload(centre, known, wish).upload
    place = place_of(centre, known, name)
    with centre.storage.read() as db:
        if _row(db, known.code, name).state == HELD:
            return
    used, store = _in_use(centre)
    store.put(name, sealed)
    with centre.storage.write() as db:
        still(db, used)
        here = (upload.c.upload == name) & (upload.c.state == OPEN)
        if db.execute(update(upload).where(here).values(state=HELD, received=place.size)).rowcount == 1:
            db.execute(delete(upload_piece).where(upload_piece.c.upload == name))
    _drop_pieces(store, name)


def held_answer(centre: Centre, known: Known, name: str, nonce: str) -> bytes:
    """Sign that the whole is here. Raises KnownError `attachment.no_upload`, `.erased`, `.unfinished`."""
    place = place_of(centre, known, name)
    if place.offset < place.size:
        raise KnownError("attachment.unfinished", offset=place.offset)
    with centre.storage.read() as db:
        row, epoch = _row(db, known.code, name), epoch_of(db)
    return centre.sign(
        PURPOSE,
        ScanHeld(
            device=known.code,
            nonce=nonce,
            attachment=row.attachment,
            sealed=row.sealed,
            epoch=epoch,
            safe=bool(row.safe),
        ),
    )


def list_scans(centre: Centre, *, tracking: str | None = None, awaited: bool = False) -> list[Scan]:
    """The scans that entries named, of one request or all, in the order of the entries."""
    query = (
        select(scan, upload.c.state, upload.c.safe)
        .select_from(scan.outerjoin(upload, SAME_SCAN))
        .order_by(scan.c.device, scan.c.stream, scan.c.seq)
    )
    if tracking is not None:
        query = query.where(scan.c.tracking == tracking)
    with centre.storage.read() as db:
        found = [_scan(row) for row in db.execute(query).all()]
    return [one for one in found if one.awaited or not awaited]


def read_scan(centre: Centre, attachment: str) -> tuple[Scan, bytes]:
    """A scan and its content, opened with the intake key and held to its entry.

    Raises KnownError `attachment.unknown`, `.awaited`, `.erased`, `.damaged`, `.cannot_open`.
    """
    query = select(scan, upload.c.state, upload.c.safe, upload.c.key, upload.c.upload)
    with centre.storage.read() as db:
        row = db.execute(
            query.select_from(scan.outerjoin(upload, SAME_SCAN)).where(scan.c.attachment == attachment)
        ).first()
    if row is None:
        raise KnownError("attachment.unknown", attachment=attachment[:40])
    found = _scan(row)
    if found.erased is not None:
        raise KnownError("attachment.erased", attachment=attachment)
    if not found.here:
        raise KnownError("attachment.awaited", attachment=attachment)
    key = open_key(row.key, attachment=attachment, device=found.device, intake=centre.keys.intake)
    content = open_chunks(store_of(centre).read(row.upload), key, attachment)
    check_content(content, attachment, ScanSums(row.content, row.size, row.sealed, row.sealed_size))
    return found, content


def sweep_erased(centre: Centre) -> int:
    """Remove the bytes of scans whose keys were destroyed; return of how many.

    Raises KnownError `scans.*`: what is left goes with the next sweep.
    """
    with centre.storage.read() as db:
        names = db.execute(select(upload.c.upload).where(upload.c.state == ERASED)).scalars().all()
    for name in names:
        used, store = _in_use(centre)
        store.remove(name)
        with centre.storage.write() as db:
            still(db, used)
            here = (upload.c.upload == name) & (upload.c.state == ERASED)
            db.execute(update(upload).where(here).values(state=GONE))
    return len(names)


SAME_SCAN = (
    (upload.c.device == scan.c.device)
    & (upload.c.attachment == scan.c.attachment)
    & (upload.c.sealed == scan.c.sealed)
)
"""Where the bytes of a scan are."""


def _scan(row: Row[Any]) -> Scan:
    return Scan(
        device=row.device,
        attachment=row.attachment,
        tracking=row.tracking,
        kind=row.kind,
        media=row.media,
        size=row.size,
        seq=row.seq,
        here=row.state == HELD,
        erased=row.erased,
        safe=row.state == HELD and bool(row.safe),
    )


def _row(db: Connection, device: str, name: str) -> Row[Any]:
    row = db.execute(select(upload).where(upload.c.upload == name, upload.c.device == device)).first()
    if row is None:
        raise KnownError("attachment.no_upload")
    return row


def _finish(centre: Centre, row: Row[Any]) -> Place:
    """Join the pieces; what they come to is the scan, or the upload begins anew."""
    pieces = select(upload_piece.c.start, upload_piece.c.length).where(upload_piece.c.upload == row.upload)
    with centre.storage.read() as db:
        listed = [(one.start, one.length) for one in db.execute(pieces.order_by(upload_piece.c.start)).all()]
    used, store = _in_use(centre)
    if not store.join(row.upload, listed, row.sealed):
        _begin_anew(centre, row, OPEN)
        raise KnownError("attachment.altered")
    with centre.storage.write() as db:
        still(db, used)
        here = (upload.c.upload == row.upload) & (upload.c.state == OPEN)
        db.execute(update(upload).where(here).values(state=HELD))
        db.execute(delete(upload_piece).where(upload_piece.c.upload == row.upload))
    _drop_pieces(store, row.upload)
    return Place(row.upload, row.size, row.size)


def _begin_anew(centre: Centre, row: Row[Any], state: str) -> Place:
    """Nothing of this upload is here any more."""
    with centre.storage.write() as db:
        here = (upload.c.upload == row.upload) & (upload.c.state == state)
        db.execute(update(upload).where(here).values(state=OPEN, received=0, safe=0))
        db.execute(delete(upload_piece).where(upload_piece.c.upload == row.upload))
    _drop_pieces(store_of(centre), row.upload)
    return Place(row.upload, 0, row.size)


def _in_use(centre: Centre) -> tuple[str, ScanStore]:
    """The store in use and its name."""
    with centre.storage.read() as db:
        name = name_in_use(db)
    return name, centre.scans.named(centre.folder, name)


def _drop_pieces(store: ScanStore, name: str) -> None:
    """Pieces that no row names any more: where the store fails now, housekeeping removes them later."""
    try:
        store.drop_pieces(name)
    except KnownError as error:
        if not is_of_the_store(error):
            raise
        log.warning("pieces of %s stay for now: %s", name, error.sentence("en"))


def _drop_oldest(db: Connection, device: str, but: str) -> None:
    """Let no more than `MOST_OPEN` uploads of a device stay unfinished; files go with the next sweep."""
    unfinished = select(upload.c.upload).where(
        upload.c.device == device, upload.c.state == OPEN, upload.c.upload != but
    )
    names = db.execute(unfinished.order_by(upload.c.at.desc(), upload.c.upload)).scalars().all()
    for name in names[MOST_OPEN - 1 :]:
        db.execute(delete(upload_piece).where(upload_piece.c.upload == name))
        db.execute(update(upload).where(upload.c.upload == name).values(received=0))
