"""`kiosk debt …`: find a debtor, show what he owes, divide an amount, collect it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.debt_text import (
    collected_plain,
    collected_text,
    found_plain,
    found_text,
    preview_plain,
    preview_text,
    shown_plain,
    shown_text,
)
from kiosk.commands.desk_session import approver_options, approver_secret, open_session, store_options
from kiosk.commands.load_progress import LoadProgress
from kiosk.commands.offers import (
    Money,
    answers_option,
    money_options,
    payment_plain,
    payment_texts,
    read_answers,
)
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.debts.allocation import Choice, ChosenAmounts, ChosenDebts, NoChoice
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money, parse_money
from kiosk.core.roles import Right
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.desk.collect import (
    Collected,
    Collection,
    Identity,
    collect,
    find_debtors,
    prepare_collection,
    preview_collection,
    propose_collection,
    show_debtor,
)
from kiosk.desk.debt_import import import_debts
from kiosk.desk.session import Session
from kiosk.store.debts.search import By

Function = TypeVar("Function", bound=Callable[..., Any])


@click.group("debt")
def debt() -> None:
    """المديونيات: بحث وعرض وتوزيع وتحصيل · debts: find, show, divide, collect."""


@debt.command("find")
@click.argument("text", metavar="TEXT")
@click.option(
    "--by",
    type=click.Choice([one.value for one in By]),
    default=By.NAME.value,
    help="نوع المكتوب (اسم) · what was typed (default a name)",
)
@store_options
@output_options
def find(text: str, by: str, store: Path | None, staff: str | None) -> None:
    """ابحث عن مدين · find a debtor; TEXT - reads standard input."""
    typed = sys.stdin.readline().strip() if text == "-" else text
    with open_session(store, staff) as session:
        found = find_debtors(session, typed, By(by))
    output().emit(found_plain(found), found_text(found, "ar"), found_text(found, "en"))


@debt.command("show")
@click.argument("debtor", metavar="DEBTOR")
@click.option("--ages", is_flag=True, help="أعمار المديونيات، للمشرف · age bands, for supervisors")
@store_options
@output_options
def show(debtor: str, ages: bool, store: Path | None, staff: str | None) -> None:
    """مديونيات مدين وعمر بياناتها · what a debtor owes and how old that is."""
    with open_session(store, staff) as session:
        page = show_debtor(session, debtor, ages=ages)
    output().emit(shown_plain(page), shown_text(page, "ar"), shown_text(page, "en"))


@debt.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@click.option(
    "--as-of",
    metavar="TIME",
    help="وقت البيانات UTC (الآن) · when they were right, UTC (default now)",
)
@store_options
@output_options
def import_(file: Path, as_of: str | None, store: Path | None, staff: str | None) -> None:
    """حمّل ملف مديونيات على جهاز تجريبي · load a file of debts on a trial device."""
    loading = LoadProgress()
    with open_session(store, staff) as session:
        try:
            moment = session.moment().at if as_of is None else parse_utc(as_of)
            done = import_debts(session, file, moment, loading)
        finally:
            loading.end()
    owed, debts = format_money(done.loaded.owed), f"{done.loaded.debts:,}"
    output().emit(
        {
            "version": done.version,
            "as_of": utc_text(done.as_of),
            "debtors": done.loaded.debtors,
            "debts": done.loaded.debts,
            "charges": done.loaded.charges,
            "owed": done.loaded.owed,
            "doubtful_numbers": done.doubtful_numbers,
            "emptied": done.emptied,
        },
        f"صارت {ltr(debts)} مديونية هي المستعملة، جملتها {ltr(owed)}.",
        f"{debts} debts are in use, {owed} in all.",
    )


def _amount_options(function: Function) -> Function:
    amount = click.option("--amount", required=True, metavar="AMOUNT", help="المبلغ · the amount paid")
    chosen = click.option(
        "--debt",
        "chosen",
        multiple=True,
        metavar="ACCOUNT[=AMOUNT]",
        help="ما اختاره المدين بالترتيب، ويتكرر · what the debtor chose, in his order",
    )
    return click.argument("debtor", metavar="DEBTOR")(amount(chosen(function)))


@debt.command("preview")
@_amount_options
@click.option("--mandate", metavar="NUMBER", help="رقم التفويض · number of the mandate")
@store_options
@output_options
def preview(
    debtor: str,
    amount: str,
    chosen: tuple[str, ...],
    mandate: str | None,
    store: Path | None,
    staff: str | None,
) -> None:
    """توزيع مبلغ قبل تحصيله · how an amount would be divided; nothing is written."""
    collection = Collection(debtor, parse_money(amount), _choice(chosen), mandate=mandate)
    with open_session(store, staff) as session:
        found = preview_collection(session, collection)
    output().emit(preview_plain(found), preview_text(found, "ar"), preview_text(found, "en"))


@debt.command("pay")
@_amount_options
@click.option("--number", metavar="NUMBER", help="رقمه القومي من بطاقته · his national number")
@click.option("--phone", metavar="NUMBER", help="محموله · his mobile")
@click.option("--account", metavar="NUMBER", help="رقم حساب من أوراقه · an account on his papers")
@answers_option
@money_options
@approver_options
@store_options
@output_options
def pay(
    debtor: str,
    amount: str,
    chosen: tuple[str, ...],
    number: str | None,
    phone: str | None,
    account: str | None,
    answers_file: str | None,
    money: Money,
    approver: str | None,
    store: Path | None,
    staff: str | None,
) -> None:
    """حصّل مديونية · collect from a debtor, in full or in part."""
    answers = read_answers(answers_file)
    given = {By.NUMBER: number, By.PHONE: phone, By.ACCOUNT: account}
    collection = Collection(
        debtor=debtor,
        amount=parse_money(amount),
        choice=_choice(chosen),
        identity=_identity({by: text or answers.get(by.value) for by, text in given.items()}),
        payer=money.payer_of(answers),
        mandate=money.mandate,
        order_no=money.order_no,
    )
    with open_session(store, staff) as session:
        done = _collect(session, collection, money, approver)
    arabic, english = payment_texts(done.taken)
    output().emit(
        {**collected_plain(done), "payment": payment_plain(done.taken)},
        f"{arabic}\n{collected_text(done, 'ar')}",
        f"{english}\n{collected_text(done, 'en')}",
    )


def _collect(session: Session, collection: Collection, money: Money, approver: str | None) -> Collected:
    prepared = prepare_collection(session, collection, confirmed_by=approver)
    if approver is None:
        return collect(session, prepared, money.offer, paper=money.paper)
    proposal = propose_collection(session, prepared, money.offer)
    preview = prepared.preview
    click.echo(output().text(shown_text(preview.shown, "ar"), shown_text(preview.shown, "en")), err=True)
    click.echo(output().text(preview_text(preview, "ar"), preview_text(preview, "en")), err=True)
    with session.approver(proposal, approver, approver_secret(approver), Right.DEBTOR_CONFIRM) as approval:
        return collect(session, prepared, money.offer, paper=money.paper, approvals=[approval])


def _identity(given: dict[By, str | None]) -> Identity | None:
    """What identifies the debtor. Raises KnownError `offer.identity_twice`."""
    named = [Identity(by, text) for by, text in given.items() if text is not None]
    if len(named) > 1:
        raise KnownError("offer.identity_twice")
    return named[0] if named else None


def _choice(words: tuple[str, ...]) -> Choice:
    """What the debtor chose. Raises KnownError `offer.debts_form`, `money.*`."""
    if not words:
        return NoChoice()
    with_amounts = [word for word in words if "=" in word]
    if not with_amounts:
        return ChosenDebts(words)
    if len(with_amounts) < len(words):
        raise KnownError("offer.debts_form", text=excerpt(" ".join(words)))
    pairs = [word.rpartition("=") for word in words]
    return ChosenAmounts(tuple((account, parse_money(amount)) for account, _, amount in pairs))
