"""`kiosk receipt`: check the sealed code of a receipt, without a connection; acts are loaded on demand."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.commands.base import LazyGroup, output, output_options
from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.receipt_keys import KeyList, open_key_list
from kiosk.core.seal import MAX_TEXT, Outcome, Verified, open_seal
from kiosk.core.seal_answers import ANSWERS, describe
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.times import utc_text
from kiosk.resources import read_text

ACTS = "kiosk.commands.receipt_acts"


@click.group(
    cls=LazyGroup,
    lazy={
        "copy": "kiosk.commands.receipt_copy:copy",
        "list": f"{ACTS}:list_command",
        "paper": f"{ACTS}:paper",
        "show": f"{ACTS}:show",
        "void": f"{ACTS}:void",
    },
)
def receipt() -> None:
    """الإيصالات · receipts."""


@receipt.command()
@click.argument("code", metavar="CODE")
@click.option(
    "--keys",
    "key_file",
    required=True,
    type=click.Path(path_type=Path),
    help="ملف قائمة المفاتيح الموقعة · the signed key list",
)
@click.option(
    "--trust",
    required=True,
    multiple=True,
    metavar="HEX",
    help="المفتاح العام للمركز، 64 خانة · public key of the centre's list, 64 digits",
)
@output_options
def verify(code: str, key_file: Path, trust: tuple[str, ...]) -> int:
    """التحقق من كود إيصال بلا اتصال · check a receipt's code offline.

    CODE is the text of the QR code, a file that holds it, or - for standard input.
    """
    now = datetime.now(UTC)
    keys = open_key_list(_bytes(key_file), trusted=_trusted(trust), now=now)
    found = open_seal(_code(code), keys)
    zone = now.astimezone().tzinfo or UTC
    arabic, english = ("\n".join(describe(found, keys, language, zone)) for language in ("ar", "en"))
    if now >= keys.expires:
        arabic += "\nالقائمة انتهت مدتها، فلا تعرف آخر الإلغاءات. حدّثها."
        english += "\nThe list is past its date and does not know the latest revocations. Update it."
    output().emit(_payload(found, keys, now), arabic, english)
    return ANSWERS[found.outcome].exit_code


def _payload(found: Verified, keys: KeyList, now: datetime) -> dict[str, Any]:
    facts, key = found.facts, found.key
    return {
        "outcome": found.outcome.value,
        "genuine": found.outcome is Outcome.GENUINE,
        "host": found.host,
        "kid": found.kid or None,
        "number": facts.number if facts else None,
        "piastres": facts.amount if facts else None,
        "service": facts.service if facts else None,
        "at": utc_text(facts.at) if facts else None,
        "entry": facts.entry.hex() if facts else None,
        "device": key.device if key else None,
        "unit": key.unit if key else None,
        "check_code": found.check or None,
        "keys_issued": utc_text(keys.issued),
        "keys_expired": now >= keys.expires,
    }


def _code(word: str) -> str:
    """The text itself, or what a file or standard input holds."""
    if word == "-":
        return sys.stdin.read(MAX_TEXT + 1).strip()
    if "://" in word:
        return word
    return read_text(Path(word)).strip()


def _bytes(path: Path) -> bytes:
    return read_text(path).encode()


def _trusted(words: tuple[str, ...]) -> dict[str, Ed25519PublicKey]:
    keys = []
    for word in words:
        try:
            keys.append(Ed25519PublicKey.from_public_bytes(bytes.fromhex(word)))
        except ValueError as error:
            raise KnownError("seal.trusted_key", text=excerpt(word)) from error
    return {kid_of(key): key for key in keys}
