"""Puts a body into its envelope: the one way in which an entry to be written is made."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY, Registry
from kiosk.core.entries.signatures import required_signatures
from kiosk.core.errors import BugError
from kiosk.core.wire.entry import Clock, Entry, Link, Local

BEGINS_A_SHIFT = frozenset({"shift.opened"})
WITHOUT_A_SHIFT = frozenset({"handover.given", "handover.received", *BEGINS_A_SHIFT})
"""Money entries that may stand outside a shift: bags of closed shifts change hands later."""


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """When, where and by whom: all of an envelope but its place in the stream and its body."""

    at: datetime
    local: Local
    clock: Clock
    staff: str | None
    shift: Link | None


def build_entry(
    stream: str, seq: int, body: Body, circumstances: Circumstances, registry: Registry = REGISTRY
) -> Entry:
    """Make the entry to be written at this place; its body and envelope are checked.

    Raises BugError for what the program got wrong, KnownError `entry.personal_text`, `entry.same_person` or
    `entry.no_person` for what people can mend. Signatures are made over the hash afterwards:
    `required_signatures` names them.
    """
    entry_type, tv, plain = registry.encode(body)
    required_signatures(entry_type, body, circumstances.staff)
    problem = envelope_problem(body, circumstances)
    if problem:
        raise BugError(f"{entry_type}: {problem}")
    return Entry(
        stream=stream,
        seq=seq,
        type=entry_type,
        tv=tv,
        at=circumstances.at,
        local=circumstances.local,
        clock=circumstances.clock,
        staff=circumstances.staff,
        shift=circumstances.shift,
        body=plain,
    )


def envelope_problem(body: Body, envelope: Circumstances | Entry) -> str | None:
    """What the envelope of a money entry lacks: business date, person or shift; None when all is there."""
    if not body.MONEY:
        return None
    if envelope.local.business_date is None:
        return "no business date"
    if envelope.staff is None:
        return "no person"
    if body.TYPE in BEGINS_A_SHIFT and envelope.shift is not None:
        return "inside another shift"
    if body.TYPE not in WITHOUT_A_SHIFT and envelope.shift is None:
        return "outside any shift"
    return None
