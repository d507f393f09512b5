"""`kiosk request …`: forms of services, taking a citizen's request, showing it, taking its fee."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.commands.follow import status
from kiosk.commands.offers import (
    PAYER_NAMES,
    Money,
    answers_option,
    key_values,
    money_options,
    payment_plain,
    payment_texts,
    read_answers,
)
from kiosk.commands.request_text import (
    check_plain,
    check_text,
    done_plain,
    done_text,
    form_plain,
    form_text,
    page_plain,
    page_text,
    services_plain,
    services_text,
)
from kiosk.core.roles import Right
from kiosk.desk.serve import RequestTyped, check_request, pay_request, take_and_pay, take_request
from kiosk.desk.serve_show import show_request

Function = TypeVar("Function", bound=Callable[..., Any])


@click.group("request")
def request() -> None:
    """طلبات المواطنين: نموذج ومراجعة وتسجيل ودفع ومتابعة · requests: form, check, take, pay, follow."""


@request.command("list-services")
@store_options
@output_options
def list_services(store: Path | None, staff: str | None) -> None:
    """الخدمات على هذا الجهاز · the services on this device."""
    with open_session(store, staff) as session:
        session.require(Right.REQUEST_TAKE)
        catalogue = session.reference.catalogue
    output().emit(services_plain(catalogue), services_text(catalogue, "ar"), services_text(catalogue, "en"))


@request.command("form")
@click.argument("code", metavar="SERVICE")
@store_options
@output_options
def form(code: str, store: Path | None, staff: str | None) -> None:
    """بيانات الخدمة ومستنداتها بأكوادها · what a service asks for, by codes."""
    with open_session(store, staff) as session:
        session.require(Right.REQUEST_TAKE)
        catalogue = session.reference.catalogue
    service = catalogue.service(code)
    output().emit(
        form_plain(service, catalogue),
        form_text(service, catalogue, "ar"),
        form_text(service, catalogue, "en"),
    )


def _typed(
    service: str,
    words: tuple[str, ...],
    papers: tuple[str, ...],
    again: tuple[str, ...],
    answers: dict[str, str],
) -> RequestTyped:
    """The request as typed; words on the command line come before the file of answers."""
    confirmed = {name.removesuffix(_AGAIN): text for name, text in answers.items() if name.endswith(_AGAIN)}
    plain = {name: text for name, text in answers.items() if not name.endswith(_AGAIN)}
    return RequestTyped(
        service=service,
        answers={**plain, **key_values(words)},
        papers=papers,
        confirmed={**confirmed, **key_values(again)},
    )


_AGAIN = "_again"
"""Ending of a name in a file of answers: the same number, typed a second time."""


def _form_arguments(function: Function) -> Function:
    """The arguments and options of a form that is filled."""
    for option in (
        answers_option,
        click.option(
            "--again",
            multiple=True,
            metavar="NAME=NUMBER",
            help="الرقم القومي مرة ثانية عند الشك · a national number typed again when in doubt",
        ),
        click.option(
            "--paper", "papers", multiple=True, metavar="CODE", help="مستند مقدم، ويتكرر · a paper handed in"
        ),
        click.argument("words", metavar="[KEY=VALUE]…", nargs=-1),
        click.argument("service", metavar="SERVICE"),
    ):
        function = option(function)
    return function


@request.command("check")
@_form_arguments
@store_options
@output_options
def check(
    service: str,
    words: tuple[str, ...],
    papers: tuple[str, ...],
    again: tuple[str, ...],
    answers_file: str | None,
    store: Path | None,
    staff: str | None,
) -> int:
    """راجع طلبًا قبل تسجيله · what is wrong with a request; nothing is written."""
    typed = _typed(service, words, papers, again, read_answers(answers_file))
    with open_session(store, staff) as session:
        found = check_request(session, typed)
    refusal = found.refusal()
    output().emit(
        check_plain(found, refusal), check_text(found, refusal, "ar"), check_text(found, refusal, "en")
    )
    return refusal.exit_code if refusal else 0


@request.command("take")
@_form_arguments
@money_options
@click.option("--pay-later", is_flag=True, help="سجّل الطلب بلا دفع · take it without a payment")
@store_options
@output_options
def take(
    service: str,
    words: tuple[str, ...],
    papers: tuple[str, ...],
    again: tuple[str, ...],
    answers_file: str | None,
    pay_later: bool,
    money: Money,
    store: Path | None,
    staff: str | None,
) -> None:
    """سجّل طلبًا وحصّل رسومه · take a request and its fee."""
    answers = read_answers(answers_file)
    payer = money.payer_of(answers)
    answers = {name: text for name, text in answers.items() if name not in PAYER_NAMES}
    typed = _typed(service, words, papers, again, answers)
    with open_session(store, staff) as session:
        if pay_later:
            done, taken = take_request(session, typed), None
        else:
            done, taken = take_and_pay(
                session,
                typed,
                money.offer,
                payer=payer,
                mandate=money.mandate,
                paper=money.paper,
            )
    payload = {**done_plain(done), "payment": payment_plain(taken) if taken else None}
    arabic, english = done_text(done, "ar"), done_text(done, "en")
    if taken is not None:
        said = payment_texts(taken)
        arabic, english = f"{arabic}\n{said[0]}", f"{english}\n{said[1]}"
    output().emit(payload, arabic, english)


@request.command("show")
@click.argument("tracking", metavar="TRACKING")
@store_options
@output_options
def show(tracking: str, store: Path | None, staff: str | None) -> None:
    """حالة طلب برقمه · a request by its tracking number."""
    with open_session(store, staff) as session:
        page = show_request(session, tracking)
        catalogue = session.reference.catalogue
    output().emit(
        page_plain(page, catalogue), page_text(page, catalogue, "ar"), page_text(page, catalogue, "en")
    )


@request.command("pay")
@click.argument("tracking", metavar="TRACKING")
@answers_option
@money_options
@store_options
@output_options
def pay(tracking: str, answers_file: str | None, money: Money, store: Path | None, staff: str | None) -> None:
    """حصّل رسوم طلب مسجل · take the fee of a request."""
    payer = money.payer_of(read_answers(answers_file))
    with open_session(store, staff) as session:
        taken = pay_request(
            session,
            tracking,
            money.offer,
            payer=payer,
            mandate=money.mandate,
            order_no=money.order_no,
            paper=money.paper,
        )
    output().emit({"tracking": tracking, "payment": payment_plain(taken)}, *payment_texts(taken))


request.add_command(status)
