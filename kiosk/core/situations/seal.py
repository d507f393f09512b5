"""Situations of the sealed receipt code and of the key list that checks it."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "seal.not_a_code": Situation(
        Kind.INPUT,
        ar="هذا ليس كود تحقق من إيصالات المركز، أو نُقل ناقصًا.",
        remedy_ar="امسح الكود من الإيصال مرة أخرى، أو انسخ العنوان كله من أول HTTPS إلى آخر حرف.",
        en="This is not a verification code of the centre's receipts, or it was copied incompletely.",
        remedy_en="Scan it from the receipt again, or copy the whole address from HTTPS to its last letter.",
    ),
    "seal.key_list": Situation(
        Kind.DAMAGED,
        ar="ملف مفاتيح التحقق ليس مكتوبًا كما يصدره المركز.",
        remedy_ar="حمّل قائمة المفاتيح من جديد من المركز.",
        en="The file of verification keys is not written the way the centre issues it.",
        remedy_en="Download the key list from the centre again.",
    ),
    "seal.trusted_key": Situation(
        Kind.INPUT,
        ar="مفتاح المركز {text} ليس 64 خانة من 0-9 و a-f.",
        remedy_ar="انسخ المفتاح العام للمركز كما هو مكتوب في حزمة التسجيل.",
        en="The centre's key {text} is not 64 digits of 0-9 and a-f.",
        remedy_en="Copy the centre's public key as it stands in the enrolment bundle.",
    ),
}
