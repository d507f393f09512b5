"""The policy of a unit on a day: limits, tenders, counts and kinds of debt, each with its source and dates.

Nothing here knows a value: they are read from dated data (`kiosk.policy_files`). A setting that the authority
has not answered is `unknown` in that data and takes its strictest meaning here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar


class Form33Mode(StrEnum):
    """Which paper is the receipt of record (open question; Financial Regulation art. 397)."""

    DEVICE = "device"
    PAPER_ALONGSIDE = "paper_alongside"
    PAPER_ONLY = "paper_only"


class Among(StrEnum):
    """Which debt comes first when the debtor does not say (Civil Code art. 345)."""

    HEAVIEST = "heaviest"
    OLDEST = "oldest"


class PartPayment(StrEnum):
    """How little of a debt may be paid: any amount, whole instalments, or all of it."""

    ANY = "any"
    WHOLE_INSTALMENT = "whole_instalment"
    WHOLE_DEBT = "whole_debt"


class Component(StrEnum):
    """What a charge is made of (Civil Code art. 343)."""

    COSTS = "costs"
    LATE = "late"
    PRINCIPAL = "principal"


@dataclass(frozen=True)
class Provenance:
    """Where a value comes from. `sample`: not confirmed by the authority; never shown as official."""

    source: str
    sample: bool
    start: date
    end: date | None = None
    unknown: bool = False
    expired: bool = False
    """Its last day has passed and nothing newer is known: still in use, and said so."""


Value = TypeVar("Value")


@dataclass(frozen=True)
class Version(Generic[Value]):
    """One dated value of a setting."""

    value: Value
    provenance: Provenance


@dataclass(frozen=True)
class Denomination:
    """A note or coin: `value` in piastres; one that is off may not be counted or given as change."""

    code: str
    name_ar: str
    name_en: str
    value: int
    enabled: bool


@dataclass(frozen=True)
class LateRule:
    """A late charge: simple, `rate_bp` basis points a year by days after `grace_days`, capped.

    `cap_bp` is the cap in basis points of the principal (10000: never above the principal), None without cap.
    """

    rate_bp: int
    grace_days: int
    cap_bp: int | None


@dataclass(frozen=True)
class KindRule:
    """How debts of one kind are paid. `burden_bp` ranks the heaviest: late charge a year, basis points."""

    code: str
    name_ar: str
    name_en: str
    part_payment: PartPayment
    allows_advance: bool
    needs_mandate: bool
    component_order: tuple[Component, ...]
    burden_bp: int
    late: LateRule | None


@dataclass(frozen=True)
class AgeBand:
    """Charges whose due date is at least `from_years` whole years back; for supervisors only."""

    code: str
    name_ar: str
    name_en: str
    from_years: int


@dataclass(frozen=True)
class Reason:
    """A coded reason for a difference of the count."""

    code: str
    name_ar: str
    name_en: str


@dataclass(frozen=True)
class Retention:
    """How long personal data of one kind stay on a device: `days` after they were last needed.

    None: the authority has set no time, so nothing of this kind is erased without a decision.
    """

    code: str
    name_ar: str
    name_en: str
    days: int | None


@dataclass(frozen=True)
class Policy:
    """The rules in force on `day`. Amounts are piastres.

    `provenance` names the source of each setting and of each `kind:CODE`, `denomination:CODE`,
    `band:CODE`, `reason:CODE`, `retention:CODE`.
    """

    day: date
    cash_limit: int
    """Largest amount of one payment that may be cash without an outage."""
    limit_inclusive: bool
    """True: exactly `cash_limit` may still be cash; False: it is already electronic."""
    cash_ceiling: int
    """Most cash that one person may hold."""
    hours_since_handover: int
    """Hours after which new cash waits for a handover."""
    soft_difference: int
    """A count further off than this is counted once more."""
    hard_difference: int
    """A difference beyond this needs a supervisor who is not the person."""
    close_without_approver: bool
    """Whether a shift with such a difference may close unapproved when no supervisor is at hand."""
    blind_count: bool
    """Expected cash is hidden until the count is final."""
    cash_rounding_step: int
    """Cash is rounded to this step; 0: never."""
    change_left_cap: int
    """Most that may stay unpaid because there is no change."""
    form33_mode: Form33Mode
    among_debts: Among
    debt_data_max_age_days: int
    """Debt data older than this takes payments only up to `stale_debt_cap`."""
    stale_debt_cap: int
    medium_entries: int
    """Entries on neither the second medium nor at the centre that are then written to the medium."""
    medium_minutes: int
    """Age of the oldest such entry at which it is written there."""
    fee_data_max_age_days: int
    """Fee tables older than this take no fees."""
    disk_low_mb: int
    """Free space (10^6 bytes) below which people are told."""
    disk_reserve_mb: int
    """Free space below which no new cash and no scans are taken."""
    disk_ballast_mb: int
    """Space kept back in a file of its own, given up when the disk is full."""
    answer_tries: int
    """Wrong answers after which a challenge is void."""
    answer_wait_minutes: int
    """How long after that until the next challenge is shown."""
    staff_offline_days: int
    """Days after which a roster that the centre has not confirmed since lets nobody open a shift."""
    print_wait_minutes: int
    """Minutes after which a print that waits for its printer is printed only when a person says so."""
    drawer_on_cash: bool
    """Whether the drawer opens by itself when cash is taken."""
    journal_days: int
    """Days that a period of the journal stays on the device after the next one began, 30 at least."""
    scan_limit_kb: int
    """Largest scan of a paper that is taken, in kilobytes (10^3 bytes)."""
    open_request_days: int
    """Days after the centre's last word on an open request for which it tells devices of it."""
    closed_request_days: int
    """Days for which it tells devices of a request that ended."""
    denominations: tuple[Denomination, ...]
    debt_kinds: Mapping[str, KindRule]
    age_bands: tuple[AgeBand, ...]
    difference_reasons: tuple[Reason, ...]
    retention: tuple[Retention, ...]
    provenance: Mapping[str, Provenance]

    def kind(self, code: str) -> KindRule:
        """Return the rule of a debt kind; one that this policy does not name follows `default`."""
        return self.debt_kinds.get(code, self.debt_kinds[DEFAULT_KIND])

    @property
    def highest_cash(self) -> int:
        """Largest amount of one payment that may be cash without an outage, in piastres."""
        return self.cash_limit if self.limit_inclusive else self.cash_limit - 1

    @property
    def samples(self) -> tuple[str, ...]:
        """Names of the settings that nobody has confirmed: show `قيمة تجريبية` beside them."""
        return tuple(name for name, origin in sorted(self.provenance.items()) if origin.sample)


LEAST_JOURNAL_DAYS = 30
"""No policy lets a period of the journal leave a device earlier."""
MOST_SCAN_KB = 32_000
"""Largest scan that travels, in kilobytes; how much of that is taken the policy says."""
DEFAULT_KIND = "default"
"""The debt kind whose rule holds for kinds that the policy does not name."""

STRICTEST: Mapping[str, object] = {
    "limit_inclusive": False,
    "soft_difference": 0,
    "hard_difference": 0,
    "close_without_approver": False,
    "blind_count": True,
    "cash_rounding_step": 0,
    "change_left_cap": 0,
    "form33_mode": Form33Mode.PAPER_ALONGSIDE,
    "stale_debt_cap": 0,
    "drawer_on_cash": False,
}
"""What `unknown` means for each setting that may be unknown; the others must have a value."""

Items = Mapping[str, tuple[Version[Value], ...]]


@dataclass(frozen=True)
class PolicyBook:
    """Every version of every setting; `on(day)` gives the policy of a day."""

    name: str
    settings: Mapping[str, tuple[Version[Any], ...]]
    denominations: Items[Denomination]
    debt_kinds: Items[KindRule]
    age_bands: Items[AgeBand]
    difference_reasons: Items[Reason]
    retention: Items[Retention]

    def on(self, day: date) -> Policy:
        """Return the policy in force on a business date; always answers.

        After the last version its value stays in use, marked expired. A day before the first version is a
        wrong clock and not a missing rule: the first version is used, so that a shift can always close.
        """
        origins: dict[str, Provenance] = {}

        def choose(name: str, versions: tuple[Version[Value], ...]) -> Value:
            version = in_force(versions, day)
            origins[name] = version.provenance
            return version.value

        def items(prefix: str, table: Items[Value]) -> dict[str, Value]:
            early = not any(has_begun(versions, day) for versions in table.values())
            return {
                code: choose(f"{prefix}:{code}", versions)
                for code, versions in table.items()
                if early or has_begun(versions, day) or code == DEFAULT_KIND
            }

        return Policy(
            day=day,
            denominations=tuple(items("denomination", self.denominations).values()),
            debt_kinds=items("kind", self.debt_kinds),
            age_bands=tuple(items("band", self.age_bands).values()),
            difference_reasons=tuple(items("reason", self.difference_reasons).values()),
            retention=tuple(items("retention", self.retention).values()),
            provenance=origins,
            **{name: choose(name, versions) for name, versions in self.settings.items()},
        )


def has_begun(versions: tuple[Version[Value], ...], day: date) -> bool:
    """Say whether any version has begun on that day."""
    return versions[0].provenance.start <= day


def in_force(versions: tuple[Version[Value], ...], day: date) -> Version[Value]:
    """Return the version in force on a day: the last one that has begun, else the first; never fails.

    `versions` are ordered by their start and do not overlap.
    """
    chosen = versions[0]
    for version in versions:
        if version.provenance.start <= day:
            chosen = version
    origin = chosen.provenance
    if origin.end is None or day <= origin.end:
        return chosen
    return Version(chosen.value, replace(origin, expired=True))
