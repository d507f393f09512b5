"""Mutants of what may stop: draining that stands still, money that goes on, a stop that anybody lifts."""

from tools.mutants.model import Mutant

STOP_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        7,
        "an-incident-keeps-a-shift-from-closing",
        "kiosk/core/stops.py",
        "_MONEY | {Act.NEW_SHIFT},",
        "_MONEY | {Act.NEW_SHIFT, Act.CLOSE},",
        ("tests/core/test_stops.py",),
    ),
    Mutant(
        7,
        "a-moved-clock-stops-cash",
        "kiosk/core/stops.py",
        "Cause.CLOCK_STEP: Rule(frozenset(), (Way.ANCHOR,)),",
        "Cause.CLOCK_STEP: Rule(frozenset({Act.NEW_CASH}), (Way.ANCHOR,)),",
        ("tests/core/test_stops.py",),
    ),
    Mutant(
        7,
        "a-clock-that-jumps-makes-the-debts-too-old-to-pay",
        "kiosk/desk/collect_show.py",
        "    age = version.age(session.believed_date(), session.reference.zone, policy)",
        "    age = version.age(day, session.reference.zone, policy)",
        ("tests/desk/test_clock_suite.py",),
    ),
    Mutant(
        3,
        "money-is-taken-on-a-journal-that-contradicts-itself",
        "kiosk/desk/pay.py",
        "        session.allow(paid_for(bill), *by_tender(offer))\n        if recheck",
        "        if recheck",
        ("tests/desk/test_stops.py",),
    ),
    Mutant(
        3,
        "an-order-works-twice",
        "kiosk/store/incidents.py",
        "    if is_done(store.db, order):",
        "    if False:",
        ("tests/sync/test_lifting.py",),
    ),
    Mutant(
        3,
        "any-number-lifts-a-stop",
        "kiosk/desk/lifting.py",
        "    if not answer_fits(typed, asked.digits, key=key, device=state.device, stream=state.stream):",
        "    if not typed:",
        ("tests/sync/test_lifting.py",),
    ),
)
