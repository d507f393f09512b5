"""Situations of the encrypted store: its file, its keys, the people who unlock it, its backup."""

from kiosk.core.errors import Kind, Situation

_TECHNICIAN_AR = "أوقف العمل على الجهاز واتصل بالفني. لا تمسح أي ملف."
_TECHNICIAN_EN = "Stop working on this device and call the technician. Delete nothing."
_AGAIN_AR = "راجع الكود والرقم ثم اكتبهما مرة أخرى."
_AGAIN_EN = "Check the code and the number, then type them again."

_FILE = {
    "store.missing": Situation(
        Kind.ENVIRONMENT,
        ar="قاعدة بيانات الكشك غير موجودة في {path}.",
        remedy_ar=_TECHNICIAN_AR,
        en="There is no kiosk database at {path}.",
        remedy_en=_TECHNICIAN_EN,
    ),
    "store.exists": Situation(
        Kind.REFUSED,
        ar="توجد قاعدة بيانات بالفعل في {path}.",
        remedy_ar="لا تُكتب قاعدة جديدة فوق قاعدة قديمة. اختر مجلدًا فارغًا.",
        en="There is already a database at {path}.",
        remedy_en="A new one is never written over an old one. Choose an empty folder.",
    ),
    "store.wrong_key": Situation(
        Kind.DAMAGED,
        ar="قاعدة البيانات لا تفتح بمفتاح هذا الجهاز.",
        remedy_ar=_TECHNICIAN_AR,
        en="The database does not open with this device's key.",
        remedy_en=_TECHNICIAN_EN,
    ),
    "store.not_encrypted": Situation(
        Kind.DAMAGED,
        ar="الملف {path} ليس قاعدة بيانات مشفرة.",
        remedy_ar=_TECHNICIAN_AR,
        en="The file {path} is not an encrypted database.",
        remedy_en=_TECHNICIAN_EN,
    ),
    "store.damaged": Situation(
        Kind.DAMAGED,
        ar="قاعدة البيانات فيها جزء تالف.",
        remedy_ar=_TECHNICIAN_AR,
        en="Part of the database is damaged.",
        remedy_en=_TECHNICIAN_EN,
    ),
    "store.read_only": Situation(
        Kind.ENVIRONMENT,
        ar="لا يمكن الكتابة في مجلد بيانات الكشك. لم يُسجل شيء.",
        remedy_ar="راجع صلاحيات المجلد، وأن القرص ليس للقراءة فقط.",
        en="The kiosk's data folder cannot be written to. Nothing was recorded.",
        remedy_en="Check the permissions of the folder, and that the disk is not read-only.",
    ),
    "store.disk_full": Situation(
        Kind.ENVIRONMENT,
        ar="لا توجد مساحة على القرص. لم يُسجل شيء.",
        remedy_ar="احذف ملفات غير لازمة من خارج مجلد الكشك، ثم أعد العملية.",
        en="The disk is full. Nothing was recorded.",
        remedy_en="Remove files you do not need, outside the kiosk's folder, then repeat the act.",
    ),
    "store.busy": Situation(
        Kind.ENVIRONMENT,
        ar="قاعدة البيانات مشغولة بعملية أخرى. لم يُسجل شيء.",
        remedy_ar="انتظر لحظات ثم أعد العملية.",
        en="The database is busy with something else. Nothing was recorded.",
        remedy_en="Wait a moment, then repeat the act.",
    ),
    "store.disk_error": Situation(
        Kind.ENVIRONMENT,
        ar="القرص لا يقرأ أو لا يكتب كما يجب ({reason}).",
        remedy_ar=_TECHNICIAN_AR,
        en="The disk does not read or write as it must ({reason}).",
        remedy_en=_TECHNICIAN_EN,
    ),
    "store.in_use": Situation(
        Kind.REFUSED,
        ar="برنامج الكشك مفتوح بالفعل على هذه البيانات.",
        remedy_ar="استعمل النافذة المفتوحة، أو أغلقها أولًا.",
        en="The kiosk is already running on this data.",
        remedy_en="Use the window that is open, or close it first.",
    ),
    "backup.into_store": Situation(
        Kind.REFUSED,
        ar="لا تُحفظ النسخة الاحتياطية فوق قاعدة البيانات نفسها.",
        remedy_ar="اختر مكانًا آخر للنسخة.",
        en="A backup is not written over the database itself.",
        remedy_en="Choose another place for it.",
    ),
    "backup.unsound": Situation(
        Kind.DAMAGED,
        ar="النسخة الاحتياطية التي كُتبت لم تنجح في المراجعة، ولم تُحفظ. النسخة السابقة كما هي.",
        remedy_ar="جرّب وسيط تخزين آخر. إن تكررت فاتصل بالفني.",
        en="The backup did not pass its check and was not kept. The earlier one is as it was.",
        remedy_en="Try another medium. If it happens again, call the technician.",
    ),
}

_SLOTS = {
    "slots.missing": Situation(
        Kind.ENVIRONMENT,
        ar="ملف مفاتيح الموظفين غير موجود بنسختيه.",
        remedy_ar=(
            "إن كان الجهاز جديدًا فجهّزه أولًا. وإلا فلا تمسح أي ملف وأرسله إلى المركز: "
            "بياناته تُفتح هناك بمفتاح الاسترداد."
        ),
        en="Both copies of the staff key file are missing.",
        remedy_en=(
            "If the device is new, set it up first. Otherwise delete nothing and send it to the centre: "
            "the recovery key opens its data there."
        ),
    ),
    "slots.lost": Situation(
        Kind.DAMAGED,
        ar="ملف مفاتيح الموظفين تالف بنسختيه. البيانات نفسها محفوظة.",
        remedy_ar="لا تمسح أي ملف. أرسل الجهاز إلى المركز: بياناته تُفتح هناك بنسخة الاسترداد المودعة.",
        en="Both copies of the staff key file are damaged. The data itself is safe.",
        remedy_en="Delete nothing. Send the device to the centre: the recovery slot lodged there opens it.",
    ),
    "slots.unreadable": Situation(
        Kind.DAMAGED,
        ar="ملف مفاتيح الموظفين غير مفهوم ({detail}).",
        remedy_ar=_TECHNICIAN_AR,
        en="The staff key file makes no sense ({detail}).",
        remedy_en=_TECHNICIAN_EN,
    ),
    "slots.altered": Situation(
        Kind.DAMAGED,
        ar="ملف مفاتيح الموظفين تغيّر من خارج البرنامج.",
        remedy_ar="لا تعمل على هذا الجهاز، وأبلغ المركز.",
        en="The staff key file was changed by something other than this program.",
        remedy_en="Do not work on this device, and tell the centre.",
    ),
    "slots.newer": Situation(
        Kind.REFUSED,
        ar="ملف مفاتيح الموظفين كتبه إصدار أحدث من البرنامج ({version}).",
        remedy_ar="حدّث البرنامج على هذا الجهاز.",
        en="The staff key file was written by a newer version of the program ({version}).",
        remedy_en="Update the program on this device.",
    ),
    "slots.weak_kdf": Situation(
        Kind.DAMAGED,
        ar="مفتاح الموظف {staff} محمي أقل من الحد المسموح.",
        remedy_ar="لا تكتب رقمك السري، وأبلغ المركز.",
        en="The key of staff member {staff} is protected below the permitted minimum.",
        remedy_en="Do not type your secret number, and tell the centre.",
    ),
    "slots.wrong_secret": Situation(
        Kind.REFUSED,
        ar="كود الموظف أو الرقم السري غير صحيح.",
        remedy_ar=_AGAIN_AR,
        en="The staff code or the secret number is wrong.",
        remedy_en=_AGAIN_EN,
    ),
    "slots.wait": Situation(
        Kind.REFUSED,
        ar="محاولات خاطئة كثيرة. باقي {seconds} ثانية قبل المحاولة التالية.",
        remedy_ar="انتظر، ثم راجع الكود والرقم. إعادة التشغيل أو تغيير الساعة لا يقصّران الانتظار.",
        en="Too many wrong tries. {seconds} seconds remain before the next one.",
        remedy_en="Wait, then check code and number. Neither a restart nor the clock shortens the wait.",
    ),
    "slots.bad_code": Situation(
        Kind.INPUT,
        ar="كود الموظف {staff} مكتوب خطأ.",
        remedy_ar="اكتب الكود كما في كشف الموظفين: أرقام وحروف إنجليزية كبيرة وشرطة، حتى 16 خانة.",
        en="The staff code {staff} is malformed.",
        remedy_en="Type it as in the roster: digits, capital letters and hyphens, up to 16 of them.",
    ),
    "slots.code_taken": Situation(
        Kind.REFUSED,
        ar="الموظف {staff} له مفتاح على هذا الجهاز بالفعل.",
        remedy_ar="إن نسي رقمه فاحذف مفتاحه القديم أولًا.",
        en="Staff member {staff} already has a key on this device.",
        remedy_en="If he forgot his number, remove the old key first.",
    ),
    "slots.no_such_code": Situation(
        Kind.INPUT,
        ar="لا يوجد مفتاح للموظف {staff} على هذا الجهاز.",
        remedy_ar="راجع الكود في قائمة الموظفين.",
        en="Staff member {staff} has no key on this device.",
        remedy_en="Check the code in the list of staff.",
    ),
    "slots.supervisor_needed": Situation(
        Kind.REFUSED,
        ar="إضافة الموظفين وحذفهم من صلاحية المشرف.",
        remedy_ar="اطلب من المشرف أن يفتح بكوده ورقمه.",
        en="Adding and removing staff is for a supervisor.",
        remedy_en="Ask the supervisor to unlock with his code and number.",
    ),
    "slots.first_supervisor_only": Situation(
        Kind.REFUSED,
        ar="الفني يضيف المشرف الأول فقط، والمشرف يضيف الباقين.",
        remedy_ar="اطلب من المشرف أن يضيف هذا الموظف.",
        en="The technician adds the first supervisor only; the supervisor adds the others.",
        remedy_en="Ask the supervisor to add this person.",
    ),
    "slots.own_key": Situation(
        Kind.REFUSED,
        ar="لا يحذف المشرف مفتاحه بنفسه.",
        remedy_ar="اطلب من مشرف آخر أن يحذفه.",
        en="A supervisor does not remove his own key.",
        remedy_en="Ask another supervisor to do it.",
    ),
    "slots.no_supervisor": Situation(
        Kind.REFUSED,
        ar="لا يوجد مشرف على هذا الجهاز بعد، ومن غيره لا يضاف أحد.",
        remedy_ar="أضف المشرف الأول، ثم احذف مفتاح الفني.",
        en="This device has no supervisor yet; without one nobody can be added.",
        remedy_en="Add the first supervisor, then remove the technician's key.",
    ),
    "slots.no_recovery": Situation(
        Kind.REFUSED,
        ar="لا توجد في هذا الملف نسخة استرداد يفتحها هذا المفتاح.",
        remedy_ar="راجع أن المفتاح هو مفتاح الاسترداد الذي جُهز به الجهاز.",
        en="This file holds no recovery slot that this key opens.",
        remedy_en="Check that it is the recovery key the device was set up with.",
    ),
}

SITUATIONS = {**_FILE, **_SLOTS}
