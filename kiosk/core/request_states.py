"""The states of a request at the centre: their words, what each needs, and which may follow which.

A request is `received` when its entry was applied; every later state is said by a person. Nothing is taken
back: a wrong state is followed by the right one, and leaving a state that ended a request needs a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.core.errors import KnownError, Language

RECEIVED = "received"
TRACKING_EXAMPLE = "D00000012-2026-000345"
"""A number of the right form, for hints."""


@dataclass(frozen=True)
class RequestState:
    """One state. `next`: what may follow it. `closed`: nothing more is expected from the centre.

    `judges`: it is a finding about the request, which whoever took the request may not make himself.
    `needs`: what must be said with it – `note` (the reason, or what is missing), `until` (the last day for
    what is missing), `office` (where it was sent). A note may be said with every state, the others may not.
    """

    code: str
    ar: str
    en: str
    next: tuple[str, ...]
    needs: frozenset[str] = frozenset()
    closed: bool = False
    judges: bool = True

    def words(self, language: Language) -> str:
        """The state as people read it."""
        return self.ar if language == "ar" else self.en


_REASON = frozenset({"note"})
_LISTED = (
    RequestState(
        RECEIVED,
        "وصل المركز ولم يُنظر فيه بعد",
        "at the centre, not looked at yet",
        ("accepted", "incomplete", "forwarded", "granted", "refused"),
        judges=False,
    ),
    RequestState(
        "accepted",
        "قُبل وهو قيد الفحص",
        "accepted, being examined",
        ("incomplete", "forwarded", "granted", "refused"),
    ),
    RequestState(
        "incomplete",
        "ناقص، وعلى صاحبه استكماله",
        "incomplete, to be completed by the applicant",
        ("incomplete", "accepted", "refused"),
        frozenset({"note", "until"}),
    ),
    RequestState(
        "forwarded",
        "أُحيل إلى جهة أخرى",
        "forwarded to another office",
        ("forwarded", "accepted", "incomplete", "granted", "refused"),
        frozenset({"office"}),
    ),
    RequestState("granted", "تمت الموافقة", "granted", ("ready", "handed_over", "refused"), _REASON),
    RequestState("refused", "رُفض", "refused", ("accepted", "granted"), _REASON, closed=True),
    RequestState("ready", "جاهز للاستلام", "ready for collection", ("handed_over", "granted"), judges=False),
    RequestState("handed_over", "سُلّم لصاحبه", "handed over", ("ready",), closed=True, judges=False),
)
STATES: Mapping[str, RequestState] = {one.code: one for one in _LISTED}
"""Every state by its code, in the order in which a request passes through them."""
SAID = tuple(code for code in STATES if code != RECEIVED)
"""The states that people say."""
EXTRAS = ("until", "office")
"""What may be said with those states alone that need it."""
_NEEDED = {
    "note": "status.needs_note",
    "until": "status.needs_until",
    "office": "status.needs_office",
}


def closed_states() -> tuple[str, ...]:
    """The codes of the states after which nothing is expected."""
    return tuple(one.code for one in _LISTED if one.closed)


def state_words(code: str, language: Language) -> str:
    """The words of a state; those of one that this release does not know say so, with its code."""
    known = STATES.get(code)
    if known is not None:
        return known.words(language)
    return f"حالة جديدة: {code}" if language == "ar" else f"a new state: {code}"


def missing_with(state: RequestState, said: Mapping[str, object]) -> str | None:
    """The first thing that the state needs and was not said, or None."""
    return next((name for name in ("note", *EXTRAS) if name in state.needs and not said[name]), None)


def unasked_with(state: RequestState, said: Mapping[str, object]) -> str | None:
    """The first thing that was said and does not belong to the state, or None."""
    return next((name for name in EXTRAS if name not in state.needs and said[name]), None)


def check_step(
    before: str, after: str, *, note: str | None, office: str | None, until: date | None, today: date
) -> RequestState:
    """Refuse a step that the table does not allow, and return the state after it.

    Raises KnownError `status.unknown_state`, `.not_next`, `.needs_note`, `.needs_until`, `.needs_office`,
    `.not_with`, `.until_past`, `.reopen_note`.
    """
    state = STATES.get(after)
    if state is None or after == RECEIVED:
        raise KnownError("status.unknown_state", state=after[:32], known=", ".join(SAID))
    if after not in STATES[before].next:
        raise KnownError("status.not_next", before=before, after=after, ways=", ".join(STATES[before].next))
    said = {"note": note, "office": office, "until": until}
    missing, unasked = missing_with(state, said), unasked_with(state, said)
    if missing is not None:
        raise KnownError(_NEEDED[missing], state=after)
    if unasked is not None:
        raise KnownError("status.not_with", state=after, option=f"--{unasked}")
    if until is not None and until < today:
        raise KnownError("status.until_past", day=until.isoformat())
    if STATES[before].closed and not note:
        raise KnownError("status.reopen_note", before=before)
    return state
