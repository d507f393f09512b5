"""Decides whether a service may be begun: what had to come before it, and the periods of law that run."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.core.catalogue.model import Gate, Service, TimeLimit


@dataclass(frozen=True)
class GateState:
    """One gate that stands here; `by` names the service or paper that opened it, None when shut."""

    gate: Gate
    by: str | None

    @property
    def open(self) -> bool:
        """Whether the request may go on."""
        return self.by is not None


def gates_of(
    service: Service,
    facts: Mapping[str, str],
    accepted: Collection[str] = (),
    papers: Collection[str] = (),
) -> list[GateState]:
    """Return the gates that apply, open or shut.

    `facts` are `FormState.known`; `accepted` the codes of services for which the same person or place has an
    accepted request known here; `papers` the codes of papers in hand. A gate whose condition is not decided
    yet (its field is not answered) does not stand.
    """
    found = []
    for gate in service.gates:
        if gate.applies_if and not gate.applies_if.holds(facts):
            continue
        by = next((code for code in gate.after if code in accepted), None)
        found.append(GateState(gate, by or next((code for code in gate.proof if code in papers), None)))
    return found


def shut_gates(states: Sequence[GateState]) -> list[Gate]:
    """Return the gates that keep the request from going on."""
    return [state.gate for state in states if not state.open]


@dataclass(frozen=True)
class TimeLimitState:
    """A period of law: its last day (that day included) and the days left, negative once it has passed."""

    limit: TimeLimit
    last_day: date
    days_left: int

    @property
    def passed(self) -> bool:
        """Whether the last day is over. The kiosk warns; it never refuses a late request."""
        return self.days_left < 0


def time_limits_of(service: Service, facts: Mapping[str, str], today: date) -> list[TimeLimitState]:
    """Return the periods whose starting date (ISO text in `facts`) is known; that day is not counted."""
    found = []
    for limit in service.time_limits:
        start = facts.get(limit.start)
        if start is not None:
            last = date.fromisoformat(start) + timedelta(days=limit.days)
            found.append(TimeLimitState(limit, last, (last - today).days))
    return found
