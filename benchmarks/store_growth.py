"""Whether a payment at the end of a journal of years costs what it costs in a new one."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.bulk import citizen_of, endless_request, lengthen, till
from benchmarks.frame import Figure, against_peer, interleaved
from kiosk.desk.pay import Offer, take_payment
from kiosk.desk.shift_open import open_shift

FEW, MANY = 1_000, 1_000_000
ROUNDS = 151
MILLI = 1_000


def commit_growth() -> Iterator[Figure]:
    """The median of a payment with its receipt at 1,000,000 entries against 1,000, in ms, in turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        works = [_till(stack, Path(folder) / str(entries), entries) for entries in (FEW, MANY)]
        few, many = (seconds * MILLI for seconds in interleaved(*works, rounds=ROUNDS))
    yield against_peer("store.commit_growth", many, few, "ms", at_most=1.2)


def _till(stack: ExitStack, folder: Path, entries: int) -> Callable[[], object]:
    """A till whose journal has so many entries; each call takes the next payment."""
    session = stack.enter_context(till(folder))
    lengthen(session, entries)
    open_shift(session, {"note-10": 50})
    bill = endless_request(session, citizen_of(session))
    numbers = iter(range(1, MANY))
    return lambda: take_payment(session, bill, Offer(cash=200_00), intent=f"{next(numbers):032x}")
