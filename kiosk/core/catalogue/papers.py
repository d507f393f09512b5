"""Compares the papers in hand with the checklist: complete, conditional until a day, or incomplete."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.core.catalogue.model import PaperLine, Service


class Completeness(StrEnum):
    """What the papers allow."""

    COMPLETE = "complete"
    CONDITIONAL = "conditional"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class PapersState:
    """`missing_now` stop the request; `missing_later` may follow until `until` (that day included).

    `optional` are lines not in hand that never stop it. `until` is set only when the state is conditional.
    """

    state: Completeness
    missing_now: tuple[PaperLine, ...] = ()
    missing_later: tuple[PaperLine, ...] = ()
    optional: tuple[PaperLine, ...] = ()
    until: date | None = None


def checklist(service: Service, facts: Mapping[str, str]) -> list[PaperLine]:
    """Return the lines that count for these answers."""
    return [line for line in service.papers if line.required_if is None or line.required_if.holds(facts)]


def papers_state(
    service: Service, facts: Mapping[str, str], given: Collection[str], today: date
) -> PapersState:
    """Compare the codes of papers `given` with the checklist; a conditional acceptance counts calendar days.

    A line of several papers is met by any one of them. A service without conditional acceptance has no papers
    that may follow.
    """
    missing = [line for line in checklist(service, facts) if not any(code in given for code in line.any_of)]
    optional = tuple(line for line in missing if line.optional)
    may_follow = service.conditional is not None
    now = tuple(line for line in missing if not line.optional and not (line.later and may_follow))
    later = tuple(line for line in missing if not line.optional and line.later and may_follow)
    if now:
        return PapersState(Completeness.INCOMPLETE, now, later, optional)
    if later and service.conditional is not None:
        until = today + timedelta(days=service.conditional.days)
        return PapersState(Completeness.CONDITIONAL, (), later, optional, until)
    return PapersState(Completeness.COMPLETE, optional=optional)


def minimum_papers(service: Service, facts: Mapping[str, str]) -> Sequence[PaperLine]:
    """Return the lines without which the request is not taken at all."""
    may_follow = service.conditional is not None
    return [
        line for line in checklist(service, facts) if not line.optional and not (line.later and may_follow)
    ]
