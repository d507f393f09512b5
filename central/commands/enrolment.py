"""`kiosk-central enrol`: prepares the enrolment of a device, and answers a request that came on a stick."""

from pathlib import Path
from urllib.parse import urlsplit

import click
import qrcode

from central.books import FIRST_SERIALS
from central.ca import names_host
from central.centre import Centre
from central.commands.base import centre_in, emit, folder_option, output_options
from central.enrol import Plan, enrol, prepare
from central.folder import make_private_folder, read_file, write_durably
from central.keys import TLS_CHAIN
from central.manifests import manifest_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.codec import FieldError, coder
from kiosk.core.wire.enrolment import TRIES, VALID_HOURS, Slip
from kiosk.core.wire.forms import Address
from kiosk.core.wire.numbers import grouped

_NOT_NAMED = (
    "\n! شهادة الخادم ليس فيها {0}، فلن تقبله الأجهزة: kiosk-central keys tls --host {0} ثم شغّله من جديد.",
    "\n! The server's certificate does not name {0}: kiosk-central keys tls --host {0}, then start it again.",
)


@click.group(name="enrol")
def enrolment() -> None:
    """تسجيل الأجهزة · enrolment of devices."""


@enrolment.command(name="prepare")
@click.option("--unit", required=True, help="كود الوحدة · code of the unit")
@click.option("--vehicle", help="كود السيارة · code of the vehicle")
@click.option("--collector", help="كود المحصل صاحب التابلت · collector whose tablet it is")
@click.option("--serials", default=FIRST_SERIALS, show_default=True, type=click.IntRange(1, 999_999),
              help="إيصالات أول دفتر · receipts in its first book")  # fmt: skip
@click.option(
    "--address",
    default="https://localhost:8443",
    show_default=True,
    help="عنوان الخادم كما تصل إليه الأجهزة · where devices reach the server",
)
@click.option("--qr", type=click.Path(path_type=Path), help="ملف PNG للكود · PNG file of the code")
@folder_option
@output_options
def prepare_command(
    unit: str,
    vehicle: str | None,
    collector: str | None,
    serials: int,
    address: str,
    qr: Path | None,
    folder: Path,
) -> None:
    """تجهيز تسجيل جهاز، وطباعة رقمه · prepare a device and print its number."""
    _check_address(address)
    plan = Plan(unit=unit, address=address, vehicle=vehicle, collector=collector, serials=serials)
    with centre_in(folder) as centre:
        slip = prepare(centre, plan)
        host = urlsplit(address).hostname or ""
        named = names_host(read_file(centre.folder.key(TLS_CHAIN)), host)
    picture = _qr(slip)
    if qr is not None:
        picture.make_image().save(str(qr))
    payload = {
        "number": slip.number,
        "ca_code": slip.code,
        "address": slip.address,
        "qr_text": slip.text,
        "valid_hours": VALID_HOURS,
        "tries": TRIES,
        "host_in_certificate": named,
    }
    emit(
        payload,
        _arabic(slip) + ("" if named else _NOT_NAMED[0].format(host)),
        _english(slip) + ("" if named else _NOT_NAMED[1].format(host)),
    )


@enrolment.command(name="answer")
@click.argument("request", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="مجلد الرد · answer folder"
)
@folder_option
@output_options
def answer(request: Path, out: Path, folder: Path) -> None:
    """الرد على طلب تسجيل جاء على فلاشة · answer a request that came on a stick."""
    with centre_in(folder) as centre:
        bundle = enrol(centre, read_file(request))
        device = _device(bundle)
        files = _carry_files(centre, device, out, bundle)
    emit(
        {"device": device, "folder": str(out), "files": files},
        f"كُتب الرد للجهاز {device} في {out}.",
        f"The answer for device {device} is in {out}.",
    )


def _carry_files(centre: Centre, device: str, out: Path, bundle: bytes) -> int:
    """Write bundle and data files as the device finds them on the stick."""
    make_private_folder(out / "files")
    write_durably(out / "bundle.json", bundle)
    datasets = manifest_of(centre, device).datasets
    for one in datasets:
        write_durably(out / "files" / one.file, read_file(centre.folder.files / one.file))
    return len(datasets)


def _device(bundle: bytes) -> str:
    code: str = parse_canonical(bundle, max_bytes=8 << 20)["payload"]["device"]
    return code


def _check_address(address: str) -> None:
    try:
        coder(Address).load(address)
    except FieldError as error:
        raise KnownError("central.bad_address", address=address[:80]) from error


def _qr(slip: Slip) -> "qrcode.QRCode[qrcode.image.base.BaseImage]":
    picture: qrcode.QRCode[qrcode.image.base.BaseImage] = qrcode.QRCode(border=2)
    picture.add_data(slip.text)
    return picture


def _drawn(slip: Slip) -> str:
    """The code for a terminal: two rows of modules a line, dark on light."""
    rows = _qr(slip).get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    signs = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    return "\n".join(
        "".join(signs[upper, lower] for upper, lower in zip(rows[at], rows[at + 1], strict=True))
        for at in range(0, len(rows), 2)
    )


def _arabic(slip: Slip) -> str:
    return (
        f"رقم التسجيل: {grouped(slip.number)}\nكود المركز: {grouped(slip.code)}\n"
        f"عنوان الخادم: {slip.address}\n"
        f"صالح {VALID_HOURS} ساعة و{TRIES} محاولات، ولا يُعرض مرة أخرى.\n{_drawn(slip)}"
    )


def _english(slip: Slip) -> str:
    return (
        f"Enrolment number: {grouped(slip.number)}\nCode of the centre: {grouped(slip.code)}\n"
        f"Server address: {slip.address}\n"
        f"Good for {VALID_HOURS} hours and {TRIES} tries; not shown again.\n{_drawn(slip)}"
    )
