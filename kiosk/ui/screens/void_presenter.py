"""Voiding a receipt of the own shift: find it, say why, recover every print, a second person signs. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds
from kiosk.core.printed import tidy
from kiosk.core.reasons import VOID_REASONS
from kiosk.core.roles import Right
from kiosk.ui.desk_access import local_text
from kiosk.ui.presenter import Context, Errors, FieldError
from kiosk.ui.screens.approval_presenter import ApprovalTask, Fact
from kiosk.ui.screens.card_reading import PaidByCard, card_of
from kiosk.ui.screens.report_lines import money
from kiosk.ui.screens.task_view import TaskView

if TYPE_CHECKING:
    from kiosk.core.card_terminal import LastResult
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.session import Session
    from kiosk.desk.void import Voided

MOST = 6
"""Receipts listed at once, the latest first; any other is found by its number or its code."""
FIELD_OF = {
    "void.copies_differ": "recovered",
    "reason.unknown": "reason",
    "typed.remark": "remark",
    "slip.card_number": "remark",
    "entry.personal_text": "remark",
}
"""Mistakes that the act finds, and the field they belong to."""


@dataclass(frozen=True)
class Listed:
    """A receipt of the shift: number, hour, total and cash in piastres, whether it is void already."""

    number: str
    at: str
    total: int
    voided: bool


@dataclass(frozen=True)
class VoidTyped:
    """What is typed: prints in the hand, a remark."""

    recovered: str = ""
    remark: str = ""


@dataclass(frozen=True)
class VoidState:
    """What the screen shows; `step` is find, why or done."""

    step: str = "find"
    listed: tuple[Listed, ...] = ()
    chosen: str = ""
    facts: tuple[Fact, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    act: str = ""
    busy: bool = False
    card: PaidByCard | None = None
    """The terminal must put this back first."""


class VoidPresenter:
    """The cash goes back only out of the shift that took it."""

    def __init__(self, context: Context, view: TaskView[VoidState]) -> None:
        self._context, self._view = context, view
        arabic = context.texts.language == "ar"
        self._reasons = tuple(
            (code, words.ar if arabic else words.en) for code, words in VOID_REASONS.items()
        )
        self._all: tuple[Listed, ...] = ()
        self.state = VoidState(reasons=self._reasons)

    def arrive(self) -> bool:
        """List the receipts of the shift; True when a new void begins."""
        anew = self.state.step == "done"
        if anew:
            self.state = VoidState(reasons=self._reasons)
        self._context.desk.ask(receipts_now, self._read, self._view.say_error)
        return anew

    def back(self) -> bool:
        """From the reason to the list."""
        if self.state.step != "why" or self.state.busy:
            return False
        self._view.show_errors(())
        self._show(replace(self.state, step="find", chosen="", facts=()))
        return True

    def find(self, typed: str) -> None:
        """A number was typed or scanned."""
        number = tidy(typed).upper()
        ends = [one.number for one in self._all if one.number == number or one.number.endswith(f"-{number}")]
        if number and len(ends) == 1:
            self.choose(ends[0])
            return
        error = KnownError("pick.receipt", number=excerpt(number))
        self._view.show_errors([FieldError("number", self._context.texts.error(error))])
        self._show(self.state)

    def choose(self, number: str) -> None:
        """A receipt was chosen: say what it is."""
        self._view.show_errors(())
        self._context.desk.ask(
            lambda session: receipt_facts(session, number), self._found, self._view.say_error
        )

    def choose_reason(self, code: str) -> None:
        """A reason was chosen."""
        self._show(replace(self.state, reason=code))

    def ask(self, typed: VoidTyped) -> None:
        """Ask a second person to sign; what a terminal took, it puts back first."""
        if self.state.busy:
            return
        if self.state.card is not None:
            self._reverse()
            return
        errors = Errors(self._context.texts)
        if not self.state.reason:
            errors.add("reason", KnownError("pick.reason"))
        if not typed.recovered:
            errors.add("recovered", KnownError("pick.recovered"))
        self._view.show_errors(errors.found)
        if errors:
            self._show(self.state)
            return
        made = {
            "number": self.state.chosen,
            "reason": self.state.reason,
            "recovered": int(typed.recovered),
            "remark": typed.remark or None,
        }
        self._show(replace(self.state, busy=True))
        self._context.desk.ask(
            lambda session: _check(session, made), lambda _ok: self._go_to_signer(made), self._failed
        )

    def _reverse(self) -> None:
        """The terminal reverses by the number on its slip, signed by the second person before it is sent."""
        from kiosk.ui.screens.card_reverse_task import reverse_card

        card = self.state.card
        if card is None:
            return
        self._show(replace(self.state, busy=True))

        def stands(_terminal: str, last: "LastResult") -> None:
            self._show(replace(self.state, busy=False))
            number = self.state.chosen
            reverse_card(self._context, number, card, last, lambda: self.choose(number))

        self._context.desk.cards.where(stands, self._failed)

    def _go_to_signer(self, made: dict[str, Any]) -> None:
        texts = self._context.texts

        def propose(session: "Session", code: str) -> "Proposal":
            from kiosk.desk import void

            return void.propose_void(session, void.VoidTyped(approver=code, **made))

        def commit(session: "Session", approval: "Approval") -> "Voided":
            from kiosk.desk import void

            return void.void_receipt(session, void.VoidTyped(approver=approval.staff, **made), approval)

        self._show(replace(self.state, busy=False))
        task = ApprovalTask(
            title=texts("void.signer"),
            act=texts("void.sign"),
            right=Right.VOID_APPROVE,
            propose=propose,
            facts=self._signed_facts,
            commit=commit,
            done=self._voided,
        )
        self._context.go.go("approval", task=task)

    def _signed_facts(self, proposal: "Proposal") -> Sequence[Fact]:
        texts, plain = self._context.texts, proposal.plain
        reasons = dict(self._reasons)
        facts = [
            Fact(texts("void.number"), texts.data(plain["number"])),
            Fact(texts("void.reason"), texts.data(reasons.get(plain["reason"], plain["reason"]))),
            Fact(texts("void.recovered"), texts.data(plain["copies_recovered"])),
            Fact(texts("void.cash_back"), money(texts, plain["cash_returned"]), strong=True),
        ]
        facts += [
            Fact(texts("void.slip", slip=one["slip_no"]), money(texts, one["piastres"]))
            for one in plain["slips"]
        ]
        if plain.get("remark"):
            facts.append(Fact(texts("void.remark"), texts.data(plain["remark"])))
        return facts

    def _voided(self, voided: "Voided") -> None:
        texts = self._context.texts
        facts = [
            Fact(texts("void.number"), texts.data(voided.number)),
            Fact(texts("void.cash_back"), money(texts, voided.cash_returned), strong=True),
        ]
        facts += [
            Fact(texts("void.slip", slip=one.slip_no), money(texts, one.piastres), strong=True)
            for one in voided.slips
        ]
        if voided.paper is not None:
            paper = f"{voided.paper.series} / {voided.paper.number}"
            facts.append(Fact(texts("void.paper"), texts.data(paper)))
        self._show(replace(self.state, step="done", busy=False, facts=tuple(facts)))

    def _failed(self, error: KnownError) -> None:
        self._show(replace(self.state, busy=False))
        field = FIELD_OF.get(error.code, "")
        if field:
            self._view.show_errors([FieldError(field, self._context.texts.error(error))])
        else:
            self._view.say_error(error)

    def _found(self, found: "tuple[str, tuple[tuple[str, int], ...], str, int]") -> None:
        self._context.desk.ask(
            card_of(found[0]), lambda card: self._show_why(found, card), self._view.say_error
        )

    def _show_why(
        self, found: "tuple[str, tuple[tuple[str, int], ...], str, int]", card: "PaidByCard | None"
    ) -> None:
        number, lines, at, total = found
        texts = self._context.texts
        shown = 4 if card is None else 1
        facts = [Fact(texts("void.issued", at=at), texts.data(number))]
        facts += [Fact(texts.data(label), money(texts, amount)) for label, amount in lines[:shown]]
        facts.append(Fact(texts("void.total"), money(texts, total), strong=True))
        if card is not None:
            facts.append(Fact(texts("card.reverse_no"), texts.data(card.receipt_no)))
        first = None if card is None or card.reversed else card
        self._show(
            replace(
                self.state, step="why", chosen=number, facts=tuple(facts), reason="", card=first, busy=False
            )
        )

    def _read(self, found: tuple[Listed, ...]) -> None:
        self._all = found
        latest = tuple(one for one in reversed(found) if not one.voided)[:MOST]
        self._show(replace(self.state, listed=latest))

    def _show(self, state: VoidState) -> None:
        texts = self._context.texts
        acts = {"find": "void.do_find", "why": "void.to_signer", "done": "cash.finish"}
        act = "card.reverse" if state.step == "why" and state.card is not None else acts[state.step]
        self.state = replace(state, act=texts(act))
        self._view.show_state(self.state)

    def amount(self, piastres: int) -> str:
        """An amount for a row of the list."""
        texts = self._context.texts
        return texts.data(format_pounds(piastres, texts.language))


def receipts_now(session: "Session") -> tuple[Listed, ...]:
    """The receipts of the own open shift, oldest first; runs in the worker. Raises what `own_shift` does."""
    from kiosk.store.queries.receipts import receipts_of_shift

    shift = session.own_shift()
    offset = session.moment().local(money=False).offset
    return tuple(
        Listed(one.number, local_text(one.at, offset)[-5:], one.total, one.voided)
        for one in receipts_of_shift(session.store.db, shift.seq)
    )


def receipt_facts(session: "Session", number: str) -> "tuple[str, tuple[tuple[str, int], ...], str, int]":
    """Number, lines (label, piastres), time and total of a receipt; runs in the worker."""
    from kiosk.store.queries.receipts import find_receipt

    record = find_receipt(session.store.db, number)
    if record is None:
        raise KnownError("receipt.unknown", receipt=excerpt(number))
    offset = session.moment().local(money=False).offset
    lines = tuple((one.label, one.piastres) for one in record.lines)
    return record.row.number, lines, local_text(record.row.at, offset), record.row.total


def _check(session: "Session", made: dict[str, Any]) -> None:
    """Find what is wrong before a second person is called; any well-formed code stands for him."""
    from kiosk.desk import void

    void.propose_void(session, void.VoidTyped(approver=session.staff, **made))
