"""A card payment that has not ended: what is known, what must not be done, and how it is settled. No Qt.

The terminal's own record settles it: asked over the line, or read by two persons. Nothing is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds, parse_money
from kiosk.core.roles import Right
from kiosk.ui.presenter import Context, Errors, FieldError
from kiosk.ui.screens.approval_presenter import ApprovalTask, Fact
from kiosk.ui.screens.card_reading import DOUBTS, WHYS, CardFacts, facts_at, issue
from kiosk.ui.screens.report_lines import money
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.card import Paid
    from kiosk.desk.card_resolve import Finding
    from kiosk.desk.session import Session
    from kiosk.store.queries.cards import Attempt

FIELD_OF = {
    "card.finding_differs": "amount",
    "card.finding_used": "trace",
    "card.finding_older": "trace",
    "slip.card_number": "seen",
    "slip.approval": "approval",
    "typed.remark": "seen",
    "entry.personal_text": "seen",
}
"""Mistakes that the act finds, and the field they belong to."""
NOTHING = CardFacts(0, "payment", "", "", "", 0, 0, "", "", "", mine=False)


@dataclass(frozen=True)
class Read:
    """What is typed of the terminal's record."""

    trace: str = ""
    receipt_no: str = ""
    amount: str = ""
    approval: str = ""
    seen: str = ""


@dataclass(frozen=True)
class DoubtState:
    """What the screen shows. `step`: doubt, find or settled; `tone` is that of `headline`."""

    step: str = "doubt"
    tone: str = "warning"
    headline: str = ""
    detail: str = ""
    rules: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    how: str = ""
    found: str = ""
    act: str = ""
    can_read: bool = False
    busy: bool = False


class CardDoubtPresenter:
    """One attempt, from what is known of it to its end."""

    def __init__(self, context: Context, view: TaskView[DoubtState]) -> None:
        self._context, self._view = context, view
        self._seq, self._known = 0, NOTHING
        self.state = DoubtState()

    def arrive(self, attempt: int | None) -> None:
        """Show an attempt (its seq); without one the last."""
        if attempt is not None:
            self._seq, self._known = attempt, NOTHING
            self.state = DoubtState()
        if not self._seq:
            self._context.go.home()
            return
        if not self.state.busy:
            self.look()

    def look(self) -> None:
        """Read how it stands now."""
        self._context.desk.ask(facts_at(self._seq), self._told, self._view.say_error)

    def back(self) -> bool:
        """From the terminal's record to what is known."""
        if self.state.step != "find" or self.state.busy:
            return False
        self._view.show_errors(())
        self._told(self._known)
        return True

    def main(self, typed: Read) -> None:
        """The primary button."""
        if self.state.busy:
            return
        if self.state.step == "settled":
            self._seq = 0
            self._context.go.home()
        elif self.state.step == "find":
            self._to_signer(typed)
        elif self._known.state == "approved":
            self._issue()
        elif self._can_ask:
            self._ask()
        else:
            self.read()

    def read(self) -> None:
        """Two persons read the terminal's own record."""
        texts = self._context.texts
        counter = self._known.counter or texts("card.no_counter")
        self._show(
            replace(
                self.state,
                step="find",
                how=texts("card.find_how", counter=counter),
                act=texts("card.to_signer"),
                found=self.state.found,
            )
        )

    def choose(self, found: str) -> None:
        """Whether the record shows it."""
        self._show(replace(self.state, found=found))

    # --- the terminal is asked

    @property
    def _can_ask(self) -> bool:
        linked = self._context.desk.cards.terminal()
        return self._known.state in ("unknown", "person") and linked == self._known.terminal

    def _ask(self) -> None:
        texts = self._context.texts
        self._show(replace(self.state, busy=True, act=texts("card.asking")))
        self._context.desk.cards.ask(self._seq, self._asked, self._failed)

    def _asked(self, paid: "Paid") -> None:
        if paid.attempt.seq != self._seq:
            return
        self.state = replace(self.state, busy=False)
        self._ended(paid)
        if paid.attempt.state.value in DOUBTS:
            self._view.say_error(KnownError("card.not_settled", terminal=paid.attempt.terminal))

    def _issue(self) -> None:
        self._show(replace(self.state, busy=True))
        self._context.desk.act(issue(self._seq), self._ended, self._failed)

    def _ended(self, paid: "Paid") -> None:
        self._context.desk.look_again()
        if paid.taken is not None:
            self._seq = 0
            self.state = DoubtState()
            self._context.go.home()
            self._context.go.go(
                "receipt", number=paid.taken.number, change=paid.taken.change, total=paid.taken.total
            )
            return
        self.state = replace(self.state, busy=False)
        self.look()

    def _failed(self, error: KnownError) -> None:
        self._told(self._known)
        self._view.say_error(error)

    # --- two persons have read the record

    def _to_signer(self, typed: Read) -> None:
        found = self._finding(typed)
        if found is None:
            return
        self._context.desk.ask(
            lambda session: _check(session, self._seq, found),
            lambda _ok: self._ask_signer(found),
            self._wrong,
        )

    def _ask_signer(self, found: "Finding") -> None:
        seq, texts = self._seq, self._context.texts

        def propose(session: "Session", code: str) -> "Proposal":
            from kiosk.desk.card_resolve import propose_finding
            from kiosk.store.queries.cards import attempt_at

            return propose_finding(session, attempt_at(session.store.db, seq), replace(found, approver=code))

        def commit(session: "Session", approval: "Approval") -> "Attempt":
            from kiosk.desk.card_resolve import resolve_by_person
            from kiosk.store.queries.cards import attempt_at

            signed = replace(found, approver=approval.staff)
            return resolve_by_person(session, attempt_at(session.store.db, seq), signed, approval)

        task = ApprovalTask(
            title=texts("card.signer"),
            act=texts("card.sign"),
            right=Right.VOID_APPROVE,
            propose=propose,
            facts=lambda _proposal: self._signed_facts(found),
            commit=commit,
            done=self._signed,
        )
        self._context.go.go("approval", task=task)

    def _signed(self, attempt: "Attempt") -> None:
        """What two persons found is written; a payment that was taken gets its receipt now."""
        if attempt.kind == "payment" and attempt.state.value == "approved":
            self._issue()
        else:
            self.look()

    def _finding(self, typed: Read) -> "Finding | None":
        from kiosk.desk.card_resolve import Finding

        errors = Errors(self._context.texts)
        if not self.state.found:
            errors.add("found", KnownError("pick.found"))
        seen, charged = typed.seen.strip() or None, self.state.found == "yes"
        if not charged:
            self._view.show_errors(errors.found)
            return None if errors else Finding(charged=False, approver="", seen=seen)
        for name in ("trace", "receipt_no"):
            if not getattr(typed, name).strip():
                errors.add(name, KnownError("form.missing"))
        amount = errors.take("amount", lambda: parse_money(typed.amount)) or 0
        self._view.show_errors(errors.found)
        if errors:
            return None
        return Finding(
            charged=True,
            approver="",
            trace=int(typed.trace),
            receipt_no=int(typed.receipt_no),
            piastres=amount,
            approval=typed.approval.strip() or None,
            seen=seen,
        )

    def _signed_facts(self, found: "Finding") -> Sequence[Fact]:
        texts = self._context.texts
        words = texts("card.found_yes" if found.charged else "card.found_no")
        facts = [Fact(texts("card.found"), words, strong=True), *self.state.facts[:4]]
        if found.charged:
            facts += [
                Fact(texts("card.trace"), texts.data(found.trace)),
                Fact(texts("card.receipt_no"), texts.data(found.receipt_no)),
                Fact(texts("card.found_amount"), money(texts, found.piastres or 0), strong=True),
            ]
        if found.seen:
            facts.append(Fact(texts("card.seen"), texts.data(found.seen)))
        return facts

    def _wrong(self, error: KnownError) -> None:
        field = FIELD_OF.get(error.code, "")
        if field:
            self._view.show_errors([FieldError(field, self._context.texts.error(error))])
        else:
            self._view.say_error(error)

    # --- in words

    def _told(self, known: CardFacts) -> None:
        self._known = known
        texts, reversal = self._context.texts, known.kind == "reversal"
        facts = (
            Fact(
                texts("card.amount"), texts.data(format_pounds(known.piastres, texts.language)), strong=True
            ),
            Fact(texts("card.what_for"), texts.data(known.reference)),
            Fact(texts("card.began"), texts.data(known.at)),
            Fact(texts("card.terminal"), texts.data(known.terminal)),
            Fact(texts("card.counter"), texts.data(known.counter or texts("card.no_counter"))),
            Fact(texts("card.by"), texts.data(known.staff)),
        )
        if known.state in DOUBTS:
            self._doubtful(known, facts)
        elif known.state == "approved":
            said = texts("card.approved_reversal" if reversal else "card.approved")
            detail = texts("card.approved_other", staff=known.staff)
            if known.mine:
                detail = texts("card.approved_detail")
            act = texts("card.issue")
            self._show(
                DoubtState("settled" if reversal else "doubt", "warning", said, detail, (), facts, act=act)
            )
        else:
            charged = known.state == "completed"
            key = ("settled_reversed" if reversal else "settled_done") if charged else "settled_not"
            key = "settled_not_reversed" if reversal and not charged else key
            act = texts("cash.finish")
            self._show(DoubtState("settled", "success", texts(f"card.{key}"), "", (), facts, act=act))

    def _doubtful(self, known: CardFacts, facts: tuple[Fact, ...]) -> None:
        texts, person = self._context.texts, known.state == "person"
        headline = texts("card.doubt_reversal" if known.kind == "reversal" else "card.doubt")
        why = texts(f"card.why_{known.why if known.why in WHYS else 'other'}")
        act = texts("card.ask" if self._can_ask else "card.read")
        self._show(
            DoubtState(
                headline=headline,
                detail=texts("card.person") if person else "",
                rules=tuple(
                    texts(f"card.{one}") for one in ("not_again", "not_reverse", "keep_citizen", "locked")
                ),
                facts=(*facts, Fact(texts("card.why"), why)),
                act=act,
                can_read=self._can_ask,
                found=self.state.found,
            )
        )

    def _show(self, state: DoubtState) -> None:
        self.state = state
        self._view.show_state(state)


def _check(session: "Session", seq: int, found: "Finding") -> None:
    """Find what is wrong before a second person is called; any well-formed code stands for him."""
    from kiosk.desk.card_resolve import propose_finding
    from kiosk.store.queries.cards import attempt_at

    propose_finding(session, attempt_at(session.store.db, seq), replace(found, approver=session.staff))
