"""Tells two copies of one device apart when they meet the centre, although their journals do not differ yet.

A device counts its heartbeats (`n`, kept before each leaves) and says by which token the centre knows it
(`held`) and which one is to follow (`next`, drawn at random and kept before it leaves, the same again until
the centre has confirmed it). It also says which `echo` it heard last: the centre draws one anew after a
restore and when a person lifts a stop, so that what was sent before counts for little afterwards. So a lost
answer, a power cut on either side, or a message that arrives late or twice is never taken for a copy, and a
copy has the wrong token or a number that was used. Pure: each side keeps its state durably, and no two
heartbeats of one store are under way at once.
"""

from dataclasses import dataclass, replace
from typing import Literal

from kiosk.core.wire.fields import Hex32, Number

Verdict = Literal["known", "behind", "clone"]
"""`known`: go on. `behind`: the centre has heard a later heartbeat of this device. `clone`: a copy works."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What a heartbeat says. `told`: this device was told before that it is behind."""

    n: Number
    held: Hex32 | None
    next: Hex32
    echo: Hex32 | None
    told: bool


@dataclass(frozen=True)
class DeviceSide:
    """What a device keeps: the number of its last heartbeat, the token that the centre confirmed, the one
    that is on its way, the centre's last echo, and whether it was told of a copy.
    """

    n: int = 0
    held: str | None = None
    pending: str | None = None
    echo: str | None = None
    told: bool = False

    def begin(self, drawn: str) -> tuple["DeviceSide", Contact]:
        """The next heartbeat, to be kept before it leaves; `drawn` is used unless one is on its way."""
        pending = self.pending or drawn
        contact = Contact(n=self.n + 1, held=self.held, next=pending, echo=self.echo, told=self.told)
        return replace(self, n=contact.n, pending=pending), contact

    def heard(self, contact: Contact, verdict: Verdict, echo: str) -> "DeviceSide":
        """After the centre's answer to this heartbeat. One to an earlier heartbeat changes nothing."""
        if not self.concerns(contact):
            return self
        if verdict == "known":
            return DeviceSide(self.n, contact.next, None, echo)
        return replace(self, told=True)

    def concerns(self, contact: Contact) -> bool:
        """Whether no later heartbeat has left this store meanwhile. Then `behind` is proof of a copy: the
        centre has heard a later one, which was not ours.
        """
        return contact.n == self.n and contact.next == self.pending


@dataclass(frozen=True)
class CentreSide:
    """What the centre keeps of a journal: number and nonce of the last heartbeat that was the device's own,
    its token, and the echo drawn after the last restore or lifting.

    `settled`: that heartbeat named this echo. Before, it may have been an old one that came late, and a later
    one is believed instead.
    """

    n: int
    nonce: str
    token: str
    echo: str
    settled: bool


def judge(kept: CentreSide | None, contact: Contact, nonce: str, drawn: str) -> tuple[CentreSide, Verdict]:
    """What the centre makes of a heartbeat. `kept` None: nothing yet, or nothing since a restore or the
    lifting of a stop; then `drawn` is the new echo.
    """
    if kept is None:
        return CentreSide(contact.n, nonce, contact.next, drawn, settled=False), "known"
    if contact.n < kept.n:
        return kept, "clone" if contact.told else "behind"
    if contact.n == kept.n:
        return kept, "known" if (nonce, contact.next) == (kept.nonce, kept.token) else "clone"
    fresh = contact.echo == kept.echo
    if kept.token in (contact.held, contact.next) or not (kept.settled or fresh):
        return CentreSide(contact.n, nonce, contact.next, kept.echo, settled=fresh), "known"
    return kept, "clone"
