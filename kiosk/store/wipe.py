"""Destroys what opens a store: every person's slot, the device secret, the TLS key. The database stays.

What is left opens with the authority's recovery key alone, whose slot stays in the file and is at the centre.
Cut before the slots are gone, the order is given again; cut after that, nobody but the authority gets in.
"""

import os
from contextlib import suppress
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.store.device_backends import device_secret_of
from kiosk.store.files import disk_errors, remove_durably
from kiosk.store.keyring_secret import KeyringDeviceSecret
from kiosk.store.renewal import blank_keys
from kiosk.store.store import Store

_LENGTH = 64


def destroy_keys(store: Store) -> None:
    """Destroy the keys of an open store and close it. Tombstones stay, so does the log of tries.

    The slots go first: without them the rest opens nothing. Raises KnownError `store.*`.
    """
    folder = store.folder
    with store.transaction() as db:
        blank_keys(db)
    store.slots.tell(None)
    store.slots.keep_only(store.unlocked, (), store.unlocked.generation)
    store.close()
    with suppress(KnownError):
        secret = device_secret_of(folder)
        if isinstance(secret, KeyringDeviceSecret):
            secret.forget()
    for path in folder.device_secret:
        _overwrite(path)
        remove_durably(path)


def _overwrite(path: Path) -> None:
    """Write other bytes over a secret, in place; flash memory may keep the old ones all the same."""
    if not path.exists():
        return
    with disk_errors(), path.open("r+b") as file:
        file.write(os.urandom(_LENGTH))
        file.flush()
        os.fsync(file.fileno())
