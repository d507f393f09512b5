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
        ar="بيانات تحتاج إلى مراجعة: {count}. أولها «{field_ar}»: {problem_ar}",
        remedy_ar="راجع البيانات مع المواطن؛ الأمر kiosk request check يعرضها كلها.",
        en="Answers that need attention: {count}. The first is “{field_en}”: {problem_en}",
        remedy_en="Go through them with the citizen; kiosk request check shows them all.",
    ),
    "request.gate_shut": Situation(
        Kind.REFUSED,
        ar="{reason_ar}",
        remedy_ar="قدّم الطلب السابق أولًا، أو أضف المستند الذي يثبته.",
        en="{reason_en}",
        remedy_en="Take the earlier request first, or add the paper that proves it.",
    ),
    "request.papers_missing": Situation(
        Kind.REFUSED,
        ar="مستندات ناقصة لا يُقبل الطلب بدونها: {count} ({papers_ar}).",
        remedy_ar="سلّم المواطن بيانًا بالمستندات الناقصة، ولا تحصّل منه شيئًا.",
        en="Papers without which the request is not taken: {count} ({papers_en}).",
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
        ar="سُجل الطلب {tracking} ولم يُدفع: {problem_ar}",
        remedy_ar="عالج السبب ثم حصّل رسومه بالأمر kiosk request pay {tracking}؛ لا تسجله مرة أخرى.",
        en="Request {tracking} was taken and is not paid: {problem_en}",
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
        ar="المديونية {debt} ({kind_ar}) لا تُحصَّل إلا بتفويض من جهتها.",
        remedy_ar="اكتب رقم التفويض، أو اختر مديونية أخرى.",
        en="The debt {debt} ({kind_en}) is collected only under a mandate of its body.",
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

SITUATIONS = {**_REQUESTS, **_DEBTS}
