"""Situations of what may stop: each says why, what goes on, and who lifts it (`kiosk.core.stops`)."""

from kiosk.core.errors import Kind, Situation


def _stop(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.REFUSED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_CAUSES = {
    "stop.incident": _stop(
        "سجل هذا الجهاز فيه تعارض ({what})، فتوقف فتح الورديات وتحصيل أي مبلغ جديد.",
        "كمّل: قفل الوردية، والتسليم، والطلبات بلا دفع، والإرسال. حصّل على دفتر ورقي وسجّله بعد رفع الإيقاف. "
        "يرفعه المركز الرئيسي: بالاتصال، أو بملف على فلاشة، أو بالتليفون من شاشة «ما المتوقف».",
        "The journal of this device holds a contradiction ({what}): no shift opens, no new money is taken.",
        "Closing, handing over, requests without payment and sending go on. Take money on paper receipts and "
        "enter them later. The centre lifts it: by sync, by a file on a stick, or by telephone.",
    ),
    "stop.disk_reserve": _stop(
        "مساحة القرص الباقية {free} ميجابايت، أقل من الاحتياطي {limit}، "
        "فتوقف النقدي الجديد وتصوير المستندات.",
        "كمّل: الماكينة، والطلبات، والتسليم، وقفل الوردية، والإرسال. "
        "اطلب من الدعم الفني إخلاء مساحة على الجهاز.",
        "The disk has {free} MB left, below the reserve of {limit}: no new cash and no scans.",
        "Card payments, requests, handing over, closing and sending go on. Let technical support make room.",
    ),
    "stop.revoked": _stop(
        "أوقف المركز عمل الموظف {staff} على هذا الجهاز، فتوقف كل تحصيل وطلب جديد.",
        "اقفل ورديتك وسلّم ما معك الآن قبل قفل الكشك. لا يرجع العمل إلا بكشف موظفين جديد من المركز.",
        "The centre has ended the work of {staff} on this device: no new money, no new requests.",
        "Close the shift and hand the cash over now, before the kiosk is locked. Only a new roster lifts it.",
    ),
    "stop.staff_validity": _stop(
        "صلاحية الموظف {staff} انتهت أو لم يؤكدها المركز، فلا تُفتح له وردية.",
        "اقفل ورديتك المفتوحة وسلّم ما معك. يرجع فتح الورديات بكشف موظفين جديد: بالاتصال أو بفلاشة.",
        "The validity of {staff} has ended, or the centre has not confirmed it: no shift opens for him.",
        "An open shift is closed and handed over. A new roster lifts it: by sync or on a stick.",
    ),
    "stop.cash_ceiling": _stop(
        "النقدية التي معك وصلت الحد المسموح {limit}، فتوقف النقدي الجديد.",
        "سلّم النقدية للخزينة. الماكينة والطلبات وقفل الوردية شغالة.",
        "The cash you hold has reached the limit of {limit}: no new cash.",
        "Hand the cash over. Card payments, requests and closing go on.",
    ),
    "stop.hours_since_handover": _stop(
        "مضى على آخر تسليم {hours} ساعة والحد {limit}، فتوقف النقدي الجديد.",
        "سلّم النقدية للخزينة. الماكينة والطلبات وقفل الوردية شغالة.",
        "{hours} hours have passed since the last handover, the limit is {limit}: no new cash.",
        "Hand the cash over. Card payments, requests and closing go on.",
    ),
    "stop.fee_data_old": _stop(
        "جداول الرسوم بتاريخ {as_of} وعمرها {days} يومًا، والحد {limit}، فتوقف تحصيل الرسوم بها.",
        "خُذ الطلبات وحصّل المديونيات. اتصل بالمركز، أو حمّل جداول جديدة من فلاشة، ثم حصّل الرسوم.",
        "The fee tables are of {as_of}, {days} days old, the limit is {limit}: no fees are taken by them.",
        "Take requests and collect debts. Sync, or load new tables from a stick; then take the fees.",
    ),
    "stop.debt_data_old": _stop(
        "بيانات المديونيات بتاريخ {as_of} وعمرها {days} يومًا، فلا يُحصَّل بها أكثر من {cap} في المرة.",
        "حصّل حتى {cap}، أو حصّل تحت الحساب. يرفعه اتصال بالمركز أو بيانات جديدة من فلاشة.",
        "The debt data is of {as_of}, {days} days old: at most {cap} is taken by it at a time.",
        "Take up to {cap}, or a payment on account. A sync, or new data from a stick, lifts it.",
    ),
    "stop.clock_step": _stop(
        "ساعة الجهاز تغيّرت ولم يؤكدها المركز. لا شيء متوقف، والقيود عليها علامة شك في الوقت.",
        "كمّل شغلك. راجع تاريخ الجهاز وساعته؛ تزول العلامة عند أول اتصال بالمركز.",
        "The clock of this device was moved and the centre has not confirmed it. Nothing stops; entries are "
        "marked as of doubtful time.",
        "Go on working. Look at date and time of the device; the mark goes with the next sync.",
    ),
}

_LIFTING = {
    "lift.no_incident": Situation(
        Kind.REFUSED,
        ar="لا يوجد تعارض مفتوح على هذا الجهاز.",
        remedy_ar="لا شيء يُرفع. راجع شاشة «ما المتوقف».",
        en="No incident stands on this device.",
        remedy_en="There is nothing to lift: see `kiosk stops`.",
    ),
    "lift.order_done": Situation(
        Kind.REFUSED,
        ar="هذا الأمر نُفِّذ من قبل على هذا الجهاز.",
        remedy_ar="كل أمر يُنفَّذ مرة واحدة. إن ظهر تعارض جديد فاطلب أمرًا جديدًا من المركز.",
        en="This order was carried out on this device before.",
        remedy_en="An order works once. For a new incident ask the centre for a new order.",
    ),
    "lift.not_ours": Situation(
        Kind.REFUSED,
        ar="هذا الأمر لجهاز آخر.",
        remedy_ar="اطلب من المركز أمرًا لهذا الجهاز: {device}",
        en="This order is for another device.",
        remedy_en="Ask the centre for an order for this device: {device}",
    ),
    "lift.expired": Situation(
        Kind.REFUSED,
        ar="انتهت مدة هذا الأمر.",
        remedy_ar="اطلب من المركز أمرًا جديدًا.",
        en="This order has expired.",
        remedy_en="Ask the centre for a new one.",
    ),
    "lift.other_incident": Situation(
        Kind.REFUSED,
        ar="هذا الأمر لا يخص التعارض المفتوح الآن.",
        remedy_ar="اقرأ للمركز رقم القيد المعروض في شاشة «ما المتوقف» واطلب أمرًا له.",
        en="This order is not about the incident that stands now.",
        remedy_en="Tell the centre the entry that `kiosk stops` shows and ask for an order about it.",
    ),
    "lift.unknown_order": Situation(
        Kind.REFUSED,
        ar="هذا البرنامج لا يعرف هذا النوع من الأوامر: {kind}",
        remedy_ar="اطلب من الدعم الفني تحديث البرنامج.",
        en="This program does not know orders of this kind: {kind}",
        remedy_en="Let technical support update the program.",
    ),
    "lift.no_key": Situation(
        Kind.REFUSED,
        ar="هذا الجهاز لا يقبل الرفع بالتليفون: ليس عليه مفتاح مشترك مع المركز.",
        remedy_ar="استعمل أمرًا من المركز: بالاتصال أو بملف على فلاشة.",
        en="This device takes no answers by telephone: it shares no key with the centre.",
        remedy_en="Use an order of the centre: by sync or by a file on a stick.",
    ),
    "lift.wrong_answer": Situation(
        Kind.REFUSED,
        ar="الرقم ليس رد المركز على الرقم المعروض. باقي {left} محاولات.",
        remedy_ar="اقرأ الرقم المعروض للمركز مرة أخرى، واكتب رده كما هو.",
        en="This is not the centre's answer to the digits shown. {left} tries are left.",
        remedy_en="Read the digits to the centre once more, and type the answer as it is.",
    ),
    "lift.wait": Situation(
        Kind.REFUSED,
        ar="انتهت المحاولات. يظهر رقم جديد بعد {minutes} دقيقة.",
        remedy_ar="انتظر، أو استعمل ملف الأمر على فلاشة.",
        en="The tries are used up. New digits are shown in {minutes} minutes.",
        remedy_en="Wait, or use an order on a stick.",
    ),
}

SITUATIONS = {**_CAUSES, **_LIFTING}
