"""`kiosk-central usb`, `shifts` and `device`: sticks from and to devices, open shifts, a device's end."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy import update

from central.commands.base import centre_in, emit, folder_option, output_options
from central.held import Held, HeldKind, held_by
from central.ingest import find_device
from central.open_shifts import OpenShift, open_shifts
from central.readmission import confirm
from central.schema import device as device_table
from central.usb import Imported, import_sticks
from central.usb_out import Exported, export_stick
from kiosk.core.errors import Kind, Language, error_payload
from kiosk.core.money import format_money


@click.group(name="usb")
def usb() -> None:
    """فلاشات من الأجهزة وإليها · sticks from devices, and to them."""


@usb.command(name="import")
@click.argument("stick", type=click.Path(path_type=Path, file_okay=False))
@folder_option
@output_options
def usb_import(stick: Path, folder: Path) -> int:
    """استيراد قيود من فلاشة والرد عليها · take entries from a stick and leave the answer on it."""
    with centre_in(folder) as centre:
        done = import_sticks(centre, stick)
    payload = {"folders": [_payload(one) for one in done]}
    emit(payload, "\n".join(map(_arabic, done)), "\n".join(map(_english, done)))
    return int(Kind.DAMAGED) if any(one.faults for one in done) else 0


@usb.command(name="export")
@click.argument("device")
@click.option(
    "--out",
    "stick",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="الفلاشة · the stick",
)
@folder_option
@output_options
def usb_export(device: str, stick: Path, folder: Path) -> int:
    """كتابة بيانات جهاز وأوامره على فلاشة لا يفتحها غيره · write a device's data and orders, sealed to it."""
    with centre_in(folder) as centre:
        done = export_stick(centre, device, stick)
    payload = {
        "device": done.device,
        "stream": done.stream,
        "path": str(done.path),
        "files": done.files,
        "bytes": done.size,
        "stored_through": done.stored_through,
        "orders": done.orders,
        "quarantined": done.quarantined,
        "datasets": [{"name": one.name, "version": one.version} for one in done.datasets],
        "withheld": error_payload(done.withheld) if done.withheld else None,
    }
    arabic = (
        f"كُتب للجهاز {done.device} في {done.path} وقُرئ مرة أخرى: {done.files} ملفًا، "
        f"والرد حتى القيد {done.stored_through}، وأوامر {done.orders}.\n"
        "لا يفتحها إلا هذا الجهاز: kiosk usb take"
    )
    english = (
        f"Written for {done.device} to {done.path} and read back: {done.files} files, the answer up to entry "
        f"{done.stored_through}, {done.orders} orders.\nOnly this device can open them: kiosk usb take"
    )
    emit(payload, f"{arabic}{_why(done, 'ar')}", f"{english}{_why(done, 'en')}")
    return done.withheld.exit_code if done.withheld else 0


def _why(done: Exported, language: Language) -> str:
    """Why there are no data on the stick, as a line of its own; '' when they are."""
    why = done.withheld
    return "" if why is None else f"\n{why.sentence(language)} {why.remedy(language)}"


def _payload(one: Imported) -> dict[str, Any]:
    ack = one.acknowledgement
    return {
        "path": str(one.path),
        "device": one.device,
        "stream": one.stream,
        "manifest": one.manifest,
        "batches": len(one.outcomes),
        "outcomes": one.outcomes,
        "persons": one.persons,
        "scans": one.scans.taken,
        "scans_left": one.scans.left,
        "last_on_stick": one.last,
        "stored_through": ack.stored_through if ack else None,
        "faults": [error_payload(fault) for fault in one.faults],
    }


def _arabic(one: Imported) -> str:
    through = one.acknowledgement.stored_through if one.acknowledgement else 0
    lines = [f"{one.device or one.path}: على الفلاشة حتى {one.last}، وعند المركز الآن حتى {through}."]
    if one.scans.taken or one.scans.left:
        lines.append(f"صور المستندات: وصلت {one.scans.taken}، ولم تسع الفلاشة {one.scans.left}.")
    lines += [f"- {fault.sentence('ar')} {fault.remedy('ar')}" for fault in one.faults]
    return "\n".join(lines)


def _english(one: Imported) -> str:
    through = one.acknowledgement.stored_through if one.acknowledgement else 0
    lines = [
        f"{one.device or one.path}: up to {one.last} on the stick, the centre now holds up to {through}."
    ]
    if one.scans.taken or one.scans.left:
        lines.append(f"Scans: {one.scans.taken} are here, for {one.scans.left} the stick had no space.")
    lines += [f"- {fault.sentence('en')} {fault.remedy('en')}" for fault in one.faults]
    return "\n".join(lines)


@click.command(name="shifts")
@folder_option
@output_options
def shifts(folder: Path) -> None:
    """ورديات لم تُقفل، والنقدية المتوقعة في كل منها · shifts that are open, and the cash expected in each."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        found = open_shifts(db)
    arabic = [_shift_line(one, "وردية", "من", "المتوقع", "آخر قيد") for one in found]
    english = [_shift_line(one, "shift of", "since", "expected", "last entry") for one in found]
    emit(
        {"shifts": [asdict(one) for one in found]},
        "\n".join(arabic) or "لا ورديات مفتوحة.",
        "\n".join(english) or "No shift is open.",
    )


def _shift_line(one: OpenShift, shift: str, since: str, expected: str, last: str) -> str:
    money = _money(one)
    return (
        f"{one.device} ({one.state})  {shift} {one.staff}  {since} {one.opened_at}  "
        f"{expected} {money}  {last} {one.last} {one.last_at}"
    )


def _money(one: OpenShift) -> str:
    """The expected cash; below zero only where entries contradict each other."""
    return f"{'-' if one.expected < 0 else ''}{format_money(abs(one.expected))}"


@click.group(name="device")
def device() -> None:
    """الأجهزة المسجلة · enrolled devices."""


@device.command(name="retire")
@click.argument("code")
@folder_option
@output_options
def device_retire(code: str, folder: Path) -> None:
    """إنهاء خدمة جهاز: يُسمع ولا يُعطى شيئًا · retire a device: it is heard, and given nothing more."""
    with centre_in(folder) as centre:
        with centre.storage.write() as db:
            find_device(db, code)
            db.execute(update(device_table).where(device_table.c.code == code).values(state="retired"))
        with centre.storage.read() as db:
            open_now = [one for one in open_shifts(db) if one.device == code]
    arabic, english = f"انتهت خدمة {code}.", f"{code} is retired."
    if open_now:
        money = _money(open_now[0])
        arabic += f" له وردية مفتوحة للموظف {open_now[0].staff}، والمتوقع فيها {money}."
        english += f" A shift of {open_now[0].staff} is open on it, with {money} expected."
    emit({"device": code, "state": "retired", "shifts": [asdict(one) for one in open_now]}, arabic, english)


@device.command(name="readmit")
@click.argument("code")
@folder_option
@output_options
def device_readmit(code: str, folder: Path) -> None:
    """إعادة جهاز عاد بعد استرجاع المركز إلى الخدمة · let a device that came back after a restore work on."""
    with centre_in(folder) as centre:
        confirm(centre, code)
    emit(
        {"device": code, "state": "active"},
        f"عاد الجهاز {code} إلى الخدمة.",
        f"Device {code} is active again.",
    )


@device.command(name="held")
@click.argument("code")
@folder_option
@output_options
def device_held(code: str, folder: Path) -> None:
    """ما كان على جهاز مفقود من بيانات الناس، بلا أسماء · what a lost device held of people; names nobody."""
    with centre_in(folder) as centre:
        held = held_by(centre, code)
    emit(asdict(held), _held_arabic(held), _held_english(held))


_KINDS = {
    "scan": ("صور مستندات مع طلبات", "scans of papers of requests"),
    "request_person": ("بيانات طالب الخدمة", "applicant of a request"),
    "payer": ("بيانات من دفع", "payer"),
    "debtor": ("مدين في بيانات المركز", "debtor of the centre's data"),
    "draft": ("نموذج لم يكتمل", "form that was not finished"),
    "log": ("سجل فني", "technical log"),
    "crash_report": ("تقرير عطل", "crash report"),
}


def _held_arabic(held: Held) -> str:
    waiting = "غير معروف" if held.waiting is None else str(held.waiting)
    return "\n".join(
        (
            f"الجهاز {held.device} ({held.state})، الوحدة {held.unit}، مسجل منذ {held.enrolled_at}",
            f"آخر اتصال {held.last_heard or 'لا يوجد'}، عند المركز {held.stored} قيدًا، ولم يصل {waiting}",
            *(_held_line(one, 0) for one in held.kinds),
            f"سجلات مُحيت: {held.erased}. لا يظهر هنا ما كُتب بعد آخر قيد وصل.",
        )
    )


def _held_english(held: Held) -> str:
    waiting = "unknown" if held.waiting is None else str(held.waiting)
    return "\n".join(
        (
            f"Device {held.device} ({held.state}), unit {held.unit}, enrolled {held.enrolled_at}",
            f"Last heard {held.last_heard or 'never'}; {held.stored} entries here, {waiting} did not arrive",
            *(_held_line(one, 1) for one in held.kinds),
            f"Erased records: {held.erased}. What was written after the last entry here is not in this list.",
        )
    )


def _held_line(one: HeldKind, language: int) -> str:
    name = _KINDS[one.kind][language]
    days = ("بلا مدة محددة", "no time set")[language] if one.days is None else ""
    kept = days or (f"تبقى {one.days} يومًا", f"kept {one.days} days")[language]
    if one.count is None:
        unknown = ("غير معروف عند المركز", "not known here")[language]
        return f"- {name}: {unknown}{('، ', ', ')[language]}{kept}"
    only = (f"منها {one.only_there} على الجهاز وحده", f"{one.only_there} of them only there")[language]
    since = (f"من {one.oldest} إلى {one.newest}", f"from {one.oldest} to {one.newest}")[language]
    parts = (f"{name}: {one.count}", since if one.count else "", kept, only if one.only_there else "")
    return "- " + ("، ", ", ")[language].join(filter(None, parts))
