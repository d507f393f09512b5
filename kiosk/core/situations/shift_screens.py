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
    "pick.hour": Situation(
        Kind.INPUT,
        ar="الوقت {text} مكتوب خطأ.",
        remedy_ar="اكتب الساعة والدقيقة لليوم مثل {example}.",
        en="The time {text} is out of form.",
        remedy_en="Type hour and minute of today, such as {example}.",
    ),
    "pick.number": Situation(
        Kind.INPUT,
        ar="لم تكتب رقم البلاغ أو المذكرة.",
        remedy_ar="اكتبه كما أعطاه الدعم أو كما في المذكرة.",
        en="The number of the ticket or memo is missing.",
        remedy_en="Type it as support gave it or as on the memo.",
    ),
    "pick.memo_approver": Situation(
        Kind.INPUT,
        ar="لم تكتب كود من اعتمد المذكرة.",
        remedy_ar="اكتب الكود بلا اسم.",
        en="The code of who approved the memo is missing.",
        remedy_en="Type the code, no name.",
    ),
    "pick.transfer": Situation(
        Kind.INPUT,
        ar="لم تختر النقدية التي تستلمها.",
        remedy_ar="المس ما في القائمة، أو اختر جهازًا آخر واكتب رقم التسليم.",
        en="The cash that you receive is not chosen.",
        remedy_en="Touch one in the list, or choose another device and type the transfer number.",
    ),
    "pick.intact": Situation(
        Kind.INPUT,
        ar="لم تختر حالة الختم.",
        remedy_ar="انظر إلى الختم واختر سليم أو مكسور.",
        en="The state of the seal is not chosen.",
        remedy_en="Look at the seal and choose intact or broken.",
    ),
    "pick.receipt": Situation(
        Kind.INPUT,
        ar="لا يوجد إيصال بالرقم {number} في هذه الوردية.",
        remedy_ar="راجع الرقم على الورقة، أو اختر الإيصال من القائمة.",
        en="This shift has no receipt {number}.",
        remedy_en="Check the number on the paper, or choose the receipt from the list.",
    ),
}
