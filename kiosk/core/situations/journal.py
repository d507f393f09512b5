"""Situations of the journal's periods: when a new one cannot begin, and when an old one must stay."""

from kiosk.core.errors import Kind, Situation


def _refused(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(Kind.REFUSED, ar=ar, remedy_ar=remedy_ar, en=en, remedy_en=remedy_en)


SITUATIONS = {
    "journal.shift_open": _refused(
        "لا تبدأ فترة جديدة في السجل وهناك وردية مفتوحة.",
        "أقفل الوردية أولًا.",
        "No new period of the journal begins while a shift is open.",
        "Close the shift first.",
    ),
    "journal.card_open": _refused(
        "لا تبدأ فترة جديدة وهناك دفع بالكارت لم تُعرف نتيجته.",
        "أنهِ أمر هذا الدفع أولًا، ثم أعد المحاولة.",
        "No new period begins while the end of a card payment is not known.",
        "Settle that payment first, then try again.",
    ),
    "journal.incident_stands": _refused(
        "لا تبدأ فترة جديدة ولا تُحذف فترة وهناك خلل قائم في السجل.",
        "انتظر حتى يرفع المركز الإيقاف.",
        "No period begins and none is dropped while an incident of the journal stands.",
        "Wait until the centre has lifted it.",
    ),
    "journal.just_begun": _refused(
        "لم يُسجل شيء بعد في الفترة الحالية.",
        "لا يلزم شيء الآن.",
        "Nothing was recorded in the current period yet.",
        "There is nothing to do now.",
    ),
    "journal.only_period": _refused(
        "في السجل فترة واحدة، وهي التي يُكتب فيها الآن.",
        "ابدأ فترة جديدة أولًا بالأمر kiosk journal turn.",
        "The journal has one period, and it is being written to.",
        "Begin a new one first with kiosk journal turn.",
    ),
    "journal.not_oldest": _refused(
        "تُحذف أقدم فترة أولًا.",
        "احذف ما قبلها حين يمكن حذفه.",
        "The oldest period goes first.",
        "Drop those before it when they may go.",
    ),
    "journal.not_safe": _refused(
        "الفترة {period} ليست محفوظة بأمان في المركز حتى القيد {seq}.",
        "زامن الجهاز مع المركز، ثم أعد المحاولة.",
        "Period {period} is not held safely by the centre up to entry {seq}.",
        "Synchronise with the centre, then try again.",
    ),
    "journal.persons_waiting": _refused(
        "بيانات أشخاص من الفترة {period} لم تصل المركز كلها.",
        "زامن الجهاز مع المركز، ثم أعد المحاولة.",
        "Personal records of period {period} have not all reached the centre.",
        "Synchronise with the centre, then try again.",
    ),
    "journal.persons_not_safe": _refused(
        "بيانات أشخاص من الفترة {period} وصلت المركز، ولم تدخل نسخة احتياطية عنده بعد.",
        "انتظر نسخة المركز التالية، ثم زامن الجهاز وأعد المحاولة.",
        "Personal records of period {period} are at the centre, and in no back-up of it yet.",
        "Wait for the centre's next back-up, synchronise, then try again.",
    ),
    "journal.held_back": _refused(
        "القيد {seq} محجوز في المركز حتى يراجعه موظف.",
        "انتظر قرار المركز في هذا القيد.",
        "The centre holds entry {seq} back until a person has looked at it.",
        "Wait for the centre to decide.",
    ),
    "journal.too_young": _refused(
        "الفترة {period} تبقى على الجهاز حتى {day}.",
        "أعد المحاولة بعد هذا اليوم وبعد مزامنة جديدة.",
        "Period {period} stays on the device until {day}.",
        "Try again after that day and a new synchronisation.",
    ),
    "journal.no_time": _refused(
        "لا يُعرف متى بدأت الفترة التالية: ساعة الجهاز كانت مشكوكًا فيها.",
        "اضبط الساعة وزامن الجهاز، ثم أعد المحاولة.",
        "It is not known when the next period began: the clock was in doubt.",
        "Set the clock and synchronise, then try again.",
    ),
    "journal.persons_held": _refused(
        "في الفترة {period} بيانات أشخاص لم تُمح بعد.",
        "امح ما انتهت مدته بالأمر kiosk privacy erase، ثم أعد المحاولة.",
        "Period {period} names personal records that were not erased yet.",
        "Erase what is past its time with kiosk privacy erase, then try again.",
    ),
    "journal.prints_wait": _refused(
        "هناك أوراق من هذه الفترة تنتظر الطباعة.",
        "اطبعها أو ألغها أولًا.",
        "Papers of this period wait to be printed.",
        "Print or cancel them first.",
    ),
    "journal.unsound": Situation(
        Kind.DAMAGED,
        ar="فحص السجل وجد خللًا، فلم يُحذف شيء.",
        remedy_ar="شغّل kiosk verify وأبلغ المركز بما يقوله.",
        en="The verification found damage, so nothing was dropped.",
        remedy_en="Run kiosk verify and tell the centre what it says.",
    ),
    "journal.drop_differs": Situation(
        Kind.DAMAGED,
        ar="جدول {table} لا يعود كما كان من غير هذه الفترة، فلم يُحذف شيء.",
        remedy_ar="أبلغ الدعم باسم الجدول.",
        en="The table {table} would not be the same without this period, so nothing was dropped.",
        remedy_en="Tell support the name of the table.",
    ),
    "journal.dropped": _refused(
        "القيد {seq} لم يعد على هذا الجهاز: فترته حُذفت بعد حفظها في المركز.",
        "اطلبه من المركز.",
        "Entry {seq} is not on this device any more: its period was dropped after the centre had it safely.",
        "Ask the centre for it.",
    ),
}
