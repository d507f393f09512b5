"""What the centre says of the requests of one unit: content of the dataset `request-status`.

Plain canonical JSON that the signed manifest vouches for. No personal details: tracking number, service code,
state and one line of text, which may not hold a citizen's numbers.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from kiosk.core.request_states import STATES, missing_with, unasked_with
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump, fail
from kiosk.core.wire.fields import Code, Remark, Tracking
from kiosk.core.wire.payload import read_bytes

REQUEST_STATUS = "request-status"
MAX_STATUS_BYTES = 16 << 20


@dataclass(frozen=True, kw_only=True)
class RequestStatus:
    """Where one request stands. `day`: when it was taken; `at`: when the centre said this.

    `state`: a code of `kiosk.core.request_states`, or one that came later. `note`: the reason, or what is
    missing; `until`: the last day for that; `office`: where the request was sent.
    """

    tracking: Tracking
    service: Code
    day: date
    state: Code
    at: datetime
    note: Remark | None
    until: date | None
    office: Remark | None

    def check(self) -> None:
        """A state that is known here says what it needs, and nothing that is not its own."""
        known = STATES.get(self.state)
        if known is None:
            return
        said = {"note": self.note, "until": self.until, "office": self.office}
        wrong = missing_with(known, said) or unasked_with(known, said)
        if wrong is not None:
            fail(wrong, f"does not go with {self.state}")


@dataclass(frozen=True, kw_only=True)
class RequestStatuses:
    """All that is kept of a unit, by tracking number, each once."""

    unit: Code
    statuses: tuple[RequestStatus, ...]

    def check(self) -> None:
        """Ascending by tracking number."""
        numbers = [one.tracking for one in self.statuses]
        if any(first >= second for first, second in pairwise(numbers)):
            fail("statuses", "not ascending")


def statuses_content(statuses: RequestStatuses) -> bytes:
    """The bytes of the dataset."""
    return canonical(dump(statuses))


def read_statuses(content: bytes) -> RequestStatuses:
    """Read the dataset. Raises KnownError `protocol.malformed`, `entry.personal_text`, `wire.*`."""
    return read_bytes(RequestStatuses, content, REQUEST_STATUS, max_bytes=MAX_STATUS_BYTES)
