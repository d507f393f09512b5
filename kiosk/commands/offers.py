"""What commands that take money share: cash and slips, the payer, a paper form, and how a payment is told.

Personal answers need not stand on the command line, where the history and the list of processes show them:
`--answers FILE` (or `-` for standard input) reads the same names and values from YAML or JSON.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.core.bidi import excerpt, ltr
from kiosk.core.entries.parts import PaperForm
from kiosk.core.errors import KnownError
from kiosk.core.marked import read_marked
from kiosk.core.money import format_money, parse_money
from kiosk.desk.pay import Offer, SlipTyped, Taken
from kiosk.desk.payer import Payer
from kiosk.resources import read_text

Function = TypeVar("Function", bound=Callable[..., Any])

PAYER_NAMES = ("paid_by_name", "paid_by_number", "paid_by_number_again")
"""How a file of answers names the payer; apart from the fields of forms."""


@dataclass(frozen=True)
class Money:
    """The options of a payment as given; amounts in pounds, as typed."""

    cash: str | None
    slips: tuple[str, ...]
    left: str | None
    mandate: str | None
    order_no: str | None
    form33: str | None
    capacity: str | None
    payer: Mapping[str, str]

    @property
    def offer(self) -> Offer:
        """What is offered. Raises KnownError `money.*`, `offer.slip_form`."""
        return Offer(
            cash=parse_money(self.cash) if self.cash is not None else 0,
            slips=tuple(_slip(text) for text in self.slips),
            left=parse_money(self.left) if self.left is not None else 0,
        )

    @property
    def paper(self) -> PaperForm | None:
        """The paper form 33. Raises KnownError `offer.form33_form`."""
        return None if self.form33 is None else _paper(self.form33)

    def payer_of(self, answers: Mapping[str, str]) -> Payer | None:
        """Who pays, from the options and then from the file of answers; None when nobody is named.

        Raises KnownError `offer.payer_half` for a payer without capacity, or a capacity without a payer.
        """
        known = {name: self.payer.get(name) or answers.get(name) for name in PAYER_NAMES}
        name, capacity = known["paid_by_name"], self.capacity
        if name is None and capacity is None:
            return None
        if name is None or capacity is None:
            raise KnownError("offer.payer_half")
        return Payer(name, capacity, known["paid_by_number"], known["paid_by_number_again"])


def money_options(function: Function) -> Function:
    """Give a command the options of a payment, passed to it together as `money`."""

    @click.option("--cash", metavar="AMOUNT", help="النقدية المستلمة · cash handed over")
    @click.option(
        "--slip",
        "slips",
        multiple=True,
        metavar="TERMINAL,NUMBER,AMOUNT,APPROVAL,TIME[,LAST4]",
        help="إيصال ماكينة، ويتكرر · a terminal slip; may be given again",
    )
    @click.option("--left", metavar="AMOUNT", help="باقٍ تركه المواطن · change that he leaves")
    @click.option("--payer-name", metavar="NAME", help="اسم الدافع إن كان غيره · payer, if somebody else")
    @click.option("--payer-number", metavar="NUMBER", help="رقم الدافع القومي · payer's national number")
    @click.option("--payer-number-again", metavar="NUMBER", help="الرقم مرة أخرى · the same, typed again")
    @click.option("--capacity", metavar="CODE", help="صفة الدافع · payer's capacity")
    @click.option("--mandate", metavar="NUMBER", help="رقم التفويض · number of the mandate")
    @click.option("--order", "order_no", metavar="NUMBER", help="رقم أمر التحصيل · number of the order")
    @click.option(
        "--form33",
        metavar="SERIES,NUMBER,DATE",
        help="القسيمة الورقية 33 · the paper form 33, if one is used",
    )
    @wraps(function)
    def wrapped(
        *arguments: Any,
        cash: str | None,
        slips: tuple[str, ...],
        left: str | None,
        payer_name: str | None,
        payer_number: str | None,
        payer_number_again: str | None,
        capacity: str | None,
        mandate: str | None,
        order_no: str | None,
        form33: str | None,
        **more: Any,
    ) -> Any:
        named = zip(PAYER_NAMES, (payer_name, payer_number, payer_number_again), strict=True)
        payer = {name: text for name, text in named if text is not None}
        money = Money(cash, slips, left, mandate, order_no, form33, capacity, payer)
        return function(*arguments, money=money, **more)

    return wrapped  # type: ignore[return-value]


def answers_option(function: Function) -> Function:
    """Give a command `--answers FILE`, passed to it as `answers_file`."""
    return click.option(
        "--answers",
        "answers_file",
        metavar="FILE",
        help="بيانات من ملف YAML أو JSON، و - من الإدخال · answers from a file, - is standard input",
    )(function)


def read_answers(file: str | None) -> dict[str, str]:
    """Read names and values from a file or standard input; {} without one.

    Raises KnownError `file.*`, `yaml.*`, `offer.answers_form`.
    """
    if file is None:
        return {}
    text = sys.stdin.read() if file == "-" else read_text(Path(file))
    name = "-" if file == "-" else Path(file).name
    values = read_marked(text, name).map
    if values is None or any(one.text is None for one in values.values()):
        raise KnownError("offer.answers_form", file=name)
    return {key: str(one.text) for key, one in values.items()}


def key_values(words: Sequence[str]) -> dict[str, str]:
    """Read `key=value` words. Raises KnownError `command.key_value`, also for a key given twice."""
    pairs: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key or key in pairs:
            raise KnownError("command.key_value", text=excerpt(word))
        pairs[key] = value
    return pairs


def _slip(text: str) -> SlipTyped:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (5, 6):
        raise KnownError("offer.slip_form", text=excerpt(text))
    terminal, number, amount, approval, printed_at, *last4 = parts
    return SlipTyped(parse_money(amount), number, terminal, approval, printed_at, last4[0] if last4 else None)


def _paper(text: str) -> PaperForm:
    parts = [part.strip() for part in text.split(",")]
    try:
        series, number, written = parts
        return PaperForm(series=series, number=number, written=date.fromisoformat(written))
    except ValueError as error:
        raise KnownError("offer.form33_form", text=excerpt(text)) from error


def payment_plain(taken: Taken) -> dict[str, Any]:
    """The documented JSON form of a payment that was taken (docs/commands.md)."""
    return {
        "receipt": taken.number,
        "entry": taken.payment.seq,
        "piastres": taken.total,
        "change": taken.change,
        "left": taken.left,
        "outage_number": taken.outage_number,
    }


def payment_texts(taken: Taken) -> tuple[str, str]:
    """One sentence in each language on a payment that was taken."""
    total, change = format_money(taken.total), format_money(taken.change)
    arabic = f"الإيصال {ltr(taken.number)}: {ltr(total)} ج.م، الباقي {ltr(change)}."
    english = f"Receipt {taken.number}: EGP {total}, change {change}."
    if taken.left:
        left = format_money(taken.left)
        arabic += f" باقٍ تركه الدافع: {ltr(left)}."
        english += f" Change left: {left}."
    if taken.outage_number:
        arabic += f" نقدية أثناء عطل، رقم البلاغ {ltr(taken.outage_number)}."
        english += f" Cash during an outage, ticket {taken.outage_number}."
    return arabic, english
