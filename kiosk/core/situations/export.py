"""Situations of copies that leave a device or reach the centre on a stick, and of the second medium."""

from kiosk.core.errors import Kind, Situation

_KEPT_AR = "كل القيود محفوظة على الجهاز."
_KEPT_EN = "Every entry is kept on the device."
_COUNT_ON_AR = "كمّل شغلك عادي، وركّب كارت النسخة الاحتياطية أو سجّل كارتًا جديدًا: kiosk medium register"
_COUNT_ON_EN = (
    "Go on working, and put the card of the second copy in, or register a new one: kiosk medium register"
)


def _stick(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.ENVIRONMENT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _refused(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.REFUSED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _damaged(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.DAMAGED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_FILES = {
    "sealed_batch.malformed": _damaged(
        "الملف ليس حزمة قيود مغلقة، أو جزء منه ناقص.",
        "أعد التصدير من الجهاز، أو استعمل نسخة أخرى من الفلاشة.",
        "The file is no sealed batch, or a part of it is missing.",
        "Export again on the device, or use another copy of the stick.",
    ),
    "sealed_batch.other_key": _refused(
        "الحزمة مغلقة لمفتاح مركز آخر ({kid}).",
        "استوردها في المركز الذي سُجِّل عليه الجهاز.",
        "The batch is sealed to the key of another centre ({kid}).",
        "Import it at the centre where the device is enrolled.",
    ),
    "sealed_batch.cannot_open": _damaged(
        "حزمة القيود من {first} إلى {last} تغيرت بعد كتابتها ولا تُفتح.",
        "استعمل نسخة أخرى من الفلاشة، أو أعد التصدير من الجهاز.",
        "The batch of entries {first} to {last} was changed after it was written, and does not open.",
        "Use another copy of the stick, or export again on the device.",
    ),
    "export.file_altered": _damaged(
        "الملف {name} ليس كما كتبه الجهاز.",
        "استعمل نسخة أخرى من الفلاشة، أو أعد التصدير من الجهاز.",
        "The file {name} is not as the device wrote it.",
        "Use another copy of the stick, or export again on the device.",
    ),
}

_WRITING = {
    "export.missing": _stick(
        "الفلاشة أو المجلد غير موجود: {path}",
        f"ركّب الفلاشة ثم حاول مرة أخرى. {_KEPT_AR}",
        "The stick or folder is not there: {path}",
        f"Put the stick in and try again. {_KEPT_EN}",
    ),
    "export.full": _stick(
        "لا توجد مساحة على الفلاشة: {path}",
        f"استعمل فلاشة أوسع. {_KEPT_AR}",
        "There is no room on the stick: {path}",
        f"Use a larger one. {_KEPT_EN}",
    ),
    "export.read_only": _stick(
        "الفلاشة لا تقبل الكتابة: {path}",
        f"افتح قفل الكتابة أو استعمل فلاشة أخرى. {_KEPT_AR}",
        "The stick cannot be written to: {path}",
        f"Move its lock, or use another one. {_KEPT_EN}",
    ),
    "export.failing": _stick(
        "الفلاشة لا تقرأ أو لا تكتب كما يجب ({reason}): {path}",
        f"استعمل فلاشة أخرى. {_KEPT_AR}",
        "The stick does not read or write as it must ({reason}): {path}",
        f"Use another one. {_KEPT_EN}",
    ),
    "export.not_read_back": _stick(
        "ما كُتب على الفلاشة في {name} لا يرجع كما كُتب.",
        f"الفلاشة تالفة: استعمل أخرى. {_KEPT_AR}",
        "What was written to {name} does not read back as it was.",
        f"The stick is bad: use another one. {_KEPT_EN}",
    ),
    "export.nothing": _refused(
        "لا قيد ينتظر التصدير: المركز أكد استلام كل القيود.",
        "لنسخة كاملة اكتب: --from 1",
        "No entry waits: the centre has confirmed all of them.",
        "For all of them give --from 1",
    ),
    "export.gap": _damaged(
        "القيد {seq} غير موجود في سجل الجهاز، فلم يُصدَّر ما بعده.",
        "افحص الجهاز بالأمر kiosk verify وأبلغ المركز.",
        "Entry {seq} is missing in the journal, so nothing after it was exported.",
        "Check the device with kiosk verify and tell the centre.",
    ),
    "export.plain_is_whole": _refused(
        "نسخة المراجع تُكتب كاملة من أول قيد.",
        "احذف --from من الأمر.",
        "An auditor's copy is always whole, from the first entry on.",
        "Leave --from out.",
    ),
    "export.no_folder": _refused(
        "لا يوجد مجلد بهذا الاسم: {path}",
        "راجع المسار، أو ركّب الفلاشة واخترها من القائمة.",
        "There is no folder of this name: {path}",
        "Check the path, or put a stick in and choose it from the list.",
    ),
    "export.not_chosen": _refused(
        "لم تختر الفلاشة.",
        "ركّب الفلاشة واخترها من القائمة، أو اكتب مسار المجلد.",
        "No stick was chosen.",
        "Put a stick in and choose it from the list, or type the path of a folder.",
    ),
    "export.no_acknowledgement": _refused(
        "لا يوجد رد من المركز في {path}.",
        "استورد الفلاشة في المركز أولًا: kiosk-central usb import",
        "There is no answer of the centre in {path}.",
        "Import the stick at the centre first: kiosk-central usb import",
    ),
}

_MEDIUM = {
    "medium.none": _refused(
        "لا يوجد كارت نسخة احتياطية مسجل على هذا الجهاز.",
        "ركّب كارتًا ثم: kiosk medium register مجلد_الكارت",
        "This device has no second medium.",
        "Put a card in and give: kiosk medium register FOLDER",
    ),
    "medium.missing": _stick(
        "كارت النسخة الاحتياطية غير مركب: {path}",
        _COUNT_ON_AR,
        "The card of the second copy is not in: {path}",
        _COUNT_ON_EN,
    ),
    "medium.other": _stick(
        "الكارت الموجود في {path} ليس كارت هذا الجهاز.",
        _COUNT_ON_AR,
        "The card in {path} is not this device's.",
        _COUNT_ON_EN,
    ),
    "medium.full": _stick(
        "كارت النسخة الاحتياطية امتلأ: {path}",
        _COUNT_ON_AR,
        "The second copy's card is full: {path}",
        _COUNT_ON_EN,
    ),
    "medium.read_only": _stick(
        "كارت النسخة الاحتياطية لا يقبل الكتابة: {path}",
        _COUNT_ON_AR,
        "The second copy's card cannot be written to: {path}",
        _COUNT_ON_EN,
    ),
    "medium.damaged": _stick(
        "كارت النسخة الاحتياطية لا يرجع ما كُتب عليه: {path}",
        _COUNT_ON_AR,
        "The second copy's card does not give back what was written: {path}",
        _COUNT_ON_EN,
    ),
    "medium.failing": _stick(
        "كارت النسخة الاحتياطية لا يعمل كما يجب: {path}",
        _COUNT_ON_AR,
        "The second copy's card does not work as it must: {path}",
        _COUNT_ON_EN,
    ),
    "medium.contradicts": _damaged(
        "كارت النسخة الاحتياطية يعرف سجلًا غير سجل الجهاز: {path}",
        "احتفظ به كما هو وسلّمه للمركز، وسجّل كارتًا جديدًا: kiosk medium register",
        "The second copy's card knows another history than the device: {path}",
        "Keep it as it is and give it to the centre; register a new card: kiosk medium register",
    ),
    "medium.knows_more": _damaged(
        "على كارت النسخة الاحتياطية قيود حتى {last} وعلى الجهاز {seq} فقط: قرصه أقدم.",
        "لا تفتح وردية جديدة، واحتفظ بالكارت كما هو، وأبلغ المركز الآن.",
        "The card of the second copy knows entries up to {last}, the device only {seq}: its disk is older.",
        "Open no new shift, keep the card as it is, and tell the centre now.",
    ),
    "medium.differs": _damaged(
        "القيد {seq} على كارت النسخة الاحتياطية غير القيد {seq} على الجهاز.",
        "لا تفتح وردية جديدة، واحتفظ بالكارت كما هو، وأبلغ المركز الآن.",
        "Entry {seq} on the card of the second copy is not entry {seq} of the device.",
        "Open no new shift, keep the card as it is, and tell the centre now.",
    ),
}

_CENTRE = {
    "usb.nothing": _refused(
        "لا توجد قيود مصدرة من أي جهاز في {path}.",
        "اختر الفلاشة أو الكارت الذي كتبه الجهاز.",
        "No entries of any device lie in {path}.",
        "Choose the stick or card that the device wrote.",
    ),
    "usb.manifest_unreadable": _damaged(
        "قائمة الملفات في {path} ناقصة أو تغيرت، فقُرئت الملفات نفسها.",
        "راجع أن آخر قيد استُورد هو آخر ما سُجِّل على الجهاز.",
        "The list of files in {path} is missing or was changed: the files themselves were read.",
        "Compare the last entry imported with the last that the device recorded.",
    ),
}

_FROM_CENTRE = {
    "stick.nothing": _refused(
        "لا يوجد في {path} شيء من المركز لهذا الجهاز.",
        "اطلب من المركز أن يكتب لهذا الجهاز على الفلاشة: kiosk-central usb export {device}",
        "Nothing of the centre for this device lies in {path}.",
        "Let the centre write to the stick for this device: kiosk-central usb export {device}",
    ),
    "stick.other_device": _refused(
        "ما على الفلاشة من المركز مكتوب لجهاز آخر ({devices})، وهذا الجهاز {device}.",
        "استعمل فلاشة هذا الجهاز. لم يتغير شيء.",
        "What the centre wrote to the stick is for another device ({devices}); this one is {device}.",
        "Use the stick of this device. Nothing was changed.",
    ),
    "stick.altered": _damaged(
        "ملف على الفلاشة ناقص أو ليس كما كتبه المركز.",
        "اطلب كتابة الفلاشة من جديد في المركز. يعمل الجهاز بالبيانات السابقة.",
        "A file on the stick is cut short, or is not as the centre wrote it.",
        "Let the centre write the stick anew. The device works with the data before.",
    ),
    "stick.incomplete": _damaged(
        "الفلاشة ينقصها ملف {name}.",
        "اطلب كتابة الفلاشة من جديد في المركز. يعمل الجهاز بالبيانات السابقة.",
        "The file {name} is missing on the stick.",
        "Let the centre write the stick anew. The device works with the data before.",
    ),
    "stick.stopped": _refused(
        "أُوقفت القراءة من الفلاشة قبل أن تنتهي.",
        "ما دخل منها يبقى. خذها مرة أخرى لتكمل الباقي.",
        "Reading from the stick was stopped before its end.",
        "What came in stays. Take it again for the rest.",
    ),
    "usb.not_read_back": _stick(
        "ما كُتب على الفلاشة في {name} لا يرجع كما كُتب.",
        "الفلاشة تالفة: استعمل أخرى.",
        "What was written to {name} does not read back as it was.",
        "The stick is bad: use another one.",
    ),
    "usb.no_stick": _stick(
        "الفلاشة أو المجلد غير موجود: {path}",
        "ركّب الفلاشة ثم أعد الأمر.",
        "The stick or folder is not there: {path}",
        "Put the stick in and give the command again.",
    ),
}

SITUATIONS = {**_FILES, **_WRITING, **_MEDIUM, **_CENTRE, **_FROM_CENTRE}
