"""Situations of unlocking, shifts, custody and staff at the desk, and of naming them on the command line."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "session.no_store": Situation(
        Kind.INPUT,
        ar="لم يُحدد مجلد بيانات الجهاز.",
        remedy_ar="اكتب --store ثم مسار المجلد، أو ضع المسار في KIOSK_STORE.",
        en="The device's data folder is not named.",
        remedy_en="Type --store and its path, or put the path in KIOSK_STORE.",
    ),
    "session.no_staff": Situation(
        Kind.INPUT,
        ar="لم يُكتب كود الموظف.",
        remedy_ar="اكتب --staff ثم الكود، أو ضعه في KIOSK_STAFF.",
        en="The staff code is not given.",
        remedy_en="Type --staff and the code, or put it in KIOSK_STAFF.",
    ),
    "session.no_approver": Situation(
        Kind.INPUT,
        ar="لم يُكتب كود المعتمِد.",
        remedy_ar="اكتب --approver ثم كود المشرف الذي يوقّع.",
        en="The approver's code is not given.",
        remedy_en="Type --approver and the code of the supervisor who signs.",
    ),
    "unlock.half_added": Situation(
        Kind.REFUSED,
        ar="لم تكتمل إضافة الموظف {staff} على هذا الجهاز.",
        remedy_ar="اطلب من المشرف أن يفتح الجهاز ويضيفه من جديد، فيأخذ رقمًا سريًا جديدًا.",
        en="The adding of staff member {staff} to this device was cut off.",
        remedy_en="Ask the supervisor to unlock and add him again, with a new secret.",
    ),
    "unlock.removed": Situation(
        Kind.REFUSED,
        ar="حُذف الموظف {staff} من هذا الجهاز.",
        remedy_ar="إن كان الحذف خطأ فليضفه المشرف من جديد.",
        en="Staff member {staff} was removed from this device.",
        remedy_en="If that was a mistake, the supervisor adds him again.",
    ),
}
