"""`kiosk-central backup`, `restore` and `epoch`: copies of the centre, and putting it back from one."""

import os
from pathlib import Path

import click

from central.backup import Made, check_backup, make_backup, tidy_backups
from central.backup_keys import SEALED_KEYS, unseal_keys
from central.backup_scans import SCANS
from central.centre import utc_now
from central.commands.base import centre_in, database_given, emit, folder_option, output_options, passphrase
from central.folder import Folder, make_private_folder
from central.keys import ServerKeys
from central.restore import begin_epoch, restore
from kiosk.core.errors import Kind, KnownError

BACKUP_VARIABLE = "KIOSK_BACKUP_PASSPHRASE"
"""Name of the environment variable that holds the passphrase of keys in a back-up."""
_REREAD = "اقرأ الصور المنسوخة من قبل أيضًا · read the scans that were copied before again, too"
_APART = "المجلد يُنقل من هذا الخادم بوسيلة أخرى · the folder is carried off this machine by other means"


class _MakesByDefault(click.Group):
    """`kiosk-central backup --out …` makes one; a word after it is what else can be done."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without a word of its own: `make`."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(name="backup", cls=_MakesByDefault)
def backup() -> None:
    """نسخ احتياطية للمركز، والخادم يعمل · back-ups of the centre, while it runs."""


@backup.command(name="make")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="مجلد النسخ، على قرص آخر · folder of the back-ups, on another disk")  # fmt: skip
@click.option("--with-keys", is_flag=True, help="ومعها المفاتيح بكلمة سر · with the keys, sealed")
@click.option("--ask", is_flag=True, help="اطلب كلمة السر · ask for the passphrase")
@click.option("--off-machine", is_flag=True, help=_APART)
@click.option("--reread", is_flag=True, help=_REREAD)
@folder_option
@output_options
def make_command(out: Path, with_keys: bool, ask: bool, off_machine: bool, reread: bool, folder: Path) -> int:
    """نسخة احتياطية تُقرأ بعد كتابتها · make a back-up and read it back."""
    secret = _passphrase(ask=ask) if with_keys else None
    with centre_in(folder) as centre:
        made = make_backup(centre, out, passphrase=secret, off_machine=off_machine, reread=reread)
    payload = {
        "folder": str(made.folder),
        "manifest": made.digest,
        "epoch": made.contents.epoch,
        "entries": _entries(made),
        "streams": len(made.contents.streams),
        "keys": with_keys,
        "counts": made.counts,
        "safe_risen": made.risen,
        "scans": len(made.scans.lines),
        "scans_copied": made.scans.copied,
        "scans_lost": list(made.scans.lost),
        "scans_unreached": made.scans.unreached,
    }
    emit(payload, _arabic(made), _english(made))
    return int(Kind.DAMAGED if made.scans.lost else Kind.ENVIRONMENT if made.scans.unreached else 0)


@backup.command(name="check")
@click.argument("source", type=click.Path(path_type=Path, file_okay=False))
@folder_option
@output_options
def check_command(source: Path, folder: Path) -> None:
    """قراءة نسخة والتأكد من سلامتها · read a back-up and see that it is whole."""
    manifest, contents = check_backup(source, ServerKeys(Folder(folder)), utc_now())
    entries = sum(manifest.stored.values())
    emit(
        {
            "folder": str(source),
            "database": manifest.database,
            "made": manifest.made,
            "epoch": manifest.epoch,
            "entries": entries,
            "tables": contents.tables,
            "scans": len(manifest.scans),
        },
        f"النسخة سليمة: {entries} قيد في {len(contents.streams)} سجل، والصور {len(manifest.scans)}، "
        f"أُخذت {manifest.made}.",
        f"The back-up is whole: {entries} entries in {len(contents.streams)} journals and "
        f"{len(manifest.scans)} scans, of {manifest.made}.",
    )


@backup.command(name="tidy")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@folder_option
@output_options
def tidy_command(out: Path, folder: Path) -> None:
    """حذف صور لم تعد في أي نسخة · remove scans that no back-up lists any more."""
    removed = tidy_backups(out, ServerKeys(Folder(folder)), utc_now())
    emit({"removed": removed}, f"حُذفت {removed} صورة.", f"Removed {removed} scans.")


@click.command(name="restore")
@click.argument("source", type=click.Path(path_type=Path, file_okay=False))
@click.option("--replace", is_flag=True, help="ضع القاعدة الحالية جانبًا · put the present database aside")
@click.option("--with-keys", is_flag=True, help="استرجع المفاتيح أيضًا · put the keys back too")
@click.option("--ask", is_flag=True, help="اطلب كلمة السر · ask for the passphrase")
@click.option("--off-machine", is_flag=True, help=_APART)
@folder_option
@output_options
def restore_command(
    source: Path, replace: bool, with_keys: bool, ask: bool, off_machine: bool, folder: Path
) -> None:
    """استرجاع المركز من نسخة، بعهد جديد · put the centre back from a back-up, as a new epoch."""
    if with_keys:
        make_private_folder(folder)
        unseal_keys(source.joinpath(SEALED_KEYS), _passphrase(ask=ask), Folder(folder))
    done = restore(
        Folder(folder),
        source,
        now=utc_now(),
        database=database_given(),
        replace=replace,
        off_machine=off_machine,
    )
    aside = "، ".join(done.aside), ", ".join(done.aside)
    emit(
        {
            "epoch": done.epoch,
            "entries": done.entries,
            "streams": done.streams,
            "scans": done.scans,
            "aside": list(done.aside),
        },
        f"استُرجع المركز: {done.entries} قيد و{done.scans} صورة، والعهد الآن {done.epoch}. "
        "اكتب الرقم في سجل المركز."
        + (f"\nالقاعدة السابقة محفوظة: {aside[0]}" if done.aside else "")
        + "\nشغِّل الخادم: ترسل الأجهزة ما ينقصه وتعرض ما عندها.",
        f"The centre is back with {done.entries} entries and {done.scans} scans; its epoch is now "
        f"{done.epoch}: note it on paper.\n"
        + (f"The database before is kept: {aside[1]}\n" if done.aside else "")
        + "Start the server: devices send what it lacks and show what they hold.",
    )


@click.group(name="epoch")
def epoch() -> None:
    """عهد الخادم · the epoch of the server."""


@epoch.command(name="raise")
@folder_option
@output_options
def raise_command(folder: Path) -> None:
    """عهد جديد بعد استرجاع بوسيلة أخرى · a new epoch after a restore by other means."""
    with centre_in(folder) as centre:
        number = begin_epoch(centre)
    emit({"epoch": number}, f"العهد الآن {number}.", f"The epoch is now {number}.")


def _passphrase(*, ask: bool) -> bytes:
    """From the environment, or asked for. Raises KnownError `backup.passphrase_needed`."""
    given = os.environ.get(BACKUP_VARIABLE)
    secret = given.encode() if given else passphrase(ask=ask)
    if not secret:
        raise KnownError("backup.passphrase_needed")
    return secret


def _entries(made: Made) -> int:
    return sum(end.stored for end in made.contents.streams.values())


def _arabic(made: Made) -> str:
    told = f"النسخة في {made.folder}: {_entries(made)} قيد، قُرئت بعد كتابتها وهي سليمة."
    told += f"\nالصور {len(made.scans.lines)} في مجلد {SCANS} بجانبها، منها {made.scans.copied} جديدة."
    if lost := len(made.scans.lost):
        told += f"\nصور ضاعت أو تلفت عند المركز: {lost}. تُطلب من أجهزتها من جديد ما دامت عندها."
    if made.scans.fault is not None:
        told += f"\n{made.scans.fault.sentence('ar')}"
        told += f"\nليست فيها {made.scans.unreached} صورة: تأتي مع النسخة التالية."
    if not made.counts:
        told += "\nهي على قرص الخادم نفسه، فلا تُعد أمانًا: انقلها، أو استعمل --off-machine لو كانت تُنقل وحدها."
    return told


def _english(made: Made) -> str:
    told = f"The back-up is in {made.folder}: {_entries(made)} entries, read back and whole."
    told += f"\n{len(made.scans.lines)} scans are in {SCANS} beside it, {made.scans.copied} of them new."
    if lost := len(made.scans.lost):
        told += (
            f"\n{lost} scans are lost or damaged at the centre: devices that still have them send them again."
        )
    if made.scans.fault is not None:
        told += f"\n{made.scans.fault.sentence('en')}"
        told += f"\n{made.scans.unreached} scans are not in it: the next one takes them."
    if not made.counts:
        told += (
            "\nIt is on the server's own disk and makes nothing safe: carry it away, or say --off-machine if "
            "that happens by itself."
        )
    return told
