"""`kiosk sync`: one round of sync now, with what it did and what still waits."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.load_progress import LoadProgress
from kiosk.core.bidi import ltr
from kiosk.core.errors import error_payload
from kiosk.core.roles import Right, require
from kiosk.sync.outcomes import RoundResult
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound


@click.command("sync")
@click.option(
    "--accept-smaller",
    is_flag=True,
    help="اقبل بيانات مديونيات نقصت كثيرًا · accept debts that have lost most of their rows",
)
@click.option("--server", metavar="URL", help="عنوان آخر للمركز نفسه · another address of the same centre")
@store_options
@output_options
def sync_command(store: Path | None, staff: str | None, server: str | None, *, accept_smaller: bool) -> int:
    """أرسل ما ينتظر واستلم الجديد من المركز · send what waits, and fetch what is new."""
    with open_session(store, staff) as session:
        require(session.roles, Right.SYNC)
        loading = LoadProgress()
        rounds = SyncRound(Place.of(session.store), address=server, loading=loading)
        try:
            result = rounds.run(_progress, accept_smaller=accept_smaller)
        finally:
            loading.end()
            rounds.close()
    _say(result)
    return result.error.exit_code if result.error is not None else 0


def _progress(acknowledged: int, entries: int) -> None:
    out = output()
    if not out.as_json:
        click.echo(out.text(f"وصل {ltr(str(acknowledged))} من {ltr(str(entries))}",
                            f"{acknowledged} of {entries} are there"), err=True)  # fmt: skip


def _say(result: RoundResult) -> None:
    payload: dict[str, Any] = {
        "outcome": result.outcome.value,
        "error": error_payload(result.error) if result.error is not None else None,
        "entries": result.entries,
        "acknowledged": result.acknowledged,
        "waiting": result.waiting,
        "batches": result.batches,
        "persons": result.persons,
        "attention": result.attention,
        "applied": result.applied,
        "faults": [error_payload(one) for one in result.faults],
    }
    arabic, english = _lines(result, "ar"), _lines(result, "en")
    arabic.append(f"القيود: {ltr(str(result.entries))}، ينتظر: {ltr(str(result.waiting))}.")
    english.append(f"Entries: {result.entries}, waiting: {result.waiting}.")
    output().emit(payload, "\n".join(arabic), "\n".join(english))


def _lines(result: RoundResult, language: Any) -> list[str]:
    said = [result.sentence(language), result.remedy(language)]
    for one in result.faults:
        said += [one.sentence(language), one.remedy(language)]
    return [line for line in said if line]
