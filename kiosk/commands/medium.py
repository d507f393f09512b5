"""`kiosk medium`: the card or stick on which a second copy of the journal always lies."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import error_payload
from kiosk.core.roles import Right, require
from kiosk.core.wire.times import utc_text
from kiosk.store.medium_state import MediumState, medium_of
from kiosk.sync.place import Place
from kiosk.sync.second_medium import (
    adopt,
    check_medium,
    fault_error,
    register,
    same_disk,
    verify_medium,
    write_medium,
)
from kiosk.sync.stick_answer import take_answer


@click.group("medium")
@click.help_option("--help", help="اعرض هذه الصفحة · show this page")
def medium() -> None:
    """كارت النسخة الاحتياطية · the card of the second copy."""


@medium.command("register")
@click.argument("folder", type=click.Path(path_type=Path))
@store_options
@output_options
def register_command(folder: Path, store: Path | None, staff: str | None) -> None:
    """سجّل كارتًا أو فلاشة لهذا الجهاز واكتب عليه · register a card or stick and write to it."""
    with open_session(store, staff) as session:
        require(session.roles, Right.DEVICE_TEST)
        place = Place.of(session.store)
        registered = register(place, folder)
        with session.act() as act:
            act.append(registered)
            adopt(place, registered, folder)
        state = write_medium(place, "asked")
        dies_with_it = same_disk(session.store.folder.root, folder)
    arabic = "سُجِّل الكارت وكُتبت عليه كل القيود وقُرئت مرة أخرى."
    english = "The card is registered; every entry is on it and was read back."
    if dies_with_it:
        arabic += "\nتنبيه: هذا المجلد على قرص الجهاز نفسه ويتلف معه. سجّل كارتًا أو فلاشة."
        english += (
            "\nMind: this folder is on the device's own disk and dies with it. Register a card or stick."
        )
    _say(state, arabic, english, same_disk=dies_with_it)


@medium.command("status")
@store_options
@output_options
def status_command(store: Path | None, staff: str | None) -> None:
    """كيف حال الكارت · how the card stands."""
    with open_session(store, staff) as session:
        state = medium_of(session.store.db)
    if state is None:
        output().emit({"medium": None}, "لا يوجد كارت مسجل.", "No card is registered.")
        return
    error = fault_error(state)
    if error is not None:
        _say(state, f"{error.sentence('ar')} {error.remedy('ar')}",
             f"{error.sentence('en')} {error.remedy('en')}")  # fmt: skip
        return
    _say(state, "الكارت يعمل.", "The card works.")


@medium.command("write")
@store_options
@output_options
def write_command(store: Path | None, staff: str | None) -> None:
    """اكتب على الكارت الآن · write to the card now."""
    with open_session(store, staff) as session:
        require(session.roles, Right.JOURNAL_EXPORT)
        state = write_medium(Place.of(session.store), "asked")
    _say(state, "كُتبت كل القيود على الكارت وقُرئت مرة أخرى.", "Every entry is on the card and was read back.")


@medium.command("check")
@store_options
@output_options
def check_command(store: Path | None, staff: str | None) -> None:
    """اقرأ الكارت كله وقارنه بالسجل · read the whole card and compare it with the journal."""
    with open_session(store, staff) as session:
        require(session.roles, Right.JOURNAL_EXPORT)
        place = Place.of(session.store)
        check_medium(place)
        manifest = verify_medium(place)
    files = len(manifest.files) if manifest else 0
    last = manifest.last if manifest else 0
    output().emit(
        {"last": last, "files": files, "head": manifest.head if manifest else None},
        f"الكارت سليم: قيود حتى {ltr(str(last))} في {ltr(str(files))} ملف.",
        f"The card is sound: entries up to {last} in {files} files.",
    )


@medium.command("acknowledge")
@click.argument("folder", type=click.Path(path_type=Path))
@store_options
@output_options
def acknowledge_command(folder: Path, store: Path | None, staff: str | None) -> None:
    """خذ رد المركز من الفلاشة · take the centre's answer from the stick."""
    with open_session(store, staff) as session:
        require(session.roles, Right.SYNC)
        ack = take_answer(Place.of(session.store), folder)
    output().emit(
        {"stored_through": ack.stored_through, "epoch": ack.epoch, "server_time": utc_text(ack.server_time)},
        f"أكد المركز استلام القيود حتى {ltr(str(ack.stored_through))}.",
        f"The centre has confirmed the entries up to {ack.stored_through}.",
    )


def medium_payload(state: MediumState | None) -> dict[str, Any] | None:
    """The state of the medium as JSON; None without one."""
    if state is None:
        return None
    error = fault_error(state)
    return {
        "medium": state.medium,
        "path": state.path,
        "through": state.through,
        "written_at": utc_text(state.written_at) if state.written_at else None,
        "error": error_payload(error) if error else None,
        "since": utc_text(state.since) if state.since else None,
    }


def _say(state: MediumState, arabic: str, english: str, **more: bool) -> None:
    through = ltr(str(state.through))
    at = ltr(utc_text(state.written_at)) if state.written_at else "-"
    output().emit(
        {"medium": medium_payload(state), **more},
        f"{arabic}\nآخر قيد عليه {through}، كُتب {at}.",
        f"{english}\nThe last entry on it is {state.through}, written {at}.",
    )
