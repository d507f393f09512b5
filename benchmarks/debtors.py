"""Debtors made up for measuring: a million names as the country has them, the same in every run."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.policy import Component

_MEN = "محمد أحمد محمود مصطفى علي حسن حسين إبراهيم خالد عمر يوسف كريم طارق سامي هاني أشرف سيد عادل جمال فتحي"
_WOMEN = "فاطمة مريم زينب نادية سعاد إيمان هدى منى أمل سلوى نجلاء عائشة خديجة رشا هبة ياسمين"
_COMPOUND = ("عبد الرحمن", "عبد الله", "أبو زيد", "نور الدين", "عبد العزيز", "عبد الفتاح")
_FAMILIES = (
    "الشاذلي البنا غنيم الديب الشافعي النجار الحداد المصري الصعيدي القاضي حجازي الطنطاوي بدوي شحاتة عطية رزق"
    " منصور سليمان عوض الجندي مرسي فرج نصار زهران الفقي خليل شاهين عامر رمضان الباز"
)
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
DEBTS_EACH = 2
_FIRST_DAY = date(2019, 1, 1)
_LEASE = Lease(LeasedTo.UNIT, "U-0101", date(2027, 6, 30))


def debtors(count: int, seed: int = 1) -> Iterator[DebtorRow]:
    """Yield debtors with `DEBTS_EACH` debts of one charge; a few names are very common, many are rare."""
    chance = random.Random(seed)
    rare = ["".join(chance.choices(_LETTERS, k=chance.randint(3, 7))) for _ in range(20_000)]
    purses = [Purse(f"B-{n:02d}", f"F-{n:02d}") for n in range(20)]
    men = [*_MEN.split(), *(["محمد"] * 6), *(["أحمد"] * 3)]
    women, families = _WOMEN.split(), _FAMILIES.split()
    middle = [*men, *_COMPOUND]
    for number in range(1, count + 1):
        first = chance.choice(men if number % 3 else women)
        family = chance.choice(families if number % 5 else rare)
        name = f"{first} {chance.choice(middle)} {chance.choice(men)} {family}"
        yield _debtor(number, name, purses[number % 20])


def national_number(number: int) -> str:
    """The national number of a debtor by his place in the list."""
    return f"2{60 + number % 40:02d}{1 + number % 12:02d}{1 + number % 28:02d}01{number % 100_000:05d}"


def _debtor(number: int, name: str, purse: Purse) -> DebtorRow:
    # 7919 and a million have no common divisor: numbers are spread as in real data, and none comes twice.
    mixed = number * 7919 % 1_000_000
    debts = tuple(_debt(mixed, n, purse) for n in range(DEBTS_EACH))
    return DebtorRow(
        code=f"DB-{number:07d}",
        name=name,
        debts=debts,
        father="عبد الحميد",
        address="قرية ميت خلف، مركز شبين الكوم",
        national=national_number(mixed),
        phone=f"+2010{mixed:08d}",
    )


def _debt(mixed: int, n: int, purse: Purse) -> DebtRow:
    due = _FIRST_DAY + timedelta(days=mixed % 2500)
    charge = Charge(f"{due.year}", Component.PRINCIPAL, due, 10_000 + mixed)
    return DebtRow(f"LR-{mixed:07d}-{n}", "land_rent", purse, (ChargeRow(charge, "إيجار سنوي"),), _LEASE)
