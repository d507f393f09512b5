"""`kiosk-central incident`: lifts the stop of an incident on a device, by telephone or by an order."""

from pathlib import Path

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.folder import write_durably
from central.incident_answers import answer_challenge, write_order
from central.orders import ORDER_VALID
from kiosk.core.wire.numbers import grouped


@click.group(name="incident")
def incident() -> None:
    """رفع إيقاف جهاز فيه تعارض · lifting the stop of an incident on a device."""


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
