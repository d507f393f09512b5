"""What is printed, as plain values: the desk fills these from journal entries, templates read them.

Amounts are whole piastres. Times carry the offset of the place where they were taken. Numbers of persons
arrive masked (`kiosk.core.identity`). An empty text or None means that the line is not printed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from kiosk.core.entries.payment import receipt_number
from kiosk.core.money import Piastres
from kiosk.core.seal import SealedCode


@dataclass(frozen=True)
class Place:
    """Where the paper comes from: public body, local unit, vehicle, device."""

    body: str
    unit: str
    vehicle: str
    device: str


@dataclass(frozen=True)
class Person:
    """A payer or debtor as paper shows him: the number is already masked."""

    name: str
    number: str = ""
    number_kind: str = "الرقم القومي"
    capacity: str = ""


@dataclass(frozen=True)
class RevenueLine:
    """One revenue kind of Form 33 with its budget code; `sample` marks a value that is not official.

    Discounts and roundings down are below zero and print as خصم.
    """

    label: str
    budget_code: str
    amount: Piastres
    sample: bool = False

    @property
    def mark(self) -> str:
        """The mark of a value that is not official."""
        return "«قيمة\u00a0تجريبية»" if self.sample else ""


@dataclass(frozen=True)
class Period:
    """What a payment covers, both days included."""

    start: date
    end: date


@dataclass(frozen=True)
class Visit:
    """When the vehicle comes next, and where."""

    day: date
    place: str


@dataclass(frozen=True)
class Allocation:
    """How much of the payment went to one part of one debt, and what was owed before and after it."""

    debt: str
    part: str
    amount: Piastres
    old_balance: Piastres
    new_balance: Piastres


@dataclass(frozen=True)
class CashTender:
    """Banknotes and coins: `applied` = `tendered` − `change`.

    `left` is change for which there were no coins: it is in `applied`, stays the citizen's and is a line.
    """

    applied: Piastres
    tendered: Piastres
    change: Piastres = 0
    left: Piastres = 0


@dataclass(frozen=True)
class CardTender:
    """A card on the government terminal, known from its slip or from the terminal itself."""

    amount: Piastres
    slip: str
    terminal: str
    last4: str
    approval: str
    reconciled: bool = False
    linked: bool = False
    """The terminal itself told us that it approved."""

    @property
    def card(self) -> str:
        """The card by its last four digits."""
        return f"****{self.last4}"

    @property
    def status(self) -> str:
        """What is known of the money: a slip alone proves nothing at the bank."""
        if self.linked and not self.reconciled:
            return "وافقت الماكينة"
        return "تمت المطابقة" if self.reconciled else "مسجل – لم تتم المطابقة"


@dataclass(frozen=True)
class Outage:
    """What makes cash above the electronic limit lawful: number of the ticket or of the approved memo."""

    kind: Literal["ticket", "memo"]
    number: str

    @property
    def label(self) -> str:
        """What the number is."""
        return "رقم بلاغ العطل" if self.kind == "ticket" else "رقم المذكرة المعتمدة"


@dataclass(frozen=True)
class PaperForm:
    """The paper Form 33 written beside this receipt, or instead of it."""

    series: str
    number: str
    date: date


@dataclass(frozen=True)
class VoidMark:
    """Why and by whom the receipt was cancelled; `second` is the other person who signed."""

    reason: str
    staff: str
    second: str
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """All fields of Form 33 (ع.ح) and what the centre adds to them."""

    place: Place
    series: str
    serial: int
    issued: datetime
    payer: Person
    lines: tuple[RevenueLine, ...]
    total: Piastres
    words: str
    collector: str
    mandate: str
    entry_hash: str
    cash: CashTender | None = None
    cards: tuple[CardTender, ...] = ()
    debtor: Person | None = None
    period: Period | None = None
    order_number: str = ""
    tracking: str = ""
    allocations: tuple[Allocation, ...] = ()
    chosen_by_debtor: bool = False
    data_as_of: date | None = None
    on_account: bool = False
    outage: Outage | None = None
    paper_form: PaperForm | None = None
    next_visit: Visit | None = None
    seal: SealedCode | None = None
    copy: int = 0
    void: VoidMark | None = None
    training: bool = False

    @property
    def number(self) -> str:
        """The receipt's number as people quote it."""
        return receipt_number(self.series, self.serial)

    @property
    def sample(self) -> bool:
        """Whether any amount is a sample value."""
        return any(line.sample for line in self.lines)


@dataclass(frozen=True)
class PaperItem:
    """One required paper of a service."""

    label: str
    note: str = ""

    @property
    def remark(self) -> str:
        """The note as it follows the name of the paper."""
        return f"({self.note})" if self.note else ""


@dataclass(frozen=True)
class PapersMissing:
    """What a citizen still has to bring, until when, and what he brought."""

    place: Place
    issued: datetime
    service: str
    missing: tuple[PaperItem, ...]
    present: tuple[PaperItem, ...]
    staff: str
    citizen: str = ""
    tracking: str = ""
    deadline: date | None = None
    next_visit: Visit | None = None
    copy: int = 0
    training: bool = False


@dataclass(frozen=True)
class Amount:
    """A named amount of a report, with how many there were."""

    label: str
    amount: Piastres
    count: int = 0


@dataclass(frozen=True)
class Gross:
    """A tender or revenue account of a report: taken and reversed in piastres, never netted."""

    label: str
    taken: Piastres
    reversed: Piastres = 0
    count: int = 0


@dataclass(frozen=True)
class Happening:
    """A named count of a report: copies, drawer openings, overrides, printer failures …"""

    label: str
    count: int


@dataclass(frozen=True)
class BookRange:
    """The receipts of one book in a report: numbers as printed, how many, how many of them void."""

    first: str
    last: str
    count: int
    voided: int = 0


@dataclass(frozen=True)
class Denomination:
    """Pieces of one banknote or coin."""

    label: str
    count: int
    amount: Piastres


@dataclass(frozen=True)
class Difference:
    """Counted against expected, without a minus sign: زيادة, عجز or مطابق."""

    label: str
    amount: Piastres


@dataclass(frozen=True)
class XReport:
    """The state of an open shift; it resets nothing.

    `hidden` while a blind count is ahead: then cash tender, accounts, `total`, `cash_terms` and the perpetual
    totals of cash are left out, and the paper says so. `unsettled` is money whose outcome is not known.
    """

    place: Place
    number: int
    issued: datetime
    opened: datetime
    staff: str
    tenders: tuple[Gross, ...]
    accounts: tuple[Gross, ...]
    total: Piastres | None
    receipts: tuple[BookRange, ...]
    head_hash: str
    integrity: str = ""
    hidden: bool = False
    unsettled: tuple[Amount, ...] = ()
    cash_terms: tuple[Amount, ...] = ()
    voids: tuple[Amount, ...] = ()
    happenings: tuple[Happening, ...] = ()
    perpetual: tuple[Amount, ...] = ()
    breaches: tuple[PaperItem, ...] = ()
    unsent: int | None = None
    copy: int = 0
    training: bool = False


@dataclass(frozen=True)
class ZReport(XReport):
    """The closing of a shift: the count beside what was expected, what is kept and what is handed over."""

    counted: tuple[Denomination, ...] = ()
    counted_total: Piastres = 0
    expected: Piastres = 0
    difference: Difference = field(default_factory=lambda: Difference("مطابق", 0))
    reason: str = ""
    float_kept: Piastres = 0
    handed_over: Piastres = 0
    supervisor: str = ""
    unapproved: bool = False


@dataclass(frozen=True)
class Handover:
    """Cash that passes from one person to another; the receiver's count is None until he counted."""

    place: Place
    number: str
    issued: datetime
    giver: str
    receiver: str
    counted: tuple[Denomination, ...]
    total: Piastres
    words: str
    seal_number: str = ""
    received: Piastres | None = None
    difference: Difference | None = None
    reason: str = ""
    note: str = ""
    qr: str = ""
    entry_hash: str = ""
    copy: int = 0
    training: bool = False


Printable = Receipt | PapersMissing | XReport | ZReport | Handover
