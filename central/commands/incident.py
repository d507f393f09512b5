"""`kiosk-central incident`: what contradicts itself, and lifting the stop that it made on a device."""

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from central.commands.base import centre_in, emit, folder_option, output_options
from central.folder import write_durably
from central.incident_answers import answer_challenge, write_order
from central.orders import ORDER_VALID
from central.schema import incident as incident_table
from kiosk.core.wire.numbers import grouped

_WORDS = {
    "behind_device": ("عند المركز أقل مما أكّده للجهاز", "the centre holds less than it had acknowledged"),
    "claim_refused": ("عرض الجهاز ما لم يوقّعه المركز", "the device showed what this centre did not sign"),
    "clone": ("نسختان من جهاز واحد", "two copies of one device"),
    "data_forgotten": (
        "عند الجهاز بيانات لا يعرفها المركز: حمّلها من جديد",
        "data that the centre lacks: load it",
    ),
    "epoch_raised": ("بدأ المركز عهدًا أعلى من نفسه", "the centre began a higher epoch by itself"),
    "escrow_read": ("قُرئ كود موظف نسي رقمه السري", "the code of a forgotten secret was read out"),
    "fork": (
        "قيد مختلف برقم قيد مستلم: عاد الجهاز إلى نسخة قديمة",
        "another entry under a number: an older disk",
    ),
    "leases_forgotten": ("عهد مديونيات لا يعرفها المركز", "leases that the centre does not know"),
    "readmitted": (
        "جهاز عاد بعد استرجاع: kiosk-central device readmit",
        "came back after a restore: device readmit",
    ),
    "receipt_twice": ("إيصالان برقم واحد", "two receipts under one number"),
    "receipt_without_book": ("إيصال من غير دفتر", "a receipt without a book"),
    "roster_to_sign": ("كشف موظفين يُوقَّع: kiosk-central staff renew", "a roster to be signed: staff renew"),
    "series_retired": ("أُوقف الدفتر: kiosk-central book grant", "a series was retired: book grant"),
    "shift_differs": ("أرقام الوردية تخالف قيودها", "figures of a shift differ from its entries"),
    "unknown_book": ("دفتر لم يصرفه المركز", "a book that this centre never granted"),
    "wipe_requested": ("طُلب مسح مفاتيح الجهاز", "the wiping of its keys was asked for"),
}
"""The kinds that people meet most, in words; any other shows its code."""


@click.group(name="incident")
def incident() -> None:
    """تعارضات الأجهزة: عرضها ورفع الإيقاف · what contradicts itself, and lifting the stop of a device."""


@incident.command(name="list")
@click.option("--device", metavar="CODE", help="جهاز واحد · of one device")
@click.option("--kind", metavar="KIND", help="نوع واحد، مثل fork · of one kind, like fork")
@folder_option
@output_options
def list_command(device: str | None, kind: str | None, folder: Path) -> None:
    """عرض التعارضات، والأحدث أولًا · list the incidents, the newest first."""
    query = select(incident_table).order_by(incident_table.c.id.desc())
    if device is not None:
        query = query.where(incident_table.c.device == device)
    if kind is not None:
        query = query.where(incident_table.c.kind == kind)
    with centre_in(folder) as centre, centre.storage.read() as db:
        found = [_plain(row) for row in db.execute(query)]
    emit(
        {"incidents": found},
        "\n".join(_line(one, 0) for one in found) or "لا تعارضات.",
        "\n".join(_line(one, 1) for one in found) or "No incidents.",
    )


def _plain(row: Any) -> dict[str, Any]:
    return {
        "at": row.at,
        "kind": row.kind,
        "device": row.device,
        "seq": row.seq,
        "detail": _detail(row.detail),
    }


def _detail(text: str) -> dict[str, Any]:
    """Most incidents keep an object; some, what differs as words."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    return found if isinstance(found, dict) else {"what": text}


def _line(one: dict[str, Any], language: int) -> str:
    words = _WORDS.get(one["kind"], (one["kind"],) * 2)[language]
    detail = "  ".join(f"{name}={value}" for name, value in one["detail"].items())
    return f"{one['at']}  {one['device']}:{one['seq']}  {words}  {detail}".rstrip()


@incident.command(name="answer")
@click.argument("device")
@click.argument("challenge")
@folder_option
@output_options
def answer_command(device: str, challenge: str, folder: Path) -> None:
    """رد بالتليفون على رقم الجهاز · the answer to the digits that a device shows."""
    with centre_in(folder) as centre:
        answer = answer_challenge(centre, device, challenge)
    emit(
        {"device": device, "answer": answer},
        f"رد المركز للجهاز {device}: {grouped(answer)}",
        f"The answer for device {device}: {grouped(answer)}",
    )


@incident.command(name="order")
@click.argument("device")
@click.option(
    "--through",
    required=True,
    type=click.IntRange(0),
    help="آخر قيد يشمله الرفع كما يعرضه الجهاز · lift up to this entry, as the device shows it",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="ملف الأمر · file"
)
@folder_option
@output_options
def order_command(device: str, through: int, out: Path, folder: Path) -> None:
    """أمر موقّع على فلاشة · a signed order for a stick."""
    with centre_in(folder) as centre:
        order, data = write_order(centre, device, through)
    write_durably(out, data)
    emit(
        {"device": device, "epoch": order.epoch, "n": order.n, "through": through, "file": str(out)},
        f"كُتب الأمر {order.n} للجهاز {device} في {out}. صالح {ORDER_VALID.days} أيام ولمرة واحدة.",
        f"Order {order.n} for device {device} is in {out}. Good for {ORDER_VALID.days} days, once.",
    )
