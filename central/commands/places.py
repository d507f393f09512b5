"""`kiosk-central unit`, `vehicle`, `staff` and `book`: who works where, and with which receipts."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from central.books import FIRST_SERIALS, grant_book
from central.commands.base import centre_in, emit, folder_option, output_options
from central.escrow import read_out
from central.folder import write_durably
from central.ingest import find_device
from central.people import add_staff, add_unit, add_vehicle, locate_unit, renew_rosters, revoke_staff
from central.schema import staff as staff_table
from central.tombstones import entomb
from kiosk.core.errors import KnownError
from kiosk.core.roles import Role
from kiosk.core.wire.numbers import grouped

_GOVERNORATE = "كود المحافظة كما في الرقم القومي، 02 للإسكندرية · its code as in national numbers"
_ROLES = {
    Role.TELLER: "موظف شباك",
    Role.COLLECTOR: "محصل",
    Role.SUPERVISOR: "مشرف",
    Role.TECHNICIAN: "فني",
    Role.INSPECTOR: "مفتش",
}


@contextmanager
def _typed() -> Iterator[None]:
    """What is out of form was typed here, and is no message of anybody's. Raises `central.typed_wrong`."""
    try:
        yield
    except KnownError as error:
        if error.code != "protocol.malformed":
            raise
        raise KnownError("central.typed_wrong", field=error.params["field"]) from error


@click.group(name="unit")
def unit() -> None:
    """الوحدات المحلية · local units."""


@unit.command(name="add")
@click.argument("code")
@click.option("--name", required=True, help="اسم الوحدة كما يطبع · name as printed")
@click.option("--name-en", help="الاسم بالإنجليزية · name in English")
@click.option("--body", default="", help="الجهة التابعة لها · the body above it")
@click.option("--body-en", default="", help="اسم الجهة بالإنجليزية · that body in English")
@click.option("--governorate", help=_GOVERNORATE)
@folder_option
@output_options
def unit_add(
    code: str,
    name: str,
    name_en: str | None,
    body: str,
    body_en: str,
    governorate: str | None,
    folder: Path,
) -> None:
    """إضافة وحدة · add a unit."""
    with centre_in(folder) as centre, _typed():
        add_unit(centre, code, name, name_en=name_en, body=(body, body_en), governorate=governorate)
    payload = {"unit": code, "name": name, "governorate": governorate}
    emit(payload, f"أُضيفت الوحدة {code}.", f"Unit {code} is added.")


@unit.command(name="locate")
@click.argument("code")
@click.option("--governorate", required=True, help=_GOVERNORATE)
@folder_option
@output_options
def unit_locate(code: str, governorate: str, folder: Path) -> None:
    """تحديد محافظة الوحدة · say in which governorate a unit is."""
    with centre_in(folder) as centre, _typed():
        locate_unit(centre, code, governorate)
    payload = {"unit": code, "governorate": governorate}
    emit(
        payload, f"الوحدة {code} في المحافظة {governorate}.", f"Unit {code} is in governorate {governorate}."
    )


@click.group(name="vehicle")
def vehicle() -> None:
    """سيارات الوحدات · vehicles of units."""


@vehicle.command(name="add")
@click.argument("code")
@click.option("--unit", "unit_code", required=True, help="كود الوحدة · code of the unit")
@click.option("--name", required=True, help="اسم السيارة أو رقمها · name or plate")
@folder_option
@output_options
def vehicle_add(code: str, unit_code: str, name: str, folder: Path) -> None:
    """إضافة سيارة · add a vehicle."""
    with centre_in(folder) as centre, _typed():
        add_vehicle(centre, code, unit_code, name)
    payload = {"vehicle": code, "unit": unit_code, "name": name}
    emit(payload, f"أُضيفت السيارة {code}.", f"Vehicle {code} is added.")


@click.group(name="staff")
def staff() -> None:
    """الموظفون · staff."""


@staff.command(name="add")
@click.argument("code")
@click.option("--unit", "unit_code", required=True, help="كود الوحدة · code of the unit")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="الصفة، وتكرر · role, may be repeated",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="آخر يوم لصلاحيته · last day, UTC")
@folder_option
@output_options
def staff_add(
    code: str, unit_code: str, roles: tuple[str, ...], until: datetime | None, folder: Path
) -> None:
    """إضافة موظف، ومعه رقم تفعيل لمرة واحدة · add a person, with a one-time activation number."""
    last = until.replace(hour=23, minute=59, second=59, tzinfo=UTC) if until else None
    with centre_in(folder) as centre, _typed():
        added = add_staff(centre, code, unit_code, roles, last)
    emit(
        {"staff": code, "roles": list(added.roles), "activation": added.activation},
        f"أُضيف الموظف {code}.\nرقم التفعيل، يُسلَّم له وحده ولا يُعرض مرة أخرى: {grouped(added.activation)}",
        f"{code} is added.\nActivation number, for him alone, not shown again: {grouped(added.activation)}",
    )


@staff.command(name="revoke")
@click.argument("code")
@folder_option
@output_options
def staff_revoke(code: str, folder: Path) -> None:
    """إيقاف موظف من الآن · revoke a person from now on."""
    with centre_in(folder) as centre:
        revoke_staff(centre, code)
    emit({"staff": code}, f"أُوقف الموظف {code}.", f"{code} is revoked.")


@staff.command(name="escrow")
@click.argument("code")
@click.option("--device", required=True, metavar="CODE", help="الجهاز الذي نسي رقمه عليه · his device")
@folder_option
@output_options
def staff_escrow(code: str, device: str, folder: Path) -> None:
    """كود لموظف نسي رقمه السري، يُقرأ له بالتليفون · the code for who forgot his secret."""
    with centre_in(folder) as centre:
        text = read_out(centre, device, code)
    emit(
        {"staff": code, "device": device, "code": text},
        f"تأكد من شخصه أولًا، ثم اقرأ له: {text}\nيفتح مرة واحدة، بالأمر kiosk keys forgotten، وسُجلت قراءته.",
        f"Make sure who he is, then read to him: {text}\nIt opens once, by kiosk keys forgotten; noted.",
    )


@staff.command(name="tombstone")
@click.argument("code")
@click.option("--reason", required=True, metavar="CODE", help="كود السبب · code of the reason")
@click.option("--device", metavar="CODE", help="على هذا الجهاز فقط · on this device alone")
@click.option("--lift", is_flag=True, help="ارفع إيقافًا سابقًا · lift an earlier one")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="ملف يُنقل على فلاشة إلى جهاز مقفل · a file for a locked device",
)
@folder_option
@output_options
def staff_tombstone(code: str, reason: str, device: str | None, lift: bool, out: Path, folder: Path) -> None:
    """أمر موقّع: مفتاح الموظف لا يفتح جهازًا · a signed order that a person opens nothing any more."""
    with centre_in(folder) as centre:
        signed = entomb(centre, code, reason, device=device, stands=not lift)
    write_durably(out, signed)
    emit(
        {"staff": code, "stands": not lift, "path": str(out)},
        f"الأمر في {out}، ويصل الأجهزة مع الاتصال أيضًا. على جهاز مقفل: kiosk keys tombstone",
        f"The order is in {out}; devices get it with sync too. On a locked one: kiosk keys tombstone",
    )


@staff.command(name="renew")
@folder_option
@output_options
def staff_renew(folder: Path) -> None:
    """تجديد توقيع كشوف الموظفين · sign the rosters again before they run out."""
    with centre_in(folder) as centre:
        units = renew_rosters(centre)
    emit(
        {"units": units},
        f"جُدد توقيع كشوف {len(units)} وحدة.",
        f"The rosters of {len(units)} units are signed again.",
    )


@staff.command(name="list")
@folder_option
@output_options
def staff_list(folder: Path) -> None:
    """عرض الموظفين · list the staff."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        rows = db.execute(select(staff_table).order_by(staff_table.c.code)).all()
    listed = [
        {
            "staff": row.code,
            "unit": row.unit,
            "roles": json.loads(row.roles),
            "valid_until": row.valid_until,
            "revoked": row.revoked,
        }
        for row in rows
    ]
    emit(
        {"staff": listed},
        "\n".join(_member_ar(one) for one in listed) or "لا موظفين بعد.",
        "\n".join(_member_en(one) for one in listed) or "No staff yet.",
    )


def _member_ar(one: dict[str, Any]) -> str:
    roles = "، ".join(_ROLES[Role(role)] for role in one["roles"])
    ends = f"  حتى {one['valid_until'][:10]}" if one["valid_until"] else ""
    return f"{one['staff']}  {one['unit']}  {roles}{ends}" + (
        f"  موقوف منذ {one['revoked'][:10]}" if one["revoked"] else ""
    )


def _member_en(one: dict[str, Any]) -> str:
    ends = f"  until {one['valid_until'][:10]}" if one["valid_until"] else ""
    revoked = f"  revoked since {one['revoked'][:10]}" if one["revoked"] else ""
    return f"{one['staff']}  {one['unit']}  {', '.join(one['roles'])}{ends}{revoked}"


@click.group(name="book")
def book() -> None:
    """دفاتر الإيصالات · receipt books."""


@book.command(name="grant")
@click.argument("device")
@click.option("--serials", default=FIRST_SERIALS, show_default=True, type=click.IntRange(1, 999_999),
              help="عدد الإيصالات · receipts in the book")  # fmt: skip
@folder_option
@output_options
def book_grant(device: str, serials: int, folder: Path) -> None:
    """صرف دفتر لجهاز · give a device a receipt book."""
    with centre_in(folder) as centre, centre.storage.write() as db:
        find_device(db, device)
        grant = grant_book(centre, db, device, serials)
    emit(
        {"device": device, "series": grant.series, "first": grant.first, "last": grant.last},
        f"صُرف الدفتر {grant.series} من {grant.first} إلى {grant.last}.",
        f"Book {grant.series} from {grant.first} to {grant.last} is granted.",
    )
