"""Taking the money: cash with change, a card on the terminal, its slip; one act, however often touched.

No Qt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kiosk.core.errors import KnownError
from kiosk.core.money import format_money, format_pounds, parse_money
from kiosk.core.roles import Right
from kiosk.core.tenders import rounded
from kiosk.ui.presenter import Context, Errors, FieldError, Once
from kiosk.ui.screens.pay_reading import Confirmed, Due, Given, PayFacts, facts_of, pay

if TYPE_CHECKING:
    from kiosk.core.card_terminal import LastResult
    from kiosk.core.entries.parts import PaperForm
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.pay import SlipTyped, Taken
    from kiosk.desk.session import Session
    from kiosk.ui.screens.approval_presenter import Fact

Tender = Literal["cash", "card", "slip", "both"]
QUICK = 3
"""Buttons with round amounts beside the exact one."""
LIMIT = "tenders.cash_above_limit"
FIELDS = {
    "tenders.slips_above_total": "slip_amount",
    "tenders.slip_incomplete": "slip_number",
    "tenders.slip_twice": "slip_number",
    "tenders.left_too_much": "left",
    "tenders.left_above_change": "left",
    "slip.card_number": "slip_number",
    "slip.number": "slip_number",
    "slip.used": "slip_number",
    "slip.terminal": "slip_terminal",
    "slip.approval": "slip_approval",
    "slip.last4": "slip_last4",
    "slip.time": "slip_time",
    "bill.number": "mandate",
    "request.mandate": "mandate",
}
"""Beside which field an error of the act stands; others of `tenders` and `cash` stand beside the cash."""


@dataclass(frozen=True)
class PayState:
    """What the screen shows; amounts are words.

    `terminal`: what the linked one does. `doubt`: a card may have been charged for this bill already; nothing
    is taken before a person says that he was `warned`.
    """

    title: str = ""
    who: str = ""
    total: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    tenders: tuple[Tender, ...] = ()
    tender: Tender = "cash"
    quick: tuple[tuple[int, str], ...] = ()
    cash: str = ""
    change: str = ""
    change_words: str = ""
    leaving: bool = False
    paper: bool = False
    mandate: bool = False
    outage: bool = False
    second: bool = False
    ready: bool = False
    act: str = ""
    terminal: str = ""
    doubt: str = ""
    warned: bool = False


@dataclass(frozen=True)
class Typed:
    """What stands in the fields."""

    cash: str = ""
    left: str = ""
    slip_amount: str = ""
    slip_number: str = ""
    slip_terminal: str = ""
    slip_approval: str = ""
    slip_time: str = ""
    slip_last4: str = ""
    paper_series: str = ""
    paper_number: str = ""
    mandate: str = ""


class PayView(Protocol):
    """The screen."""

    def show_state(self, state: PayState) -> None:
        """Draw the state."""

    def show_typed(self, typed: Typed) -> None:
        """Put what the program fills into the fields."""

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Show mistakes beside their fields and in the summary."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""

    def ready(self) -> None:
        """The act was answered: its button may be pressed again."""


class PayPresenter:
    """One payment; its intent number is drawn when the screen opens and kept through every try."""

    def __init__(self, context: Context, view: PayView) -> None:
        self._context, self._view = context, view
        self._due, self._facts, self._once = Due(), PayFacts(), Once()
        self.state, self.typed = PayState(), Typed()

    def arrive(self, due: Due | None) -> None:
        """Open a payment; without one (after the lock, or back from a signature) go on with the last."""
        if due is not None:
            self._due, self._once = due, Once()
            self.state, self.typed = PayState(), Typed()
            self._context.desk.ask(
                facts_of(due, self._context.texts.language), self._told, self._refused_whole
            )
            return
        if not self.state.total:
            self._context.go.home()
            return
        self._draw()

    def _refused_whole(self, error: KnownError) -> None:
        self._view.show_state(self.state)
        self._view.say_error(error)

    def _told(self, facts: PayFacts) -> None:
        self._facts = facts
        tenders: tuple[Tender, ...] = ("cash", "slip", "both")
        if not facts.slip:
            tenders = ("cash",)
        elif not facts.cash:
            tenders = ("slip",)
        if facts.slip and self._context.desk.cards.terminal():
            tenders = (*tenders[:1], "card", *tenders[1:]) if facts.cash else ("card", *tenders)
        self.state = PayState(tenders=tenders, tender=tenders[0], ready=True)
        self.typed = Typed(cash=format_money(facts.total), slip_time=facts.now)
        self._view.show_typed(self.typed)
        self._draw()

    # --- what the person does

    def choose(self, tender: str) -> None:
        """Cash, slip, or both."""
        kinds: dict[str, Tender] = {one: one for one in self.state.tenders}
        total = format_money(self._facts.total)
        self.state = replace(self.state, tender=kinds[tender], leaving=False)
        self.typed = replace(
            self.typed,
            cash="" if tender != "cash" else total,
            slip_amount=total if tender == "slip" else "",
            left="",
        )
        self._view.show_typed(self.typed)
        self._draw()

    def type(self, **fields: str) -> None:
        """Something was typed; what the other tender must give follows."""
        self.typed = replace(self.typed, **fields)
        if "slip_amount" in fields and self.state.tender == "both":
            rest = self._facts.total - _read(self.typed.slip_amount)
            self.typed = replace(self.typed, cash=format_money(rest) if 0 < rest < self._facts.total else "")
            self._view.show_typed(self.typed)
        self._draw()

    def quick(self, piastres: int) -> None:
        """A button with an amount of notes."""
        self.typed = replace(self.typed, cash=format_money(piastres))
        self._view.show_typed(self.typed)
        self._draw()

    def leave_change(self) -> None:
        """There are no coins for all the change: part of it stays the citizen's, as a line of its own."""
        self.state = replace(self.state, leaving=not self.state.leaving)
        self.typed = replace(self.typed, left="")
        self._view.show_typed(self.typed)
        self._draw()

    def warned(self) -> None:
        """A person was told that the card may have been charged, and takes the money all the same."""
        self.state = replace(self.state, warned=True)
        self._draw()

    def pay(self) -> None:
        """Take the money. Two fast touches make one payment."""
        if self.state.doubt and not self.state.warned:
            self._view.ready()
            return
        given = self._given()
        if given is None:
            self._view.ready()
            return
        intent = self._once.begin()
        if intent is None:
            return
        self._view.show_errors(())
        if self.state.tender == "card":
            self._once.failed()
            self._view.ready()
            self._to_terminal(given, intent)
            return
        if self._due.second:
            self._once.failed()
            self._view.ready()
            self._ask_second(given, intent)
            return
        self._context.desk.act(pay(self._due, given, intent), self._paid, self._failed)

    def _to_terminal(self, given: Given, intent: str) -> None:
        """The terminal's screen takes over; what charged nothing may be tried again as another attempt."""
        from kiosk.ui.screens.card_pay_presenter import CardTask
        from kiosk.ui.screens.card_reading import CardConfirmed, payment_start

        facts, go = self._facts, self._context.go
        task = CardTask(facts.title, facts.who, facts.total, ended=self._once.finished)
        if not self._due.second:
            go.go("card_pay", task=replace(task, start=payment_start(self._due, given, intent)))
            return

        def stands(terminal: str, last: "LastResult") -> None:
            confirmed = CardConfirmed(self._due, given, intent, terminal, last)
            self._go_to_second(
                confirmed.propose,
                confirmed.commit,
                lambda attempt: go.go("card_pay", task=replace(task, attempt=attempt.seq)),
            )

        self._context.desk.cards.where(stands, self._view.say_error)

    def _ask_second(self, given: Given, intent: str) -> None:
        confirmed = Confirmed(self._due, given, intent)
        self._go_to_second(confirmed.propose, confirmed.commit, self._paid)

    def _go_to_second(
        self,
        propose: "Callable[[Session, str], Proposal]",
        commit: "Callable[[Session, Approval], Any]",
        done: Callable[[Any], object],
    ) -> None:
        from kiosk.ui.screens.approval_presenter import ApprovalTask

        task = ApprovalTask(
            title=self._context.texts("pay.second_title"),
            act=self.state.act,
            right=Right.DEBTOR_CONFIRM,
            propose=propose,
            facts=self._second_facts,
            commit=commit,
            done=done,
        )
        self._context.go.go("approval", task=task)

    def _second_facts(self, _proposal: "Proposal") -> "Sequence[Fact]":
        from kiosk.ui.screens.approval_presenter import Fact

        texts, preview = self._context.texts, self._due.preview
        facts = []
        if preview is not None:
            debtor, shown = preview.shown.debtor, preview.shown
            facts = [
                Fact(texts("pay.second_name"), texts.data(debtor.name)),
                Fact(texts("pay.second_father"), texts.data(debtor.father)),
                Fact(texts("pay.second_address"), texts.data(debtor.address)),
                Fact(texts("pay.second_number"), texts.data(shown.number)),
                Fact(texts("pay.second_phone"), texts.data(shown.phone)),
            ]
        facts += [Fact(words, amount) for words, amount in self.state.rows]
        facts = [one for one in facts if one.value]
        return (*facts, Fact(texts("pay.total"), self.state.total, strong=True))

    def _paid(self, taken: "Taken") -> None:
        self._once.finished()
        self._view.ready()
        self.state, self.typed = PayState(), Typed()
        self._due = Due()
        self._context.go.home()
        self._context.go.go("receipt", number=taken.number, change=taken.change, total=taken.total)

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._view.ready()
        area = error.code.partition(".")[0]
        field = FIELDS.get(error.code)
        if field is None and area in ("tenders", "cash"):
            field = "cash"
        if field is None and area in ("paper", "receipt"):
            field = "paper_number"
        self.state = replace(self.state, outage=error.code == LIMIT)
        self._draw()
        if field is None:
            self._view.say_error(error)
            return
        errors = Errors(self._context.texts)
        errors.add(field, error)
        self._view.show_errors(errors.found)

    # --- reading the fields

    def _given(self) -> Given | None:
        """What the fields say; None after mistakes were shown."""
        from kiosk.desk.pay import Offer

        errors, typed, tender = Errors(self._context.texts), self.typed, self.state.tender
        cash = 0
        if tender in ("cash", "both"):
            cash = errors.take("cash", lambda: parse_money(typed.cash)) or 0
        slips = () if tender in ("cash", "card") else self._slip(errors)
        left = 0
        if self.state.leaving and typed.left.strip():
            left = errors.take("left", lambda: parse_money(typed.left)) or 0
        paper = self._paper(errors)
        if self.state.mandate and not typed.mandate.strip():
            errors.add("mandate", KnownError("form.missing"))
        if errors:
            self._view.show_errors(errors.found)
            return None
        return Given(Offer(cash, slips, left), paper, typed.mandate.strip() or None)

    def _slip(self, errors: Errors) -> "tuple[SlipTyped, ...]":
        from kiosk.desk.pay import SlipTyped

        typed = self.typed
        amount = errors.take("slip_amount", lambda: parse_money(typed.slip_amount)) or 0
        for name in ("slip_number", "slip_terminal", "slip_approval", "slip_time"):
            if not getattr(typed, name).strip():
                errors.add(name, KnownError("form.missing"))
        slip = SlipTyped(
            amount=amount,
            number=typed.slip_number,
            terminal=typed.slip_terminal,
            approval=typed.slip_approval,
            printed_at=typed.slip_time,
            last4=typed.slip_last4.strip() or None,
        )
        return (slip,)

    def _paper(self, errors: Errors) -> "PaperForm | None":
        if not self._facts.paper:
            return None
        from datetime import date

        from kiosk.core.entries.parts import PaperForm

        typed = self.typed
        for name in ("paper_series", "paper_number"):
            if not getattr(typed, name).strip():
                errors.add(name, KnownError("form.missing"))
        return PaperForm(
            series=typed.paper_series,
            number=typed.paper_number,
            written=date.fromisoformat(self._facts.today),
        )

    # --- drawing

    def _draw(self) -> None:
        texts, facts, language = self._context.texts, self._facts, self._context.texts.language
        slips = 0 if self.state.tender in ("cash", "card") else _read(self.typed.slip_amount)
        due = max(0, facts.total - slips)
        due = rounded(due, facts.step) if due else 0
        cash = 0 if self.state.tender in ("slip", "card") else _read(self.typed.cash)
        left = _read(self.typed.left) if self.state.leaving else 0
        over = cash - due - left
        total = format_pounds(facts.total, language)
        card, terminal = self.state.tender == "card", self._context.desk.cards.terminal()
        doubt = format_pounds(facts.in_doubt, language) if facts.in_doubt else ""
        self.state = replace(
            self.state,
            title=texts.data(facts.title),
            who=texts.data(facts.who),
            total=texts.data(total),
            rows=tuple((texts.data(words), texts.data(amount)) for words, amount in facts.rows),
            quick=self._quick(due),
            cash=self.typed.cash,
            change=texts.data(format_pounds(abs(over), language)),
            change_words=texts("pay.change" if over >= 0 else "pay.short"),
            paper=facts.paper,
            mandate=facts.mandate,
            second=self._due.second,
            act=texts("card.act" if card else "pay.act", amount=total),
            terminal=texts("card.whole", terminal=terminal) if card else "",
            doubt=texts("card.cash_warning", amount=doubt) if doubt else "",
            ready=not doubt or self.state.warned,
        )
        self._view.show_state(self.state)

    def _quick(self, due: int) -> tuple[tuple[int, str], ...]:
        """The exact amount, then the next round ones that people hand over."""
        if self.state.tender != "cash" or not due:
            return ()
        texts = self._context.texts
        round_ones = sorted({-(-due // note) * note for note in self._facts.notes if note >= 500} - {due})
        language = texts.language
        return (
            (due, texts("pay.exact")),
            *((one, texts.data(format_pounds(one, language))) for one in round_ones[:QUICK]),
        )


def _read(typed: str) -> int:
    """An amount as far as it can be read, else 0."""
    try:
        return parse_money(typed)
    except KnownError:
        return 0
