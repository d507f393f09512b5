"""What people of the centre meet when they settle cases, credits, held entries, debts and leases."""

from kiosk.core.errors import Kind, Situation


def _input(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.INPUT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _refused(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.REFUSED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_CREDITS = {
    "books.unknown_credit": _input(
        "لا رصيد برقم {credit}.",
        "اعرض الأرصدة بالأمر kiosk-central credit list",
        "There is no credit {credit}.",
        "List the credits with kiosk-central credit list",
    ),
    "books.no_such_charge": _input(
        "لا بند {charge} في المديونية {debt} عند المركز.",
        "راجع رقم المديونية والبند.",
        "The centre has no charge {charge} of debt {debt}.",
        "Check the account and the charge.",
    ),
    "books.more_than_owed": _refused(
        "المستحق {owed} أقل من {piastres}.",
        "سدد المستحق فقط، ويبقى الباقي رصيدًا.",
        "Only {owed} is owed, less than {piastres}.",
        "Pay what is owed; the rest stays a credit.",
    ),
    "books.too_little": _refused(
        "الباقي في الرصيد {left}، والمطلوب {piastres}.",
        "اكتب مبلغًا في حدود الباقي.",
        "{left} is left of the credit; {piastres} was asked for.",
        "Name an amount within what is left.",
    ),
}

_FEES = {
    "books.fees_unreadable": _refused(
        "جدول الرسوم نسخة {version} غير موجود بالمركز أو لا يُقرأ.",
        "حمّل الجدول من جديد بالأمر kiosk-central fees load",
        "The fee table of version {version} is not here or cannot be read.",
        "Load it again with kiosk-central fees load",
    ),
    "books.fee_not_again": _refused(
        "الجدول نسخة {version} يعطي {again} من البيانات المسجلة، والمحصّل {charged}.",
        "راجع الطلب بنفسك: بعض ما حُسب به غير مسجل في القيد.",
        "The table of version {version} gives {again} for what the entry keeps; {charged} was charged.",
        "Look at the request yourself: some of what it was worked out from is not in the entry.",
    ),
    "books.fee_failed": _refused(
        "تعذر حساب الرسم بالجدول نسخة {version}: {fault}",
        "احسب الرسم بنفسك، وأبلغ الدعم.",
        "The fee could not be worked out with the table of version {version}: {fault}",
        "Work it out yourself, and tell the support.",
    ),
    "books.fee_other_way": _input(
        "الفرق {difference}، فلا يُسوَّى هكذا.",
        "الزيادة على المواطن claim، والزيادة له refund، والتنازل accept.",
        "The difference is {difference}, which is not settled this way.",
        "claim what he owes, refund what he paid above, accept to let it stand.",
    ),
    "books.fee_sum_needed": _input(
        "الجدول الجديد لا يعطي رسمًا لهذا الطلب.",
        "احسب الفرق واكتبه بالقروش بالخيار --piastres",
        "The newer table gives no price for this request.",
        "Work the difference out and write it in piastres with --piastres",
    ),
    "books.fee_too_much": _refused(
        "المبلغ {piastres} أكبر من الممكن {most}.",
        "اكتب مبلغًا في حدوده.",
        "{piastres} is more than {most}, the most that can be.",
        "Name an amount within it.",
    ),
}

_CASES = {
    "books.unknown_case": _input(
        "لا حالة برقم {case}.",
        "اعرض الحالات بالأمر kiosk-central case list",
        "There is no case {case}.",
        "List the cases with kiosk-central case list",
    ),
    "books.case_closed": _refused(
        "الحالة {case} انتهت من قبل: {state}.",
        "لا شيء مطلوب. اعرضها بالأمر kiosk-central case show",
        "Case {case} is over: {state}.",
        "Nothing is to be done. See it with kiosk-central case show",
    ),
    "books.not_this_way": _input(
        "الحالة {kind} لا تُسوَّى هكذا.",
        "اختر من: {ways}",
        "A case {kind} is not settled this way.",
        "Choose one of: {ways}",
    ),
    "books.note_needed": _input(
        "السبب مطلوب.",
        "اكتبه بالخيار --note",
        "A reason is needed.",
        "Write it with --note",
    ),
    "books.target_needed": _input(
        "حدد المديونية والبند اللذين يسددهما الرصيد.",
        "اكتبهما بالخيارين --debt و--charge",
        "Say which charge of which debt the credit pays.",
        "Name them with --debt and --charge",
    ),
    "books.count_needed": _input(
        "اكتب المبلغ المعدود بالقروش.",
        "بالخيار --counted",
        "Say in piastres what was counted.",
        "With --counted",
    ),
    "books.bad_person": _input(
        "كود الموظف {staff} ليس على صورته.",
        "اكتب كود من يقرر، مثل ADM-1",
        "{staff} is not a staff code.",
        "Write the code of who decides, such as ADM-1",
    ),
    "books.person_revoked": _refused(
        "الموظف {staff} موقوف، فلا يقرر شيئًا هنا.",
        "يقرر موظف آخر.",
        "{staff} is revoked and decides nothing here.",
        "Another person decides.",
    ),
    "books.same_person": _refused(
        "الموظف {staff} صاحب القيد، فلا يراجعه بنفسه.",
        "يراجعه شخص آخر.",
        "{staff} made the entry and does not verify it himself.",
        "Another person verifies it.",
    ),
}

_HELD = {
    "books.not_held": _input(
        "القيد {seq} من الجهاز {device} لا ينتظر المراجعة.",
        "اعرض ما ينتظر بالأمر kiosk-central quarantine list",
        "Entry {seq} of device {device} does not wait for anybody.",
        "List what waits with kiosk-central quarantine list",
    ),
    "books.cannot_read": _refused(
        "القيد {seq} غير مقروء لهذا الإصدار، فلا يُطبَّق.",
        "حدِّث الخادم، أو أنهِ انتظاره بالخيار --how dismiss وسببه.",
        "This release cannot read entry {seq}, so it is not applied.",
        "Update the server, or end its waiting with --how dismiss and a reason.",
    ),
    "books.payment_first": _refused(
        "إلغاء الإيصال ينتظر دفعته، القيد {seq}.",
        "قرر في القيد {seq} أولًا.",
        "The void waits for its payment, entry {seq}.",
        "Decide on entry {seq} first.",
    ),
    "books.still_unknown": _refused(
        "المديونية {debt} ما زالت غير موجودة عند المركز.",
        "حمِّلها أولًا، أو سجِّل المبلغ رصيدًا بالخيار --how credit",
        "The debt {debt} is still not known at the centre.",
        "Import it first, or keep the money as a credit with --how credit",
    ),
    "books.only_verify": _refused(
        "الوردية أُغلقت بلا توقيع مشرف، فتُراجَع ولا تُطبَّق.",
        "يراجعها شخص آخر بالخيار --how verify",
        "The shift closed unapproved: it is verified, not applied.",
        "Another person verifies it with --how verify",
    ),
    "books.nothing_to_verify": _input(
        "القيد {seq} ليس إغلاق وردية بلا توقيع.",
        "اختر apply أو credit أو dismiss.",
        "Entry {seq} is no close without an approver.",
        "Choose apply, credit or dismiss.",
    ),
    "books.no_debts_in_it": _input(
        "القيد {seq} ليس تحصيل مديونية، فلا رصيد منه.",
        "اختر apply أو dismiss.",
        "Entry {seq} pays no debts, so it makes no credit.",
        "Choose apply or dismiss.",
    ),
}

_DEBTS = {
    "books.unknown_debt": _input(
        "لا مديونية برقم {debt} عند المركز.",
        "راجع الرقم كما في ملف المديونيات.",
        "The centre has no debt {debt}.",
        "Check the account as in the file of debts.",
    ),
    "books.nothing_owed": _refused(
        "لا شيء مستحق على المديونية {debt}.",
        "لا شيء مطلوب.",
        "Nothing is owed on debt {debt}.",
        "Nothing is to be done.",
    ),
    "books.same_as_before": _refused(
        "القيمة هي نفسها عند المركز.",
        "لا شيء مطلوب.",
        "That is how it stands at the centre.",
        "Nothing is to be done.",
    ),
    "books.bad_holder": _input(
        "العهدة تُكتب unit:كود الوحدة أو collector:كود المحصل.",
        "مثل: --to collector:COL-1",
        "A lease is written unit:CODE or collector:CODE.",
        "For example --to collector:COL-1",
    ),
}

_SHIFTS = {
    "books.device_in_use": _refused(
        "الجهاز {device} ما زال في الخدمة، فإغلاقه منه.",
        "أنهِ خدمته أولًا إن تعطل: kiosk-central device retire",
        "Device {device} is in service: its own close settles the shift.",
        "If it is dead, retire it first: kiosk-central device retire",
    ),
    "books.no_open_shift": _input(
        "لا وردية مفتوحة على الجهاز {device}.",
        "اعرض المفتوح بالأمر kiosk-central shifts",
        "No shift is open on device {device}.",
        "List the open ones with kiosk-central shifts",
    ),
    "books.shift_settled": _refused(
        "وردية الجهاز {device} سُوِّيت من قبل بالمعدود {counted}.",
        "لا شيء مطلوب.",
        "The shift of device {device} is settled already, by a count of {counted}.",
        "Nothing is to be done.",
    ),
}

SITUATIONS = {**_SHIFTS, **_CREDITS, **_FEES, **_CASES, **_HELD, **_DEBTS}
