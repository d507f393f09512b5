"""`kiosk run`: the kiosk itself, its window on the data of one device."""

import gc
import re
from pathlib import Path

import click

from kiosk.commands.base import output_options
from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError

SMALLEST = (800, 700)
_SCALES = {"1": 100, "1.25": 125, "1.5": 150}


@click.command("run")
@click.option(
    "--store",
    envvar="KIOSK_STORE",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="مجلد بيانات الجهاز · the device's data folder",
)
@click.option("--language", type=click.Choice(["ar", "en"]), help="لغة هذه المرة · language of this run")
@click.option(
    "--theme",
    type=click.Choice(["light", "dark", "sunlight"]),
    help="ألوان هذه المرة · colours of this run",
)
@click.option("--scale", type=click.Choice(list(_SCALES)), help="حجم الكتابة · size of text")
@click.option("--size", metavar="WIDTHxHEIGHT", help="مقاس النافذة، وإلا ملء الشاشة · size of the window")
@output_options
def run_command(
    store: Path | None, language: str | None, theme: str | None, scale: str | None, size: str | None
) -> int:
    """شغّل الكشك · run the kiosk."""
    if store is None:
        raise KnownError("session.no_store")
    wanted = None if size is None else window_size(size)
    gc.disable()  # until the first picture (Kiosk.run)
    from kiosk.app import Kiosk

    kiosk = Kiosk(
        store,
        language=language,
        theme=theme,
        scale=None if scale is None else _SCALES[scale],
    )
    return kiosk.run(wanted)


def window_size(text: str) -> tuple[int, int]:
    """Read `1024x768`. Raises KnownError `ui.window_size`."""
    found = re.fullmatch(r"([0-9]{3,5})[x×]([0-9]{3,5})", text)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if width < SMALLEST[0] or height < SMALLEST[1]:
        raise KnownError("ui.window_size", text=excerpt(text))
    return width, height
