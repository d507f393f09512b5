"""The kiosk of one lane of the card proof: forks pay, are killed at any step, and go on after a restart.

`python -m tests.e2e.card_kiosk ROOT ADDRESS`: one request a line, one answer a line, both JSON. A fork opens
the store, brings to their state the attempts that a kill cut off, and does what is asked until it is killed.
Its parent then says so and forks the next.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.core.cards import State
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.card import pay_by_card
from kiosk.desk.card_complete import complete_card, open_cards, resume_cards
from kiosk.desk.card_resolve import Finding, propose_finding, resolve_by_person, resolve_by_terminal
from kiosk.desk.session import Session
from kiosk.store.queries.cards import attempt_at
from kiosk.store.verify import verify
from tests.acts import begin, debt_bill
from tests.crash.steps import Steps
from tests.desk.conftest import SECRETS, Trial
from tests.devices.quick_terminal import terminal_at


class Kiosk:
    """What is asked of one fork, by its name."""

    def __init__(self, root: Path, address: str) -> None:
        self.session = Trial(root).unlock("TEL-1")
        self.terminal = terminal_at(address)
        if self.session.shift() is None:
            begin(self.session)
        resume_cards(self.session)

    def answer(self, do: str, **asked: Any) -> Any:
        acts: dict[str, Callable[..., Any]] = {
            "pay": self.pay,
            "ask": self.ask,
            "find": self.find,
            "look": self.look,
            "now": self.now,
            "verify": self.verify,
        }
        return acts[do](**asked)

    def pay(self, intent: str, piastres: int, die_at: int | None = None) -> Any:
        """Pay by card; die at a step of it, or say how it ended and how many steps it took."""
        steps = Steps(die_at)
        steps.watch(self.session)
        try:
            bill = debt_bill(self.session, piastres)
            paid = pay_by_card(self.session, self.terminal, bill, intent=intent, printed=True)
        except KnownError as error:
            return {"state": "refused", "why": error.code, "steps": steps.seen}
        finally:
            steps._die_at = None
        return {"state": paid.attempt.state.value, "why": paid.attempt.why, "steps": steps.seen}

    def ask(self, seq: int) -> Any:
        """Let the terminal's last transaction decide."""
        try:
            ended = resolve_by_terminal(
                self.session, attempt_at(self.session.store.db, seq), self.terminal.last()
            )
        except KnownError as error:
            return {"state": "unknown", "why": error.code}
        return self._completed(ended.seq)

    def find(self, seq: int, **read: Any) -> Any:
        """Two persons have read the terminal's own record."""
        attempt = attempt_at(self.session.store.db, seq)
        finding = Finding(approver="SUP-1", **read)
        proposal = propose_finding(self.session, attempt, finding)
        secret = SECRETS["SUP-1"][0]
        with self.session.approver(proposal, "SUP-1", secret, Right.VOID_APPROVE) as approval:
            resolve_by_person(self.session, attempt, finding, approval)
        return self._completed(seq)

    def look(self) -> Any:
        """What is recorded as paid (by the form that asked for it), what a person sees as open, and receipts
        that nobody prints.
        """
        return {
            "recorded": recorded(self.session),
            "open": [replaced(one) for one in open_cards(self.session)],
            "unprinted": unprinted(self.session),
        }

    def now(self) -> str:
        """The time on the wall of the office."""
        moment = self.session.moment()
        at = moment.at + timedelta(minutes=moment.local(money=False).offset)
        return at.replace(tzinfo=None).isoformat()

    def verify(self) -> Any:
        """Judge the journal."""
        return {"clean": verify(self.session.store).clean}

    def _completed(self, seq: int) -> Any:
        attempt = attempt_at(self.session.store.db, seq)
        if attempt.state is State.APPROVED:
            complete_card(self.session, attempt, printed=True)
            attempt = attempt_at(self.session.store.db, seq)
        return {"state": attempt.state.value, "why": attempt.why}


def recorded(session: Session) -> list[tuple[str, int, int]]:
    """Every card payment that stands: the form that made it, the terminal's counter, piastres."""
    query = (
        "SELECT card_attempt.attempt, card_attempt.trace, receipt.total FROM card_attempt"
        " JOIN payment ON payment.seq = card_attempt.payment JOIN receipt ON receipt.payment = payment.seq"
        " WHERE card_attempt.state = 'completed' AND card_attempt.kind = 'payment' ORDER BY card_attempt.seq"
    )
    return list(session.store.db.conn.execute(query).fetchall())


def unprinted(session: Session) -> list[int]:
    """Receipts of cards for which no print waits, or more than one does."""
    query = (
        "SELECT receipt.seq FROM receipt LEFT JOIN print_job ON print_job.entry = receipt.seq"
        " GROUP BY receipt.seq HAVING count(print_job.job) != 1"
    )
    return [row[0] for row in session.store.db.conn.execute(query).fetchall()]


def replaced(one: Any) -> dict[str, Any]:
    """An open attempt as a person sees it."""
    return {
        "seq": one.seq,
        "intent": one.id,
        "state": one.state.value,
        "piastres": one.piastres,
        "why": one.why,
    }


def serve(root: Path, address: str) -> None:
    """Answer until the input ends; the fork that is killed in the middle answers nothing."""
    kiosk = Kiosk(root, address)
    for line in sys.stdin:
        told = kiosk.answer(**json.loads(line))
        os.write(1, json.dumps(told).encode() + b"\n")


def main() -> None:
    """Fork until a fork ends by itself."""
    root, address = Path(sys.argv[1]), sys.argv[2]
    sys.stdin = open(0, buffering=1, closefd=False)  # noqa: SIM115 - as long as the process
    while True:
        child = os.fork()
        if child == 0:
            try:
                serve(root, address)
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        if ended >= 0:
            sys.exit(ended)
        os.write(1, json.dumps({"state": "killed", "signal": -ended}).encode() + b"\n")


if __name__ == "__main__":
    main()
