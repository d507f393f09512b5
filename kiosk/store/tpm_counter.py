"""A monotonic counter in the non-volatile memory of a TPM 2.0."""

import secrets

from kiosk.core.errors import KnownError
from kiosk.store.tpm.chip import Tpm

_FIRST, _MANY = 0x01A50000, 0x10000
"""Indices of the owner's range that no other program is known to use; one is drawn for each device."""
_TRIES = 16


class TpmCounter:
    """One counter. Its authorisation is 32 random bytes in the encrypted store: nobody else counts it up."""

    def __init__(self, chip: Tpm, index: int, auth: bytes) -> None:
        self._chip = chip
        self._index = index
        self._auth = auth

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._index:#x}>"

    @classmethod
    def create(cls, chip: Tpm) -> "TpmCounter":
        """Make a counter in a free place of the chip. Raises KnownError `device_secret.tpm_*`."""
        auth = secrets.token_bytes(32)
        for _ in range(_TRIES):
            index = _FIRST + secrets.randbelow(_MANY)
            if chip.make_counter(index, auth):
                return cls(chip, index, auth)
        raise KnownError("device_secret.tpm_refused", answer="0x14c")

    @classmethod
    def kept(cls, chip: Tpm, record: dict[str, object]) -> "TpmCounter":
        """The counter of a record."""
        return cls(chip, int(str(record["index"])), bytes.fromhex(str(record["auth"])))

    def record(self) -> dict[str, object]:
        """Index and authorisation, for the encrypted store only."""
        return {"index": self._index, "auth": self._auth.hex()}

    def read(self) -> int:
        """The value now. Raises KnownError `device_secret.tpm_counter_lost`, `device_secret.tpm_*`."""
        return self._chip.read_counter(self._index, self._auth)

    def increment(self) -> int:
        """Count one up. Raises KnownError `device_secret.tpm_counter_lost`, `device_secret.tpm_*`."""
        return self._chip.raise_counter(self._index, self._auth)

    def remove(self) -> None:
        """Free its place in the chip, when the device is retired. Raises KnownError `device_secret.tpm_*`."""
        self._chip.remove_counter(self._index)
