"""Judges the `limit` of a Z: what its difference is by the policy that the device had in use.

The limits are data that this centre published, found by the hash that the device's journal names. A policy
that is not here (a trial, or one forgotten by a restore) judges nothing.
"""

import gzip
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from central.centre import Centre
from central.recount import Closed, Found
from central.schema import dataset
from central.trust import authority_of
from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.core.money import parse_money
from kiosk.core.policy import STRICTEST
from kiosk.core.wire.reference import open_reference

POLICY = "policy"
_NAMES = ("soft_difference", "hard_difference")
log = logging.getLogger("central")
Limit = Literal["within", "soft", "hard"]


@dataclass(frozen=True)
class Limits:
    """Both limits of one policy in piastres, each by the day from which it is in force, the oldest first."""

    soft: tuple[tuple[date, int], ...]
    hard: tuple[tuple[date, int], ...]

    def judge(self, difference: int, day: date) -> Limit:
        """What a difference is on a day."""
        if abs(difference) > _on(self.hard, day):
            return "hard"
        return "soft" if abs(difference) > _on(self.soft, day) else "within"


def judge_limits(centre: Centre, db: Connection, closes: Iterable[Closed]) -> Iterator[Found]:
    """Where a Z names another limit than its policy gives. A close over midnight may go by either day."""
    known: dict[str, Limits | None] = {}
    for one in closes:
        if one.policy not in known:
            known[one.policy] = _read(centre, db, one.policy)
        limits = known[one.policy]
        if limits is None:
            continue
        ours = [limits.judge(one.difference, day) for day in one.days]
        if one.limit not in ours:
            detail = {"shift": one.shift, "difference": one.difference, "theirs": one.limit, "ours": ours[0]}
            yield Found("limit_differs", one.seq, detail)


def read_limits(text: str) -> Limits:
    """The limits of a policy as it was published. Raises KnownError `yaml.*`, `money.*`, KeyError or
    ValueError for a text that is no policy.
    """
    settings = (read_marked(text, POLICY).map or {})["settings"].map or {}
    soft, hard = (tuple(_version(name, row) for row in settings[name].items or ()) for name in _NAMES)
    return Limits(soft, hard)


def _version(name: str, row: Marked) -> tuple[date, int]:
    fields = row.map or {}
    value, start = fields["value"].text or "", date.fromisoformat(fields["from"].text or "")
    return start, int(str(STRICTEST[name])) if value == "unknown" else parse_money(value)


def _on(versions: tuple[tuple[date, int], ...], day: date) -> int:
    """The last one that has begun, else the first, as `kiosk.core.policy.in_force`."""
    return next((value for start, value in reversed(versions) if start <= day), versions[0][1])


def _read(centre: Centre, db: Connection, hash_: str) -> Limits | None:
    query = select(dataset.c.file).where(dataset.c.name == POLICY, dataset.c.hash == hash_)
    file = db.execute(query.order_by(dataset.c.version).limit(1)).scalar()
    if file is None:
        return None
    try:
        data = gzip.decompress((centre.folder.files / file).read_bytes())
        content = open_reference(POLICY, data, authority_of(centre), now=centre.now()).content
        return read_limits(content.decode("utf-8"))
    except (KnownError, OSError, EOFError, LookupError, ValueError) as error:
        log.warning("the policy %s judges no close: %s", hash_[:16], error)
        return None
