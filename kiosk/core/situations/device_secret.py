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
    "secret.bad_rules": Situation(
        Kind.INPUT,
        ar="قائمة الأرقام السرية الممنوعة غير مفهومة في {file} سطر {line}: {what}.",
        remedy_ar="صحّح السطر كما في أول الملف، أو ركّب نسخة سليمة من البرنامج.",
        en="The list of refused secret numbers makes no sense in {file}, line {line}: {what}.",
        remedy_en="Mend the line as the head of the file says, or install a sound copy of the program.",
    ),
    "secret.weak": Situation(
        Kind.REFUSED,
        ar="هذا الرقم سهل التخمين: {reason}.",
        remedy_ar="اختر رقمًا بلا تسلسل ولا تكرار، وليس تاريخًا ولا جزءًا من هاتفك أو رقمك القومي.",
        en="This number is easy to guess: {reason}.",
        remedy_en="Choose one without runs or repeats, not a date, no part of your phone or national number.",
    ),
}

_KEYRING = {
    "device_secret.keyring_missing": Situation(
        Kind.ENVIRONMENT,
        ar="خزينة كلمات السر في النظام غير متاحة ({reason}).",
        remedy_ar="ادخل بحساب الكشك من شاشته ثم أعد المحاولة. إن تكررت فاتصل بالفني. لا تمسح أي ملف.",
        en="The keyring of the operating system is not there ({reason}).",
        remedy_en="Log in to the kiosk's account at its own screen and try again. Delete nothing.",
    ),
    "device_secret.keyring_locked": Situation(
        Kind.ENVIRONMENT,
        ar="خزينة كلمات السر في النظام مقفولة.",
        remedy_ar="افتحها بكلمة سر حساب الكشك، أو اخرج من النظام وادخل إليه من جديد.",
        en="The keyring of the operating system is locked.",
        remedy_en="Open it with the password of the kiosk's account, or log out and in again.",
    ),
    "device_secret.keyring_lost": Situation(
        Kind.REFUSED,
        ar="سر هذا الجهاز ليس في خزينة كلمات السر: مُسحت الخزينة، أو هذه بيانات جهاز آخر.",
        remedy_ar="لا تمسح أي ملف. استعمل المظروف المغلق لإرسال العمل، أو أرسل الجهاز إلى المركز لفتحه.",
        en="The keyring does not hold this device's secret: it was cleared, or the data is another device's.",
        remedy_en="Delete nothing. Drain it with the sealed envelope, or let the centre open the device.",
    ),
}

_TPM = {
    "device_secret.tpm_missing": Situation(
        Kind.ENVIRONMENT,
        ar="شريحة الأمان (TPM) لا ترد على {path}.",
        remedy_ar="أعد تشغيل الحاسب. إن تكررت فعلى الفني أن يفعّل TPM 2.0 من إعدادات BIOS. لا تمسح أي ملف.",
        en="The security chip (TPM) does not answer at {path}.",
        remedy_en="Restart. If that does not help, let the technician enable TPM 2.0 in the BIOS.",
    ),
    "device_secret.tpm_forbidden": Situation(
        Kind.ENVIRONMENT,
        ar="مستخدم الكشك غير مسموح له باستعمال شريحة الأمان {path}.",
        remedy_ar="على الفني أن يضيفه إلى المجموعة tss ثم يعيد تسجيل الدخول.",
        en="The kiosk's user may not use the security chip {path}.",
        remedy_en="The technician adds him to the group tss and logs in again.",
    ),
    "device_secret.tpm_no_limit": Situation(
        Kind.REFUSED,
        ar="شريحة الأمان هنا لا تحد من المحاولات كما يجب: {most} محاولة، وواحدة كل {seconds} ثانية.",
        remedy_ar="اضبط حد المحاولات في الشريحة، أو جهّز الجهاز من غيرها بأرقام سرية طويلة.",
        en="This security chip does not limit tries enough: {most} tries, then one each {seconds} seconds.",
        remedy_en="Set the chip's limit on tries, or set the device up without it, with long secret numbers.",
    ),
    "device_secret.tpm_locked": Situation(
        Kind.REFUSED,
        ar="شريحة الأمان أوقفت المحاولات لكثرة الخاطئ منها، وتسمح بواحدة خلال {minutes} دقيقة على الأكثر.",
        remedy_ar="اترك الجهاز يعمل وانتظر، ثم اكتب الرقم الصحيح مرة واحدة. إعادة التشغيل لا تقصّر الانتظار.",
        en="The security chip stopped all tries after wrong ones; it allows one within {minutes} minutes.",
        remedy_en="Leave the device on and wait, then type the right number once. A restart does not help.",
    ),
    "device_secret.tpm_other": Situation(
        Kind.REFUSED,
        ar="هذه المفاتيح صنعتها شريحة أمان أخرى، أو مُسحت شريحة هذا الجهاز.",
        remedy_ar="لا تمسح أي ملف. استعمل المظروف المغلق لإرسال العمل، أو أرسل الجهاز إلى المركز لفتحه.",
        en="Another security chip made these keys, or the chip of this device was cleared.",
        remedy_en="Delete nothing. Drain it with the sealed envelope, or let the centre open the device.",
    ),
    "device_secret.tpm_refused": Situation(
        Kind.ENVIRONMENT,
        ar="شريحة الأمان رفضت الطلب ({answer}).",
        remedy_ar="أعد تشغيل الحاسب. إن تكررت فأبلغ الفني بهذا الرقم. لا تمسح أي ملف.",
        en="The security chip refused ({answer}).",
        remedy_en="Restart. If it comes back, tell the technician this number. Delete nothing.",
    ),
    "device_secret.tpm_garbled": Situation(
        Kind.DAMAGED,
        ar="رد شريحة الأمان غير مفهوم أو عبث به شيء في الطريق.",
        remedy_ar="أعد تشغيل الحاسب. إن تكررت فلا تعمل على الجهاز وأبلغ المركز.",
        en="The answer of the security chip makes no sense, or something on the way meddled with it.",
        remedy_en="Restart. If it comes back, do not work on this device and tell the centre.",
    ),
    "device_secret.tpm_counter_lost": Situation(
        Kind.DAMAGED,
        ar="عدّاد شريحة الأمان اختفى أو ليس لهذا الجهاز.",
        remedy_ar="أبلغ المركز: لا يُعرف من الجهاز وحده هل أُعيد قرصه إلى حالة قديمة.",
        en="The counter in the security chip is gone or is not this device's.",
        remedy_en="Tell the centre: the device alone cannot tell whether its disk was put back.",
    ),
}

SITUATIONS = {**_DEVICE_SECRET, **_KEYRING, **_TPM, **_SECRET}
