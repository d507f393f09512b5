"""`kiosk-central keys`: makes the keys of a new centre, and renews the server's certificate."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from central.centre import utc_now
from central.commands.base import centre_in, emit, folder_option, output_options, passphrase
from central.folder import Folder, read_file, write_durably
from central.keys import RECOVERY, ROOT, ServerKeys, make_keys, renew_tls
from central.lodged import lodged_recovery
from central.wiping import agree_to_wipe, request_wipe
from kiosk.core.errors import KnownError
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


@keys.command(name="wipe-request")
@click.argument("device")
@click.option("--reason", required=True, metavar="CODE", help="كود السبب · code of the reason")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="ملف الطلب · file of the request")  # fmt: skip
@folder_option
@output_options
def wipe_request(device: str, reason: str, out: Path, folder: Path) -> None:
    """طلب مسح مفاتيح جهاز، يوقعه مفتاح الجذر بعده · ask to wipe a device; the root key agrees after it."""
    with centre_in(folder) as centre:
        write_durably(out, request_wipe(centre, device, reason))
    emit(
        {"device": device, "path": str(out)},
        f"الطلب في {out}. يوقعه من معهم مفتاح الجذر: kiosk-central keys wipe-agree",
        f"The request is in {out}. Who holds the root key agrees: kiosk-central keys wipe-agree",
    )


@keys.command(name="wipe-agree")
@click.argument("request", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--root-key", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="ملف مفتاح الجذر · file of the root key")  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="ملف الأمر · file of the order")  # fmt: skip
@click.option("--ask", is_flag=True, help="اطلب كلمة سر المفتاح · ask for the key's passphrase")
@output_options
def wipe_agree(request: Path, root_key: Path, out: Path, ask: bool) -> None:
    """توقيع طلب المسح بمفتاح الجذر، بعيدًا عن الخادم · the root agrees, away from the server."""
    try:
        key = load_pem_private_key(read_file(root_key), passphrase(ask=ask))
    except (ValueError, TypeError) as error:
        raise KnownError("keys.unreadable", path=root_key) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KnownError("keys.unreadable", path=root_key)
    write_durably(out, agree_to_wipe(read_file(request), key, utc_now()))
    emit(
        {"path": str(out)},
        f"الأمر في {out}، لهذا الجهاز وحده، 30 يومًا. على الجهاز: kiosk keys wipe",
        f"The order is in {out}, for that device alone, for 30 days. On the device: kiosk keys wipe",
    )


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
