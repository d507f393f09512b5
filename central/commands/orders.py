"""`kiosk-central order`: orders to single devices, and what became of them."""

from dataclasses import asdict
from pathlib import Path

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.device_logs import read_log
from central.folder import write_durably
from central.orders import ORDER_VALID, Given, give_order, given_orders
from kiosk.core.wire.order import FREEZE, LOGS, REFRESH

_KINDS = {
    FREEZE: ("تجميد", "freeze"),
    REFRESH: ("تحديث البيانات", "refresh"),
    LOGS: ("السجل الفني", "logs"),
}


@click.group(name="order")
def order() -> None:
    """أوامر لجهاز واحد · orders to one device."""


@order.command(name=FREEZE)
@click.argument("device")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="ملف على فلاشة · file for a stick"
)
@folder_option
@output_options
def freeze(device: str, out: Path | None, folder: Path) -> None:
    """إيقاف التحصيل والورديات الجديدة · no new money and shifts until that is lifted."""
    _give(folder, device, FREEZE, out)


@order.command(name=REFRESH)
@click.argument("device")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="ملف على فلاشة · file for a stick"
)
@folder_option
@output_options
def refresh(device: str, out: Path | None, folder: Path) -> None:
    """يطلب الجهاز بياناته من جديد · the device asks for its data anew."""
    _give(folder, device, REFRESH, out)


@order.command(name=LOGS)
@click.argument("device")
@folder_option
@output_options
def logs(device: str, folder: Path) -> None:
    """يرسل الجهاز سجله الفني، بلا أسماء ولا أرقام · the device sends its technical log, about nobody."""
    _give(folder, device, LOGS, None)


@order.command(name="list")
@click.argument("device")
@folder_option
@output_options
def list_command(device: str, folder: Path) -> None:
    """أوامر جهاز وما نُفذ منها · the orders to a device, and which were done."""
    with centre_in(folder) as centre:
        found = given_orders(centre, device)
    emit(
        {"device": device, "orders": [asdict(one) for one in found]},
        "\n".join(_line(one, "نُفذ في القيد", "لم يُنفذ بعد") for one in found) or "لا أوامر.",
        "\n".join(_line(one, "done, entry", "not done yet") for one in found) or "No orders.",
    )


@order.command(name="read-log")
@click.argument("device")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="ملف · file")
@folder_option
@output_options
def read_log_command(device: str, out: Path, folder: Path) -> None:
    """فتح آخر سجل فني وصل من جهاز · open the newest log that a device sent."""
    with centre_in(folder) as centre:
        number, text = read_log(centre, device)
    write_durably(out, text.encode("utf-8"))
    emit(
        {"device": device, "epoch": number.epoch, "n": number.n, "file": str(out)},
        f"السجل الفني للجهاز {device} في {out}.",
        f"The log of device {device} is in {out}.",
    )


def _give(folder: Path, device: str, kind: str, out: Path | None) -> None:
    with centre_in(folder) as centre:
        given, data = give_order(centre, device, kind)
    if out is not None:
        write_durably(out, data)
    arabic, english = _KINDS[kind]
    emit(
        {
            "device": device,
            "kind": kind,
            "epoch": given.epoch,
            "n": given.n,
            "file": str(out) if out else None,
        },
        f"أمر {arabic} رقم {given.n} للجهاز {device}، يصله مع الاتصال خلال {ORDER_VALID.days} أيام.",
        f"Order {given.n} ({english}) for device {device}, good for {ORDER_VALID.days} days.",
    )


def _line(one: Given, done: str, waits: str) -> str:
    state = f"{done} {one.done}" if one.done is not None else waits
    return f"{one.epoch}.{one.n}  {one.kind}  {one.at}  {state}"
