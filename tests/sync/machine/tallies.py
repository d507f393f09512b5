"""Counts what truly takes place in the histories: a rule that never fires proves nothing."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from central.conflicts import Kind
from kiosk.core.entries.attachment import AttachmentAdded
from kiosk.core.entries.operations import BookTaken
from kiosk.core.entries.payment import PaymentTaken, ReceiptVoided
from kiosk.core.entries.shift import ShiftClosed
from kiosk.core.entries.technical import IncidentLifted, IncidentNoted, OrderDone
from kiosk.core.wire.order import FREEZE, LIFT_INCIDENT, REFRESH
from kiosk.link.centre import CentreClient
from kiosk.sync import debts
from tests.sync.machine.desk import POISONS
from tests.sync.machine.relay import Harm

Tally = Counter[str]
CASES = (Kind.COLLECTED_TWICE, Kind.OVER_COLLECTED, Kind.LEASE_MOVED)


@contextmanager
def counting(tally: Tally) -> Iterator[None]:
    """Count the ways by which debts come into use."""
    with pytest.MonkeyPatch.context() as patch:
        for name, told in (("_change", "debts: by changes"), ("_load", "debts: all of them")):
            patch.setattr(debts, name, _counted(tally, getattr(debts, name), told))
        patch.setattr(debts, "_MANY", 2)  # here a unit has three debts
        patch.setattr(CentreClient, "journal", _told(tally, CentreClient.journal))
        yield


def _counted(tally: Tally, real: Any, told: str) -> Any:
    def act(*args: Any, **options: Any) -> None:
        real(*args, **options)
        tally[told] += 1

    return act


def _told(tally: Tally, real: Any) -> Any:
    def ask(*args: Any) -> Any:
        answer = real(*args)
        tally[f"answer: {answer[0].outcome}"] += 1
        return answer

    return ask


def missing(parts: Sequence[Tally]) -> list[str]:
    """What the done-when list names and took place in none of these histories."""
    found: Tally = sum(parts, Counter())
    return [one for one in EXPECTED if not found[one]]


def kept(folder: Path, part: int, tally: Tally) -> list[Tally]:
    """Keep the tally of one part where the parts of other processes are, and return all that are there."""
    whole = folder.joinpath(f"tally-{part}.json")
    written = whole.with_suffix(".part")
    written.write_text(json.dumps(tally), encoding="utf-8")
    written.rename(whole)
    return [Counter(json.loads(one.read_text(encoding="utf-8"))) for one in folder.glob("tally-*.json")]


EXPECTED = (
    *(f"line: {one.value}" for one in Harm if one is not Harm.NONE),
    *("line: of scans", "cut upwards", "cut downwards", "an impostor", "delivered late"),
    *("answer: stored", "answer: repeat", "answer: gap", "answer: fork", "a branch at the centre"),
    *("device: loses power", "device: is locked and unlocked"),
    *("device: clock back", "device: clock on", "device: clock on by more than a year"),
    *("disk: copied", "disk: put back", "disk: cloned"),
    *("centre: loses power", "centre: is stopped and started", "centre: time passes"),
    *("centre: backup", "centre: restore", "centre: lost what devices had sent"),
    *(f"poison: {one}" for one in POISONS),
    *("debts: by changes", "debts: all of them", "debts: held back", "debts: let through"),
    *("lease: moved away", "lease: moved back", "a book given", "revoked", "a period dropped"),
    *(f"now using {one}" for one in ("debts", "books", "staff", "policy", "request-status")),
    *(f"order: {one}" for one in (LIFT_INCIDENT, FREEZE, REFRESH)),
    *("stick: written", "stick: with a gap", "stick, read: stored", "stick, read: gap", "stick: answer"),
    *(f"entry: {one.TYPE}" for one in (PaymentTaken, ReceiptVoided, ShiftClosed, BookTaken)),
    *(f"entry: {one.TYPE}" for one in (IncidentNoted, IncidentLifted, OrderDone, AttachmentAdded)),
    *(f"case: {one.value}" for one in CASES),
)
"""Everything of which the histories are to be made; each must have happened at least once."""
