"""A second person's approval: a signature by his own key over exactly the body he was shown. Never a flag."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.core.entries.body import Body
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right, Role, require_checker
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.times import from_ms
from kiosk.desk.standing import work_ended
from kiosk.store.journal import Signer
from kiosk.store.unlocked import May, Unlocked

if TYPE_CHECKING:
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class Proposal:
    """The body that a second person is asked to sign; `plain` is what a screen shows him."""

    body: Body
    plain: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of the body, in hex."""
        return digest_of(self.plain)


def digest_of(plain: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes of a plain body, in hex."""
    return hashlib.sha256(canonical(dict(plain))).hexdigest()


class Approval:
    """An approver who opened his slot for one proposal. Use it in one act, then `close` it."""

    def __init__(self, unlocked: Unlocked, digest: str) -> None:
        self._unlocked = unlocked
        self._digest = digest

    @classmethod
    def by(cls, session: "Session", proposal: Proposal, code: str, typed: str, right: Right) -> "Approval":
        """Open the slot of `code` for this proposal.

        Raises KnownError `entry.same_person` (before the secret is tried), `roles.no_right`,
        `approval.expired`, and what unlocking raises.
        """
        if code == session.staff:
            raise KnownError("entry.same_person", staff=code)
        unlocked = session.store.unlock_another(code, typed)
        try:
            require_checker(session.staff, code, [Role(role) for role in unlocked.roles], right)
            _require_validity(session, unlocked)
        except KnownError:
            unlocked.lock()
            raise
        return cls(unlocked, proposal.digest)

    @property
    def staff(self) -> str:
        """The approver's staff code."""
        return self._unlocked.code

    @property
    def signer(self) -> Signer:
        """The approver's own key."""
        return Signer(self._unlocked.code, self._unlocked.staff_key.private)

    def check(self, plain: Mapping[str, Any]) -> None:
        """Refuse a body that is not the one that was shown. Raises KnownError `approval.changed`."""
        if digest_of(plain) != self._digest:
            raise KnownError("approval.changed", staff=self.staff)

    def close(self) -> None:
        """Wipe the approver's keys."""
        self._unlocked.lock()

    def __enter__(self) -> "Approval":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _require_validity(session: "Session", unlocked: Unlocked) -> None:
    now = from_ms(session.believed_ms())
    if May.WORK not in unlocked.may(now) or work_ended(session, unlocked.code):
        raise KnownError("approval.expired", staff=unlocked.code)
