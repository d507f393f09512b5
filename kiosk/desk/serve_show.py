"""Shows a request that was taken: its state, its receipts, and who asked, masked."""

from dataclasses import dataclass, field
from datetime import date

from kiosk.core.errors import KnownError
from kiosk.core.identity import mask
from kiosk.core.roles import Right
from kiosk.desk.session import Session
from kiosk.store.queries.requests import TakenRequest, receipts_of, request_of


@dataclass(frozen=True)
class RequestPage:
    """A request with the numbers of its standing receipts. The repr hides who asked.

    `fee_version` is the table that its fee was worked out from (None: it has no fee); `fee_ended` the last
    day of that table when it was past it already, None otherwise. `sample`: a sample value is in the fee.

    `name` and `number` (all but the last digits hidden) are empty when he gave none or was erased.
    """

    request: TakenRequest
    receipts: tuple[str, ...]
    name: str = field(repr=False)
    number: str = field(repr=False)
    fee_version: str | None = None
    fee_ended: date | None = None

    @property
    def sample(self) -> bool:
        """Whether any line of its fee is a sample value."""
        return any(line.sample for line in self.request.body.fee_lines)


def show_request(session: Session, tracking: str) -> RequestPage:
    """Show a request by its tracking number. Raises KnownError `roles.no_right`, `request.unknown`."""
    session.require(Right.REQUEST_TAKE)
    request = request_of(session.store.db, tracking)
    try:
        details = session.store.persons.open(request.body.person.person)
    except KnownError as error:
        if error.code != "person.erased":
            raise
        details = {}
    number = details.get("national_number") or details.get("passport_number") or ""
    fees = session.reference.fees_of(request.body.fees.version) if request.body.fee_lines else None
    ended = fees.valid_to if fees else None
    return RequestPage(
        request=request,
        receipts=receipts_of(session.store.db, tracking),
        name=details.get("applicant_name", ""),
        number=mask(number) if number else "",
        fee_version=fees.version if fees else None,
        fee_ended=ended if ended is not None and ended < request.day else None,
    )
