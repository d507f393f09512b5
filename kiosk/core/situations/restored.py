"""Situations of back-up and restore, of what devices show a restored server, and of copies of a device."""

from kiosk.core.errors import Kind, Situation


def _of(kind: Kind, ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(kind, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_DEVICE = {
    "sync.clone": _of(
        Kind.DAMAGED,
        "يعمل جهاز آخر من نسخة هذا الجهاز، أو رجع قرص هذا الجهاز إلى حالة أقدم.",
        "لا تفتح وردية جديدة، وأبلغ المركز الرئيسي الآن.",
        "Another machine works from a copy of this device, or the disk of this one is older than it was.",
        "Open no new shift, and tell the centre now.",
    ),
    "sync.denied": _of(
        Kind.REFUSED,
        "أكّد المركز القيود حتى {before} ثم لم يجد عنده إلا حتى {found}. أُعيد إرسال الباقي.",
        "كمّل شغلك. أبلغ المركز الرئيسي: قاعدة بياناته رجعت إلى حالة أقدم دون أن يعلن ذلك.",
        "The centre had confirmed entries up to {before} and now holds {found}. The rest was sent again.",
        "Go on working. Tell the centre: its database was put back without being declared restored.",
    ),
}
_RECONCILE = {
    "central.reconcile_first": _of(
        Kind.REFUSED,
        "استُرجعت قاعدة المركز من نسخة، ولم يعرض الجهاز {device} ما عنده بعد.",
        "يتصل الجهاز مرة أخرى فيعرضه وحده.",
        "The centre was restored, and device {device} has not shown yet what it holds.",
        "The device shows it by itself at its next round.",
    ),
    "central.other_book": _of(
        Kind.REFUSED,
        "الدفتر {series} معروف هنا على غير ما يعرضه الجهاز.",
        "يراجعه موظف في المركز مع الجهاز.",
        "Book {series} is known here otherwise than the device shows it.",
        "A person at the centre looks into it with the device.",
    ),
    "central.not_readmitted": _of(
        Kind.REFUSED,
        "ما عرضه الجهاز {device} لا يثبت أنه مسجل في هذا المركز.",
        "سجِّل الجهاز من جديد بعد تسليم ما عليه على فلاشة.",
        "What device {device} showed does not prove that it was enrolled here.",
        "Take its entries over on a stick, then enrol it again.",
    ),
    "central.not_waiting": _of(
        Kind.REFUSED,
        "الجهاز {device} لا ينتظر قرارًا بعودته.",
        "راجع الأجهزة المنتظرة: kiosk-central status",
        "Device {device} does not wait to be let in again.",
        "See who does: kiosk-central status",
    ),
    "central.no_log": _of(
        Kind.INPUT,
        "لم يصل سجل فني من الجهاز {device}.",
        "اطلبه أولًا: kiosk-central order logs",
        "No technical log of device {device} has arrived.",
        "Order it first: kiosk-central order logs",
    ),
    "central.log_not_ordered": _of(
        Kind.REFUSED,
        "لم يطلب المركز هذا السجل الفني من الجهاز {device}.",
        "اطلبه: kiosk-central order logs",
        "The centre did not order this log from device {device}.",
        "Order it: kiosk-central order logs",
    ),
    "central.log_unreadable": _of(
        Kind.DAMAGED,
        "السجل الفني للجهاز {device} لا يُفتح بمفتاح المركز.",
        "اطلبه من جديد: kiosk-central order logs",
        "The log of device {device} does not open with the centre's key.",
        "Order it again: kiosk-central order logs",
    ),
}
_BACKUP = {
    "backup.inside": _of(
        Kind.INPUT,
        "مجلد النسخ {path} داخل مجلد بيانات المركز نفسه.",
        "اختر مجلدًا على قرص آخر أو جهاز آخر.",
        "The folder for back-ups, {path}, is inside the centre's own data folder.",
        "Choose a folder on another disk or machine.",
    ),
    "backup.damaged": _of(
        Kind.DAMAGED,
        "النسخة في {path} غير سليمة: {problem}",
        "لا تعتمد عليها. خذ نسخة جديدة على قرص سليم.",
        "The back-up in {path} is not whole: {problem}",
        "Do not rely on it. Make another one on a sound disk.",
    ),
    "backup.missing": _of(
        Kind.INPUT,
        "لا توجد نسخة في {path}.",
        "اكتب مجلد نسخة واحدة: الذي فيه manifest.json",
        "There is no back-up in {path}.",
        "Name the folder of one back-up: the one that holds manifest.json",
    ),
    "backup.other_centre": _of(
        Kind.REFUSED,
        "النسخة في {path} ليست موقَّعة بمفتاح هذا المركز.",
        "راجع مجلد المفاتيح، أو استعمل نسخة هذا المركز.",
        "The back-up in {path} is not signed by the key of this centre.",
        "Check the folder of the keys, or use a back-up of this centre.",
    ),
    "backup.other_database": _of(
        Kind.REFUSED,
        "النسخة من قاعدة {found} والمركز هنا يعمل على {here}.",
        "استرجعها إلى مركز يعمل على {found}.",
        "The back-up is of {found}, and the centre here runs on {here}.",
        "Restore it into a centre that runs on {found}.",
    ),
    "backup.no_program": _of(
        Kind.ENVIRONMENT,
        "برنامج {name} غير موجود على هذا الخادم.",
        "ثبّت أدوات PostgreSQL من نفس إصدار قاعدة البيانات.",
        "The program {name} is not on this machine.",
        "Install the client programs of PostgreSQL, of the release of the database.",
    ),
    "backup.program_failed": _of(
        Kind.ENVIRONMENT,
        "لم ينجح {name}: {reason}",
        "راجع قاعدة البيانات والمساحة ثم أعد الأمر.",
        "{name} failed: {reason}",
        "Look at the database and at the space, then give the command again.",
    ),
    "backup.no_sealed_keys": _of(
        Kind.INPUT,
        "لا مفاتيح في النسخة {path}.",
        "أعد المفاتيح من مكان حفظها إلى مجلد المركز، ثم أعد الأمر بلا --with-keys",
        "There are no keys in the back-up {path}.",
        "Put the keys back from where they are kept, then give the command without --with-keys",
    ),
    "backup.wrong_passphrase": _of(
        Kind.INPUT,
        "كلمة السر لا تفتح مفاتيح النسخة.",
        "راجع كلمة السر، وحالة الحروف الكبيرة.",
        "The passphrase does not open the keys of the back-up.",
        "Check it, and the state of the capital letters.",
    ),
    "backup.passphrase_needed": _of(
        Kind.INPUT,
        "نسخ المفاتيح يحتاج كلمة سر.",
        "اكتبها مع --ask، أو ضعها في KIOSK_BACKUP_PASSPHRASE",
        "To back up the keys a passphrase is needed.",
        "Give it with --ask, or in KIOSK_BACKUP_PASSPHRASE",
    ),
    "restore.there": _of(
        Kind.REFUSED,
        "في {path} قاعدة بيانات قائمة.",
        "أوقف الخادم. إن كانت هي التالفة فأعد الأمر مع --replace: تُحفظ جانبًا ولا تُمحى.",
        "There is a database in {path}.",
        "Stop the server. If it is the damaged one, add --replace: it is put aside, not deleted.",
    ),
    "restore.not_empty": _of(
        Kind.REFUSED,
        "قاعدة البيانات {path} ليست فارغة.",
        "أنشئ قاعدة جديدة فارغة، واكتب عنوانها مع --database أو في الملف database، ثم أعد الأمر.",
        "The database {path} is not empty.",
        "Make a new, empty one, name it with --database or in the file database, and give the command again.",
    ),
    "restore.running": _of(
        Kind.REFUSED,
        "خادم المركز يعمل على هذه البيانات الآن.",
        "أوقفه أولًا، ثم أعد الأمر.",
        "The central server works on this data now.",
        "Stop it first, then give the command again.",
    ),
    "restore.no_epoch": _of(
        Kind.REFUSED,
        "وصل رقم عهد الخادم إلى آخره.",
        "أبلغ الدعم الفني للمركز.",
        "The epoch of the server has reached its highest number.",
        "Tell the centre's technical support.",
    ),
}

SITUATIONS = {**_DEVICE, **_RECONCILE, **_BACKUP}
