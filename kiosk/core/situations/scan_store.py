"""Situations of the store that keeps scans at the centre: away, refusing, or another one.

All are of the surroundings: a device hears "busy, come again" and keeps its scan.
"""

from kiosk.core.errors import Kind, Situation


def _around(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.ENVIRONMENT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_LINE = {
    "scans.away": _around(
        "مخزن صور المستندات {where} لا يرد: {reason}",
        "راجع أنه يعمل وأن الشبكة توصل إليه. القيود والمبالغ لا تتأثر، وصور الأجهزة تُرسل من جديد.",
        "The store of scans {where} does not answer: {reason}",
        "See that it runs and can be reached. Entries and money go on; devices send their scans again.",
    ),
    "scans.slow": _around(
        "مخزن صور المستندات {where} بطيء: لم يرد خلال {seconds} ثانية.",
        "راجع حمله وأقراصه وشبكته. صور الأجهزة تُرسل من جديد.",
        "The store of scans {where} is slow: no answer within {seconds} seconds.",
        "Look at its load, disks and network. Devices send their scans again.",
    ),
    "scans.untrusted": _around(
        "شهادة مخزن صور المستندات {where} ليست من الجهة المكتوبة في ملف scans: {reason}",
        "راجع سطر ca في ملف scans، واسم الخادم في شهادته، وتاريخ انتهائها.",
        "The certificate of the store of scans {where} is not from the CA in the file scans: {reason}",
        "Check the line ca of that file, the host name in the certificate, and when it ends.",
    ),
    "scans.refused": _around(
        "مخزن صور المستندات {where} رفض مفتاح الدخول: {reason}",
        "راجع access_key وsecret_key في ملف scans، وصلاحيات هذا المفتاح على الـ bucket.",
        "The store of scans {where} refuses our key: {reason}",
        "Check access_key and secret_key in the file scans, and what this key may do in the bucket.",
    ),
    "scans.clock": _around(
        "مخزن صور المستندات {where} يرى أن ساعة هذا الخادم مختلفة عن ساعته.",
        "اضبط ساعة الخادمين على مصدر وقت واحد.",
        "The store of scans {where} finds the clock of this server too far from its own.",
        "Set both clocks from one source of time.",
    ),
    "scans.no_bucket": _around(
        "الـ bucket المسمى {bucket} غير موجود في مخزن صور المستندات {where}.",
        "راجع الاسم في ملف scans. لا تُنشئ غيره لو كانت فيه صور: ابحث أين ذهب.",
        "There is no bucket {bucket} in the store of scans {where}.",
        "Check its name in the file scans. If it held scans make no new one: find out where it went.",
    ),
    "scans.full": _around(
        "مخزن صور المستندات {where} ممتلئ أو بلغ حده.",
        "زوِّد مساحته أو حد الـ bucket. صور الأجهزة تُرسل من جديد.",
        "The store of scans {where} is full or at its quota.",
        "Give it more space, or the bucket a higher quota. Devices send their scans again.",
    ),
    "scans.failed": _around(
        "مخزن صور المستندات {where} رد بخطأ: {reason}",
        "راجع سجل المخزن. صور الأجهزة تُرسل من جديد.",
        "The store of scans {where} answered with an error: {reason}",
        "Look at the log of the store. Devices send their scans again.",
    ),
    "scans.later": _around(
        "مخزن صور المستندات في المركز لا يعمل الآن.",
        "لا شيء مطلوب منك: يرسل الجهاز الصور بنفسه بعد قليل، والمبالغ والقيود لا تنتظرها.",
        "The centre's store of scans does not work now.",
        "Nothing to do: the device sends its scans by itself in a while; money and entries do not wait.",
    ),
    "scans.busy": _around(
        "طلبات كثيرة تنتظر مخزن صور المستندات {where}.",
        "تعيد الأجهزة المحاولة بنفسها. إن تكرر ذلك فراجع سرعة المخزن.",
        "Too many requests wait for the store of scans {where}.",
        "Devices try again by themselves. If it goes on, look at how fast the store is.",
    ),
}

_FILE = {
    "scans.no_file": _around(
        "ملف الوصول إلى مخزن صور المستندات {path} غير موجود هنا.",
        "انسخه من خادم آخر للمركز أو من حيث حُفظ، أو اكتبه كما في صفحة خادم المركز "
        "(قسم Object store)، بصلاحية 0600.",
        "The file {path}, which says how to reach the store of scans, is not here.",
        "Copy it from another server of the centre or from where it is kept, or write it as the page of the "
        "central server has it (Object store), with mode 0600.",
    ),
    "scans.bad_file": _around(
        "ملف الوصول إلى مخزن الصور {path} فيه خطأ: {what}",
        "صحح الملف؛ شكله في صفحة خادم المركز، قسم Object store.",
        "The file {path}, which says how to reach the store of scans, is wrong: {what}",
        "Mend it; its form is in the page of the central server, section Object store.",
    ),
    "scans.open_file": _around(
        "ملف مفتاح مخزن الصور {path} يقرؤه غير صاحبه.",
        "اقصره على صاحبه: chmod 600، وغيِّر المفتاح لو اطلع عليه أحد.",
        "Others than its owner can read {path}, which holds the key of the store of scans.",
        "Give: chmod 600. Change the key if somebody may have seen it.",
    ),
}

_WHICH = {
    "scans.other_store": _around(
        "مخزن الصور {where} ليس المخزن الذي فيه صور هذا المركز.",
        "أعد ملف scans إلى المخزن الأول. للنقل إلى غيره ارجع بالصور إلى المجلد أولًا: "
        "kiosk-central scans move",
        "The store of scans {where} is not the one that holds the scans of this centre.",
        "Let the file scans name the first one again. To change over, bring the scans back into the folder "
        "first: kiosk-central scans move",
    ),
    "scans.other_centre": _around(
        "في مخزن الصور {where} صور مركز آخر.",
        "اختر bucket آخر أو prefix آخر في ملف scans.",
        "The store of scans {where} holds those of another centre.",
        "Choose another bucket or another prefix in the file scans.",
    ),
    "scans.not_read_back": _around(
        "كُتبت الصورة {upload} في {where} ثم قُرئت مختلفة.",
        "لم يتغير شيء: الصور ما زالت في مكانها. افحص أقراص المخزن ثم أعد الأمر.",
        "Scan {upload} was written to {where} and read back as something else.",
        "Nothing has changed: scans are where they were. Check the disks of the store, then give it again.",
    ),
}

SITUATIONS = {**_LINE, **_FILE, **_WHICH}
