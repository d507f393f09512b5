"""Situations of cash: tenders, change, counts, limits, the shift and its close."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "tenders.cash_above_limit": Situation(
        Kind.REFUSED,
        ar="لا يجوز تحصيل {cash} نقدًا: أقصى نقدي {highest}، وما فوقه يُحصَّل إلكترونيًا، "
        "ولا يوجد بلاغ عطل مفتوح.",
        remedy_ar="حصّل بالماكينة، أو قسّم المبلغ: نقدي حتى {highest} والباقي بالماكينة. لو التحصيل "
        "الإلكتروني معطل سجّل أولًا رقم البلاغ الرسمي أو المذكرة المعتمدة؛ يُكتب على كل "
        "إيصال، ويعود التحصيل الإلكتروني فور انتهاء العطل.",
        en="{cash} may not be taken in cash: at most {highest}, anything above is "
        "electronic, and no outage is open.",
        remedy_en="Use the terminal, or split: cash up to {highest}, the rest by terminal. If "
        "electronic collection is down, first record the official ticket number or the "
        "approved memo; it is written on every such receipt, and electronic collection "
        "resumes as soon as the outage ends.",
    ),
    "tenders.no_such_cash": Situation(
        Kind.INPUT,
        ar="لا توجد عملات تكوّن {cash}.",
        remedy_ar="اكتب المبلغ الذي في يدك فعلًا، مثل {possible}.",
        en="No notes and coins make {cash}.",
        remedy_en="Type what is really in your hand, such as {possible}.",
    ),
    "tenders.short": Situation(
        Kind.INPUT,
        ar="المدفوع أقل من المطلوب {due} بمقدار {missing}.",
        remedy_ar="حصّل {missing} أخرى، أو أضف إيصال ماكينة بها.",
        en="What is paid falls {missing} short of {due}.",
        remedy_en="Take {missing} more, or add a terminal slip for it.",
    ),
    "tenders.slips_above_total": Situation(
        Kind.REFUSED,
        ar="إيصالات الماكينة {slips} أكبر من المطلوب {due}، ولا يُرد باقي كارت نقدًا.",
        remedy_ar="راجع المبالغ. لو خُصم أكثر من المطلوب: اعكس العملية على نفس الكارت اليوم قبل قفل "
        "الوردية، ثم أعدها بالمبلغ الصحيح.",
        en="The terminal slips of {slips} exceed the {due} due, and a card gets no change in cash.",
        remedy_en="Check the amounts. If too much was charged, reverse it on the same card today "
        "before the shift closes, then charge the right amount.",
    ),
    "tenders.slip_twice": Situation(
        Kind.INPUT,
        ar="إيصال الماكينة {number} مكتوب مرتين.",
        remedy_ar="اكتب كل إيصال مرة واحدة.",
        en="The terminal slip {number} is entered twice.",
        remedy_en="Enter each slip once.",
    ),
    "tenders.slip_incomplete": Situation(
        Kind.INPUT,
        ar="بيانات إيصال الماكينة ناقصة.",
        remedy_ar="اكتب رقم الماكينة ورقم الإيصال ومبلغًا أكبر من صفر كما في الإيصال المطبوع.",
        en="The terminal slip is incomplete.",
        remedy_en="Type terminal number, slip number and an amount above zero as printed on the slip.",
    ),
    "tenders.cash_not_needed": Situation(
        Kind.INPUT,
        ar="المطلوب مسدد بالكامل بدون النقدي {cash}.",
        remedy_ar="ارجع النقدي للمواطن واحذف خانته.",
        en="Everything is paid without the {cash} in cash.",
        remedy_en="Give the cash back and clear its field.",
    ),
    "tenders.change_not_payable": Situation(
        Kind.REFUSED,
        ar="لا توجد فكة لرد {change} كاملة: أقصى ما يمكن رده {payable}.",
        remedy_ar="اطلب مبلغًا أقرب للمطلوب، أو حصّل بالماكينة. لو وافق المواطن سجّل {left} باقيًا "
        "لم يُصرف له؛ يظهر على الإيصال.",
        en="There are no notes and coins for the whole change of {change}: at most {payable} can be given.",
        remedy_en="Ask for an amount closer to the total, or use the terminal. If the citizen "
        "agrees, record {left} as change not given; it is printed on his receipt.",
    ),
    "tenders.no_change": Situation(
        Kind.REFUSED,
        ar="لا توجد فكة لرد {change} كاملة: أقصى ما يمكن رده {payable}.",
        remedy_ar="اطلب مبلغًا أقرب للمطلوب، أو حصّل بالماكينة.",
        en="There are no notes and coins for the whole change of {change}: at most {payable} can be given.",
        remedy_en="Ask for an amount closer to the total, or use the terminal.",
    ),
    "tenders.left_too_much": Situation(
        Kind.REFUSED,
        ar="الباقي الذي لم يُصرف {left} أكبر من المسموح {cap}.",
        remedy_ar="رد الباقي للمواطن، أو اطلب مبلغًا أقرب للمطلوب، أو حصّل بالماكينة.",
        en="Change of {left} left unpaid is above the {cap} allowed.",
        remedy_en="Give the change, ask for an amount closer to the total, or use the terminal.",
    ),
    "tenders.left_above_change": Situation(
        Kind.INPUT,
        ar="الباقي الذي لم يُصرف {left} أكبر من الباقي كله {change}.",
        remedy_ar="اكتب فقط ما لم تستطع رده.",
        en="Change of {left} left unpaid is more than the whole change of {change}.",
        remedy_en="Type only what could not be given.",
    ),
    "tenders.outage_incomplete": Situation(
        Kind.INPUT,
        ar="بيانات بلاغ العطل ناقصة.",
        remedy_ar="اكتب رقم البلاغ الرسمي، أو رقم المذكرة واسم من اعتمدها، وسبب العطل.",
        en="The outage record is incomplete.",
        remedy_en="Type the official ticket number, or the memo number and who approved it, and the cause.",
    ),
    "cash.unknown_denomination": Situation(
        Kind.INPUT,
        ar="الفئة {denomination} غير معروفة.",
        remedy_ar="استخدم الفئات: {known}.",
        en="There is no denomination {denomination}.",
        remedy_en="Use these: {known}.",
    ),
    "cash.denomination_off": Situation(
        Kind.INPUT,
        ar="الفئة {denomination} موقوفة ولا تُعد.",
        remedy_ar="أخرجها من العد وسلّمها للمشرف بمفردها.",
        en="The denomination {denomination} is off and is not counted.",
        remedy_en="Take it out of the count and hand it to the supervisor by itself.",
    ),
    "cash.wrong_pieces": Situation(
        Kind.INPUT,
        ar="عدد القطع {pieces} من الفئة {denomination} غير صحيح.",
        remedy_ar="اكتب عددًا صحيحًا من صفر فأكثر.",
        en="{pieces} is not a number of pieces of {denomination}.",
        remedy_en="Type a whole number, zero or more.",
    ),
    "cash.count_empty": Situation(
        Kind.INPUT,
        ar="لم يُكتب أي عدد.",
        remedy_ar="عد النقدية واكتب عدد كل فئة. لو الدرج فارغ اكتب صفرًا في إحدى الفئات.",
        en="Nothing is counted.",
        remedy_en="Count the cash and type the pieces of each denomination. For an empty drawer "
        "type zero in one of them.",
    ),
    "cash.ceiling": Situation(
        Kind.REFUSED,
        ar="تحصيل {adding} نقدًا يتخطى حد العهدة {ceiling}.",
        remedy_ar="سلّم العهدة الآن، أو حصّل بالماكينة.",
        en="Taking {adding} in cash would pass the ceiling of {ceiling} in hand.",
        remedy_en="Hand the cash over now, or use the terminal.",
    ),
    "cash.handover_overdue": Situation(
        Kind.REFUSED,
        ar="مضى على آخر تسليم للعهدة {hours} ساعة، والحد {limit} ساعة.",
        remedy_ar="سلّم العهدة الآن، أو حصّل بالماكينة.",
        en="The last handover was {hours} hours ago; the limit is {limit}.",
        remedy_en="Hand the cash over now, or use the terminal.",
    ),
    "shifts.no_count": Situation(
        Kind.REFUSED,
        ar="لا تُقفل الوردية قبل عد النقدية.",
        remedy_ar="عد النقدية بالفئات ثم أكمل القفل.",
        en="A shift does not close before its cash is counted.",
        remedy_en="Count the cash by denomination, then go on.",
    ),
    "shifts.recount_needed": Situation(
        Kind.REFUSED,
        ar="العد يحتاج إعادة مرة واحدة.",
        remedy_ar="عد النقدية من جديد واكتب العد الثاني. العد الأول محفوظ.",
        en="The cash must be counted once more.",
        remedy_en="Count again and type the second count. The first is kept.",
    ),
    "shifts.one_recount_only": Situation(
        Kind.REFUSED,
        ar="العد انتهى ولا يُعاد.",
        remedy_ar="أكمل القفل بآخر عد، واكتب سبب الفرق لو وُجد.",
        en="The count is final and is not repeated.",
        remedy_en="Go on with the last count, and give the reason of the difference if there is one.",
    ),
    "shifts.over_without_reason": Situation(
        Kind.REFUSED,
        ar="المعدود يزيد {difference} عن المفروض، بلا سبب مكتوب.",
        remedy_ar="اختر سببًا من القائمة: {reasons}.",
        en="The count is over by {difference} and no reason is given.",
        remedy_en="Choose a reason from the list: {reasons}.",
    ),
    "shifts.short_without_reason": Situation(
        Kind.REFUSED,
        ar="المعدود ينقص {difference} عن المفروض، بلا سبب مكتوب.",
        remedy_ar="اختر سببًا من القائمة: {reasons}.",
        en="The count is short by {difference} and no reason is given.",
        remedy_en="Choose a reason from the list: {reasons}.",
    ),
    "shifts.supervisor_needed": Situation(
        Kind.REFUSED,
        ar="الفرق {difference} أكبر من الحد {limit} ويحتاج مشرفًا.",
        remedy_ar="استدعِ مشرفًا يوقّع على الفرق بحسابه. لو لا يوجد، أغلق بلا اعتماد؛ يراجعه المركز.",
        en="The difference of {difference} is above {limit} and needs a supervisor.",
        remedy_en="Call a supervisor to sign with his own account. With none, close unapproved.",
    ),
    "shifts.approver_required": Situation(
        Kind.REFUSED,
        ar="لا تسمح سياسة الوحدة بإغلاق وردية بفرق كبير بلا توقيع مشرف.",
        remedy_ar="العد محفوظ. انتظر مشرفًا آخر ليوقّع، ثم أغلق.",
        en="The unit's policy lets no shift with a large difference close unsigned.",
        remedy_en="The count is kept. Wait for another supervisor to sign, then close.",
    ),
    "shifts.supervisor_is_closer": Situation(
        Kind.REFUSED,
        ar="لا يوقّع صاحب الوردية على فرق عهدته.",
        remedy_ar="استدعِ مشرفًا آخر.",
        en="The person of the shift does not sign for his own difference.",
        remedy_en="Call another supervisor.",
    ),
    "shifts.kept_and_handed": Situation(
        Kind.INPUT,
        ar="المتبقي في الدرج {kept} مع المسلَّم {handed} لا يساوي المعدود {counted}.",
        remedy_ar="راجع المبلغين حتى يساوي مجموعهما المعدود تمامًا.",
        en="{kept} kept and {handed} handed over do not make the {counted} counted.",
        remedy_en="Check both until their sum equals the count exactly.",
    ),
    "shifts.receipt_not_here": Situation(
        Kind.REFUSED,
        ar="الإيصال {receipt} ليس من هذه الوردية.",
        remedy_ar="لا يُرد نقدي من الدرج عن وردية أخرى؛ يُرد باستمارة ٥٠ ع.ح.",
        en="The receipt {receipt} is not of this shift.",
        remedy_en="Nothing of another shift is paid back from the drawer; use Form 50.",
    ),
    "shifts.already_void": Situation(
        Kind.REFUSED,
        ar="الإيصال {receipt} ملغى من قبل.",
        remedy_ar="راجع رقم الإيصال.",
        en="The receipt {receipt} is void already.",
        remedy_en="Check the receipt number.",
    ),
}
