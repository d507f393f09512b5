"""Situations of debts and their payment."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "debts.nothing_paid": Situation(
        Kind.INPUT,
        ar="المبلغ المدفوع صفر.",
        remedy_ar="اكتب المبلغ الذي سيدفعه.",
        en="The amount paid is zero.",
        remedy_en="Type the amount he will pay.",
    ),
    "debts.none_chosen": Situation(
        Kind.INPUT,
        ar="لم تُختر أي مديونية.",
        remedy_ar="اسأل المدين أي مديونية يسددها واخترها من القائمة.",
        en="No debt is chosen.",
        remedy_en="Ask the debtor which debt he pays and choose it from the list.",
    ),
    "debts.not_listed": Situation(
        Kind.INPUT,
        ar="المديونية {debt} ليست في قائمة هذا المدين.",
        remedy_ar="راجع رقم المديونية، أو ابحث عن المدين من جديد.",
        en="The debt {debt} is not in this debtor's list.",
        remedy_en="Check its number, or look the debtor up again.",
    ),
    "debts.chosen_twice": Situation(
        Kind.INPUT,
        ar="المديونية {debt} مختارة مرتين.",
        remedy_ar="اذكر كل مديونية مرة واحدة.",
        en="The debt {debt} is chosen twice.",
        remedy_en="Name each debt once.",
    ),
    "debts.shares_differ": Situation(
        Kind.INPUT,
        ar="مجموع ما وُزع {shares} والمدفوع {paid}.",
        remedy_ar="عدّل التوزيع حتى يساوي المدفوع تمامًا.",
        en="The shares add up to {shares}, the payment is {paid}.",
        remedy_en="Change the shares until they equal the payment exactly.",
    ),
    "debts.more_than_owed": Situation(
        Kind.REFUSED,
        ar="المدفوع {paid} أكبر من المستحق {owed}، وهذا النوع لا يقبل الدفع مقدمًا.",
        remedy_ar="حصّل {owed} فقط، أو اسأل المدين إن كان الباقي لمديونية أخرى.",
        en="The payment of {paid} is more than the {owed} owed, and this kind takes no advance.",
        remedy_en="Take {owed} only, or ask the debtor whether the rest is for another debt.",
    ),
    "debts.advance_for_which": Situation(
        Kind.REFUSED,
        ar="المدفوع يزيد {extra} عن المستحق، وأكثر من مديونية تقبل الدفع مقدمًا.",
        remedy_ar="اسأل المدين: لأي مديونية الزيادة؟ ثم اكتب مبلغ كل مديونية.",
        en="The payment is {extra} above what is owed, and more than one debt takes an advance.",
        remedy_en="Ask the debtor which debt the extra is for, then type the amount of each debt.",
    ),
    "debts.several_purses": Situation(
        Kind.REFUSED,
        ar="هذه المديونيات لأكثر من جهة أو حساب، ومال جهة لا يسدد دين جهة أخرى.",
        remedy_ar="اسأل المدين كم يدفع لكل مديونية، واكتب مبلغ كل واحدة.",
        en="These debts belong to several bodies or accounts; the money of one never pays another.",
        remedy_en="Ask the debtor how much he pays on each debt, and type each amount.",
    ),
    "debts.whole_debt_only": Situation(
        Kind.REFUSED,
        ar="المديونية {debt} لا تقبل الدفع الجزئي: المستحق {owed}.",
        remedy_ar="حصّل {owed} كاملة، أو اختر مديونية أخرى.",
        en="The debt {debt} cannot be paid in part: {owed} is owed.",
        remedy_en="Take the whole {owed}, or choose another debt.",
    ),
    "debts.whole_instalment_only": Situation(
        Kind.REFUSED,
        ar="المديونية {debt} تُدفع بالقسط الكامل: المبلغ يترك {missing} ناقصة من قسط.",
        remedy_ar="زد المبلغ {missing} ليكتمل القسط، أو اختر مديونية أخرى.",
        en="The debt {debt} is paid by whole instalments: this leaves {missing} of one unpaid.",
        remedy_en="Add {missing} to complete it, or choose another debt.",
    ),
    "debts.above_stale_cap": Situation(
        Kind.REFUSED,
        ar="بيانات المديونيات بتاريخ {as_of} وعمرها {days} يومًا: أقصى تحصيل الآن {cap}.",
        remedy_ar="حدّث البيانات من الشبكة أو الفلاشة، أو حصّل حتى {cap}.",
        en="The debt data is of {as_of}, {days} days old: at most {cap} may be taken now.",
        remedy_en="Bring newer data by net or USB, or take up to {cap}.",
    ),
    "debts.age_for_supervisors": Situation(
        Kind.REFUSED,
        ar="بيان أعمار المديونيات يظهر للمشرف فقط.",
        remedy_ar="اطلبه من المشرف.",
        en="The ages of debts are shown to supervisors only.",
        remedy_en="Ask a supervisor for them.",
    ),
}
