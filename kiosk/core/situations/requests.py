"""Following requests: what people of the centre meet who say a status, and staff who look one up."""

from kiosk.core.errors import Kind, Situation


def _input(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.INPUT, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


def _refused(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.REFUSED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


_AT_THE_CENTRE = {
    "status.unknown_request": _input(
        "لا طلب برقم {tracking} عند المركز.",
        "راجع الرقم، أو اعرض الطلبات بالأمر kiosk-central request list",
        "The centre has no request {tracking}.",
        "Check the number, or list the requests with kiosk-central request list",
    ),
    "status.unknown_state": _input(
        "لا حالة باسم {state}.",
        "اختر من: {known}",
        "There is no state {state}.",
        "Choose one of: {known}",
    ),
    "status.not_next": _refused(
        "الطلب الآن {before}، ولا ينتقل منها إلى {after}.",
        "ما يجوز بعدها: {ways}",
        "The request is {before}; {after} cannot follow.",
        "What may follow: {ways}",
    ),
    "status.same_person": _refused(
        "الموظف {staff} هو من استقبل الطلب {tracking}، فلا يبتّ فيه.",
        "يبتّ فيه موظف آخر بكوده.",
        "{staff} took request {tracking} and may not decide on it.",
        "Another person decides, under his own code.",
    ),
    "status.needs_note": _input(
        "الحالة {state} تحتاج سببًا أو بيان الناقص.",
        "اكتبه: --note",
        "State {state} needs the reason, or what is missing.",
        "Say it: --note",
    ),
    "status.needs_until": _input(
        "الحالة {state} تحتاج آخر يوم للاستكمال.",
        "اكتبه: --until 2026-12-31",
        "State {state} needs the last day for what is missing.",
        "Say it: --until 2026-12-31",
    ),
    "status.needs_office": _input(
        "الحالة {state} تحتاج اسم الجهة المحال إليها.",
        "اكتبه: --office",
        "State {state} needs the office it was sent to.",
        "Say it: --office",
    ),
    "status.not_with": _input(
        "{option} لا يُكتب مع الحالة {state}.",
        "احذفه.",
        "{option} does not belong to state {state}.",
        "Leave it out.",
    ),
    "status.until_past": _input(
        "مهلة الاستكمال {day} فاتت.",
        "اكتب يومًا من اليوم فصاعدًا.",
        "The last day {day} is past.",
        "Name today or a later day.",
    ),
    "status.reopen_note": _input(
        "الطلب انتهى ({before})، وفتحه من جديد يحتاج سببًا.",
        "اكتب السبب: --note",
        "The request was over ({before}); opening it again needs a reason.",
        "Say the reason: --note",
    ),
    "status.text_form": _input(
        "النص المكتوب سطر واحد من 200 حرف على الأكثر.",
        "اختصره في سطر.",
        "The text is one line of at most 200 characters.",
        "Shorten it to one line.",
    ),
    "status.person_number": _input(
        "المكتوب ليس رقمًا قوميًا ولا جواز سفر.",
        "اكتب الرقم القومي 14 رقمًا، أو الدولة ثم : ثم رقم الجواز.",
        "That is no national number and no passport.",
        "Write the 14 digits of the national number, or the country, then :, then the passport's number.",
    ),
}

_AT_THE_DEVICE = {
    "follow.empty": _input(
        "لم يُكتب رقم.",
        "اكتب رقم الطلب كما في الإيصال، مثل {example}، أو امسح كود الإيصال.",
        "No number was typed.",
        "Type the request's number as on the receipt, such as {example}, or scan the receipt's code.",
    ),
    "follow.number": _input(
        "{text} ليس رقم طلب ولا إيصال ولا رقمًا قوميًا.",
        "اكتب رقم الطلب كما في الإيصال، مثل {example}",
        "{text} is no number of a request, a receipt or a person.",
        "Type the request's number as on the receipt, such as {example}",
    ),
    "follow.none_here": _input(
        "هذا الجهاز لم يسجل طلبًا برقم {tracking}.",
        "الرقم خطأ: راجعه مع الإيصال.",
        "This device took no request {tracking}.",
        "The number is wrong: compare it with the receipt.",
    ),
    "follow.gone": _input(
        "الطلب {tracking} كان على هذا الجهاز وخرج منه مع سجله القديم.",
        "اسأل المركز: سجله عنده كامل.",
        "Request {tracking} was on this device and left it with its old journal.",
        "Ask the centre: it has all of it.",
    ),
    "follow.not_told": _input(
        "الطلب {tracking} من جهاز آخر، وليس فيما وصل من المركز حتى {as_of}.",
        "راجع الرقم مع الإيصال. لو كان صحيحًا فهو لم يصل المركز بعد أو انتهى من مدة: اسأل المركز.",
        "Request {tracking} is of another device, and not in what the centre told until {as_of}.",
        "Check it with the receipt. If it is right, the centre has it not yet or it is long over: ask there.",
    ),
    "follow.never_told": _input(
        "الطلب {tracking} من جهاز آخر، ولم تصل من المركز حالات طلبات بعد.",
        "اتصل بالمركز من شاشة في انتظار الإرسال، ثم ابحث من جديد.",
        "Request {tracking} is of another device, and no statuses have come from the centre yet.",
        "Connect to the centre on the queue screen, then look again.",
    ),
    "follow.no_request_of": _input(
        "لا طلبات لصاحب هذا الرقم القومي على هذا الجهاز.",
        "طلبات الأجهزة الأخرى تُعرف برقم الطلب: اطلب الإيصال.",
        "This device has no requests of the holder of this number.",
        "Requests of other devices are found by their own number: ask for the receipt.",
    ),
    "follow.no_receipt": _input(
        "لا إيصال برقم {number} على هذا الجهاز.",
        "اكتب رقم الطلب نفسه، وهو مطبوع على الإيصال.",
        "This device has no receipt {number}.",
        "Type the request's own number, which is printed on the receipt.",
    ),
    "follow.no_request_paid": _input(
        "الإيصال {number} ليس عن طلب خدمة.",
        "اكتب رقم الطلب المطبوع على إيصاله.",
        "Receipt {number} is not for a request.",
        "Type the request's number from its own receipt.",
    ),
    "sync.statuses_shrunk": _refused(
        "حالات الطلبات الجديدة {found} والحالية {before}: نقص كبير، فلم تُستعمل.",
        "راجع المركز. إن كان النقص صحيحًا فاقبلها: kiosk sync --accept-smaller",
        "The new statuses of requests are {found}, those in use {before}: too great a loss, so they stay.",
        "Ask the centre. If the loss is right, accept it: kiosk sync --accept-smaller",
    ),
}

SITUATIONS: dict[str, Situation] = {**_AT_THE_CENTRE, **_AT_THE_DEVICE}
