"""Situations of journal entries: bad content, missing signatures, a broken chain."""

from kiosk.core.errors import Kind, Situation

_STOP_AR = "أوقف التحصيل على هذا الجهاز، وسلِّم ما معك، وأبلغ المركز."
_STOP_EN = "Take no more money on this device, hand over what you hold, and tell the centre."


def _broken(ar: str, en: str) -> Situation:
    return Situation(Kind.DAMAGED, ar=ar, remedy_ar=_STOP_AR, en=en, remedy_en=_STOP_EN)


SITUATIONS = {
    "entry.personal_text": Situation(
        Kind.INPUT,
        ar="في الملاحظة رقم قومي أو رقم موبايل.",
        remedy_ar="احذف الرقم من الملاحظة، واكتبه في بيانات الشخص فقط.",
        en="The remark holds a national number or a mobile number.",
        remedy_en="Remove it and write it among the person's details only.",
    ),
    "entry.same_person": Situation(
        Kind.REFUSED,
        ar="الموظف {staff} لا يوافق على عمل عمله بنفسه.",
        remedy_ar="اطلب موظفًا آخر له حق الموافقة.",
        en="Staff member {staff} cannot approve his own act.",
        remedy_en="Ask another person who may approve.",
    ),
    "entry.no_person": Situation(
        Kind.REFUSED,
        ar="القيد {type} يحتاج توقيع موظف.",
        remedy_ar="افتح الجهاز باسم موظف ثم أعد العمل.",
        en="The entry {type} needs the signature of a person.",
        remedy_en="Unlock the device as a staff member, then do it again.",
    ),
    "entry.unsigned": Situation(
        Kind.REFUSED,
        ar="القيد {type} ينقصه توقيع {by}.",
        remedy_ar="اطلب منه أن يفتح خانته ويوقِّع.",
        en="The entry {type} lacks the signature of {by}.",
        remedy_en="Ask for it: the person opens his own slot and signs.",
    ),
    "entry.malformed": Situation(
        Kind.DAMAGED,
        ar="القيد مكتوب خطأ عند {field} ({problem}).",
        remedy_ar="أبلغ المركز، ولا تعتمد على هذه النسخة.",
        en="The entry is out of form at {field} ({problem}).",
        remedy_en="Tell the centre and do not rely on this copy.",
    ),
    "entry.bad_body": Situation(
        Kind.DAMAGED,
        ar="محتوى القيد {type} خطأ عند {field} ({problem}).",
        remedy_ar="أبلغ المركز، ولا تعتمد على هذه النسخة.",
        en="The body of {type} is wrong at {field} ({problem}).",
        remedy_en="Tell the centre and do not rely on this copy.",
    ),
    "chain.wrong_stream": _broken("القيد {seq} من سجل جهاز آخر.", "Entry {seq} belongs to another stream."),
    "chain.gap": _broken(
        "القيد {seq} ناقص: جاء بعده القيد {found}.", "Entry {seq} is missing: entry {found} came instead."
    ),
    "chain.repeated": _broken("القيد {seq} مكرر.", "Entry {seq} is there again."),
    "chain.altered": _broken(
        "القيد {seq} متغيِّر بعد كتابته.", "Entry {seq} was altered after it was written, or stands elsewhere."
    ),
    "chain.unreadable": _broken(
        "القيد {seq} غير مقروء ({reason}).", "Entry {seq} cannot be read ({reason})."
    ),
    "chain.bad_body": _broken(
        "محتوى القيد {seq} خطأ عند {field} ({problem}).",
        "The body of entry {seq} is wrong at {field} ({problem}).",
    ),
    "chain.totals": _broken(
        "المجموع التراكمي {name} في القيد {seq} هو {stated} والصحيح {computed}.",
        "The perpetual total {name} in entry {seq} is {stated}, it must be {computed}.",
    ),
    "chain.unknown_signer": _broken(
        "القيد {seq} موقَّع بمفتاح غير معتمد: {by}.", "Entry {seq} is signed by a key not trusted: {by}."
    ),
    "chain.bad_signature": _broken(
        "توقيع {by} على القيد {seq} غير صحيح.", "The signature of {by} on entry {seq} does not hold."
    ),
    "chain.unsigned": _broken(
        "القيد {seq} ينقصه توقيع لازم ({reason}).", "Entry {seq} lacks a needed signature ({reason})."
    ),
    "chain.no_right": _broken(
        "القيد {seq} وقَّعه {by} وليس له هذه الصلاحية ({right}).",
        "Entry {seq} is signed by {by}, who does not hold the right {right}.",
    ),
    "chain.checkpoint_signature": _broken(
        "ختم الجهاز عند القيد {seq} غير صحيح.", "The device's checkpoint at entry {seq} does not hold."
    ),
    "chain.checkpoint_differs": _broken(
        "ختم الجهاز عند القيد {seq} لا يطابق السجل.",
        "The device's checkpoint at entry {seq} is not this journal.",
    ),
    "chain.cut": _broken(
        "السجل مقطوع: آخر قيد {last} والجهاز ختم القيد {seq}.",
        "The journal is cut: its last entry is {last}, the device signed entry {seq}.",
    ),
    "chain.later_release": Situation(
        Kind.REFUSED,
        ar="القيد {seq} من نوع لا يعرفه هذا البرنامج: {type}.",
        remedy_ar="حدِّث البرنامج لفحص محتوى القيد.",
        en="Entry {seq} is of a type that this program does not know: {type}.",
        remedy_en="Update the program to check its content.",
    ),
}
