"""Situations of card payments on a linked terminal: what is known, what not to do, and what to do next."""

from kiosk.core.errors import Kind, Situation

_CARD = {
    "card.terminal_locked": Situation(
        Kind.REFUSED,
        ar="على ماكينة الدفع {terminal} عملية لم تنتهِ: {amount} جنيه لـ {what}.",
        remedy_ar="أنهِ هذه العملية أولًا: اسأل الماكينة، أو راجع سجلها مع المشرف.",
        en="Terminal {terminal} has a payment that has not ended: {amount} EGP for {what}.",
        remedy_en="End that one first: ask the terminal, or read its own record with the supervisor.",
    ),
    "card.in_doubt": Situation(
        Kind.REFUSED,
        ar="ربما خُصم مبلغ {amount} جنيه من البطاقة لنفس المطالبة ({what}).",
        remedy_ar="لا تحصّل مرة أخرى. راجع «عمليات البطاقة المفتوحة» أولًا.",
        en="The card may have been charged {amount} EGP for this same bill ({what}).",
        remedy_en="Do not take the money again. Look at the open card payments first.",
    ),
    "card.made_before": Situation(
        Kind.REFUSED,
        ar="هذه العملية بدأت من قبل على ماكينة الدفع.",
        remedy_ar="راجع ما تم فيها من «عمليات البطاقة المفتوحة» أو من الإيصالات.",
        en="This payment was begun on the terminal before.",
        remedy_en="See what became of it among the open card payments, or among the receipts.",
    ),
    "card.not_approved": Situation(
        Kind.REFUSED,
        ar="الماكينة لم توافق على هذه العملية، وحالتها: {state}.",
        remedy_ar="لا يصدر إيصال إلا بعد موافقة الماكينة.",
        en="The terminal has not approved this payment; it is {state}.",
        remedy_en="A receipt is issued only once the terminal has approved.",
    ),
    "card.not_in_doubt": Situation(
        Kind.REFUSED,
        ar="نهاية هذه العملية معروفة، وحالتها: {state}.",
        remedy_ar="لا يوجد ما يُحسم فيها.",
        en="The end of this payment is known; it is {state}.",
        remedy_en="There is nothing to settle.",
    ),
    "card.finding_incomplete": Situation(
        Kind.INPUT,
        ar="بيانات سجل الماكينة ناقصة.",
        remedy_ar="اكتب من سجل الماكينة: رقم العملية، ورقم الإيصال، والمبلغ.",
        en="What the terminal's record shows is not complete.",
        remedy_en="Copy from it the trace number, the receipt number and the amount.",
    ),
    "card.finding_differs": Situation(
        Kind.INPUT,
        ar="مبلغ {amount} جنيه في سجل الماكينة غير المطلوب {asked} جنيه: هذه عملية أخرى.",
        remedy_ar="ابحث في السجل عن العملية نفسها. إن لم تجدها فسجّل أنها غير موجودة.",
        en="The record's {amount} EGP are not the {asked} EGP asked for: it is another payment.",
        remedy_en="Look for the payment itself in the record. If it is not there, record that it is not.",
    ),
    "card.finding_used": Situation(
        Kind.REFUSED,
        ar="رقم العملية {trace} يخص عملية أخرى على هذا الجهاز.",
        remedy_ar="راجع الرقم في سجل الماكينة، واقرأ السطر الصحيح.",
        en="Trace number {trace} belongs to another payment of this device.",
        remedy_en="Check the number in the terminal's record, and read the right line.",
    ),
    "card.finding_older": Situation(
        Kind.REFUSED,
        ar="رقم العملية {trace} أقدم من بداية هذه العملية (بعد {before}).",
        remedy_ar="هذا عميل سابق. ابحث عن رقم أحدث في سجل الماكينة.",
        en="Trace number {trace} is older than this payment, which began after {before}.",
        remedy_en="That is an earlier customer. Look for a later number in the terminal's record.",
    ),
    "card.not_by_card": Situation(
        Kind.REFUSED,
        ar="الإيصال {receipt} لم يُدفع على ماكينة موصلة.",
        remedy_ar="ألغِ الإيصال بالطريقة العادية.",
        en="Receipt {receipt} was not paid on a linked terminal.",
        remedy_en="Void it in the usual way.",
    ),
    "card.reversed_before": Situation(
        Kind.REFUSED,
        ar="رد مبلغ الإيصال {receipt} على البطاقة بدأ من قبل.",
        remedy_ar="أنهِ الرد السابق أولًا من «عمليات البطاقة المفتوحة»، ثم ألغِ الإيصال.",
        en="The reversal of receipt {receipt} was begun before.",
        remedy_en="End that one first, among the open card payments, then void the receipt.",
    ),
    "card.reverse_first": Situation(
        Kind.REFUSED,
        ar="الإيصال {receipt} دُفع بالبطاقة، والمبلغ لم يُرد عليها بعد.",
        remedy_ar="رد المبلغ على البطاقة من الماكينة أولًا، ثم ألغِ الإيصال.",
        en="Receipt {receipt} was paid by card, and its money was not put back yet.",
        remedy_en="Reverse it on the terminal first, then void the receipt.",
    ),
    "card.day_closed": Situation(
        Kind.REFUSED,
        ar="أُغلق يوم الماكينة بعد دفع الإيصال {receipt}، فلا يُرد عليها.",
        remedy_ar="الرد يكون باستمارة 50، أو من البنك.",
        en="The terminal's day was closed after receipt {receipt} was paid: it reverses it no more.",
        remedy_en="The refund is by form 50, or by the bank.",
    ),
}

_TERMINAL = {
    "terminal.busy": Situation(
        Kind.ENVIRONMENT,
        ar="ماكينة الدفع {terminal} مشغولة بعملية.",
        remedy_ar="انتظر حتى تعود إلى شاشتها الرئيسية، ثم حاول مرة أخرى.",
        en="Terminal {terminal} is at work.",
        remedy_en="Wait until it shows its first screen again, then try again.",
    ),
    "terminal.other": Situation(
        Kind.ENVIRONMENT,
        ar="الماكينة الموصلة رقمها {found}، والمسجلة على الجهاز {terminal}.",
        remedy_ar="وصّل الماكينة الصحيحة، أو اطلب من الفني تعريف هذه الماكينة.",
        en="The connected terminal is {found}; this device was set up for {terminal}.",
        remedy_en="Connect the right one, or have the technician set this one up.",
    ),
    "terminal.silent": Situation(
        Kind.ENVIRONMENT,
        ar="ماكينة الدفع {terminal} لا ترد.",
        remedy_ar="شغّل الماكينة وراجع الكابل أو الشبكة، ثم حاول مرة أخرى.",
        en="Terminal {terminal} does not answer.",
        remedy_en="Switch it on and check its cable or network, then try again.",
    ),
    "terminal.garbled": Situation(
        Kind.ENVIRONMENT,
        ar="رد ماكينة الدفع {terminal} غير مفهوم.",
        remedy_ar="راجع الكابل والسرعة. إن تكرر فاتصل بالفني.",
        en="The answer of terminal {terminal} cannot be understood.",
        remedy_en="Check cable and speed. If it returns, call the technician.",
    ),
    "terminal.refused": Situation(
        Kind.ENVIRONMENT,
        ar="ماكينة الدفع {terminal} رفضت الأمر (كود {number}).",
        remedy_ar="اقرأ ما على شاشة الماكينة. إن تكرر فاتصل بالفني.",
        en="Terminal {terminal} refused the command (code {number}).",
        remedy_en="Read its screen. If it returns, call the technician.",
    ),
    "terminal.no_last_result": Situation(
        Kind.ENVIRONMENT,
        ar="ماكينة الدفع {terminal} لا تقول آخر عملية.",
        remedy_ar="راجع سجل الماكينة بنفسك مع المشرف.",
        en="Terminal {terminal} cannot say its last transaction.",
        remedy_en="Read its own record, together with the supervisor.",
    ),
    "terminal.driver_unknown": Situation(
        Kind.INPUT,
        ar="لا يوجد برنامج تشغيل لماكينة دفع باسم {name}. المتاح: {known}.",
        remedy_ar="اختر اسمًا من القائمة، أو ثبّت برنامج البنك.",
        en="There is no terminal driver called {name}. Known: {known}.",
        remedy_en="Choose a name of the list, or install the bank's driver.",
    ),
    "terminal.driver_broken": Situation(
        Kind.ENVIRONMENT,
        ar="برنامج تشغيل ماكينة الدفع {name} لا يعمل.",
        remedy_ar="ثبّته من جديد، أو اطلب من البنك إصدارًا يناسب هذا البرنامج.",
        en="The terminal driver {name} does not work.",
        remedy_en="Install it anew, or ask the bank for a version that fits this program.",
    ),
}

SITUATIONS = {**_CARD, **_TERMINAL}
