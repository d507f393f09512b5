"""`kiosk-central catalogue`, `fees`, `policy`, `zone` and `debts`: the data that devices get."""

from datetime import datetime
from pathlib import Path

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.debts import Imported, import_debts
from central.folder import read_file, read_text
from central.reference_data import load_signed, load_text
from kiosk.core.money import Piastres, format_money

_SHOWN = 10
_UNKNOWN = (
    "\n! ليس في المركز من كُتبت مديونيات في عهدته، فلا تصل أي جهاز: {0}",
    "\n! Debts are leased to holders that are not here, so no device gets them: {0}",
)


def _loader(name: str, arabic: str, english: str, *, signed: bool) -> click.Group:
    """A group with one command `load FILE`, for one kind of reference data."""

    @click.group(name=name, help=f"{arabic} · {english}.")
    def group() -> None:
        return

    @group.command(name="load", help=f"تحميل {arabic} · load the {english}.")
    @click.argument("file", type=click.Path(path_type=Path))
    @folder_option
    @output_options
    def load(file: Path, folder: Path) -> None:
        with centre_in(folder) as centre:
            if signed:
                version = load_signed(centre, name, read_file(file))
            else:
                version = load_text(centre, name, read_text(file))
        emit(
            {"dataset": name, "version": version},
            f"حُمِّل {arabic}: الإصدار {version}.",
            f"The {english} is loaded: version {version}.",
        )

    return group


catalogue = _loader("catalogue", "دليل الخدمات", "catalogue", signed=True)
fees = _loader("fees", "جداول الرسوم", "fee tables", signed=True)
policy = _loader("policy", "ملف السياسات", "policy", signed=False)
zone = _loader("zone", "ملف المنطقة الزمنية", "time zone", signed=False)


@click.group(name="debts")
def debts() -> None:
    """المديونيات · debts."""


@debts.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--counted-through",
    type=click.DateTime(["%Y-%m-%d"]),
    help="الملف يشمل ما حُصِّل حتى هذا اليوم · payments up to this business date are in the file already",
)
@folder_option
@output_options
def debts_import(file: Path, counted_through: datetime | None, folder: Path) -> None:
    """تحميل المديونيات من ملف CSV · import debts from a CSV file."""
    day = counted_through.date() if counted_through else None
    with centre_in(folder) as centre:
        done: Imported = import_debts(centre, file, counted_through=day)
    emit(
        {
            "debtors": done.debtors,
            "debts": done.debts,
            "charges": done.charges,
            "owed_piastres": done.owed,
            "over_paid_charges": done.over_paid,
            "unknown_holders": list(done.unknown_holders),
        },
        f"حُمِّل الملف كله: المدينون {done.debtors:,}، المديونيات {done.debts:,}، البنود {done.charges:,}، "
        f"والمستحق {format_money(Piastres(done.owed))} ج.م." + _unknown(done, _UNKNOWN[0], "، "),
        f"The file is imported: debtors {done.debtors:,}, debts {done.debts:,}, charges {done.charges:,}, "
        f"owed EGP {format_money(Piastres(done.owed))}." + _unknown(done, _UNKNOWN[1], ", "),
    )


def _unknown(done: Imported, text: str, between: str) -> str:
    """The warning that nobody gets some of the debts; nothing when all their holders are here."""
    shown = between.join(done.unknown_holders[:_SHOWN])
    return text.format(shown) if shown else ""
