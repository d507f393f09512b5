"""Compares the figures that a device signed with those that its entries give, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.core.entries.shift import Figures, ShiftClosed
from kiosk.core.shift_reading import NOT_CROSS_FOOTING, ShiftReading, with_breach
from kiosk.core.wire.codec import FieldError, dump

_NAMED_BY = {"tenders": "kind", "accounts": "account", "receipts": "series", "voids": "staff"}


@dataclass(frozen=True)
class Difference:
    """A field, what the device signed, and what the entries give; None: it is not there."""

    field: str
    theirs: object
    ours: object


def compare_close(body: ShiftClosed, reading: ShiftReading) -> Iterator[Difference]:
    """Everything in a Z that its entries decide."""
    ours = _ours(body, reading)
    yield from _compare(_plain(body), _plain(ours))
    counted = reading.counts[-1].total if reading.counts else None
    if body.counted != counted:
        yield Difference("counted", body.counted, counted)
    if body.attempts != len(reading.counts):
        yield Difference("attempts", body.attempts, len(reading.counts))


def compare_figures(theirs: Figures, ours: Figures) -> Iterator[Difference]:
    """Every figure of an X."""
    yield from _compare(_figures(theirs), _figures(ours))


def _ours(body: ShiftClosed, reading: ShiftReading) -> ShiftClosed:
    """The Z as the desk would write it for these entries, count and parting.

    That figures do not cross-foot may rest on totals of a later release: it is believed where it is so.
    """
    ours = replace(
        body,
        terms=reading.terms,
        expected=reading.figures.expected,
        over_short=body.counted - reading.figures.expected,
        figures=reading.body,
        totals_before=reading.opened.totals,
    )
    if replace(NOT_CROSS_FOOTING, seq=reading.seq) not in body.figures.breaches:
        return ours
    try:
        ours.check()
    except FieldError:
        return replace(ours, figures=with_breach(ours.figures, reading.seq))
    return ours


def _plain(body: ShiftClosed) -> dict[str, object]:
    flat: dict[str, object] = {"expected": body.expected, "over_short": body.over_short}
    flat |= {f"terms.{name}": value for name, value in dump(body.terms).items()}
    flat |= {f"totals_before.{name}": value for name, value in body.totals_before.to_map().items()}
    return flat | _figures(body.figures)


def _figures(body: Figures) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in dump(body).items():
        if name == "breaches":
            flat["breaches"] = sorted([one["rule"], one["seq"]] for one in value)
        elif name in _NAMED_BY:
            for row in value:
                flat |= _below(f"{name}.{row[_NAMED_BY[name]]}", row)
        elif isinstance(value, Mapping):
            flat |= _below(name, value)
        else:
            flat[name] = value
    return flat


def _below(name: str, row: Mapping[str, Any]) -> dict[str, object]:
    return {f"{name}.{key}": value for key, value in row.items()}


def _compare(theirs: Mapping[str, object], ours: Mapping[str, object]) -> Iterator[Difference]:
    for name in sorted({*theirs, *ours}):
        if theirs.get(name) != ours.get(name):
            yield Difference(name, theirs.get(name), ours.get(name))
