"""What the stick screen says: sizes, how far it is, what was written and what came of a stick. No Qt."""

from kiosk.core.errors import KnownError
from kiosk.ui.screens.stick_reading import StickFacts, Taken, Written
from kiosk.ui.stick_jobs import Far
from kiosk.ui.texts import Texts

SHRUNK = ("sync.debts_shrunk", "sync.statuses_shrunk")
"""Data that lost most of their rows wait for a person's word."""
_NAMED = {
    "books",
    "catalogue",
    "debts",
    "fees",
    "policy",
    "receipt-keys",
    "request-status",
    "staff",
    "tombstones",
    "unit",
    "zone",
}
"""Datasets that have a name in words; another is called by its code."""


def size_words(texts: Texts, size: int, *, up: bool = True) -> str:
    """So many bytes, in a unit that people use, rounded `up` or down to a tenth of it."""
    for unit, bytes_ in (("gb", 10**9), ("mb", 10**6)):
        if size >= bytes_:
            tenths = -(-size * 10 // bytes_) if up else size * 10 // bytes_
            return texts(f"stick.{unit}", count=f"{tenths // 10:,}.{tenths % 10}")
    return texts("stick.kb", count=f"{-(-size // 1000):,}")


def plan_facts(texts: Texts, facts: StickFacts) -> tuple[tuple[str, str, bool], ...]:
    """What would be written, as pairs."""
    waits = facts.waits
    if waits is None:
        return ()
    span = texts("stick.range_value", first=waits.first, last=waits.last)
    return (
        (texts("stick.range"), span if waits.entries else texts("stick.none_waits"), True),
        (texts("stick.entries"), texts.data(f"{waits.entries:,}"), False),
        (texts("stick.persons"), texts.data(f"{waits.persons:,}"), False),
        (texts("stick.scans"), texts.data(f"{waits.scans:,}"), False),
        (texts("stick.size"), size_words(texts, waits.size), False),
        (texts("stick.reader"), texts("stick.reader_value"), True),
    )


def plan_says(texts: Texts, facts: StickFacts, *, may_write: bool, free: int | None) -> tuple[str, ...]:
    """What is to be known beforehand; `free`: bytes on the chosen medium, where that is known."""
    if not facts.enrolled:
        return (texts.error(KnownError("sync.not_enrolled")),)
    said = []
    if not may_write:
        said.append(texts("stick.no_right"))
    if facts.waits is None:
        said.append(texts("stick.nothing_waits"))
    elif may_write:
        said.append(texts("stick.before"))
        if free is not None and free < facts.waits.size:
            said.append(texts("stick.tight"))
    if facts.out is not None:
        said.append(texts("stick.out", through=facts.out[0], at=facts.out[1]))
    return tuple(said)


def far_words(texts: Texts, far: Far | None) -> str:
    """How far it is."""
    if far is None:
        return texts("stick.begins")
    return texts(f"stick.far_{far.what}", done=f"{far.done:,}", of=f"{far.of:,}")


def written_words(texts: Texts, written: Written, name: str) -> tuple[str, tuple[str, ...]]:
    """What was written, and what to do next."""
    if written.last is None:
        head = texts("stick.written_scans", name=name)
    else:
        key = "stick.written" if written.last == written.end else "stick.written_part"
        head = texts(key, first=written.first, last=written.last, name=name, end=written.end)
    lines = [texts("stick.scans_written", count=written.scans)] if written.scans else []
    if written.same_disk:
        lines.append(texts("stick.same_disk"))
    if written.left:
        lines.append(texts("stick.scans_left", count=written.left))
    steps = [texts(f"stick.{one}") for one in ("next_give", "next_answer", "only_centre")]
    return head, (*lines, *(texts.error(one) for one in written.faults), *steps)


def taken_words(texts: Texts, taken: Taken, name: str) -> tuple[str, tuple[str, ...]]:
    """What came of it, and what is wrong with the rest."""
    outcome = "taken" if taken.changed else "taken_nothing"
    head = texts(f"stick.{'taken_faults' if taken.faults else outcome}", name=name)
    lines = []
    if taken.newly:
        lines.append(texts("stick.acknowledged", through=taken.acknowledged))
    if taken.applied:
        named = "، " if texts.language == "ar" else ", "
        lines.append(texts("stick.applied", names=named.join(_named(texts, one) for one in taken.applied)))
    if taken.orders:
        lines.append(texts("stick.orders", count=taken.orders))
    if taken.quarantined:
        lines.append(texts("stick.quarantined", count=taken.quarantined))
    if taken.scans:
        lines.append(texts("stick.scans_taken", count=taken.scans))
    if taken.made:
        lines.append(texts("stick.made", at=taken.made))
    if taken.older:
        lines.append(texts("stick.older"))
    return head, (*lines, *(_fault(texts, one) for one in taken.faults))


def _fault(texts: Texts, error: KnownError) -> str:
    """What is wrong with a part, and what to do; where a button of this screen does it, the button."""
    if error.code not in SHRUNK:
        return texts.error(error)
    sentence = error.sentence(texts.language)
    return texts("stick.shrunk", sentence=sentence, button=texts("stick.accept"))


def _named(texts: Texts, dataset: str) -> str:
    return texts(f"stick.set_{dataset.replace('-', '_')}") if dataset in _NAMED else texts.shown(dataset)
