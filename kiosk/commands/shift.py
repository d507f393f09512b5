"""`kiosk shift …`: open, look at, count and close the shift of this device."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.counts import count_option, read_counts, today_policy
from kiosk.commands.desk_session import approver_options, approver_secret, open_session, store_options
from kiosk.commands.report_text import report_plain, report_text
from kiosk.core.bidi import ltr
from kiosk.core.money import format_money, parse_money
from kiosk.core.roles import Right
from kiosk.core.shift_close import Step
from kiosk.core.wire.times import utc_text
from kiosk.desk.reports import Report, read_z, report_x
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, Counted, close, count, propose_close
from kiosk.desk.shift_open import Opened, open_shift
from kiosk.desk.shift_status import Status, shift_status


@click.group("shift")
def shift() -> None:
    """الوردية: فتح وعد وإغلاق وتقارير · the shift: open, count, close, reports."""


@shift.command("open")
@count_option
@click.option("--series", metavar="SERIES", help="مجموعة الدفتر · series of the receipt book")
@store_options
@output_options
def open_command(store: Path | None, staff: str | None, count: tuple[str, ...], series: str | None) -> None:
    """افتح وردية بعد عد النقدية واستلام الدفتر · open a shift with the counted float and a book."""
    with open_session(store, staff) as session:
        opened = open_shift(session, read_counts(count, today_policy(session)), series)
    _say_opened(opened)


def _say_opened(opened: Opened) -> None:
    payload = {
        "shift": opened.shift.seq,
        "staff": opened.staff,
        "series": opened.book.series,
        "next_serial": opened.book.next,
        "receipts_left": opened.book.left,
        "counted": opened.total,
        "previous_kept": opened.previous_kept,
        "variance": opened.variance,
    }
    amount, book = format_money(opened.total), f"{opened.book.series} {opened.book.next}"
    arabic = f"فُتحت الوردية {ltr(str(opened.shift.seq))} بنقدية {ltr(amount)} والدفتر {ltr(book)}."
    english = f"Shift {opened.shift.seq} is open with {amount} and book {book}."
    if opened.variance:
        off = format_money(abs(opened.variance))
        sense = ("أكثر", "more") if opened.variance > 0 else ("أقل", "less")
        arabic += f" المعدود {sense[0]} مما تركته الوردية السابقة بمقدار {ltr(off)}، وسُجّل الفرق على التسليم."
        english += f" That is {off} {sense[1]} than the last shift kept; it is recorded as the handover's."
    output().emit(payload, arabic, english)


@shift.command("status")
@store_options
@output_options
def status_command(store: Path | None, staff: str | None) -> None:
    """حالة الوردية · how the shift stands."""
    with open_session(store, staff) as session:
        status = shift_status(session)
    if status is None:
        output().emit({"open": False}, "لا توجد وردية مفتوحة.", "No shift is open.")
        return
    _say_status(status)


def _say_status(status: Status) -> None:
    payload = {
        "open": True,
        "shift": status.shift.seq,
        "staff": status.shift.staff,
        "state": status.shift.state,
        "series": status.shift.series,
        "opened_at": utc_text(status.opened_at),
        "receipts_left": status.receipts_left,
        "handover_due": status.handover_due,
        "next": status.next.value,
    }
    counting = status.shift.state == "closing"
    arabic = (
        f"الوردية {ltr(str(status.shift.seq))} عهدة {ltr(status.shift.staff)}، "
        f"{'قيد العد' if counting else 'مفتوحة'}، باقٍ في الدفتر {ltr(str(status.receipts_left))} إيصال."
    )
    english = (
        f"Shift {status.shift.seq} of {status.shift.staff} is {'being counted' if counting else 'open'}; "
        f"{status.receipts_left} receipts left."
    )
    if counting:
        arabic, english = f"{arabic} {_STEPS[status.next][0]}", f"{english} {_STEPS[status.next][1]}"
    if status.handover_due:
        arabic, english = f"{arabic} حان تسليم العهدة.", f"{english} A handover is due."
    output().emit(payload, arabic, english)


_STEPS = {
    Step.COUNT: ("عد النقدية.", "Count the cash."),
    Step.RECOUNT: ("عد النقدية مرة أخرى.", "Count the cash once more."),
    Step.FINAL: ("العد انتهى؛ أغلق الوردية.", "The count is final; close the shift."),
}


@shift.command("x")
@store_options
@output_options
def x_command(store: Path | None, staff: str | None) -> None:
    """تقرير X أثناء الوردية · an X report of the open shift."""
    with open_session(store, staff) as session:
        report = report_x(session)
    _say_report(report)


@shift.command("count")
@count_option
@store_options
@output_options
def count_command(store: Path | None, staff: str | None, count: tuple[str, ...]) -> None:
    """عد النقدية قبل الإغلاق · count the cash before closing."""
    with open_session(store, staff) as session:
        counted = _count(session, count)
    payload = {
        "attempt": counted.attempt,
        "counted": counted.total,
        "next": counted.next.value,
        "expected": counted.expected,
        "over_short": counted.over_short,
    }
    amount = format_money(counted.total)
    step = _STEPS[counted.next]
    arabic, english = f"سُجّل العد {ltr(amount)}. {step[0]}", f"Counted {amount}. {step[1]}"
    if counted.over_short:
        off = format_money(abs(counted.over_short))
        over = counted.over_short > 0
        arabic += f" {'زيادة' if over else 'عجز'} {ltr(off)}."
        english += f" {'Over' if over else 'Short'} by {off}."
    output().emit(payload, arabic, english)


def _count(session: Session, typed: tuple[str, ...]) -> Counted:
    return count(session, read_counts(typed, today_policy(session)))


@shift.command("close")
@click.option("--keep", required=True, metavar="AMOUNT", help="ما يبقى في الدرج · what stays in the drawer")
@click.option("--seal", metavar="NUMBER", help="رقم ختم الكيس · seal of the bag")
@click.option("--reason", metavar="CODE", help="كود سبب الفرق · code of the reason of a difference")
@click.option("--remark", metavar="TEXT", help="ملاحظة من سطر واحد · a remark of one line")
@click.option(
    "--no-approver",
    is_flag=True,
    help="لا يوجد مشرف آخر ليوقّع على الفرق · no other supervisor is at hand to sign for the difference",
)
@approver_options
@store_options
@output_options
def close_command(
    store: Path | None, staff: str | None, keep: str, approver: str | None, **typed: Any
) -> None:
    """أغلق الوردية بعد العد واكتب تقرير Z · close the counted shift and write its Z."""
    closing = Closing(kept=parse_money(keep), **typed)
    with open_session(store, staff) as session:
        report = _close(session, closing, approver)
    _say_report(report)


def _close(session: Session, closing: Closing, approver: str | None) -> Report:
    if approver is None or session.shift() is None:
        return close(session, closing)
    proposal = propose_close(session, closing, approver)
    secret = approver_secret(approver)
    with session.approver(proposal, approver, secret, Right.DIFFERENCE_APPROVE) as approval:
        return close(session, closing, approval=approval)


@shift.command("z")
@click.argument("number", metavar="[NUMBER]", type=click.IntRange(1), required=False)
@store_options
@output_options
def z_command(store: Path | None, staff: str | None, number: int | None) -> None:
    """اعرض تقرير Z مرة أخرى · read a Z again."""
    with open_session(store, staff) as session:
        report = read_z(session, number)
    _say_report(report)


def _say_report(report: Report) -> None:
    output().emit(report_plain(report), report_text(report, "ar"), report_text(report, "en"))
