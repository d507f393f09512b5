"""The name that this installation of the system gives itself, POSIX; the twin is machine_windows."""

from pathlib import Path

_PLACES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
"""machine-id(5): made once at installation, kept by upgrades, not in a copied data folder."""


def machine_id() -> bytes:
    """The identifier as its file holds it, or nothing where the system has none (some containers)."""
    for place in _PLACES:
        try:
            found = place.read_bytes().strip()
        except OSError:
            continue
        if found and found != b"uninitialized":
            return found
    return b""
