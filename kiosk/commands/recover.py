"""`kiosk recover`: a new machine takes over from the second medium, or an export, of one that died."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import Kind, Language, error_payload
from kiosk.core.wire.times import utc_text
from kiosk.sync.recovery import Found, carry, left_behind, look_at

_NEXT_AR = (
    "الخطوات: ١) في المركز: kiosk-central usb import، ثم kiosk-central device retire.\n"
    "٢) عُدّ النقدية وقارنها بالمتوقع: kiosk-central shifts.\n"
    "٣) سجّل الجهاز الجديد: kiosk provision. يأخذ كودًا ودفترًا جديدين ولا يكمل سلسلة القديم."
)
_NEXT_EN = (
    "Next: 1) at the centre: kiosk-central usb import, then kiosk-central device retire.\n"
    "2) count the cash and compare it with what is expected: kiosk-central shifts.\n"
    "3) enrol this machine: kiosk provision. It gets its own code and book, and goes on with no old series."
)


@click.command("recover")
@click.argument("medium", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="انسخ إلى فلاشة تُسلَّم للمركز · copy to a stick that goes to the centre",
)
@output_options
def recover_command(medium: Path, target: Path | None) -> int:
    """انقل شغل جهاز تلف من كارت نسخته الاحتياطية · carry the work of a dead machine on, from its card."""
    found = look_at(medium)
    carried = [(one, carry(one, target)) for one in found] if target is not None else []
    copied = [str(folder) for _, folder in carried]
    left = sum(left_behind(one, folder) for one, folder in carried)
    payload = {"found": [_payload(one) for one in found], "copied": copied, "scans_left": left}
    arabic = [line for one in found for line in _lines(one, "ar")]
    english = [line for one in found for line in _lines(one, "en")]
    if copied:
        arabic.append(f"نُسخ إلى {ltr(', '.join(copied))} وقُرئ مرة أخرى.")
        english.append(f"Copied to {', '.join(copied)}, and read back.")
    if left:
        arabic.append(f"لم تُنقل {ltr(str(left))} صورة: خذ فلاشة أكبر، أو سلّم المركز الكارت نفسه.")
        english.append(f"{left} scans did not come along: use a larger stick, or hand in the card itself.")
    output().emit(payload, "\n".join([*arabic, _NEXT_AR]), "\n".join([*english, _NEXT_EN]))
    return int(Kind.DAMAGED) if any(one.faults for one in found) else 0


def _payload(one: Found) -> dict[str, Any]:
    manifest = one.manifest
    return {
        "path": str(one.path),
        "device": manifest.device,
        "stream": manifest.stream,
        "medium": manifest.medium,
        "first": manifest.first,
        "last": manifest.last,
        "head": manifest.head,
        "acknowledged": manifest.acknowledged,
        "made": utc_text(manifest.made),
        "files": len(manifest.files),
        "scans": len(one.scans),
        "faults": [error_payload(fault) for fault in one.faults],
    }


def _lines(one: Found, language: Language) -> list[str]:
    manifest = one.manifest
    first, last, made = str(manifest.first), str(manifest.last), utc_text(manifest.made)
    confirmed = str(manifest.acknowledged)
    said = (
        f"{ltr(manifest.device)}: القيود من {ltr(first)} إلى {ltr(last)}، كُتبت {ltr(made)}، "
        f"وكان المركز قد أكد حتى {ltr(confirmed)}."
        if language == "ar"
        else f"{manifest.device}: entries {first} to {last}, written {made}; "
        f"the centre had confirmed up to {confirmed}."
    )
    if one.scans:
        count = str(len(one.scans))
        said += f" وصور مستندات: {ltr(count)}." if language == "ar" else f" Scans: {count}."
    return [said, *(f"- {fault.sentence(language)} {fault.remedy(language)}" for fault in one.faults)]
