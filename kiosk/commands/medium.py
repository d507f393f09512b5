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
from kiosk.sync.stick_take import take_answers


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
        found = take_answers(Place.of(session.store), folder)
    payload: dict[str, Any] = {"stored_through": None, "epoch": None, "server_time": None}
    arabic, english = [], []
    if found.acknowledgement is not None:
        ack = found.acknowledgement
        payload = {
            "stored_through": ack.stored_through,
            "epoch": ack.epoch,
            "server_time": utc_text(ack.server_time),
        }
        arabic.append(f"أكد المركز استلام القيود حتى {ltr(str(ack.stored_through))}.")
        english.append(f"The centre has confirmed the entries up to {ack.stored_through}.")
    if found.scans or found.acknowledgement is None:
        arabic.append(f"رد المركز على صور المستندات: {ltr(str(found.scans))}.")
        english.append(f"Scans that the centre answers for: {found.scans}.")
    output().emit({**payload, "scans": found.scans}, "\n".join(arabic), "\n".join(english))


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
        "scans": state.scans,
        "scans_left": state.scans_left,
        "scans_due": state.scans_due,
    }


def _say(state: MediumState, arabic: str, english: str, **more: bool) -> None:
    through = ltr(str(state.through))
    at = ltr(utc_text(state.written_at)) if state.written_at else "-"
    scans_ar, scans_en = _scans(state)
    output().emit(
        {"medium": medium_payload(state), **more},
        f"{arabic}\nآخر قيد عليه {through}، كُتب {at}.{scans_ar}",
        f"{english}\nThe last entry on it is {state.through}, written {at}.{scans_en}",
    )


def _scans(state: MediumState) -> tuple[str, str]:
    """What is said of scans; nothing where there is nothing to say."""
    arabic, english = "", ""
    if state.scans or state.scans_due:
        arabic += f"\nصور المستندات عليه: {ltr(str(state.scans))}."
        english += f"\nScans on it: {state.scans}."
    if state.scans_due:
        arabic += " وتُكتب الباقية بعدها."
        english += " The rest is written after these."
    if state.scans_left:
        arabic += f"\nلم يسع الكارت {ltr(str(state.scans_left))} صورة: سجّل كارتًا أكبر، أو زامن."
        english += f"\nFor {state.scans_left} scans there is no space: register a larger card, or sync."
    return arabic, english
