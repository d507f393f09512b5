"""The rules for what two sides did without knowing of each other: what happened, how it stands, who looks.

Money that was taken always stands. Nothing here refuses, changes or deletes an entry: a rule says what of a
payment pays the debt, what waits as a named credit, and which case a person of the centre settles.

Who was first is who was applied here first: journals are applied in the order in which the centre comes to
them, each in its own order. Clocks of devices decide nothing.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from kiosk.core.debts.lease import CollectingDesk, holds
from kiosk.core.debts.model import Lease

Opens = Literal["case", "quarantine", "incident"]


class Kind(StrEnum):
    """What happened, as cases name it."""

    COLLECTED_TWICE = "collected_twice"
    OVER_COLLECTED = "over_collected"
    DEBT_CANCELLED = "debt_cancelled"
    DEBT_CHANGED = "debt_changed"
    LEASE_MOVED = "lease_moved"
    LEASE_EXPIRED = "lease_expired"
    LEASED_TWICE = "leased_twice"
    LEASE_FORGOTTEN = "lease_forgotten"
    ON_ACCOUNT = "on_account"
    FEES_CHANGED = "fees_changed"
    STAFF_REVOKED = "staff_revoked"
    REQUEST_TWICE = "request_twice"
    OLD_DISK = "old_disk"
    COUNT_DIFFERED = "count_differed"
    VOIDED_LATE = "voided_late"
    LEFT_OPEN = "left_open"


class How(StrEnum):
    """How a person settles a case."""

    APPLY = "apply"
    """The credit pays a debt that he names."""
    REFUND = "refund"
    """The credit, or what was charged above a fee, is marked to be given back by form 50."""
    CLAIM = "claim"
    """What the newer fee table charges more is to be asked of the citizen."""
    KEEP = "keep"
    """The credit stays in the debtor's name."""
    ACCEPT = "accept"
    """It stands as it is, for the reason in the note."""
    COUNTED = "counted"
    """By what he counted, in piastres."""
    DUPLICATE = "duplicate"
    DISTINCT = "distinct"


MONEY = (How.APPLY, How.REFUND, How.KEEP)


@dataclass(frozen=True)
class Rule:
    """One row: what happened and how it stands, in Arabic and English, and how a person may settle it."""

    kind: Kind
    opens: Opens
    ar: str
    en: str
    stands_ar: str
    stands_en: str
    settles: tuple[How, ...] = ()


RULES: dict[Kind, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(
            Kind.COLLECTED_TWICE,
            "case",
            "محصلان حصّلا المديونية نفسها بلا اتصال",
            "two collectors took the same debt offline",
            "الإيصالان صحيحان، والمديونية سُددت مرة، والباقي رصيد باسم المدين",
            "both receipts stand; the debt is paid once, the rest is a named credit",
            MONEY,
        ),
        Rule(
            Kind.OVER_COLLECTED,
            "case",
            "تحصيل أكثر من المستحق",
            "more was taken than was owed",
            "الإيصال صحيح، والزيادة رصيد باسم المدين",
            "the receipt stands; what is above is a named credit",
            MONEY,
        ),
        Rule(
            Kind.DEBT_CANCELLED,
            "case",
            "ألغى المركز المديونية قبل وصول الدفعة",
            "the centre cancelled the debt meanwhile",
            "الإيصال صحيح، والمبلغ رصيد باسم المدين",
            "the receipt stands; the money is a named credit",
            MONEY,
        ),
        Rule(
            Kind.DEBT_CHANGED,
            "case",
            "غيّر المركز المديونية قبل وصول الدفعة",
            "the centre changed the debt meanwhile",
            "الإيصال صحيح، والزيادة رصيد باسم المدين",
            "the receipt stands; what is above is a named credit",
            MONEY,
        ),
        Rule(
            Kind.LEASE_MOVED,
            "case",
            "المديونية في عهدة غيره",
            "the lease of the debt is with somebody else",
            "الدفعة تحت الحساب حتى يوزعها المركز",
            "the payment stands as a payment on account",
            MONEY,
        ),
        Rule(
            Kind.LEASE_EXPIRED,
            "case",
            "انتهت مدة عهدة المديونية قبل التحصيل",
            "the lease of the debt had run out",
            "الدفعة تحت الحساب حتى يوزعها المركز",
            "the payment stands as a payment on account",
            MONEY,
        ),
        Rule(
            Kind.LEASED_TWICE,
            "case",
            "بعد استرجاع المركز: المديونية في عهدة الجهاز، وعند المركز في عهدة غيره",
            "after a restore: the device holds the debt, and here somebody else does",
            "العهدة كما هي عند المركز حتى يقرر موظف، وتحصيل الاثنين صحيح",
            "the lease stays as it is here until a person decides; what either takes stands",
            (How.ACCEPT,),
        ),
        Rule(
            Kind.LEASE_FORGOTTEN,
            "case",
            "بعد استرجاع المركز: المديونية في عهدة الجهاز، وليست عند المركز في عهدة أحد أو مدتها أقصر",
            "after a restore: the device holds the debt, and here nobody does, or for a shorter time",
            "العهدة كما هي عند المركز حتى يقرر موظف، والتحصيل صحيح",
            "the lease stays as it is here until a person decides; what was taken stands",
            (How.ACCEPT,),
        ),
        Rule(
            Kind.ON_ACCOUNT,
            "case",
            "دفعة تحت الحساب من جهاز لا يملك العهدة",
            "a payment on account of a debt that the device did not hold",
            "رصيد باسم المدين حتى يوزعه المركز",
            "a named credit until the centre divides it",
            MONEY,
        ),
        Rule(
            Kind.FEES_CHANGED,
            "case",
            "رسم الطلب على جدول أقدم من الساري وقته",
            "a request was charged by an older fee table than the one in force",
            "الطلب على الجدول الذي حُسب به، والفرق يقرره موظف",
            "the record keeps the version it was made with; a person decides on the difference",
            (How.ACCEPT, How.CLAIM, How.REFUND),
        ),
        Rule(
            Kind.STAFF_REVOKED,
            "quarantine",
            "موظف أُوقف والجهاز بلا اتصال",
            "a staff member was revoked while the device was offline",
            "قيوده قائمة ومعلَّمة، ولا وردية جديدة له بعد المزامنة التالية",
            "his entries stand, flagged; no new shift after the next sync",
        ),
        Rule(
            Kind.REQUEST_TWICE,
            "case",
            "طلبان لنفس الشخص والخدمة واليوم",
            "two requests of the same person, service and day",
            "الطلبان محفوظان ومرتبطان حتى يراجعهما موظف",
            "both are kept, linked as possible duplicates",
            (How.DUPLICATE, How.DISTINCT),
        ),
        Rule(
            Kind.OLD_DISK,
            "incident",
            "جهاز رجع من نسخة قرص قديمة",
            "a device was restored from an old disk",
            "توقفت سلسلة إيصالاته، والفرع محفوظ",
            "its series is retired, the branch is kept",
        ),
        Rule(
            Kind.COUNT_DIFFERED,
            "case",
            "المعدود غير المتوقع",
            "what was counted is not what was expected",
            "المعدود والفرق مسجلان كما وقّع عليهما الجهاز",
            "count and difference stay as the device signed them",
            (How.COUNTED, How.ACCEPT),
        ),
        Rule(
            Kind.LEFT_OPEN,
            "case",
            "وردية مفتوحة على جهاز خرج من الخدمة",
            "a shift left open on a device that is retired",
            "المتوقع من قيوده والمعدود جنبًا إلى جنب، ولا شيء يُقفل باسم الجهاز",
            "expected and counted stand side by side; nothing is closed in the device's name",
            (How.COUNTED,),
        ),
        Rule(
            Kind.VOIDED_LATE,
            "case",
            "إلغاء إيصال بعد أن رُدّ مبلغه من هنا",
            "a receipt was voided after its credit was marked for refund",
            "الإلغاء قائم، ورُفع الرد من الرصيد: راجع إن كان قد صُرف",
            "the void stands and the refund is taken back: see whether it was paid out",
            (How.ACCEPT,),
        ),
    )
}


@dataclass(frozen=True)
class Split:
    """What of a part pays its charge and what waits, in piastres; `kind`: the lease is why it waits."""

    applied: int
    rest: int
    kind: Kind | None = None


def split(piastres: int, owed: int, lease: Lease | None, desk: CollectingDesk, day: date) -> Split:
    """Divide a part of a payment by the lease and the debt as they stand at the centre now."""
    if lease is None or not holds(lease, desk, day):
        mine = lease is not None and holds(replace(lease, until=None), desk, day)
        return Split(0, piastres, Kind.LEASE_EXPIRED if mine else Kind.LEASE_MOVED)
    applied = min(owed, piastres)
    return Split(applied, piastres - applied)


def why_above(*, act: str | None, others: bool) -> Kind:
    """Why more came than was owed. `act`: what people here did to the debt after the data that the device
    had; `others`: another device had paid on the charge.
    """
    if act == "debt.cancel":
        return Kind.DEBT_CANCELLED
    if act == "debt.change":
        return Kind.DEBT_CHANGED
    return Kind.COLLECTED_TWICE if others else Kind.OVER_COLLECTED
