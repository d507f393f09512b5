"""Situations of the device secret and of the secret numbers of staff."""

from kiosk.core.errors import Kind, Situation

_DEVICE_SECRET = {
    "device_secret.missing": Situation(
        Kind.ENVIRONMENT,
        ar="ملف سر الجهاز غير موجود، ومن غيره لا يُفتح الكشك بأي رقم.",
        remedy_ar="لا تمسح أي ملف. أرسل الجهاز إلى المركز: بياناته تُفتح هناك بمفتاح الاسترداد.",
        en="The device secret is gone; without it no number opens the kiosk.",
        remedy_en="Delete nothing. Send the device to the centre: the recovery key opens its data there.",
    ),
    "device_secret.damaged": Situation(
        Kind.DAMAGED,
        ar="ملف سر الجهاز تالف، ومن غيره لا يُفتح الكشك بأي رقم.",
        remedy_ar="لا تمسح أي ملف. أرسل الجهاز إلى المركز: بياناته تُفتح هناك بمفتاح الاسترداد.",
        en="The device secret is damaged; without it no number opens the kiosk.",
        remedy_en="Delete nothing. Send the device to the centre: the recovery key opens its data there.",
    ),
    "device_secret.other_machine": Situation(
        Kind.REFUSED,
        ar="هذه البيانات منسوخة من حاسب آخر، ولا تُفتح هنا بأي رقم سري.",
        remedy_ar="شغّل الكشك على حاسبه الأصلي. إن ضاع أو أعيد تثبيت نظامه فأرسل البيانات إلى المركز لفتحها.",
        en="This data comes from another computer and opens here for no secret number.",
        remedy_en="Use its own computer. If that is gone or was reinstalled, the centre opens the data.",
    ),
    "device_secret.unknown_backend": Situation(
        Kind.REFUSED,
        ar="سر الجهاز محفوظ بطريقة لا يعرفها هذا الإصدار ({backend}).",
        remedy_ar="حدّث البرنامج على هذا الجهاز.",
        en="The device secret is kept in a way that this version does not know ({backend}).",
        remedy_en="Update the program on this device.",
    ),
    "device_secret.exposed": Situation(
        Kind.REFUSED,
        ar="ملف سر الجهاز مفتوح لمستخدمين آخرين على هذا الحاسب.",
        remedy_ar="على الفني أن يقصر صلاحية الملف {path} على مستخدم الكشك وحده (600) ثم يعيد التشغيل.",
        en="The device secret can be read by other users of this computer.",
        remedy_en="The technician must limit the file {path} to the kiosk's user (mode 600) and restart.",
    ),
}

_SECRET = {
    "secret.not_digits": Situation(
        Kind.INPUT,
        ar="الرقم السري أرقام فقط.",
        remedy_ar="اكتب الأرقام وحدها؛ المسافات مسموحة.",
        en="The secret number consists of digits only.",
        remedy_en="Type digits only; spaces are allowed.",
    ),
    "secret.length": Situation(
        Kind.INPUT,
        ar="عدد الأرقام {found} والمطلوب {wanted}.",
        remedy_ar="راجع الرقم في ورقتك واكتبه كاملًا.",
        en="{found} digits were typed, {wanted} are needed.",
        remedy_en="Check your slip and type the whole number.",
    ),
    "secret.generated_only": Situation(
        Kind.REFUSED,
        ar="على هذا الجهاز يختار البرنامج الرقم السري بنفسه.",
        remedy_ar="استعمل الرقم الذي يعرضه البرنامج: لا توجد هنا شريحة تحد من عدد المحاولات.",
        en="On this device the program chooses the secret number.",
        remedy_en="Use the number it shows: this device has no chip that limits the number of tries.",
    ),
    "secret.weak": Situation(
        Kind.REFUSED,
        ar="هذا الرقم سهل التخمين.",
        remedy_ar="اختر رقمًا بلا تسلسل ولا تكرار، وليس تاريخًا ولا جزءًا من هاتفك أو رقمك القومي.",
        en="This number is easy to guess.",
        remedy_en="Choose one without runs or repeats, not a date, no part of your phone or national number.",
    ),
}

SITUATIONS = {**_DEVICE_SECRET, **_SECRET}
