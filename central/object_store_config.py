"""How a centre reaches its object store of scans: the file `DATA/scans`, for its owner alone."""

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.core.errors import KnownError
from kiosk.core.marked import read_marked

_NEEDED = ("endpoint", "bucket", "access_key", "secret_key")
_ALSO = ("region", "prefix", "ca")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}(/[a-z0-9][a-z0-9._-]{0,60}){0,3}")
_PLAIN = re.compile(r"[!-~]{1,256}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MOST_BYTES = 16 * 1024
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class BucketPlace:
    """Where the bucket is and with what key. `prefix` is '' or ends with a slash; `ca` is None for a store
    on this very machine without TLS.
    """

    endpoint: str
    bucket: str
    region: str
    prefix: str
    ca: Path | None
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def where(self) -> str:
        """Its address for people, without the key."""
        return f"{self.endpoint}/{self.bucket}/{self.prefix}"


def read_place(path: Path) -> BucketPlace:
    """Read the file. Raises KnownError `scans.no_file`, `scans.open_file`, `scans.bad_file`."""
    said = _lines(path, _text_of(path))
    endpoint = said["endpoint"].rstrip("/")
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise _bad(path, "endpoint: https://HOST:PORT")
    if "@" in parts.netloc or not _PLAIN.fullmatch(endpoint):
        raise _bad(path, "endpoint: https://HOST:PORT")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise _bad(path, "endpoint: https")
    for name, form in (("bucket", _BUCKET), ("access_key", _PLAIN), ("secret_key", _PLAIN)):
        if not form.fullmatch(said[name]):
            raise _bad(path, name)
    prefix = said.get("prefix", "").strip("/")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise _bad(path, "prefix")
    region = said.get("region") or DEFAULT_REGION
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", region):
        raise _bad(path, "region")
    return BucketPlace(
        endpoint=endpoint,
        bucket=said["bucket"],
        region=region,
        prefix=f"{prefix}/" if prefix else "",
        ca=_ca(path, said.get("ca", ""), needed=parts.scheme == "https"),
        access_key=said["access_key"],
        secret_key=said["secret_key"],
    )


def _text_of(path: Path) -> str:
    """The text, if nobody but the owner can read it (where the system knows owners)."""
    try:
        with path.open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise KnownError("scans.open_file", path=path)
            return file.read(_MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise KnownError("scans.no_file", path=path) from error
    except OSError as error:
        raise _bad(path, error.strerror or "?") from error
    except UnicodeDecodeError as error:
        raise _bad(path, "UTF-8") from error


def _lines(path: Path, text: str) -> dict[str, str]:
    """The lines by name; none unknown, none missing."""
    try:
        lines = read_marked(text, path.name).map
    except KnownError as error:
        raise _bad(path, error.sentence("en")) from error
    said = {name: value.text for name, value in (lines or {}).items()}
    for name, value in said.items():
        if name not in (*_NEEDED, *_ALSO) or value is None:
            raise _bad(path, name)
    found = {name: value for name, value in said.items() if value}
    for name in _NEEDED:
        if name not in found:
            raise _bad(path, name)
    return found


def _ca(path: Path, name: str, *, needed: bool) -> Path | None:
    """The file of the CA, beside ours unless it is named in full; without TLS there is none."""
    if not needed:
        return None
    file = path.parent / name
    try:
        found = bool(name) and b"BEGIN CERTIFICATE" in file.read_bytes()
    except OSError as error:
        raise _bad(path, f"ca: {file}") from error
    if not found:
        raise _bad(path, "ca")
    return file


def _bad(path: Path, what: str) -> KnownError:
    return KnownError("scans.bad_file", path=path, what=what)
