"""`kiosk devices trace`: record what passes between the program and its devices, without what is printed."""

from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.core.bidi import ltr
from kiosk.devices.trace import LONGEST_HOURS, recording_until, recordings, switch_off, switch_on

_SHOWN = 20
_STORE = click.option(
    "--store",
    envvar="KIOSK_STORE",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    required=True,
    help="مجلد بيانات الجهاز · the device's data folder",
)


@click.group("trace")
def trace_group() -> None:
    """تسجيل ما يمر على منافذ الأجهزة، دون محتوى المستندات · record the ports, without contents."""


@trace_group.command("on")
@_STORE
@click.option(
    "--hours",
    type=click.IntRange(1, LONGEST_HOURS),
    default=8,
    show_default=True,
    help="مدة التسجيل بالساعات · how long",
)
@output_options
def trace_on(store: Path, hours: int) -> None:
    """ابدأ التسجيل، ويتوقف وحده · begin; it ends by itself."""
    until = switch_on(store, hours, datetime.now(UTC))
    shown = f"{until.astimezone():%Y-%m-%d %H:%M}"
    output().emit(
        {"recording": True, "until": until.isoformat()},
        f"التسجيل يعمل حتى {ltr(shown)}، ويبدأ لكل جهاز من توصيله أو فتح الكشك بعد الآن.",
        f"Recording until {shown}; a device is recorded from its next connection or unlock on.",
    )


@trace_group.command("off")
@_STORE
@output_options
def trace_off(store: Path) -> None:
    """أوقف التسجيل، ويبقى ما سُجل · stop; what was recorded stays."""
    switch_off(store)
    output().emit({"recording": False}, "توقف التسجيل.", "Recording is off.")


@trace_group.command("show")
@_STORE
@click.option(
    "--lines",
    type=click.IntRange(0, 10_000),
    default=_SHOWN,
    show_default=True,
    help="آخر سطور كل جهاز · last lines of each device",
)
@output_options
def trace_show(store: Path, lines: int) -> None:
    """حالة التسجيل وآخر ما سُجل · whether it records, and the last lines."""
    until = recording_until(store, datetime.now(UTC))
    files = recordings(store)
    newest = {file.name.split(".")[0]: file for file in reversed(files)}
    last = {device: _tail(file, lines) for device, file in sorted(newest.items())}
    payload = {
        "recording": until is not None,
        "until": until.isoformat() if until else None,
        "files": [{"name": file.name, "bytes": file.stat().st_size} for file in files],
        "last": last,
    }
    parts = [f"{file.name}  {file.stat().st_size}" for file in files]
    parts += [line for device, tail in last.items() for line in (f"-- {device}", *tail)]
    body = "\n".join(ltr(part) for part in parts)
    shown = f"{until.astimezone():%Y-%m-%d %H:%M}" if until else ""
    output().emit(
        payload,
        (f"التسجيل يعمل حتى {ltr(shown)}.\n" if until else "التسجيل متوقف.\n") + body,
        (f"Recording until {shown}.\n" if until else "Recording is off.\n") + body,
    )


def _tail(file: Path, lines: int) -> list[str]:
    text = file.read_text(encoding="ascii", errors="replace")
    return text.splitlines()[-lines:] if lines else []
