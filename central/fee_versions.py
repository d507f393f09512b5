"""The fee tables that this centre published: they stay for good, and each is read once in a process."""

import gzip
import hashlib
import logging
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, select

from central.centre import Centre
from central.schema import dataset
from central.trust import authority_of
from kiosk.core.errors import KnownError
from kiosk.core.fees import FeeTables, tables_from_plain
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.reference import MAX_REFERENCE_BYTES, open_reference

FEES = "fees"
MOST_TABLES = 16
"""Tables kept in memory; one that is asked for again after so many others is read again."""
log = logging.getLogger("central")
_READ: OrderedDict[Path, FeeTables] = OrderedDict()
"""By their files, which are named by their content."""
_LOCK = Lock()


@dataclass(frozen=True)
class FeeVersion:
    """One version as it was published. `hash` names its content, as requests pin it; `as_of`: when it was
    signed, as text.
    """

    number: int
    hash: str
    file: str
    as_of: str


def fee_versions(db: Connection) -> tuple[FeeVersion, ...]:
    """Every version of the fee tables here, the oldest first."""
    columns = (dataset.c.version, dataset.c.hash, dataset.c.file, dataset.c.as_of)
    query = select(*columns).where(dataset.c.name == FEES, dataset.c.scope == "")
    return tuple(FeeVersion(*row) for row in db.execute(query.order_by(dataset.c.version)))


def read_fees(centre: Centre, version: FeeVersion) -> FeeTables | None:
    """The tables of a version; None, and a line in the log, for a file that is not there or not whole."""
    path = centre.folder.files / version.file
    with _LOCK:
        if path in _READ:
            _READ.move_to_end(path)
            return _READ[path]
    try:
        tables = _parse(centre, gzip.decompress(path.read_bytes()), version.hash)
    except (KnownError, OSError, EOFError, ValueError) as error:
        log.warning("the fee table of version %s gives no price: %s", version.number, error)
        return None
    with _LOCK:
        _READ[path] = tables
        while len(_READ) > MOST_TABLES:
            _READ.popitem(last=False)
    return tables


def _parse(centre: Centre, data: bytes, hash_: str) -> FeeTables:
    """Raises KnownError `signed.*`, `wire.*`, `fees.dataset`."""
    content = open_reference(FEES, data, authority_of(centre), now=centre.now()).content
    if hashlib.sha256(content).hexdigest() != hash_:
        raise KnownError("fees.dataset", detail="hash")
    return tables_from_plain(parse_canonical(content, max_bytes=MAX_REFERENCE_BYTES))
