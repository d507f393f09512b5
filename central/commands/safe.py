"""`kiosk-central safe`: which standbys and which archive make entries safe, and what they have."""

import time
from pathlib import Path
from threading import Event
from typing import Any

import click

from central.base_backups import read_base
from central.centre import Centre
from central.commands.base import centre_in, emit, folder_option, output_options
from central.safe import Looked, forget_source, look, name_archive, name_standby
from central.safe_sources import ARCHIVE_NAME, Source, sources
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_text

_APART = "تتعهد أنه خارج جهاز القاعدة · you vouch that it lies off the machine of the database"
_BY = "كود من يتعهد بذلك · code of who vouches for it"
_REMOVE = "لا يُعتمد عليه بعد الآن · it counts no more"
_BASE = (
    "مجلد pg_basebackup أو ملف .backup من الأرشيف · folder of pg_basebackup, or .backup file of the archive"
)
_KINDS = {"standby": ("خادم احتياطي", "standby"), "archive": ("أرشيف WAL", "archive of WAL")}
_PAUSE = Event()
_PAUSE_S = 0.1
_by_option = click.option("--by", required=True, metavar="CODE", help=_BY)
_apart_option = click.option("--off-machine", is_flag=True, help=_APART)
_remove_option = click.option("--remove", is_flag=True, help=_REMOVE)


@click.group(name="safe")
def safe() -> None:
    """ما يثبت أن القيود في مكان آخر أيضًا · what proves that entries are elsewhere too."""


@safe.command(name="standby")
@click.argument("name")
@_by_option
@_apart_option
@_remove_option
@folder_option
@output_options
def standby_command(name: str, by: str, off_machine: bool, remove: bool, folder: Path) -> None:
    """خادم PostgreSQL احتياطي يُعتمد عليه · a standby counts as evidence."""
    with centre_in(folder) as centre:
        if remove:
            forget_source(centre, "standby", name, by=by)
            _emit(centre, Looked((), 0))
        else:
            _emit(centre, name_standby(centre, name, by=by, off_machine=off_machine))


@safe.command(name="archive")
@click.option("--base", type=click.Path(path_type=Path), metavar="PATH", help=_BASE)
@_by_option
@_apart_option
@_remove_option
@folder_option
@output_options
def archive_command(base: Path | None, by: str, off_machine: bool, remove: bool, folder: Path) -> None:
    """أرشيف WAL مع نسخة أساسية يُعتمد عليهما · the archive of WAL counts, with a base back-up."""
    if base is None and not remove:
        raise KnownError("command.missing", name="--base")
    with centre_in(folder) as centre:
        if base is None or remove:
            forget_source(centre, "archive", ARCHIVE_NAME, by=by)
            _emit(centre, Looked((), 0))
        else:
            _emit(centre, name_archive(centre, read_base(base), by=by, off_machine=off_machine))


@safe.command(name="show")
@folder_option
@output_options
def show_command(folder: Path) -> None:
    """ما يُعتمد عليه وما رُئي عنده آخر مرة · what counts, and what it was last seen to have."""
    with centre_in(folder) as centre:
        _emit(centre, Looked((), 0))


@safe.command(name="check")
@click.option("--wait", default=0, show_default=True, type=click.IntRange(0, 3600), metavar="SECONDS",
              help="انتظر حتى يثبت ما عند المركز الآن · wait until what is here now is proved")  # fmt: skip
@folder_option
@output_options
def check_command(wait: int, folder: Path) -> int:
    """انظر الآن · look now. Exit code 3 when something proves nothing."""
    with centre_in(folder) as centre:
        began, ends = centre.now(), time.monotonic() + wait
        looked = look(centre)
        risen = looked.risen
        while time.monotonic() < ends and any(
            not one.problem and (one.proved is None or one.proved < began) for one in looked.sources
        ):
            _PAUSE.wait(_PAUSE_S)
            looked = look(centre)
            risen += looked.risen
        _emit(centre, Looked(looked.sources, risen))
    return 3 if any(one.problem for one in looked.sources) else 0


def _emit(centre: Centre, looked: Looked) -> None:
    with centre.storage.read() as db:
        found = sources(db)
    payload = {"sources": [_payload(one) for one in found], "safe_risen": looked.risen}
    none = ("لا يُعتمد على شيء غير النسخ الاحتياطية.", "Nothing counts but back-ups.")
    lines = [[_line(one, language) for one in found] or [none[language]] for language in (0, 1)]
    if looked.risen:
        lines[0].append(f"أصبح {looked.risen} قيد آمنًا.")
        lines[1].append(f"{looked.risen} entries became safe.")
    emit(payload, "\n".join(lines[0]), "\n".join(lines[1]))


def _payload(one: Source) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "given": utc_text(one.given),
        "by": one.by,
        "off_machine": one.off_machine,
        "timeline": one.life.timeline,
        "base": one.base.place if one.base is not None else None,
        "proved": utc_text(one.proved) if one.proved is not None else None,
        "problem": one.problem or None,
    }


def _line(one: Source, language: int) -> str:
    proved = utc_text(one.proved) if one.proved is not None else "-"
    told = f"{_KINDS[one.kind][language]} {one.name}: {('ثبت حتى', 'proved up to')[language]} {proved}"
    if not one.problem:
        return told
    error = KnownError(one.problem)
    spoken = (
        (error.sentence("ar"), error.remedy("ar"))
        if language == 0
        else (error.sentence("en"), error.remedy("en"))
    )
    return f"{told}\n  ! {spoken[0]} {spoken[1]}"
