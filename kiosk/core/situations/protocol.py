"""Situations of what travels between device and centre: numbers, certificates, batches, answers."""

from kiosk.core.errors import Kind, Situation

_TELL_AR = "أبلغ المركز الرئيسي وأرسل له هذه الرسالة."
_TELL_EN = "Tell the centre and send it this message."


def _damaged(ar: str, en: str, remedy_ar: str = _TELL_AR, remedy_en: str = _TELL_EN) -> Situation:
    return Situation(Kind.DAMAGED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


SITUATIONS = {
    "number.letters": Situation(
        Kind.INPUT,
        ar="الرقم فيه حروف.",
        remedy_ar="اكتب أرقامًا فقط كما في الورقة.",
        en="The number holds letters.",
        remedy_en="Type digits only, as on the paper.",
    ),
    "number.length": Situation(
        Kind.INPUT,
        ar="الرقم {found} خانة والمطلوب {length}.",
        remedy_ar="راجع الورقة واكتب كل الخانات.",
        en="The number has {found} digits, it must have {length}.",
        remedy_en="Look at the paper again and type all digits.",
    ),
    "number.check": Situation(
        Kind.INPUT,
        ar="في الرقم خانة مكتوبة خطأ.",
        remedy_ar="راجع الرقم مع الورقة خانة خانة.",
        en="A digit of the number is wrong.",
        remedy_en="Compare the number with the paper, digit by digit.",
    ),
    "protocol.malformed": _damaged(
        "الرسالة {what} مكتوبة خطأ عند {field} ({problem}).",
        "The message {what} is out of form at {field} ({problem}).",
    ),
    "protocol.other_version": Situation(
        Kind.REFUSED,
        ar="الرسالة بالإصدار {found} من طريقة التبادل، وهذا البرنامج يفهم الإصدار {ours}.",
        remedy_ar="اطلب من الدعم الفني تحديث برنامج الجهاز. كل ما سُجِّل محفوظ.",
        en="The message is of version {found} of the protocol, and this program understands version {ours}.",
        remedy_en="Let technical support update the device. What was recorded is kept.",
    ),
    "authority.out_of_span": _damaged(
        "المفتاح {kid} وقَّع خارج مدة تفويضه.",
        "The key {kid} signed outside the span of its delegation.",
    ),
    "reference.malformed": _damaged(
        "ملف البيانات {name} ليس على الصورة المتفق عليها.", "The dataset {name} is not of the agreed form."
    ),
    "manifest.not_ours": _damaged(
        "قائمة البيانات لجهاز آخر: {device}.", "The list of data is for another device: {device}."
    ),
    "manifest.altered": _damaged(
        "ملف البيانات {name} لا يطابق القائمة الموقَّعة.",
        "The file of {name} is not the one in the signed list.",
        "نزِّل الملف مرة أخرى.",
        "Fetch the file again.",
    ),
    "ack.not_ours": _damaged(
        "رد المركز يخص رسالة أخرى.",
        "The answer of the centre belongs to another message.",
        "أعد الإرسال.",
        "Send again.",
    ),
    "batch.not_gzip": _damaged(
        "دفعة القيود ناقصة أو غير مضغوطة.",
        "The batch is cut off, or is not compressed.",
        "أرسل الدفعة مرة أخرى.",
        "Send the batch again.",
    ),
    "batch.too_large": _damaged(
        "دفعة القيود أكبر من المسموح: الحد {limit} بايت.",
        "The batch is larger than allowed: the limit is {limit} bytes.",
        "أرسل القيود على دفعات أصغر.",
        "Send the entries in smaller batches.",
    ),
    "batch.malformed": _damaged(
        "دفعة القيود ليست على الصورة المتفق عليها ({problem}).",
        "The batch is not of the agreed form ({problem}).",
    ),
    "pki.malformed": _damaged(
        "الشهادة غير مقروءة.",
        "The certificate cannot be read.",
    ),
    "pki.other_centre": Situation(
        Kind.REFUSED,
        ar="الخادم الذي رد ليس المركز المكتوب في ورقة التسجيل.",
        remedy_ar="راجع كود المركز والعنوان في الورقة، ولا تكمل التسجيل قبل أن يتطابقا.",
        en="The server that answered is not the centre on the enrolment slip.",
        remedy_en="Compare code and address with the slip; do not go on before they agree.",
    ),
    "pki.wrong_certificate": _damaged(
        "شهادة الجهاز لا تخص هذا الجهاز أو لم يصدرها المركز.",
        "The certificate is not for this device, or was not issued by the centre.",
    ),
    "enrol.bad_signature": _damaged(
        "طلب التسجيل غير موقَّع بمفتاح الجهاز.",
        "The enrolment request is not signed by the device's key.",
        "اعمل طلبًا جديدًا من الجهاز.",
        "Make a new request on the device.",
    ),
    "enrol.not_a_slip": Situation(
        Kind.INPUT,
        ar="هذا الكود ليس كود ورقة تسجيل.",
        remedy_ar="امسح الكود المطبوع على ورقة التسجيل، أو اكتب الأرقام بيدك.",
        en="This is not the code of an enrolment slip.",
        remedy_en="Scan the code printed on the slip, or type the numbers.",
    ),
    "bundle.not_ours": _damaged(
        "رد التسجيل يخص جهازًا أو طلبًا آخر.",
        "The enrolment answer belongs to another device or request.",
        "أعد إرسال الطلب، أو اختر ملف الرد الصحيح.",
        "Send the request again, or choose the right answer file.",
    ),
    "person.cannot_open": _damaged(
        "بيانات الشخص {person} لا تُفتح بمفتاح المركز.",
        "The record of person {person} does not open with the centre's key.",
    ),
}
