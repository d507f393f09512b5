"""`kiosk-central scans`: the object store of scans, checked, and scans moved into it or back."""

from pathlib import Path

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.scan_store_check import Checked, check_scans_store
from central.scan_store_move import Moved, move_scans
from kiosk.core.errors import Kind


@click.group(name="scans")
def scans() -> None:
    """مخزن صور المستندات · the store of scans."""


@scans.command(name="check")
@folder_option
@output_options
def check_command(folder: Path) -> int:
    """فحص مخزن الصور: كتابة وقراءة وحذف · write, read and remove a probe; compare with the tables."""
    with centre_in(folder) as centre:
        done = check_scans_store(centre)
    payload = {
        **done.in_use.payload(),
        "probed": done.probed or None,
        "public": done.public,
        "held": done.held,
        "missing": done.missing,
        "others": done.others,
    }
    emit(payload, _checked_arabic(done), _checked_english(done))
    return int(Kind.DAMAGED) if done.missing or done.public else 0


@scans.command(name="move")
@click.option(
    "--to", "target", required=True, type=click.Choice(["bucket", "folder"]), help="إلى أين · where to"
)
@folder_option
@output_options
def move_command(target: str, folder: Path) -> int:
    """نقل الصور إلى المخزن الخارجي أو إلى المجلد، والخادم يعمل · move the scans while the server runs."""
    quiet = "--json" in click.get_current_context().obj

    def progress(done: int, of: int) -> None:
        if not quiet and (done == of or not done % 100):
            click.echo(f"{done}/{of}", err=True)

    with centre_in(folder) as centre:
        moved = move_scans(centre, into_bucket=target == "bucket", progress=progress)
    payload = {
        "store": target,
        "where": moved.where,
        "scans": moved.scans,
        "copied": moved.copied,
        "bytes": moved.bytes,
        "lost": moved.lost,
    }
    emit(payload, _moved_arabic(moved), _moved_english(moved))
    return int(Kind.DAMAGED) if moved.lost else 0


def _checked_arabic(done: Checked) -> str:
    lines = [f"الصور في {done.in_use.where}: {done.held} صورة مكتملة."]
    if done.probed:
        lines.append(f"المخزن {done.probed} يكتب ويقرأ ويحذف كما يجب.")
    if done.public:
        lines.append("! أي شخص يقرأ ما في الـ bucket بلا مفتاح: اجعله خاصًا.")
    if done.missing:
        lines.append(f"! صور ناقصة أو بحجم آخر: {len(done.missing)}")
    if done.others:
        lines.append(f"صور لا يعرفها المركز: {done.others}")
    return "\n".join(lines)


def _checked_english(done: Checked) -> str:
    lines = [f"The scans are in {done.in_use.where}: {done.held} whole."]
    if done.probed:
        lines.append(f"The store {done.probed} writes, reads and removes as it must.")
    if done.public:
        lines.append("! Anybody can read the bucket without a key: make it private.")
    if done.missing:
        lines.append(f"! Missing, or of another size: {len(done.missing)}")
    if done.others:
        lines.append(f"Scans that the centre does not know: {done.others}")
    return "\n".join(lines)


def _moved_arabic(moved: Moved) -> str:
    told = f"الصور الآن في {moved.where}: {moved.scans} صورة، نُسخ منها الآن {moved.copied} وقُرئت بعد كتابتها."
    if moved.lost:
        told += f"\n! صور ضاعت أو تلفت في المكان القديم: {len(moved.lost)}. تُطلب من أجهزتها ما دامت عندها."
    return told


def _moved_english(moved: Moved) -> str:
    told = f"The scans are in {moved.where} now: {moved.scans}, {moved.copied} copied now and read back."
    if moved.lost:
        told += (
            f"\n! {len(moved.lost)} were lost or damaged in the old place: devices that have them send them."
        )
    return told
