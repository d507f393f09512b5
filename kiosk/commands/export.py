"""`kiosk export`: the journal to a stick, sealed to the centre, or as a readable copy for an auditor."""

from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.entries.medium import JournalExported
from kiosk.core.errors import KnownError, error_payload
from kiosk.core.roles import Right
from kiosk.core.wire.export_manifest import folder_name
from kiosk.desk.session import Session
from kiosk.sync.audit import export_plain
from kiosk.sync.place import Place
from kiosk.sync.stick_give import give_stick


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
    place = Place.of(session.store)
    given = give_stick(place, session.staff, session.roles, root, first=first, progress=_progress)
    manifest, scans = given.manifest, given.scans
    where = root / folder_name(place.me.device, place.me.stream, export=True)
    payload = {
        "form": "sealed",
        "first": manifest.first if manifest else None,
        "last": manifest.last if manifest else None,
        "head": manifest.head if manifest else None,
        "files": len(manifest.files) + 1 if manifest else 0,
        "path": str(where),
        "scans": scans.written,
        "scans_left": scans.left,
        "faults": [error_payload(one) for one in scans.faults],
    }
    arabic, english = [], []
    if manifest is not None:
        first_ar, last_ar = ltr(str(manifest.first)), ltr(str(manifest.last))
        arabic.append(f"كُتبت القيود من {first_ar} إلى {last_ar} في {ltr(str(where))} وقُرئت مرة أخرى.")
        english.append(
            f"Entries {manifest.first} to {manifest.last} are written to {where} and were read back."
        )
    if scans.written or scans.left:
        arabic.append(f"صور المستندات: كُتبت {ltr(str(scans.written))}.")
        english.append(f"Scans written: {scans.written}.")
    if scans.left:
        arabic.append(f"لم تسع الفلاشة {ltr(str(scans.left))} صورة: خذها على فلاشة أخرى، أو ترسلها المزامنة.")
        english.append(f"For {scans.left} scans there was no space: use another stick, or they go with sync.")
    arabic.append("لا يفتحها إلا المركز، وتظل على الجهاز «لم تُرسل» حتى يرد المركز.")
    english.append("Only the centre can open them; on the device they wait until the centre has answered.")
    arabic += [f"{one.sentence('ar')} {one.remedy('ar')}" for one in scans.faults]
    english += [f"{one.sentence('en')} {one.remedy('en')}" for one in scans.faults]
    output().emit(payload, "\n".join(arabic), "\n".join(english))


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
