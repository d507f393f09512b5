"""`kiosk export`: the journal to a stick, sealed to the centre, or as a readable copy for an auditor."""

from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.entries.medium import JournalExported
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, require
from kiosk.core.wire.export_manifest import folder_name
from kiosk.desk.session import Session
from kiosk.sync.audit import export_plain
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.place import Place


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "first",
    type=click.IntRange(min=1),
    help="أول قيد، وإلا ما لم يؤكده المركز · first entry, else what the centre has not confirmed",
)
@click.option(
    "--sealed/--plain",
    default=True,
    help="مغلقة للمركز، أو نسخة يقرؤها المراجع · sealed to the centre, or readable for an auditor",
)
@store_options
@output_options
def export_command(
    folder: Path, first: int | None, sealed: bool, store: Path | None, staff: str | None
) -> None:
    """انسخ القيود إلى فلاشة · copy the entries to a stick."""
    if not sealed and first is not None:
        raise KnownError("export.plain_is_whole")
    with open_session(store, staff) as session:
        if sealed:
            _sealed(session, folder, first)
        else:
            _plain(session, folder)


def _sealed(session: Session, root: Path, first: int | None) -> None:
    require(session.roles, Right.JOURNAL_EXPORT)
    source = Source.of(Place.of(session.store))
    manifest = export_sealed(source, root, first, _progress)
    body = JournalExported(form="sealed", first=manifest.first, last=manifest.last, head=manifest.head)
    with session.act() as act:
        act.append(body)
    where = root / folder_name(source.device, source.stream, export=True)
    payload = {
        "form": "sealed",
        "first": manifest.first,
        "last": manifest.last,
        "head": manifest.head,
        "files": len(manifest.files) + 1,
        "path": str(where),
    }
    arabic = (
        f"كُتبت القيود من {ltr(str(manifest.first))} إلى {ltr(str(manifest.last))} في {ltr(str(where))} "
        "وقُرئت مرة أخرى.\nلا يفتحها إلا المركز، وتظل على الجهاز «لم تُرسل» حتى يرد المركز."
    )
    english = (
        f"Entries {manifest.first} to {manifest.last} are written to {where} and were read back.\n"
        "Only the centre can open them; on the device they wait until the centre has answered."
    )
    output().emit(payload, arabic, english)


def _progress(written: int, last: int) -> None:
    out = output()
    if not out.as_json:
        arabic = f"كُتب حتى {ltr(str(written))} من {ltr(str(last))}"
        click.echo(out.text(arabic, f"written up to {written} of {last}"), err=True)


def _plain(session: Session, root: Path) -> None:
    session.require(Right.JOURNAL_AUDIT)
    with session.act() as act:
        act.checkpoint()
    store = session.store
    path, written = export_plain(
        store.db,
        store.device_signer.key.public_key(),
        device=store.device_signer.by,
        stream=store.unlocked.stream,
        root=root,
    )
    head = written.head.hex()
    with session.act() as act:
        act.append(JournalExported(form="plain", first=written.first, last=written.last, head=head))
    payload = {
        "form": "plain",
        "first": written.first,
        "last": written.last,
        "head": head,
        "path": str(path),
    }
    arabic = (
        f"كُتب {ltr(str(written.entries))} قيد في {ltr(str(path))} وقُرئ الملف مرة أخرى.\n"
        "تنبيه: المبالغ وأكواد الموظفين في هذا الملف يقرؤها أي أحد. لا بيانات شخصية فيه. سلّمه للمراجع فقط."
    )
    english = (
        f"{written.entries} entries are written to {path}, and the file was read back.\n"
        "Mind: anyone can read the amounts and staff codes in it. It holds no personal details. "
        "Give it to the auditor only."
    )
    output().emit(payload, arabic, english)
