"""`kiosk-central database`: which form the database has, and how it is brought on to this release."""

from pathlib import Path

import click

from central.centre import open_centre
from central.commands.base import database_given, emit, folder_option, output_options
from central.engines import shown
from central.migrations import NEWEST


@click.group(name="database")
def database() -> None:
    """قاعدة بيانات المركز · the database of the centre."""


@database.command(name="upgrade")
@folder_option
@output_options
def upgrade(folder: Path) -> None:
    """تحديث شكل القاعدة لهذا الإصدار · bring the database on to this release."""
    centre = open_centre(folder, database=database_given(), bring_on=True)
    where = centre.storage.where
    centre.close()
    name = shown(where) if isinstance(where, str) else str(where)
    emit(
        {"database": name, "revision": NEWEST},
        f"القاعدة {name} على شكل الإصدار {NEWEST}.",
        f"The database {name} is at revision {NEWEST}.",
    )
