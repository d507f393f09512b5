"""Situations of keys over time: rekey, an older slot file, orders about keys, escrow, wipe."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "slots.put_back": Situation(
        Kind.DAMAGED,
        ar="ملف مفاتيح قديم رجع إلى هذا الجهاز، ومفتاح الموظف {staff} فيه لم يعد ساريًا.",
        remedy_ar="افتح برقمك السري الحالي إن كان لك مفتاح، وأبلغ المشرف والمركز.",
        en="An older key file came back to this device; the key of {staff} in it is no longer valid.",
        remedy_en="Use your present secret if you have a key; tell the supervisor and the centre.",
    ),
    "slots.other_database": Situation(
        Kind.DAMAGED,
        ar="ملف المفاتيح وقاعدة البيانات ليسا من وقت واحد: أحدهما تالف أو رجع من نسخة قديمة.",
        remedy_ar="لا تحذف شيئًا. أبلغ المركز؛ مفتاح الاسترداد يفتح البيانات.",
        en="The key file and the database do not belong together: one is damaged or was put back.",
        remedy_en="Delete nothing. Tell the centre; the recovery key opens the data.",
    ),
    "slots.rekey_unfinished": Situation(
        Kind.ENVIRONMENT,
        ar="تغيير مفتاح البيانات لم يكتمل على القرص.",
        remedy_ar="فرّغ مساحة على القرص، ثم أغلق البرنامج وافتح برقمك السري من جديد.",
        en="A change of the data key is not finished on the disk.",
        remedy_en="Free some space, then close the program and unlock again.",
    ),
    "slots.tombstoned": Situation(
        Kind.REFUSED,
        ar="المركز أوقف مفتاح الموظف {staff} على هذا الجهاز (أمر رقم {number}).",
        remedy_ar="راجع المركز. البيانات محفوظة، ويفتح الجهاز موظف آخر.",
        en="The centre has stopped the key of {staff} on this device (order {number}).",
        remedy_en="Ask the centre. The data are safe; another member of staff unlocks the device.",
    ),
    "keys.bad_recovery_file": Situation(
        Kind.INPUT,
        ar="الملف {path} ليس مفتاح استرداد، أو كلمة سره خطأ.",
        remedy_ar="استخدم الملف الذي في الخزنة واكتب كلمة سره كما حُفظت.",
        en="{path} is no recovery key, or its passphrase is wrong.",
        remedy_en="Use the file from the safe, with its passphrase as it was kept.",
    ),
    "central.nothing_lodged": Situation(
        Kind.REFUSED,
        ar="الجهاز {device} لم يودع هنا ما تطلبه.",
        remedy_ar="زامن الجهاز أولًا، أو استخدم نسخة من مجلد بياناته فيها ملفات المفاتيح.",
        en="Device {device} has lodged nothing of the kind here.",
        remedy_en="Let the device sync first, or use a copy of its folder that has the key files.",
    ),
    "escrow.bad_code": Situation(
        Kind.INPUT,
        ar="كود المركز مكتوب خطأ.",
        remedy_ar="هو ٢٨ حرفًا ورقمًا إنجليزيًا في سبع مجموعات. اطلب قراءته مرة أخرى، مجموعة بعد مجموعة.",
        en="The centre's code is mistyped.",
        remedy_en="It has 28 Latin letters and digits in seven groups. Have it read again, group by group.",
    ),
    "escrow.wrong_code": Situation(
        Kind.REFUSED,
        ar="هذا الكود لا يفتح مفتاح الموظف {staff} على هذا الجهاز.",
        remedy_ar="راجع الكود مع المركز: الكود لموظف واحد وجهاز واحد، ويفتح مرة واحدة.",
        en="This code does not open the key of {staff} on this device.",
        remedy_en="Check it with the centre: it is for one person on one device, and opens once.",
    ),
    "escrow.cannot_open": Situation(
        Kind.DAMAGED,
        ar="تعذر فتح كود الموظف {staff} بمفتاح المركز.",
        remedy_ar="راجع أن المفتاح هو الذي سُجل به الجهاز. المشرف على الجهاز يعمل له رقمًا جديدًا.",
        en="The code of {staff} does not open with the key of this centre.",
        remedy_en="Check that it is the key of the device's enrolment. A supervisor can make a new secret.",
    ),
    "wipe.not_ours": Situation(
        Kind.INPUT,
        ar="أمر المسح هذا للجهاز {device} وليس لهذا الجهاز.",
        remedy_ar="راجع رقم الجهاز واطلب الملف الصحيح من المركز.",
        en="This order to wipe is for device {device}, not for this one.",
        remedy_en="Check the device and ask the centre for the right file.",
    ),
    "slots.absent_too_long": Situation(
        Kind.REFUSED,
        ar="الموظف {staff} لم يفتح الجهاز منذ مرات كثيرة من تغيير المفتاح.",
        remedy_ar="احذف مفتاحه ثم غيّر مفتاح البيانات.",
        en="Staff member {staff} has not unlocked since too many changes of the data key.",
        remedy_en="Remove that person's key, then change the data key.",
    ),
}
