"""`kiosk-central debt`, `lease` and `shift`: what people do to one debt, and a shift that was left open."""

from datetime import datetime
from pathlib import Path

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.commands.cases import BY, NOTE, money
from central.debt_acts import cancel_debt, change_debt, end_lease, move_lease
from central.open_shifts import settle_open_shift

_NOTE = click.option("--note", required=True, help="السبب أو رقم القرار · the reason")


@click.group(name="debt")
def debt() -> None:
    """مديونية واحدة · one debt."""


@debt.command(name="cancel")
@click.argument("account")
@BY
@_NOTE
@folder_option
@output_options
def debt_cancel(account: str, by: str, note: str, folder: Path) -> None:
    """إلغاء مديونية: لا يُستحق عليها شيء بعد الآن · cancel a debt: nothing is owed any more."""
    with centre_in(folder) as centre:
        before = cancel_debt(centre, account, by=by, note=note)
    emit(
        {"debt": account, "was_owed": before, "by": by},
        f"أُلغيت المديونية {account}، وكان المستحق {money(before)}.",
        f"Debt {account} is cancelled; {money(before)} was owed.",
    )


@debt.command(name="change")
@click.argument("account")
@click.option("--charge", required=True, help="البند · the charge")
@click.option("--owed", required=True, type=click.IntRange(0), help="المستحق بالقروش · owed, in piastres")
@BY
@_NOTE
@folder_option
@output_options
def debt_change(account: str, charge: str, owed: int, by: str, note: str, folder: Path) -> None:
    """تغيير المستحق على بند · change what is owed on a charge."""
    with centre_in(folder) as centre:
        now = change_debt(centre, account, charge, owed, by=by, note=note)
    emit(
        {"debt": account, "charge": charge, "owed": now, "by": by},
        f"المستحق على {account} بند {charge}: {money(now)}.",
        f"{money(now)} is owed on charge {charge} of {account}.",
    )


@click.group(name="lease")
def lease() -> None:
    """عهدة المديونيات · who may divide payments of a debt."""


@lease.command(name="move")
@click.argument("account")
@click.option("--to", required=True, metavar="unit:CODE|collector:CODE", help="لمن · to whom")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="آخر يوم · last business date")
@BY
@NOTE
@folder_option
@output_options
def lease_move(account: str, to: str, until: datetime | None, by: str, note: str, folder: Path) -> None:
    """نقل عهدة مديونية · move the lease of a debt."""
    last = until.date() if until else None
    with centre_in(folder) as centre:
        before = move_lease(centre, account, to, last, by=by, note=note)
    emit(
        {"debt": account, "before": before, "now": to, "until": last.isoformat() if last else None},
        f"عهدة {account} من {before} إلى {to}.",
        f"The lease of {account} moved from {before} to {to}.",
    )


@lease.command(name="end")
@click.argument("account")
@BY
@NOTE
@folder_option
@output_options
def lease_end(account: str, by: str, note: str, folder: Path) -> None:
    """إنهاء عهدة مديونية: ما يُدفع لها تحت الحساب · end a lease: payments are on account."""
    with centre_in(folder) as centre:
        before = end_lease(centre, account, by=by, note=note)
    emit(
        {"debt": account, "before": before},
        f"انتهت عهدة {account} لدى {before}.",
        f"The lease of {account} with {before} has ended.",
    )


@click.group(name="shift")
def shift() -> None:
    """وردية جهاز خرج من الخدمة · the shift of a device that is retired."""


@shift.command(name="settle")
@click.argument("device")
@click.option("--counted", required=True, type=click.IntRange(0), help="المعدود بالقروش · in piastres")
@BY
@_NOTE
@folder_option
@output_options
def shift_settle(device: str, counted: int, by: str, note: str, folder: Path) -> None:
    """تسوية وردية مفتوحة بما عُدّ من نقديتها · settle an open shift by what was counted."""
    with centre_in(folder) as centre:
        done = settle_open_shift(centre, device, counted, by=by, note=note)
    off = counted - done.expected
    emit(
        {"device": device, "shift": done.opened, "expected": done.expected, "counted": counted, "off": off},
        f"وردية {done.staff} على {device}: المتوقع {money(done.expected)}، والمعدود {money(counted)}.",
        f"Shift of {done.staff} on {device}: expected {money(done.expected)}, counted {money(counted)}.",
    )
