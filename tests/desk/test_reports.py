"""X reports number themselves, reset nothing and stay blind; a Z is read again as it was."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.core.entries.custody import DrawerOpened
from kiosk.core.entries.operations import PrintCopied, PrintFailed
from kiosk.core.errors import KnownError
from kiosk.desk.drawer import Moving, move_cash, open_drawer
from kiosk.desk.reports import CASH_TOTALS, read_z, report_x
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.desk.shift_status import shift_status
from tests.desk.conftest import Trial
from tests.desk.money import in_drawer, pay, pieces, void

Unlock = Callable[[str], Session]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def opened(unlock: Unlock, total: int = 10000) -> Session:
    session = unlock("TEL-1")
    open_shift(session, pieces(total))
    return session


def test_an_x_is_numbered_and_resets_nothing(unlock: Unlock) -> None:
    session = opened(unlock)
    pay(session, 2500)
    first, second = report_x(session), report_x(session)
    assert (first.number, second.number) == (1, 2)
    assert first.figures == second.figures
    assert count(session, pieces(12500)).over_short == 0


def test_a_blind_x_withholds_all_that_would_tell_the_cash(unlock: Unlock) -> None:
    session = opened(unlock)
    pay(session, 30000, slips=20000)
    x = report_x(session)
    assert (x.hidden, x.expected, x.terms) == (True, None, None)
    assert [one.kind for one in x.figures.tenders] == ["slip"]
    assert x.figures.accounts == ()
    assert all(x.totals[name] is None for name in CASH_TOTALS)
    assert (x.totals["slip"], x.totals["receipts"]) == (20000, 1)


def test_an_x_shows_the_cash_where_the_policy_does_not_count_blind(
    unlock: Unlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(unlock)
    pay(session, 2500)
    open_eyed = replace(session.reference.policy(session.today()), blind_count=False)
    monkeypatch.setattr(type(session.reference), "policy", lambda *_: open_eyed)
    x = report_x(session)
    assert (x.hidden, x.expected, x.totals["cash"]) == (False, 12500, 2500)


def test_an_x_after_the_final_count_is_no_longer_blind(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    assert report_x(session).expected == 10000


def test_x_and_z_tell_what_else_happened(unlock: Unlock) -> None:
    session = opened(unlock)
    taken = pay(session, 2500)
    void(session, pay(session, 1000), cash=1000)
    open_drawer(session, "change")
    move_cash(session, Moving("in", 500, "fund"))
    with session.act(session.own_shift()) as act:
        act.append(DrawerOpened(cause="sale", payment=taken.payment, reason=None))
        printed = {"job": "ab" * 16, "document": "receipt", "entry": taken.receipt, "printer": "P-1"}
        act.append(PrintCopied(**printed, copy=1, reason="lost"))  # type: ignore[arg-type]
        act.append(
            PrintFailed(**printed, copy=1, outcome="failed", sent=False, fault="paper")  # type: ignore[arg-type]
        )
    x = report_x(session, integrity="sound")
    assert (x.figures.copies, x.figures.print_failures, x.figures.drawer_openings) == (1, 1, 1)
    assert [(one.staff, one.count) for one in x.figures.voids] == [("TEL-1", 1)]
    assert (x.figures.requests, x.integrity) == (2, "sound")
    assert x.head == session.store.journal.state().head.hex()
    expected = in_drawer(session)
    count(session, pieces(expected))
    z = close(session, Closing(kept=expected))
    assert (z.figures.copies, z.figures.print_failures, z.figures.drawer_openings) == (1, 1, 1)
    assert (z.totals["copies"], z.totals["voids"], z.totals["reports"]) == (1, 1, 1)
    assert z.terms is not None
    assert z.terms.cash_in == 500


def test_an_inspector_reads_x_of_anyones_shift(trial: Trial) -> None:
    opened(trial.unlock)
    x = report_x(trial.unlock("INS-1"))
    assert (x.holder, x.made_by) == ("TEL-1", "INS-1")


def test_no_shift_no_x(unlock: Unlock) -> None:
    assert refused(lambda: report_x(unlock("TEL-1"))) == "shift.none_open"


def test_a_z_is_read_by_its_number(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    assert refused(lambda: read_z(session)) == "z.none_yet"
    made = []
    for total in (10000, 5000):
        open_shift(session, pieces(total))
        pay(session, 1000)
        count(session, pieces(total + 1000))
        made.append(close(session, Closing(kept=total + 1000)))
    assert [one.number for one in made] == [1, 2]
    before = session.store.journal.state()
    assert [read_z(session, 1), read_z(session, 2), read_z(session)] == [made[0], made[1], made[1]]
    assert made[1].opening_variance == 5000 - 11000
    assert refused(lambda: read_z(session, 3)) == "z.unknown"
    assert session.store.journal.state() == before


def test_a_trial_says_so_on_each_report(unlock: Unlock) -> None:
    assert report_x(opened(unlock)).trial


def test_the_status_says_what_comes_next_and_no_figure(unlock: Unlock) -> None:
    session = unlock("TEL-1")
    assert shift_status(session) is None
    open_shift(session, pieces(20000_00))
    status = shift_status(session)
    assert status is not None
    assert (status.shift.state, status.next.value, status.handover_due) == ("open", "count", True)
    count(session, pieces(10000))
    status = shift_status(session)
    assert status is not None
    assert (status.shift.state, status.next.value) == ("closing", "recount")
