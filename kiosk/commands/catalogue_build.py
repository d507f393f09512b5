"""`kiosk catalogue build`: compile the catalogue (and the fees) and sign them with the data key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kiosk.catalogue_files import check_folder, clean
from kiosk.commands.base import output, output_options
from kiosk.core.catalogue.dataset import Name, hash_of
from kiosk.core.catalogue.plain import to_plain
from kiosk.core.errors import KnownError
from kiosk.core.wire.reference import sign_data
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.fee_tables import check_fee_folder, load_fee_tables
from kiosk.resources import read_text
from kiosk.store.files import write_durably

_MOST_DAYS = 3650


@click.command()
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
@click.option("--key", required=True, type=click.Path(path_type=Path), help="مفتاح التوقيع PEM · signing key")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="ملف الناتج · file to write")
@click.option("--fees", type=click.Path(path_type=Path), help="مجلد الرسوم · folder of the fee tables")
@click.option("--fees-out", type=click.Path(path_type=Path), help="ملف الرسوم · file of the fee dataset")
@click.option("--days", default=365, help="أيام السريان · days it is valid")
@click.option("--issued", help="وقت الإصدار · time of issue, 2026-11-24T08:00:00.000Z")
@output_options
def build(
    folder: Path | None,
    key: Path,
    out: Path,
    fees: Path | None,
    fees_out: Path | None,
    days: int,
    issued: str | None,
) -> None:
    """تجميع دليل الخدمات وتوقيعه · compile the catalogue and sign it."""
    if not 1 <= days <= _MOST_DAYS:
        raise KnownError("catalogue.valid_days", days=days)
    signing = _read_key(key)
    begins = parse_utc(issued) if issued else datetime.now(UTC)
    ends = begins + timedelta(days=days)
    datasets = [_catalogue(folder, fees, out)]
    if fees or fees_out:
        datasets.append(_fees(fees, fees_out or out.with_name(f"{out.stem}-fees{out.suffix}")))
    written = []
    for one in datasets:
        content = sign_data(one.name, one.version, one.data, key=signing, issued=begins, expires=ends)
        write_durably(one.file, content)
        written.append(one.payload(len(content)))
    payload = {
        "kid": kid_of(signing.public_key()),
        "issued": utc_text(begins),
        "expires": utc_text(ends),
        "datasets": written,
    }
    lines = ["{dataset} {version} {sha256} {file}".format(**one) for one in written]
    output().emit(
        payload,
        "\n".join(["كُتبت البيانات الموقعة:", *lines]),
        "\n".join(["Signed data written:", *lines]),
    )


@dataclass(frozen=True)
class _Compiled:
    """One dataset ready to be signed, and the file it goes to."""

    name: Name
    version: str
    data: dict[str, Any]
    services: int
    file: Path

    def payload(self, size: int) -> dict[str, Any]:
        return {
            "dataset": self.name,
            "version": self.version,
            "services": self.services,
            "sha256": hash_of(self.data),
            "file": str(self.file),
            "bytes": size,
        }


def _catalogue(folder: Path | None, fees: Path | None, file: Path) -> _Compiled:
    catalogue = clean(check_folder(folder, load_fee_tables(fees)))
    plain = to_plain(catalogue)
    return _Compiled("catalogue", catalogue.version.label, plain, len(catalogue.services), file)


def _fees(fees: Path | None, file: Path) -> _Compiled:
    for mistake in check_fee_folder(fees):
        raise mistake
    tables = load_fee_tables(fees)
    return _Compiled("fees", tables.version, tables.to_plain(), len(tables.services()), file)


def _read_key(path: Path) -> Ed25519PrivateKey:
    pem = read_text(path).encode()
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KnownError("catalogue.key_file", path=path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KnownError("catalogue.key_file", path=path)
    return key
