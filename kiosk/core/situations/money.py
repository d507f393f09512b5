"""Situations of typed amounts: what is wrong with the way an amount is written, and how it is right."""

from kiosk.core.errors import Kind, Situation


def _typed(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.INPUT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


SITUATIONS = {
    "money.empty": _typed(
        "المبلغ لم يُكتب.",
        "اكتب المبلغ بالجنيه، مثل 1234.50.",
        "No amount was typed.",
        "Type the amount in pounds, like 1234.50.",
    ),
    "money.sign": _typed(
        "المبلغ يُكتب بلا علامة زائد أو ناقص.",
        "اكتب الرقم وحده، مثل 5.00.",
        "An amount is typed without a plus or minus sign.",
        "Type the number alone, like 5.00.",
    ),
    "money.space": _typed(
        "في المبلغ {text} مسافة.",
        "اكتب أرقام المبلغ متصلة بلا مسافات، مثل 1234.50 أو 1,234.50.",
        "There is a space in the amount {text}.",
        "Type it without spaces, like 1234.50 or 1,234.50.",
    ),
    "money.character": _typed(
        "في المبلغ {text} علامة لا تُكتب في المبالغ: {character}",
        "اكتب الأرقام وحدها، وللقروش نقطة، مثل 1234.50، بلا حروف ولا اسم العملة.",
        "The amount {text} has a character that no amount has: {character}",
        "Type digits only, with a point before the piastres, like 1234.50; no letters, no currency.",
    ),
    "money.mixed_digits": _typed(
        "المبلغ {text} فيه أرقام عربية وإنجليزية معًا.",
        "راجع المبلغ واكتبه بنوع واحد من الأرقام، مثل {suggestion}.",
        "The amount {text} mixes two kinds of digits.",
        "Check it and type it with one kind of digits, like {suggestion}.",
    ),
    "money.two_points": _typed(
        "في المبلغ {text} أكثر من نقطة.",
        "النقطة مرة واحدة قبل القروش؛ وللآلاف استعمل الفاصلة: 1,234,567.50.",
        "The amount {text} has more than one point.",
        "One point only, before the piastres; use commas for thousands: 1,234,567.50.",
    ),
    "money.comma_as_point": _typed(
        "الفاصلة في {text} للآلاف فقط، ولا تفصل القروش.",
        "اكتب القروش بعد نقطة: {suggestion}",
        "The comma in {text} is for thousands only, not for piastres.",
        "Type the piastres after a point: {suggestion}",
    ),
    "money.grouping": _typed(
        "الفواصل في {text} ليست بعد كل ثلاثة أرقام.",
        "اكتب المبلغ بلا فواصل، أو افصل كل ثلاثة أرقام من اليمين، مثل 1,234,567.50.",
        "The commas in {text} do not mark groups of three digits.",
        "Type the amount without commas, or group by threes from the right, like 1,234,567.50.",
    ),
    "money.nothing_before_point": _typed(
        "لا يوجد رقم قبل النقطة في {text}.",
        "إن كان المبلغ قروشًا فقط فاكتب صفرًا قبل النقطة، مثل 0.50.",
        "There is no digit before the point in {text}.",
        "For piastres only, type a zero before the point, like 0.50.",
    ),
    "money.nothing_after_point": _typed(
        "لا توجد قروش بعد النقطة في {text}.",
        "احذف النقطة، أو اكتب القروش بعدها، مثل 5.00.",
        "There are no piastres after the point in {text}.",
        "Remove the point, or type the piastres after it, like 5.00.",
    ),
    "money.comma_after_point": _typed(
        "في {text} فاصلة بعد النقطة.",
        "الفاصلة للآلاف وتأتي قبل النقطة، مثل 1,234.50.",
        "There is a comma after the point in {text}.",
        "Commas are for thousands and come before the point, like 1,234.50.",
    ),
    "money.third_decimal": _typed(
        "بعد النقطة في {text} أرقام عددها {count}، والقروش رقمان على الأكثر.",
        "اكتب القروش برقمين، مثل {example}. وإن قصدت الآلاف فاستعمل الفاصلة، مثل 1,234.",
        "There are {count} digits after the point in {text}; piastres have two at most.",
        "Type the piastres with two digits, like {example}. For thousands use a comma, like 1,234.",
    ),
    "money.leading_zero": _typed(
        "المبلغ {text} يبدأ بصفر.",
        "راجع أنه مبلغ لا رقم هاتف أو حساب، ثم اكتبه بلا أصفار في أوله.",
        "The amount {text} starts with a zero.",
        "Check that it is an amount, not a telephone or account number, and type it without leading zeros.",
    ),
    "money.too_large": _typed(
        "المبلغ {text} أكبر مما يقبله البرنامج، وأقصاه {limit} جنيه.",
        "راجع عدد الأرقام.",
        "The amount {text} is larger than the program takes; the most is EGP {limit}.",
        "Check the number of digits.",
    ),
    "money.zero_receipt": _typed(
        "لا يُكتب إيصال بمبلغ صفر.",
        "راجع المبلغ المحصل.",
        "No receipt is written for an amount of zero.",
        "Check the amount taken.",
    ),
}
