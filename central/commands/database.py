"""`kiosk-central database`: which form it has, how it is brought on to this release, and its months."""

from dataclasses import asdict
from pathlib import Path

import click

from central.centre import Centre, open_centre
from central.commands.base import centre_in, database_given, emit, folder_option, output_options
from central.engines import shown
from central.migrations import NEWEST
from central.months import Month, list_months, make_ahead, move_month, stored_in_all
from kiosk.core.errors import KnownError

_MOST_AHEAD = 120
_DISAGREE = 5


@click.group(name="database")
def database() -> None:
    """قاعدة بيانات المركز · the database of the centre."""


@database.command(name="upgrade")
@folder_option
@output_options
def upgrade(folder: Path) -> None:
    """تحديث شكل القاعدة لهذا الإصدار · bring the database on to this release."""
    centre = open_centre(folder, database=database_given(), bring_on=True)
    try:
        make_ahead(centre.storage, centre.now())
    finally:
        centre.close()
    name = _name(centre)
    emit(
        {"database": name, "revision": NEWEST},
        f"القاعدة {name} على شكل الإصدار {NEWEST}.",
        f"The database {name} is at revision {NEWEST}.",
    )


@database.command(name="months")
@folder_option
@click.option(
    "--make",
    type=click.IntRange(0, _MOST_AHEAD),
    metavar="N",
    help="جهّز هذا الشهر وبعده N شهور · make this month and the N after it ready",
)
@output_options
def months(folder: Path, make: int | None) -> int:
    """شهور السجل وقيودها وحجمها · months of the journal, their entries and bytes."""
    with centre_in(folder) as centre:
        _only_postgresql(centre)
        made = [] if make is None else make_ahead(centre.storage, centre.now(), make)
        with centre.storage.read() as db:
            found, stored = list_months(db), stored_in_all(db)
    rows = sum(one.rows for one in found if not one.detached)
    payload = {"months": [asdict(one) for one in found], "made": made, "entries": rows, "stored": stored}
    lines = [*map(_line, found)]
    arabic, english = [one for one, _ in lines], [one for _, one in lines]
    if rows != stored:
        arabic.append(f"في الشهور {rows} قيدًا، والأجهزة أُبلغت بحفظ {stored}: راجع kiosk-central check")
        english.append(f"The months hold {rows} entries, devices were told {stored}: see kiosk-central check")
    none = ("لا شهور بعد.", "No months yet.")
    emit(payload, "\n".join(arabic) or none[0], "\n".join(english) or none[1])
    return 0 if rows == stored else _DISAGREE


@database.command(name="move")
@click.argument("month", metavar="MONTH")
@click.option("--tablespace", required=True, metavar="NAME", help="المساحة الجديدة · where to")
@folder_option
@output_options
def move(folder: Path, month: str, tablespace: str) -> None:
    """نقل شهر انتهى إلى مساحة أخرى · move a month that is over to another tablespace."""
    with centre_in(folder) as centre:
        _only_postgresql(centre)
        moved = move_month(centre.storage, month, tablespace, centre.now())
    emit(
        {"month": moved.month, "table": moved.table, "tablespace": moved.tablespace, "bytes": moved.size},
        f"نُقل الشهر {moved.month} إلى {tablespace} ({moved.size} بايت).",
        f"The month {moved.month} is on {tablespace} now ({moved.size} bytes).",
    )


def _line(one: Month) -> tuple[str, str]:
    where = f" · {one.tablespace}" if one.tablespace else ""
    apart = (" · مفصول عن السجل", " · detached from the journal") if one.detached else ("", "")
    return (
        f"{one.month} · {one.rows} قيدًا · {one.size} بايت{where}{apart[0]}",
        f"{one.month} · {one.rows} entries · {one.size} bytes{where}{apart[1]}",
    )


def _only_postgresql(centre: Centre) -> None:
    if not centre.storage.is_postgres:
        raise KnownError("central.not_postgresql")


def _name(centre: Centre) -> str:
    where = centre.storage.where
    return shown(where) if isinstance(where, str) else str(where)
