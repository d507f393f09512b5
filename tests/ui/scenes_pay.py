"""Scenes of paying and of the receipt: tenders, refusals, a second person, and each state of the print."""

from dataclasses import replace

from kiosk.desk.session import Session
from kiosk.paperwork.origin import Origin, keep_origin
from kiosk.store.print_jobs import PrintOutcome, PrintState, begin_print, end_print, next_print
from tests.ui.scenes_collect import OTHER_NUMBER, collect_by_name, collect_debts, prepared
from tests.ui.scenes_serve import fill, serve_fee
from tests.ui.stage import Stage

ORIGIN = Origin("محافظة الجيزة", "الوحدة المحلية بالبدرشين", "ج ط 4721", "receipts.example")


def named(stage: Stage) -> None:
    """The device knows its place and where receipts are checked, and has a number as if enrolled."""

    def work(session: Session) -> None:
        with session.store.transaction() as db:
            keep_origin(db, ORIGIN)
        session.store._device = replace(session.store.device_signer, by="D00000123")

    stage.do(work)


def pay(stage: Stage) -> None:
    """A request is paid: exactly, until something else is typed."""
    serve_fee(stage)
    named(stage)
    stage.tap(stage.screen.go_button)


def pay_change(stage: Stage) -> None:
    """More was given: change."""
    pay(stage)
    stage.tap(stage.screen.quick._items[-1])


def pay_left(stage: Stage) -> None:
    """No coins for the change."""
    pay_change(stage)
    stage.tap(stage.screen.leave_button)


def pay_slip(stage: Stage) -> None:
    """A card on the terminal."""
    pay(stage)
    stage.tap(stage.screen.tenders.buttons["slip"])


def pay_both(stage: Stage) -> None:
    """Cash and card."""
    pay(stage)
    stage.tap(stage.screen.tenders.buttons["both"])


def pay_short(stage: Stage) -> None:
    """Less than is due."""
    pay(stage)
    fill(stage, cash="1")
    stage.tap(stage.screen.pay_button)


def debt_chosen(stage: Stage, account: str = "L-2041/17") -> None:
    """A debt of a debtor found by number."""
    collect_debts(stage)
    named(stage)
    stage.screen.presenter.touch(account)
    stage.tap(stage.screen.go_button)


def pay_debt(stage: Stage) -> None:
    """The payment of a debt."""
    debt_chosen(stage)


def pay_above_limit(stage: Stage) -> None:
    """More cash than the electronic limit allows."""
    prepared(stage)
    named(stage)
    stage.scan(OTHER_NUMBER)
    stage.tap(stage.screen.go_button)
    stage.tap(stage.screen.pay_button)


def pay_second(stage: Stage) -> None:
    """A second person must sign."""
    collect_by_name(stage)
    named(stage)
    stage.tap(stage.screen.go_button)


def receipt(stage: Stage) -> None:
    """Paid with change; the print waits."""
    pay_change(stage)
    stage.tap(stage.screen.pay_button)


def ended(stage: Stage, state: PrintState, fault: str | None) -> None:
    """Let the waiting print end."""

    def work(session: Session) -> None:
        job = next_print(session.store.db)
        assert job is not None
        with session.store.transaction() as db:
            copy = begin_print(db, job.job, "generic-80")
            end_print(db, PrintOutcome(job, "generic-80", copy, state, sent=True, fault=fault))

    stage.do(work)
    stage.screen.presenter.look()


def receipt_printed(stage: Stage) -> None:
    """The paper came out; a copy is wanted."""
    receipt(stage)
    ended(stage, PrintState.CONFIRMED, None)
    stage.tap(stage.screen.copy_button)


def receipt_uncertain(stage: Stage) -> None:
    """Nobody knows whether the paper came out."""
    debt_chosen(stage)
    stage.tap(stage.screen.pay_button)
    ended(stage, PrintState.UNCERTAIN, "print.no_confirmation")


SCENES = {
    "pay": pay,
    "pay-change": pay_change,
    "pay-left": pay_left,
    "pay-slip": pay_slip,
    "pay-both": pay_both,
    "pay-short": pay_short,
    "pay-debt": pay_debt,
    "pay-above-limit": pay_above_limit,
    "pay-second": pay_second,
    "receipt": receipt,
    "receipt-printed": receipt_printed,
    "receipt-uncertain": receipt_uncertain,
}
SCROLLS = {"pay-short", "pay-above-limit"}
"""With a message on top."""
