"""Every entry type and version that this release knows, and how bodies of older versions are read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.core.entries import (
    attachment,
    baseline,
    card,
    custody,
    keys,
    medium,
    operations,
    payment,
    privacy,
    request,
    shift,
    staff,
    technical,
)
from kiosk.core.entries.body import Body, body_map, read_body
from kiosk.core.errors import BugError, KnownError

Upcaster = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Makes a plain body of version n + 1 from one of version n; adds nothing that the old one did not know."""


@dataclass(frozen=True)
class UnknownBody:
    """A body of a type or version from a later release: carried untouched, never interpreted."""

    type: str
    tv: int
    plain: Mapping[str, Any]


class Registry:
    """The current body class of each type, and an upcaster for each older version.

    Raises BugError when a type is there twice or an older version has no upcaster.
    """

    def __init__(
        self, bodies: Iterable[type[Body]], upcasters: Mapping[tuple[str, int], Upcaster] | None = None
    ) -> None:
        classes = tuple(bodies)
        self._classes = {cls.TYPE: cls for cls in classes}
        self._upcasters = dict(upcasters or {})
        if len(self._classes) < len(classes):
            raise BugError("an entry type is declared twice")
        needed = {(cls.TYPE, tv) for cls in classes for tv in range(1, cls.TV)}
        if needed != set(self._upcasters):
            raise BugError(f"upcasters: {sorted(needed.symmetric_difference(self._upcasters))}")

    def versions(self) -> list[tuple[str, int]]:
        """Every (type, tv) that can be read, current and older."""
        return sorted((name, tv) for name, cls in self._classes.items() for tv in range(1, cls.TV + 1))

    def knows(self, entry_type: str, tv: int) -> bool:
        """Whether bodies of this type and version can be read."""
        cls = self._classes.get(entry_type)
        return cls is not None and 1 <= tv <= cls.TV

    def encode(self, body: Body | UnknownBody) -> tuple[str, int, dict[str, Any]]:
        """The type, version and plain body to write. Raises what `body_map` raises, or BugError."""
        if isinstance(body, UnknownBody):
            return body.type, body.tv, dict(body.plain)
        if self._classes.get(body.TYPE) is not type(body):
            raise BugError(f"not a registered entry type: {type(body).__name__}")
        return body.TYPE, body.TV, body_map(body)

    def decode(self, entry_type: str, tv: int, plain: Mapping[str, Any]) -> Body | UnknownBody:
        """The typed body of the current version, or UnknownBody. Raises KnownError `entry.bad_body`."""
        if not self.knows(entry_type, tv):
            return UnknownBody(entry_type, tv, plain)
        cls = self._classes[entry_type]
        current = dict(plain)
        for version in range(tv, cls.TV):
            try:
                current = self._upcasters[entry_type, version](current)
            except (KeyError, TypeError, ValueError) as error:
                raise KnownError(
                    "entry.bad_body", type=entry_type, field="?", problem=str(error)[:80]
                ) from error
        return read_body(cls, current)


BODIES: tuple[type[Body], ...] = (
    staff.StreamOpened,
    staff.StaffAdded,
    staff.StaffRemoved,
    staff.StaffSecretChanged,
    staff.UnlockDone,
    staff.UnlockFailedTries,
    staff.OverrideGranted,
    operations.SnapshotApplied,
    operations.BookTaken,
    operations.OutageOpened,
    operations.OutageClosed,
    operations.PrintDone,
    operations.PrintCopied,
    operations.PrintFailed,
    operations.ClockStep,
    request.RequestTaken,
    attachment.AttachmentAdded,
    payment.PaymentTaken,
    payment.PaperReceiptEntered,
    payment.ReceiptIssued,
    payment.ReceiptVoided,
    card.CardPrepared,
    card.CardSent,
    card.CardApproved,
    card.CardDeclined,
    card.CardUnknown,
    card.CardResolved,
    card.CardCompleted,
    card.CardReversed,
    card.CardBatch,
    custody.CashMoved,
    custody.HandoverGiven,
    custody.HandoverReceived,
    custody.DrawerOpened,
    shift.ShiftOpened,
    shift.OpeningVariance,
    shift.ShiftCounted,
    shift.ShiftClosed,
    shift.XReport,
    technical.IncidentNoted,
    technical.IncidentLifted,
    technical.AnswerRefused,
    technical.OrderDone,
    technical.LiftingKey,
    technical.StopChanged,
    technical.DiskChanged,
    technical.ZoneChanged,
    technical.UncleanStop,
    technical.SyncPaused,
    technical.SyncResumed,
    technical.CertificateRenewed,
    medium.MediumRegistered,
    medium.MediumWritten,
    medium.MediumFailed,
    medium.JournalExported,
    keys.KeysMade,
    keys.KeysPutBack,
    keys.KeysOrderRefused,
    keys.KeysEscrowed,
    keys.KeysWiped,
    privacy.PersonErased,
    baseline.JournalBaseline,
    baseline.PeriodDropped,
)

REGISTRY = Registry(BODIES)
"""The entry types of this release."""
