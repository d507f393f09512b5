"""`kiosk-central attachment`: the scans that belong to requests, and reading one."""

from pathlib import Path

import click

from central.attachments import Scan, list_scans, read_scan
from central.commands.base import centre_in, emit, folder_option, output_options
from central.folder import write_durably


@click.group(name="attachment")
def attachment() -> None:
    """صور المستندات · scans of papers."""


@attachment.command(name="list")
@click.option("--request", "tracking", metavar="TRACKING", help="طلب واحد · of one request")
@click.option("--awaited", is_flag=True, help="ما لم تصل صورته بعد · those whose file has not arrived")
@folder_option
@output_options
def attachment_list(tracking: str | None, folder: Path, *, awaited: bool) -> None:
    """عرض صور المستندات · list the scans."""
    with centre_in(folder) as centre:
        found = list_scans(centre, tracking=tracking, awaited=awaited)
    arabic, english = ([_line(one, language) for one in found] for language in (0, 1))
    payload = [
        {
            "attachment": one.attachment,
            "device": one.device,
            "seq": one.seq,
            "tracking": one.tracking,
            "kind": one.kind,
            "media": one.media,
            "bytes": one.size,
            "state": _state(one),
            "safe": one.safe,
        }
        for one in found
    ]
    emit({"attachments": payload}, "\n".join(arabic) or "لا شيء.", "\n".join(english) or "None.")


@attachment.command(name="read")
@click.argument("attachment_id", metavar="ATTACHMENT")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE",
              help="ملف يمكن لأي أحد قراءته · a file that anybody can read")  # fmt: skip
@folder_option
@output_options
def attachment_read(attachment_id: str, out: Path, folder: Path) -> None:
    """افتح صورة مستند في ملف · open a scan into a file."""
    with centre_in(folder) as centre:
        found, content = read_scan(centre, attachment_id)
    write_durably(out, content)
    payload = {"attachment": found.attachment, "media": found.media, "bytes": len(content), "path": str(out)}
    emit(payload, f"كُتبت صورة المستند في {out}.", f"The scan is in {out}.")


_STATES = {
    "here": ("وصلت وليست في نسخة احتياطية", "here, in no back-up yet"),
    "safe": ("وصلت، وفي نسخة احتياطية", "here and in a back-up"),
    "awaited": ("تنتظر الصورة", "awaiting scan"),
    "erased": ("مُسحت", "erased"),
}


def _line(one: Scan, language: int) -> str:
    shown = "safe" if one.safe else _state(one)
    return f"{one.attachment}  {one.tracking}  {one.kind}  {_STATES[shown][language]}"


def _state(one: Scan) -> str:
    return "erased" if one.erased else "here" if one.here else "awaited"
