"""The short number of the screen lock: chosen after a cold unlock, kept in memory only, good for five tries.

While the screen is held the store stays open, so that sync goes on; who holds it is kept from others by this
number alone, so it never replaces the secret: five wrong tries, or a restart, and only that one opens again.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.entries.staff import UnlockDone, UnlockFailedTries
from kiosk.core.errors import InBoth, KnownError
from kiosk.core.weak_numbers import Chosen, weakness
from kiosk.desk.session import Session
from kiosk.secret_number_files import shipped_weak_rules

SHORTEST, LONGEST = 4, 6
"""Digits."""
TRIES = 5
_SALT_BYTES = 16
_COST = {"n": 1 << 14, "r": 8, "p": 1, "maxmem": 1 << 26}
"""16 MiB and some 30 ms a try: a look into a crash dump gives no number away at once."""


class ShortNumber:
    """One person's number until the store is closed. It cannot be copied out: only its digest is here."""

    def __init__(self, typed: str, staff: str) -> None:
        """Accept a number that a person chose.

        Raises KnownError `secret.not_digits`, `secret.length`, `secret.weak`.
        """
        digits = _digits(typed)
        broken = weakness(Chosen(digits, staff, []), shipped_weak_rules())
        if broken is not None:
            raise KnownError("secret.weak", reason=InBoth(broken.ar, broken.en))
        self._salt = secrets.token_bytes(_SALT_BYTES)
        self._digest = self._of(digits)
        self.wrong: list[datetime] = []
        """When it was typed wrong since it was last right (claimed UTC)."""

    @property
    def left(self) -> int:
        """How many tries are left."""
        return TRIES - len(self.wrong)

    def test(self, typed: str, at: datetime) -> bool:
        """Whether this is the number; a wrong one is counted. After the fifth nothing is right any more.

        Raises KnownError `secret.not_digits`, `secret.length`, which are not counted.
        """
        digits = _digits(typed)
        right = self.left > 0 and hmac.compare_digest(self._of(digits), self._digest)
        if not right:
            self.wrong.append(at)
        return right

    def _of(self, digits: str) -> bytes:
        return hashlib.scrypt(digits.encode("ascii"), salt=self._salt, dklen=32, **_COST)


def note_return(session: Session, wrong: Sequence[datetime]) -> None:
    """Write that the person is back, and the wrong tries before. Raises KnownError `store.*`."""
    with session.act() as act:
        slot = session.store.unlocked.slot_id
        if wrong:
            act.append(_failed(slot, wrong))
        act.append(UnlockDone(slot=slot, method="screen"))


def note_failure(session: Session, wrong: Sequence[datetime]) -> None:
    """Write that somebody guessed until the kiosk locked fully. Raises KnownError `store.*`."""
    with session.act() as act:
        act.append(_failed(session.store.unlocked.slot_id, wrong))


def _failed(slot: str, wrong: Sequence[datetime]) -> UnlockFailedTries:
    return UnlockFailedTries(slot=slot, count=len(wrong), first=min(wrong), last=max(wrong))


def _digits(typed: str) -> str:
    digits = ascii_digits(strip_marks(typed))
    if not (digits.isascii() and digits.isdigit()):
        raise KnownError("secret.not_digits")
    if not SHORTEST <= len(digits) <= LONGEST:
        raise KnownError("secret.length", found=len(digits), wanted=f"{SHORTEST}–{LONGEST}")
    return digits
