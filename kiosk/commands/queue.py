"""`kiosk queue`: what waits to be sent to the centre, and since when."""

from pathlib import Path

import click

from kiosk.commands.attach import scan_payload
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.medium import medium_payload
from kiosk.commands.pause_text import pause_payload, pause_words
from kiosk.core.bidi import ltr
from kiosk.core.wire.outcomes import Decided, Quarantined
from kiosk.core.wire.times import utc_text
from kiosk.store.attachments import Held, State, attachments
from kiosk.store.medium_state import MediumState, medium_of
from kiosk.store.queries.queue import queue
from kiosk.store.sync_pause import pause_of
from kiosk.store.sync_state import decided, quarantined
from kiosk.sync.place import now
from kiosk.sync.second_medium import fault_error

_SHOWN = 10
"""Decisions in the text; the JSON has all that the centre told."""


@click.command("queue")
@store_options
@output_options
def queue_command(store: Path | None, staff: str | None) -> None:
    """ما ينتظر الإرسال إلى المركز · what waits to be sent to the centre."""
    with open_session(store, staff) as session:
        waits = queue(session.store.db)
        medium = medium_of(session.store.db)
        pause = pause_of(session.store.db)
        paused = pause if pause is not None and pause.in_time(now()) else None
        held, settled = quarantined(session.store.db), decided(session.store.db)
        scans = [one for one in attachments(session.store.db) if one.state is State.WAITING]
    oldest = utc_text(waits.oldest) if waits.oldest else None
    payload = {
        "entries": waits.entries,
        "acknowledged": waits.acknowledged,
        "waiting": waits.waiting,
        "oldest": oldest,
        "bytes": waits.bytes,
        "medium": medium_payload(medium),
        "pause": pause_payload(paused),
        "scans": [scan_payload(one) for one in scans],
        "attention": [_held_payload(one) for one in held],
        "decided": [_decided_payload(one) for one in settled],
    }
    arabic = (
        f"القيود: {ltr(str(waits.entries))}، وصل منها المركز: {ltr(str(waits.acknowledged))}، "
        f"ينتظر: {ltr(str(waits.waiting))}"
    )
    english = f"Entries: {waits.entries}, at the centre: {waits.acknowledged}, waiting: {waits.waiting}"
    if oldest:
        arabic += f"، أقدمها: {ltr(oldest)}"
        english += f", the oldest from {oldest}"
    lines = [(f"{arabic}.", f"{english}.")]
    lines += [_held(one) for one in held]
    lines += [_decided(one) for one in settled[:_SHOWN]]
    if scans:
        lines.append(_scans(scans))
    if paused is not None:
        lines.append(pause_words(paused, waits.waiting))
    if medium is not None:
        lines.append(_medium(medium))
    output().emit(payload, *("\n".join(language) for language in zip(*lines, strict=True)))


def _held_payload(one: Quarantined) -> dict[str, object]:
    return {"seq": one.seq, "code": one.code, "ar": one.ar, "en": one.en}


def _decided_payload(one: Decided) -> dict[str, object]:
    what = {"seq": one.seq, "decision": one.decision, "at": utc_text(one.at)}
    return {**what, "ar": one.ar, "en": one.en, "note": one.note}


def _held(one: Quarantined) -> tuple[str, str]:
    """An entry that waits for a person at the centre, and why."""
    return f"القيد {ltr(str(one.seq))} ينتظر قرارًا في المركز: {one.ar}", (
        f"Entry {one.seq} waits for a decision at the centre: {one.en}"
    )


def _decided(one: Decided) -> tuple[str, str]:
    """What was decided on an entry that had waited, when, and in which words."""
    note = f" ({one.note})" if one.note else ""
    day = one.at.date().isoformat()
    return f"قرار المركز في القيد {ltr(str(one.seq))} يوم {ltr(day)}: {one.ar}{note}.", (
        f"The centre on entry {one.seq}, {day}: {one.en}{note}."
    )


def _scans(scans: list[Held]) -> tuple[str, str]:
    """How many scans wait, and of how many kilobytes."""
    count, size = str(len(scans)), str(sum(one.sums.sealed_size for one in scans) // 1000)
    return (
        f"صور مستندات تنتظر: {ltr(count)}، حجمها بالكيلوبايت: {ltr(size)}.",
        f"Scans that wait: {count}, kilobytes: {size}.",
    )


def _medium(medium: MediumState) -> tuple[str, str]:
    """What is on the card of the second copy, or what is wrong with it."""
    error = fault_error(medium)
    if error is not None:
        return (
            f"{error.sentence('ar')} {error.remedy('ar')}",
            f"{error.sentence('en')} {error.remedy('en')}",
        )
    through = str(medium.through)
    return (
        f"على كارت النسخة الاحتياطية حتى {ltr(through)}.",
        f"On the card of the second copy: up to {through}.",
    )
