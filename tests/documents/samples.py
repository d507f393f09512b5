"""Papers with invented data, one of each kind and state: for tests and for the pictures of docs/paper."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.identity import mask
from kiosk.core.seal import Facts, SealedCode, holder_hash, seal_receipt
from kiosk.core.wire.signed import kid_of
from kiosk.core.words import receipt_words
from kiosk.documents.model import (
    Allocation,
    Amount,
    BookRange,
    CardTender,
    CashTender,
    Denomination,
    Difference,
    Gross,
    Handover,
    Happening,
    Outage,
    PaperForm,
    PaperItem,
    PapersMissing,
    Period,
    Person,
    Place,
    Printable,
    Receipt,
    RevenueLine,
    Visit,
    VoidMark,
    XReport,
    ZReport,
)

CAIRO = timezone(timedelta(hours=2))
NOON = datetime(2026, 11, 24, 12, 40, 7, tzinfo=CAIRO)
PLACE = Place("محافظة الجيزة", "الوحدة المحلية لمركز ومدينة البدرشين", "ج ط 4721", "D00000123")
DEVICE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KID = kid_of(DEVICE_KEY.public_key())
HOST = "tahakok.giza.gov.eg"


def sealed(number: str, amount: int, service: str = "DEBT-RENT") -> SealedCode:
    facts = Facts(
        device=123,
        number=number,
        at=NOON.astimezone(UTC),
        service=service,
        amount=amount,
        holder=holder_hash(b"k" * 32, number, "29801011234567"),
        entry=bytes.fromhex("9f3ac04e"),
    )
    return seal_receipt(facts, host=HOST, kid=KID, sign=DEVICE_KEY.sign)


FEE = Receipt(
    place=PLACE,
    series="D42-E1",
    serial=4507,
    issued=NOON,
    payer=Person("أحمد عبد الله محمد السيد", mask("29801011234567"), capacity="صاحب الشأن"),
    lines=(
        RevenueLine("رسم بيان صلاحية موقع للبناء", "1/2/5/14", 20000, sample=True),
        RevenueLine("دمغة وتنمية", "1/2/9/3", 1150),
        RevenueLine("باق لم تتوفر له فكة", "4/1/1", 50),
    ),
    total=21200,
    words=receipt_words(21200),
    collector="T-0417",
    mandate="812/2026",
    entry_hash="9f3ac04e",
    cash=CashTender(21200, 25000, 3800, 50),
    tracking="D00000123-2026-00418",
    next_visit=Visit(date(2026, 11, 28), "قرية أبو رجوان القبلي"),
    seal=sealed("D42-E1-004507", 21200, "BLD-01"),
)

DEBT = replace(
    FEE,
    serial=4508,
    payer=Person("منى حسن إبراهيم", mask("28512251200128"), capacity="وارثة"),
    debtor=Person("ورثة حسن إبراهيم عبد الرحمن الشناوي", mask("24803010100339"), capacity="مستأجر"),
    lines=(
        RevenueLine("إيجار أرض أملاك دولة (زراعة) – قطعة 14 حوض الرمال", "1/3/2/7", 125000),
        RevenueLine("مصروفات إدارية", "1/3/9/1", 3550),
    ),
    total=128550,
    words=receipt_words(128550),
    period=Period(date(2025, 7, 1), date(2026, 6, 30)),
    order_number="5521/2026",
    tracking="",
    cash=CashTender(50000, 50000),
    cards=(CardTender(78550, "004417", "TID 20113345", "1182", "A71Q09"),),
    outage=Outage("ticket", "INC-2026-118824"),
    allocations=(
        Allocation("إيجار 2025/2026", "مصروفات", 3550, 3550, 0),
        Allocation("إيجار 2025/2026", "أصل", 125000, 310000, 185000),
    ),
    chosen_by_debtor=True,
    data_as_of=date(2026, 11, 21),
    next_visit=None,
    seal=sealed("D42-E1-004508", 128550),
)

PAPER_BESIDE = replace(FEE, paper_form=PaperForm("ب 77", "0093415", date(2026, 11, 24)))
COPY = replace(DEBT, copy=2)
VOID = replace(FEE, void=VoidMark("خطأ في المبلغ", "T-0417", "S-0032", NOON + timedelta(minutes=9)))
TRAINING = replace(FEE, training=True, seal=None)
ON_ACCOUNT = replace(
    FEE,
    serial=4509,
    lines=(RevenueLine("سداد تحت الحساب – إشغال طريق", "1/3/4/2", 40000),),
    total=40000,
    words=receipt_words(40000),
    cash=CashTender(40000, 40000),
    tracking="",
    on_account=True,
    data_as_of=date(2026, 11, 21),
    next_visit=None,
    seal=sealed("D42-E1-004509", 40000),
)

PAPERS = PapersMissing(
    place=PLACE,
    issued=NOON,
    service="ترخيص بناء جديد",
    citizen="أحمد عبد الله محمد السيد",
    tracking="D00000123-2026-00418",
    missing=(
        PaperItem("بيان صلاحية موقع سار", "من نفس الشباك"),
        PaperItem("شهادة صلاحية الأعمال للترخيص"),
        PaperItem("وثيقة تأمين", "إذا زادت قيمة الأعمال على الحد المقرر"),
    ),
    present=(
        PaperItem("طلب الخدمة"),
        PaperItem("صورة بطاقة الرقم القومي سارية"),
        PaperItem("الرسومات المعمارية والإنشائية معتمدة من مهندس نقابي"),
    ),
    staff="T-0417",
    deadline=date(2026, 12, 24),
    next_visit=Visit(date(2026, 11, 28), "قرية أبو رجوان القبلي"),
)

X = XReport(
    place=PLACE,
    number=7,
    issued=NOON,
    opened=NOON - timedelta(hours=4, minutes=10),
    staff="T-0417",
    tenders=(
        Gross("نقدًا", 182350, 2000, 11),
        Gross("بطاقة على ماكينة حكومية", 78550, 0, 1),
    ),
    accounts=(
        Gross("رسوم تراخيص البناء", 112350, 2000),
        Gross("إيجار أملاك دولة", 128550),
        Gross("مخلفات صلبة", 20100),
        Gross("فروق تقريب", -100),
    ),
    total=260900,
    receipts=(BookRange("D42-E1-004497", "D42-E1-004508", 12, 1),),
    voids=(Amount("T-0417", 2000, 1),),
    perpetual=(Amount("قبل الوردية", 1184275500), Amount("بعد الوردية", 1184536400)),
    unsent=14,
    integrity="السجل متصل وسليم",
    head_hash="9f3ac04e77b1d2c8",
    unsettled=(Amount("بطاقة نتيجتها غير معروفة", 30000, 1),),
    happenings=(
        Happening("طلبات", 9),
        Happening("نسخ مطبوعة", 2),
        Happening("فتح الدرج بلا بيع", 0),
        Happening("موافقات استثنائية", 1),
        Happening("أعطال طباعة", 0),
    ),
)
X_BLIND = replace(
    X,
    hidden=True,
    tenders=X.tenders[1:],
    accounts=(),
    total=None,
    perpetual=(),
    breaches=(PaperItem("إيصال بلا سداد", "القيد 118"),),
)

COUNTED = (
    Denomination("200 جنيه", 6, 120000),
    Denomination("100 جنيه", 5, 50000),
    Denomination("50 جنيهًا", 4, 20000),
    Denomination("10 جنيهات", 8, 8000),
    Denomination("1 جنيه", 12, 1200),
    Denomination("50 قرشًا", 23, 1150),
)

Z = ZReport(
    **{
        **{name: getattr(X, name) for name in X.__dataclass_fields__},
        "cash_terms": (
            Amount("رصيد بداية معدود", 20000),
            Amount("نقد محصل (بعد الباقي)", 182350),
            Amount("مردود إيصالات ملغاة (يخصم)", 2000),
        ),
        "number": 31,
    },
    counted=COUNTED,
    counted_total=200350,
    expected=200350,
    difference=Difference("مطابق", 0),
    float_kept=20000,
    handed_over=180350,
    supervisor="S-0032",
)
Z_SHORT = replace(
    Z, counted_total=199850, difference=Difference("عجز", 500), reason="فكة لم ترد", handed_over=179850
)

HANDOVER = Handover(
    place=PLACE,
    number="HO-D00000123-0031",
    issued=NOON + timedelta(hours=2),
    giver="T-0417",
    receiver="S-0032",
    seal_number="BAG 118-204417",
    counted=COUNTED,
    total=200350,
    words=receipt_words(200350),
    received=200350,
    difference=Difference("مطابق", 0),
    entry_hash="9f3ac04e",
    qr="HO:D00000123-0031:200350:9F3AC04E",
)

ALL: dict[str, Printable] = {
    "receipt-fee": FEE,
    "receipt-debt": DEBT,
    "receipt-paper33": PAPER_BESIDE,
    "receipt-copy": COPY,
    "receipt-void": VOID,
    "receipt-training": TRAINING,
    "receipt-on-account": ON_ACCOUNT,
    "papers-missing": PAPERS,
    "x-report": X,
    "x-report-blind": X_BLIND,
    "z-report": Z,
    "z-report-short": Z_SHORT,
    "handover": HANDOVER,
}
GOLDEN = ("receipt-fee", "receipt-debt", "papers-missing", "x-report", "z-report", "handover")
"""The papers whose pictures are held by tests: each template once, the receipt twice."""
