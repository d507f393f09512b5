"""Situations of the counter: requests as they are taken and paid, debtors as they are found and pay."""

from kiosk.core.errors import Kind, Situation

_REQUESTS = {
    "request.no_field": Situation(
        Kind.INPUT,
        ar="الخدمة {service} ليس فيها بيان اسمه {name}.",
        remedy_ar="اعرض بيانات الخدمة بالأمر kiosk request form {service} واكتب الاسم كما فيها.",
        en="The service {service} asks for nothing named {name}.",
        remedy_en="List what it asks for with kiosk request form {service} and type the name as there.",
    ),
    "request.no_paper": Situation(
        Kind.INPUT,
        ar="لا يوجد مستند كوده {name}.",
        remedy_ar="اختر أكواد المستندات من نموذج الخدمة.",
        en="There is no paper with the code {name}.",
        remedy_en="Take the codes of papers from the form of the service.",
    ),
    "request.answers_wrong": Situation(
        Kind.INPUT,
        ar="بيانات تحتاج إلى مراجعة: {count}. أولها «{field}»: {problem}",
        remedy_ar="راجع البيانات مع المواطن؛ الأمر kiosk request check يعرضها كلها.",
        en="Answers that need attention: {count}. The first is “{field}”: {problem}",
        remedy_en="Go through them with the citizen; kiosk request check shows them all.",
    ),
    "request.gate_shut": Situation(
        Kind.REFUSED,
        ar="ما يجب أن يسبق هذا الطلب لم يتم: {reason}",
        remedy_ar="قدّم الطلب السابق أولًا، أو أضف المستند الذي يثبته.",
        en="What must come before is not done: {reason}",
        remedy_en="Take the earlier request first, or add the paper that proves it.",
    ),
    "request.papers_missing": Situation(
        Kind.REFUSED,
        ar="مستندات ناقصة لا يُقبل الطلب بدونها: {count} ({papers}).",
        remedy_ar="سلّم المواطن بيانًا بالمستندات الناقصة، ولا تحصّل منه شيئًا.",
        en="Papers without which the request is not taken: {count} ({papers}).",
        remedy_en="Give the citizen the slip of missing papers, and take no money.",
    ),
    "request.unknown": Situation(
        Kind.INPUT,
        ar="لا يوجد طلب رقمه {tracking} على هذا الجهاز.",
        remedy_ar="راجع رقم الطلب المكتوب على الإيصال؛ قد يكون الطلب مقدمًا على جهاز آخر.",
        en="There is no request {tracking} on this device.",
        remedy_en="Check the number on the slip; it may have been taken on another device.",
    ),
    "request.tender": Situation(
        Kind.REFUSED,
        ar="رسوم الخدمة {service} لا تُدفع هنا بهذه الطريقة.",
        remedy_ar="اعرض على المواطن طريقة الدفع المسموحة لهذه الخدمة.",
        en="The fee of service {service} is not paid here in this way.",
        remedy_en="Offer the citizen the way of payment that the service allows.",
    ),
    "request.mandate": Situation(
        Kind.REFUSED,
        ar="الخدمة {service} لا يُحصَّل لها إلا بتفويض من جهتها.",
        remedy_ar="اكتب رقم التفويض، أو أحل المواطن إلى الجهة.",
        en="Money for service {service} is taken only under a mandate of its body.",
        remedy_en="Type the number of the mandate, or refer the citizen to the body.",
    ),
    "request.nothing_due": Situation(
        Kind.INPUT,
        ar="الخدمة {service} لا يُحصَّل لها شيء الآن.",
        remedy_ar="رد المبلغ للمواطن وسجل الطلب بدون دفع.",
        en="Nothing is due for service {service} now.",
        remedy_en="Give the money back and take the request without a payment.",
    ),
    "request.paid_in_part": Situation(
        Kind.REFUSED,
        ar="دُفع جزء من رسوم الطلب {tracking} بطريقة لا تطابق بنوده.",
        remedy_ar="راجع إيصالاته مع المشرف قبل تحصيل الباقي.",
        en="Part of the fee of request {tracking} was paid in a way that does not match its lines.",
        remedy_en="Go through its receipts with the supervisor before taking the rest.",
    ),
    "request.stands_unpaid": Situation(
        Kind.REFUSED,
        ar="سُجل الطلب {tracking} ولم يُدفع: {problem}",
        remedy_ar="عالج السبب ثم حصّل رسومه بالأمر kiosk request pay {tracking}؛ لا تسجله مرة أخرى.",
        en="Request {tracking} was taken and is not paid: {problem}",
        remedy_en="Mend the cause, then use kiosk request pay {tracking}; do not take it again.",
    ),
    "payer.capacity": Situation(
        Kind.INPUT,
        ar="صفة الدافع غير معروفة.",
        remedy_ar="اختر واحدة من: {known}",
        en="The payer's capacity is not known.",
        remedy_en="Choose one of: {known}",
    ),
}

_DEBTS = {
    "collect.no_debtor": Situation(
        Kind.INPUT,
        ar="لا يوجد مدين كوده {debtor} في بيانات هذا الجهاز.",
        remedy_ar="ابحث عنه بالرقم القومي أو رقم الحساب؛ قد يكون في بيانات أحدث.",
        en="There is no debtor {debtor} in the data of this device.",
        remedy_en="Look him up by national number or account; newer data may have him.",
    ),
    "collect.not_him": Situation(
        Kind.REFUSED,
        ar="الرقم المكتوب ليس للمدين {debtor}.",
        remedy_ar="قارن الرقم بأوراقه، أو ابحث من جديد.",
        en="What was typed does not belong to debtor {debtor}.",
        remedy_en="Compare it with his papers, or look him up again.",
    ),
    "collect.needs_second": Situation(
        Kind.REFUSED,
        ar="المدين معروف بالاسم فقط، والاسم وحده لا يكفي للتحصيل.",
        remedy_ar="اكتب رقمه القومي أو محموله أو حسابه من أوراقه، أو اطلب موظفًا ثانيًا يقارن ويوقّع.",
        en="The debtor is known by name only, and a name alone is not enough to take money.",
        remedy_en="Type his number, mobile or account from his papers, or let a second person sign.",
    ),
    "collect.second_not_needed": Situation(
        Kind.INPUT,
        ar="المدين معروف برقمه، فلا حاجة إلى توقيع ثانٍ.",
        remedy_ar="أعد العملية بدون المعتمِد.",
        en="The debtor is known by a number, so no second signature is needed.",
        remedy_en="Do it again without an approver.",
    ),
    "collect.mandate": Situation(
        Kind.REFUSED,
        ar="المديونية {debt} ({kind}) لا تُحصَّل إلا بتفويض من جهتها.",
        remedy_ar="اكتب رقم التفويض، أو اختر مديونية أخرى.",
        en="The debt {debt} ({kind}) is collected only under a mandate of its body.",
        remedy_en="Type the number of the mandate, or choose another debt.",
    ),
    "collect.changed": Situation(
        Kind.REFUSED,
        ar="تغير الرصيد أو البيانات بعد عرضها.",
        remedy_ar="اعرض المديونية من جديد ووزّع المبلغ مرة أخرى؛ لم يُسجل شيء.",
        en="The balance or the data changed after it was shown.",
        remedy_en="Show the debts again and divide the amount anew; nothing was recorded.",
    ),
}

_TYPED = {
    "offer.slip_form": Situation(
        Kind.INPUT,
        ar="إيصال الماكينة {text} ناقص أو زائد.",
        remedy_ar="اكتب: رقم الماكينة، رقم الإيصال، المبلغ بلا فواصل، كود الموافقة، "
        "الوقت مثل 2026-11-24T10:30، ثم آخر أربعة أرقام إن وُجدت، وبينها فاصلة.",
        en="The slip {text} has too few or too many parts.",
        remedy_en="Type terminal, number, amount without grouping, approval, time like 2026-11-24T10:30, and "
        "the last four digits if known, with commas between.",
    ),
    "offer.form33_form": Situation(
        Kind.INPUT,
        ar="بيانات القسيمة الورقية {text} ناقصة أو خطأ.",
        remedy_ar="اكتب: المجموعة، رقم القسيمة، التاريخ مثل 2026-11-24، وبينها فاصلة.",
        en="The paper form {text} is out of form.",
        remedy_en="Type series, number and date like 2026-11-24, with commas between.",
    ),
    "offer.payer_half": Situation(
        Kind.INPUT,
        ar="بيانات الدافع ناقصة: الاسم والصفة معًا.",
        remedy_ar="اكتب اسم الدافع وصفته، أو اتركهما معًا إن كان صاحب الشأن نفسه.",
        en="The payer is half named: name and capacity belong together.",
        remedy_en="Give both, or neither when the person himself pays.",
    ),
    "offer.answers_form": Situation(
        Kind.INPUT,
        ar="الملف {file} ليس قائمة أسماء وقيم.",
        remedy_ar="اكتب في كل سطر اسم البيان ثم نقطتين ثم قيمته.",
        en="{file} is not a list of names and values.",
        remedy_en="Write one name a line, a colon, and its value.",
    ),
    "offer.debts_form": Situation(
        Kind.INPUT,
        ar="اختيار المديونيات مكتوب بشكلين: {text}.",
        remedy_ar="اكتب أرقام الحسابات وحدها بالترتيب، أو مع كل حساب علامة = ومبلغه.",
        en="The chosen debts are written in two ways: {text}.",
        remedy_en="Name accounts only, in their order, or give each an = and its amount.",
    ),
    "offer.identity_twice": Situation(
        Kind.INPUT,
        ar="هوية المدين مكتوبة بأكثر من طريقة.",
        remedy_ar="اكتب رقمه القومي أو محموله أو رقم حسابه، واحدًا منها.",
        en="The debtor is identified in more than one way.",
        remedy_en="Give his number, his mobile or an account: one of them.",
    ),
}

SITUATIONS = {**_REQUESTS, **_DEBTS, **_TYPED}
