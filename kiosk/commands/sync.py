"""`kiosk sync`: one round of sync now, with what it did and what still waits; `pause` and `resume`."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import LazyGroup, output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.load_progress import LoadProgress
from kiosk.commands.pause_text import pause_payload, pause_words
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError, error_payload
from kiosk.core.roles import Right, require
from kiosk.desk.sync_pause import pause_sync, resume_sync
from kiosk.link.network import network
from kiosk.store.queries.queue import queue
from kiosk.sync.outcomes import RoundResult
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound

LONGEST_HOURS = 7 * 24
"""A pause with an end has it within a week."""


@click.group("sync", cls=LazyGroup, invoke_without_command=True)
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
    if click.get_current_context().invoked_subcommand is not None:
        return 0
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


@sync_command.command("pause")
@click.option(
    "--hours",
    type=click.IntRange(1, LONGEST_HOURS),
    help="كم ساعة، وإلا حتى تشغيله · for how long, else until it is resumed",
)
@click.option("--this-network", is_flag=True, help="على الشبكة الحالية فقط · on the network in use alone")
@store_options
@output_options
def pause_command(store: Path | None, staff: str | None, hours: int | None, *, this_network: bool) -> None:
    """أوقف الإرسال التلقائي · pause what is sent by itself."""
    with open_session(store, staff) as session:
        Place.of(session.store)
        found = network() if this_network else None
        if this_network and found is None:
            raise KnownError("sync.network_unknown")
        pause = pause_sync(session, lasts=timedelta(hours=hours) if hours else None, network=found)
        waiting = queue(session.store.db).waiting
    output().emit({"pause": pause_payload(pause), "waiting": waiting}, *pause_words(pause, waiting))


@sync_command.command("resume")
@store_options
@output_options
def resume_command(store: Path | None, staff: str | None) -> None:
    """شغّل الإرسال التلقائي · let sync go on by itself."""
    with open_session(store, staff) as session:
        before = resume_sync(session)
        waiting = queue(session.store.db).waiting
    arabic = "الإرسال يعمل وحده." if before else "الإرسال لم يكن موقوفًا."
    english = "Sync goes on by itself." if before else "Sync was not paused."
    output().emit({"was": pause_payload(before), "waiting": waiting}, arabic, english)


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
