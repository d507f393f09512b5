"""`kiosk devices`: what is connected, the receipt printer, and a printer of software."""

import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click

from kiosk.commands.base import LazyGroup, output, output_options
from kiosk.commands.devices_trace import trace_group
from kiosk.commands.printer_options import opened, printer_options, store_option, usual_time
from kiosk.commands.printer_setup import calibrate, logo
from kiosk.commands.terminal import simulate_terminal, terminal_group
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError
from kiosk.core.raster import Sheet
from kiosk.devices.answers import PrinterStatus
from kiosk.devices.bench_page import TEXT, bench_page
from kiosk.devices.chosen_printer import ChosenPrinter, keep_printer
from kiosk.devices.identity import FoundDevice, present
from kiosk.devices.own_files import profile_of
from kiosk.devices.profiles import DEFAULT, Profile

SIMULATED_FAULTS = (
    "well", "silent", "late", "previous", "noise", "drip", "storm", "cut", "vanish-read", "vanish-flush",
    "slow", "small-buffer", "small-buffer-rtscts", "small-buffer-xonxoff", "stuck", "vanish-write",
    "unplug", "plug-in", "paper-out", "paper-ends", "paper", "cover-open", "cover-close",
    "paper-low", "cutter", "hot", "broken", "mended",
)  # fmt: skip
"""The words of kiosk.devices.simulators.control, which cannot be imported on Windows."""


@click.group()
def devices() -> None:
    """الأجهزة الموصلة · connected devices."""


devices.add_command(trace_group)


@devices.command("list")
@output_options
def list_devices() -> None:
    """الأجهزة الموصلة وعناوينها الثابتة · connected devices and their lasting addresses."""
    found = present()
    payload = {
        "devices": [
            {
                "port": device.url,
                "address": str(device.key) if device.key else device.url,
                "product": device.product,
            }
            for device in found
        ]
    }
    lines = "\n".join(_line(device) for device in found)
    output().emit(payload, lines or "لا يوجد جهاز موصل.", lines or "Nothing is connected.")


def _line(device: FoundDevice) -> str:
    address = f"{device.key}" if device.key else device.url
    return ltr(f"{address}  {device.url}  {device.product or ''}".rstrip())


@devices.group(
    "printer",
    cls=LazyGroup,
    lazy={
        "jobs": "kiosk.commands.print_queue:jobs",
        "print-now": "kiosk.commands.print_queue:print_now_command",
        "give-up": "kiosk.commands.print_queue:give_up_command",
    },
)
def printer_group() -> None:
    """طابعة الإيصالات · the receipt printer."""


printer_group.add_command(calibrate)
printer_group.add_command(logo)


@printer_group.command()
@store_option(required=False)
@printer_options
@output_options
def status(store: Path | None, port: str, profile: str, baud: int | None, flow: Any) -> int:
    """حالة الطابعة كما تقولها هي · what the printer says about itself."""
    with opened(port, profile, baud, flow, store) as printer:
        found = printer.status()
    _raise_trouble(found, port)
    payload = {
        "known": found.known,
        "offline": found.offline,
        "cover_open": found.cover_open,
        "paper_out": found.paper_out,
        "paper_low": found.paper_low,
        "error": found.error,
    }
    if not found.known:
        output().emit(
            payload,
            "الحالة غير معروفة: الطابعة لم ترد. بعض الطابعات لا ترد أبدًا، فاطبع صفحة اختبار.",
            "Unknown: the printer did not answer. Some never do: print a test page.",
        )
        return 4
    low_ar, low_en = ("، والورق قارب على الانتهاء", ", paper is low") if found.paper_low else ("", "")
    output().emit(payload, f"الطابعة جاهزة{low_ar}.", f"The printer is ready{low_en}.")
    return 0


@printer_group.command("test")
@store_option(required=False)
@printer_options
@output_options
def print_test(store: Path | None, port: str, profile: str, baud: int | None, flow: Any) -> int:
    """صفحة اختبار: إطار ومسطرة ونقوش وكود · a test page: frame, ruler, patterns, code."""
    with opened(port, profile, baud, flow, store) as printer:
        _raise_trouble(printer.status(), port)
        stream = printer.stream(_page(printer.profile))
        printer.prepare()
        printer.send(stream)
        done, after = printer.confirm(len(stream))
        speed = printer.connection.port().settings.baud
    if not done and after.trouble in ("paper_out", "cover_open", "error"):
        raise KnownError(f"print.{after.trouble}", device=port)
    tenths = len(stream) * 100 // speed
    payload = {"confirmed": done, "bytes": len(stream), "baud": speed, "tenths_of_a_second": tenths}
    took = f"{tenths // 10}.{tenths % 10}"
    output().emit(
        payload,
        f"أكدت الطابعة الصفحة. زمن الإرسال {ltr(took)} ثانية. راجع الإطار والمسطرة واقرأ الكود."
        if done
        else f"أُرسلت الصفحة في {ltr(took)} ثانية ولم تؤكدها الطابعة. راجع الورقة.",
        f"The printer confirmed the page, sent in {took} s. Check frame and ruler, read the code."
        if done
        else f"The page was sent in {took} s and not confirmed. Look at the paper.",
    )
    return 0 if done else 4


@printer_group.command("use")
@store_option(required=True)
@printer_options
@output_options
def use_printer(store: Path, port: str, profile: str, baud: int | None, flow: Any) -> None:
    """اختر طابعة إيصالات هذا الجهاز · choose the receipt printer of this device."""
    chosen = ChosenPrinter(port, profile, baud, flow or profile_of(profile, store).flow, folder=store)
    keep_printer(store, chosen)
    kind = chosen.kind()
    more, ar, en = usual_time(kind)
    output().emit(
        {"port": port, "profile": profile, "baud": kind.baud, "flow": chosen.flow, **more},
        f"طابعة الجهاز: {ltr(port)}، نوعها {ltr(profile)}. تُستعمل من أول فتح للكشك بعد الآن. {ar}",
        f"This device prints on {port}, a {profile}, from the next unlock on. {en}",
    )


def _page(profile: Profile) -> Sheet:
    from kiosk.documents.qr import symbol

    return bench_page(profile, symbol((TEXT,)))


def _raise_trouble(found: PrinterStatus, port: str) -> None:
    if found.trouble:
        raise KnownError(f"printer.{found.trouble}", device=port)


@devices.command("simulate-printer")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="مجلد صور الورق · where each sheet goes as PNG",
)
@click.option(
    "--width",
    type=click.Choice(["384", "512", "576"]),
    help="نقاط العرض، وإلا فعرض النوع · dots; else those of the kind",
)
@click.option(
    "--profile",
    default=DEFAULT,
    show_default=True,
    metavar="NAME",
    help="كأنها من هذا النوع، بعيوبه · like this kind, with its faults",
)
@click.option(
    "--link",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="اسم ثابت للمنفذ · a lasting name of the port",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    type=click.Choice(SIMULATED_FAULTS),
    help="عطل من البداية · a fault from the start",
)
@output_options
def simulate_printer(
    out: Path, width: str | None, profile: str, link: Path | None, faults: tuple[str, ...]
) -> None:
    """طابعة وهمية على منفذ حقيقي · a printer of software on a real port.

    Runs until it is interrupted. A word on a line of standard input switches a fault: those of --fault.
    """
    if sys.platform == "win32":
        raise KnownError("device.no_simulators")
    from kiosk.devices.simulators.control import WORDS, SheetFolder
    from kiosk.devices.simulators.firmware import Firmware
    from kiosk.devices.simulators.pty_line import PtyPrinter

    folder = SheetFolder(out)
    kind = profile_of(profile, None)
    dots = int(width or kind.width_dots)
    signal.signal(signal.SIGTERM, _interrupt)
    made = PtyPrinter(
        width=dots,
        cutter=dots > 400 and kind.cut != "none",
        link=link,
        on_sheet=lambda sheet: click.echo(folder.save(sheet)),
        firmware=Firmware.of(kind),
    )
    with made as line:
        for fault in faults:
            WORDS[fault](line)
        name = str(link) if link else line.path
        output().emit({"port": name, "out": str(out)}, f"المنفذ {ltr(name)}", f"Port {name}")
        for typed in sys.stdin:
            act = WORDS.get(typed.strip())
            if act is not None:
                act(line)
            else:
                click.echo(" ".join(WORDS), err=True)
        threading.Event().wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


devices.add_command(terminal_group)
devices.add_command(simulate_terminal)
