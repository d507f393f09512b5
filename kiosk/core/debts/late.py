"""Late charges as the centre works them out: simple, by days, capped, and none unless data says so."""

from datetime import date

from kiosk.core.policy import LateRule

BASIS_POINTS = 10_000
DAYS_OF_RATE = 365
"""A yearly rate is spread over 365 days, leap years too."""


def late_charge(principal: int, due: date, day: date, rule: LateRule | None) -> int:
    """Return the whole late charge on `principal` piastres from its due date to `day`, in piastres.

    Counts the days after the grace days, rounds half up to the piastre once, and never passes the cap.
    The rule is data of the debt's kind (`LateRule`); None means that nothing is charged.
    """
    if rule is None:
        return 0
    days = max(0, (day - due).days - rule.grace_days)
    whole = BASIS_POINTS * DAYS_OF_RATE
    charge = (2 * principal * rule.rate_bp * days + whole) // (2 * whole)
    return charge if rule.cap_bp is None else min(charge, principal * rule.cap_bp // BASIS_POINTS)
