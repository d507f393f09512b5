"""`kiosk usb`: takes in what the centre wrote onto a stick for this device."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.load_progress import LoadProgress
from kiosk.core.bidi import ltr
from kiosk.core.errors import error_payload
from kiosk.core.roles import Right, require
from kiosk.core.wire.times import utc_text
from kiosk.sync.place import Place
from kiosk.sync.stick_take import Brought, take_stick


@click.group("usb")
@click.help_option("--help", help="اعرض هذه الصفحة · show this page")
def usb() -> None:
    """ما كتبه المركز على فلاشة · what the centre wrote onto a stick."""


@usb.command("take")
@click.argument("stick", type=click.Path(path_type=Path))
@click.option(
    "--accept-smaller",
    is_flag=True,
    help="اقبل بيانات مديونيات نقصت كثيرًا · accept debts that have lost most of their rows",
)
@store_options
@output_options
def take_command(stick: Path, store: Path | None, staff: str | None, *, accept_smaller: bool) -> int:
    """خذ من الفلاشة بيانات المركز وأوامره ورده · take the centre's data, orders and answer from a stick."""
    with open_session(store, staff) as session:
        require(session.roles, Right.SYNC)
        loading = LoadProgress()
        try:
            done = take_stick(
                Place.of(session.store),
                stick,
                accept_smaller=accept_smaller,
                loading=loading,
                reading=loading.reading,
            )
        finally:
            loading.end()
    _say(done)
    return max((one.exit_code for one in done.faults), default=0)


def _say(done: Brought) -> None:
    payload: dict[str, Any] = {
        "changed": done.changed,
        "acknowledged": done.acknowledged,
        "newly_acknowledged": done.newly_acknowledged,
        "orders": done.orders,
        "scans": done.scans,
        "quarantined": done.quarantined,
        "applied": done.applied,
        "made": utc_text(done.made) if done.made else None,
        "older": done.older,
        "faults": [error_payload(one) for one in done.faults],
    }
    output().emit(payload, "\n".join(_arabic(done)), "\n".join(_english(done)))


def _arabic(done: Brought) -> list[str]:
    lines = []
    if done.newly_acknowledged:
        lines.append(f"أكد المركز استلام القيود حتى {ltr(str(done.acknowledged))}.")
    if done.scans:
        lines.append(f"رد المركز على صور المستندات: {ltr(str(done.scans))}.")
    if done.applied:
        lines.append(f"دخلت الخدمة: {ltr('، '.join(done.applied))}.")
    if done.orders:
        lines.append(f"نُفّذ من أوامر المركز: {ltr(str(done.orders))}.")
    if done.quarantined:
        lines.append(f"قيود تحتاج قرارًا من المركز: {ltr(str(done.quarantined))}.")
    if done.made:
        lines.append(f"كُتبت الفلاشة في المركز بتاريخ {ltr(utc_text(done.made))}.")
    if done.older:
        lines.append("بيانات الجهاز أحدث مما على الفلاشة، فبقيت كما هي.")
    if not done.changed and not done.faults:
        lines.append("لا جديد على الفلاشة.")
    return lines + [f"{one.sentence('ar')} {one.remedy('ar')}" for one in done.faults]


def _english(done: Brought) -> list[str]:
    lines = []
    if done.newly_acknowledged:
        lines.append(f"The centre has confirmed the entries up to {done.acknowledged}.")
    if done.scans:
        lines.append(f"Scans that the centre answers for: {done.scans}.")
    if done.applied:
        lines.append(f"Now in use: {', '.join(done.applied)}.")
    if done.orders:
        lines.append(f"Orders of the centre carried out: {done.orders}.")
    if done.quarantined:
        lines.append(f"Entries that wait for a decision of the centre: {done.quarantined}.")
    if done.made:
        lines.append(f"The stick was written at the centre on {utc_text(done.made)}.")
    if done.older:
        lines.append("The device has newer data than the stick; they stay.")
    if not done.changed and not done.faults:
        lines.append("Nothing on the stick is new.")
    return lines + [f"{one.sentence('en')} {one.remedy('en')}" for one in done.faults]
