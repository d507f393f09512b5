"""`kiosk check-id`: what a national number says, and whether it should be typed again."""

from datetime import UTC, date, datetime
from typing import Any

import click

from kiosk.commands.base import NumberCommand, output, output_options
from kiosk.core.bidi import ltr
from kiosk.core.dates import format_date
from kiosk.core.errors import Language
from kiosk.core.identity import mask
from kiosk.core.identity.national_number import NationalNumber, Typing, take_typing
from kiosk.governorates import governorates

_SEX = {"male": ("ذكر", "male"), "female": ("أنثى", "female")}
_CHECK = {
    "matches": ("مطابق", "matches"),
    "open": ("مقبول، وطرق حسابه تختلف في هذا الرقم", "accepted; the known ways to compute it differ here"),
    "mismatch": ("لا يطابق", "does not match"),
}
_CONFIRMED = ("؛ أُكد بالكتابة مرتين", "; confirmed by a second typing")


@click.command("check-id", cls=NumberCommand)
@click.argument("number", metavar="NUMBER")
@click.argument("second", metavar="SECOND", required=False)
@output_options
def check_id(number: str, second: str | None) -> None:
    """قراءة الرقم القومي · read a national number.

    SECOND: الرقم مكتوبًا مرة ثانية · the number typed a second time.
    """
    today = datetime.now(UTC).astimezone().date()
    typing = take_typing(number, None, governorates=governorates(), today=today)
    if second is not None:
        typing = take_typing(second, typing, governorates=governorates(), today=today)
    output().emit(_payload(typing, today), _report(typing, today, "ar"), _report(typing, today, "en"))


def _payload(typing: Typing, today: date) -> dict[str, Any]:
    number = typing.number
    place = number.governorate
    return {
        "number_masked": mask(number.number)[1:-1],
        "birth_date": number.birth_date.isoformat(),
        "age": number.age(today),
        "under_15": number.under_15(today),
        "governorate": {"code": place.code, "name_ar": place.name_ar, "name_en": place.name_en},
        "sex": number.sex,
        "check": number.check,
        "accepted": typing.ask is None,
        "ask": typing.ask,
        "check_confirmed_by_second_typing": typing.check_confirmed_by_second_typing,
    }


def _report(typing: Typing, today: date, language: Language) -> str:
    warning = typing.question()
    if warning:
        return "\n".join(
            (*_facts(typing, today, language), warning.sentence(language), warning.remedy(language))
        )
    return "\n".join(_facts(typing, today, language))


def _facts(typing: Typing, today: date, language: Language) -> tuple[str, ...]:
    number: NationalNumber = typing.number
    this = 0 if language == "ar" else 1
    check = _CHECK[number.check][this] + (_CONFIRMED[this] if typing.check_confirmed_by_second_typing else "")
    born, age, sex = format_date(number.birth_date, language), number.age(today), _SEX[number.sex][this]
    place = number.governorate
    if language == "en":
        card = "no card before 15" if number.under_15(today) else "of card age"
        return (
            f"Number: {mask(number.number)[1:-1]}",
            f"Born: {born} (aged {age}, {card})",
            f"Registered in: {place.name_en}",
            f"Sex: {sex}",
            f"Check digit: {check}",
        )
    card = "أقل من 15 سنة، بلا بطاقة" if number.under_15(today) else "في سن البطاقة"
    return (
        f"الرقم القومي: {mask(number.number)}",
        f"تاريخ الميلاد: {born} (السن {ltr(str(age))}، {card})",
        f"محافظة الميلاد: {place.name_ar}",
        f"النوع: {sex}",
        f"رقم التحقق: {check}",
    )
