"""`kiosk-central keys`: makes the keys of a new centre, and renews the server's certificate."""

from pathlib import Path

import click

from central.centre import utc_now
from central.commands.base import centre_in, emit, folder_option, output_options, passphrase
from central.folder import Folder
from central.keys import RECOVERY, ROOT, ServerKeys, make_keys, renew_tls
from central.lodged import lodged_recovery
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.numbers import grouped


@click.group(name="keys")
def keys() -> None:
    """مفاتيح المركز · keys of the centre."""


@keys.command(name="init")
@folder_option
@click.option(
    "--carry-away",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="مجلد على وسيط ينقل إلى الخزنة · folder on a medium that goes into the safe",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    default=("localhost", "127.0.0.1"),
    show_default=True,
    help="اسم أو عنوان الخادم · name or address of the server",
)
@click.option("--ask", is_flag=True, help="اطلب كلمة سر للمفاتيح المنقولة · ask for a passphrase")
@output_options
def init(folder: Path, carry_away: Path, hosts: tuple[str, ...], ask: bool) -> None:
    """إنشاء مفاتيح مركز جديد · make the keys of a new centre."""
    secret = passphrase(ask=ask)
    code = make_keys(Folder(folder), carry_away, hosts=hosts, now=utc_now(), passphrase=secret)
    carry_folder = carry_away
    carried = [str(carry_folder / name) for name in (ROOT, RECOVERY)]
    payload = {"ca_code": code, "folder": str(folder), "carry_away": carried, "encrypted": secret is not None}
    open_ar = "" if secret else "\nالملفات غير محمية بكلمة سر: لا تتركها على أي قرص."
    open_en = "" if secret else "\nThey have no passphrase: leave them on no disk."
    emit(
        payload,
        f"أُنشئت المفاتيح في {folder}.\nكود المركز: {grouped(code)}\n"
        f"انقل هذه الملفات إلى الخزنة ثم احذفها من هنا: {'، '.join(carried)}{open_ar}",
        f"The keys are in {folder}.\nCode of the centre: {grouped(code)}\n"
        f"Carry these to the safe, then remove them here: {', '.join(carried)}{open_en}",
    )


@keys.command(name="lodged")
@click.argument("device")
@folder_option
@output_options
def lodged(device: str, folder: Path) -> None:
    """نسخة استرداد جهاز، لملف kiosk keys recover --lodged · the recovery slot that a device lodged."""
    with centre_in(folder) as centre:
        stream, part = lodged_recovery(centre, device)
    payload = {"stream": stream, **dump(part)}
    text = canonical(payload).decode("utf-8")
    emit(payload, text, text)


@keys.command(name="tls")
@folder_option
@click.option("--host", "hosts", multiple=True, required=True, help="اسم أو عنوان · name or address")
@output_options
def tls(folder: Path, hosts: tuple[str, ...]) -> None:
    """تجديد شهادة الخادم · issue the server's certificate again."""
    renew_tls(Folder(folder), hosts, utc_now())
    code = ServerKeys(Folder(folder)).code
    emit(
        {"hosts": list(hosts), "ca_code": code},
        "صدرت شهادة الخادم. أعد تشغيله.",
        "The server's certificate is issued. Start it again.",
    )
