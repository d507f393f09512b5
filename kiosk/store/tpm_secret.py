"""The device secret in a TPM 2.0: one sealed object per person, opened by his own number, wrong ones counted.

The object stays in the slot file; the chip alone can open it. What it gives is mixed with the file's part,
which is bound to the machine: neither a copied folder nor a chip that was carried away opens anything alone.
"""

import os

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.core.errors import KnownError
from kiosk.store.device_secret import FILE, SECRET_BYTES, TPM, DeviceSecret, FileDeviceSecret, Sealed
from kiosk.store.secret_digits import HARDWARE_PIN
from kiosk.store.tpm.chip import Tpm, TryLimit

MOST_TRIES, LEAST_INTERVAL_S = 64, 600
"""The weakest limit that a 6-digit number is trusted to: 64 tries, then one each ten minutes. Guessing night
and day for a year reaches 5 in 100 of them; chips are usually set to one in two hours."""
_DOMAIN = b"kiosk-device-secret-1/tpm"


def check_limit(limit: TryLimit) -> None:
    """Is a chip strict enough for short numbers? Raises KnownError `device_secret.tpm_no_limit`."""
    if not 0 < limit.most <= MOST_TRIES or limit.interval_s < LEAST_INTERVAL_S:
        raise KnownError("device_secret.tpm_no_limit", most=limit.most, seconds=limit.interval_s)


class TpmDeviceSecret:
    """A chip that counts wrong tries; its policy is a number of 6 digits or more that the person chooses."""

    name = TPM
    policy = HARDWARE_PIN

    def __init__(self, file: FileDeviceSecret, chip: Tpm) -> None:
        self._file = file
        self._chip = chip

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def holding(self, backend: str) -> DeviceSecret:
        """The chip, or the file for the sealed envelope."""
        return self._file if backend == FILE else self

    def seal(self, slot_id: str, auth: bytes) -> Sealed:
        """Seal 32 new random bytes under `auth`.

        Raises KnownError `device_secret.tpm_no_limit` when the chip would let anyone guess,
        `device_secret.*`.
        """
        check_limit(self._chip.limit())
        secret = os.urandom(SECRET_BYTES)
        held = self._chip.seal(secret, auth)
        return Sealed(self._mixed(slot_id, secret), held)

    def unseal(self, slot_id: str, auth: bytes, held: bytes = b"") -> bytes:
        """Let the chip check `auth`. Raises KnownError `slots.wrong_secret`, `device_secret.*`.

        A slot that holds nothing is the decoy of a code that nobody has: random bytes open nothing.
        """
        secret = self._chip.unseal(held, auth) if held else os.urandom(SECRET_BYTES)
        return self._mixed(slot_id, secret)

    def _mixed(self, slot_id: str, secret: bytes) -> bytes:
        part = self._file.derive(slot_id.encode("utf-8"))
        return HKDF(SHA256(), SECRET_BYTES, salt=part, info=_DOMAIN).derive(secret)
