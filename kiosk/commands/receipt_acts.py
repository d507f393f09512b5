"""`kiosk receipt …`: receipts of this device, their void, and paper receipts entered later."""

from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import approver_options, approver_secret, open_session, store_options
from kiosk.commands.offers import Money, answers_option, money_options, read_answers
from kiosk.commands.receipt_text import (
    entered_plain,
    entered_text,
    list_plain,
    list_text,
    receipt_plain,
    receipt_text,
    void_plain,
    void_text,
)
from kiosk.core.bidi import excerpt
from kiosk.core.debts.allocation import ChosenDebts, NoChoice
from kiosk.core.errors import KnownError
from kiosk.core.money import parse_money
from kiosk.core.printed import tidy
from kiosk.core.reasons import PAPER_REASONS, VOID_REASONS
from kiosk.core.roles import Right
from kiosk.desk.collect import Collection, Identity, prepare_collection
from kiosk.desk.paper_book import PaperEntered, PaperTyped, enter_paper, propose_paper
from kiosk.desk.pay import Bill
from kiosk.desk.serve import request_bill
from kiosk.desk.session import Session
from kiosk.desk.void import Voided, VoidTyped, propose_void, void_receipt
from kiosk.store.debts.search import By
from kiosk.store.queries.receipts import find_receipt, receipts_of_shift
from kiosk.store.queries.shift import last_closed


@click.command("show")
@click.argument("number", metavar="NUMBER")
@store_options
@output_options
def show(number: str, store: Path | None, staff: str | None) -> None:
    """إيصال برقمه: بنوده وطريقة دفعه ونسخه وإلغاؤه · a receipt with all that belongs to it."""
    with open_session(store, staff) as session:
        session.require(Right.REPORT_X)
        found = find_receipt(session.store.db, tidy(number).upper())
        if found is None:
            raise KnownError("receipt.unknown", receipt=excerpt(number))
    output().emit(receipt_plain(found), receipt_text(found, "ar"), receipt_text(found, "en"))


@click.command("list")
@store_options
@output_options
def list_command(store: Path | None, staff: str | None) -> None:
    """إيصالات الوردية المفتوحة، أو آخر وردية أُغلقت · receipts of the open shift, else of the last."""
    with open_session(store, staff) as session:
        session.require(Right.REPORT_X)
        shift, closed = session.shift(), last_closed(session.store.db)
        seq = shift.seq if shift else closed.seq if closed else None
        rows = receipts_of_shift(session.store.db, seq) if seq else ()
    output().emit(list_plain(seq, rows), list_text(rows, "ar"), list_text(rows, "en"))


@click.command("void")
@click.argument("number", metavar="NUMBER")
@click.option(
    "--reason", required=True, metavar="CODE", help=f"السبب · the reason: {', '.join(VOID_REASONS)}"
)
@click.option(
    "--recovered",
    required=True,
    type=click.IntRange(0),
    help="كم ورقة منه في يدك، الأصل معها · prints of it in your hand, the original too",
)
@click.option("--remark", metavar="TEXT", help="ملاحظة · a remark")
@click.option("--replacement", metavar="NUMBER", help="الإيصال البديل · the receipt made instead")
@approver_options
@store_options
@output_options
def void(store: Path | None, staff: str | None, approver: str | None, **typed: Any) -> None:
    """ألغِ إيصالًا من الوردية المفتوحة بتوقيع مشرف · void a receipt of the open shift."""
    asked = VoidTyped(approver=_named(approver), **typed)
    with open_session(store, staff) as session:
        done = _void(session, asked)
    output().emit(void_plain(done), void_text(done, "ar"), void_text(done, "en"))


def _void(session: Session, asked: VoidTyped) -> Voided:
    proposal = propose_void(session, asked)
    record = find_receipt(session.store.db, tidy(asked.number).upper())
    if record is not None:
        _say_to_approver(receipt_text(record, "ar"), receipt_text(record, "en"))
    secret = approver_secret(asked.approver)
    with session.approver(proposal, asked.approver, secret, Right.VOID_APPROVE) as approval:
        return void_receipt(session, asked, approval)


@click.group("paper")
def paper() -> None:
    """أدخل قسيمة ورقية استُخدمت في الطوارئ، بتوقيع شخصين · enter a paper receipt later, by two persons."""


_reason = click.option(
    "--reason", required=True, metavar="CODE", help=f"السبب · the reason: {', '.join(PAPER_REASONS)}"
)


@paper.command("request")
@click.argument("tracking", metavar="TRACKING")
@_reason
@answers_option
@money_options
@approver_options
@store_options
@output_options
def paper_request(
    tracking: str,
    reason: str,
    answers_file: str | None,
    money: Money,
    approver: str | None,
    store: Path | None,
    staff: str | None,
) -> None:
    """قسيمة ورقية عن طلب مسجل · a paper receipt for a request."""
    payer = money.payer_of(read_answers(answers_file))
    with open_session(store, staff) as session:
        bill = request_bill(
            session, tracking, money.offer, payer=payer, mandate=money.mandate, order_no=money.order_no
        )
        done = _enter(session, bill, money, reason, _named(approver))
    output().emit(entered_plain(done), entered_text(done, "ar"), entered_text(done, "en"))


@paper.command("debt")
@click.argument("debtor", metavar="DEBTOR")
@click.option("--amount", required=True, metavar="AMOUNT", help="المبلغ · the amount paid")
@click.option(
    "--debt", "chosen", multiple=True, metavar="ACCOUNT", help="ما اختاره بالترتيب، ويتكرر · in his order"
)
@click.option("--account", metavar="NUMBER", help="رقم حساب من أوراقه · an account on his papers")
@_reason
@answers_option
@money_options
@approver_options
@store_options
@output_options
def paper_debt(
    debtor: str,
    amount: str,
    chosen: tuple[str, ...],
    account: str | None,
    reason: str,
    answers_file: str | None,
    money: Money,
    approver: str | None,
    store: Path | None,
    staff: str | None,
) -> None:
    """قسيمة ورقية عن مديونية · a paper receipt for debts."""
    collection = Collection(
        debtor=debtor,
        amount=parse_money(amount),
        choice=ChosenDebts(chosen) if chosen else NoChoice(),
        identity=None if account is None else Identity(By.ACCOUNT, account),
        payer=money.payer_of(read_answers(answers_file)),
        mandate=money.mandate,
        order_no=money.order_no,
    )
    signer = _named(approver)
    with open_session(store, staff) as session:
        second = signer if account is None else None
        prepared = prepare_collection(session, collection, confirmed_by=second)
        done = _enter(session, prepared.bill, money, reason, signer)
    output().emit(entered_plain(done), entered_text(done, "ar"), entered_text(done, "en"))


def _named(approver: str | None) -> str:
    if approver is None:
        raise KnownError("approval.no_approver")
    return approver


def _enter(session: Session, bill: Bill, money: Money, reason: str, approver: str) -> PaperEntered:
    if money.paper is None:
        raise KnownError("paper.missing")
    typed = PaperTyped(bill, money.offer, money.paper, reason, approver)
    proposal = propose_paper(session, typed)
    with session.approver(proposal, approver, approver_secret(approver), Right.PAPER_APPROVE) as approval:
        return enter_paper(session, typed, approval)


def _say_to_approver(arabic: str, english: str) -> None:
    """What the approver signs, on standard error; with `--json` the caller shows it."""
    if not output().as_json:
        click.echo(output().text(arabic, english), err=True)
