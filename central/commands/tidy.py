"""`kiosk-central tidy`: deletes files that nothing needs any more, or says which those would be."""

from pathlib import Path
from typing import Any

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.tidy import Superseded, Tidied, keep_margins, tidy
from kiosk.core.wire.times import utc_text

_DAYS = click.IntRange(1, 3650)


@click.command(name="tidy")
@click.option("--dry-run", is_flag=True, help="اعرض ولا تحذف · show, delete nothing")
@click.option("--files-days", type=_DAYS, help="كم يومًا يبقى ملف قديم · days of an old file")
@click.option("--uploads-days", type=_DAYS, help="كم يومًا تبقى صورة لم تكتمل · days of a cut-off scan")
@folder_option
@output_options
def tidy_command(dry_run: bool, files_days: int | None, uploads_days: int | None, folder: Path) -> None:
    """حذف ملفات لم يعد أحد يحتاجها · delete files that nothing needs any more."""
    with centre_in(folder) as centre:
        if not dry_run:
            keep_margins(centre, files=files_days, uploads=uploads_days)
        done = tidy(centre, dry_run=dry_run)
    emit(_payload(done, dry_run=dry_run), *(_text(done, dry_run=dry_run)))


def _payload(done: Tidied, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "files_days": done.margins.files.days,
        "uploads_days": done.margins.uploads.days,
        "backup_running": done.backup,
        "files": [_file(one) for one in done.files],
        "waiting": [_file(one) for one in done.waiting],
        "uploads": [{"upload": one.upload, "bytes": one.size, "whole": one.whole} for one in done.parts],
        "remains": len(done.remains),
        "bytes": done.size,
    }


def _file(one: Superseded) -> dict[str, Any]:
    return {"file": one.file, "bytes": one.size, "since": utc_text(one.since)}


def _text(done: Tidied, *, dry_run: bool) -> tuple[str, str]:
    counts = (len(done.files), len(done.parts), done.size)
    arabic = "سيُحذف" if dry_run else "حُذف"
    english = "Would delete" if dry_run else "Deleted"
    arabic_text = f"{arabic} {counts[0]} ملف قديم وأجزاء {counts[1]} صورة لم تكتمل، {counts[2]} بايت."
    english_text = f"{english} {counts[0]} old files and parts of {counts[1]} scans, {counts[2]} bytes."
    if done.waiting:
        arabic_text += f"\nتنتظر مهلتها ({done.margins.files.days} يومًا): {len(done.waiting)} ملف."
        english_text += f"\nWithin their {done.margins.files.days} days: {len(done.waiting)} files."
    if done.backup:
        arabic_text += "\nتجري الآن نسخة احتياطية، فلم تُحذف ملفات الأجهزة."
        english_text += "\nA back-up is running: no file of devices was deleted."
    return arabic_text, english_text
