"""Situations of identity numbers. No sentence repeats a person's whole number: sentences may be logged."""

from kiosk.core.errors import Kind, Situation


def _typed(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.INPUT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_NATIONAL_NUMBER = {
    "identity.number_character": _typed(
        "في الرقم القومي علامة ليست رقمًا: {character}",
        "اكتب أرقام البطاقة وحدها، وهي 14 رقمًا.",
        "The national number has a character that is not a digit: {character}",
        "Type the digits of the card only; there are 14.",
    ),
    "identity.number_length": _typed(
        "الرقم القومي 14 رقمًا، وعدد الأرقام المكتوبة {count}.",
        "راجع البطاقة واكتب الأرقام كلها.",
        "A national number has 14 digits; {count} were typed.",
        "Check the card and type all of them.",
    ),
    "identity.century": _typed(
        "أول رقم في الرقم القومي 2 أو 3، والمكتوب {digit}.",
        "راجع أول رقم من اليسار في البطاقة.",
        "A national number starts with 2 or 3; this one starts with {digit}.",
        "Check its first digit on the card.",
    ),
    "identity.birth_date": _typed(
        "تاريخ الميلاد في الرقم القومي لا وجود له: {date}",
        "راجع الأرقام من الثاني إلى السابع: السنة ثم الشهر ثم اليوم.",
        "The birth date in the national number does not exist: {date}",
        "Check digits 2 to 7: year, month, day.",
    ),
    "identity.birth_in_future": _typed(
        "تاريخ الميلاد في الرقم القومي لم يأتِ بعد: {date}",
        "راجع أول رقم والأرقام الستة التي بعده، وراجع تاريخ الجهاز.",
        "The birth date in the national number is still to come: {date}",
        "Check its first seven digits, and the date of this device.",
    ),
    "identity.governorate": _typed(
        "لا توجد محافظة ميلاد بالكود {place}.",
        "راجع الرقمين الثامن والتاسع من الرقم القومي.",
        "There is no governorate of birth with the code {place}.",
        "Check digits 8 and 9 of the national number.",
    ),
    "identity.check_mismatch": _typed(
        "راجع الرقم القومي: رقم التحقق لا يطابق.",
        "اكتب الرقم مرة ثانية من البطاقة. إن تطابقت المرتان يُقبل.",
        "Check the national number: its check digit does not match.",
        "Type it a second time from the card. Two equal typings are accepted.",
    ),
    "identity.typings_differ": _typed(
        "الرقم القومي المكتوب هذه المرة يختلف عن المرة السابقة.",
        "اكتب الرقم مرة أخرى من البطاقة رقمًا رقمًا.",
        "The national number typed this time differs from the last.",
        "Type it again from the card, digit by digit.",
    ),
}

_OTHERS = {
    "identity.mobile_character": _typed(
        "في رقم المحمول علامة ليست رقمًا: {character}",
        "اكتب الأرقام وحدها، مثل 01012345678.",
        "The mobile number has a character that is not a digit: {character}",
        "Type digits only, like 01012345678.",
    ),
    "identity.mobile_foreign": _typed(
        "رقم المحمول من خارج مصر.",
        "اكتب رقم محمول مصريًا من 11 رقمًا، أو اترك الخانة فارغة.",
        "The mobile number is not Egyptian.",
        "Type an Egyptian mobile number of 11 digits, or leave the field empty.",
    ),
    "identity.mobile_prefix": _typed(
        "رقم المحمول المصري لا يبدأ بـ {start}.",
        "يبدأ الرقم بـ 010 أو 011 أو 012 أو 015. راجعه مع صاحبه.",
        "No Egyptian mobile number starts with {start}.",
        "It starts with 010, 011, 012 or 015. Check it with its owner.",
    ),
    "identity.mobile_length": _typed(
        "رقم المحمول 11 رقمًا، وعدد الأرقام المكتوبة {count}.",
        "اكتب الرقم كله من أوله، مثل 01012345678.",
        "A mobile number has 11 digits; {count} were typed.",
        "Type all of it from its start, like 01012345678.",
    ),
    "identity.passport_country": _typed(
        "الدولة التي أصدرت الجواز مكتوبة خطأ: {text}",
        "اكتب اسم الدولة بالحروف وحدها.",
        "The country that issued the passport is not written right: {text}",
        "Write its name with letters only.",
    ),
    "identity.passport_number": _typed(
        "رقم جواز السفر من 5 إلى 15 خانة، حروف إنجليزية وأرقام، وفيه رقم على الأقل.",
        "راجع الجواز واكتب الرقم كما هو فيه.",
        "A passport number has 5 to 15 letters and digits, at least one of them a digit.",
        "Check the passport and type the number as it stands there.",
    ),
    "identity.tax_number_length": _typed(
        "رقم التسجيل الضريبي 9 أرقام، وعدد الأرقام المكتوبة {count}.",
        "راجع البطاقة الضريبية واكتب الرقم كله، مثل 123-456-789.",
        "A tax registration number has 9 digits; {count} were typed.",
        "Check the tax card and type all of it, like 123-456-789.",
    ),
    "identity.tax_number_character": _typed(
        "رقم التسجيل الضريبي أرقام فقط.",
        "اكتب الأرقام التسعة وحدها، مثل 123-456-789.",
        "A tax registration number has digits only.",
        "Type its nine digits, like 123-456-789.",
    ),
    "identity.register_office": _typed(
        "مكتب السجل التجاري لم يُكتب.",
        "اكتب اسم المكتب، مثل سجل تجاري طنطا.",
        "The commercial register's office is missing.",
        "Write the name of the office.",
    ),
    "identity.register_number": _typed(
        "رقم السجل التجاري مكتوب خطأ: {text}",
        "اكتب رقم السجل بالأرقام وحدها، من رقم إلى 10 أرقام.",
        "The commercial register number is not written right: {text}",
        "Type it with digits only, 1 to 10 of them.",
    ),
    "identity.register_year": _typed(
        "سنة القيد في السجل التجاري مكتوبة خطأ: {text}",
        "اكتب السنة بأربعة أرقام، من {first} إلى {last}.",
        "The year of the commercial register is not written right: {text}",
        "Type a year of four digits, from {first} to {last}.",
    ),
}

SITUATIONS = {**_NATIONAL_NUMBER, **_OTHERS}
