"""`kiosk-central ca`: the list of certificates that a proxy must turn away."""

from datetime import timedelta
from pathlib import Path

import click

from central.ca import LIST_DAYS, revoke
from central.commands.base import centre_in, emit, folder_option, output_options
from central.folder import write_durably
from central.renewals import certificates_of_retired
from kiosk.core.wire.pki import read_certificate
from kiosk.core.wire.times import utc_text


@click.group(name="ca")
def ca() -> None:
    """شهادات المركز · certificates of the centre."""


@ca.command(name="crl")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="وإلا ca.crl.pem في مجلد المركز · else ca.crl.pem in the folder")  # fmt: skip
@click.option("--days", default=LIST_DAYS, show_default=True, type=click.IntRange(1, 3650),
              help="مدة صلاحية القائمة · how long the list is good")  # fmt: skip
@folder_option
@output_options
def crl(out: Path | None, days: int, folder: Path) -> None:
    """قائمة شهادات الأجهزة التي انتهت خدمتها، للبروكسي · certificates of retired devices, for a proxy."""
    with centre_in(folder) as centre:
        with centre.storage.read() as db:
            found = certificates_of_retired(db)
        listed = [read_certificate(der) for ders in found.values() for der in ders]
        now = centre.now()
        signed = revoke(listed, centre.keys.ca, centre.keys.ca_key, now, days)
        path = out or centre.folder.revoked
    write_durably(path, signed, mode=0o644)
    until = utc_text(now + timedelta(days=days))
    emit(
        {
            "path": str(path),
            "devices": list(found),
            "certificates": len(listed),
            "valid_until": until,
        },
        f"القائمة في {path}: {len(found)} جهاز، صالحة حتى {until}. أعد تحميل البروكسي.",
        f"The list is in {path}: {len(found)} devices, good until {until}. Reload the proxy.",
    )
