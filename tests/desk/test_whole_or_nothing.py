"""A fault at any entry of an act leaves nothing of the act: no entry, no table moved, no number used."""

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.custody import Handing, hand_over, new_transfer
from kiosk.desk.drawer import Moving, move_cash, open_drawer
from kiosk.desk.receiving import Receiving, Stated, count_received
from kiosk.desk.reports import report_x
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count, propose_close
from kiosk.desk.shift_open import open_shift
from kiosk.desk.unlock import unlock
from kiosk.store.journal import Journal
from kiosk.store.rebuild import derived_rows
from kiosk.store.store import Store
from tests.desk.conftest import CHEAP, SECRETS, Trial
from tests.desk.money import pay, pieces


class Plug(BaseException):
    """The plug is pulled."""


def opened(session: Session) -> None:
    open_shift(session, pieces(10000))
    pay(session, 2500)


def counted(session: Session) -> None:
    opened(session)
    count(session, pieces(12500))


def closed(session: Session) -> None:
    counted(session)
    close(session, Closing(kept=5000))


def far_off(session: Session) -> None:
    opened(session)
    count(session, pieces(1000))
    count(session, pieces(1000))


def close_with_approval(session: Session) -> None:
    closing = Closing(kept=1000, reason="unknown")
    proposal = propose_close(session, closing, "SUP-1")
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.DIFFERENCE_APPROVE) as approval:
        close(session, closing, approval=approval)


def receive(session: Session) -> None:
    receiving = Receiving(new_transfer(), "COL-9", into="drawer")
    count_received(session, receiving, pieces(500)).finish(Stated(500))


Step = Callable[[Session], object]
CASES: dict[str, tuple[Step, Step, int]] = {
    "open with a variance": (closed, lambda s: open_shift(s, pieces(4000)), 2),
    "x": (opened, report_x, 1),
    "count": (opened, lambda s: count(s, pieces(12500)), 1),
    "close": (counted, lambda s: close(s, Closing(kept=0)), 1),
    "close with a supervisor": (far_off, close_with_approval, 1),
    "hand over": (opened, lambda s: hand_over(s, Handing(new_transfer(), "TRS-1", pieces(2500))), 1),
    "give a bag": (
        closed,
        lambda s: hand_over(s, Handing(new_transfer(), "TRS-1", pieces(7500), bag_of=1)),
        1,
    ),
    "receive": (opened, receive, 1),
    "cash in": (opened, lambda s: move_cash(s, Moving("in", 500, "fund")), 1),
    "drawer": (opened, lambda s: open_drawer(s, "change"), 1),
}


def standing(store: Store) -> Any:
    checkpoints = store.db.execute("SELECT seq FROM checkpoint ORDER BY seq").fetchall()
    return store.journal.state(), checkpoints, list(derived_rows(store.db))


@pytest.mark.parametrize(
    ("name", "nth", "after"),
    [
        (name, nth, after)
        for name, (_, _, entries) in CASES.items()
        for nth in range(1, entries + 1)
        for after in (False, True)
    ],
)
def test_a_fault_at_each_entry_leaves_nothing(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, name: str, nth: int, *, after: bool
) -> None:
    prepare, act, entries = CASES[name]
    session = trial.unlock("TEL-1")
    prepare(session)
    before = standing(session.store)
    inner, made = Journal._append, []

    def pulled(self: Journal, *args: Any) -> Any:
        made.append(1)
        if len(made) == nth and not after:
            raise Plug
        link = inner(self, *args)
        if len(made) == nth:
            raise Plug
        return link

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "_append", pulled)
        with pytest.raises(Plug):
            act(session)
    assert standing(session.store) == before
    act(session)
    assert session.store.journal.state().seq == before[0].seq + entries


@pytest.mark.parametrize("nth", [1, 2])
def test_an_unlock_that_is_cut_off_keeps_the_tries_for_the_next(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    with pytest.raises(KnownError, match=r"slots\.wrong_secret"):
        unlock(trial.root, "TEL-1", "99988877766655", opening=CHEAP)
    inner, made = Journal._append, []

    def pulled(self: Journal, *args: Any) -> Any:
        made.append(1)
        if len(made) == nth:
            raise Plug
        return inner(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "_append", pulled)
        with pytest.raises(Plug):
            unlock(trial.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    session = unlock(trial.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    query = "SELECT count(*) FROM journal_1 WHERE type = 'unlock.failed_tries'"
    assert session.store.db.execute(query).fetchone() == (1,)
    session.store.close()
