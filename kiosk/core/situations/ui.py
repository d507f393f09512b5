"""Situations of the screens themselves."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "ui.fault": Situation(
        Kind.DAMAGED,
        ar="حدث خلل في البرنامج أثناء تنفيذ ما طلبته.",
        remedy_ar="راجع آخر إيصال أو قيد قبل أن تعيد العملية، وأبلغ الفني بما كنت تفعله.",
        en="The program itself failed while doing what you asked.",
        remedy_en="Look at the last receipt or entry before you repeat it, and tell the technician.",
    ),
    "ui.display_file": Situation(
        Kind.DAMAGED,
        ar="ملف إعدادات العرض تالف، فعاد العرض إلى الإعدادات الأصلية.",
        remedy_ar="اختر اللغة والألوان والحجم من شاشة الإعدادات.",
        en="The file of display settings is damaged; the original settings are in use.",
        remedy_en="Choose language, colours and size on the settings screen.",
    ),
    "ui.locked": Situation(
        Kind.REFUSED,
        ar="الكشك مقفول.",
        remedy_ar="افتحه برقمك السري ثم أعد ما كنت تفعله؛ ما كتبته محفوظ.",
        en="The kiosk is locked.",
        remedy_en="Unlock it with your secret number and go on; what you typed is kept.",
    ),
    "ui.nobody_chosen": Situation(
        Kind.INPUT,
        ar="لم تختر كود الموظف.",
        remedy_ar="المس كودك في القائمة ثم اكتب رقمك السري.",
        en="No staff code is chosen.",
        remedy_en="Touch your code in the list, then type your secret number.",
    ),
    "ui.short_number_wrong": Situation(
        Kind.INPUT,
        ar="رقم القفل القصير غير صحيح.",
        remedy_ar="اكتبه مرة أخرى، أو اختر القفل الكامل ثم افتح برقمك السري.",
        en="That is not the short number.",
        remedy_en="Type it again, or lock fully and unlock with your secret number.",
    ),
    "ui.short_number_differs": Situation(
        Kind.INPUT,
        ar="الرقمان مختلفان.",
        remedy_ar="اختر رقمًا واكتبه مرتين.",
        en="The two numbers differ.",
        remedy_en="Choose a number and type it twice.",
    ),
    "ui.choice_missing": Situation(
        Kind.INPUT,
        ar="لم يُسجل ما اختاره المدين.",
        remedy_ar="المس المديونيات بالترتيب الذي اختاره، أو المس «لم يختر».",
        en="What the debtor chose is not recorded.",
        remedy_en="Touch the debts in the order he chose, or touch “Did not choose”.",
    ),
    "ui.window_size": Situation(
        Kind.INPUT,
        ar="المقاس {text} لا يُفهم.",
        remedy_ar="اكتب العرض ثم الارتفاع، مثل 1024x768. أصغر مقاس 800x700.",
        en="The size {text} cannot be read.",
        remedy_en="Type width and height like 1024x768. The smallest is 800x700.",
    ),
}
