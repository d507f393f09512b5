"""Situations of the screens of shift, cash, outage and void: what was not chosen or typed yet."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "pick.kept_more": Situation(
        Kind.INPUT,
        ar="الباقي في الدرج {kept} أكثر من المعدود {counted}.",
        remedy_ar="اكتب مبلغًا لا يزيد على المعدود.",
        en="{kept} stays in the drawer, more than the {counted} that was counted.",
        remedy_en="Type an amount that is not above the count.",
    ),
    "pick.cause": Situation(
        Kind.INPUT,
        ar="لم تختر سبب العطل.",
        remedy_ar="المس السبب في القائمة.",
        en="No cause is chosen.",
        remedy_en="Touch the cause in the list.",
    ),
    "pick.reason": Situation(
        Kind.INPUT,
        ar="لم تختر السبب.",
        remedy_ar="المس السبب في القائمة.",
        en="No reason is chosen.",
        remedy_en="Touch the reason in the list.",
    ),
    "pick.recovered": Situation(
        Kind.INPUT,
        ar="لم تكتب عدد النسخ التي في يدك.",
        remedy_ar="اجمع الأصل وكل نسخة، ثم اكتب عددها. لو لم تُطبع ورقة اكتب صفرًا.",
        en="The number of recovered prints is missing.",
        remedy_en="Gather the original and every copy, then type how many. If none was printed type zero.",
    ),
    "pick.signs": Situation(
        Kind.INPUT,
        ar="لم تختر أين يوقّع الطرف الآخر.",
        remedy_ar="اختر: هنا، أو على الورق، أو على جهازه.",
        en="It is not chosen where the other person signs.",
        remedy_en="Choose here, on paper, or on that person's device.",
    ),
    "pick.counterpart": Situation(
        Kind.INPUT,
        ar="لم تكتب كود الطرف الآخر.",
        remedy_ar="اكتب كود الموظف كما على بطاقته.",
        en="The other person's code is missing.",
        remedy_en="Type the staff code as on the card.",
    ),
    "pick.to": Situation(
        Kind.INPUT,
        ar="لم تختر لمن تُسلَّم النقدية.",
        remedy_ar="اختر الخزينة أو زميلًا.",
        en="It is not chosen to whom the cash goes.",
        remedy_en="Choose the treasury or a colleague.",
    ),
}
