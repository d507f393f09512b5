"""Which receipt template this release prints, as receipts pin it: version and hash of its file."""

import hashlib
from functools import cache

from kiosk.core.entries.parts import VersionRef
from kiosk.core.errors import BugError
from kiosk.core.marked import read_marked
from kiosk.resources import read_resource


@cache
def receipt_template() -> VersionRef:
    """Return version and SHA-256 (hex) of the shipped receipt template. Raises BugError when it has none."""
    text = read_resource("templates", "receipt.yaml")
    version = (read_marked(text, "receipt.yaml").map or {}).get("version")
    if version is None or version.text is None or not version.text.isdecimal():
        raise BugError("the receipt template has no version")
    return VersionRef(version=int(version.text), hash=hashlib.sha256(text.encode()).hexdigest())
