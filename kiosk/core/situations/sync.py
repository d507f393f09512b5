"""Situations of the line to the centre, of enrolment on the device, and of first access."""

from kiosk.core.errors import Kind, Situation


def _around(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.ENVIRONMENT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _refused(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.REFUSED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _damaged(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.DAMAGED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_GOES_ON_AR = "كمّل شغلك عادي. ما سُجِّل محفوظ على الجهاز وسيُرسل وحده عند رجوع الاتصال."
_GOES_ON_EN = "Go on working. What was recorded is kept on the device and is sent when the line is back."
_TELL_AR = "لا تفتح وردية جديدة، وأبلغ المركز الرئيسي الآن."
_TELL_EN = "Open no new shift, and tell the centre now."

_BY_STICK_AR = "أبلغ المركز. كل ما سُجِّل محفوظ، ويمكن نقله إلى المركز على فلاشة."
_BY_STICK_EN = "Tell the centre. What was recorded is kept, and can go to the centre on a stick."

_IF_IT_GOES_ON_AR = "إن استمر ذلك فأبلغ المركز. كل ما سُجِّل محفوظ، ويمكن نقله إلى المركز على فلاشة."
_IF_IT_GOES_ON_EN = (
    "If this goes on, tell the centre. What was recorded is kept, and can go to the centre on a stick."
)

_LINE = {
    "sync.offline": _around(
        "لا يوجد اتصال بخادم المركز.", _GOES_ON_AR, "The centre cannot be reached.", _GOES_ON_EN
    ),
    "sync.captive_portal": _around(
        "الشبكة ردّت بصفحة أخرى غير خادم المركز.",
        "افتح صفحة دخول الشبكة من المتصفح أو غيّر الشبكة. لم يُرسل شيء وكل شيء محفوظ.",
        "The network answered with a page of its own instead of the centre.",
        "Log in to the network, or use another one. Nothing was sent and everything is kept.",
    ),
    "sync.busy": _around("خادم المركز مشغول الآن.", _GOES_ON_AR, "The centre is busy.", _GOES_ON_EN),
    "sync.timeout": _around(
        "خادم المركز لم يرد في الوقت المحدد.", _GOES_ON_AR, "The centre did not answer in time.", _GOES_ON_EN
    ),
    "sync.tls": _around(
        "الاتصال ليس بخادم المركز المسجَّل عليه الجهاز، أو ساعة الجهاز غلط.",
        "راجع تاريخ الجهاز وساعته. لو كانا مضبوطين فأبلغ المركز. كل شيء محفوظ.",
        "The server is not the centre that this device knows, or the clock of the device is wrong.",
        "Look at date and time of the device. If they are right, tell the centre. Everything is kept.",
    ),
    "sync.certificate_missing": _refused(
        "المركز يطلب شهادة الجهاز ولم تصله.",
        _BY_STICK_AR,
        "The centre wants the certificate of this device, and did not get it.",
        _BY_STICK_EN,
    ),
    "sync.certificate_expired": _refused(
        "انتهت مدة شهادة هذا الجهاز، والمركز لا يقبلها.",
        f"الجهاز يطلب شهادة جديدة وحده مرة كل يوم. {_IF_IT_GOES_ON_AR}",
        "The certificate of this device has run out, and the centre does not take it.",
        f"The device asks for a new one by itself, once a day. {_IF_IT_GOES_ON_EN}",
    ),
    "sync.certificate_revoked": _refused(
        "المركز أوقف شهادة هذا الجهاز.",
        f"لا تفتح وردية جديدة. {_BY_STICK_AR}",
        "The centre has revoked the certificate of this device.",
        f"Open no new shift. {_BY_STICK_EN}",
    ),
    "sync.certificate_refused": _refused(
        "المركز لم يقبل شهادة هذا الجهاز.",
        _BY_STICK_AR,
        "The centre does not take the certificate of this device.",
        _BY_STICK_EN,
    ),
    "sync.server_error": _around(
        "خادم المركز ردّ بخطأ عنده ({status}).",
        _GOES_ON_AR,
        "The centre answered with an error of its own ({status}).",
        _GOES_ON_EN,
    ),
    "sync.unknown_device": _refused(
        "المركز لا يعرف هذا الجهاز أو أوقفه.",
        "لا تفتح وردية جديدة، وأبلغ المركز الرئيسي. كل ما سُجِّل محفوظ.",
        "The centre does not know this device, or has retired it.",
        "Open no new shift and tell the centre. What was recorded is kept.",
    ),
    "sync.too_old": _refused(
        "برنامج الجهاز وخادم المركز من إصدارين لا يتفاهمان.",
        "اطلب من الدعم الفني تحديث برنامج الجهاز. كل ما سُجِّل محفوظ.",
        "The programs of device and centre are of releases that do not understand each other.",
        "Let technical support update the device. What was recorded is kept.",
    ),
    "sync.refused": _refused(
        "خادم المركز رفض الرسالة: {reason}",
        "أبلغ الدعم الفني بهذه الرسالة. كل ما سُجِّل محفوظ.",
        "The centre refused the message: {reason}",
        "Tell technical support this message. What was recorded is kept.",
    ),
    "sync.no_progress": _refused(
        "خادم المركز يرد ولا يستلم القيود.",
        "أبلغ الدعم الفني. كل ما سُجِّل محفوظ.",
        "The centre answers, but takes no entries in.",
        "Tell technical support. What was recorded is kept.",
    ),
    "sync.stopped": _around(
        "أُوقف الإرسال قبل أن ينتهي.",
        "سيُكمل من حيث وقف في المرة القادمة.",
        "Sending was stopped before its end.",
        "It goes on from there the next time.",
    ),
    "sync.not_enrolled": _refused(
        "هذا الجهاز غير مسجَّل على أي مركز.",
        "سجِّل الجهاز أولًا: kiosk provision. الجهاز التجريبي لا يُرسل شيئًا.",
        "This device is enrolled at no centre.",
        "Enrol it first: kiosk provision. A trial device sends nothing.",
    ),
}

_PAUSE = {
    "sync.network_unknown": _around(
        "نظام التشغيل لا يذكر اسم الشبكة الحالية.",
        "أوقف الإرسال على كل الشبكات، وشغّله حين تتركها.",
        "The operating system does not tell the name of this network.",
        "Pause sending on every network, and let it go on when you leave this one.",
    ),
}

_INCIDENTS = {
    "sync.fork": _damaged(
        "عند المركز قيد آخر بنفس رقم القيد {at} من هذا الجهاز.",
        _TELL_AR,
        "The centre holds another entry {at} of this device.",
        _TELL_EN,
    ),
    "sync.ahead": _damaged(
        "عند المركز قيود من هذا الجهاز حتى {at} وعلى الجهاز {seq} فقط: قرصه أقدم.",
        _TELL_AR,
        "The centre holds entries of this device up to {at}, the device only {seq}: its disk is older.",
        _TELL_EN,
    ),
    "sync.debts_shrunk": _refused(
        "بيانات المديونيات الجديدة {found} سطرًا والحالية {before}: نقص كبير، فلم تُستعمل.",
        "راجع المركز. إن كان النقص صحيحًا فاقبلها: kiosk sync --accept-smaller",
        "The new debts have {found} rows, those in use {before}: too great a loss, so they are not used.",
        "Ask the centre. If the loss is right, accept it: kiosk sync --accept-smaller",
    ),
    "sync.unreadable_data": _damaged(
        "بيانات {name} الجديدة لا يقرؤها هذا البرنامج: {reason}",
        "يعمل الجهاز بالبيانات السابقة. أبلغ الدعم الفني.",
        "This program cannot read the new {name}: {reason}",
        "The device works with the data before. Tell technical support.",
    ),
}

_ACCESS = {
    "access.enrolled_only": _refused(
        "كود التفعيل للأجهزة المسجَّلة على مركز فقط.",
        "على الجهاز التجريبي أضف الموظف بلا كود تفعيل.",
        "Activation numbers are for devices that are enrolled at a centre.",
        "On a trial device add the person without one.",
    ),
    "access.not_in_roster": _refused(
        "الموظف {staff} ليس في كشف موظفي الوحدة.",
        "اطلب من المركز إضافته، ثم اتصل بالمركز لتحديث الكشف.",
        "{staff} is not on the roster of the unit.",
        "Let the centre add him, then sync to get the new roster.",
    ),
    "access.revoked": _refused(
        "صلاحية الموظف {staff} موقوفة أو منتهية.",
        "راجع المركز الرئيسي.",
        "{staff} is revoked, or his validity is over.",
        "Ask the centre.",
    ),
    "access.not_a_supervisor": _refused(
        "الموظف {staff} ليس مشرفًا في كشف الوحدة.",
        "أول من يدخل الجهاز مشرف. اختر مشرفًا من الكشف.",
        "{staff} is not a supervisor on the roster.",
        "The first on a device is a supervisor: choose one from the roster.",
    ),
    "access.other_roles": _refused(
        "كشف الوحدة يعطي الموظف {staff} هذه الأدوار فقط: {roles}.",
        "اختر منها، أو اطلب من المركز تعديل الكشف.",
        "The roster gives {staff} only these roles: {roles}.",
        "Choose among them, or let the centre change the roster.",
    ),
    "access.activation_needed": _refused(
        "إضافة موظف تحتاج كود تفعيله من المركز.",
        "اكتب الرقم من 16 خانة الذي سلّمه المركز للموظف.",
        "To add a person his activation number from the centre is needed.",
        "Type the number of 16 digits that the centre gave him.",
    ),
    "access.wrong_activation": _refused(
        "كود التفعيل ليس كود الموظف {staff}، أو استُعمل من قبل.",
        "راجع الرقم مع الموظف، أو اطلب له كودًا جديدًا من المركز.",
        "This is not the activation number of {staff}, or it was used before.",
        "Compare it with the person's paper, or ask the centre for a new one.",
    ),
    "provision.lacks_data": _damaged(
        "المركز لم يعطِ الجهاز بيانات {name}.",
        "اطلب من المركز نشر البيانات ثم أعد الأمر نفسه بنفس الرقم.",
        "The centre did not give the device its {name}.",
        "Let the centre publish it, then give the same command with the same number.",
    ),
    "provision.address": Situation(
        Kind.INPUT,
        ar="عنوان المركز مكتوب خطأ.",
        remedy_ar="اكتبه كما في الورقة: https://العنوان:المنفذ",
        en="The address of the centre is out of form.",
        remedy_en="Type it as on the slip: https://host:port",
    ),
    "provision.missing": Situation(
        Kind.INPUT,
        ar="بيانات ورقة التسجيل ناقصة: {option}",
        remedy_ar="اكتب العنوان وكود المركز والرقم كما في الورقة، أو نص رمزها كله.",
        en="Something of the enrolment slip is missing: {option}",
        remedy_en="Give address, code of the centre and number as on the slip, or the text of its QR.",
    ),
}

SITUATIONS = {**_LINE, **_PAUSE, **_INCIDENTS, **_ACCESS}
