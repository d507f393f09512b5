"""`kiosk attach`: add a scan of a paper to a request."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError
from kiosk.desk.attach import attach
from kiosk.store.attachments import Held


@click.command("attach")
@click.argument("tracking", metavar="TRACKING")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--kind",
    required=True,
    metavar="CODE",
    help="كود المستند في الكتالوج · code of the paper in the catalogue",
)
@store_options
@output_options
def attach_command(tracking: str, file: Path, kind: str, store: Path | None, staff: str | None) -> None:
    """أرفق صورة مستند بطلب · add a scan of a paper to a request."""
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise KnownError("file.missing", path=file) from error
    except OSError as error:
        raise KnownError("file.unreadable", path=file, reason=error.strerror or "?") from error
    with open_session(store, staff) as session:
        done = attach(session, tracking, kind, content)
    output().emit(
        {**scan_payload(done.held), "seq": done.entry.seq},
        f"أُرفقت صورة المستند بالطلب {ltr(tracking)}، وتُرسل إلى المركز بعد القيود.",
        f"The scan was added to request {tracking}; it goes to the centre after the entries.",
    )


def scan_payload(one: Held) -> dict[str, Any]:
    """A scan as commands tell it."""
    return {
        "attachment": one.attachment,
        "tracking": one.tracking,
        "kind": one.kind,
        "media": one.media,
        "bytes": one.sums.size,
        "state": one.state.value,
    }
