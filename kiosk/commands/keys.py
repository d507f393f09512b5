"""`kiosk keys …`: the data key of this device, orders of the centre about keys, recovery."""

import os
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.commands import desk_session
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, required_options, store_options
from kiosk.commands.percent import Percent
from kiosk.commands.staff import new_secret
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.times import utc_text
from kiosk.core.wire.tombstone import MAX_ORDER_BYTES
from kiosk.desk.forgotten import renew_forgotten
from kiosk.desk.keys import change_data_key, lodged
from kiosk.desk.session import Session
from kiosk.desk.wipe import open_wipe_order, tell_wipe
from kiosk.store.layout import StoreFolder
from kiosk.store.recovered import Lodged, RecoveredStore, open_recovered
from kiosk.store.tombstone import lay
from kiosk.store.wipe import destroy_keys
from kiosk.sync.audit import export_plain
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound

ESCROW = "KIOSK_ESCROW"
"""Name of the environment variable that holds what the centre read out."""
VARIABLE = "KIOSK_RECOVERY_PASSPHRASE"
"""Name of the environment variable that holds the passphrase of the recovery key."""


@click.group("keys")
def keys_group() -> None:
    """مفاتيح هذا الجهاز · the keys of this device."""


@keys_group.command("rekey")
@click.option(
    "--leaver", is_flag=True, help="غادر موظف ربما نسخ المفتاح · someone who left may have copied the key"
)
@store_options
@output_options
def rekey_command(store: Path | None, staff: str | None, leaver: bool) -> None:
    """غيّر مفتاح البيانات؛ الأرقام السرية كما هي · a new data key; everyone keeps his secret."""
    with open_session(store, staff) as session:
        shown = Percent()
        change_data_key(session, "leaver" if leaver else "rekey", shown.tell)
        shown.end()
        waits = not lodged(session)
    arabic = "تغيّر مفتاح البيانات. كل موظف يفتح برقمه السري كما هو."
    english = "The data key is changed. Everyone unlocks with his secret as before."
    if waits:
        arabic += "\nنسخة الاسترداد الجديدة تصل المركز مع أول إرسال."
        english += "\nThe new recovery slot reaches the centre with the next sync."
    output().emit({"changed": True, "waits_for_centre": waits}, arabic, english)


@keys_group.command("tombstone")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--store",
    envvar="KIOSK_STORE",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="مجلد بيانات الجهاز · the device's data folder",
)
@output_options
def tombstone_command(file: Path, store: Path | None) -> None:
    """ضع أمر إيقاف موظف من المركز، والجهاز مقفل · lay down the centre's order that stops a person."""
    if store is None:
        raise KnownError("session.no_store")
    folder = StoreFolder(store)
    if not folder.database.is_file():
        raise KnownError("store.missing", path=store)
    kept = lay(folder, _read(file))
    output().emit(
        {"kept": kept.name},
        "حُفظ الأمر بجوار المفاتيح. يُراجع توقيع المركز عند أول فتح للجهاز.",
        "The order is kept beside the keys. The centre's signature is checked at the next unlock.",
    )


@keys_group.command("wipe")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_options
@output_options
def wipe_command(store: Path | None, staff: str | None, file: Path) -> None:
    """امسح مفاتيح الجهاز بأمر موقّع من المركز · destroy this device's keys by a signed order."""
    with open_session(store, staff) as session:
        order = open_wipe_order(session, _read(file))
        tell_wipe(session, order)
        waiting = _drained(session)
        destroy_keys(session.store)
    payload = {"wiped": True, "number": order.request.number, "waiting": waiting}
    arabic = "مُسحت مفاتيح هذا الجهاز. لا يفتح بياناته الآن إلا مفتاح الاسترداد."
    english = "The keys of this device are destroyed. Only the recovery key opens its data now."
    if waiting:
        arabic += f"\nبقي {ltr(str(waiting))} قيدًا لم تصل المركز: سلّم الجهاز له."
        english += f"\n{waiting} entries did not reach the centre: hand the device over to it."
    output().emit(payload, arabic, english)


def _drained(session: Session) -> int:
    """Send what waits, if the centre can be reached; entries that still wait."""
    rounds = SyncRound(Place.of(session.store))
    try:
        return rounds.run().waiting
    finally:
        rounds.close()


@keys_group.command("forgotten")
@store_options
@output_options
def forgotten_command(store: Path | None, staff: str | None) -> None:
    """رقم سري جديد لمن نسيه، بكود من المركز · a new secret for who forgot his, with the centre's code."""
    folder, code = required_options(store, staff)
    typed = os.environ.get(ESCROW)
    if typed is None:
        typed = click.prompt(output().text("كود المركز", "Code of the centre"), err=True)
    expires = renew_forgotten(
        folder, code, typed, lambda policy: new_secret(policy, code), opening=desk_session.OPENING
    )
    output().emit(
        {"code": code, "changed": True, "expires": utc_text(expires)},
        "تغيّر رقمك السري. كود المركز لا يفتح بعد الآن.",
        "Your secret is changed. The centre's code opens nothing any more.",
    )


@keys_group.command("recover")
@click.option(
    "--folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="COPY",
    help="نسخة من مجلد بيانات الجهاز · a copy of the device's data folder",
)
@click.option(
    "--recovery-key",
    "key_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="مفتاح الاسترداد من الخزنة · the recovery key from the safe",
)
@click.option(
    "--lodged",
    "lodged_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="نسخة الاسترداد من المركز، لجهاز مُسحت مفاتيحه · the slot that the centre holds",
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="صدّر القيود إلى هذا المجلد · export the entries to this folder",
)
@click.option(
    "--sealed/--plain",
    default=True,
    help="مغلقة للمركز، أو نسخة يقرؤها المراجع · sealed to the centre, or readable for an auditor",
)
@output_options
def recover_command(
    folder: Path, key_file: Path, lodged_file: Path | None, target: Path | None, sealed: bool
) -> None:
    """افتح نسخة مجلد البيانات بمفتاح الاسترداد · open a copied data folder with the recovery key."""
    part = Lodged.of(parse_canonical(_read(lodged_file))) if lodged_file is not None else None
    with open_recovered(folder, recovery_key(key_file), part) as store:
        state = store.journal.state()
        written = str(_export(store, target, sealed=sealed)) if target is not None else None
    payload = {
        "device": state.device,
        "stream": state.stream,
        "entries": state.seq,
        "head": state.head.hex(),
        "path": written,
    }
    arabic = f"فُتحت بيانات الجهاز {ltr(state.device)}: عدد القيود {ltr(str(state.seq))}."
    english = f"The data of device {state.device} are open: {state.seq} entries."
    if written is not None:
        arabic += f"\nكُتبت في {ltr(written)} وقُرئت مرة أخرى."
        english += f"\nWritten to {written}, and read back."
    output().emit(payload, arabic, english)


def _export(store: RecoveredStore, root: Path, *, sealed: bool) -> Path:
    if sealed:
        export_sealed(Source.of_database(store.db, store.data_key), root, 1)
        return root
    signer = store.device_signer
    path, _ = export_plain(
        store.db,
        signer.key.public_key(),
        device=signer.by,
        stream=store.stream,
        root=root,
    )
    return path


def recovery_key(file: Path) -> X25519PrivateKey:
    """The authority's key; its passphrase is in KIOSK_RECOVERY_PASSPHRASE or asked for.

    Raises KnownError `keys.bad_recovery_file`, `file.*`.
    """
    data, typed = _read(file), os.environ.get(VARIABLE)
    if typed is None and b"ENCRYPTED" in data:
        question = output().text("كلمة سر مفتاح الاسترداد", "Passphrase of the recovery key")
        typed = click.prompt(question, hide_input=True, err=True)
    try:
        key = load_pem_private_key(data, typed.encode("utf-8") if typed else None)
    except (ValueError, TypeError) as error:
        raise KnownError("keys.bad_recovery_file", path=file) from error
    if not isinstance(key, X25519PrivateKey):
        raise KnownError("keys.bad_recovery_file", path=file)
    return key


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_ORDER_BYTES + 1)
    except FileNotFoundError as error:
        raise KnownError("file.missing", path=path) from error
    except OSError as error:
        raise KnownError("file.unreadable", path=path, reason=error.strerror or "?") from error
