"""What a citizen takes home about his papers: what is missing, until when, and what he handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.core.catalogue.model import Catalogue, PaperLine, Service, Text
from kiosk.core.catalogue.papers import PapersState


@dataclass(frozen=True)
class PaperAsked:
    """One line of the checklist: papers of which any one is enough, and how many copies."""

    codes: tuple[str, ...]
    name: Text
    copies: int = 1


@dataclass(frozen=True)
class PapersSlip:
    """The slip of missing papers. `missing` begins with those that stop the request.

    `until` is the last day for the papers that may follow, None when nothing was accepted yet.
    """

    service: Text
    missing: tuple[PaperAsked, ...]
    given: tuple[PaperAsked, ...]
    until: date | None


def papers_slip(
    catalogue: Catalogue, service: Service, given: Sequence[str], state: PapersState
) -> PapersSlip:
    """Put together the slip for a state of the papers."""
    missing = (*state.missing_now, *state.missing_later)
    return PapersSlip(
        service=service.name,
        missing=tuple(_asked(catalogue, line) for line in missing),
        given=tuple(PaperAsked((code,), catalogue.papers[code].name) for code in given),
        until=state.until,
    )


def _asked(catalogue: Catalogue, line: PaperLine) -> PaperAsked:
    names = [catalogue.papers[code].name for code in line.any_of]
    name = Text(" أو ".join(one.ar for one in names), " or ".join(one.en for one in names))
    return PaperAsked(line.any_of, name, line.copies)
