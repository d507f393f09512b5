"""What acts and ways of `kiosk.core.stops` are called on screens and in answers, in both languages."""

from collections.abc import Iterable, Mapping

from kiosk.core.errors import InBoth
from kiosk.core.stops import Act, Way

ACTS: Mapping[Act, InBoth] = {
    Act.NEW_SHIFT: InBoth("فتح وردية", "opening a shift"),
    Act.NEW_CASH: InBoth("نقدي جديد", "new cash"),
    Act.CARD: InBoth("الدفع بالكارت", "card payments"),
    Act.FEE: InBoth("تحصيل الرسوم", "taking fees"),
    Act.DEBT: InBoth("تحصيل المديونيات", "collecting debts"),
    Act.DEBT_ABOVE_CAP: InBoth("تحصيل مديونية فوق الحد", "collecting a debt above the cap"),
    Act.PAPER_RECEIPT: InBoth("تسجيل إيصال ورقي", "entering paper receipts"),
    Act.SCAN: InBoth("تصوير المستندات", "scans"),
    Act.REQUEST: InBoth("استلام الطلبات", "taking requests"),
    Act.VOID: InBoth("إلغاء إيصال", "voiding a receipt"),
    Act.HANDOVER: InBoth("تسليم النقدية", "handing cash over"),
    Act.RECEIVE: InBoth("استلام عهدة", "receiving cash"),
    Act.CLOSE: InBoth("قفل الوردية", "closing the shift"),
    Act.RESOLVE_UNKNOWN: InBoth("حسم دفع غير معروف", "resolving an unknown payment"),
    Act.REPORT: InBoth("التقارير", "reports"),
    Act.EXPORT: InBoth("التصدير على فلاشة", "export to a stick"),
    Act.SYNC: InBoth("الإرسال للمركز", "sending to the centre"),
}

WAYS: Mapping[Way, InBoth] = {
    Way.HANDOVER: InBoth("أنت: سلّم النقدية للخزينة", "you: hand the cash over"),
    Way.NEWER_DATA_BY_NET: InBoth("بيانات أحدث عند الاتصال بالمركز", "newer data, by sync"),
    Way.NEWER_DATA_BY_FILE: InBoth("بيانات أحدث من فلاشة", "newer data, on a stick"),
    Way.ROSTER_BY_NET: InBoth("كشف موظفين جديد عند الاتصال بالمركز", "a new roster, by sync"),
    Way.ROSTER_BY_FILE: InBoth("كشف موظفين جديد من فلاشة", "a new roster, on a stick"),
    Way.ORDER_BY_NET: InBoth("المركز: أمر موقّع عند الاتصال", "the centre: a signed order, by sync"),
    Way.ORDER_BY_FILE: InBoth("المركز: أمر موقّع على فلاشة", "the centre: a signed order on a stick"),
    Way.ANSWER_BY_PHONE: InBoth(
        "المركز بالتليفون: رده على الرقم المعروض", "the centre by telephone: its answer to the digits shown"
    ),
    Way.SPACE: InBoth("الدعم الفني: إخلاء مساحة على القرص", "technical support: room on the disk"),
    Way.ANCHOR: InBoth("وقت المركز عند أول اتصال", "the centre's time, with the next sync"),
}


def listed(acts: Iterable[Act]) -> InBoth:
    """These acts in one line, in the order of the table."""
    chosen = frozenset(acts)
    words = [ACTS[act] for act in Act if act in chosen]
    return InBoth("، ".join(one.ar for one in words), ", ".join(one.en for one in words))
