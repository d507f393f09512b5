"""`kiosk devices terminal …`: link a payment terminal, ask it, close its day; and a terminal of software."""

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.card import linked
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.offers import key_values
from kiosk.core.bidi import ltr
from kiosk.core.card_terminal import LastResult
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.desk.card_complete import resume_cards
from kiosk.desk.card_reverse import Day, check_day_may_close, close_day
from kiosk.devices.chosen_terminal import ChosenTerminal, forget_terminal, keep_terminal, read_terminal

SIMULATED_FAULTS = (
    "well", "declines", "gives-up", "forgets", "silent-after-charge", "silent-after-result", "late-result",
    "stale-result", "wrong-amount", "wrong-currency", "wrong-terminal", "result-twice", "power-loss",
    "takes-back", "uncounted-refusal", "leaks",
)  # fmt: skip
"""What kiosk.devices.simulators.zvt_terminal knows, which cannot be imported on Windows."""
Function = TypeVar("Function", bound=Callable[..., Any])


@click.group("terminal")
def terminal_group() -> None:
    """ماكينة الدفع الموصلة · the linked payment terminal."""


def _folder(function: Function) -> Function:
    return click.option(
        "--store",
        envvar="KIOSK_STORE",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="FOLDER",
        required=True,
        help="مجلد بيانات الجهاز · the device's data folder",
    )(function)


@terminal_group.command("add")
@click.option(
    "--driver", default="zvt-serial", show_default=True, metavar="NAME", help="برنامج التشغيل · its driver"
)
@click.option("--address", required=True, metavar="ADDRESS", help="المنفذ أو host:port · port, or host:port")
@click.option("--id", "terminal", required=True, metavar="TID", help="رقم الماكينة عند البنك · the bank's id")
@click.option("--baud", type=click.IntRange(1200, 4_000_000), default=9600, show_default=True, metavar="N")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="إعداد للبرنامج · for the driver"
)
@_folder
@output_options
def add(store: Path, driver: str, address: str, terminal: str, baud: int, settings: tuple[str, ...]) -> None:
    """وصّل ماكينة دفع بهذا الجهاز · link a payment terminal to this device."""
    keep_terminal(store, ChosenTerminal(driver, address, terminal.strip(), baud, key_values(settings)))
    output().emit(
        {"driver": driver, "address": address, "terminal": terminal, "baud": baud},
        f"ماكينة الدفع {ltr(terminal)} على {ltr(address)}. تُستعمل من أول فتح للكشك بعد الآن.",
        f"Terminal {terminal} at {address} is used from the next unlock on.",
    )


@terminal_group.command("remove")
@_folder
@output_options
def remove(store: Path) -> None:
    """افصل الماكينة عن هذا الجهاز · link no terminal any more."""
    forget_terminal(store)
    output().emit({"terminal": None}, "لا توجد ماكينة دفع موصلة.", "No payment terminal is linked.")


@terminal_group.command("status")
@_folder
@output_options
def status(store: Path) -> int:
    """هل ترد الماكينة الآن · whether it answers now."""
    chosen = read_terminal(store)
    if chosen is None:
        raise KnownError("terminal.none")
    with linked(store) as terminal:
        answers = terminal.is_usable()
    payload = {"driver": chosen.driver, "terminal": chosen.terminal, "answers": answers}
    output().emit(
        payload,
        f"الماكينة {ltr(chosen.terminal)} {'ترد' if answers else 'لا ترد'}.",
        f"Terminal {chosen.terminal} {'answers' if answers else 'does not answer'}.",
    )
    return 0 if answers else 4


@terminal_group.command("test")
@_folder
@output_options
def test(store: Path) -> None:
    """اسأل الماكينة عن آخر عملية، بلا خصم · ask for its last transaction; nothing is charged."""
    with linked(store) as terminal:
        last = terminal.last()
        ours = terminal.terminal_id
    found = last.record.terminal if last.record else None
    if found is not None and found != ours:
        raise KnownError("terminal.other", terminal=ours, found=found)
    output().emit(_last_plain(ours, last), *_last_text(ours, last))


@terminal_group.command("end-of-day")
@store_options
@output_options
def end_of_day(store: Path | None, staff: str | None) -> int:
    """أغلق يوم الماكينة وقارنه بالمسجل هنا · close the terminal's day and hold it to ours."""
    if store is None:
        raise KnownError("session.no_store")
    with open_session(store, staff) as session, linked(store) as terminal:
        resume_cards(session)
        check_day_may_close(session, terminal.terminal_id)
        day = close_day(session, terminal.end_of_day())
    output().emit(_day_plain(day), *_day_text(day))
    return 0 if not day.difference else 4


def _last_plain(terminal: str, last: LastResult) -> dict[str, Any]:
    said = last.record
    return {
        "terminal": terminal,
        "idle": last.idle,
        "counter": last.counter,
        "last": {
            "approved": said.approved,
            "piastres": said.piastres,
            "receipt_no": said.receipt_no,
            "last4": said.last4,
        }
        if said
        else None,
    }


def _last_text(terminal: str, last: LastResult) -> tuple[str, str]:
    said = last.record
    if said is None:
        return (
            f"الماكينة {ltr(terminal)} ترد، ولا عمليات عليها.",
            f"Terminal {terminal} answers; no transaction yet.",
        )
    amount = format_money(said.piastres or 0)
    return (
        f"الماكينة {ltr(terminal)} ترد. آخر عملية رقم {ltr(str(last.counter))} بمبلغ {ltr(amount)}.",
        f"Terminal {terminal} answers. Its last transaction is {last.counter}, {amount} EGP.",
    )


def _day_plain(day: Day) -> dict[str, Any]:
    entry = day.entry
    return {
        "terminal": entry.terminal,
        "taken": entry.taken,
        "taken_count": entry.taken_count,
        "reversed": entry.reversed,
        "our_taken": entry.our_taken,
        "our_taken_count": entry.our_taken_count,
        "our_reversed": entry.our_reversed,
        "difference": entry.difference,
    }


def _day_text(day: Day) -> tuple[str, str]:
    entry = day.entry
    said, ours = (
        format_money(entry.taken - entry.reversed),
        format_money(entry.our_taken - entry.our_reversed),
    )
    if not day.difference:
        return (
            f"أُغلق يوم الماكينة. مجموعها {ltr(said)} يساوي المسجل هنا.",
            f"The terminal's day is closed. Its total {said} equals ours.",
        )
    return (
        f"أُغلق يوم الماكينة. مجموعها {ltr(said)} والمسجل هنا {ltr(ours)}. سُجّل الفرق كما هو، فأبلغ المشرف.",
        f"The terminal's day is closed. It says {said}, we recorded {ours}. Tell the supervisor; it is kept.",
    )


@click.command("simulate-terminal")
@click.option(
    "--records",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="سجل الماكينة نفسها · the terminal's own record",
)
@click.option("--tcp", is_flag=True, help="على الشبكة بدل المنفذ · on TCP instead of a serial port")
@click.option(
    "--link", type=click.Path(path_type=Path), metavar="PATH", help="اسم ثابت للمنفذ · a lasting name"
)
@click.option("--fault", type=click.Choice(SIMULATED_FAULTS), help="عطل من البداية · a fault from the start")
@output_options
def simulate_terminal(records: Path, tcp: bool, link: Path | None, fault: str | None) -> None:
    """ماكينة دفع وهمية: لا تخصم شيئًا · a payment terminal of software, that charges nobody.

    Runs until it is interrupted. A word on a line of standard input switches a fault: those of --fault, and
    the faults of lines that simulate-printer has.
    """
    if sys.platform == "win32":
        raise KnownError("device.no_simulators")
    from kiosk.devices.simulators.control import LINE_WORDS
    from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, PtyZvtTerminal, TcpZvtTerminal

    signal.signal(signal.SIGTERM, _interrupt)
    made = TcpZvtTerminal(records=records) if tcp else PtyZvtTerminal(records=records, link=link)
    with made as line:
        if fault:
            with line.change() as machine:
                machine.behaviour = BEHAVIOURS[fault]
        name = str(link) if link else line.path.removeprefix("socket://")
        terminal = line.machine.terminal_id
        output().emit(
            {"address": name, "terminal": terminal, "driver": "zvt-tcp" if tcp else "zvt-serial"},
            f"العنوان {ltr(name)}، رقم الماكينة {ltr(terminal)}",
            f"Address {name}, terminal {terminal}",
        )
        for typed in sys.stdin:
            word = typed.strip()
            if word in BEHAVIOURS:
                with line.change() as machine:
                    machine.behaviour = BEHAVIOURS[word]
            if word in LINE_WORDS:
                LINE_WORDS[word](line)
            if word not in BEHAVIOURS and word not in LINE_WORDS:
                click.echo(" ".join((*BEHAVIOURS, *LINE_WORDS)), err=True)
        threading.Event().wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
