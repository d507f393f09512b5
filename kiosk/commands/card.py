"""`kiosk card …`: payments on the linked terminal, those that are open, and how a doubt ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.card_text import (
    ended_plain,
    ended_text,
    open_plain,
    open_text,
    said_step,
)
from kiosk.commands.desk_session import approver_options, approver_secret, open_session, store_options
from kiosk.core.card_terminal import PaymentTerminal, Step
from kiosk.core.cards import State
from kiosk.core.debts.allocation import ChosenDebts, NoChoice
from kiosk.core.errors import KnownError
from kiosk.core.money import parse_money
from kiosk.core.roles import Right
from kiosk.desk.card import Paid, pay_by_card, stands_at
from kiosk.desk.card_complete import complete_card, open_cards, resume_cards
from kiosk.desk.card_converse import converse
from kiosk.desk.card_resolve import Finding, ask_terminal, propose_finding, resolve_by_person
from kiosk.desk.card_reverse import prepare_reversal, propose_reversal
from kiosk.desk.collect import Collection, Identity, prepare_collection, unchanged
from kiosk.desk.pay import Offer
from kiosk.desk.serve import request_bill
from kiosk.desk.session import Session
from kiosk.devices.chosen_terminal import read_terminal
from kiosk.store.debts.search import By
from kiosk.store.queries.cards import Attempt, attempt_at

IN_DOUBT = 4
"""Exit code of an attempt whose end is not known: nothing to try again."""


@click.group("card")
def card() -> None:
    """الدفع بالبطاقة على ماكينة موصلة · card payments on the linked terminal."""


@contextmanager
def linked(folder: Path) -> Iterator[PaymentTerminal]:
    """The linked terminal of a device. Raises KnownError `terminal.none`, `terminal.*`."""
    chosen = read_terminal(folder)
    if chosen is None:
        raise KnownError("terminal.none")
    terminal = chosen.open(folder, _note_tape)
    try:
        yield terminal
    finally:
        terminal.close()


def _note_tape(error: Exception) -> None:
    """A recording for the technician ended; payments go on."""
    said = error.code if isinstance(error, KnownError) else type(error).__name__
    click.echo(f"recording of the terminal ended: {said}", err=True)


def _tell(step: Step) -> None:
    """How far the terminal is, on standard error."""
    if not output().as_json:
        click.echo(output().text(*said_step(step)), err=True)


def _end(paid: Paid) -> int:
    output().emit(ended_plain(paid), ended_text(paid, "ar"), ended_text(paid, "en"))
    doubtful = paid.attempt.state in (State.UNKNOWN, State.PERSON, State.SENT)
    return IN_DOUBT if doubtful else 0


_mandate = click.option("--mandate", metavar="NUMBER", help="رقم التفويض · number of the mandate")
_intent = click.option(
    "--intent",
    metavar="HEX",
    help="رقم المحاولة: تكراره لا يرسل مرتين · 32 hex digits; the same again sends nothing twice",
)


@card.command("pay")
@click.argument("tracking", metavar="TRACKING")
@_mandate
@_intent
@store_options
@output_options
def pay(tracking: str, mandate: str | None, intent: str | None, store: Path | None, staff: str | None) -> int:
    """حصّل رسوم طلب ببطاقة على الماكينة · take the fee of a request by card."""
    with open_session(store, staff) as session, linked(_folder(store)) as terminal:
        resume_cards(session)
        bill = request_bill(session, tracking, Offer(), mandate=mandate)
        paid = pay_by_card(
            session, terminal, bill, intent=intent or token_hex(16), printed=True, progress=_tell
        )
    return _end(paid)


@card.command("collect")
@click.argument("debtor", metavar="DEBTOR")
@click.option("--amount", required=True, metavar="AMOUNT", help="المبلغ · the amount")
@click.option(
    "--account", required=True, metavar="NUMBER", help="رقم حساب من أوراقه · an account on his papers"
)
@click.option("--debt", "chosen", multiple=True, metavar="ACCOUNT", help="ما اختاره بالترتيب · in his order")
@_mandate
@_intent
@store_options
@output_options
def collect(
    debtor: str,
    amount: str,
    account: str,
    chosen: tuple[str, ...],
    mandate: str | None,
    intent: str | None,
    store: Path | None,
    staff: str | None,
) -> int:
    """حصّل مديونية ببطاقة على الماكينة · take a payment of debts by card."""
    collection = Collection(
        debtor=debtor,
        amount=parse_money(amount),
        choice=ChosenDebts(chosen) if chosen else NoChoice(),
        identity=Identity(By.ACCOUNT, account),
        mandate=mandate,
    )
    with open_session(store, staff) as session, linked(_folder(store)) as terminal:
        resume_cards(session)
        prepared = prepare_collection(session, collection)
        paid = pay_by_card(
            session,
            terminal,
            prepared.bill,
            intent=intent or token_hex(16),
            recheck=unchanged(session, prepared),
            printed=True,
            progress=_tell,
        )
    return _end(paid)


@card.command("open")
@store_options
@output_options
def open_command(store: Path | None, staff: str | None) -> int:
    """العمليات التي لم تُحسم · card payments whose end is not known."""
    with open_session(store, staff) as session:
        session.require(Right.PAYMENT_TAKE)
        found = resume_cards(session)
    output().emit(open_plain(found), open_text(found, "ar"), open_text(found, "en"))
    return IN_DOUBT if found else 0


@card.command("resolve")
@click.argument("attempt", metavar="ATTEMPT", type=click.IntRange(1))
@click.option(
    "--found",
    type=click.Choice(["yes", "no"]),
    help="ما يقوله سجل الماكينة، بتوقيع مشرف · what two persons read in the terminal's own record",
)
@click.option("--trace", type=click.IntRange(1), metavar="N", help="رقم العملية في السجل · its transaction")
@click.option(
    "--receipt", "receipt_no", type=click.IntRange(1), metavar="N", help="رقم الإيصال · its receipt"
)
@click.option("--amount", metavar="AMOUNT", help="المبلغ في السجل · its amount")
@click.option("--approval", metavar="CODE", help="كود الموافقة · its approval code")
@click.option("--seen", metavar="TEXT", help="ما رأيته في السجل · what it shows instead")
@approver_options
@store_options
@output_options
def resolve(
    attempt: int, found: str | None, approver: str | None, store: Path | None, staff: str | None, **read: Any
) -> int:
    """احسم عملية: اسأل الماكينة، أو سجّل ما قرأه شخصان في سجلها · settle one by the terminal's own record."""
    with open_session(store, staff) as session:
        session.require(Right.PAYMENT_TAKE)
        resume_cards(session)
        known = _open_attempt(session, attempt)
        if found is None:
            with linked(_folder(store)) as terminal:
                ended = ask_terminal(session, known, terminal)
        else:
            ended = _by_persons(session, known, _finding(found, approver, **read))
        taken = None
        if ended.state is State.APPROVED and ended.kind == "payment":
            taken = complete_card(session, ended, printed=True)
        paid = Paid(attempt_at(session.store.db, ended.seq), taken)
    return _end(paid)


@card.command("reverse")
@click.argument("receipt", metavar="RECEIPT")
@approver_options
@store_options
@output_options
def reverse(receipt: str, approver: str | None, store: Path | None, staff: str | None) -> int:
    """ردّ مبلغ إيصال على البطاقة قبل إلغائه، بتوقيع مشرف · reverse it on the card, before its void."""
    signer, intent = _named(approver), token_hex(16)
    with open_session(store, staff) as session, linked(_folder(store)) as terminal:
        resume_cards(session)
        last = stands_at(terminal)
        proposal = propose_reversal(session, receipt, last, intent=intent, approver=signer)
        with session.approver(proposal, signer, approver_secret(signer), Right.VOID_APPROVE) as approval:
            attempt = prepare_reversal(
                session, receipt, last, intent=intent, approver=signer, approval=approval
            )
        ended = converse(session, terminal, attempt, _tell)
    return _end(Paid(ended, None))


def _by_persons(session: Session, attempt: Attempt, finding: Finding) -> Attempt:
    proposal = propose_finding(session, attempt, finding)
    secret = approver_secret(finding.approver)
    with session.approver(proposal, finding.approver, secret, Right.VOID_APPROVE) as approval:
        return resolve_by_person(session, attempt, finding, approval)


def _finding(found: str, approver: str | None, **read: Any) -> Finding:
    amount = read.pop("amount")
    piastres = parse_money(amount) if amount is not None else None
    return Finding(charged=found == "yes", approver=_named(approver), piastres=piastres, **read)


def _open_attempt(session: Session, seq: int) -> Attempt:
    for one in open_cards(session):
        if one.seq == seq:
            return one
    raise KnownError("card.no_attempt", attempt=seq)


def _named(approver: str | None) -> str:
    if approver is None:
        raise KnownError("approval.no_approver")
    return approver


def _folder(store: Path | None) -> Path:
    if store is None:
        raise KnownError("session.no_store")
    return store
