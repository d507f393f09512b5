"""Who may do what: the rights of each role as one table, and the rule that nobody checks himself."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from kiosk.core.errors import KnownError


class Role(StrEnum):
    """What a staff member is on a device; a person may hold several roles."""

    TELLER = "teller"
    COLLECTOR = "collector"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    INSPECTOR = "inspector"


class Right(StrEnum):
    """One act that needs a right; checked in the act, never in a screen."""

    SHIFT_OPEN = "shift.open"
    SHIFT_CLOSE = "shift.close"
    DIFFERENCE_APPROVE = "difference.approve"
    REQUEST_TAKE = "request.take"
    DEBT_FIND = "debt.find"
    DEBT_AGE_BAND = "debt.age_band"
    PAYMENT_TAKE = "payment.take"
    DEBTOR_CONFIRM = "debtor.confirm"
    RECEIPT_VOID = "receipt.void"
    VOID_APPROVE = "void.approve"
    PAPER_ENTER = "paper.enter"
    PAPER_APPROVE = "paper.approve"
    CASH_MOVE = "cash.move"
    HANDOVER_GIVE = "handover.give"
    HANDOVER_RECEIVE = "handover.receive"
    OUTAGE_RECORD = "outage.record"
    OVERRIDE_GRANT = "override.grant"
    REPORT_X = "report.x"
    COPY_PRINT = "copy.print"
    STAFF_MANAGE = "staff.manage"
    DEVICE_SETUP = "device.setup"
    DEVICE_TEST = "device.test"
    CASH_INSPECT = "cash.inspect"
    JOURNAL_VERIFY = "journal.verify"
    JOURNAL_EXPORT = "journal.export"
    JOURNAL_AUDIT = "journal.audit"
    JOURNAL_PERIODS = "journal.periods"
    SYNC = "sync"
    PERSON_ERASE = "person.erase"
    PERSON_ERASE_APPROVE = "person.erase_approve"
    PRIVACY_READ = "privacy.read"


_COUNTER = (Role.TELLER, Role.SUPERVISOR)
_FIELD = (Role.TELLER, Role.COLLECTOR, Role.SUPERVISOR)
_LEADING = (Role.SUPERVISOR,)
_TECHNICAL = (Role.TECHNICIAN,)
_WATCHING = (Role.SUPERVISOR, Role.INSPECTOR)

RIGHTS: Mapping[Right, frozenset[Role]] = {
    right: frozenset(roles)
    for right, roles in {
        Right.SHIFT_OPEN: _FIELD,
        Right.SHIFT_CLOSE: _FIELD,
        Right.DIFFERENCE_APPROVE: _LEADING,
        Right.REQUEST_TAKE: _COUNTER,
        Right.DEBT_FIND: _FIELD,
        Right.DEBT_AGE_BAND: _LEADING,
        Right.PAYMENT_TAKE: _FIELD,
        Right.DEBTOR_CONFIRM: _FIELD,
        Right.RECEIPT_VOID: _FIELD,
        Right.VOID_APPROVE: _LEADING,
        Right.PAPER_ENTER: _FIELD,
        Right.PAPER_APPROVE: _LEADING,
        Right.CASH_MOVE: _FIELD,
        Right.HANDOVER_GIVE: _FIELD,
        Right.HANDOVER_RECEIVE: _FIELD,
        Right.OUTAGE_RECORD: _FIELD,
        Right.OVERRIDE_GRANT: _LEADING,
        Right.REPORT_X: (*_FIELD, Role.INSPECTOR),
        Right.COPY_PRINT: _FIELD,
        Right.STAFF_MANAGE: _LEADING,
        Right.DEVICE_SETUP: _TECHNICAL,
        Right.DEVICE_TEST: (*_TECHNICAL, *_LEADING),
        Right.CASH_INSPECT: _WATCHING,
        Right.JOURNAL_VERIFY: (*_WATCHING, *_TECHNICAL),
        Right.JOURNAL_EXPORT: (*_FIELD, *_TECHNICAL),
        Right.JOURNAL_AUDIT: _WATCHING,
        Right.JOURNAL_PERIODS: (*_LEADING, *_TECHNICAL),
        Right.SYNC: tuple(Role),
        Right.PERSON_ERASE: _LEADING,
        Right.PERSON_ERASE_APPROVE: _WATCHING,
        Right.PRIVACY_READ: (*_WATCHING, *_TECHNICAL),
    }.items()
}
"""Which roles hold each right. A technician sets devices up: no citizens' data, no money."""


def may(roles: Collection[Role], right: Right) -> bool:
    """Whether someone with these roles holds the right."""
    return not RIGHTS[right].isdisjoint(roles)


def require(roles: Collection[Role], right: Right) -> None:
    """Refuse an act to someone whose roles do not hold the right.

    Raises KnownError `roles.supervisor_only`, `roles.technician_only` or `roles.no_right`.
    """
    if may(roles, right):
        return
    if RIGHTS[right] == {Role.SUPERVISOR}:
        raise KnownError("roles.supervisor_only")
    if RIGHTS[right] == {Role.TECHNICIAN}:
        raise KnownError("roles.technician_only")
    raise KnownError("roles.no_right")


def require_checker(maker: str, checker: str, roles: Collection[Role], right: Right) -> None:
    """Refuse a checker who is the maker himself, or whose roles do not hold the right to approve.

    `maker` and `checker` are staff codes, `roles` those of the checker. Raises KnownError
    `entry.same_person`, or what `require` raises.
    """
    if maker == checker:
        raise KnownError("entry.same_person", staff=checker)
    require(roles, right)
