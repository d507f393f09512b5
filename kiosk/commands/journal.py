"""`kiosk journal …`: the periods of the journal, beginning a new one, dropping one that the centre holds."""

from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import error_payload
from kiosk.desk.journal_periods import Kept, begin_period, drop_period, kept_periods


@click.group("journal")
def journal() -> None:
    """فترات السجل · the periods of the journal."""


@journal.command("periods")
@store_options
@output_options
def periods_command(store: Path | None, staff: str | None) -> None:
    """الفترات المحفوظة على الجهاز · the periods that are kept on the device."""
    with open_session(store, staff) as session:
        kept = kept_periods(session)
    payload = {"periods": [_plain(one) for one in kept]}
    arabic, english = [], []
    for one in kept:
        span = f"{one.period.first}–{one.period.last}"
        why = ("الحالية", "the current one")
        if not one.current:
            why = (
                (one.stays.sentence("ar"), one.stays.sentence("en"))
                if one.stays
                else ("يمكن حذفها", "it may be dropped")
            )
        arabic.append(f"الفترة {ltr(str(one.period.n))}: القيود {ltr(span)}. {why[0]}")
        english.append(f"Period {one.period.n}: entries {span}. {why[1]}")
    output().emit(payload, "\n".join(arabic), "\n".join(english))


@journal.command("turn")
@store_options
@output_options
def turn_command(store: Path | None, staff: str | None) -> None:
    """ابدأ فترة جديدة · begin a new period."""
    with open_session(store, staff) as session:
        made = begin_period(session)
    output().emit(
        {
            "period": made.period,
            "first": made.first.seq,
            "parts": made.parts,
            "carried": made.carried,
        },
        f"بدأت الفترة {ltr(str(made.period))} من القيد {ltr(str(made.first.seq))}.",
        f"Period {made.period} begins with entry {made.first.seq}.",
    )


@journal.command("drop")
@store_options
@output_options
def drop_command(store: Path | None, staff: str | None) -> None:
    """احذف أقدم فترة محفوظة في المركز · drop the oldest period, which the centre holds safely."""
    with open_session(store, staff) as session:
        gone = drop_period(session)
    output().emit(
        {"period": gone.period, "first": gone.first, "last": gone.last, "head": gone.head},
        f"حُذفت من الجهاز الفترة {ltr(str(gone.period))}: القيود من {ltr(str(gone.first))} إلى "
        f"{ltr(str(gone.last))}. كلها محفوظة في المركز.",
        f"Period {gone.period} left the device: entries {gone.first} to {gone.last}. "
        "The centre holds all of it.",
    )


def _plain(one: Kept) -> dict[str, object]:
    return {
        "period": one.period.n,
        "first": one.period.first,
        "last": one.period.last,
        "current": one.current,
        "stays": error_payload(one.stays) if one.stays and not one.current else None,
    }
