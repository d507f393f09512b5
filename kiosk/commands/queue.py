"""`kiosk queue`: what waits to be sent to the centre, and since when."""

from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.wire.times import utc_text
from kiosk.store.queries.queue import queue


@click.command("queue")
@store_options
@output_options
def queue_command(store: Path | None, staff: str | None) -> None:
    """ما ينتظر الإرسال إلى المركز · what waits to be sent to the centre."""
    with open_session(store, staff) as session:
        waits = queue(session.store.db)
    oldest = utc_text(waits.oldest) if waits.oldest else None
    payload = {
        "entries": waits.entries,
        "acknowledged": waits.acknowledged,
        "waiting": waits.waiting,
        "oldest": oldest,
        "bytes": waits.bytes,
    }
    arabic = (
        f"القيود: {ltr(str(waits.entries))}، وصل منها المركز: {ltr(str(waits.acknowledged))}، "
        f"ينتظر: {ltr(str(waits.waiting))}"
    )
    english = f"Entries: {waits.entries}, at the centre: {waits.acknowledged}, waiting: {waits.waiting}"
    if oldest:
        arabic += f"، أقدمها: {ltr(oldest)}"
        english += f", the oldest from {oldest}"
    output().emit(payload, f"{arabic}.", f"{english}.")
