"""Shows a request that was taken: its state, its receipts, and who asked, masked."""

from dataclasses import dataclass, field

from kiosk.core.errors import KnownError
from kiosk.core.identity import mask
from kiosk.core.roles import Right
from kiosk.desk.session import Session
from kiosk.store.queries.requests import TakenRequest, receipts_of, request_of


@dataclass(frozen=True)
class RequestPage:
    """A request with the numbers of its standing receipts. The repr hides who asked.

    `name` and `number` (all but the last digits hidden) are empty when he gave none or was erased.
    """

    request: TakenRequest
    receipts: tuple[str, ...]
    name: str = field(repr=False)
    number: str = field(repr=False)


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
    return RequestPage(
        request=request,
        receipts=receipts_of(session.store.db, tracking),
        name=details.get("applicant_name", ""),
        number=mask(number) if number else "",
    )
