"""The reversal of a card payment at a void: a second person signs it, then the terminal makes it. No Qt."""

from collections.abc import Callable
from secrets import token_hex
from typing import TYPE_CHECKING

from kiosk.core.money import format_pounds
from kiosk.core.roles import Right
from kiosk.ui.presenter import Context
from kiosk.ui.screens.approval_presenter import ApprovalTask, Fact
from kiosk.ui.screens.card_pay_presenter import CardTask
from kiosk.ui.screens.card_reading import PaidByCard

if TYPE_CHECKING:
    from kiosk.core.card_terminal import LastResult
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.session import Session
    from kiosk.store.queries.cards import Attempt


def reverse_card(
    context: Context, number: str, card: PaidByCard, last: "LastResult", done: Callable[[], object]
) -> None:
    """Lead through signature and reversal of the receipt `number`; `done` once the terminal has made it."""
    texts, intent = context.texts, token_hex(16)

    def propose(session: "Session", code: str) -> "Proposal":
        from kiosk.desk.card_reverse import propose_reversal

        return propose_reversal(session, number, last, intent=intent, approver=code)

    def commit(session: "Session", approval: "Approval") -> "Attempt":
        from kiosk.desk.card_reverse import prepare_reversal

        return prepare_reversal(
            session, number, last, intent=intent, approver=approval.staff, approval=approval
        )

    def signed(attempt: "Attempt") -> None:
        task = CardTask(
            title=texts("card.kind_reversal"),
            who=number,
            piastres=card.piastres,
            ended=lambda: None,
            attempt=attempt.seq,
            reversed=done,
        )
        context.go.go("card_pay", task=task)

    facts = (
        Fact(texts("card.terminal"), texts.data(card.terminal)),
        Fact(texts("card.reverse_no"), texts.data(card.receipt_no)),
        Fact(texts("card.amount"), texts.data(format_pounds(card.piastres, texts.language)), strong=True),
    )
    task = ApprovalTask(
        title=texts("card.reverse_signer"),
        act=texts("card.reverse_sign"),
        right=Right.VOID_APPROVE,
        propose=propose,
        facts=lambda _proposal: facts,
        commit=commit,
        done=signed,
    )
    context.go.go("approval", task=task)
