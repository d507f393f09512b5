"""Situations of a form: answers that are missing or cannot be kept as they are typed."""

from kiosk.core.errors import Kind, Situation


def _answer(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    """An answer of a form that cannot be kept as it is."""
    return Situation(Kind.INPUT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


SITUATIONS = {
    "form.missing": _answer(
        "هذا البيان مطلوب ولم يُكتب.",
        "اسأل المواطن عنه واكتبه.",
        "This answer is required and is not there.",
        "Ask the citizen and type it.",
    ),
    "form.too_long": _answer(
        "النص طويل: {length} حرفًا، والحد {limit}.",
        "اختصر النص.",
        "The text is too long: {length} characters, the limit is {limit}.",
        "Shorten it.",
    ),
    "form.name_short": _answer(
        "الاسم {text} كلمة واحدة.",
        "اكتب الاسم كما في البطاقة: الاسم ثم اسم الأب ثم الجد.",
        "The name {text} is a single word.",
        "Type it as on the card: first name, father, grandfather.",
    ),
    "form.name_character": _answer(
        "في الاسم علامة لا تُكتب في الأسماء: {character}",
        "اكتب الاسم بالحروف وحدها.",
        "The name has a character that names do not have: {character}",
        "Type letters only.",
    ),
    "form.not_whole": _answer(
        "القيمة {text} ليست عددًا صحيحًا.",
        "اكتب الأرقام وحدها بلا فواصل، مثل 3.",
        "{text} is not a whole number.",
        "Type digits only, like 3.",
    ),
    "form.not_decimal": _answer(
        "القيمة {text} ليست رقمًا.",
        "اكتب الأرقام وحدها، وللكسر نقطة، مثل 120.5.",
        "{text} is not a number.",
        "Type digits, with a point before the fraction, like 120.5.",
    ),
    "form.too_many_places": _answer(
        "بعد النقطة في {text} أرقام أكثر من {places}.",
        "قرّب الرقم أو راجعه.",
        "{text} has more than {places} digits after the point.",
        "Round the number or check it.",
    ),
    "form.too_small": _answer(
        "القيمة {text} أقل من {least}.",
        "راجع الرقم والوحدة المكتوبة بجانبه.",
        "{text} is below {least}.",
        "Check the number and the unit beside it.",
    ),
    "form.too_large": _answer(
        "القيمة {text} أكبر من {most}.",
        "راجع الرقم والوحدة المكتوبة بجانبه.",
        "{text} is above {most}.",
        "Check the number and the unit beside it.",
    ),
    "form.not_a_date": _answer(
        "{text} ليس تاريخًا كاملًا.",
        "اكتب اليوم ثم الشهر ثم السنة بأربعة أرقام، مثل 24/11/2026.",
        "{text} is not a whole date.",
        "Type day, month and a year of four digits, like 24/11/2026.",
    ),
    "form.no_such_day": _answer(
        "لا يوجد يوم بتاريخ {text}.",
        "راجع اليوم والشهر.",
        "There is no day {text}.",
        "Check the day and the month.",
    ),
    "form.date_ahead": _answer(
        "التاريخ {text} بعد اليوم ({today}).",
        "راجع التاريخ، وراجع ساعة الجهاز.",
        "The date {text} is after today ({today}).",
        "Check the date and the clock of the device.",
    ),
    "form.date_gone": _answer(
        "التاريخ {text} قبل اليوم ({today}).",
        "اكتب تاريخًا لم يمضِ.",
        "The date {text} is before today ({today}).",
        "Type a date that is still to come.",
    ),
    "form.not_an_option": _answer(
        "{text} ليس من الاختيارات.",
        "اختر من القائمة.",
        "{text} is not one of the options.",
        "Choose from the list.",
    ),
    "form.not_yes_no": _answer(
        "الإجابة {text} ليست نعم ولا لا.",
        "اختر نعم أو لا.",
        "{text} is neither yes nor no.",
        "Choose yes or no.",
    ),
    "form.account": _answer(
        "الرقم {text} فيه علامة غير مسموحة أو ليس فيه أرقام.",
        "اكتبه كما في المستند: أرقام وحروف وشرطة أو شرطة مائلة، حتى 40 علامة.",
        "{text} has a character that is not allowed, or no digit.",
        "Type it as on the paper: digits, letters, dash or slash, at most 40.",
    ),
    "form.coordinates": _answer(
        "{text} ليس موقعًا.",
        "اكتب خط العرض ثم فاصلة ثم خط الطول، مثل 30.0444,31.2357.",
        "{text} is not a position.",
        "Type latitude, comma, longitude, like 30.0444,31.2357.",
    ),
}
