"""The fee of a request: what the counter takes now, and what its instalments leave for later.

A request keeps the lines of its quote. Where a line is paid by instalments, the part that falls due later is
a line of its own (`later`): so the entry itself says what is due, whatever happens to the fee tables.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.core.entries.parts import Line, line_sum
from kiosk.core.errors import BugError
from kiosk.core.fees import Quote, QuoteLine

LATER = "later"
"""Kind of a line of a request: instalments that fall due another day. It is in no payment of the request."""
EXEMPTION = "exemption"


@dataclass(frozen=True)
class RequestFee:
    """The fee of a request in piastres: its lines, their total, and what is due now."""

    quote: Quote
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """Sum of all lines."""
        return line_sum(self.lines)

    @property
    def due(self) -> int:
        """Sum of the lines that are due now."""
        return line_sum(due_lines(self.lines))


def request_fee(quote: Quote) -> RequestFee:
    """Turn a quote into the lines of a request."""
    fee = RequestFee(quote, tuple(_lines(quote)))
    if fee.total != quote.total or fee.due != quote.due_today:
        raise BugError(f"{quote.service}: lines of {fee.total} and {fee.due}, quote of {quote.total}")
    return fee


def due_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that are paid when the request is taken."""
    return tuple(line for line in lines if line.kind != LATER)


def _lines(quote: Quote) -> Iterator[Line]:
    """Each printed line; the part of a plan that falls due later comes right after what it is a part of."""
    waiting: dict[str, int] = {}
    for line in quote.lines:
        if line.plan:
            waiting[line.id] = sum(part.amount for part in line.plan if part.due > quote.on)
        owner = line.belongs_to or line.id
        later = min(waiting.get(owner, 0), max(0, line.amount))
        if line.account or line.amount:
            yield _line(line, _kind(line), line.amount - later)
        if later:
            waiting[owner] -= later
            yield _line(line, LATER, later)


def _kind(line: QuoteLine) -> str:
    return EXEMPTION if line.exempt and not line.amount else line.phase.name.lower()


def _line(line: QuoteLine, kind: str, piastres: int) -> Line:
    return Line(
        kind=kind,
        account=line.account,
        label=line.id,
        piastres=piastres,
        refundable=line.refundable,
        sample=line.sample,
    )
