"""The keys in a back-up: only when asked for, all in one file that a passphrase opens.

File: "kiosk-keys-1" ‖ salt (16) ‖ nonce (12) ‖ AES-256-GCM of canonical JSON {name: hex}; the key is
scrypt(passphrase, salt, n = 2^17, r = 8, p = 1).
"""

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from central.folder import Folder, make_private_folder, read_file, write_durably
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical

SEALED_KEYS = "keys.sealed"
COST = {"n": 2**17}
"""2^17 blocks of 1 KiB: a third of a second and 128 MiB for each try."""
_HEAD = b"kiosk-keys-1"
_SALT, _NONCE = 16, 12
_MAX = 4 << 20


def seal_keys(folder: Folder, passphrase: bytes) -> bytes:
    """All files of the key folder, sealed. Raises KnownError `file.unreadable`."""
    names = sorted(path for path in folder.keys.iterdir() if path.is_file() and not path.name.startswith("."))
    plain = canonical({path.name: read_file(path).hex() for path in names})
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    return _HEAD + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, plain, _HEAD)


def unseal_keys(sealed: Path, passphrase: bytes, folder: Folder) -> list[str]:
    """Put the keys of a back-up into the folder; a key that is there already stays. Returns those written.

    Raises KnownError `backup.no_sealed_keys`, `backup.wrong_passphrase`, `central.cannot_write`.
    """
    if not sealed.is_file():
        raise KnownError("backup.no_sealed_keys", path=sealed.parent)
    data = read_file(sealed)
    at = len(_HEAD)
    salt, nonce, rest = (
        data[at : at + _SALT],
        data[at + _SALT : at + _SALT + _NONCE],
        data[at + _SALT + _NONCE :],
    )
    try:
        plain = parse_canonical(AESGCM(_key(passphrase, salt)).decrypt(nonce, rest, _HEAD), max_bytes=_MAX)
    except (InvalidTag, ValueError) as error:
        raise KnownError("backup.wrong_passphrase") from error
    make_private_folder(folder.keys)
    missing = [name for name in sorted(plain) if not folder.key(name).exists()]
    for name in missing:
        write_durably(folder.key(name), bytes.fromhex(plain[name]))
    return missing


def _key(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST["n"], r=8, p=1).derive(passphrase)
