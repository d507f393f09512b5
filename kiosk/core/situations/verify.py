"""Situations of verifying a store: what the journal, its tables and the data beside it must agree on."""

from kiosk.core.errors import Kind, Situation

_STOP_AR = "أوقف التحصيل على هذا الجهاز، وسلِّم ما معك، وأبلغ المركز."
_STOP_EN = "Take no more money on this device, hand over what you hold, and tell the centre."


def _damaged(ar: str, en: str, remedy_ar: str = _STOP_AR, remedy_en: str = _STOP_EN) -> Situation:
    return Situation(Kind.DAMAGED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


SITUATIONS = {
    "journal.torn": _damaged(
        "السجل لا يكمل من حيث وقف آخر قيد. لم يُسجل شيء.",
        "The journal does not go on from its last entry. Nothing was recorded.",
        "افحص الجهاز بالأمر kiosk verify، وأبلغ المركز بما يقوله.",
        "Check the device with kiosk verify and tell the centre what it says.",
    ),
    "verify.table_differs": _damaged(
        "جدول {table} لا يطابق السجل.",
        "The table {table} is not what the journal says.",
        "أعد بناء الجداول من السجل بالأمر kiosk verify --rebuild، وأبلغ الدعم.",
        "Rebuild the tables from the journal with kiosk verify --rebuild, and tell support.",
    ),
    "verify.index_differs": _damaged(
        "فهرس الجدول {table} لا يطابق الجدول نفسه.",
        "An index of the table {table} is not what the table says.",
        "أعد بناء الجداول من السجل بالأمر kiosk verify --rebuild، وأبلغ الدعم.",
        "Rebuild the tables from the journal with kiosk verify --rebuild, and tell support.",
    ),
    "verify.contradiction": _damaged(
        "القيد {seq} يناقض ما قبله: رقم مستعمل من قبل أو شيء لم يسجل.",
        "Entry {seq} contradicts those before it: a number used before, or a thing never recorded.",
    ),
    "verify.scan_lost": _damaged(
        "صورة المستند {attachment} للطلب {tracking} ضاعت أو تلفت قبل أن تصل إلى المركز.",
        "The scan {attachment} of request {tracking} is lost or damaged, and the centre has not got it.",
        "امسح المستند من جديد وأرفقه بالطلب، وأبلغ الدعم الفني.",
        "Scan the paper again, attach it to the request, and tell technical support.",
    ),
    "verify.scan_only_at_centre": _damaged(
        "صورة المستند {attachment} للطلب {tracking} ضاعت أو تلفت على الجهاز، وهي سليمة عند المركز.",
        "The scan {attachment} of request {tracking} is lost or damaged here; the centre has it.",
        "اطلب الصورة من المركز عند الحاجة، وأبلغ الدعم الفني: قرص الجهاز قد يكون تالفًا.",
        "Ask the centre for it when it is needed, and tell technical support: the disk may be failing.",
    ),
    "verify.scan_not_erased": _damaged(
        "مُسح صاحب صورة المستند {attachment} وما زال مفتاحها على الجهاز.",
        "The person of the scan {attachment} was erased, but its key is still on the device.",
        "أبلغ المركز: بيانات شخصية كان يجب أن تُمحى.",
        "Tell the centre: personal data that should be gone.",
    ),
    "verify.scan_unnamed": Situation(
        Kind.ENVIRONMENT,
        ar="في مجلد صور المستندات ملف لا يذكره أي قيد: {name}",
        remedy_ar="لا خلل في البيانات: لا يفتحه أي مفتاح، ويُحذف عند إرفاق الصورة التالية.",
        en="The folder of scans has a file that no entry names: {name}",
        remedy_en="No data is damaged: no key opens it, and it goes when the next scan is attached.",
    ),
    "verify.type_differs": _damaged(
        "نوع القيد {seq} في الجدول ليس نوعه في القيد نفسه.",
        "The type kept beside entry {seq} is not the one inside it.",
    ),
    "verify.checkpoint_unreadable": _damaged(
        "ختم الجهاز عند القيد {seq} غير مقروء.", "The device's checkpoint at entry {seq} cannot be read."
    ),
    "verify.checkpoint_missing": _damaged(
        "ختم الجهاز عند القيد {seq} غير موجود.", "The device's checkpoint at entry {seq} is gone."
    ),
    "verify.data_differs": _damaged(
        "بيانات {dataset} نسخة {version} ليست ما سُجل عند تحميلها.",
        "The data {dataset}, version {version}, are not those that the journal says were taken.",
        "لا تعتمد على هذه البيانات. حدّث الجهاز من المركز.",
        "Do not rely on them. Update the device from the centre.",
    ),
    "verify.close_differs": _damaged(
        "آخر إقفال وردية (Z رقم {z}) لا يطابق ما سُجل بعده أو ختم الجهاز عنده.",
        "The last close of a shift (Z {z}) is not what the totals, the tables or its checkpoint say.",
    ),
    "verify.guard_gone": _damaged(
        "الحماية {guard} التي تمنع تعديل السجل أُزيلت أو تغيرت.",
        "The guard {guard} that keeps the journal from being edited was removed or changed.",
    ),
}
