"""How a round of sync ended: a closed set, each with its sentence."""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.core.errors import KnownError, Language
from kiosk.sync.attachments import ScansSent


class Outcome(StrEnum):
    """What an answer of the centre, or its absence, means."""

    DELIVERED = "delivered"
    REPEAT = "repeat"
    """Everything sent was there already: an earlier answer was lost."""
    NOTHING_TO_SEND = "nothing_to_send"
    OFFLINE = "offline"
    CAPTIVE_PORTAL = "captive_portal"
    BUSY = "busy"
    TIMEOUT = "timeout"
    TLS = "tls"
    CERTIFICATE = "certificate"
    """The centre, or the proxy before it, turned our own certificate away."""
    NOT_ENROLLED = "not_enrolled"
    TOO_OLD = "too_old"
    REFUSED = "refused"
    SERVER_ERROR = "server_error"
    STOPPED = "stopped"

    @property
    def reached(self) -> bool:
        """Whether the centre itself answered."""
        return self in _REACHED


_REACHED = {Outcome.DELIVERED, Outcome.REPEAT, Outcome.NOTHING_TO_SEND, Outcome.REFUSED, Outcome.TOO_OLD}
_BY_CODE = {
    "sync.offline": Outcome.OFFLINE,
    "sync.captive_portal": Outcome.CAPTIVE_PORTAL,
    "sync.busy": Outcome.BUSY,
    "central.busy": Outcome.BUSY,
    "sync.timeout": Outcome.TIMEOUT,
    "sync.tls": Outcome.TLS,
    "sync.certificate_missing": Outcome.CERTIFICATE,
    "sync.certificate_expired": Outcome.CERTIFICATE,
    "sync.certificate_revoked": Outcome.CERTIFICATE,
    "sync.certificate_refused": Outcome.CERTIFICATE,
    "sync.unknown_device": Outcome.NOT_ENROLLED,
    "sync.not_enrolled": Outcome.NOT_ENROLLED,
    "sync.too_old": Outcome.TOO_OLD,
    "protocol.other_version": Outcome.TOO_OLD,
    "sync.server_error": Outcome.SERVER_ERROR,
    "sync.stopped": Outcome.STOPPED,
}
_GOOD = {
    Outcome.DELIVERED: (
        "وصلت كل القيود إلى المركز وأكّد استلامها.",
        "Every entry is at the centre, and it has confirmed them.",
    ),
    Outcome.REPEAT: (
        "كانت القيود عند المركز من قبل وأكّد استلامها.",
        "The centre had the entries already, and has confirmed them.",
    ),
    Outcome.NOTHING_TO_SEND: (
        "لا شيء ينتظر الإرسال.",
        "Nothing waits to be sent.",
    ),
}


def outcome_of(error: KnownError) -> Outcome:
    """The outcome of a round that an error ended; one about our own messages is `refused`."""
    return _BY_CODE.get(error.code, Outcome.REFUSED)


@dataclass
class RoundResult:
    """One round of sync.

    `batches` sent, `persons` records sent, `waiting` entries afterwards, `attention`: entries that wait for a
    person at the centre. `applied`: datasets that came into use. `faults`: of single datasets and
    scans.
    """

    outcome: Outcome = Outcome.NOTHING_TO_SEND
    error: KnownError | None = None
    batches: int = 0
    persons: int = 0
    entries: int = 0
    acknowledged: int = 0
    attention: int = 0
    applied: list[str] = field(default_factory=list)
    faults: list[KnownError] = field(default_factory=list)
    scans: ScansSent = field(default_factory=ScansSent)

    @property
    def waiting(self) -> int:
        """Entries that the centre has not acknowledged."""
        return self.entries - self.acknowledged

    def sentence(self, language: Language = "ar") -> str:
        """What happened, in words."""
        if self.error is not None:
            return self.error.sentence(language)
        return _GOOD[self.outcome][0 if language == "ar" else 1]

    def remedy(self, language: Language = "ar") -> str:
        """What to do about it; '' when all is well."""
        return self.error.remedy(language) if self.error is not None else ""
