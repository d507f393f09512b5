"""Situations of the central server: keys, enrolment, ingest, sessions, and what it cannot apply."""

from kiosk.core.errors import Kind, Situation


def _refused(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.REFUSED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _input(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.INPUT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _around(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.ENVIRONMENT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_FAULT = {
    "central.fault": Situation(
        Kind.DAMAGED,
        ar="حدث خلل في البرنامج نفسه.",
        remedy_ar="راجع ما تم قبل أن تعيد الأمر، وأرسل السطور التالية للدعم الفني: ليس فيها بيانات أحد.",
        en="The program itself failed.",
        remedy_en="Look at what was done before you repeat it, and send support the lines below:"
        " they say nothing of anybody.",
    ),
}
_KEYS = {
    "keys.exist": _refused(
        "في {path} مفاتيح من قبل.",
        "لا تُنشأ مفاتيح فوق مفاتيح: اختر مجلدًا فارغًا، أو استعمل المفاتيح الموجودة.",
        "There are keys in {path} already.",
        "Keys are never made over others: choose an empty folder, or use the ones that are there.",
    ),
    "keys.missing": _around(
        "مفاتيح المركز غير موجودة في {path}.",
        "أنشئ المفاتيح أولًا: kiosk-central keys init",
        "The keys of the centre are not in {path}.",
        "Make them first: kiosk-central keys init",
    ),
    "keys.unreadable": Situation(
        Kind.DAMAGED,
        ar="ملف المفتاح {path} غير مقروء.",
        remedy_ar="أعد الملف من النسخة الاحتياطية.",
        en="The key file {path} cannot be read.",
        remedy_en="Restore it from the backup.",
    ),
    "keys.passphrases_differ": _input(
        "كلمتا السر مختلفتان.",
        "اكتب كلمة السر نفسها مرتين.",
        "The two passphrases differ.",
        "Type the same passphrase twice.",
    ),
}

_SERVER = {
    "central.cannot_write": _around(
        "تعذرت الكتابة في {path}: {reason}",
        "راجع المساحة والصلاحيات على الخادم.",
        "{path} cannot be written: {reason}",
        "Check space and permissions on the server.",
    ),
    "central.cannot_listen": _around(
        "تعذر فتح {host} منفذ {port}: {reason}",
        "راجع أن لا برنامج آخر يستعمل المنفذ، أو اختر غيره بالخيار --port.",
        "{host} port {port} cannot be opened: {reason}",
        "See that no other program uses it, or choose another with --port.",
    ),
    "central.cannot_listen_unix": _around(
        "تعذر فتح السوكت {path}: {reason}",
        "راجع أن المجلد موجود ويكتب فيه حساب الخادم، وأن لا خادم آخر يستعمل الملف نفسه.",
        "The socket {path} cannot be opened: {reason}",
        "See that its folder is there and the server's account may write it, and that no server uses it.",
    ),
    "central.not_loopback": Situation(
        Kind.INPUT,
        ar="الخادم بلا TLS لا يستمع على {host}.",
        remedy_ar="خلف البروكسي استعمل --unix أو --host 127.0.0.1. بغير --behind-proxy يعمل TLS من الخادم.",
        en="Without TLS the server does not listen on {host}.",
        remedy_en="Behind a proxy use --unix or --host 127.0.0.1; without --behind-proxy it does TLS itself.",
    ),
    "central.damaged": Situation(
        Kind.DAMAGED,
        ar="قاعدة بيانات المركز {path} تالفة.",
        remedy_ar="أوقف الخادم واسترجع آخر نسخة احتياطية.",
        en="The centre's database {path} is damaged.",
        remedy_en="Stop the server and restore the last backup.",
    ),
    "central.later_schema": _refused(
        "قاعدة البيانات من إصدار أحدث ({found}) وهذا البرنامج يعرف حتى {known}.",
        "حدِّث برنامج الخادم.",
        "The database is of a later release ({found}); this program knows up to {known}.",
        "Update the server program.",
    ),
    "central.older_schema": _refused(
        "قاعدة البيانات من إصدار أقدم ({found}) وهذا البرنامج يحتاج {known}.",
        "خذ نسخة احتياطية ثم حدِّث القاعدة: kiosk-central database upgrade",
        "The database is of an earlier release ({found}); this program needs {known}.",
        "Take a backup, then bring it on: kiosk-central database upgrade",
    ),
    "central.no_database": _around(
        "تعذر فتح قاعدة بيانات المركز {where}: {reason}",
        "راجع أن خادم PostgreSQL يعمل، والعنوان والمستخدم وصلاحياته.",
        "The centre's database {where} cannot be opened: {reason}",
        "See that PostgreSQL runs, and check the address, the user and what he may do.",
    ),
    "central.bad_database": _input(
        "عنوان قاعدة البيانات مكتوب خطأ.",
        "اكتبه هكذا: postgresql://user@host:5432/name",
        "The address of the database is not written as it must be.",
        "Write it like this: postgresql://user@host:5432/name",
    ),
    "central.not_durable": _refused(
        "قاعدة البيانات تؤكد الحفظ قبل أن تكتب على القرص: {setting} = {value}",
        "اجعل {setting} = on في إعدادات PostgreSQL، وإلا ضاعت قيود عند انقطاع الكهرباء.",
        "The database says that it has stored before it has written to the disk: {setting} = {value}",
        "Set {setting} = on in PostgreSQL's configuration: a power cut would lose entries.",
    ),
    "central.busy": _around(
        "خادم المركز مشغول أو مساحته ممتلئة.",
        "سيعيد الجهاز المحاولة بنفسه. إن تكرر ذلك فراجع مساحة الخادم.",
        "The central server is busy or out of space.",
        "The device tries again by itself. If it goes on, look at the space on the server.",
    ),
    "central.no_month": _around(
        "تعذر تجهيز جدول الشهر {month} في سجل المركز: {reason}",
        "راجع صلاحيات مستخدم القاعدة. لا يضيع شيء: تحتفظ الأجهزة بقيودها وتعيد إرسالها.",
        "The table of the month {month} of the centre's journal cannot be made: {reason}",
        "Check the rights of the database's user. Nothing is lost: devices keep entries and come again.",
    ),
    "central.no_such_month": _input(
        "لا يوجد شهر {month} في سجل المركز.",
        "اعرض الشهور: kiosk-central database months",
        "The centre's journal has no month {month}.",
        "See which there are: kiosk-central database months",
    ),
    "central.month_in_use": _refused(
        "الشهر {month} لم ينته: قيوده ما زالت تصل.",
        "انقل الشهور التي انتهت فقط.",
        "The month {month} is not over: entries still come into it.",
        "Move only months that are over.",
    ),
    "central.no_tablespace": _input(
        "تعذر النقل إلى المساحة {name}: {reason}",
        "ينشئها مدير القاعدة أولًا ويعطي مستخدم المركز حق CREATE عليها.",
        "Nothing can be moved to the tablespace {name}: {reason}",
        "The database's administrator makes it first and grants CREATE on it to the centre's user.",
    ),
    "central.not_postgresql": _refused(
        "قاعدة المركز هنا SQLite، وسجلها جدول واحد بلا شهور.",
        "هذا الأمر لقواعد PostgreSQL.",
        "The centre's database here is SQLite, whose journal is one table without months.",
        "This command is for PostgreSQL.",
    ),
    "central.bug": _around(
        "خطأ في برنامج خادم المركز.",
        "ما على الجهاز محفوظ وسيعاد إرساله. أبلغ الدعم الفني للمركز.",
        "A fault of the central server's program.",
        "What the device holds is kept and sent again. Tell the centre's technical support.",
    ),
    "central.no_such_page": _input(
        "العنوان المطلوب غير موجود على خادم المركز.",
        "راجع عنوان المركز وإصدار البرنامج.",
        "There is no such address on the central server.",
        "Check the address of the centre and the release of the program.",
    ),
    "central.bad_request": _input(
        "الطلب ليس على الصورة المتفق عليها.",
        "راجع إصدار البرنامج على الجهاز.",
        "The request is not of the agreed form.",
        "Check the release of the program on the device.",
    ),
    "central.too_large": _input(
        "الرسالة أكبر من المسموح: الحد {limit} بايت.",
        "أرسلها على أجزاء أصغر.",
        "The message is larger than allowed: the limit is {limit} bytes.",
        "Send it in smaller pieces.",
    ),
    "central.cut_off": _input(
        "انقطع الاتصال قبل وصول الرسالة كاملة.",
        "أعد الإرسال.",
        "The connection was cut before the whole message arrived.",
        "Send it again.",
    ),
    "central.unknown_device": _refused(
        "الجهاز {device} غير مسجل في هذا المركز.",
        "راجع كود الجهاز وعنوان المركز، أو سجِّله من جديد.",
        "Device {device} is not enrolled at this centre.",
        "Check its code and the address of the centre, or enrol it again.",
    ),
    "central.retired": _refused(
        "الجهاز {device} خرج من الخدمة.",
        "سلِّم ما على الجهاز، ولا تستعمله للتحصيل.",
        "Device {device} is retired.",
        "Hand over what it holds and do not collect with it.",
    ),
    "central.frozen": _refused(
        "الجهاز {device} موقوف عند المركز حتى يراجعه موظف.",
        "اطلب من المركز مراجعته. كل ما سُجِّل محفوظ، ويمكن نقله إلى المركز على فلاشة.",
        "Device {device} is held at the centre until a person has looked at it.",
        "Let the centre look at it. What was recorded is kept, and can go to the centre on a stick.",
    ),
    "central.bad_signature": _refused(
        "الرسالة غير موقَّعة بمفتاح الجهاز {device}.",
        "أعد الإرسال من الجهاز نفسه. إن تكرر ذلك فأبلغ المركز.",
        "The message is not signed by the key of device {device}.",
        "Send it again from the device itself. If it goes on, tell the centre.",
    ),
    "central.other_stream": _refused(
        "سجل الجهاز {device} ليس السجل الذي سُجل به.",
        "لا تستعمل نسخة من قرص قديم: سجِّل الجهاز من جديد.",
        "The journal of device {device} is not the one it was enrolled with.",
        "Do not use a copy of an old disk: enrol the device again.",
    ),
    "central.no_such_file": _input(
        "الملف {file} ليس من بيانات هذا الجهاز.",
        "اطلب قائمة البيانات من جديد ثم نزِّل ما فيها.",
        "The file {file} is none of this device's data.",
        "Ask for the list of data again and fetch what it names.",
    ),
    "central.bad_address": _input(
        "عنوان الخادم مكتوب خطأ: {address}",
        "اكتب https:// ثم اسم الخادم أو رقمه ثم : والمنفذ، ولا شيء بعده.",
        "This is no address of a server: {address}",
        "Write https://, the name or number of the server, a colon and the port; nothing after them.",
    ),
    "central.typed_wrong": _input(
        "المكتوب في {field} خطأ.",
        "الأكواد حروف إنجليزية كبيرة وأرقام وشرطة مثل U-0101، والاسم سطر واحد حتى 100 حرف، والمحافظة رقمان.",
        "What was typed as {field} is out of form.",
        "Codes are capitals, digits and dashes like U-0101; a name is one line; a governorate has 2 digits.",
    ),
    "central.unknown_dataset": _input(
        "البيانات {name} ليست مما يُحمَّل هنا.",
        "الأنواع المعروفة: {known}",
        "{name} is no data that is loaded here.",
        "Known are: {known}",
    ),
    "central.data_expired": _refused(
        "انتهت مدة بيانات {name} في {expires}.",
        "وقِّع نسخة جديدة ثم حمِّلها.",
        "The data {name} expired at {expires}.",
        "Sign a new version, then load it.",
    ),
    "session.none": _refused(
        "الطلب يحتاج جلسة مفتوحة.",
        "يفتح الجهاز جلسة ثم يعيد الطلب.",
        "The request needs an open session.",
        "The device opens a session, then asks again.",
    ),
    "session.over": _refused(
        "انتهت مدة الجلسة.",
        "يفتح الجهاز جلسة جديدة.",
        "The session is over.",
        "The device opens a new one.",
    ),
    "session.stale_challenge": _refused(
        "انتهت مدة طلب فتح الجلسة.",
        "يطلب الجهاز نصًا جديدًا ويوقِّعه.",
        "The challenge is no longer good.",
        "The device asks for a new one and signs it.",
    ),
}

_PLACES = {
    "central.exists": _refused(
        "الكود {what} مستعمل من قبل.",
        "اختر كودًا آخر.",
        "The code {what} is taken.",
        "Choose another.",
    ),
    "central.unknown_unit": _input(
        "الوحدة {unit} غير معروفة.",
        "أضفها أولًا: kiosk-central unit add",
        "The unit {unit} is not known.",
        "Add it first: kiosk-central unit add",
    ),
    "central.unknown_vehicle": _input(
        "السيارة {vehicle} ليست من سيارات الوحدة {unit}.",
        "أضفها أولًا: kiosk-central vehicle add",
        "The vehicle {vehicle} is none of unit {unit}.",
        "Add it first: kiosk-central vehicle add",
    ),
    "central.unknown_staff": _input(
        "الموظف {staff} غير معروف.",
        "راجع الكود، أو أضفه أولًا: kiosk-central staff add",
        "Staff member {staff} is not known.",
        "Check the code, or add him first: kiosk-central staff add",
    ),
    "central.no_staff": _refused(
        "ليس في الوحدة {unit} مشرف.",
        "أضف مشرفًا أولًا: kiosk-central staff add",
        "Unit {unit} has no supervisor.",
        "Add one first: kiosk-central staff add",
    ),
    "central.unknown_person": _input(
        "بيانات الشخص {person} لم تصل إلى المركز.",
        "راجع الرقم المرجعي.",
        "The record of person {person} has not reached the centre.",
        "Check the reference.",
    ),
}

_ENROLMENT = {
    "enrol.unknown_number": _refused(
        "رقم التسجيل غير معروف في هذا المركز.",
        "راجع الرقم مع الورقة، أو اطلب رقمًا جديدًا.",
        "The enrolment number is not known at this centre.",
        "Compare it with the slip, or ask for a new one.",
    ),
    "enrol.wrong_number": _refused(
        "رقم التسجيل غير صحيح. باقي {left} محاولات.",
        "راجع الرقم مع الورقة خانة خانة.",
        "The enrolment number is wrong. {left} tries are left.",
        "Compare it with the slip, digit by digit.",
    ),
    "enrol.no_tries": _refused(
        "أُلغي رقم التسجيل بعد محاولات خطأ.",
        "اطلب من المركز رقمًا جديدًا.",
        "The enrolment number was cancelled after wrong tries.",
        "Ask the centre for a new one.",
    ),
    "enrol.used": _refused(
        "رقم التسجيل استُعمل من قبل.",
        "اطلب رقمًا جديدًا. إن لم تكن أنت من استعمله فأبلغ المركز فورًا.",
        "The enrolment number has been used.",
        "Ask for a new one. If it was not you who used it, tell the centre at once.",
    ),
    "enrol.expired": _refused(
        "انتهت مدة رقم التسجيل في {expires}.",
        "اطلب من المركز رقمًا جديدًا.",
        "The enrolment number expired at {expires}.",
        "Ask the centre for a new one.",
    ),
    "enrol.stream_known": _refused(
        "سجل هذا الجهاز مسجل من قبل.",
        "ابدأ بمجلد بيانات جديد على الجهاز، ثم سجِّل مرة أخرى.",
        "The journal of this device is enrolled already.",
        "Begin with a new data folder on the device, then enrol again.",
    ),
    "enrol.too_many_open": _refused(
        "أرقام تسجيل كثيرة لم تُستعمل بعد.",
        "ألغِ القديم منها أو انتظر انتهاء مدتها.",
        "Too many enrolment numbers are open.",
        "Cancel old ones or wait until they expire.",
    ),
}

_APPLY = {
    "apply.unknown_debt": _refused(
        "المديونية {debt} غير موجودة عند المركز.",
        "يراجعها موظف في المركز. المبلغ محسوب في الخزينة كما هو.",
        "The debt {debt} is not known at the centre.",
        "A person at the centre looks into it. The money is counted as it is.",
    ),
    "apply.unknown_staff": _refused(
        "الموظف {staff} غير معروف عند المركز.",
        "يراجعها موظف في المركز. المبلغ محسوب في الخزينة كما هو.",
        "Staff member {staff} is not known at the centre.",
        "A person at the centre looks into it. The money is counted as it is.",
    ),
    "apply.revoked_staff": _refused(
        "الموظف {staff} موقوف منذ {since}.",
        "يراجعها موظف في المركز. المبلغ محسوب في الخزينة كما هو.",
        "Staff member {staff} has been revoked since {since}.",
        "A person at the centre looks into it. The money is counted as it is.",
    ),
    "apply.nothing_to_void": _refused(
        "إلغاء الإيصال {receipt} لا يجد دفعة تلغى.",
        "يراجعها موظف في المركز.",
        "The void of receipt {receipt} finds no payment to undo.",
        "A person at the centre looks into it.",
    ),
    "apply.payment_held": _refused(
        "إلغاء الإيصال {receipt} ينتظر لأن دفعته نفسها تنتظر المراجعة.",
        "يراجعهما موظف في المركز معًا.",
        "The void of receipt {receipt} waits, because its payment waits too.",
        "A person at the centre looks into both.",
    ),
    "apply.no_attempt": _refused(
        "القيد يتبع محاولة دفع بالبطاقة ({seq}) غير مسجَّلة عند المركز.",
        "يراجعها موظف في المركز مع بنك ماكينة الدفع.",
        "The entry belongs to a card attempt ({seq}) that the centre does not hold.",
        "A person at the centre looks into it with the bank of the terminal.",
    ),
    "apply.no_approver": _refused(
        "أُغلقت الوردية {z} بفرق {difference} بلا توقيع مشرف.",
        "تبقى هنا حتى يراجعها شخص آخر في المركز. المبالغ محسوبة كما هي.",
        "Shift {z} closed with a difference of {difference} that no supervisor signed.",
        "It stays here until another person at the centre has verified it. The money is counted as it is.",
    ),
    "apply.not_booked": _refused(
        "خطأ في برنامج المركز منع تسجيل القيد في الدفاتر ({detail}).",
        "القيد محفوظ. أبلغ الدعم الفني للمركز.",
        "A fault of the central program kept the entry from the ledgers ({detail}).",
        "The entry is kept. Tell the centre's technical support.",
    ),
}

_LIFTING = {
    "central.no_lifting_key": Situation(
        Kind.REFUSED,
        ar="المركز لا يملك مفتاح الرد بالتليفون لهذا الجهاز: {device}",
        remedy_ar="اكتب له أمرًا على فلاشة: kiosk-central incident order",
        en="The centre holds no key to answer this device by telephone: {device}",
        remedy_en="Write it an order on a stick: kiosk-central incident order",
    ),
}

SITUATIONS = {**_FAULT, **_KEYS, **_SERVER, **_PLACES, **_ENROLMENT, **_APPLY, **_LIFTING}
