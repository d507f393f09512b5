"""Situations of what crosses the wire: bytes that are damaged, signatures that do not hold, times past."""

from kiosk.core.errors import Kind, Situation

_AGAIN_AR = "اطلب نسخة جديدة من المركز، ولا تستعمل هذه النسخة."
_AGAIN_EN = "Ask the centre for a new copy and do not use this one."


def _damaged(ar: str, en: str) -> Situation:
    return Situation(Kind.DAMAGED, ar=ar, remedy_ar=_AGAIN_AR, en=en, remedy_en=_AGAIN_EN)


SITUATIONS = {
    "wire.too_large": _damaged(
        "الملف أكبر من المسموح: {size} بايت والحد {limit}.",
        "The object is larger than allowed: {size} bytes, the limit is {limit}.",
    ),
    "wire.not_json": _damaged("محتوى الملف غير مقروء ({detail}).", "The content cannot be read ({detail})."),
    "wire.too_deep": _damaged(
        "محتوى الملف متداخل أكثر من {limit} مستوى.", "The content is nested more than {limit} levels deep."
    ),
    "wire.duplicate_key": _damaged("الخانة {key} مكررة في الملف.", "The key {key} is there twice."),
    "wire.bad_number": _damaged(
        "الرقم {number} ليس عددًا صحيحًا في الحدود المسموحة.", "{number} is not a whole number within limits."
    ),
    "wire.not_nfc": _damaged(
        "النص {text} مكتوب بحروف مفككة.", "The text {text} is not in the composed Unicode form."
    ),
    "wire.bad_text": _damaged("في الملف حروف غير معروفة.", "The object contains broken text."),
    "wire.not_canonical": _damaged(
        "الملف ليس على صورته الأصلية حرفًا بحرف.", "The bytes are not in their one canonical form."
    ),
    "wire.bad_time": _damaged("الوقت {text} مكتوب خطأ.", "{text} is not a time in the agreed form."),
    "signed.malformed": _damaged(
        "الملف الموقَّع ناقص أو فيه خانة زائدة.", "The signed object lacks a field or has one too many."
    ),
    "signed.unknown_algorithm": _damaged(
        "طريقة التوقيع {alg} غير معروفة لهذا البرنامج.",
        "This program does not know the signature kind {alg}.",
    ),
    "signed.other_purpose": Situation(
        Kind.REFUSED,
        ar="الملف موقَّع لغرض آخر: {found}، والمطلوب {wanted}.",
        remedy_ar="اختر الملف الصحيح.",
        en="The object was signed for another purpose: {found}, wanted is {wanted}.",
        remedy_en="Choose the right file.",
    ),
    "signed.unknown_key": Situation(
        Kind.REFUSED,
        ar="المفتاح {kid} الذي وقَّع الملف غير معتمد على هذا الجهاز.",
        remedy_ar="حدِّث الجهاز من المركز ثم حاول مرة أخرى.",
        en="The key {kid} that signed the object is not trusted by this device.",
        remedy_en="Bring the device up to date with the centre, then try again.",
    ),
    "signed.bad_signature": _damaged(
        "توقيع الملف بالمفتاح {kid} غير مطابق لمحتواه.",
        "The signature by key {kid} does not fit the content.",
    ),
    "signed.not_yet_valid": Situation(
        Kind.REFUSED,
        ar="الملف يبدأ العمل به في {issued}.",
        remedy_ar="راجع ساعة الجهاز.",
        en="The object is valid only from {issued}.",
        remedy_en="Check the clock of the device.",
    ),
    "signed.expired": Situation(
        Kind.REFUSED,
        ar="انتهت مدة الملف في {expires}.",
        remedy_ar="اطلب نسخة أحدث من المركز.",
        en="The object expired on {expires}.",
        remedy_en="Ask the centre for a newer one.",
    ),
}
