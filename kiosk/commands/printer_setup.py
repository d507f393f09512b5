"""`kiosk devices printer calibrate` and `logo`: what is done once, when a printer is set up."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.printer_options import opened, printer_options, store_option, usual_time
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError
from kiosk.core.raster import Bitmap
from kiosk.devices.chosen_printer import LOGO_KEY, ChosenPrinter, keep_printer, read_printer
from kiosk.devices.escpos_codes import logo_digest, store_logo
from kiosk.devices.own_files import keep_logo, keep_profile, profile_of
from kiosk.devices.printer import EscPosPrinter
from kiosk.devices.ruler_page import BASELINES, CODES, QUESTIONS, WIDTHS, calibrated, ruler_page


def _codes(_context: click.Context, _option: click.Parameter, value: str | None) -> frozenset[str] | None:
    """Read a list of codes, `all` or `none`."""
    if value is None:
        return None
    named = {"all": set(CODES), "none": set()}.get(value, set(filter(None, value.split(","))))
    unknown = named - set(CODES)
    if unknown:
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: {', '.join(CODES)}")
    return frozenset(named)


@click.command()
@store_option(required=True)
@printer_options
@click.option("--name", required=True, metavar="NAME", help="اسم النوع الجديد · name of the new profile")
@click.option(
    "--seen",
    callback=_codes,
    metavar="LIST",
    help="ما ظهر على الورق بدل الأسئلة · what the page showed, instead of questions: codes, all or none",
)
@click.option(
    "--width",
    type=click.Choice([str(one) for one in WIDTHS]),
    help="أعرض مسطرة كاملة · the widest ruler that is whole",
)
@click.option(
    "--baseline",
    type=click.Choice([str(one) for one in BASELINES]),
    help="السطر الأنسب · the line on which letters and block end alike",
)
@click.option("--with-logo", is_flag=True, help="جرّب ذاكرة الشعار · also try the memory for logos")
@click.option("--no-print", is_flag=True, help="الصفحة مطبوعة من قبل · the page was printed before")
@output_options
def calibrate(
    store: Path,
    port: str,
    profile: str,
    baud: int | None,
    flow: Any,
    name: str,
    seen: frozenset[str] | None,
    width: str | None,
    baseline: str | None,
    with_logo: bool,
    no_print: bool,
) -> None:
    """صفحة مساطر تبين ما تطيعه الطابعة، ومنها نوعها · rulers that show what a printer obeys."""
    base = profile_of(profile, store)
    answers = False
    if not no_print:
        with opened(port, profile, baud, flow, store) as printer:
            answers = _send(printer, ruler_page(base, with_logo=with_logo))
    if seen is None:
        seen = frozenset(_asked(with_logo=with_logo))
        width = width or click.prompt("المسطرة الكاملة · whole ruler", type=click.Choice([*map(str, WIDTHS)]))
        baseline = baseline or click.prompt("السطر · line", type=click.Choice([*map(str, BASELINES)]))
    found = calibrated(
        base,
        name,
        seen,
        width=int(width or base.width_dots),
        baseline=int(baseline or base.cell_baseline),
    )
    file = keep_profile(store, found)
    chosen = ChosenPrinter(port, name, baud, flow or found.flow, folder=store)
    keep_printer(store, chosen)
    more, ar, en = usual_time(chosen.kind())
    output().emit(
        {
            "profile": name,
            "file": str(file),
            "tier": found.tier,
            "quirks": [*found.quirks],
            "answered": answers,
            **more,
        },
        f"نوع الطابعة {ltr(name)} محفوظ، درجته {ltr(str(found.tier))}، ويُستعمل من أول فتح للكشك. {ar}",
        f"The profile {name} is kept, of tier {found.tier}, and used from the next unlock on. {en}",
    )


def _send(printer: EscPosPrinter, stream: bytes) -> bool:
    """Send what is no document; whether the printer said that it is done. Raises KnownError `device.*`."""
    status = printer.status()
    if status.trouble:
        raise KnownError(f"printer.{status.trouble}", device=printer.name)
    printer.prepare()
    printer.send(stream)
    return printer.confirm(len(stream))[0]


def _asked(*, with_logo: bool) -> list[str]:
    """Ask about each section of the page."""
    return [
        question.code
        for number, question in enumerate(QUESTIONS, 1)
        if (question.code != "logo" or with_logo)
        and click.confirm(f"{number} {question.code}: {question.ar}؟ · {question.en}?", err=True)
    ]


@click.command()
@store_option(required=True)
@click.argument("picture", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@output_options
def logo(store: Path, picture: Path | None) -> None:
    """شعار الإيصالات: يُحفظ هنا، وفي ذاكرة الطابعة مرة واحدة · the logo of receipts, stored once.

    PICTURE is a PNG in black and white. Without one, the logo of this device is stored in its printer again.
    """
    chosen = read_printer(store)
    if chosen is None:
        raise KnownError("printer.none_chosen")
    kind = chosen.kind()
    dots = _picture(picture, kind.width_dots) if picture else chosen.logo_dots()
    if dots is None:
        raise KnownError("printer.logo_missing")
    stored = False
    if kind.keeps_logo and logo_digest(dots) != chosen.logo:
        with opened(chosen.port, chosen.profile, chosen.baud, chosen.flow, store) as printer:
            stored = _send(printer, store_logo(dots, LOGO_KEY))
    keep_logo(store, dots)
    held = stored or chosen.logo == logo_digest(dots)
    again = ChosenPrinter(chosen.port, chosen.profile, chosen.baud, chosen.flow, _name(dots, held=held))
    keep_printer(store, again)
    output().emit(
        {"width": dots.width, "height": dots.height, "stored_in_printer": held, "written_now": stored},
        "الشعار محفوظ، والطابعة تطبعه من ذاكرتها." if held else "الشعار محفوظ، ويُرسل نقاطًا مع كل إيصال.",
        "The logo is kept, and the printer prints it from its memory."
        if held
        else "The logo is kept, and sent as dots with each receipt.",
    )


def _name(dots: Bitmap, *, held: bool) -> str | None:
    return logo_digest(dots) if held else None


def _picture(file: Path, width: int) -> Bitmap:
    from kiosk.documents.paper import read_picture

    dots = read_picture(file.read_bytes(), width - 2 * 8)
    if dots is None:
        raise KnownError("printer.logo_unreadable", file=file.name)
    return dots
