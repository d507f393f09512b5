"""Which backend holds a device secret: chosen when the store is made, read from its slots afterwards.

The slot file is the only record, so there is no second one to fall out of step or to be swapped: each slot
names the backend it was made with, bound into its key. What speaks to a chip is loaded where there is one.
"""

from kiosk.core.errors import KnownError
from kiosk.store.device_secret import FILE, TPM, DeviceSecret, FileDeviceSecret
from kiosk.store.keyring_secret import KEYRING, KeyringDeviceSecret, system_keyring
from kiosk.store.layout import StoreFolder
from kiosk.store.secret_digits import GENERATED, HARDWARE_PIN, SecretPolicy
from kiosk.store.slot_copies import SlotCopies

BACKENDS = (FILE, KEYRING, TPM)
"""Names that slots and the option `--device-secret` know."""


def available(wanted: str) -> tuple[str, KnownError | None]:
    """Name the backend that this machine can give: `wanted`, or the file and the reason for it.

    The file is the answer of every machine, so a device can always be set up; who asked for better is told.
    Raises KnownError `device_secret.unknown_backend`.
    """
    try:
        require_backend(wanted)
    except KnownError as error:
        if error.code == "device_secret.unknown_backend":
            raise
        return FILE, error
    return wanted, None


def require_backend(backend: str) -> None:
    """Look whether this machine has what a backend needs. Raises KnownError `device_secret.*`."""
    if backend not in BACKENDS:
        raise KnownError("device_secret.unknown_backend", backend=backend[:32])
    if backend == TPM:
        from kiosk.store.tpm.chip import Tpm
        from kiosk.store.tpm_secret import check_limit

        check_limit(Tpm().limit())
    elif backend == KEYRING:
        system_keyring()


def policy_with(backend: str) -> SecretPolicy:
    """What secrets people get on a device with this backend."""
    return HARDWARE_PIN if backend == TPM else GENERATED


def create_device_secret(folder: StoreFolder, backend: str = FILE) -> DeviceSecret:
    """Make the secret of a new device. The file's part is always made: all backends are mixed with it.

    Raises KnownError `store.exists`, `device_secret.*` when the hardware is not there, `store.*`.
    """
    file = FileDeviceSecret.create(folder.device_secret)
    return KeyringDeviceSecret.create(file) if backend == KEYRING else _opened(file, backend)


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
    if backend == KEYRING:
        return KeyringDeviceSecret(file)
    if backend == TPM:
        from kiosk.store.tpm.chip import Tpm
        from kiosk.store.tpm_secret import TpmDeviceSecret

        return TpmDeviceSecret(file, Tpm())
    raise KnownError("device_secret.unknown_backend", backend=backend[:32])
