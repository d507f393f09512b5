"""Which backend holds a device secret: chosen when the store is made, read from its slots afterwards.

The slot file is the only record, so there is no second one to fall out of step or to be swapped: each slot
names the backend it was made with, bound into its key.
"""

from kiosk.core.errors import KnownError
from kiosk.store.device_secret import FILE, DeviceSecret, FileDeviceSecret
from kiosk.store.layout import StoreFolder
from kiosk.store.slot_copies import SlotCopies

BACKENDS = (FILE,)
"""Names that slots and the option `--device-secret` know."""


def create_device_secret(folder: StoreFolder, backend: str = FILE) -> DeviceSecret:
    """Make the secret of a new device. The file's part is always made: all backends are mixed with it.

    Raises KnownError `store.exists`, `device_secret.*` when the hardware is not there, `store.*`.
    """
    return _opened(FileDeviceSecret.create(folder.device_secret), backend)


def device_secret_of(folder: StoreFolder) -> DeviceSecret:
    """Open the backend that the staff of this folder were given. Nothing is read from it yet.

    A folder without readable slots has the file: what is wrong with its slots is said by who opens them.
    Raises KnownError `device_secret.unknown_backend`.
    """
    return _opened(FileDeviceSecret(folder.device_secret), backend_of(folder))


def backend_of(folder: StoreFolder) -> str:
    """Name the backend of the staff's slots (the sealed envelope has the file, whatever theirs is)."""
    try:
        slots = SlotCopies(folder.slots).read()[0].header.secret_slots()
    except KnownError:
        return FILE
    return next((one.backend for one in slots if one.kind != "envelope"), FILE)


def _opened(file: FileDeviceSecret, backend: str) -> DeviceSecret:
    if backend == FILE:
        return file
    raise KnownError("device_secret.unknown_backend", backend=backend[:32])
