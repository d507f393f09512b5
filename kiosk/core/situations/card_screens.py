"""Situations of screens and commands of card payments: what is not linked, not chosen, not settled yet."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "terminal.none": Situation(
        Kind.ENVIRONMENT,
        ar="لا توجد ماكينة دفع موصلة بهذا الجهاز.",
        remedy_ar="ادفع بإيصال الماكينة، أو اطلب من الفني توصيلها بالأمر kiosk devices terminal add.",
        en="No payment terminal is linked to this device.",
        remedy_en="Pay by the terminal's slip, or have the technician link it: kiosk devices terminal add.",
    ),
    "terminal.choice_damaged": Situation(
        Kind.ENVIRONMENT,
        ar="ملف اختيار ماكينة الدفع تالف.",
        remedy_ar="أعد تعريف الماكينة: kiosk devices terminal add.",
        en="The file that says which payment terminal this device has is damaged.",
        remedy_en="Set the terminal up again: kiosk devices terminal add.",
    ),
    "card.not_settled": Situation(
        Kind.ENVIRONMENT,
        ar="ماكينة الدفع {terminal} لم تحسم العملية.",
        remedy_ar="لا تحصّل مرة أخرى. اسألها مرة ثانية بعد قليل، أو اقرأ سجلها مع المشرف.",
        en="Terminal {terminal} did not settle it.",
        remedy_en="Do not take the money again. Ask it later, or read its record with the supervisor.",
    ),
    "card.no_attempt": Situation(
        Kind.INPUT,
        ar="لا توجد عملية بطاقة برقم {attempt} على هذا الجهاز.",
        remedy_ar="اعرض العمليات المفتوحة بالأمر kiosk card open.",
        en="There is no card payment {attempt} on this device.",
        remedy_en="List those that are open: kiosk card open.",
    ),
    "pick.found": Situation(
        Kind.INPUT,
        ar="لم تختر ما يقوله سجل الماكينة.",
        remedy_ar="اقرأ السجل، ثم المس: موجودة، أو غير موجودة.",
        en="It is not chosen what the terminal's record says.",
        remedy_en="Read it, then touch whether the payment is there.",
    ),
}
